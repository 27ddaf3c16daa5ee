"""What keeps people safe: sealed fields, blind indexes, the audit chain."""

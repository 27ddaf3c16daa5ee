"""Sends what is owed: leased, sent with no transaction open, noted."""

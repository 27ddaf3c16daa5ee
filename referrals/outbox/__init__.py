"""What is owed to families: rows written with their reason, leased, sent, settled."""

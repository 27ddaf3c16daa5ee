"""Keys: where they are kept apart from backups, how they rotate, and what is filed anew with them."""

"""Interview sessions as they are stored, and how they go over to a new version of their form."""

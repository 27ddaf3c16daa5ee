"""A package comes into the database: staged, judged, kept in portions, put in force."""

"""One file for each kind of check: a function that takes the subject and yields what it finds."""

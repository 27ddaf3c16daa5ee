"""A person is erased: what goes, who is told, what is still said, and what holds it up."""

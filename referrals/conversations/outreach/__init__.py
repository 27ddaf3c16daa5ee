"""What is said outside a turn of theirs: where a family can be reached, and what happens where it cannot."""

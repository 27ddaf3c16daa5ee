"""What is known of a family, told to it."""

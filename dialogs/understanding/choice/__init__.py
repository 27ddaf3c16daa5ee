"""Which of the offered options was meant; `reader` is the way in."""

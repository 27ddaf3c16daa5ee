"""Times of day; `reader` is the way in."""

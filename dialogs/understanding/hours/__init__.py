"""When somebody wants to be written to; `reader` is the way in."""

"""Words of danger in everyday speech; `reader` is the way in."""

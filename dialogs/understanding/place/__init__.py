"""Which place of a gazetteer was meant; `reader` is the way in."""

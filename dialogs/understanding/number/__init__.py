"""Numbers in digits and words, with what people say around them; `reader` is the way in."""

"""Applications: what a family asked for, under a number it can say."""

"""Takes in what platforms tell: verified, split, stored; only then answered."""

"""Benches: what `sanad bench` measures, on databases of their own."""

"""Visits at home instead of coming."""

"""Filling at a desk: a clerk reads a form to a family and writes the answers down, alone or after its phone began."""

"""Walks through a form: answers that lead everywhere, found by solving what is simple and trying what is not."""

"""Recordings and pictures that stand as answers: who writes down what they say, and what becomes of it."""

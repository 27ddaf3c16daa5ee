"""Spares the garbage collector what was loaded at the start: looking through it again and again stops every request."""

from __future__ import annotations

import gc

NEW_OBJECTS = 20_000  # before a look at the young ones; a request makes a few hundred that go by themselves
YOUNG_LOOKS = 50  # before a look at those that stayed


def settle_memory() -> None:
    """To be called once everything is loaded: a full look took 100 ms and more (measured), and stops all threads."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, YOUNG_LOOKS, YOUNG_LOOKS)

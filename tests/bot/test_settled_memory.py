"""What was loaded at the start is not looked through again and again."""

from __future__ import annotations

import gc

from bot.settled_memory import NEW_OBJECTS, settle_memory


def test_what_is_loaded_is_spared_and_new_rubbish_is_still_taken_away() -> None:
    before = gc.get_threshold()
    try:
        settle_memory()
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold()[0] == NEW_OBJECTS
        assert gc.isenabled()
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)

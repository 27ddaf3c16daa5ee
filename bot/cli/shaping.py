"""Arabic for terminals that neither join its letters nor write from right to left (`--shape`)."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable

Shown = Callable[[str, str], str]
"""How a text in a language is printed."""

NARROWEST = 20  # columns under which wrapped words would stand one letter a line


def add_shape(parser: argparse.ArgumentParser) -> None:
    """--shape."""
    parser.add_argument(
        "--shape",
        action="store_true",
        help="for a terminal that shows Arabic letters apart or backwards: joins them and writes from right to left",
    )


def shown_here(shape: bool, columns: int = 0) -> Shown:
    """How texts are printed: as they are stored, or with `shape` joined, wrapped to the terminal and from the right.

    `columns` is how wide the terminal is; 0 asks it.
    """
    if not shape:
        return lambda text, language: text
    from bot.channels.isolates import isolated
    from bot.channels.words import is_right_to_left
    from referrals.documents.arabic_shaping import terminal_lines

    width = max(columns or shutil.get_terminal_size().columns, NARROWEST)

    def shaped(text: str, language: str) -> str:
        from_right = is_right_to_left(language)
        words = isolated(text) if from_right else text
        return "\n".join(terminal_lines(words, width, "rtl" if from_right else "ltr"))

    return shaped

"""Reads the files that a command is given."""

from __future__ import annotations

from pathlib import Path


def bytes_of(path: Path) -> bytes:
    """The file's content. Raises `CommandFailed` where it cannot be read."""
    from bot.cli import CommandFailed

    try:
        return path.read_bytes()
    except OSError as failure:
        raise CommandFailed(f"{path} cannot be read: {failure.strerror}") from failure

"""Reads the form file that a `sanad form` command is given, and the arguments those commands share."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from dialogs.form import Form, Rows

LARGEST_ATTACHMENT = 20_000_000  # bytes of one file beside a form
LISTS = (".csv", ".xml", ".geojson")


@dataclass(frozen=True)
class FormFile:
    """A form with its sheets and the names of the files that lie beside it."""

    form: Form
    rows: Rows
    files: frozenset[str]


def add_form(parser: argparse.ArgumentParser) -> None:
    """The positional FORM."""
    parser.add_argument("file", metavar="FORM", type=Path, help="a form: .md, .xlsx, .xls or a compiled XForm .xml")


def add_moment(parser: argparse.ArgumentParser) -> None:
    """--now and --tz."""
    parser.add_argument("--now", metavar="ISO", default="", help="the moment it begins (default: now)")
    parser.add_argument(
        "--tz", "--time-zone", metavar="ZONE", default="Asia/Kuwait", help="the time zone (default: Asia/Kuwait)"
    )


def form_of(path: Path) -> Form:
    """The form in a file. Raises `FormError` with rows and remedies, `CommandFailed` for a file that cannot be read."""
    from bot.cli.reading import bytes_of
    from dialogs.form import read_form

    return read_form(bytes_of(path), name=path.name, attachments=_lists_beside(path))


def form_file_of(path: Path) -> FormFile:
    """The same with what a check looks at beside it."""
    from bot.cli.reading import bytes_of
    from dialogs.form import Rows, read_form, sheets_of

    content = bytes_of(path)
    form = read_form(content, name=path.name, attachments=_lists_beside(path))
    return FormFile(form, Rows(sheets_of(content, name=path.name)), files_beside(path))


def files_beside(path: Path) -> frozenset[str]:
    """The names of the files in the form's folder, in `media/` below it, and in `<form>-media/` as ODK keeps them."""
    folders = (path.parent, path.parent / "media", path.parent / f"{path.stem}-media")
    return frozenset(file.name for folder in folders if folder.is_dir() for file in folder.iterdir() if file.is_file())


def _lists_beside(path: Path) -> dict[str, bytes]:
    """The lists that the form may name; another form's file is not one of them."""
    folders = (path.parent, path.parent / "media", path.parent / f"{path.stem}-media")
    files = [file for folder in folders if folder.is_dir() for file in folder.iterdir()]
    return {
        file.name: file.read_bytes()
        for file in files
        if file.suffix in LISTS and file != path and file.stat().st_size <= LARGEST_ATTACHMENT
    }


def moment(written: str) -> datetime:
    """--now as an aware moment; the present where it is blank. Raises `CommandFailed` for what is no moment."""
    from datetime import UTC, datetime

    from bot.cli import CommandFailed

    try:
        now = datetime.fromisoformat(written) if written else datetime.now(UTC)
    except ValueError as failure:
        raise CommandFailed(f"--now: {written!r} is no moment; write 2026-11-01T10:00+03:00") from failure
    return now if now.tzinfo else now.replace(tzinfo=UTC)

"""`sanad understand`: what a text is read as, and whether that is certain."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from dialogs.understanding import ChoiceWords, Reading
    from referrals.directory.places import Places

HELP = (
    'Reads a text as a family would mean it and prints {"value", "sure", "ask"} as JSON. Without TEXT it reads lines '
    "from standard input and writes one JSON line for each, blank ones too."
)
EXAMPLE = 'sanad understand number "خمسه وعشرين"'
KINDS = ("number", "date", "intent", "choice", "phone", "national-id", "place", "name")
INTENTS = frozenset("yes no stop back help skip restart human danger".split())
ZONES = {"EG": "Africa/Cairo", "KW": "Asia/Kuwait"}
Reader = Callable[[str], dict[str, Any]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """KIND, TEXT and what a reader needs to know."""
    parser.add_argument("kind", metavar="KIND", choices=KINDS, help=", ".join(KINDS))
    parser.add_argument("text", metavar="TEXT", nargs="?", help="(default: each line of standard input)")
    parser.add_argument("--country", choices=tuple(ZONES), help="for phones, ids and places (default: EG; places: all)")
    parser.add_argument("--today", metavar="DATE", help="for «بكرة» and the like (default: today in that country)")
    parser.add_argument("--choices", metavar="LIST.json", type=Path, help='{"name": "label"} or with "aliases"')


def run(arguments: argparse.Namespace) -> int:
    """Writes what was understood, one JSON value a line, in order."""
    read = reader_of(arguments)
    if arguments.text is not None:
        print(json.dumps(read(arguments.text), ensure_ascii=False))
        return 0
    for line in sys.stdin:
        print(json.dumps(read(line.rstrip("\r\n")), ensure_ascii=False))
    return 0


def reader_of(arguments: argparse.Namespace) -> Reader:
    """The reader of a kind, with what it needs. Raises `CommandFailed` where that is missing or wrong."""
    from dialogs import understanding

    country = arguments.country or "EG"
    if arguments.kind == "number":
        return lambda text: answer(understanding.read_number(text))
    if arguments.kind == "date":
        today = _today(arguments.today, country)
        return lambda text: answer(understanding.read_date(text, today=today))
    if arguments.kind == "intent":
        return lambda text: _intent(understanding.read_intent(text))
    if arguments.kind == "choice":
        options = _options(arguments.choices)
        return lambda text: answer(understanding.read_choice(text, options))
    if arguments.kind == "phone":
        return lambda text: answer(understanding.read_phone(text, country))
    if arguments.kind == "national-id":
        return lambda text: answer(understanding.read_national_id(text, country))
    if arguments.kind == "place":
        places = _places(arguments.country)
        return lambda text: _place(text, places)
    return _name


def answer(reading: Reading[Any]) -> dict[str, Any]:
    """A reading as JSON values; a day is written as ISO 8601."""
    value = reading.value.isoformat() if isinstance(reading.value, date) else reading.value
    if value is None and reading.candidates:
        value = reading.candidates[0]
    return {"value": value, "sure": reading.sure and value is not None, "ask": reading.ask}


def _intent(reading: Reading[str]) -> dict[str, Any]:
    value = reading.value if reading.value in INTENTS else None
    return {"value": value, "sure": reading.sure and value is not None, "ask": reading.ask}


def _name(text: str) -> dict[str, Any]:
    """A name is kept as it is written; without a letter it is none."""
    kept = " ".join(text.split())
    is_name = any(sign.isalpha() for sign in kept)
    return {"value": kept if is_name else None, "sure": is_name, "ask": None if is_name or not kept else "name"}


def _place(text: str, everywhere: list[Places]) -> dict[str, Any]:
    """The place as its id with names and path; sure only when exactly one has that name («قنا» has two)."""
    found = [(hit, places) for places in everywhere for hit in places.search(text)] if text.strip() else []
    if not found:
        return {"value": None, "sure": False, "ask": None}
    best, home = max(found, key=lambda pair: pair[0].score)
    sure = [hit for hit, _ in found if hit.sure]
    value = {
        "id": best.place.code,
        "name_ar": best.place.name_ar,
        "name_en": best.place.name_en,
        "path_ar": best.path_ar,
        "path_en": home.path_en(best.place.code),
    }
    return {"value": value, "sure": len(sure) == 1, "ask": None if len(sure) == 1 else "place_which"}


def _places(country: str | None) -> list[Places]:
    """The places of every programme, or of one country's. They are read from the folders: no database is needed."""
    from bot.cli import CommandFailed
    from bot.settings import read_settings
    from referrals.definitions.settings import read_settings as read_programme
    from referrals.directory.places import read_places

    found = []
    for folder in read_settings().programmes:
        programme = read_programme((folder / "programme.toml").read_text(encoding="utf-8"), source=str(folder))
        file = folder / "places.csv"
        if file.is_file() and country in (None, programme.country):
            found.append(read_places(file.read_bytes()))
    if not found:
        raise CommandFailed(f"no programme{f' in {country}' if country else ''} has a places.csv (SANAD_PROGRAMMES)")
    return found


def _today(text: str | None, country: str) -> date:
    from bot.cli import CommandFailed

    if text is None:
        return datetime.now(ZoneInfo(ZONES[country])).date()
    try:
        return date.fromisoformat(text)
    except ValueError as failure:
        raise CommandFailed(f"--today: {text!r} is no day; write 2026-11-01") from failure


def _options(path: Path | None) -> list[ChoiceWords]:
    from bot.cli import CommandFailed
    from bot.cli.reading import bytes_of
    from dialogs.understanding import ChoiceWords

    expected = '--choices: expected a file with {"name": "label"} or {"name": {"label": …, "aliases": […]}}'
    if path is None:
        raise CommandFailed(expected)
    try:
        listed = json.loads(bytes_of(path))
        pairs = [(name, {"label": said} if isinstance(said, str) else said) for name, said in listed.items()]
        return [ChoiceWords(name, str(said["label"]), _aliases(said.get("aliases", []))) for name, said in pairs]
    except (ValueError, AttributeError, KeyError, TypeError) as failure:
        raise CommandFailed(f"{expected}; {path}: {failure}") from failure


def _aliases(written: str | list[str]) -> tuple[str, ...]:
    parts = written.split("|") if isinstance(written, str) else written
    return tuple(alias.strip() for alias in parts if alias.strip())

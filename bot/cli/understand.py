"""`sanad understand`: what a text is read as, and whether that is certain."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from referrals.asking_back import ZONES, Questions

if TYPE_CHECKING:
    from dialogs.understanding import ChoiceWords, Reading
    from referrals.directory.places.places import Places

HELP = (
    'Reads a text as a family would mean it and prints {"value", "sure", "ask"} as JSON. Without TEXT it reads lines '
    "from standard input and writes one JSON line for each, blank ones too."
)
EXAMPLE = 'sanad understand number "خمسه وعشرين"'
UNREADABLE = "\ufffd"
OPTIONS = ("--country", "--today", "--choices")
KINDS = ("number", "date", "intent", "choice", "phone", "national-id", "place", "name")
INTENTS = frozenset("yes no stop back help skip restart human danger".split())
Reader = Callable[[str], dict[str, Any]]
_HALVES = re.compile("[\ud800-\udfff]+")  # bytes of an argument that were no UTF-8, "\\ud800" in a list


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """KIND, TEXT and what a reader needs to know."""
    parser.add_argument("kind", metavar="KIND", choices=KINDS, help=", ".join(KINDS))
    parser.add_argument("text", metavar="TEXT", nargs="?", help="(default: each line of standard input)")
    parser.add_argument("--country", choices=tuple(ZONES), help="for phones, ids and places (default: EG; places: all)")
    parser.add_argument("--today", metavar="DATE", help="for «بكرة» and the like (default: today in that country)")
    parser.add_argument("--choices", metavar="LIST.json", type=Path, help='{"name": "label"} or with "aliases"')


def in_order(words: Sequence[str]) -> list[str]:
    """The command's words with its options first, so that TEXT may stand anywhere and begin with a dash."""
    options: list[str] = []
    said: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            said += rest
        elif word in OPTIONS:
            options += [word, *islice(rest, 1)]
        elif word in {"-h", "--help"} or word.startswith(tuple(f"{option}=" for option in OPTIONS)):
            options.append(word)
        else:
            said.append(word)
    return [*said[:1], *options, "--", *said[1:]]


def run(arguments: argparse.Namespace) -> int:
    """Writes what was understood, one JSON value a line, in order."""
    read = reader_of(arguments)
    if arguments.text is not None:
        _write(read(_HALVES.sub(UNREADABLE, arguments.text)))
        return 0
    for line in _lines():
        _write(read(line))
    return 0


def _write(found: dict[str, Any]) -> None:
    """One line at once, for whoever waits for it."""
    print(_HALVES.sub(UNREADABLE, json.dumps(found, ensure_ascii=False)), flush=True)


def _lines() -> Iterator[str]:
    """The lines of standard input, parted at line feeds only; bytes that are no UTF-8 count as unreadable signs."""
    source = getattr(sys.stdin, "buffer", sys.stdin)
    for number, line in enumerate(source):
        text = _decoded(line) if isinstance(line, bytes) else line
        yield (text.removeprefix("\ufeff") if number == 0 else text).removesuffix("\n").removesuffix("\r")


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", errors="replace")


def reader_of(arguments: argparse.Namespace) -> Reader:
    """The reader of a kind, with what it needs. Raises `CommandFailed` where that is missing or wrong."""
    from dialogs import understanding

    kind, country = arguments.kind, arguments.country or "EG"
    questions = Questions(kind, country)
    today = _today(arguments.today, country)
    latest = today if arguments.today else date(today.year + 1, 12, 31)  # a clock may be behind; nobody is born in 2099
    if kind == "choice":
        options = _options(arguments.choices)
        questions = Questions(kind, country, {option.name: option.label for option in options})
        return lambda text: answer(understanding.read_choice(text, options), text, questions)
    if kind == "place":
        from bot.cli.understanding_places import places_to_read

        places = places_to_read(arguments.country)
        return lambda text: _place(text, places, country)
    readers: dict[str, Callable[[str], Reading[Any]]] = {
        "number": understanding.read_number,
        "date": lambda text: understanding.read_date(text, today=today),
        "intent": lambda text: _commanded(understanding.read_intent(text)),
        "phone": lambda text: understanding.read_phone(text, country),
        "national-id": lambda text: understanding.read_national_id(text, country, latest),
        "name": understanding.read_name,
    }
    read = readers[kind]
    return lambda text: answer(read(text), text, questions)


def answer(reading: Reading[Any], text: str, questions: Questions) -> dict[str, Any]:
    """A reading as JSON values; a day is written as ISO 8601. Bytes that were no UTF-8 hide what was said."""
    reading = replace(reading, sure=False) if UNREADABLE in text else reading
    value = reading.value.isoformat() if isinstance(reading.value, date) else reading.value
    if value is None and reading.candidates:
        value = reading.candidates[0]
    return {"value": value, "sure": reading.sure and value is not None, "ask": questions.about(reading, text)}


def _commanded(reading: Reading[str]) -> Reading[str]:
    """Only what the contract names: thanks and greetings are no intent."""
    candidates = tuple(name for name in reading.candidates if name in INTENTS)
    if reading.value is None or reading.value in INTENTS:
        return replace(reading, candidates=candidates)
    return replace(reading, value=None, sure=False, ask=None, candidates=candidates)


def _place(text: str, places: Places, country: str) -> dict[str, Any]:
    """The place as its id with names and path; sure only when exactly one is meant («قنا» is two)."""
    from bot.cli.understanding_places import place_shown

    reading = places.read(text)
    labels = {code: places.path_ar(code) for code in reading.candidates}
    told = answer(reading, text, Questions("place", country, labels))
    code = told["value"]
    return {**told, "value": place_shown(code, places) if code in places else None}


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

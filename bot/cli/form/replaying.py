"""`sanad form replay`: takes recorded steps through a form and prints what every node held after each."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cli.actions import Action

if TYPE_CHECKING:
    from dialogs.form import Form, Instance

FROM_INPUT = "-"


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FORM", type=Path)
    parser.add_argument(
        "--steps",
        metavar="FILE",
        required=True,
        help='JSON: a list of steps such as {"op": "set", "ref": "/data/age", "v": "3"}, or an object with "steps"; '
        "- reads standard input",
    )
    parser.add_argument("--now", metavar="ISO", default="", help="the moment it is all worked out at (default: now)")
    parser.add_argument("--tz", metavar="ZONE", default="UTC", help="such as Africa/Cairo (default: UTC)")
    parser.add_argument(
        "--preload",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="deviceid, username, phonenumber, email; may be given several times",
    )


def _replay(arguments: argparse.Namespace) -> int:
    import json
    import sys

    from dialogs.form.trace import replay

    instance = _instance(arguments)
    done = replay(instance, _steps(arguments.steps))
    written = json.dumps(done.trace, ensure_ascii=False)
    print(written.encode(errors="backslashreplace").decode())  # half a character stays the escape that JSON has for it
    for line in done.refused:
        print(f"sanad form replay: {line}", file=sys.stderr)
    return 1 if done.refused else 0


def _instance(arguments: argparse.Namespace) -> Instance:
    from uuid import NAMESPACE_URL, uuid5
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from bot.cli import CommandFailed
    from bot.cli.form.reading import moment
    from dialogs.form import Instance

    form, now, preload = _form(arguments.file), moment(arguments.now), _preload(arguments.preload)
    try:
        ZoneInfo(arguments.tz)
    except (ZoneInfoNotFoundError, ValueError, OSError) as failure:
        raise CommandFailed(f"--tz: there is no time zone {arguments.tz!r}; write Africa/Cairo") from failure
    always = uuid5(NAMESPACE_URL, f"{form.id}/{form.version}")  # the same form is replayed under the same instance id
    return Instance.start(form, now=now, time_zone=arguments.tz, instance_id=str(always), preload=preload)


def _form(path: Path) -> Form:
    """The form with the lists that stand beside its file; a list that does not is blank."""
    from bot.cli.reading import bytes_of
    from dialogs.form import read_form

    return read_form(bytes_of(path), name=path.name, attachments=FilesBeside(path.parent))


class FilesBeside(Mapping[str, bytes]):
    """The files of a folder by name, each read when it is asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __getitem__(self, name: str) -> bytes:
        path = self._folder / name
        if "/" in name or not path.is_file():
            raise KeyError(name)
        return path.read_bytes()

    def __iter__(self) -> Iterator[str]:
        return (path.name for path in self._folder.iterdir() if path.is_file())

    def __len__(self) -> int:
        return sum(1 for _name in self)


def _preload(given: list[str]) -> Mapping[str, str]:
    from bot.cli import CommandFailed

    found: dict[str, str] = {}
    for pair in given:
        key, sign, value = pair.partition("=")
        if not sign or not key:
            raise CommandFailed(f"--preload: {pair!r} is not KEY=VALUE, such as deviceid=dev:1")
        found[key.lower()] = value  # deviceID and phoneNumber, as some engines spell them, are the same
    return found


def _steps(source: str) -> list[dict[str, Any]]:
    import json
    import sys

    from bot.cli import CommandFailed
    from bot.cli.reading import bytes_of

    name = "standard input" if source == FROM_INPUT else source
    content = sys.stdin.read() if source == FROM_INPUT else bytes_of(Path(source))
    try:
        written = json.loads(content, parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError) as failure:
        raise CommandFailed(f"--steps: {name} is no JSON: {failure}") from failure
    steps = written.get("steps") if isinstance(written, dict) else written
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise CommandFailed(f'--steps: {name} is neither a list of steps nor an object with "steps", each an object')
    return steps


def _finite(written: str) -> float:
    """The number; ValueError for NaN, Infinity and 1e999, which could not be printed as JSON again."""
    number = float(written)
    if not isfinite(number):
        raise ValueError(f"{written} is no number")
    return number


ACTION = Action(
    "replay",
    "Takes recorded steps through a form and prints, as one JSON object, what every node held at first (`initial`), "
    "what each step changed (`steps`), what is still wrong (`final_violations`) and the XML it would send "
    "(`submission`). Exits 1 when a step could not be taken, 2 when the form cannot be used.",
    "sanad form replay visit.xlsx --steps steps.json --now 2026-01-15T10:00Z --tz Africa/Cairo --preload username=mona",
    _replay,
    _add_arguments,
)

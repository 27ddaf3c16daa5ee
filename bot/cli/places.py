"""`sanad places`: governorates, areas and villages with their names and points."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.cli.actions import Action, add_actions, run_action

HELP = "Imports the places of a programme: where families live and what lies near."
EXAMPLE = "sanad places import places.csv --programme qena"
COLUMNS = (
    "a places.csv (code,level,parent,name_ar,name_en,lat,lon,aliases,source), or a list with name_ar, name_en, level, "
    "governorate_ar, parent_ar, lat, lon and the like, whose codes and parents are made"
)
run = run_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """import."""
    add_actions(parser, ACTIONS)


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help=COLUMNS)
    parser.add_argument("--programme", metavar="P", required=True)


def _import(arguments: argparse.Namespace) -> int:
    from bot.cli import CommandFailed
    from bot.cli.reading import bytes_of
    from bot.cli.replacing import put_in_force
    from referrals.directory.places import read_places
    from referrals.directory.simple_places import is_simple

    content = bytes_of(arguments.file)
    if is_simple(content):
        content = _simple(content, arguments.file.name)
    places = read_places(content, file=arguments.file.name)
    if not places:
        raise CommandFailed(f"{arguments.file.name}: no row names a place; expected {COLUMNS}")
    changed = put_in_force(arguments.programme, {"places.csv": content})
    print(f"{arguments.programme}: {len(places)} places{'' if changed else ', in force already'}")
    return 0


def _simple(content: bytes, name: str) -> bytes:
    """The list as a places.csv; what was not taken, or not taken whole, is told row by row."""
    from bot.cli import CommandFailed
    from referrals.directory.simple_places import read_simple

    read = read_simple(content, file=name)
    for problem in read.problems:
        print(problem, file=sys.stderr)
    if not read.count:
        raise CommandFailed(f"{name}: no row names a place; expected {COLUMNS}")
    print(
        f"{name}: {read.count - read.made} places, {read.made} more that they belong to, {read.left_out} rows left out"
    )
    return read.content


ACTIONS = (
    Action(
        "import",
        "Replaces the places of a programme. A wrong row of a places.csv is named with its remedy and nothing is "
        "changed; of another list, rows that name no place are told and left out.",
        EXAMPLE,
        _import,
        _add_import,
    ),
)

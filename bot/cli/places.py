"""`sanad places`: governorates, areas and villages with their names and points."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.cli.actions import Action, add_actions, run_action

HELP = "Imports the places of a programme: where families live and what lies near."
EXAMPLE = "sanad places import places.csv --programme qena"
run = run_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """import."""
    add_actions(parser, ACTIONS)


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="code,level,parent,name_ar,name_en,lat,lon,aliases,…")
    parser.add_argument("--programme", metavar="P", required=True)


def _import(arguments: argparse.Namespace) -> int:
    from bot.cli.reading import bytes_of
    from bot.cli.replacing import put_in_force
    from referrals.directory.places import read_places

    content = bytes_of(arguments.file)
    places = read_places(content, file=arguments.file.name)
    changed = put_in_force(arguments.programme, {"places.csv": content})
    print(f"{arguments.programme}: {len(places)} places{'' if changed else ', in force already'}")
    return 0


ACTIONS = (
    Action(
        "import",
        "Replaces the places of a programme; a wrong row is named with its remedy and nothing is changed.",
        EXAMPLE,
        _import,
        _add_import,
    ),
)

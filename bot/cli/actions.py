"""Commands of two words (`sanad staff add`): each action with its help, its example and what it runs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass


def no_arguments(_: argparse.ArgumentParser) -> None:
    """For an action that needs none."""


@dataclass(frozen=True)
class Action:
    """The second word of a command. `run` gives the exit code."""

    name: str
    help: str
    example: str
    run: Callable[[argparse.Namespace], int]
    add_arguments: Callable[[argparse.ArgumentParser], None] = no_arguments


def add_actions(parser: argparse.ArgumentParser, actions: Sequence[Action]) -> None:
    """Gives the command its second words; `run_action` runs the one that was typed."""
    listing = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for action in actions:
        one = listing.add_parser(
            action.name, help=action.help, description=action.help, epilog=f"example: {action.example}"
        )
        action.add_arguments(one)
        one.set_defaults(run_action=action.run)


def run_action(arguments: argparse.Namespace) -> int:
    """The action's own exit code."""
    return int(arguments.run_action(arguments))


def add_json(parser: argparse.ArgumentParser) -> None:
    """--json: one JSON value (or one a line) instead of text."""
    parser.add_argument("--json", action="store_true", help="write JSON instead of text")

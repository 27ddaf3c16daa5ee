"""`sanad bench`: what this machine does, measured; never asserted in a test."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from typing import Any

from bot.cli.actions import Action, add_actions, add_json, run_action

HELP = "Measures this machine in a folder of its own; the database of the settings is never touched."
EXAMPLE = "sanad bench turns --seconds 10 --json"
run = run_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """turns, memory, forms, understanding."""
    add_actions(parser, ACTIONS)


def _add_turns(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", metavar="S", type=float, default=8.0, help="for each measurement (default: 8)")
    parser.add_argument("--profile", metavar="FILE", help="also write a cProfile of the turns one at a time")
    add_json(parser)


def _add_memory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--conversations", metavar="N", type=int, default=10_000, help="open ones (default: 10000)")
    add_json(parser)


def _add_forms(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--turns", metavar="N", type=int, default=2_000, help="of each long form (default: 2000)")
    add_json(parser)


def _add_understanding(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--texts", metavar="N", type=int, default=5_000, help="of each kind (default: 5000)")
    parser.add_argument("--drawn", metavar="N", type=int, default=100, help="cards, and as many papers (default: 100)")
    add_json(parser)


def _turns(arguments: argparse.Namespace) -> int:
    from bot.benches.turns import measure_turns

    return _tell(arguments, measure_turns(arguments.seconds, profile=arguments.profile))


def _memory(arguments: argparse.Namespace) -> int:
    from bot.benches.memory import measure_memory

    return _tell(arguments, measure_memory(arguments.conversations))


def _forms(arguments: argparse.Namespace) -> int:
    from bot.benches.forms import aim_of, measure_forms

    return _tell(arguments, measure_forms(arguments.turns), aim_of)


def _understanding(arguments: argparse.Namespace) -> int:
    from bot.benches.understanding import aim_of, measure_understanding

    return _tell(arguments, measure_understanding(arguments.texts, arguments.drawn), aim_of)


def _no_aim(_name: str) -> float | None:
    return None


def _tell(
    arguments: argparse.Namespace, found: Mapping[str, Any], aim_of: Callable[[str], float | None] = _no_aim
) -> int:
    aims = {f"{name}_aim": aim for name in found if (aim := aim_of(name)) is not None}
    if arguments.json:
        print(json.dumps({**found, **aims}))
    else:
        for name, value in found.items():
            shown = f"{value:,.2f}" if isinstance(value, float) else f"{value}"
            aim = aims.get(f"{name}_aim")
            side = "over" if name.endswith("_a_second") else "under"
            print(f"{name:36} {shown}" if aim is None else f"{name:36} {shown:12} aim: {side} {aim:,.0f}")
    return 0


ACTIONS = (
    Action(
        "turns",
        "Durable turns a second of Kuwait's intake on SQLite (synchronous=FULL), one conversation at a time and 64 at "
        "once, beside the raw driver writing the same rows with one commit each.",
        EXAMPLE,
        _turns,
        _add_turns,
    ),
    Action(
        "memory",
        "Resident memory of `sanad run` idle, with and without the messengers, per 10,000 open conversations, and the "
        "seconds to the first answer.",
        "sanad bench memory --json",
        _memory,
        _add_memory,
    ),
    Action(
        "forms",
        "The interview alone: microseconds of a turn on a form of 60 questions and on one of 300 with 2,000 choices, a "
        "roster growing to 40 members, loading, and a session played again from its journal, beside their aims and a "
        "floor (answers copied and a number read; the same XML only walked).",
        "sanad bench forms --json",
        _forms,
        _add_forms,
    ),
    Action(
        "understanding",
        "Readings a second of each kind over texts that never repeat (places among 10,850 made-up names), what loading "
        "and each kind's first reading cost a fresh process, and cards and papers drawn a second, beside their aims.",
        "sanad bench understanding --json",
        _understanding,
        _add_understanding,
    ),
)

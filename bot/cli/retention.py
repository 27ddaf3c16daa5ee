"""`sanad retention`: what has had its time, and taking it away now instead of at the clock's next hour."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from bot.cli.actions import Action, add_actions, add_json, run_action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from referrals.protection.retention.carrying_out import Line

HELP = "Shows by rule how many rows have had their time, and takes them away. The clock does it by itself every hour."
EXAMPLE = "sanad retention show --json"
run = run_action
ACTION_NAMES = ("show", "run")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """show, run."""
    add_actions(parser, ACTIONS)


def in_order(given: Sequence[str]) -> list[str]:
    """`sanad retention` alone shows."""
    words = list(given)
    if any(word in ACTION_NAMES or word in ("-h", "--help") for word in words[1:]):
        return words
    return [words[0], "show", *words[1:]]


def _show(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.protection.retention.carrying_out import planned

    here = open_here()
    lines = planned(here.store, here.now())
    if arguments.json:
        _as_json(lines)
    else:
        _as_text(lines)
    return 0


def _run(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.protection.retention.carrying_out import OPERATOR, planned, retain

    here = open_here()
    at = here.now()
    lines = planned(here.store, at)
    if not arguments.dry_run:
        retain(here.store, at, OPERATOR, everybody=True)
    if arguments.json:
        _as_json(lines)
        return 0
    _as_text(lines)
    total = sum(line.rows for line in lines)
    print(f"{total} rows would go; nothing was changed" if arguments.dry_run else f"{total} rows have gone")
    return 0


def _as_json(lines: Sequence[Line]) -> None:
    import json

    for line in lines:
        print(json.dumps(_told(line), ensure_ascii=False))


def _told(line: Line) -> dict[str, Any]:
    oldest = line.oldest_at.isoformat() if line.oldest_at else None
    return {"programme": line.programme_id, "rule": line.rule, "rows": line.rows, "oldest_at": oldest}


def _as_text(lines: Sequence[Line]) -> None:
    for line in lines:
        since = f", the oldest of {line.oldest_at:%Y-%m-%d}" if line.oldest_at else ""
        print(f"{line.programme_id or '-':<12} {line.rule:<24} {line.rows:>8}{since}")


def _run_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only say what would go")
    add_json(parser)


ACTIONS = (
    Action(
        "show", "Says by rule how many rows would go now, and since when the oldest is there.", EXAMPLE, _show, add_json
    ),
    Action(
        "run",
        "Takes away what has had its time, of everybody. The rules stand in [retention] of programme.toml; what is "
        "open, held, claimed or in danger stays.",
        "sanad retention run --dry-run",
        _run,
        _run_arguments,
    ),
)

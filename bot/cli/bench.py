"""`sanad bench`: what this machine does, measured; never asserted in a test."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from typing import Any

from bot.cli.actions import Action, add_actions, add_json, run_action

HELP = "Measures this machine in a folder of its own; the database of the settings is never touched."
EXAMPLE = "sanad bench turns --seconds 10 --json"
HIGHER_IS_BETTER = ("_a_second", "_share", "_ratio")
PARTS = ("telegram", "whatsapp", "whatsapp1000", "webhooks", "campaign", "reminders")
run = run_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """turns, memory, forms, understanding, delivery."""
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


def _add_delivery(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--part", metavar="PART", choices=PARTS, help=f"one of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--seconds", metavar="S", type=float, default=20.0, help="for each measurement (default: 20)")
    parser.add_argument(
        "--waiting", metavar="N", type=int, default=200_000, help="messages of the campaign (default: 200000)"
    )
    parser.add_argument(
        "--reminders", metavar="N", type=int, default=1_000_000, help="reminders that lie ahead (default: 1000000)"
    )
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


def _delivery(arguments: argparse.Namespace) -> int:
    from bot.benches.delivery import aims_of, measure_delivery

    parts = (arguments.part,) if arguments.part else PARTS
    found = measure_delivery(parts, arguments.seconds, arguments.waiting, arguments.reminders)
    return _tell(arguments, found, aims_of(parts).get)


def _add_match(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--locations", metavar="N", type=int, default=100_000, help="services at locations (default: 100000)"
    )
    parser.add_argument("--queries", metavar="N", type=int, default=2_000, help="searches timed (default: 2000)")
    parser.add_argument("--compared", metavar="N", type=int, default=100, help="with brute force (default: 100)")
    parser.add_argument("--postgres", metavar="URL", default="", help="an empty database, to measure there as well")
    add_json(parser)


def _match(arguments: argparse.Namespace) -> int:
    from bot.benches.matching import aim_of, measure_matching

    found = measure_matching(arguments.locations, arguments.queries, arguments.compared, arguments.postgres)
    return _tell(arguments, found, aim_of)


def _add_referrals(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--referrals", metavar="N", type=int, default=1_000_000, help="with deadlines (default: 1000000)"
    )
    parser.add_argument("--families", metavar="N", type=int, default=500, help="who claim at once (default: 500)")
    parser.add_argument("--places", metavar="N", type=int, default=50, help="that are left (default: 50)")
    parser.add_argument("--postgres", metavar="URL", default="", help="an empty database; else the development wheel's")
    add_json(parser)


def _referrals(arguments: argparse.Namespace) -> int:
    from bot.benches.referrals import aim_of, measure_referrals

    found = measure_referrals(arguments.referrals, arguments.families, arguments.places, arguments.postgres)
    return _tell(arguments, found, aim_of)


def _add_directory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--services", metavar="N", type=int, default=100_000, help="of the package (default: 100000)")
    parser.add_argument("--postgres", metavar="URL", default="", help="an empty database, instead of SQLite")
    add_json(parser)


def _directory(arguments: argparse.Namespace) -> int:
    from bot.benches.directory_import import aim_of, measure_import

    return _tell(arguments, measure_import(arguments.services, url=arguments.postgres), aim_of)


def _no_aim(_name: str) -> float | None:
    return None


def _tell(
    arguments: argparse.Namespace, found: Mapping[str, Any], aim_of: Callable[[str], float | None] = _no_aim
) -> int:
    aims = {f"{name}_aim": aim for name in found if (aim := aim_of(name)) is not None}
    if arguments.json:
        print(json.dumps({**found, **aims}))
    else:
        width = max(map(len, found), default=0)
        for name, value in found.items():
            shown = f"{value:,.2f}" if isinstance(value, float) else f"{value}"
            aim = aims.get(f"{name}_aim")
            line = f"{name:{width}} {shown}"
            print(line if aim is None else f"{line:{width + 13}} aim: {_shown_aim(name, aim)}")
    return 0


def _shown_aim(name: str, aim: float) -> str:
    if aim == 0:
        return "0"
    return f"{'over' if name.endswith(HIGHER_IS_BETTER) else 'under'} {aim:,g}"


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
    Action(
        "delivery",
        "The delivery's paces against platforms of this machine that enforce their limits (Telegram to 500 chats and "
        "while it bans, WhatsApp at 80 and at 1,000 a second beside the bare client library), webhooks stored, replies "
        "while a campaign of 200,000 waits, and a million reminders ahead, beside their aims.",
        "sanad bench delivery --part whatsapp1000 --json",
        _delivery,
        _add_delivery,
    ),
    Action(
        "match",
        "The three nearest that can serve and have room, with the whole ladder and its explanation, among 100,000 "
        "services at locations of 16 kinds, beside a brute-force geodesic search whose order it must equal; and a "
        "governorate where places are scarce, by three rules, beside their aims.",
        "sanad bench match --json",
        _match,
        _add_match,
    ),
    Action(
        "referrals",
        "500 families claim the last 50 places of one service at the same moment: exactly 50 succeed; and the clock's "
        "tick with a million referrals whose deadlines lie ahead, on SQLite and on PostgreSQL (of the development "
        "packages, where no address is given), beside their aims.",
        "sanad bench referrals --json",
        _referrals,
        _add_referrals,
    ),
    Action(
        "directory",
        "Importing an HSDS package of 100,000 services, each with a location, an address, a phone and hours: seconds, "
        "memory, the same package again, how long another writer waits meanwhile, beside their aims; then the read API "
        "over it: pages, searches and one service, in ms, beside a floor.",
        "sanad bench directory --json",
        _directory,
        _add_directory,
    ),
)

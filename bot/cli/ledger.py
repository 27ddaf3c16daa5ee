"""`sanad ledger`: the books of inbox and outbox by channel and day, and the way of a single message."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from bot.cli.actions import add_json

if TYPE_CHECKING:
    from referrals.books import Books, Line

HELP = (
    "Prints the books by channel and day: messages in and out, submissions for other servers. Exits 1 when they do not "
    "balance: then something is in no state, in two, or gone. `trace` shows the way of one message; `write-off` ends "
    "an alarm that was looked into."
)
EXAMPLE = "sanad ledger --days 3"
DAYS = 7
NAMES = {"inbox": "accepted", "outbox": "owed", "push": "owed"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--day, --days, --channel, --json; or `trace REF`."""
    parser.add_argument("--day", metavar="YYYY-MM-DD", help="this local day alone; also today or yesterday")
    parser.add_argument("--days", metavar="N", type=int, default=DAYS, help=f"the last N days (default {DAYS})")
    parser.add_argument("--channel", help="the lines of this channel alone, such as whatsapp; totals stay whole")
    add_json(parser)
    actions = parser.add_subparsers(dest="action", metavar="{trace,write-off}", required=False)
    one = actions.add_parser(
        "trace",
        help="the way of one message, from webhook to outcome",
        description="Prints what happened to one message, step by step, without a word of what it says.",
        epilog="example: sanad ledger trace out-456",
    )
    one.add_argument(
        "ref",
        metavar="REF",
        help="in-123, out-456, a key of the outbox, a platform's id of the message, or an application's number",
    )
    one.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="write JSON instead of text")
    off = actions.add_parser(
        "write-off",
        help="take the counts to what is there, once somebody has looked into it",
        description="Lets the books balance again after a loss was looked into. Audited with the reason.",
        epilog='example: sanad ledger write-off --because "restored from the backup of the night"',
    )
    off.add_argument("--because", metavar="TEXT", required=True, help="what was found")


def run(arguments: argparse.Namespace) -> int:
    """0 when the books balance, else 1; of a trace, 1 when nothing has that reference."""
    if arguments.action == "trace":
        from bot.cli.ledger_trace import run_trace

        return run_trace(arguments.ref, as_json=arguments.json)
    return _write_off(arguments.because) if arguments.action == "write-off" else _run_books(arguments)


def _write_off(because: str) -> int:
    from bot.cli import CommandFailed
    from bot.cli.opened import open_here
    from referrals.books.watching import told
    from referrals.books.writing_off import write_off

    if not because.strip():
        raise CommandFailed("--because: say what was found")
    opened = open_here()
    at = opened.now()
    done = opened.store.transact(lambda uow: write_off(uow, at, because=because.strip(), actor="command"))
    for each in done:
        print(f"written off: {told(each)}")
    if not done:
        print("there is nothing to write off")
    return 0


def _run_books(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.books import books, days
    from referrals.books.balancing import differences, today
    from referrals.books.watching import difference_of, nobody_counts, told

    opened = open_here()
    at = opened.now()
    with opened.store.reading() as uow:
        first, last = _asked(arguments, today(uow, at))
        found = books(uow)
        lines = days(uow, first, last, arguments.channel or "")
        wrong = differences(uow, at, found)
    wrong += [line for line in lines if not line.balance and line not in wrong]
    balance = found.balance and not wrong
    if arguments.json:
        print(json.dumps({**_totals(found), "balance": balance, **_details(found, lines, wrong)}))
    else:
        _print(found, lines, balance)
    if not balance:
        for each in [*map(nobody_counts, found.uncounted), *map(difference_of, wrong)]:
            print(f"ALERT: the books do not balance: {told(each)}", file=sys.stderr)
    return 0 if balance else 1


def _asked(arguments: argparse.Namespace, here: date) -> tuple[date, date]:
    """The first and the last day. Where another programme is, the next one may have begun: the last reaches further."""
    from bot.cli import CommandFailed

    if arguments.day is None:
        if arguments.days < 1:
            raise CommandFailed("--days: expected 1 or more")
        return here - timedelta(days=arguments.days - 1), here + timedelta(days=1)
    named = {"today": here, "yesterday": here - timedelta(days=1)}
    try:
        day = named.get(arguments.day) or date.fromisoformat(arguments.day)
    except ValueError as failure:
        raise CommandFailed(f"--day: expected a day such as {here}; it is {arguments.day!r}") from failure
    return day, day


def _totals(found: Books) -> dict[str, Any]:
    from referrals.books import INBOX_STATES, OUTBOX_STATES, PUSH_STATES

    return {
        "inbox": {"accepted": found.accepted, **_states(found.inbox, INBOX_STATES)},
        "outbox": {"owed": found.owed, **_states(found.outbox, OUTBOX_STATES)},
        "pushes": _states(found.pushes, PUSH_STATES) if found.pushes else {},
    }


def _details(found: Books, lines: list[Line], wrong: list[Line]) -> dict[str, Any]:
    return {
        "uncounted": list(found.uncounted),
        "days": [_as_json(line) for line in lines],
        "differences": [_as_json(line) for line in wrong],
    }


def _as_json(line: Line) -> dict[str, Any]:
    from referrals.books.balancing import STATES

    sent = {"delivered": line.delivered, "read": line.read} if line.book == "outbox" else {}
    return {
        "book": line.book,
        "channel": line.account.channel,
        "account": line.account.name,
        "day": line.day.isoformat() if line.day else None,
        NAMES[line.book]: line.counted,
        **_states(line.states, STATES[line.book]),
        **sent,
        "balance": line.balance,
    }


def _print(found: Books, lines: list[Line], balance: bool) -> None:
    for name, counts in _totals(found).items():
        if counts:
            print(f"{name:<7} " + "  ".join(f"{state} {count}" for state, count in counts.items()))
    for book in ("inbox", "outbox", "push"):
        mine = [line for line in lines if line.book == book]
        if mine:
            print()
            _print_table(book, mine)
    print()
    print("the books balance" if balance else "THE BOOKS DO NOT BALANCE")


def _print_table(book: str, lines: list[Line]) -> None:
    from referrals.books.balancing import STATES
    from referrals.books.watching import difference_of, what_is_wrong

    more = ("delivered", "read") if book == "outbox" else ()
    head = [book, "day", NAMES[book], *STATES[book]]
    rows = [_cells(line, STATES[book]) for line in lines]
    if more:  # beside what they are parts of
        place = head.index("sent") + 1
        head[place:place] = ["(delivered", "read)"]
        for row, line in zip(rows, lines, strict=True):
            row[place:place] = [str(line.delivered), str(line.read)]
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    told = ["", *("" if line.balance else f"   <- {what_is_wrong(difference_of(line))}" for line in lines)]
    for row, why in zip((head, *rows), told, strict=True):
        aligned = (str.ljust, str.ljust, *[str.rjust] * (len(row) - 2))
        cells = [align(cell, width) for align, cell, width in zip(aligned, row, widths, strict=True)]
        print("  ".join(cells) + why)


def _cells(line: Line, states: tuple[str, ...]) -> list[str]:
    day = line.day.isoformat() if line.day else "all"
    counts = [str(line.states.get(state, 0)) for state in states]
    return [f"{line.account.channel} {line.account.name}", day, str(line.counted), *counts]


def _states(counts: Any, expected: tuple[str, ...]) -> dict[str, int]:
    """Every state in its order, one that nobody expected last: it is what does not balance."""
    return {state: counts.get(state, 0) for state in [*expected, *sorted(set(counts) - set(expected))]}

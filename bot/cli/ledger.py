"""`sanad ledger`: the books of inbox and outbox."""

from __future__ import annotations

import argparse
import json

from bot.cli.actions import add_json

HELP = (
    "Prints the books: messages in and out, submissions for other servers. Exits 1 when they do not balance: "
    "then something is in no state, or in two."
)
EXAMPLE = "sanad ledger --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--json."""
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when the books balance, else 1."""
    from bot.cli.opened import open_here
    from referrals.books import INBOX_STATES, OUTBOX_STATES, PUSH_STATES, books

    with open_here().store.reading() as uow:
        found = books(uow)
    inbox = {"accepted": found.accepted, **_states(found.inbox, INBOX_STATES)}
    outbox = {"owed": found.owed, **_states(found.outbox, OUTBOX_STATES)}
    pushes = _states(found.pushes, PUSH_STATES) if found.pushes else {}
    if arguments.json:
        print(json.dumps({"inbox": inbox, "outbox": outbox, "pushes": pushes, "balance": found.balance}))
    else:
        print("inbox   " + "  ".join(f"{name} {count}" for name, count in inbox.items()))
        print("outbox  " + "  ".join(f"{name} {count}" for name, count in outbox.items()))
        if pushes:
            print("pushes  " + "  ".join(f"{name} {count}" for name, count in pushes.items()))
        print("the books balance" if found.balance else "THE BOOKS DO NOT BALANCE")
    return 0 if found.balance else 1


def _states(counts: dict[str, int], expected: tuple[str, ...]) -> dict[str, int]:
    """Every state in its order, one that nobody expected last: it is what does not balance."""
    return {state: counts.get(state, 0) for state in [*expected, *sorted(set(counts) - set(expected))]}

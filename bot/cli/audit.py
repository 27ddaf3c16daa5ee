"""`sanad audit`: the chain that says who did what."""

from __future__ import annotations

import argparse

from bot.cli.actions import Action, add_actions, run_action

HELP = "Checks the audit chain: every row follows from the one before it."
EXAMPLE = "sanad audit verify"
run = run_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """verify."""
    add_actions(parser, ACTIONS)


def _verify(_: argparse.Namespace) -> int:
    from sqlalchemy import func, select

    from bot.cli.opened import open_here
    from referrals.protection.audit import broken_link
    from referrals.protection.records import AuditEvent

    with open_here().store.reading() as uow:
        broken = broken_link(uow)
        rows, last = uow.connection.execute(select(func.count(), func.max(AuditEvent.seq))).one()
        newest = uow.connection.execute(select(AuditEvent.hash).where(AuditEvent.seq == last)).scalar_one_or_none()
    if broken is not None:
        print(f"the chain is broken at row {broken}: it was changed, or one before it is missing")
        return 1
    print(f"the chain is whole: {rows} rows" + (f", the newest has the hash {newest}" if newest else ""))
    return 0


ACTIONS = (
    Action(
        "verify",
        "Exits 1 at the first row that does not follow. Note the newest hash elsewhere: then nobody can cut the end.",
        "sanad audit verify",
        _verify,
    ),
)

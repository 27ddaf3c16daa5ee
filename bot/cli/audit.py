"""`sanad audit`: the chain that says who did what, whether it is whole, and what it says of somebody."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from bot.cli.actions import Action, add_actions, add_json, run_action

if TYPE_CHECKING:
    from referrals.protection.audit_trail.log import Sought
    from referrals.protection.audit_trail.verifying import Checked
    from referrals.store.unit_of_work import UnitOfWork

HELP = "Checks the audit chain, and shows what it says of a person, an object or a member of staff."
EXAMPLE = "sanad audit verify"
run = run_action
WRONG = {
    "changed": "it was changed, or one before it was",
    "missing": "it is missing",
    "end_missing": "it and whatever followed were cut off the end",
    "end_changed": "somebody moved the end of the chain",
    "cut_changed": "what stood before it was removed, and not by this service",
    "people_changed": "whom it showed is told otherwise than it was written",
    "unguarded": "the rows are whole, but the triggers that protect them are gone; they come back at the next start",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """verify, show."""
    add_actions(parser, ACTIONS)


def _verify(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.protection.audit_trail.verifying import check

    with open_here().store.reading() as uow:
        found = check(uow)
        lost = _lost(uow, arguments.anchor) if arguments.anchor and found.broken is None else ""
    if arguments.json:
        print(json.dumps({**vars(found), "anchor": "lost" if lost else "held" if arguments.anchor else None}))
    else:
        _tell(found, lost)
    return 1 if found.broken is not None or lost else 0


def _tell(found: Checked, lost: str) -> None:
    if found.broken is not None and found.wrong:
        print(f"the chain is broken at row {found.broken}: {WRONG[found.wrong]}")
    elif lost:
        print(f"the chain is broken: {lost}")
    else:
        begins = f", from row {found.first} on" if found.first > 1 else ""
        newest = f", the newest has the hash {found.hash}; keep elsewhere: {found.last}:{found.hash}"
        print(f"the chain is whole: {found.rows} rows{begins}" + (newest if found.rows else ""))


def _lost(uow: UnitOfWork, anchor: str) -> str:
    """What is wrong with a row that was noted outside, as «number:hash»; blank when it stands as it did."""
    from sqlalchemy import select

    from bot.cli import CommandFailed
    from referrals.protection.records import AuditEvent

    number, _, noted = anchor.partition(":")
    if not number.isdigit() or len(noted) != 64:
        raise CommandFailed("--anchor: write it as `sanad audit verify` printed it, NUMBER:HASH")
    standing = uow.connection.execute(select(AuditEvent.hash).where(AuditEvent.seq == int(number))).scalar()
    if standing is None:
        return f"row {number}, which you noted, is gone"
    return "" if standing == noted else f"row {number} is another than the one you noted"


def _anchored(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--anchor", metavar="NUMBER:HASH", help="a newest row that was noted earlier; it must stand")
    add_json(parser)


def _about(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--person", metavar="ID", type=int, help="everything about one person, by number")
    parser.add_argument("--number", metavar="NUMBER", help="the same, by the number of an application")
    parser.add_argument("--object", metavar="KIND:ID", help="one row: referral:17, application:4, help_request:9")
    parser.add_argument("--staff", metavar="ADDRESS", help="what one colleague did: an e-mail address, or a number")
    parser.add_argument("--most", metavar="N", type=int, default=200, help="how many, the newest first (default: 200)")
    add_json(parser)


def _show(arguments: argparse.Namespace) -> int:
    from bot.cli import CommandFailed
    from bot.cli.opened import open_here
    from referrals.protection.audit_trail.log import Line, lines, note_reading

    if not any((arguments.person, arguments.number, arguments.object, arguments.staff)):
        raise CommandFailed("say of whom: --person, --number, --object or --staff")
    here = open_here()

    def work(uow: UnitOfWork) -> list[Line]:
        sought = _sought(uow, arguments)
        note_reading(uow, "operator", sought, here.now())
        return lines(uow, sought, most=arguments.most)

    for line in here.store.transact(work):
        if arguments.json:
            print(json.dumps({**vars(line), "at": line.at.isoformat()}, ensure_ascii=False))
        else:
            who = " ".join(filter(None, (line.actor, line.role and f"({line.role})", line.place)))
            print(
                f"{line.seq}  {line.at:%Y-%m-%d %H:%M:%S}Z  {who}  {line.action}  {line.object_kind}:{line.object_id}"
            )
    return 0


def _sought(uow: UnitOfWork, arguments: argparse.Namespace) -> Sought:
    """Raises `CommandFailed` where nothing is known by that name."""
    from bot.cli import CommandFailed
    from referrals.protection.audit_trail.log import Sought
    from referrals.staff.accounts import UnknownAccount, staff_by_email

    person = _person(uow, arguments.number) if arguments.number else arguments.person
    kind, _, found = (arguments.object or "").partition(":")
    staff = None
    if arguments.staff:
        try:
            staff = int(arguments.staff) if arguments.staff.isdigit() else staff_by_email(uow, arguments.staff).id
        except UnknownAccount as failure:
            raise CommandFailed(str(failure)) from failure
    return Sought(person, kind, found, staff)


def _person(uow: UnitOfWork, number: str) -> int:
    from sqlalchemy import select

    from bot.cli import CommandFailed
    from referrals.applications.records import Application
    from referrals.spoken_numbers import read_back

    query = select(Application.person_id).where(Application.number == (read_back(number) or number))
    found = uow.connection.execute(query).scalar()
    if found is None:
        raise CommandFailed(f"no application has the number {number}")
    return int(found)


ACTIONS = (
    Action(
        "verify",
        "Exits 1 and names the first row that is not as it was written. Note the newest row elsewhere, and give it "
        "to --anchor another day: then nobody who has the database can write all of it anew.",
        "sanad audit verify",
        _verify,
        _anchored,
    ),
    Action(
        "show",
        "Who read or changed something, with role and time, the newest first; that you looked is in the chain too.",
        "sanad audit show --object referral:17",
        _show,
        _about,
    ),
)

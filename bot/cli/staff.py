"""`sanad staff`: who may sign in to the console, and as what."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.cli.actions import Action, add_actions, add_json, run_action

if TYPE_CHECKING:
    from datetime import datetime

    from referrals.staff.records import Staff, StaffMembership
    from referrals.store.unit_of_work import UnitOfWork

HELP = "Adds, invites, lists and disables the people who sign in to the console."
EXAMPLE = "echo 'a long pass phrase' | sanad staff add huda@centre.example --role desk --centre loc-kuwait-rawda"
run = run_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """add, invite, link, list, disable."""
    add_actions(parser, ACTIONS)


def _add_person(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("--role", required=True, help="desk, partner_admin, clerk, researcher, supervisor, …")
    parser.add_argument("--name", default="", help="as colleagues read it (default: what stands before the @)")
    parser.add_argument("--programme", metavar="P", help="needed where there are several and no --centre")
    parser.add_argument("--centre", metavar="ID", default="", help="id of a location in locations.csv")
    parser.add_argument("--organization", metavar="ID", default="", help="id in organizations.csv: all its locations")
    add_json(parser)


def _add_email(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL")


def _add(arguments: argparse.Namespace) -> int:
    from bot.cli import CommandFailed
    from bot.cli.opened import open_here
    from referrals.staff.accounts import add_membership, new_account
    from referrals.staff.passwords import Passwords, refuse_weak

    here = open_here()
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise CommandFailed("no password came in; write one line to standard input, or use: sanad staff invite")
    refuse_weak(password, arguments.email, arguments.name)
    at, hashed = here.now(), Passwords().hash(password)

    def work(uow: UnitOfWork) -> tuple[int, bool]:
        programme = _programme(uow, arguments)
        known = _account(uow, arguments.email)
        staff = known or new_account(uow, arguments.email, arguments.name, hashed, at)
        places = {"organization": arguments.organization, "location": arguments.centre}
        add_membership(uow, staff.id, arguments.role, programme, at, **places)
        return staff.id, known is not None

    try:
        staff_id, was_known = here.store.transact(work)
    except ValueError as failure:  # an address without an @, besides what `sanad` words itself
        raise CommandFailed(str(failure)) from failure
    record = {"id": staff_id, "email": arguments.email, "role": arguments.role}
    _say(arguments, record, f"{arguments.email} works here as {arguments.role}")
    if was_known:
        print(
            "the account was there already and keeps its own password; to get in anew: sanad staff link",
            file=sys.stderr,
        )
    return 0


def _account(uow: UnitOfWork, email: str) -> Staff | None:
    """The account that there is already: it gets one more membership and keeps its password."""
    from referrals.staff.accounts import UnknownAccount, staff_by_email

    try:
        return staff_by_email(uow, email)
    except UnknownAccount:
        return None


def _invite(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from bot.cli.served_at import address_of
    from referrals.staff.sign_in_links import make_invitation

    here = open_here()

    def work(uow: UnitOfWork) -> str:
        places = {"organization": arguments.organization, "location": arguments.centre}
        who = (arguments.email, arguments.name, arguments.role, _programme(uow, arguments))
        return make_invitation(uow, *who, here.now(), **places)

    link = f"{address_of(here.settings)}/console/invitation/{here.store.transact(work)}"
    _say(arguments, {"email": arguments.email, "link": link}, f"good for a week, once: {link}")
    return 0


def _link(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from bot.cli.served_at import address_of
    from referrals.staff.accounts import staff_by_email
    from referrals.staff.sign_in_links import make_sign_in_link

    here = open_here()
    at = here.now()
    token = here.store.transact(lambda uow: make_sign_in_link(uow, staff_by_email(uow, arguments.email).id, at))
    print(f"{address_of(here.settings)}/console/enter/{token}")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.directory.records import Location, Organization
    from referrals.staff.accounts import all_staff

    with open_here().store.reading() as uow:
        places = {place.id: place.external_id for place in uow.session.query(Location)}
        owners = {owner.id: owner.external_id for owner in uow.session.query(Organization)}
        for staff, memberships in all_staff(uow):
            roles = [_membership(each, places, owners) for each in memberships]
            shown = "; ".join(" ".join(filter(None, role.values())) for role in roles)
            state = "disabled" if staff.disabled_at else "active"
            record = {"email": staff.email, "name": staff.name, "state": state, "memberships": roles}
            _say(arguments, record, f"{staff.email}  {state}  {shown}")
    return 0


def _membership(row: StaffMembership, places: dict[int, str], owners: dict[int, str]) -> dict[str, str]:
    where = places.get(row.location_id or 0) or owners.get(row.organization_id or 0, "")
    return {"role": row.role, "programme": row.programme_id, "at": where}


def _disable(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.staff.accounts import disable, staff_by_email

    here = open_here()
    at: datetime = here.now()
    here.store.transact(lambda uow: disable(uow, staff_by_email(uow, arguments.email).id, at))
    print(f"{arguments.email} cannot sign in any more; every session was ended")
    return 0


def _programme(uow: UnitOfWork, arguments: argparse.Namespace) -> str:
    """The programme that was named, else the one whose directory has that centre or organization, else the only one."""
    from sqlalchemy import select

    from bot.cli.opened import programme_named
    from referrals.directory.records import Location, Organization

    if arguments.programme is None:
        places = select(Location.programme_id).filter_by(external_id=arguments.centre)
        owners = select(Organization.programme_id).filter_by(external_id=arguments.organization)
        found = set(uow.session.scalars(places)) | set(uow.session.scalars(owners))
        if len(found) == 1:
            return found.pop()
    return programme_named(uow, arguments.programme)


def _say(arguments: argparse.Namespace, record: Mapping[str, object], line: str) -> None:
    print(json.dumps(record, ensure_ascii=False) if arguments.json else line)


ACTIONS = (
    Action(
        "add",
        "Adds an account; the password is one line on standard input. An account that there is gets one more role.",
        "echo 'a long pass phrase' | sanad staff add huda@centre.example --role desk --centre loc-kuwait-rawda",
        _add,
        _add_person,
    ),
    Action(
        "invite",
        "Prints a link by which a colleague chooses a password, once, within a week.",
        "sanad staff invite sami@centre.example --role partner_admin --organization org-kuwait-sanabil",
        _invite,
        _add_person,
    ),
    Action(
        "link",
        "Prints a link that signs an account in, once, within 15 minutes.",
        "sanad staff link huda@centre.example",
        _link,
        _add_email,
    ),
    Action("list", "Lists every account with its roles.", "sanad staff list --json", _list, add_json),
    Action(
        "disable",
        "Ends every session of an account; it cannot sign in any more.",
        "sanad staff disable huda@centre.example",
        _disable,
        _add_email,
    ),
)

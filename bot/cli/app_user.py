"""`sanad app-user`: the phones that fetch a programme's forms and send them filled, through ODK Collect."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from bot.cli.actions import Action, add_actions, add_json, run_action

if TYPE_CHECKING:
    from bot.cli.opened import Opened
    from referrals.store.unit_of_work import UnitOfWork
    from referrals.submissions.records import AppUser

HELP = "Adds, lists and revokes the phones that work with ODK Collect, and prints the code that Collect scans."
EXAMPLE = "sanad app-user add kuwait 'Huda (sample)' --centre loc-kuwait-rawda --forms visit"
run = run_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """add, list, revoke, qr."""
    add_actions(parser, ACTIONS)


def _add_user(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("programme", metavar="PROGRAMME")
    parser.add_argument("name", metavar="NAME", help="whose phone it is")
    parser.add_argument("--forms", metavar="A,B", default="", help="the only forms it gets, by name (default: all)")
    parser.add_argument("--centre", metavar="ID", default="", help="id of a location in locations.csv")
    parser.add_argument("--organization", metavar="ID", default="", help="id in organizations.csv")
    parser.add_argument("--staff", metavar="EMAIL", default="", help="the account whose phone it is: disabled with it")
    add_json(parser)


def _named(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username", metavar="USERNAME", help="as `sanad app-user list` shows it")


def _qr_arguments(parser: argparse.ArgumentParser) -> None:
    _named(parser)
    parser.add_argument("--png", metavar="FILE", default="", help="write a picture instead of drawing in the terminal")


def _add(arguments: argparse.Namespace) -> int:
    from bot.cli import CommandFailed
    from bot.cli.opened import open_here, programme_named
    from referrals.staff.accounts import staff_by_email
    from referrals.submissions.app_users import Credentials, UnfitAppUser, add_app_user, server_address

    here = open_here()
    at = here.now()
    forms = [name.strip() for name in arguments.forms.split(",") if name.strip()]

    def work(uow: UnitOfWork) -> Credentials:
        programme = programme_named(uow, arguments.programme)
        _check_forms(uow, programme, forms)
        staff_id = staff_by_email(uow, arguments.staff).id if arguments.staff else None
        places = {"organization": arguments.organization, "location": arguments.centre}
        named = (programme, arguments.name, at)
        return add_app_user(uow, *named, actor="operator", forms=forms, staff_id=staff_id, **places)[1]

    try:
        given = here.store.transact(work)
    except UnfitAppUser as failure:
        raise CommandFailed(str(failure)) from failure
    base = _base(here)
    server = server_address(base, given.token, arguments.programme)
    if arguments.json:
        print(json.dumps({"username": given.username, "password": given.password, "server": server}))
    else:
        print(f"{given.username}: {arguments.name}")
        print(f"  server for ODK Collect  {server}")
        print(f"  or with a password      {base}/openrosa/{arguments.programme}  {given.password}")
        print(f"  code to scan            sanad app-user qr {given.username}")
    return 0


def _check_forms(uow: UnitOfWork, programme: str, forms: list[str]) -> None:
    from bot.cli import CommandFailed
    from referrals.submissions.forms_served import forms_in_force

    known = [form.name for form in forms_in_force(uow, programme)]
    unknown = sorted(set(forms) - set(known))
    if unknown:
        raise CommandFailed(f"--forms: there is no form {unknown[0]!r}; there are: {', '.join(known)}")


def _list(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.directory.records import Location, Organization
    from referrals.submissions.app_users import app_users

    with open_here().store.reading() as uow:
        places = {place.id: place.external_id for place in uow.session.query(Location)}
        owners = {owner.id: owner.external_id for owner in uow.session.query(Organization)}
        for user in app_users(uow):
            record = {
                "username": user.username,
                "programme": user.programme_id,
                "state": "revoked" if user.revoked_at else "active",
                "name": user.name,
                "at": places.get(user.location_id or 0) or owners.get(user.organization_id or 0, ""),
                "forms": user.forms or "all",
                "last_used": user.last_used_at.isoformat(timespec="minutes") if user.last_used_at else "never",
            }
            print(
                json.dumps(record, ensure_ascii=False) if arguments.json else "  ".join(filter(None, record.values()))
            )
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.submissions.app_users import revoke_app_user

    here = open_here()
    at = here.now()
    here.store.transact(lambda uow: revoke_app_user(uow, _user(uow, arguments.username), at, actor="operator"))
    print(f"{arguments.username} gets and sends nothing any more; what it sent stays")
    return 0


def _qr(arguments: argparse.Namespace) -> int:
    import sys

    import segno

    from bot.cli import CommandFailed
    from bot.cli.opened import open_here
    from referrals.definitions.in_force import settings_of
    from referrals.submissions.app_users import credentials_of, settings_code

    here = open_here()
    with here.store.reading() as uow:
        user = _user(uow, arguments.username)
        if user.revoked_at is not None:
            raise CommandFailed(
                f"{user.username} was revoked: its code opens nothing; `sanad app-user add` gives a new one"
            )
        token = credentials_of(uow, user).token
        code = settings_code(_base(here), token, user.programme_id, settings_of(uow, user.programme_id).name_ar)
    drawn = segno.make(code, error="l", micro=False)
    if arguments.png:
        drawn.save(arguments.png, kind="png", scale=6)
        print(f"{arguments.png}: whoever scans it works as {user.name}. Show it to nobody else.")
    else:
        drawn.terminal(out=sys.stdout, compact=True)
        print(f"{user.username}: {user.name}. Whoever scans this works as this phone.")
    return 0


def _user(uow: UnitOfWork, username: str) -> AppUser:
    from sqlalchemy import select

    from bot.cli import CommandFailed
    from referrals.submissions.records import AppUser

    user = uow.session.scalar(select(AppUser).filter_by(username=username))
    if user is None:
        raise CommandFailed(f"there is no app user {username!r}; `sanad app-user list` shows those that there are")
    return user


def _base(here: Opened) -> str:
    import sys

    from bot.cli.served_at import address_of

    if not here.settings.base_url:
        print("SANAD_BASE_URL is not set: this address only works on this machine", file=sys.stderr)
    return address_of(here.settings)


ACTIONS = (
    Action("add", "Adds a phone and prints the address, name and password it is given.", EXAMPLE, _add, _add_user),
    Action("list", "Lists the phones; never their secrets.", "sanad app-user list --json", _list, add_json),
    Action(
        "revoke",
        "Shuts a phone out; what it sent stays.",
        "sanad app-user revoke kuwait-48213",
        _revoke,
        _named,
    ),
    Action(
        "qr",
        "Draws the settings code that ODK Collect scans, in the terminal or as a picture.",
        "sanad app-user qr kuwait-48213 --png huda.png",
        _qr,
        _qr_arguments,
    ),
)

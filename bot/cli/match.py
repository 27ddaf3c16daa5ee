"""`sanad match`: why these centres, and where there is none."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from bot.cli.actions import add_json

if TYPE_CHECKING:
    from datetime import datetime

    from referrals.definitions.settings import Settings
    from referrals.matching.supplying import Search
    from referrals.store.unit_of_work import UnitOfWork

HELP = (
    "Explains the centres that an application was offered (NUMBER, as the family says it), or asks the matcher now "
    "for a place and a kind of service. `match gaps` lists places and needs with no door within 60 minutes."
)
EXAMPLE = "sanad match --area KW-AH-fahaheel --service food --facts household_size=5 --explain"
PRIORITIES = ("normal", "urgent", "emergency")
GAPS = "gaps"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """NUMBER; or --area (or --lat and --lon) and --service; or gaps."""
    parser.add_argument("number", metavar="NUMBER", nargs="?", help="of an application; or `gaps`, for the report")
    parser.add_argument("--area", metavar="CODE", help="a place of places.csv")
    parser.add_argument("--lat", metavar="DEGREES", type=float, help="where the family is: a pin")
    parser.add_argument("--lon", metavar="DEGREES", type=float, help="where the family is")
    parser.add_argument("--service", metavar="TERM", help="food, rent-help, medicine, counselling, …")
    parser.add_argument("--programme", metavar="P", help="whose directory: for gaps, and for a pin alone")
    parser.add_argument("--priority", choices=PRIORITIES, default="normal", help="(default: normal)")
    parser.add_argument(
        "--facts", metavar="NAME=VALUE", action="append", default=[], help="what the family said; several with «|»"
    )
    parser.add_argument("--at", metavar="TIME", help="2026-12-06T10:00, by the programme's clock (default: now)")
    parser.add_argument("--explain", action="store_true", help="name everybody who was considered, and why not")
    parser.add_argument("--csv", action="store_true", help="write the gaps as CSV")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when there is something to explain, 1 when nobody can be offered."""
    from bot.cli.match_gaps import run_gaps
    from bot.cli.match_told import tell
    from bot.cli.opened import open_here
    from referrals.matching.indexing import index_new

    here = open_here()
    here.store.transact(index_new)
    if arguments.number == GAPS:
        return run_gaps(here, arguments)
    _check(arguments)
    if arguments.number:
        found = here.store.transact(lambda uow: _of_application(uow, arguments, here.now()))
    else:
        with here.store.reading() as uow:
            found = _live(uow, arguments, here.now())
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        tell(found)
    return 0 if found["matches"] else 1


def _check(arguments: argparse.Namespace) -> None:
    from bot.cli import CommandFailed

    somewhere = bool(arguments.area) or (arguments.lat is not None and arguments.lon is not None)
    if (arguments.lat is None) != (arguments.lon is None):
        raise CommandFailed("--lat and --lon belong together")
    if bool(arguments.number) == somewhere or somewhere != bool(arguments.service):
        raise CommandFailed("give the number of an application, or --area (or --lat and --lon) and --service")


def _of_application(uow: UnitOfWork, arguments: argparse.Namespace, now: datetime) -> dict[str, Any]:
    """What was found for it then; with --explain, everybody whom the matcher considers for it now."""
    from sqlalchemy import select

    from bot.cli import CommandFailed
    from referrals.applications.records import Application
    from referrals.definitions.in_force import settings_of
    from referrals.matching.finding import explain_application, last_run
    from referrals.protection.audit import audit
    from referrals.protection.vault import Erased
    from referrals.spoken_numbers import read_back

    number = read_back(arguments.number) or arguments.number
    application = uow.session.scalar(select(Application).filter_by(number=number))
    if application is None:
        raise CommandFailed(f"no application has the number {arguments.number}")
    audit(uow, at=now, actor="operator", action="match.read", object_kind="application", object_id=application.id)
    try:
        told = explain_application(uow, application, now) if arguments.explain else last_run(uow, application)
    except Erased as failure:
        raise CommandFailed(f"{application.number} was erased at the family's wish") from failure
    if told is None:
        raise CommandFailed(f"no centre was looked for yet for {application.number}")
    zone = settings_of(uow, application.programme_id).time_zone
    there = {"at": _on_the_wall(datetime.fromisoformat(told["at"]), zone)}
    return {"number": application.number, "programme": application.programme_id, **told, **there}


def _live(uow: UnitOfWork, arguments: argparse.Namespace, now: datetime) -> dict[str, Any]:
    from bot.cli import CommandFailed
    from referrals.directory.values import SERVICE_TERMS
    from referrals.matching.finding import look, told_of

    if arguments.service not in SERVICE_TERMS:
        raise CommandFailed(
            f"--service: there is no {arguments.service!r}; there are: {', '.join(sorted(SERVICE_TERMS))}"
        )
    settings = _programme(uow, arguments)
    search = _search(uow, settings, arguments, _moment(arguments.at, settings.time_zone, now))
    told = told_of(uow, settings.id, look(search))
    at = _on_the_wall(search.at, settings.time_zone)
    return {"programme": settings.id, "area": arguments.area or "", "at": at, **told}


def _programme(uow: UnitOfWork, arguments: argparse.Namespace) -> Settings:
    """The programme that was named, else the one that knows the place, else the only one there is."""
    from bot.cli import CommandFailed
    from referrals.definitions.in_force import programmes, settings_of
    from referrals.directory.records import AdminArea

    known = [each.id for each in programmes(uow)]
    if arguments.programme and arguments.programme not in known:
        raise CommandFailed(f"--programme: there is no {arguments.programme!r}; there are: {', '.join(known)}")
    wanted = [arguments.programme] if arguments.programme else known
    if arguments.area:
        wanted = [each for each in wanted if uow.session.get(AdminArea, (each, arguments.area)) is not None]
        if not wanted:
            raise CommandFailed(
                f"--area: no programme has the place {arguments.area!r}; sanad understand place finds codes"
            )
    elif len(wanted) != 1:
        raise CommandFailed(f"--programme: say whose directory; there are: {', '.join(known)}")
    return settings_of(uow, wanted[0])


def _search(uow: UnitOfWork, settings: Settings, arguments: argparse.Namespace, at: datetime) -> Search:
    from bot.cli import CommandFailed
    from referrals.matching.family import home_of, need_told
    from referrals.matching.finding import search_for

    facts = _facts(arguments.facts)
    if arguments.lat is not None:
        facts["location"] = f"{arguments.lat} {arguments.lon}"
    area = arguments.area or ""
    need = need_told(home_of(uow, settings.id, area), area, arguments.service, arguments.priority, facts)
    if arguments.lat is not None and (need.point is None or need.point.lat != arguments.lat):
        raise CommandFailed("--lat goes from -90 to 90, --lon from -180 to 180")
    return search_for(uow, settings, need, at, everyone=arguments.explain)


def _facts(told: list[str]) -> dict[str, Any]:
    """NAME=VALUE as facts; several values with «|» between, and target_groups always, are a list."""
    from bot.cli import CommandFailed

    facts: dict[str, Any] = {}
    for each in told:
        name, equals, value = each.partition("=")
        if not equals or not name.strip():
            raise CommandFailed(f"--facts: {each!r} is not NAME=VALUE, as household_size=5")
        several = "|" in value or name.strip() in ("target_groups", "needs")
        facts[name.strip()] = [word for word in value.replace("|", " ").split() if word] if several else value.strip()
    return facts


def _on_the_wall(at: datetime, zone: str) -> str:
    """The moment as the clock of the programme shows it."""
    from zoneinfo import ZoneInfo

    return at.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")


def _moment(text: str | None, zone: str, now: datetime) -> datetime:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.cli import CommandFailed

    if not text:
        return now
    try:
        at = datetime.fromisoformat(text)
    except ValueError as failure:
        raise CommandFailed(f"--at: {text!r} is no time; write it as 2026-12-06T10:00") from failure
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))

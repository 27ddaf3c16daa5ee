"""`sanad match`: why these centres."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.cli.actions import add_json

if TYPE_CHECKING:
    from datetime import datetime

    from referrals.matching.values import Need
    from referrals.store.unit_of_work import UnitOfWork

HELP = (
    "Explains the centres that an application was offered (NUMBER, as the family says it), or asks the matcher now "
    "for a place and a kind of service."
)
EXAMPLE = "sanad match --area KW-AH-fahaheel --service food --priority urgent"
PRIORITIES = ("normal", "urgent", "emergency")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """NUMBER, or --area and --service."""
    parser.add_argument("number", metavar="NUMBER", nargs="?", help="of an application")
    parser.add_argument("--area", metavar="CODE", help="a place of places.csv")
    parser.add_argument("--service", metavar="TERM", help="food, rent-help, medicine, counselling, …")
    parser.add_argument("--priority", choices=PRIORITIES, default="normal", help="(default: normal)")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when there is something to explain, 1 when nobody can be offered."""
    from bot.cli import CommandFailed
    from bot.cli.opened import open_here

    if bool(arguments.number) == bool(arguments.area) or bool(arguments.area) != bool(arguments.service):
        raise CommandFailed("give the number of an application, or --area and --service")
    here = open_here()
    with here.store.reading() as uow:
        found = _stored(uow, arguments.number) if arguments.number else _live(uow, arguments, here.now())
        if arguments.json:
            print(json.dumps(found, ensure_ascii=False))
        else:
            _tell(uow, found)
    return 0 if found["matches"] else 1


def _stored(uow: UnitOfWork, text: str) -> dict[str, Any]:
    from sqlalchemy import select

    from bot.cli import CommandFailed
    from referrals.applications.records import Application, MatchRun
    from referrals.matching.finding import OUTCOME
    from referrals.protection.vault import Erased
    from referrals.spoken_numbers import read_back

    application = uow.session.scalar(select(Application).filter_by(number=read_back(text) or text))
    if application is None:
        raise CommandFailed(f"no application has the number {text}")
    newest = select(MatchRun).filter_by(application_id=application.id).order_by(MatchRun.id.desc()).limit(1)
    run = uow.session.scalar(newest)
    if run is None:
        raise CommandFailed(f"no centre was looked for yet for {application.number}")
    try:
        found: dict[str, Any] = uow.vault.open_json(run.outcome_sealed, OUTCOME)
    except Erased as failure:
        raise CommandFailed(f"{application.number} was erased at the family's wish") from failure
    return {"number": application.number, "programme": application.programme_id, "at": run.at.isoformat(), **found}


def _live(uow: UnitOfWork, arguments: argparse.Namespace, at: datetime) -> dict[str, Any]:
    from bot.cli import CommandFailed
    from referrals.definitions.in_force import programmes, settings_of
    from referrals.directory.importing import stored_places
    from referrals.directory.values import SERVICE_TERMS
    from referrals.matching.finding import candidates, travel
    from referrals.matching.nearest import nearest_eligible
    from referrals.matching.reasons import explanation

    if arguments.service not in SERVICE_TERMS:
        raise CommandFailed(
            f"--service: there is no {arguments.service!r}; there are: {', '.join(sorted(SERVICE_TERMS))}"
        )
    home = next((each.id for each in programmes(uow) if arguments.area in stored_places(uow, each.id)), None)
    if home is None:
        raise CommandFailed(
            f"--area: no programme has the place {arguments.area!r}; sanad understand place finds codes"
        )
    settings = settings_of(uow, home)
    need = _need(uow, home, arguments.area, arguments.service, arguments.priority)
    offered = candidates(uow, home, [arguments.service], at, settings.time_zone)
    outcome = nearest_eligible(need, offered, travel(uow, settings), at)
    return {"programme": home, "area": arguments.area, "at": at.isoformat(), **explanation(outcome)}


def _need(uow: UnitOfWork, programme: str, area: str, term: str, priority: str) -> Need:
    from referrals.directory.importing import stored_places
    from referrals.matching.values import Need, Point

    places = stored_places(uow, programme)
    point, bank = places.point(area), places.bank(area)
    return Need(
        service_terms=(term,),
        priority="emergency" if priority == "emergency" else "urgent" if priority == "urgent" else "normal",
        area=area,
        ancestors=tuple(place.code for place in places.chain(area)[1:]),
        point=Point(point.latitude, point.longitude) if point else None,
        bank="east" if bank == "east" else "west" if bank == "west" else None,
    )


def _tell(uow: UnitOfWork, found: Mapping[str, Any]) -> None:
    from referrals.conversations.speaking import voice_of

    voice = voice_of(uow, found["programme"], "ar")
    print(
        f"{found['code']}, at {found['at']}; within {found['band_minutes']:g} minutes of the best the lighter load wins"
    )
    for place, match in enumerate(found["matches"], 1):
        way = "unknown" if match["access_minutes"] is None else f"{match['access_minutes']:g} min"
        load = "unknown" if match["load_ratio"] is None else f"{match['load_ratio']:.0%}"
        print(f"{place}. {match['names'].get('ar', match['location_id'])}")
        print(f"   way {way}  load {load}  first slot {match['earliest_slot'] or 'none'}")
        print("   " + "، ".join(_reason(voice, reason) for reason in match["reasons"]))
        for passed in match["why_not_nearer"]:
            minutes = f"{passed['access_minutes']:g} min"
            print(f"   nearer but passed over: {passed['candidate_id']} ({passed['code']}, {minutes})")
    for code, count in Counter(each["code"] for each in found["excluded"]).most_common():
        print(f"not offered: {count} because {code}")


def _reason(voice: Any, reason: Mapping[str, Any]) -> str:
    """The line that a family hears for a reason."""
    from referrals.matching.reasons import reason_text

    text = reason_text(reason["code"], reason["parameters"])
    values = {name: voice.day(value) if name == "day" else value for name, value in text.values.items()}
    return str(voice.say(text.key, **values) if text.count is None else voice.count(text.key, text.count, **values))

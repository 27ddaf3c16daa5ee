"""The two of a pair side by side, each with as much as the member's role may read and nothing of a need or a danger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from referrals.applications.filing import facts_of
from referrals.applications.records import Application
from referrals.appointments.records import Appointment
from referrals.directory.records import AdminArea
from referrals.families.duplicates.conflicts import conflicts
from referrals.families.duplicates.notes import Note, notes_about
from referrals.families.households import APPLICANT, as_one, household_applied_in, members_of
from referrals.families.identifiers import NAME, PHONE
from referrals.families.records import ContactPoint, DuplicatePair, Identifier, Person
from referrals.families.roster import told_year
from referrals.protection.audit import audit
from referrals.protection.vault import Erased
from referrals.referral.records import Referral
from referrals.staff.roles import Permission
from referrals.staff.scope import Member
from referrals.store.unit_of_work import UnitOfWork

UNDER_WAY = ("requested", "received", "accepted", "in-progress", "on-hold")
TO_COME = ("booked", "confirmed", "proposed")


@dataclass(frozen=True)
class ToldMember:
    """Somebody of the home as this side told of them."""

    relation: str
    born: int | None


@dataclass(frozen=True)
class Telephone:
    """A number they gave, and whether it is safe to call it; None where nobody said."""

    number: str
    safe_to_message: bool | None
    safe_to_call: bool | None


@dataclass(frozen=True)
class Side:
    """One of the two. `name`, `phones`, `last2`, `born` and `notes` are blank for who may not read an identity."""

    person_id: int
    number: str
    submitted_at: datetime | None
    channel: str
    submitted_by: str
    applied_before: str
    household_size: str
    area: str
    members: tuple[ToldMember, ...]
    referrals: int
    appointments: int
    name: str = ""
    phones: tuple[Telephone, ...] = ()
    last2: str = ""
    born: int | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Compared:
    """Both sides, who applied first coming first, and on which questions about the home they differ."""

    sides: tuple[Side, Side]
    differ: tuple[str, ...]
    one_household: bool


def compare(uow: UnitOfWork, member: Member, pair: DuplicatePair, at: datetime) -> Compared:
    """What a decision needs; the reading of both is audited."""
    applications = [_latest(uow, pair, each) for each in (pair.one_id, pair.other_id)]
    facts = [_facts(uow, each) for each in applications]
    sides = [
        _side(uow, member, pair, *each) for each in zip((pair.one_id, pair.other_id), applications, facts, strict=True)
    ]
    ordered = sorted(sides, key=lambda side: (side.submitted_at is None, side.submitted_at, side.person_id))
    homes = [household_applied_in(uow, each, pair.programme_id) for each in (pair.one_id, pair.other_id)]
    one_household = all(homes) and len({as_one(uow, home.id)[0] for home in homes if home is not None}) == 1
    note_read(uow, member, [pair], at, identity=member.may(Permission.READ_IDENTITY))
    return Compared((ordered[0], ordered[1]), conflicts(*facts), one_household)


def note_read(
    uow: UnitOfWork, member: Member, pairs: Sequence[DuplicatePair], at: datetime, *, identity: bool = False
) -> None:
    """Who looked at which pair is kept, and whose names they read."""
    for pair in pairs:
        audit(
            uow,
            at=at,
            actor=f"staff:{member.staff_id}",
            action="duplicate.read",
            object_kind="duplicate_pair",
            object_id=pair.id,
            details={"identity": identity},
            people=(pair.one_id, pair.other_id),
        )


def numbers_of(uow: UnitOfWork, pair: DuplicatePair) -> tuple[str, str]:
    """The application's number of each of the two, who applied first coming first; blank where there is none."""
    found = [_latest(uow, pair, each) for each in (pair.one_id, pair.other_id)]
    first, second = sorted(found, key=lambda each: (each is None, each.id if each else 0))
    return (first.number if first else "", second.number if second else "")


def _side(
    uow: UnitOfWork, member: Member, pair: DuplicatePair, person_id: int, application: Application | None, facts: Any
) -> Side:
    reads = _identity(uow, pair.programme_id, person_id) if member.may(Permission.READ_IDENTITY) else {}
    return Side(
        person_id=person_id,
        number=application.number if application else "",
        submitted_at=application.submitted_at if application else None,
        channel=application.channel if application else "",
        submitted_by=application.submitted_by if application else "",
        applied_before=str(facts.get("applied_before") or ""),
        household_size=str(facts.get("household_size") or ""),
        area=_area(uow, pair.programme_id, str(facts.get("area") or "")),
        members=_members(uow, person_id, pair.programme_id),
        referrals=_count(uow, Referral, person_id, UNDER_WAY),
        appointments=_count(uow, Appointment, person_id, TO_COME),
        **reads,
    )


def _identity(uow: UnitOfWork, programme_id: str, person_id: int) -> dict[str, Any]:
    person = uow.session.get_one(Person, person_id)
    points = select(ContactPoint).filter_by(person_id=person_id).order_by(ContactPoint.id)
    last2 = select(Identifier.last2).where(Identifier.person_id == person_id, Identifier.kind != NAME)
    try:
        return {
            "name": uow.vault.open_text(person.name_sealed, "person.name"),
            "phones": tuple(
                Telephone(uow.vault.open_text(each.value_sealed, PHONE), each.safe_to_message, each.safe_to_call)
                for each in uow.session.scalars(points)
            ),
            "last2": uow.session.scalar(last2.order_by(Identifier.id.desc()).limit(1)) or "",
            "born": told_year(uow, person.born_sealed),
            "notes": tuple(notes_about(uow, programme_id, [person_id])),
        }
    except Erased:
        return {}


def _latest(uow: UnitOfWork, pair: DuplicatePair, person_id: int) -> Application | None:
    query = select(Application).filter_by(person_id=person_id, programme_id=pair.programme_id)
    return uow.session.scalar(query.order_by(Application.id.desc()).limit(1))


def _facts(uow: UnitOfWork, application: Application | None) -> dict[str, Any]:
    try:
        return dict(facts_of(uow, application)) if application is not None else {}
    except Erased:
        return {}


def _area(uow: UnitOfWork, programme_id: str, code: str) -> str:
    place = uow.session.get(AdminArea, (programme_id, code)) if code else None
    return place.name_ar if place is not None else code


def _members(uow: UnitOfWork, person_id: int, programme_id: str) -> tuple[ToldMember, ...]:
    """Only whom this side told of: what the other one said is not shown through them."""
    home = household_applied_in(uow, person_id, programme_id)
    if home is None:
        return ()
    told = [each for each in members_of(uow, home.id) if each.told_by == person_id and each.relation != APPLICANT]
    years = {
        row.id: told_year(uow, row.born_sealed)
        for row in uow.session.execute(
            select(Person.id, Person.born_sealed).where(Person.id.in_([each.person_id for each in told]))
        )
    }
    return tuple(ToldMember(each.relation, years.get(each.person_id)) for each in told)


def _count(uow: UnitOfWork, record: type[Referral] | type[Appointment], person_id: int, states: Sequence[str]) -> int:
    query = select(func.count()).select_from(record).where(record.person_id == person_id, record.state.in_(states))
    return int(uow.session.scalar(query) or 0)

"""The members of the home that an interview collects: they become persons of the household, sealed, each with a key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from dialogs.understanding import name_key
from referrals.definitions.settings import Settings
from referrals.families.households import APPLICANT, join, leave
from referrals.families.identities import data_key_of, new_person
from referrals.families.records import Membership, Person
from referrals.protection.vault import Erased
from referrals.store.unit_of_work import UnitOfWork

QUESTIONS: Mapping[str, str] = {"relation": "member_relation", "age": "member_age", "name": "member_name"}
"""What a programme's form calls them; `[roster]` of programme.toml says otherwise."""
UNTOLD = "other"
NOT_SAID = ("", "prefer_not")
NAME, BORN = "person.name", "person.born"
_MEMBER = re.compile(r"^(?P<where>.*\[\d+\])/(?P<question>[^/\[\]]+)$")


@dataclass(frozen=True)
class ToldOf:
    """A member of the home as an interview tells of them; `ref` is where in the form it does."""

    ref: str
    relation: str
    born: int | None
    name: str = ""


def read_roster(settings: Settings, given: Mapping[str, str], at: datetime) -> tuple[ToldOf, ...]:
    """Everybody of whom at least the relation or the age was told, in the form's order."""
    questions = {**QUESTIONS, **settings.raw.get("roster", {})}
    told: dict[str, dict[str, str]] = {}
    for ref, value in given.items():
        found = _MEMBER.match(ref)
        what = next((key for key, name in questions.items() if found and name == found["question"]), "")
        if found and what and value.strip():
            told.setdefault(found["where"], {})[what] = value.strip()
    return tuple(
        ToldOf(where, _relation(said.get("relation", "")), birth_year(said.get("age", ""), at), said.get("name", ""))
        for where, said in told.items()
    )


def birth_year(age: str, at: datetime) -> int | None:
    """The year in which somebody of that age was born, a year more or less; None where no age was told."""
    try:
        years = int(float(age))
    except (ValueError, OverflowError):
        return None
    return at.year - years if 0 <= years <= 130 else None


def keep_roster(uow: UnitOfWork, household_id: int, teller_id: int, roster: Sequence[ToldOf], at: datetime) -> None:
    """Whoever is told of for the first time joins the household. Who was told of before goes on as they were, and who
    is not told of this time did not leave: a form asks for a few only."""
    known = _told_before(uow, household_id, teller_id)
    for told in roster:
        match = next((each for each in known if _is_same(each[1], told)), None)
        if match is not None:
            known.remove(match)
            continue
        join(uow, household_id, _new_member(uow, teller_id, told, at), told.relation, at, form_ref=told.ref)


def roster_anew(uow: UnitOfWork, household_id: int, teller_id: int, roster: Sequence[ToldOf], at: datetime) -> None:
    """The same interview says it otherwise now, so it is put right: who stands at a place in the form that tells of
    somebody else, or of nobody, was never there."""
    now = {told.ref: told for told in roster}
    for membership, before in _told_before(uow, household_id, teller_id):
        told = now.get(membership.form_ref)
        if told is None or not _is_same(before, told):
            leave(uow, membership, at, "corrected")
    keep_roster(uow, household_id, teller_id, roster, at)


def told_year(uow: UnitOfWork, born_sealed: bytes | None) -> int | None:
    """The year of birth that is kept of somebody; None where none is, or they were erased."""
    try:
        return int(uow.vault.open_json(born_sealed, BORN)["year"]) if born_sealed else None
    except Erased:
        return None


def _relation(said: str) -> str:
    return UNTOLD if said in NOT_SAID else said[:80]


def _new_member(uow: UnitOfWork, teller_id: int, told: ToldOf, at: datetime) -> int:
    person_id, key = new_person(uow, at)
    values: dict[str, object] = {"told_by_id": teller_id}
    if told.name:
        values["name_sealed"] = uow.vault.seal_text(key, told.name, NAME)
    if told.born is not None:
        values["born_sealed"] = uow.vault.seal_json(key, {"year": told.born}, BORN)
    uow.connection.execute(update(Person).where(Person.id == person_id).values(**values))
    return person_id


def keep_birth_year(uow: UnitOfWork, person_id: int, year: int | None) -> None:
    """Somebody's year of birth, as last told; one that is not told now stays."""
    if year is not None:
        sealed = uow.vault.seal_json(data_key_of(uow, person_id), {"year": year}, BORN)
        uow.connection.execute(update(Person).where(Person.id == person_id).values(born_sealed=sealed))


def _told_before(uow: UnitOfWork, household_id: int, teller_id: int) -> list[tuple[Membership, ToldOf]]:
    query = (
        select(Membership, Person.name_sealed, Person.born_sealed)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.household_id == household_id,
            Membership.until.is_(None),
            Membership.relation != APPLICANT,
            Person.told_by_id == teller_id,
            Person.erased_at.is_(None),
        )
        .order_by(Membership.id)
    )
    return [
        (
            row,
            ToldOf(row.form_ref, row.relation, told_year(uow, born), uow.vault.open_text(name, NAME)),
        )
        for row, name, born in uow.session.execute(query).all()
    ]


def _is_same(before: ToldOf, told: ToldOf) -> bool:
    """Whether it is the one who was told of before: the relation, with the name where both have one, and about the
    same age."""
    if before.relation != told.relation:
        return False
    if before.name and told.name and name_key(before.name) != name_key(told.name):
        return False
    return before.born is None or told.born is None or abs(before.born - told.born) <= 1

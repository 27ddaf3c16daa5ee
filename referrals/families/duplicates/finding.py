"""Finds who may be the same person, or of the same house, and remembers each pair once; only staff ever learn of it.

Telling one parent of the other's application can be a danger: nothing that a family reads depends on what is here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite

from dialogs.understanding import name_key
from referrals.applications.records import Application, ApplicationEvent
from referrals.families.duplicates.resemblance import Likeness, Resemblance, blocks_to_look_in, resemblance
from referrals.families.households import as_one, household_applied_in
from referrals.families.identifiers import NAME, block_index, village_of
from referrals.families.people import everyone_as
from referrals.families.records import ContactPoint, DuplicatePair, Identifier, NameKey, Person
from referrals.families.roster import NAME as NAME_COLUMN
from referrals.families.roster import told_year
from referrals.lifecycles import application as life
from referrals.lifecycles.table import advance
from referrals.protection.danger import in_danger_of
from referrals.protection.vault import Erased
from referrals.store.unit_of_work import UnitOfWork

OPEN, SAME, DISTINCT, DEFERRED = life.DUPLICATE_PAIR_STATES
UNDECIDED = (OPEN, DEFERRED)
CORRECTED = "corrected"
MOST_COMPARED = 60  # of each kind of key: a block that holds more tells nothing
MOST_PAIRS = 5  # of one application
HELPERS_PHONE = 8  # a telephone that more people gave is of somebody who helps them to apply


def raise_doubles(uow: UnitOfWork, application: Application, at: datetime) -> int:
    """Puts before staff whoever resembles this applicant closely enough; returns how many pairs are new.

    The same look-ups are made whether or not anybody is found, and the family is told the same.
    """
    people = everyone_as(uow, application.person_id)
    mine = likeness_of(uow, people)
    found = _resembling(uow, people, mine, application.programme_id)
    new = [each for each in found if _remember(uow, application, *each, at)]
    if new and application.state == "submitted":
        step_on(uow, application, "possible_duplicate", "system", at)
    return len(new)


def reconsider(uow: UnitOfWork, person_id: int, at: datetime, actor: str) -> int:
    """What is known of somebody was corrected, by this role of staff: pairs of theirs that nobody judged and that no
    longer resemble each other close by themselves. Returns how many did."""
    closed = 0
    for pair in pairs_of(uow, [person_id], UNDECIDED):
        alike = resemblance(*(likeness_of(uow, everyone_as(uow, each)) for each in (pair.one_id, pair.other_id)))
        if alike.worth_a_look:
            pair.score, pair.evidence = alike.score, " ".join(alike.evidence)
            continue
        pair.state, pair.decision, pair.decided_at = DISTINCT, CORRECTED, at
        closed += 1
        if pair.application_id is not None:
            review_on(uow, uow.session.get_one(Application, pair.application_id), at, actor)
    uow.flush()
    return closed


def others_applied(uow: UnitOfWork, person_id: int, programme_id: str) -> bool:
    """Whether somebody else who may be of this family applied here, and nobody has judged it yet. Only staff learn of
    it: telling one parent of the other's application can be a danger.

    Of who may be in danger now nothing is said in a queue that everybody reads; their pairs stand on the page of those
    who may know.
    """
    found = [pair for pair in pairs_of(uow, [person_id], (OPEN,)) if pair.programme_id == programme_id]
    endangered = in_danger_of(uow, {each for pair in found for each in (pair.one_id, pair.other_id)})
    return any(not endangered & {pair.one_id, pair.other_id} for pair in found)


def pairs_of(uow: UnitOfWork, people: Collection[int], states: Iterable[str] = ()) -> list[DuplicatePair]:
    """The pairs in which one of these people stands, in these states, or in any."""
    query = select(DuplicatePair).where(or_(DuplicatePair.one_id.in_(people), DuplicatePair.other_id.in_(people)))
    if states := tuple(states):
        query = query.where(DuplicatePair.state.in_(states))
    return list(uow.session.scalars(query.order_by(DuplicatePair.id)))


def review_on(uow: UnitOfWork, application: Application, at: datetime, actor: str) -> None:
    """Where no pair that it raised is left to judge, it is nobody's double, and its review goes on."""
    left = select(DuplicatePair.id).where(
        DuplicatePair.application_id == application.id, DuplicatePair.state.in_(UNDECIDED)
    )
    uow.flush()
    if application.state == "duplicate_review" and uow.session.scalar(left.limit(1)) is None:
        step_on(uow, application, "confirm_distinct", actor, at)


def step_on(uow: UnitOfWork, application: Application, event: str, actor: str, at: datetime) -> None:
    """One step of an application's life, kept in its history; raises `TransitionRefused`."""
    before = application.state
    application.state = advance(life.APPLICATION, before, event, actor)
    uow.session.add(
        ApplicationEvent(
            application_id=application.id,
            event=event,
            from_state=before,
            to_state=application.state,
            actor=actor,
            at=at,
        )
    )
    uow.flush()


def likeness_of(uow: UnitOfWork, people: Collection[int]) -> Likeness:
    """What is known of somebody who may be several rows: the name and year said last, and every key they have."""
    rows = [each for _, each in sorted(likenesses(uow, people).items(), reverse=True)]
    return Likeness(
        next((each.name for each in rows if each.name), ""),
        next((each.born for each in rows if each.born is not None), None),
        village_of(uow, people),
        frozenset[bytes]().union(*(each.ids for each in rows)),
        frozenset[bytes]().union(*(each.phones for each in rows)),
    )


def likenesses(uow: UnitOfWork, people: Collection[int]) -> dict[int, Likeness]:
    """What is known of each of these rows, in four questions however many they are; nothing of who was erased."""
    ids = _keys(uow, select(Identifier.person_id, Identifier.value_index).where(Identifier.kind != NAME), people)
    phones = _keys(uow, select(ContactPoint.person_id, ContactPoint.value_index), people)
    lived = select(Application.person_id, Application.area_code).where(
        Application.person_id.in_(people), Application.area_code != ""
    )
    villages: dict[int, str] = dict(uow.session.execute(lived.order_by(Application.id)).all())  # the last counts
    columns = select(Person.id, Person.name_sealed, Person.born_sealed).where(Person.id.in_(people))
    found = {}
    for row in uow.session.execute(columns):
        try:
            name = name_key(uow.vault.open_text(row.name_sealed, NAME_COLUMN))
        except Erased:
            continue
        village, born = villages.get(row.id, ""), told_year(uow, row.born_sealed)
        found[row.id] = Likeness(name, born, village, ids.get(row.id, frozenset()), phones.get(row.id, frozenset()))
    return found


def _keys(uow: UnitOfWork, query: Select[int, bytes], people: Collection[int]) -> dict[int, frozenset[bytes]]:
    """The blind indexes of each of these people."""
    owner = query.selected_columns[0]
    found: dict[int, set[bytes]] = {}
    for person_id, index in uow.session.execute(query.where(owner.in_(people))):
        found.setdefault(person_id, set()).add(bytes(index))
    return {person_id: frozenset(indexes) for person_id, indexes in found.items()}


def _resembling(uow: UnitOfWork, people: list[int], mine: Likeness, programme_id: str) -> list[tuple[int, Resemblance]]:
    """Those worth a look, the likeliest first, each with why: found by exact keys, so never by reading everybody."""
    telling = frozenset(each for each in mine.phones if not _is_a_helpers(uow, each))
    names = [block_index(uow, *block) for block in blocks_to_look_in(mine.name, mine.born, mine.village)]
    whole = uow.vault.index(NAME, mine.name)
    _one_at_a_time(uow, [*mine.ids, *telling, whole])
    found: dict[int, None] = {}
    for table, keys in ((Identifier, [*mine.ids, whole]), (ContactPoint, [*telling]), (NameKey, names)):
        if keys:
            query: Select[Any] = (
                select(table.person_id)
                .where(
                    table.value_index.in_(keys),
                    table.person_id.not_in(people),
                    # of each one found by the key, by its index: never a list of all who applied
                    exists().where(Application.person_id == table.person_id, Application.programme_id == programme_id),
                )
                .distinct()
                .limit(MOST_COMPARED)
            )
            found |= dict.fromkeys(uow.session.scalars(query))
    asked = replace(mine, phones=telling)
    compared = [(each, resemblance(asked, theirs)) for each, theirs in likenesses(uow, found).items()]
    worth = [each for each in compared if each[1].worth_a_look]
    return sorted(worth, key=lambda each: (-each[1].score, each[0]))[:MOST_PAIRS]


def _is_a_helpers(uow: UnitOfWork, index: bytes) -> bool:
    some = select(ContactPoint.person_id).where(ContactPoint.value_index == index).distinct().limit(HELPERS_PHONE + 1)
    return (uow.session.scalar(select(func.count()).select_from(some.subquery())) or 0) > HELPERS_PHONE


def _remember(uow: UnitOfWork, application: Application, other_id: int, alike: Resemblance, at: datetime) -> bool:
    """Keeps the pair; False where the two are one already, of one household, or judged or waiting to be."""
    mine, theirs = everyone_as(uow, application.person_id), everyone_as(uow, other_id)
    known = [pair for pair in pairs_of(uow, mine) if {pair.one_id, pair.other_id} & set(theirs)]
    if set(mine) & set(theirs) or any(pair.decision != CORRECTED for pair in known):
        return False
    if known:
        pair = known[0]
        pair.state, pair.decision, pair.decided_at, pair.opened_at = OPEN, "", None, at
        pair.score, pair.evidence, pair.application_id = alike.score, " ".join(alike.evidence), application.id
        return True
    if _share_a_household(uow, application, other_id):
        return False
    one, other = sorted((application.person_id, other_id))
    on = sqlite.insert if uow.on_sqlite else postgresql.insert
    row = on(DuplicatePair).values(
        programme_id=application.programme_id,
        one_id=one,
        other_id=other,
        application_id=application.id,
        state=OPEN,
        decision="",
        score=alike.score,
        evidence=" ".join(alike.evidence),
        opened_at=at,
    )
    new = row.on_conflict_do_nothing(index_elements=["one_id", "other_id", "programme_id"]).returning(DuplicatePair.id)
    return uow.session.execute(new).scalar() is not None


def _share_a_household(uow: UnitOfWork, application: Application, other_id: int) -> bool:
    theirs = household_applied_in(uow, other_id, application.programme_id)
    return theirs is not None and theirs.id in as_one(uow, application.household_id)


def _one_at_a_time(uow: UnitOfWork, indexes: Iterable[bytes]) -> None:
    """Two who apply at once with the same id or telephone wait for each other, so that the second one sees the first.

    SQLite has one writer at a time anyway.
    """
    if uow.on_sqlite:
        return
    for index in sorted({bytes(each) for each in indexes}):
        lock = int.from_bytes(index[1:9], "big", signed=True)
        uow.connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": lock})

"""What has had its time goes: judged a person at a time, a bounded portion in one commit, by as many workers as run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Select, and_, or_, select, update

from referrals.families.households import told_of_by
from referrals.families.people import whole_person
from referrals.families.records import Person
from referrals.protection.erasure.farewell import LOOK_AGAIN, forget_address, wrote_again
from referrals.protection.retention.emptying import EMPTIED_AT_ONCE, Portion, carry_out, how_many
from referrals.protection.retention.nobodys import (
    any_old,
    cut_old_audit,
    forget_old_incidents,
    incidents_due,
    note_run,
    old_audit,
    rules_in_force,
)
from referrals.protection.retention.rules import (
    AUDIT,
    INCIDENT,
    LATEST,
    RULES,
    Retention,
    Standing,
    look_again,
    what_is_due,
)
from referrals.protection.retention.standing import standing_of
from referrals.store.unit_of_work import Store, UnitOfWork

PEOPLE_AT_ONCE = 20  # in one commit
MOST_PORTIONS = 25  # of one look of the clock, which has other things to do; the rest waits for the next one
CLOCK, OPERATOR = "clock", "operator"


@dataclass(frozen=True)
class Line:
    """A rule of a programme: how many rows would go, and when the oldest of them was written."""

    programme_id: str | None
    rule: str
    rows: int
    oldest_at: datetime | None


def retain(store: Store, at: datetime, by: str = CLOCK, *, everybody: bool = False) -> int:
    """Takes away what is due; returns how many rows went.

    The clock looks at whom it has to look at; `everybody` is for an operator who has just changed the rules.
    """
    if not everybody and not _anything_due(store, at):
        return 0
    gone, last = 0, 0
    for _ in range(MOST_PORTIONS if not everybody else 1_000_000_000):
        portion = store.transact(partial(_portion, at=at, by=by, after=last if everybody else None))
        gone += portion.rows
        if not portion.people:
            break
        last = portion.people[-1] if not portion.unfinished else portion.unfinished - 1
    return gone + forget_old_incidents(store, at, by) + cut_old_audit(store, at, by)


def _anything_due(store: Store, at: datetime) -> bool:
    """One look at the ends of ix_person_retention and of the audit; nothing is locked where nothing is due."""
    with store.reading() as uow:
        rules = rules_in_force(uow)
        if any_old(uow, rules, at):
            return True
        return any(uow.connection.execute(query.limit(1)).first() is not None for query in _to_look_at(at, rules))


def planned(store: Store, at: datetime) -> list[Line]:
    """What would go now, a line for every rule of every programme; nothing is changed."""
    found: dict[tuple[str | None, str], list[tuple[int, datetime]]] = defaultdict(list)
    last = 0
    while True:
        with store.reading() as uow:
            rules = rules_in_force(uow)
            ids = uow.connection.execute(_after(last, at, rules).limit(500)).scalars().all()
            for person_id, standing in _standings(uow, ids):
                for due in what_is_due(standing, rules, at):
                    rows = how_many(uow, person_id, due, rules, at)
                    if rows:  # what is due where a telephone is shared may be somebody else's words
                        found[due.programme_id, due.rule].append((rows, due.since))
        if not ids:
            break
        last = ids[-1]
    with store.reading() as uow:
        rules = rules_in_force(uow)
        for programme_id, (closed, since) in incidents_due(uow, rules, at).items():
            if since is not None:
                found[programme_id, INCIDENT].append((closed, since))
        count, oldest = old_audit(uow, rules, at)
    lines = [
        Line(programme, rule, sum(rows for rows, _ in parts), min((since for _, since in parts), default=None))
        for programme in sorted({*(key for key, _ in found), *(key for key in rules if key)}, key=str)
        for rule in RULES
        if rule != AUDIT
        for parts in [found.get((programme, rule), [])]
    ]
    return [*lines, Line(None, AUDIT, count, oldest)]


def _portion(uow: UnitOfWork, at: datetime, by: str, after: int | None) -> Portion:
    rules = rules_in_force(uow)
    ids = list[int]()
    for query in _to_look_at(at, rules) if after is None else [_after(after, at, rules)]:
        if not ids:
            some = query.limit(PEOPLE_AT_ONCE).with_for_update(skip_locked=True)
            ids = list(uow.connection.execute(some).scalars())
    done: dict[tuple[str | None, str], list[tuple[int, datetime]]] = defaultdict(list)
    unfinished = 0
    for person_id in ids:
        left = _one(uow, person_id, rules, at, done)
        if left:
            unfinished = person_id
            break
    for (programme, rule), parts in done.items():
        rows, oldest = sum(count for count, _ in parts), min(since for _, since in parts)
        note_run(uow, programme, rule, rows, oldest, by, at)
    return Portion(sum(count for parts in done.values() for count, _ in parts), tuple(ids), unfinished)


def _one(
    uow: UnitOfWork,
    person_id: int,
    rules: Mapping[str | None, Retention],
    at: datetime,
    done: dict[tuple[str | None, str], list[tuple[int, datetime]]],
) -> bool:
    """Does what is due of one person; True where more of the same is left for another commit."""
    person = uow.connection.execute(
        select(Person.farewell, Person.erased_at, Person.merged_into_id, Person.told_by_id).where(
            Person.id == person_id
        )
    ).one()
    if person.erased_at is not None:  # went along with somebody of this very portion
        return False
    if person.merged_into_id is not None:  # looked at as who they turned out to be
        _look_at(uow, person_id, at + LATEST)
        return False
    if person.farewell and not wrote_again(uow, person_id):
        if not forget_address(uow, person_id, at):
            _look_at(uow, person_id, at + LOOK_AGAIN)
        return False
    if person.told_by_id is not None and told_of_by(uow, [person.told_by_id]).count(person_id):
        _look_at(uow, person_id, at + LATEST)  # they go with who told us of them
        return False
    people = whole_person(uow, person_id)
    standing = standing_of(uow, person_id, people)
    for due in what_is_due(standing, rules, at):
        rows = carry_out(uow, standing, people, due, rules, at)
        if rows:
            done[due.programme_id, due.rule].append((rows, due.since))
        if due.whole:
            return False
        if rows >= EMPTIED_AT_ONCE:
            return True
    _look_at(uow, person_id, look_again(standing_of(uow, person_id, people), rules, at))
    return False


def _look_at(uow: UnitOfWork, person_id: int, when: datetime) -> None:
    uow.connection.execute(update(Person).where(Person.id == person_id).values(retention_look_at=when))


def _to_look_at(at: datetime, rules: Mapping[str | None, Retention]) -> list[Select[int]]:
    """Whom the clock has to look at: one range of ix_person_retention each, nothing else is read."""
    there = select(Person.id).where(Person.erased_at.is_(None))
    new = and_(Person.retention_look_at.is_(None), Person.created_at <= at - _shortest(rules))
    return [
        there.where(Person.retention_look_at <= at).order_by(Person.retention_look_at),
        # by both columns of the index, or PostgreSQL reads and sorts the whole range
        there.where(new).order_by(Person.retention_look_at, Person.created_at),
    ]


def _after(last: int, at: datetime, rules: Mapping[str | None, Retention]) -> Select[int]:
    old = or_(Person.created_at <= at - _shortest(rules), Person.farewell.is_(True))
    return select(Person.id).where(Person.id > last, Person.erased_at.is_(None), old).order_by(Person.id)


def _shortest(rules: Mapping[str | None, Retention]) -> timedelta:
    return min(timedelta(days=min(each.unconsented_draft_days, each.chat_transcript_days)) for each in rules.values())


def _standings(uow: UnitOfWork, ids: Sequence[int]) -> Iterator[tuple[int, Standing]]:
    query = select(Person.id, Person.farewell, Person.told_by_id).where(
        Person.id.in_(ids), Person.merged_into_id.is_(None)
    )
    for row in uow.connection.execute(query.order_by(Person.id)).all():
        goes_with = row.told_by_id is not None and row.id in told_of_by(uow, [row.told_by_id])
        if not goes_with and not (row.farewell and not wrote_again(uow, row.id)):
            yield row.id, standing_of(uow, row.id, whole_person(uow, row.id))

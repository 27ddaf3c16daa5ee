"""Families are told of an incident because a person decided so: one neutral word, and staff say the rest.

Nobody who may be in danger is written to, whatever was decided: a line in the restricted queue asks a person to find a
way. The message names neither what happened nor which data, for somebody else may read it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from referrals.appointments.calling import ask_to_call
from referrals.appointments.reminders.nudging import quiet_now
from referrals.conversations.desk import Desk
from referrals.conversations.outreach.reaching import reach
from referrals.families.people import now_known_as, whole_person
from referrals.families.records import Person
from referrals.portions import by_portions, owe_together
from referrals.protection.danger import in_danger_of
from referrals.protection.incidents.keeping import add_entry, still_open
from referrals.protection.incidents.records import Incident, IncidentTold
from referrals.protection.incidents.rules import SHORTEST, TELLING
from referrals.protection.incidents.touched import Touched, touched_by
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import Store, UnitOfWork

WAITING, WRITTEN, BY_HAND, TOLD, GONE = "waiting", "written", "by_hand", "told", "gone"
AT_A_TIME = 50
ROWS_AT_ONCE = 500
LATER = timedelta(minutes=30)  # nobody is woken; then it is looked at again

# ix_incident_told_waiting: its first entry.
FIRST = select(func.min(IncidentTold.due_at).label("due_at")).where(IncidentTold.state == WAITING)
NEXT = Ready(FIRST)


def decide(uow: UnitOfWork, incident: Incident, decision: str, words: str, at: datetime, staff_id: int) -> Touched:
    """What becomes of the touched families, with the reason; who was not on the list before is added to it.

    Raises `Closed`, or ValueError for another decision or too few words. May be decided again when more are found.
    """
    still_open(uow, incident)
    if decision not in TELLING or len(words.strip()) < SHORTEST:
        raise ValueError("decide one of " + ", ".join(TELLING) + ", and say why")
    touched = touched_by(uow, incident)
    add_entry(uow, incident, "families", at, staff_id, words=words, code=decision, count=touched.count)
    if decision == "not_needed":
        return touched
    known = set(
        uow.connection.execute(select(IncidentTold.person_id).where(IncidentTold.incident_id == incident.id)).scalars()
    )
    state = WAITING if decision == "told" else BY_HAND
    rows = [
        {"incident_id": incident.id, "person_id": person, "state": state, "due_at": at}
        for person in touched.people
        if person not in known
    ]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        uow.connection.execute(insert(IncidentTold), rows[start : start + ROWS_AT_ONCE])
    return touched


def tell_waiting(store: Store, at: datetime) -> int:
    """The families whose turn it is, some of them a commit; returns how many were looked at."""
    return by_portions(store, at, NEXT, _tell_some)


def told_by_hand(uow: UnitOfWork, incident: Incident, person_id: int, at: datetime, staff_id: int) -> bool:
    """A person has told this family; False where nobody has to. What is still to be sent to them is not sent then."""
    people = whole_person(uow, now_known_as(uow, person_id))
    mine = select(IncidentTold).where(
        IncidentTold.incident_id == incident.id, IncidentTold.person_id.in_(people), IncidentTold.told_at.is_(None)
    )
    rows = uow.session.scalars(mine.with_for_update()).all()
    for row in rows:
        row.state, row.told_at, row.told_by_id = TOLD, at, staff_id
    if rows:
        add_entry(uow, incident, "by_hand", at, staff_id, count=1, happened_at=at)
    return bool(rows)


def _tell_some(uow: UnitOfWork, at: datetime) -> int:
    waiting = (
        select(IncidentTold.incident_id.label("id"), IncidentTold.person_id)
        .where(IncidentTold.state == WAITING, IncidentTold.due_at <= at)
        .order_by(IncidentTold.due_at)
        .limit(AT_A_TIME)
    )
    rows = uow.connection.execute(waiting.with_for_update(skip_locked=True)).all()

    def put_off(row: Any) -> None:
        uow.session.get_one(IncidentTold, (row.id, row.person_id)).due_at = at + LATER
        uow.flush()

    return owe_together(uow, rows, lambda row: _tell_one(uow, row, at), put_off, "the word about incident")


def _tell_one(uow: UnitOfWork, due: Any, at: datetime) -> None:
    row = uow.session.get_one(IncidentTold, (due.id, due.person_id))
    programme_id = uow.session.get_one(Incident, due.id).programme_id
    person_id = now_known_as(uow, row.person_id)
    if quiet_now(uow, programme_id, at):
        row.due_at = at + LATER
    elif uow.session.get_one(Person, person_id).erased_at is not None:
        row.state = GONE
    elif in_danger_of(uow, whole_person(uow, person_id)):
        ask_to_call(uow, person_id, programme_id, at, restricted=True)
        row.state = BY_HAND
    elif reach(uow, person_id, programme_id, at, reason=f"incident:{row.incident_id}:{person_id}", compose=_word):
        row.state, row.told_at = WRITTEN, at
    else:  # staff are asked to call them
        row.state = BY_HAND
    uow.flush()


def _word(desk: Desk) -> None:
    desk.say("incident.told")

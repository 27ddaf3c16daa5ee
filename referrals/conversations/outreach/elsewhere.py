"""What cannot reach a person where it was owed goes to another place of theirs; where there is none, staff call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from referrals.appointments.calling import ask_to_call
from referrals.appointments.times.place_time import decent_hours
from referrals.conversations.heard import DESK
from referrals.conversations.outreach.knocking import HELD, KNOCK
from referrals.conversations.outreach.reaching import ask_staff_to_call
from referrals.conversations.threads import TwoTurnsAtOnce, open_desk, save_desk
from referrals.definitions.in_force import settings_of
from referrals.families.people import now_known_as
from referrals.families.records import Identity, Person
from referrals.families.standing import Way, ways_to
from referrals.messages import Lane, Message
from referrals.outbox.blocked import ASIDE
from referrals.outbox.noting import REASON, note_attempt
from referrals.outbox.outcomes import outcome_of
from referrals.outbox.owe import BODY, LANES, from_json, owe
from referrals.outbox.records import OutboxMessage
from referrals.protection.danger import left_alone
from referrals.protection.vault import Erased, sealed_under
from referrals.quiet_hours import next_decent
from referrals.store.unit_of_work import UnitOfWork

ELSEWHERE = "@"  # «reminder:17:48h@55»: owed to identity 55 in the place of another
# A question belongs to the chat in which the interview goes on; what was said of danger to the telephone on which it
# was told; a campaign to where it was agreed to.
STAYS = ("interview", "safety", "campaign")
ALONE = "alone"  # who reads that telephone, as the family said


def go_elsewhere(uow: UnitOfWork, row_id: int, at: datetime, reason: str) -> str:
    """Owes the message at another place of the same person, or asks staff to call them, once; closes the row.

    Returns what the row says of it from now on: the reason, and where the message went. A row that arrived meanwhile,
    or was closed, stays as it is.
    """
    row = uow.connection.execute(select(OutboxMessage.__table__).where(OutboxMessage.id == row_id)).one()
    if row.state in ("cancelled", "expired") or row.delivery in ("delivered", "read"):
        return str(row.reason)
    closed = _closed(uow, row, at, reason)
    if outcome_of(reason).unreachable:
        _bring(uow, _waiting(uow, row, ASIDE), at, reason)
    return closed


def _closed(uow: UnitOfWork, row: Any, at: datetime, reason: str) -> str:
    person_id = _person_of(uow, row)
    if row.purpose in STAYS or person_id is None:
        return _close(uow, row, at, "cancelled", f"{reason}; stays unsent")
    if row.key.startswith(KNOCK):  # what was held behind it goes; what cannot stays held for when they write
        held = _waiting(uow, row, HELD)
        if held and _bring(uow, held, at, reason) == len(held):
            return _close(uow, row, at, "cancelled", f"{reason}; went elsewhere")
    elif (went_to := _owe_elsewhere(uow, row, person_id, at)) is not None:
        return _close(uow, row, at, "cancelled", f"{reason}; went to identity {went_to}")
    return _close(uow, row, at, "parked", f"{reason}; {_have_called(uow, row, person_id, at)}")


def _waiting(uow: UnitOfWork, row: Any, why: str) -> Sequence[Any]:
    """What else waits at the same place for that reason, oldest first."""
    return uow.connection.execute(
        select(OutboxMessage.__table__)
        .where(
            OutboxMessage.identity_id == row.identity_id,
            OutboxMessage.state == "waiting",
            OutboxMessage.reason == why,
        )
        .order_by(OutboxMessage.id)
    ).all()


def _bring(uow: UnitOfWork, rows: Sequence[Any], at: datetime, reason: str) -> int:
    """Owes these elsewhere too; what may go nowhere else waits on. Returns how many went."""
    gone = 0
    for row in rows:
        person_id = None if row.purpose in STAYS else _person_of(uow, row)
        went_to = _owe_elsewhere(uow, row, person_id, at) if person_id is not None else None
        if went_to is not None:
            _close(uow, row, at, "cancelled", f"{reason}; went to identity {went_to}")
            gone += 1
    return gone


def _owe_elsewhere(uow: UnitOfWork, row: Any, person_id: int, at: datetime) -> int | None:
    """The identity that the message is owed to now; None where no other place of theirs may have it, or in time."""
    try:
        message = from_json(uow.vault.open_json(row.body_sealed, BODY))
    except Erased:
        return None
    due = _decent(uow, row.programme_id, at)
    if due is None or (row.expires_at is not None and due >= row.expires_at):
        return None
    first_key = row.key.partition(ELSEWHERE)[0]
    for way in _ways(uow, row, person_id, first_key):
        key = f"{first_key}{ELSEWHERE}{way.identity_id}"
        if _owe_at(uow, way, _as_shown_there(uow, way, message), row, key, at, due):
            return way.identity_id
    return None


def _ways(uow: UnitOfWork, row: Any, person_id: int, first_key: str) -> list[Way]:
    """The other places, best first, that the message may be shown at and that were not tried. A page in a browser does
    not come to anybody; and who said somewhere that they cannot talk is left in peace everywhere."""
    ways = ways_to(uow, person_id)
    if any(way.why_not == "silent" for way in ways):
        return []
    if not row.key.startswith("turn:") and left_alone(uow, person_id):
        return []  # a person decides what they hear, and where
    tried = {row.identity_id, _first_identity(uow, first_key)}
    others = [way for way in ways if way.open and way.channel != "web" and way.identity_id not in tried]
    return [way for way in others if _is_neutral(row) or _reads_alone(uow, way)]


def _is_neutral(row: Any) -> bool:
    """Whether it may stand on a telephone that others read: a reminder, or what we said without being asked. An answer
    to what they said, and the words of staff, may hold more."""
    return row.purpose == "reminder" or (row.purpose == "service" and not row.key.startswith("turn:"))


def _as_shown_there(uow: UnitOfWork, way: Way, message: Message) -> Message:
    pictures = message.media if _reads_alone(uow, way) else ()
    return replace(message, edits="", media=pictures)


def _owe_at(uow: UnitOfWork, way: Way, message: Message, row: Any, key: str, at: datetime, due: datetime) -> int | None:
    desk = open_desk(uow, way.identity_id, at, reason=key, person_id=way.person_id)
    if desk.programme_id is None and row.programme_id is not None:
        desk.enter_programme(row.programme_id)
    stages = {choice.id.split(":")[1] for choice in message.choices if choice.id.startswith(f"{DESK}:")}
    if len(stages) == 1:  # typed words answer it too, as they would have done where it was owed first
        desk.beside(stages.pop(), message.text, message.choices)
        desk.owed.clear()
    try:
        with uow.nested():
            save_desk(desk)
    except TwoTurnsAtOnce:  # they write there at this moment: their own turn comes first, the buttons answer still
        pass
    lane: Lane = next(name for name, number in LANES.items() if number == row.lane)
    return owe(
        uow,
        message,
        key=key,
        sender_id=way.sender_id,
        identity_id=way.identity_id,
        data_key_id=desk.data_key_id,
        at=at,
        programme_id=row.programme_id,
        lane=lane,
        due_at=due,
    )


def _have_called(uow: UnitOfWork, row: Any, person_id: int, at: datetime) -> str:
    """Staff are asked to call, unless a call could do harm: to who said that they cannot talk now."""
    ways = ways_to(uow, person_id)
    if any(way.why_not == "silent" for way in ways):
        return "they asked for silence"
    if left_alone(uow, person_id):
        ask_to_call(uow, person_id, row.programme_id, at, restricted=True)
        return "staff call"
    here = [way.conversation_id for way in ways if way.identity_id == row.identity_id]
    ask_staff_to_call(uow, here[0] if here else None, person_id, row.programme_id, at)
    return "staff call"


def _decent(uow: UnitOfWork, programme_id: str | None, at: datetime) -> datetime | None:
    """Now, or when the quiet hours end."""
    if programme_id is None:
        return at
    zone = ZoneInfo(settings_of(uow, programme_id).time_zone)
    return next_decent(at, zone, decent_hours(uow, programme_id))


def _person_of(uow: UnitOfWork, row: Any) -> int | None:
    """Whose the message is: a telephone may have several people, but it is sealed under the key of one."""
    query = select(Person.id).where(Person.data_key_id == sealed_under(row.body_sealed), Person.erased_at.is_(None))
    found = uow.connection.execute(query).scalar()
    return now_known_as(uow, found) if found is not None else None


def _first_identity(uow: UnitOfWork, key: str) -> int | None:
    return uow.connection.execute(select(OutboxMessage.identity_id).where(OutboxMessage.key == key)).scalar()


def _reads_alone(uow: UnitOfWork, way: Way) -> bool:
    readers = uow.connection.execute(select(Identity.readers).where(Identity.id == way.identity_id)).scalar()
    return readers == ALONE and not way.shared


def _close(uow: UnitOfWork, row: Any, at: datetime, state: str, reason: str) -> str:
    uow.connection.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == row.id)
        .values(state=state, delivery="failed", reason=reason[:REASON], leased_until=None)
    )
    note_attempt(uow, row.id, "elsewhere" if state == "cancelled" else state, reason, at, "")
    return reason[:REASON]

"""What a turn said becomes what is owed; nothing unasked goes to who may be in danger."""

from __future__ import annotations

from referrals.appointments.calling import ask_to_call
from referrals.conversations.desk import Desk
from referrals.conversations.speaking import in_our_digits
from referrals.families.standing import not_before
from referrals.messages import Message
from referrals.outbox.owe import owe
from referrals.protection.danger import left_alone


def owe_answers(desk: Desk) -> None:
    """Writes what is owed and leaves the thread as it is; nothing unasked to who may be in danger."""
    if is_left_alone(desk):
        _leave_to_staff(desk)
    for position, message in enumerate(desk.owed):
        # a reminder's own message is known by its reason alone; the question that follows it comes after
        _owe(desk, message, f"{desk.reason}:{position}" if position or not _reminds(desk) else desk.reason)


def is_left_alone(desk: Desk) -> bool:
    """Whether what is owed was not asked for, and they may be in danger: then a person decides what they hear."""
    if desk.inbox_id is not None or desk.answers or all(each.purpose == "safety" for each in desk.owed):
        return False
    return left_alone(desk.uow, desk.person_id)


def _leave_to_staff(desk: Desk) -> None:
    """Only who may read of a danger is asked to find a way."""
    desk.owed = [each for each in desk.owed if each.purpose == "safety"]
    ask_to_call(desk.uow, desk.person_id, desk.programme_id, desk.at, restricted=True)


def _reminds(desk: Desk) -> bool:
    """Whether the clock speaks here of an appointment: then everything said goes one way, in order."""
    return desk.reason.startswith("reminder:")


def _owe(desk: Desk, message: Message, key: str) -> None:
    """What nobody asked for now waits for the end of their own quiet hours."""
    asked = desk.inbox_id is not None
    owe(
        desk.uow,
        in_our_digits(message, desk.voice),
        key=key,
        lane="reminder" if message.purpose == "reminder" or _reminds(desk) else "reply",
        sender_id=desk.sender_id,
        identity_id=desk.identity_id,
        data_key_id=desk.data_key_id,
        programme_id=desk.programme_id,
        at=desk.at,
        due_at=None if asked else not_before(desk.uow, desk.identity_id, desk.programme_id, desk.at),
    )

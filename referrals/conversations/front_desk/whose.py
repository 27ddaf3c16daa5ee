"""Whose a tapped button is, on a telephone that several people share: it is answered for whom it was sent to."""

from __future__ import annotations

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.appointments.records import Appointment
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.records import Conversation
from referrals.conversations.threads import open_desk
from referrals.families.people import now_known_as
from referrals.outbox.records import OutboxMessage
from referrals.protection.external_ids import kept_id
from referrals.protection.records import DataKey
from referrals.protection.vault import sealed_under
from referrals.referral.records import Referral

# Buttons beside an interview: they are answered for that person, whoever speaks here now.
OF_APPOINTMENTS, OF_REFERRALS = ("slot", "reminder", "cancel", "missed", "why"), ("answer", "outcome", "elsewhere")
OF_APPLICATIONS = ("info", "decision")
NOBODYS = ("who", "whose", "moved", "claim", "notme")


def whose_button(desk: Desk, heard: Heard) -> int | None:
    """The other person of this telephone whom a tapped button is about; None where it is the one who speaks now."""
    if desk.readers != "shared" or not (heard.tapped or heard.option) or heard.stage in NOBODYS:
        return None
    found = _of_record(desk, heard) or _of_message(desk)
    if found is None:
        return None
    found = now_known_as(desk.uow, found)
    here = select(Conversation.id).filter_by(identity_id=desk.identity_id, person_id=found)
    return found if found != desk.person_id and desk.uow.session.scalar(here) is not None else None


def is_beside(heard: Heard) -> bool:
    """Whether it asks nothing more than that one tap: a reminder, a time, an answer of a centre."""
    return heard.stage in (*OF_APPOINTMENTS, *OF_REFERRALS, "decision")


def desk_beside(desk: Desk, person_id: int) -> Desk:
    """The desk of another person of this telephone, for one tap; who speaks here stays the same."""
    return open_desk(
        desk.uow, desk.identity_id, desk.at, reason=f"{desk.reason}:for", inbox_id=desk.inbox_id, person_id=person_id
    )


def _of_record(desk: Desk, heard: Heard) -> int | None:
    if heard.stage in OF_APPOINTMENTS:
        return desk.uow.session.scalar(select(Appointment.person_id).where(Appointment.id == heard.number()))
    if heard.stage in OF_REFERRALS:
        return desk.uow.session.scalar(select(Referral.person_id).where(Referral.id == heard.number()))
    if heard.stage in OF_APPLICATIONS:
        return desk.uow.session.scalar(select(Application.person_id).where(Application.id == heard.number()))
    return None


def _of_message(desk: Desk) -> int | None:
    """Whom the message was written for that carries the button, by the key that it is sealed under."""
    if not desk.answered:
        return None
    body = desk.uow.session.scalar(
        select(OutboxMessage.body_sealed).where(
            OutboxMessage.sender_id == desk.sender_id,
            OutboxMessage.identity_id == desk.identity_id,
            OutboxMessage.external_id == kept_id(desk.uow, desk.answered),
        )
    )
    if body is None:
        return None
    return desk.uow.session.scalar(select(DataKey.person_id).where(DataKey.id == sealed_under(body)))

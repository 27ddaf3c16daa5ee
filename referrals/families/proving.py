"""A telephone that is proved: shared by its owner on Telegram, which vouches for it. A typed one is not."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from referrals.conversations.carrying import stand_as
from referrals.conversations.desk import Desk
from referrals.conversations.records import Conversation, HelpRequest
from referrals.conversations.stages import helping
from referrals.families.claims import in_danger
from referrals.families.identities import identities_at, join_person
from referrals.families.people import has_a_past
from referrals.families.records import ContactPoint, Identity
from referrals.protection.audit import audit

STILL_THEIRS = timedelta(days=90)  # a number that was silent for longer may have been given to somebody else
LONGEST = 15  # digits of a number in international form


def prove_phone(desk: Desk, shared: str) -> None:
    """Keeps a telephone as proved, and joins the WhatsApp account of the same number to this person where that mixes
    nobody: one of the two must be without a past, and speak alone. Else staff look whether it is one person."""
    digits = "".join(sign for sign in shared if sign.isascii() and sign.isdigit())
    if not digits or len(digits) > LONGEST:
        return
    phone = f"+{digits}"
    _keep(desk, phone)
    for identity_id in identities_at(desk.uow, "phone", phone):
        _link(desk, identity_id)


def _keep(desk: Desk, phone: str) -> None:
    index = desk.uow.vault.index("phone", phone)
    known = desk.uow.session.scalar(
        select(ContactPoint)
        .filter_by(person_id=desk.person_id, value_index=index)
        .order_by(ContactPoint.id.desc())
        .limit(1)
    )
    if known is not None:
        known.verified_at = known.verified_at or desk.at
    else:
        sealed = desk.uow.vault.seal_text(desk.data_key_id, phone, "contact_point.value")
        desk.uow.session.add(
            ContactPoint(
                person_id=desk.person_id,
                kind="phone",
                value_sealed=sealed,
                value_index=index,
                verified_at=desk.at,
                created_at=desk.at,
            )
        )
    desk.uow.flush()


def _link(desk: Desk, identity_id: int) -> None:
    uow = desk.uow
    other = uow.session.get_one(Identity, identity_id, populate_existing=True)
    if other.person_id == desk.person_id:
        return
    speaking = select(func.count()).select_from(Conversation).where(Conversation.identity_id == identity_id)
    several = desk.is_shared or (uow.session.scalar(speaking) or 0) > 1
    here, there = has_a_past(uow, desk.person_id), has_a_past(uow, other.person_id)
    long_ago = other.last_inbound_at is None or desk.at - other.last_inbound_at > STILL_THEIRS
    if several or (here and there) or (there and (long_ago or in_danger(uow, other.person_id))):
        _ask_staff(desk, other.person_id)
        return
    if there:
        stand_as(desk, other.person_id)
        _keep_of(desk)
    else:
        join_person(uow, identity_id, desk.person_id, desk.at)
    audit(
        uow,
        at=desk.at,
        actor=f"person:{desk.person_id}",
        action="identity.proved",
        object_kind="identity",
        object_id=identity_id,
    )


def _keep_of(desk: Desk) -> None:
    """They speak the language and stand in the programme they chose there, where nothing was chosen here yet."""
    latest = desk.uow.session.execute(
        select(Conversation.programme_id, Conversation.language)
        .where(Conversation.person_id == desk.person_id, Conversation.id != desk.thread_id)
        .order_by(Conversation.updated_at.desc())
        .limit(1)
    ).first()
    if latest is not None and desk.programme_id is None and latest.programme_id is not None:
        desk.enter_programme(latest.programme_id)
        desk.speak(latest.language)


def _ask_staff(desk: Desk, other: int) -> None:
    """Once while it is open: whether two people are one is for a person to find out, and the bot says nothing."""
    standing = select(HelpRequest.id).filter_by(person_id=desk.person_id, kind="possible_duplicate", state="open")
    if desk.uow.session.scalar(standing) is not None:
        return
    helping.open_request(desk, "possible_duplicate")

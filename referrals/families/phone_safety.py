"""Whether a telephone may be called or written to: what its family said of it, wherever it said so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from dialogs.understanding import read_phone
from referrals.conversations.records import Conversation
from referrals.definitions.in_force import settings_of
from referrals.families.people import everyone_as
from referrals.families.records import ContactPoint, Identity
from referrals.store.unit_of_work import UnitOfWork

Use = Literal["safe", "call_only", "write_only", "not_written", "no", "unknown", "silent"]


@dataclass(frozen=True)
class PhoneSafety:
    """What was said of one number of a person.

    `use`: «not_written» means no messages, and nobody said whether to call; «silent» that they cannot talk now, so that
    nothing is to come before they write. `shared`: others read it, and words stay neutral. `quiet`: when nothing is to
    ring, from and to, HH:MM of the programme's clock.
    """

    use: Use = "unknown"
    shared: bool = False
    quiet: tuple[str, str] | None = None


def phone_safety(uow: UnitOfWork, person_id: int, number: str, programme_id: str) -> PhoneSafety:
    """What is known of that number of theirs; all unknown for one that they never gave."""
    people = everyone_as(uow, person_id)
    read = read_phone(number, settings_of(uow, programme_id).country)
    index = uow.vault.index("phone", read.value or number)
    said = uow.session.scalars(
        select(ContactPoint)  # ix_contact_point_person_id
        .where(ContactPoint.person_id.in_(people), ContactPoint.value_index == index)
        .order_by(ContactPoint.id)
    ).all()
    spoken = uow.session.scalars(
        select(Identity)  # ix_conversation_person_id
        .where(
            Identity.id.in_(select(Conversation.identity_id).where(Conversation.person_id.in_(people))),
            Identity.kind.in_(("phone", "telegram", "bsuid")),  # an open page in a browser tells nothing of a telephone
        )
        .order_by(Identity.id)
    ).all()
    shared = any(each.shared_phone for each in said) or any(each.readers == "shared" for each in spoken)
    return PhoneSafety(_use(said, spoken), shared, _quiet([*said, *spoken]))


def _use(said: Sequence[ContactPoint], spoken: Sequence[Identity]) -> Use:
    """The most careful of all that was said: a «no» anywhere holds."""
    if any(each.silent_until_written for each in spoken):
        return "silent"
    call = _careful(each.safe_to_call for each in said)
    write = _careful([*(each.safe_to_message for each in said), *(False for each in spoken if not each.may_message)])
    if call is False:
        return "write_only" if write else "no"
    if write is False:
        return "call_only" if call else "not_written"
    return "safe" if call and write else "unknown"


def _careful(answers: Iterable[bool | None]) -> bool | None:
    known = [each for each in answers if each is not None]
    return all(known) if known else None


def _quiet(of: Sequence[ContactPoint | Identity]) -> tuple[str, str] | None:
    return next(((each.quiet_from, each.quiet_to) for each in of if each.quiet_from), None)

"""Claims: somebody on a new telephone says that they applied before. A code to the old one, or a clerk, decides.

Whatever was typed, the same rows are written and the same is answered, so that a stranger learns nothing.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from dialogs.understanding import read_national_id
from referrals.applications.records import Application
from referrals.conversations.records import Conversation, HelpRequest
from referrals.families.identities import data_key_of, person_at
from referrals.families.people import now_known_as
from referrals.families.records import Claim, Identifier
from referrals.protection.audit import audit
from referrals.spoken_numbers import read_back
from referrals.store.unit_of_work import UnitOfWork

CODE_LASTS = timedelta(minutes=60)  # the old telephone may lie at home
DIGITS = 6
TRIES = 5  # of a million codes, at one identity only
ASKS_A_DAY = 5  # by one identity
CODES_A_DAY = 3  # to one person, whoever asks
DAY = timedelta(days=1)
ANSWERED_WITHIN = timedelta(days=3)
COOLING_OFF = timedelta(hours=24)  # so long the old telephone may say that it was not them
LAST2 = "claim.last2"
DANGERS = ("danger", "callme", "afterdanger")


@dataclass(frozen=True)
class Asked:
    """A claim that was begun: the code, and the person to whom it goes; nobody where nothing fits, or too much was
    asked already."""

    claim: Claim
    code: str
    to_person: int | None


def asked_too_often(uow: UnitOfWork, identity_id: int, at: datetime) -> bool:
    """Whether one identity asked so often in a day that nothing is looked up for it."""
    recent = select(func.count()).where(Claim.identity_id == identity_id, Claim.created_at > at - DAY)
    return (uow.session.scalar(recent) or 0) >= ASKS_A_DAY


def find_application(uow: UnitOfWork, typed: str, country: str) -> Application | None:
    """The application of that number, or of that whole id where it is one person's. None says nothing more."""
    number = read_back(typed)
    by_number = uow.session.scalar(select(Application).filter_by(number=number or ""))
    found = read_national_id(typed, country)
    index = uow.vault.index("national_id", str(found.value) if found.sure else "")
    people = set(uow.session.scalars(select(Identifier.person_id).filter_by(value_index=index)))
    newest = select(Application).where(Application.person_id.in_(people)).order_by(Application.id.desc()).limit(1)
    by_id = uow.session.scalar(newest)
    return by_number or (by_id if len(people) == 1 else None)


def begin_claim(
    uow: UnitOfWork, identity_id: int, channel: str, programme_id: str | None, target: Application | None, at: datetime
) -> Asked:
    """The row and a fresh code, of the same shape whoever asks for whatever; an older claim from here ends."""
    for older in uow.session.scalars(select(Claim).filter_by(identity_id=identity_id, state="code_sent")):
        older.state = "expired"
    person_id = now_known_as(uow, target.person_id) if target is not None else None
    recent = select(func.count()).where(Claim.person_id == person_id, Claim.created_at > at - DAY)
    often = (uow.session.scalar(recent) or 0) >= CODES_A_DAY
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    claim = Claim(
        kind="phone_changed",
        identity_id=identity_id,
        person_id=person_id,
        programme_id=target.programme_id if target is not None else programme_id,
        application_id=target.id if target is not None else None,
        channel=channel,
        state="code_sent",
        restricted=person_id is not None and in_danger(uow, person_id),
        code_index=None if often else _index(uow, identity_id, code),  # what was sent to nobody cannot be guessed
        code_until=at + CODE_LASTS,
        tries=0,
        due_at=at + CODE_LASTS,
        created_at=at,
    )
    uow.session.add(claim)
    uow.flush()
    audit(
        uow,
        at=at,
        actor=f"identity:{identity_id}",
        action="claim.begun",
        object_kind="claim",
        object_id=claim.id,
    )
    return Asked(claim, code, None if often else person_id)


def in_danger(uow: UnitOfWork, person_id: int) -> bool:
    """Whether a danger of theirs is open: then only who may read a danger decides about their telephone."""
    open_ones = select(HelpRequest.id).filter_by(person_id=person_id, restricted=True, state="open")
    pending = select(Conversation.id).where(Conversation.person_id == person_id, Conversation.stage.in_(DANGERS))
    return uow.session.scalar(open_ones.limit(1)) is not None or uow.session.scalar(pending.limit(1)) is not None


def code_fits(uow: UnitOfWork, claim: Claim, code: str, at: datetime) -> bool:
    """Whether this is the code, typed where it was asked for and in time. Every try counts, and few are read."""
    claim.tries += 1
    uow.flush()
    same = hmac.compare_digest(claim.code_index or b"", _index(uow, claim.identity_id, code))
    in_time = claim.code_until is not None and at < claim.code_until
    open_one = claim.state == "code_sent" and claim.tries <= TRIES and claim.person_id is not None
    return same and in_time and open_one


def done(uow: UnitOfWork, claim: Claim, at: datetime) -> None:
    """The telephone is theirs; the code works no more."""
    claim.state, claim.code_index, claim.decided_at = "done", None, at
    uow.flush()
    audit(uow, at=at, actor=f"person:{claim.person_id}", action="claim.done", object_kind="claim", object_id=claim.id)


def ask_staff(uow: UnitOfWork, claim: Claim, last2: str, at: datetime) -> None:
    """The old telephone cannot be reached: a clerk looks, and by that day whoever asks hears of it."""
    key = data_key_of(uow, person_at(uow, claim.identity_id))
    claim.state, claim.asked_at, claim.due_at = "asked", at, at + ANSWERED_WITHIN
    claim.code_index = None
    claim.last2_sealed = uow.vault.seal_text(key, last2, LAST2)
    uow.flush()


def answer_day(claim: Claim) -> datetime:
    """When whoever asked hears that we could not be sure: the day they were told, or the day itself would tell."""
    return max(claim.due_at, (claim.asked_at or claim.created_at) + ANSWERED_WITHIN)


def _index(uow: UnitOfWork, identity_id: int, code: str) -> bytes:
    return uow.vault.index("claim_code", f"{identity_id}:{code}")

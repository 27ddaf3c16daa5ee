"""Continuing elsewhere: six digits that expire carry a conversation to another channel, telephone or desk."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import func, select, update

from dialogs.understanding import fold
from referrals.conversations.desk import IDLE, STATE, Desk
from referrals.conversations.heard import Heard
from referrals.conversations.records import CodeAttempt, Conversation, MoveCode
from referrals.conversations.stages import interviewing
from referrals.digits import in_digits
from referrals.families.identities import data_key_of, join_person
from referrals.protection.audit import audit

LASTS = timedelta(minutes=15)
DIGITS = 6
WRONG_AN_HOUR = 5
MOVED = "moved"
AROUND_A_CODE = {fold(word) for word in ("رمز", "رمزي", "الرمز", "هو", "كود", "الكود", "my", "code", "the", "is")}


def give_code(desk: Desk) -> None:
    """A fresh code; an older one of this conversation stops working."""
    desk.uow.connection.execute(
        update(MoveCode)
        .where(MoveCode.conversation_id == desk.thread_id, MoveCode.used_at.is_(None))
        .values(used_at=desk.at)
    )
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    desk.uow.session.add(
        MoveCode(
            code_index=desk.uow.vault.index("move_code", code),
            conversation_id=desk.thread_id,
            created_at=desk.at,
            expires_at=desk.at + LASTS,
        )
    )
    desk.uow.flush()
    shown = desk.voice.number(f"{code[:3]} {code[3:]}")
    desk.say("move.code", code=shown, minutes=int(LASTS.total_seconds() // 60))


def looks_like_code(heard: Heard) -> str | None:
    """The six digits that were typed, in any script and spacing; None for anything else."""
    words = in_digits(fold(heard.text), arabic=False).split()
    digits = "".join(word for word in words if word.isdigit())
    others = [word for word in words if not word.isdigit()]
    return digits if len(digits) == DIGITS and all(word in AROUND_A_CODE for word in others) else None


def use_code(desk: Desk, code: str) -> bool:
    """Takes the other conversation over; False when the code is wrong, used or too old."""
    if _too_many(desk):
        desk.say("move.too_many")
        return True
    row = desk.uow.session.scalar(
        select(MoveCode)
        .where(
            MoveCode.code_index == desk.uow.vault.index("move_code", code),
            MoveCode.used_at.is_(None),
            MoveCode.expires_at > desk.at,
        )
        .with_for_update()
    )
    if row is None or row.conversation_id == desk.thread_id:
        desk.uow.session.add(CodeAttempt(identity_id=desk.identity_id, at=desk.at))
        desk.uow.flush()
        return False
    row.used_at = desk.at
    desk.uow.flush()
    _take_over(desk, desk.uow.session.get_one(Conversation, row.conversation_id))
    return True


def _too_many(desk: Desk) -> bool:
    recent = select(func.count()).where(
        CodeAttempt.identity_id == desk.identity_id, CodeAttempt.at > desk.at - timedelta(hours=1)
    )
    return (desk.uow.session.scalar(recent) or 0) >= WRONG_AN_HOUR


def _take_over(desk: Desk, other: Conversation) -> None:
    state = desk.uow.vault.open_json(other.state_sealed, STATE)
    join_person(desk.uow, desk.identity_id, other.person_id, desk.at)
    desk.person_id, desk.data_key_id = other.person_id, data_key_of(desk.uow, other.person_id)
    desk.state, desk.stage, desk.session_id = state, other.stage, other.session_id
    desk.programme_id, desk.session_id = other.programme_id, other.session_id
    desk.speak(other.language)
    desk.uow.connection.execute(
        update(Conversation)
        .where(Conversation.id == other.id)
        .values(
            stage=IDLE,
            session_id=None,
            state_sealed=desk.uow.vault.seal_json(desk.data_key_id, {"moved": True}, STATE),
            version=Conversation.version + 1,
            updated_at=desk.at,
        )
    )
    audit(
        desk.uow,
        at=desk.at,
        actor=f"person:{desk.person_id}",
        action="conversation.moved",
        object_kind="conversation",
        object_id=other.id,
    )
    desk.say("move.welcome")
    if desk.session_id is not None and desk.stage in ("interview", "resumed"):
        interviewing.repeat(desk)

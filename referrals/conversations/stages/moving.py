"""Continuing elsewhere: six digits that expire carry a conversation to another channel, telephone or desk."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from dialogs.understanding import FOLDING_VERSION, fold
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.carrying import carry_here, stand_as
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.records import CodeAttempt, Conversation, InterviewSession, MoveCode
from referrals.conversations.stages import helping, interviewing
from referrals.digits import in_digits
from referrals.families.standing import MOVED
from referrals.filling.records import DeskFilling
from referrals.senders.links import link_with_code, links_with_code
from referrals.store.unit_of_work import UnitOfWork

LASTS = timedelta(minutes=15)
DIGITS = 6
WRONG_AN_HOUR = 5
LINKS = {"telegram": "move.link_telegram", "whatsapp": "move.link_whatsapp"}
START = "move-"  # how a deep link begins that carries a code
AROUND_A_CODE = {fold(word) for word in ("رمز", "رمزي", "الرمز", "هو", "كود", "الكود", "my", "code", "the", "is")}
NOT_ME_SAID = frozenset(
    map(
        fold,
        (
            *("لم أطلب ذلك", "لم أطلب هذا", "لم أطلبه", "لم نطلب ذلك", "لست أنا", "ليس أنا", "مش أنا", "مو أنا"),
            *("ما طلبت", "ماطلبتش", "ما طلبتش", "it was not me", "not me", "i did not ask for this"),
        ),
    )
)


def give_code(desk: Desk) -> None:
    """A fresh code, and a link that carries it to each of our other chats; an older one stops working."""
    code = new_code(desk.uow, desk.at, conversation_id=desk.thread_id)
    shown = desk.voice.number(code)  # in one piece: two groups would change places in a line of Arabic
    lines = [desk.voice.say("move.code", code=shown, minutes=int(LASTS.total_seconds() // 60))]
    if desk.programme_id is not None:
        for link in links_with_code(desk.uow, desk.programme_id, code):
            if link.channel != desk.channel:
                lines.append(desk.voice.say(LINKS[link.channel], link=link.url))
    desk.tell("\n".join(lines))


def new_code(
    uow: UnitOfWork, at: datetime, *, conversation_id: int | None = None, session_id: int | None = None
) -> str:
    """Six digits for a conversation, or for an interview that was begun where there is no chat; those before end."""
    mine = MoveCode.conversation_id == conversation_id if conversation_id else MoveCode.session_id == session_id
    uow.connection.execute(update(MoveCode).where(mine, MoveCode.used_at.is_(None)).values(used_at=at))
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    uow.session.add(
        MoveCode(
            code_index=uow.vault.index("move_code", code),
            conversation_id=conversation_id,
            session_id=session_id,
            created_at=at,
            expires_at=at + LASTS,
        )
    )
    uow.flush()
    return code


def looks_like_code(heard: Heard) -> str | None:
    """The six digits that were typed, in any script and spacing, or that a link carried; None for anything else."""
    if heard.content.start.startswith(START):
        return link_with_code(heard.content.start.removeprefix(START))
    words = in_digits(fold(heard.text), arabic=False).split()
    digits = "".join(word for word in words if word.isdigit())
    others = [word for word in words if not word.isdigit()]
    return digits if len(digits) == DIGITS and all(word in AROUND_A_CODE for word in others) else None


def use_code(desk: Desk, code: str) -> bool:
    """Takes the other conversation over; False when the code is wrong, used or too old."""
    if too_many(desk):
        desk.say("move.too_many")
        return True
    row = code_row(desk.uow, code, desk.at)
    if row is None or row.conversation_id == desk.thread_id:
        count_attempt(desk)
        return False
    row.used_at = desk.at
    desk.uow.flush()
    if row.conversation_id is not None:
        carry_here(desk, desk.uow.session.get_one(Conversation, row.conversation_id))
    else:
        _take_up_form(desk, desk.uow.session.get_one(InterviewSession, row.session_id))
    welcome(desk)
    return True


def code_row(uow: UnitOfWork, code: str, at: datetime) -> MoveCode | None:
    """The code as it stands, held until the commit: it works once. One from before an update is found too."""
    index = uow.vault.index("move_code", code)
    any_stamp = [bytes([stamp]) + index[1:] for stamp in range(1, FOLDING_VERSION + 1)]
    found: MoveCode | None = uow.session.scalar(
        select(MoveCode)
        .where(MoveCode.code_index.in_(any_stamp), MoveCode.used_at.is_(None), MoveCode.expires_at > at)
        .order_by(MoveCode.id.desc())
        .limit(1)
        .with_for_update()
    )
    return found


def welcome(desk: Desk) -> None:
    """They are here; what is pending comes again."""
    desk.say("move.welcome")
    if desk.session_id is not None and desk.stage in (INTERVIEW, "resumed"):
        interviewing.repeat(desk)
    else:
        desk.took_up = True


def too_many(desk: Desk) -> bool:
    """Whether so many codes were wrong from here that none is read for an hour."""
    recent = select(func.count()).where(
        CodeAttempt.identity_id == desk.identity_id, CodeAttempt.at > desk.at - timedelta(hours=1)
    )
    return (desk.uow.session.scalar(recent) or 0) >= WRONG_AN_HOUR


def count_attempt(desk: Desk) -> None:
    """One wrong code more from here."""
    desk.uow.session.add(CodeAttempt(identity_id=desk.identity_id, at=desk.at))
    desk.uow.flush()


def at_the_old_side(desk: Desk, heard: Heard) -> None:
    """The conversation goes on elsewhere: a code brings it back, a tap says that it was not them; no more is told."""
    code = looks_like_code(heard)
    if code is not None and use_code(desk, code):
        return
    if code is not None:
        desk.say("move.wrong_code")
    elif (heard.stage == MOVED and heard.value == "not_me") or _says_not_me(heard):
        helping.open_request(desk, "not_me")
        desk.say("move.not_me_noted")
    else:
        choices = [
            desk.choice("who", "new", "button.other"),
            desk.choice(MOVED, "not_me", "button.not_me"),
        ]
        desk.say("move.is_elsewhere", choices)


def _says_not_me(heard: Heard) -> bool:
    """«لم أطلب ذلك», typed instead of tapped."""
    return fold(heard.text) in NOT_ME_SAID


def _take_up_form(desk: Desk, session: InterviewSession) -> None:
    """A form that was begun at a desk goes on here, as the family's own."""
    stand_as(desk, session.person_id)
    desk.enter_programme(session.programme_id)
    desk.session_id = session.id
    desk.pend(INTERVIEW)
    desk.uow.connection.execute(
        update(DeskFilling)
        .where(DeskFilling.session_id == session.id, DeskFilling.state == "open")
        .values(conversation_id=desk.thread_id, state="handed_back", ended_at=desk.at)
    )

"""A new telephone for an application that stands: a code from the old one, or a clerk; a stranger learns nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from dialogs.understanding import fold
from referrals.conversations.answers_owed import owe_answers
from referrals.conversations.carrying import carry_here, stand_as
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard, button_id, hear
from referrals.conversations.pending import IDLE, RESTING
from referrals.conversations.records import Conversation
from referrals.conversations.stages import helping, moving
from referrals.conversations.threads import open_desk
from referrals.digits import in_digits
from referrals.families.claims import (
    CODE_LASTS,
    TRIES,
    Asked,
    answer_day,
    ask_staff,
    asked_too_often,
    begin_claim,
    code_fits,
    done,
    find_application,
)
from referrals.families.records import Claim
from referrals.families.standing import ways_to
from referrals.inbound import Content
from referrals.outbox.records import OutboxMessage
from referrals.store.unit_of_work import UnitOfWork

CLAIM, LAST, NOT_ME = "claim", "claimlast", "notme"
TEMPLATE = "move_code"
SAID = frozenset(
    map(
        fold,
        (
            *("غيرت رقمي", "غيرت هاتفي", "رقمي تغير", "رقمي اتغير", "تلفوني اتغير", "تلفوني ضاع", "هاتفي ضاع"),
            *("قدمت من رقم آخر", "قدمت من هاتف آخر", "قدمت من تلفون تاني", "رقم جديد", "هاتف جديد"),
            *("my number changed", "i changed my number", "i lost my phone", "new phone", "new number"),
        ),
    )
)


def ask(desk: Desk, typed: str) -> None:
    """A number was given: whatever it is, the same is answered, and the known telephone gets a code if there is one."""
    if asked_too_often(desk.uow, desk.identity_id, desk.at):
        desk.say("claim.too_often")
        return
    target = find_application(desk.uow, typed, desk.settings.country if desk.programme_id else "EG")
    if target is not None and (target.person_id == desk.person_id or target.programme_id not in desk.programme_ids()):
        target = None  # theirs already, and shown by «أين وصل طلبي؟»; or of a programme that is not ours to speak for
    asked = begin_claim(desk.uow, desk.identity_id, desk.channel, desk.programme_id, target, desk.at)
    _send_code(desk, asked)
    desk.state[CLAIM] = asked.claim.id
    desk.ask(CLAIM, desk.voice.say("track.code_sent"), [desk.choice(CLAIM, "lost", "button.old_phone_lost")])


def _send_code(desk: Desk, asked: Asked) -> None:
    """To the best of the old ways where we may write; where there is none, nobody learns of it."""
    way = next((way for way in ways_to(desk.uow, asked.to_person or 0) if way.open), None)
    if way is None or way.identity_id == desk.identity_id:
        return
    old = open_desk(desk.uow, way.identity_id, desk.at, reason=f"claim:{asked.claim.id}", person_id=way.person_id)
    code = old.voice.number(asked.code)  # in one piece: two groups would change places in a line of Arabic
    old.tell(
        old.voice.say("claim.code", code=code, minutes=int(CODE_LASTS.total_seconds() // 60)),
        [old.choice(NOT_ME, "code", "button.not_me", asked.claim.id)],
        template=TEMPLATE,
        parameters=(code,),
        expires_at=asked.claim.code_until,
    )
    owe_answers(old)


def answer_claim(desk: Desk, heard: Heard) -> bool:
    """The code; or that the old telephone is not there, and the last digits of an id for the one who looks."""
    claim = _claim(desk)
    if heard.stage == CLAIM and claim is not None:
        desk.ask(LAST, desk.voice.say("claim.last_two"), [desk.choice(LAST, "none", "button.no_id")])
        return True
    code = moving.looks_like_code(heard)
    if desk.stage != CLAIM or not heard.text:
        return False
    if code is not None and claim is not None:
        _try(desk, claim, code)
        return True
    if any(sign.isdigit() for sign in heard.text):
        ask(desk, heard.text)
        return True
    return False


def _try(desk: Desk, claim: Claim, code: str) -> None:
    if code_fits(desk.uow, claim, code, desk.at):
        desk.state.pop(CLAIM, None)
        done(desk.uow, claim, desk.at)
        carry_out(desk, claim)
        return
    if moving.use_code(desk, code):  # or one that was made on the other telephone
        return
    if claim.tries >= TRIES:
        desk.say("move.too_many")
        return
    desk.say("move.wrong_code", [desk.choice(CLAIM, "lost", "button.old_phone_lost")])


def carry_out(desk: Desk, claim: Claim) -> None:
    """Everything of the person moves here; the old telephone is theirs no more."""
    assert claim.person_id is not None
    thread = desk.uow.session.scalar(
        select(Conversation)
        .where(Conversation.person_id == claim.person_id, Conversation.identity_id != desk.identity_id)
        .order_by((Conversation.stage == "moved"), Conversation.updated_at.desc())
        .limit(1)
    )
    if thread is not None:
        carry_here(desk, thread, claim=claim.id)
    else:  # applied at a desk: there was no chat yet
        stand_as(desk, claim.person_id)
        if claim.programme_id is not None:
            desk.enter_programme(claim.programme_id)
        desk.pend(IDLE)
    moving.welcome(desk)


def answer_last(desk: Desk, heard: Heard) -> bool:
    """The last two digits, or that there is no id at hand: it goes to staff, who may find nothing to decide."""
    claim = _claim(desk)
    if desk.stage != LAST or claim is None:
        return False
    digits = "".join(sign for sign in in_digits(heard.text, arabic=False) if sign.isdigit())
    if heard.stage != LAST and len(digits) < 2:
        return False
    desk.state.pop(CLAIM, None)
    if claim.state == "code_sent":
        ask_staff(desk.uow, claim, digits[-2:], desk.at)
    desk.pend(IDLE)
    desk.take_up()
    desk.say("claim.asked", day=desk.voice.day(claim.due_at))
    if desk.stage in RESTING:
        desk.took_up = False
    return True


def object_to(desk: Desk, heard: Heard) -> bool:
    """«لست أنا» on the old telephone: what was asked for stops, and staff look at it."""
    claim = desk.uow.session.get(Claim, heard.number()) if heard.stage == NOT_ME else None
    if claim is None or not _was_told(desk.uow, claim.id, desk.identity_id):
        return False
    if claim.state in ("code_sent", "asked", "approved"):
        claim.state, claim.code_index = "objected", None
        claim.due_at = answer_day(claim)
    if desk.programme_id is None and claim.programme_id is not None:
        desk.enter_programme(claim.programme_id)
    helping.open_request(desk, "claim_objected", str(claim.id))
    desk.say("claim.stopped")
    return True


def says_not_me(desk: Desk, heard: Heard) -> Heard | None:
    """«لم أطلب ذلك», typed instead of tapped while a move is under way; None for anything else."""
    if fold(heard.text) not in moving.NOT_ME_SAID:
        return None
    under_way = select(Claim.id).where(
        Claim.person_id == desk.person_id, Claim.state.in_(("code_sent", "asked", "approved"))
    )
    for claim_id in desk.uow.session.scalars(under_way.order_by(Claim.id.desc())):
        if _was_told(desk.uow, claim_id, desk.identity_id):
            return hear(Content(choice=button_id(NOT_ME, "stop", claim_id)))
    return None


def tell_old_ways(uow: UnitOfWork, claim: Claim, at: datetime) -> None:
    """A neutral word to every old telephone that may be written to, with one button that stops it; once for each hour
    at which it is to be carried out."""
    reason = f"claim:{claim.id}:told:{claim.due_at:%Y%m%d%H%M}"
    for way in ways_to(uow, claim.person_id or 0):
        if way.open and way.identity_id != claim.identity_id:
            old = open_desk(uow, way.identity_id, at, reason=reason, person_id=way.person_id)
            old.tell(
                old.voice.say("claim.notice", day=old.voice.day(claim.due_at), time=old.voice.hour(claim.due_at)),
                [old.choice(NOT_ME, "stop", "button.not_me", claim.id)],
                template="moved_notice",
                expires_at=claim.due_at,
            )
            old.reason += f":{way.identity_id}"
            owe_answers(old)


def _claim(desk: Desk) -> Claim | None:
    claim = desk.uow.session.get(Claim, desk.state.get(CLAIM) or 0)
    return claim if claim is not None and claim.identity_id == desk.identity_id else None


def _was_told(uow: UnitOfWork, claim_id: int, identity_id: int) -> bool:
    """Whether this identity was sent a word of that claim: a button that somebody made up stops nothing."""
    sent = select(OutboxMessage.id).where(
        OutboxMessage.identity_id == identity_id,
        OutboxMessage.key.startswith(f"claim:{claim_id}:", autoescape=True),
    )
    return uow.session.scalar(sent.limit(1)) is not None

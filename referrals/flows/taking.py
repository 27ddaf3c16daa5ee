"""One exchange with the screens of an interview: what was filled is kept, and the next screen is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from dialogs.form import Form
from dialogs.interview import Session
from dialogs.interview.filling import Outcome
from dialogs.interview.screen_filling import Field, Filled, fill, first_screen, next_screen, shown
from dialogs.interview.screens import DONE, Screen, Slot, screens_of
from referrals.conversations.desk import Desk
from referrals.conversations.interviews.sessions import StoredSession
from referrals.conversations.records import InterviewSession
from referrals.conversations.stages import safety
from referrals.conversations.threads import open_desk, save_desk
from referrals.families.records import Identity
from referrals.filling.sessions import save_session, stored_session
from referrals.flows.records import FlowOffer, PublishedFlow
from referrals.protection.vault import Erased
from referrals.store.unit_of_work import UnitOfWork
from referrals.texts import common_catalogue

IN_DANGER = (safety.DANGER, safety.CALL_ME, safety.AFTER)
SEEN = "seen"
EXPECTED = {"number": "interview.misunderstood.number", "date": "interview.misunderstood.date"}


class NoLonger(LookupError):
    """These screens may not be filled any more; the message says so to the person, in their language."""


@dataclass(frozen=True)
class Exchange:
    """What the platform brings: `INIT`, `BACK` or `data_exchange`, of which screen, with what was filled, by field."""

    action: str
    token: str
    screen: str = ""
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choosable:
    """A choice of a question on a screen."""

    name: str
    label: str


@dataclass(frozen=True)
class Part:
    """A question on a screen, in words; `error` says why what was filled was not taken."""

    slot: Slot
    text: str
    visible: bool
    required: bool = False
    options: tuple[Choosable, ...] = ()
    value: str = ""
    error: str = ""


@dataclass(frozen=True)
class View:
    """A screen ready to be shown; `screen` is None for the last one, which only says `notice`.

    `more` asks for one more member, with `yes` and `no`; `error` is said once where something was not taken.
    """

    screen: Screen | None
    title: str
    notice: str = ""
    seen: str = ""
    parts: tuple[Part, ...] = ()
    more: str = ""
    yes: str = ""
    no: str = ""
    error: str = ""


@dataclass(frozen=True)
class _Opened:
    """Everything that one exchange works on."""

    offer: FlowOffer
    group: str
    stored: StoredSession
    desk: Desk

    @property
    def form(self) -> Form:
        return self.stored.form


def exchange(uow: UnitOfWork, sender_id: int, asked: Exchange, at: datetime) -> View:
    """Keeps what was filled and gives the screen that follows. One unit of work.

    Raises `NoLonger` for a token that is not good any more, `TwoTurnsAtOnce` where a turn in the chat was faster.
    """
    opened = _open(uow, sender_id, asked.token, at)
    screens = screens_of(opened.form, opened.group)
    session = opened.stored.session
    screen = screens.named(asked.screen)
    if asked.action == "BACK" and screen is not None:
        return _view(opened, session, _before(opened, screen, at), at)
    if asked.action != "data_exchange" or screen is None:
        return _view(opened, session, first_screen(opened.form, session, screens, now=at), at)
    session, filled = _fill(opened, screen, asked, at)
    if filled.danger:
        return _in_danger(opened, filled.danger)
    if filled.refused or filled.newcomers:
        return _view(opened, session, screen.id, at, filled)
    return _view(opened, session, next_screen(opened.form, session, screens, screen.id, now=at), at)


def no_longer(language: str = "ar") -> str:
    """What somebody reads who opens screens that may not be filled any more."""
    return common_catalogue(language, "family").texts["screens.no_longer"][0]


def _open(uow: UnitOfWork, sender_id: int, token: str, at: datetime) -> _Opened:
    """The interview that a token opens. Raises `NoLonger`."""
    known = uow.vault.digest(token.encode())
    offer = uow.session.scalar(select(FlowOffer).filter_by(token_hash=known, sender_id=sender_id, state="open"))
    if offer is None or offer.expires_at <= at:
        raise NoLonger(no_longer())
    published = uow.session.get_one(PublishedFlow, offer.published_id)
    speaker = uow.connection.execute(select(Identity.person_id).where(Identity.id == offer.identity_id)).scalar()
    person = select(InterviewSession.person_id).where(InterviewSession.id == offer.session_id)
    if speaker is None or speaker != uow.connection.execute(person).scalar():
        raise NoLonger(no_longer(published.language))
    try:
        stored = stored_session(uow, offer.session_id)
        reason = f"screens:{offer.id}:{at.isoformat()}"
        desk = open_desk(uow, offer.identity_id, at, reason=reason, person_id=speaker, answers=True)
    except Erased as erased:
        raise NoLonger(no_longer(published.language)) from erased
    over = stored is None or stored.session.status in ("completed", "stopped") or stored.form_id != published.form_id
    if stored is None or over or desk.stage in IN_DANGER or desk.session_id != offer.session_id:
        raise NoLonger(no_longer(published.language))
    return _Opened(offer, published.container, stored, desk)


def _fill(opened: _Opened, screen: Screen, asked: Exchange, at: datetime) -> tuple[Session, Filled]:
    """The session after what was filled, kept. The very same thing sent again changes nothing."""
    uow, stored, offer = opened.desk.uow, opened.stored, opened.offer
    told = json.dumps([screen.id, dict(asked.given)], ensure_ascii=False, sort_keys=True)
    digest = uow.vault.digest(told.encode())
    session, filled = fill(stored.form, stored.session, screen, asked.given, asked.given.get(SEEN, ""), now=at)
    if digest == offer.last_digest and not filled.danger:
        return stored.session, filled
    offer.last_digest = digest
    if session != stored.session:
        save_session(uow, opened.desk.data_key_id, stored, session, at)
        before = len(stored.session.journal)
        answered = {entry.ref for entry in session.journal[before:] if entry.kind == "answer" and entry.value}
        offer.kept, offer.moved = offer.kept + len(answered), True
    uow.flush()
    return session, filled


def _in_danger(opened: _Opened, words: str) -> View:
    """As in the chat: the questions stop, the safe words go there, and the screen says nothing of it."""
    desk = opened.desk
    opened.offer.state = "closed"
    safety.raise_danger(desk, words)
    desk.uow.flush()
    save_desk(desk)
    return View(None, desk.voice.say("screens.end"), desk.voice.say("screens.go_on_in_chat"))


def _before(opened: _Opened, screen: Screen, at: datetime) -> str:
    """The screen that one comes back to: the nearest before it with something on it, else itself."""
    screens = screens_of(opened.form, opened.group).screens
    for each in reversed(screens[: screens.index(screen)]):
        if shown(opened.form, opened.stored.session, each, now=at).live:
            return each.id
    return screen.id


# -- in words


def _view(opened: _Opened, session: Session, screen_id: str, at: datetime, filled: Filled | None = None) -> View:
    voice = opened.desk.voice
    screen = screens_of(opened.form, opened.group).named(screen_id)
    if screen is None or screen_id == DONE:
        kept = voice.count("screens.kept", opened.offer.kept) if opened.offer.kept else ""
        notice = "\n".join(filter(None, (kept, voice.say("screens.go_on_in_chat"))))
        return View(None, voice.say("screens.end"), notice)
    now = shown(opened.form, session, screen, now=at)
    filled = filled or Filled()
    title = voice.written(now.title)
    if screen.repeat:
        key = "interview.member_named" if title else "interview.member"
        title = voice.say(key, label=title, index=screen.member)
    more = voice.say("interview.another") if now.asks_more else ""
    parts = tuple(_part(opened.desk, each, filled) for each in now.fields)
    notice = voice.say("screens.newcomers") if filled.newcomers and not filled.refused else ""
    error = voice.say("screens.look_again") if filled.refused else ""
    yes, no = voice.say("button.yes"), voice.say("button.no")
    return View(screen, title or voice.say("screens.end"), notice, now.seen, parts, more, yes, no, error)


def _part(desk: Desk, each: Field, filled: Filled) -> Part:
    found, voice = each.item, desk.voice
    if found is None:
        return Part(each.slot, "", visible=False)
    lines = [found.heading, found.label, found.hint]
    if each.slot.sensitive and each.settled:
        lines.append(voice.say("screens.private"))
    refused = filled.refused.get(each.slot.name)
    typed = filled.written.get(each.slot.name, "")
    return Part(
        each.slot,
        voice.written("\n".join(line for line in lines if line)),
        each.visible,
        each.required,
        tuple(Choosable(option.name, voice.written(option.label)) for option in found.options) if each.visible else (),
        typed if refused is not None or each.slot.sensitive else each.value,
        _error(desk, each, refused) if refused is not None else "",
    )


def _error(desk: Desk, each: Field, refused: Outcome) -> str:
    """Why it was not taken: the author's own words, what may have been meant, or what was expected."""
    voice, found = desk.voice, each.item
    if refused.message or found is None:
        return voice.written(refused.message)
    if refused.reason == "required":
        return voice.say("screens.required")
    if refused.offers:
        return voice.say("screens.which", shown="، ".join(voice.written(offer.shown) for offer in refused.offers))
    if each.slot.kind in ("one", "several"):
        return voice.say("interview.misunderstood.choice")
    if each.slot.kind in EXPECTED and found.example:
        return voice.say(EXPECTED[each.slot.kind], example=voice.number(found.example))
    return voice.say("interview.misunderstood.text")

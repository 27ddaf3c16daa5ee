"""Offers a group as screens beside its first question, and tells in the chat what was kept of them."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert, select, update

from dialogs.form import Form
from dialogs.interview import Prompt
from dialogs.interview.layout import layout_of
from dialogs.interview.screens import group_around, screens_of
from referrals.conversations.desk import Desk
from referrals.definitions.in_force import form_by_id
from referrals.flows.published import PUBLISHED, published_flow
from referrals.flows.records import FlowOffer
from referrals.messages import Message, OpensScreens
from referrals.store.unit_of_work import UnitOfWork

GOOD_FOR = timedelta(hours=12)  # as long as an interview goes on by itself; whoever opens it later begins in the chat


def with_screens(desk: Desk, message: Message, prompt: Prompt) -> Message:
    """The same question, and beside it the way to fill its whole group at once, where the platform knows it.

    It is offered once in an interview; the question is answered here as always.
    """
    if not desk.capabilities.screens or desk.session_id is None or desk.form_id is None:
        return message
    form = form_by_id(desk.uow, desk.form_id)
    group = group_around(form, prompt.ref) if prompt.kind != "another" else ""
    if not group or not screens_of(form, group).carries(prompt.ref):
        return message
    flow = published_flow(desk.uow, desk.sender_id, desk.form_id, group, desk.language)
    if flow is None or flow.state != PUBLISHED or _was_offered(desk.uow, desk.session_id, flow.id):
        return message
    title = _title(form, group, desk.language)
    lead = desk.voice.say("screens.offer", title=title) if title else desk.voice.say("screens.offer_untitled")
    token = _new_token(desk, flow.id)
    screens = OpensScreens(flow.flow_id, token, desk.voice.say("screens.open"), desk.voice.written(lead))
    return replace(message, screens=screens)


def _title(form: Form, group: str, language: str) -> str:
    """What the group is called, without what depends on answers."""
    wording = form.program.definition(group).label.best(layout_of(form).language(language), form.default_language)
    return "".join(part for part in wording.parts if isinstance(part, str)).strip()


def _new_token(desk: Desk, published_id: int) -> str:
    """Opens the screens of this interview to whoever holds it; we keep a keyed hash."""
    token = secrets.token_urlsafe(32)
    row = {
        "published_id": published_id,
        "session_id": desk.session_id,
        "sender_id": desk.sender_id,
        "identity_id": desk.identity_id,
        "token_hash": desk.uow.vault.digest(token.encode()),
        "state": "open",
        "expires_at": desk.at + GOOD_FOR,
        "created_at": desk.at,
    }
    desk.uow.connection.execute(insert(FlowOffer).values(row))
    return token


def take_kept(desk: Desk, *, finished: bool = False) -> int | None:
    """How many answers came from screens since the chat last spoke; None where nothing came. Told once.

    `finished` says that the person has closed the screens themselves: they are not opened again.
    """
    if desk.session_id is None or not desk.capabilities.screens:
        return None
    mine = (FlowOffer.session_id == desk.session_id) & FlowOffer.moved
    kept = desk.uow.connection.execute(select(FlowOffer.kept).where(mine)).scalars().all()
    if kept:
        desk.uow.connection.execute(update(FlowOffer).where(mine).values(moved=False, kept=0))
    if finished:
        close_offers(desk.uow, desk.session_id, "done")
    return sum(kept) if kept else None


def told_of_screens(desk: Desk, kept: int) -> tuple[str, ...]:
    """The one line that says how much was kept."""
    return (desk.voice.count("screens.kept", kept),) if kept else ()


def close_offers(uow: UnitOfWork, session_id: int, state: str) -> None:
    """The screens of an interview are not opened any more."""
    mine = (FlowOffer.session_id == session_id) & (FlowOffer.state == "open")
    uow.connection.execute(update(FlowOffer).where(mine).values(state=state))


def _was_offered(uow: UnitOfWork, session_id: int, published_id: int) -> bool:
    offered = select(FlowOffer.id).filter_by(session_id=session_id, published_id=published_id)
    return uow.connection.execute(offered.limit(1)).first() is not None

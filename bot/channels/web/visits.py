"""What a visitor's page needs from the store: who they are, what was said, how far the interview is, what is new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from dialogs.interview import Asked, ask_again
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.interviews.sessions import load_session
from referrals.conversations.records import Conversation
from referrals.conversations.threads import open_desk
from referrals.conversations.transcript import ON_PAGE, Line, messages_after
from referrals.definitions.in_force import settings_of
from referrals.definitions.settings import Settings
from referrals.families.records import Identity
from referrals.inbound import Address
from referrals.messages import Message
from referrals.outbox.noting import note_sent
from referrals.outbox.owe import BODY, from_json
from referrals.outbox.records import OutboxMessage
from referrals.protection.vault import Erased
from referrals.senders.records import SenderProgramme
from referrals.store.unit_of_work import UnitOfWork

UNSEEN = ("waiting", "leased", "uncertain")


@dataclass(frozen=True)
class Visit:
    """A visitor as the store knows them; `identity_id` is None before they wrote anything."""

    sender_id: int
    identity_id: int | None = None
    person_id: int | None = None
    language: str = ""
    programme_id: str | None = None
    stage: str = ""


@dataclass(frozen=True)
class Progress:
    """How far an interview is: the number of the pending question and about how many there are."""

    number: int
    of: int


def visit_of(uow: UnitOfWork, sender_id: int, address: Address) -> Visit:
    """Looks a visitor up; makes nothing."""
    index = uow.vault.index(f"identity:{address.kind}", address.value)
    row = uow.connection.execute(
        select(Identity.id, Identity.person_id, Conversation.language, Conversation.programme_id, Conversation.stage)
        .join(
            Conversation,
            and_(Conversation.identity_id == Identity.id, Conversation.person_id == Identity.person_id),
            isouter=True,
        )
        .where(Identity.sender_id == sender_id, Identity.value_index == index)
    ).one_or_none()
    if row is None:
        return Visit(sender_id)
    return Visit(sender_id, row.id, row.person_id, row.language or "", row.programme_id, row.stage or "")


def programmes_of(uow: UnitOfWork, sender_id: int) -> list[str]:
    """The programmes that this sender speaks for, by id."""
    mine = select(SenderProgramme.programme_id).where(SenderProgramme.sender_id == sender_id)
    return sorted(uow.connection.execute(mine).scalars())


def settings_shown(uow: UnitOfWork, visit: Visit, start: str = "") -> Settings | None:
    """Whose digits and hours the page shows: the conversation's programme, the deep link's, or the first there is."""
    known = programmes_of(uow, visit.sender_id)
    wanted = visit.programme_id or (start if start in known else None) or next(iter(known), None)
    return settings_of(uow, wanted) if wanted else None


def progress(uow: UnitOfWork, visit: Visit, at: datetime) -> Progress | None:
    """Where the interview stands; None while none is asking."""
    if visit.identity_id is None or visit.stage != INTERVIEW:
        return None
    stored = load_session(open_desk(uow, visit.identity_id, at, reason="page"))
    if stored is None or stored.session.status not in ("asking", "editing"):
        return None
    asked = (event for event in ask_again(stored.form, stored.session, now=at) if isinstance(event, Asked))
    prompt = next((event.prompt for event in asked), None)
    return Progress(prompt.number, prompt.of) if prompt is not None else None


def anything_new(uow: UnitOfWork, visit: Visit, after: int, at: datetime) -> bool:
    """Whether `news` would find something; cheap, since every open page asks again and again."""
    if visit.identity_id is None:
        return False
    behind = or_(OutboxMessage.id > after, OutboxMessage.state.in_(UNSEEN))
    rows = select(OutboxMessage.id).where(
        OutboxMessage.identity_id == visit.identity_id,
        OutboxMessage.state.in_(ON_PAGE),
        OutboxMessage.due_at <= at,
        behind,
    )
    return uow.connection.execute(rows.limit(1)).first() is not None


def news(uow: UnitOfWork, visit: Visit, after: int, at: datetime) -> list[Line]:
    """What the page does not have: rows behind its cursor, and older ones that only now became due."""
    if visit.identity_id is None:
        return []
    held_back = uow.connection.execute(
        select(OutboxMessage.id).where(
            OutboxMessage.identity_id == visit.identity_id,
            OutboxMessage.id <= after,
            OutboxMessage.state.in_(UNSEEN),
            OutboxMessage.due_at <= at,
        )
    ).scalars()
    late = set(held_back)
    since = min(late) - 1 if late else after
    lines = messages_after(uow, visit.identity_id, since, at)
    return [line for line in lines if line.id > after or line.id in late]


def unseen(uow: UnitOfWork, visit: Visit, ids: Sequence[int]) -> list[int]:
    """Those of these rows that are this visitor's and not yet noted as shown."""
    if visit.identity_id is None or not ids:
        return []
    mine = select(OutboxMessage.id).where(
        OutboxMessage.id.in_(ids), OutboxMessage.identity_id == visit.identity_id, OutboxMessage.state.in_(UNSEEN)
    )
    return list(uow.connection.execute(mine).scalars())


def note_on_page(uow: UnitOfWork, ids: Iterable[int], at: datetime) -> None:
    """The page has these rows: for the web chat that is what sending means."""
    for row_id in ids:
        note_sent(uow, row_id, f"web:{row_id}", at)


def own_message(uow: UnitOfWork, visit: Visit, row_id: int) -> Message | None:
    """One message of this visitor's page; None when it is another's or no longer there."""
    mine = select(OutboxMessage.body_sealed).where(
        OutboxMessage.id == row_id,
        OutboxMessage.identity_id == visit.identity_id,
        OutboxMessage.state.in_(ON_PAGE),
    )
    sealed = uow.connection.execute(mine).scalar()
    try:
        return from_json(uow.vault.open_json(sealed, BODY)) if sealed is not None else None
    except Erased:
        return None

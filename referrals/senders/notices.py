"""What a platform tells of an account of ours: kept for staff, open while somebody has to do something about it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from referrals.senders.records import AccountNotice
from referrals.store.unit_of_work import UnitOfWork

OPEN, CLOSED = "open", "closed"
MAX_FACT = 300  # characters of one fact that are kept for a page; the inbox row holds the whole


@dataclass(frozen=True)
class Told:
    """A notice as values: what it is about, of which one, the platform's own word, and short texts beside it.

    `asks` says that somebody has to look at it; what only informs is kept closed.
    """

    about: str
    subject: str = ""
    event: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    asks: bool = True


def told_to_json(told: Told, whole: Any = None) -> str:
    """The notice as it travels in `Inbound.told`; `whole` is what the platform sent, for the sealed inbox row alone."""
    values = {**vars(told), "facts": dict(told.facts), "whole": whole}
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def told_from_json(text: str) -> Told:
    """The notice of that text; one about something else where it is none."""
    try:
        values = json.loads(text)
        return Told(
            about=str(values["about"]),
            subject=str(values.get("subject", "")),
            event=str(values.get("event", "")),
            facts={str(name): str(value) for name, value in dict(values.get("facts", {})).items()},
            asks=bool(values.get("asks", True)),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return Told("other")


def keep_notice(
    uow: UnitOfWork, sender_id: int, told: Told, *, inbox_id: int | None, told_at: datetime, at: datetime
) -> AccountNotice:
    """Keeps a notice; an older open one about the same thing is answered by it, whatever it says."""
    about = {"sender_id": sender_id, "about": told.about[:80], "subject": told.subject[:120]}
    newer = uow.session.scalar(
        select(AccountNotice.id).filter_by(**about).where(AccountNotice.told_at > told_at).limit(1)
    )
    if told.subject:
        uow.session.execute(
            update(AccountNotice)
            .filter_by(**about, state=OPEN)
            .where(AccountNotice.told_at <= told_at)
            .values(state=CLOSED, closed_at=at)
        )
    is_open = told.asks and not (told.subject and newer is not None)
    facts = {name[:40]: value[:MAX_FACT] for name, value in told.facts.items()}
    notice = AccountNotice(
        **about,
        event=told.event[:80],
        facts=json.dumps(facts, ensure_ascii=False, sort_keys=True),
        state=OPEN if is_open else CLOSED,
        inbox_id=inbox_id,
        told_at=told_at,
        created_at=at,
        closed_at=None if is_open else at,
    )
    uow.session.add(notice)
    uow.flush()
    return notice


def open_notices(uow: UnitOfWork) -> Sequence[AccountNotice]:
    """What staff have to look at, the newest first."""
    return uow.session.scalars(
        select(AccountNotice).where(AccountNotice.state == OPEN).order_by(AccountNotice.told_at.desc())
    ).all()


def facts_of(notice: AccountNotice) -> dict[str, str]:
    """The short texts beside a notice."""
    facts: dict[str, str] = json.loads(notice.facts)
    return facts


def close_notice(uow: UnitOfWork, notice_id: int, by_id: int, at: datetime) -> bool:
    """A member of staff has seen it; False when it is not open."""
    closed = uow.connection.execute(
        update(AccountNotice)
        .where(AccountNotice.id == notice_id, AccountNotice.state == OPEN)
        .values(state=CLOSED, closed_at=at, closed_by_id=by_id)
        .returning(AccountNotice.id)
    )
    return closed.first() is not None

"""Templates as their platform knows them: kept when they are listed or when news of them come, asked before sending."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from referrals.senders.records import MessageTemplate
from referrals.store.unit_of_work import UnitOfWork

APPROVED = "APPROVED"
# What Meta calls a template that may be sent; the others (PENDING, REJECTED, PAUSED, DISABLED, …) are refused.
SENDABLE = frozenset({APPROVED, "REINSTATED", "FLAGGED", "UNLOCKED"})


@dataclass(frozen=True)
class TemplateListed:
    """A template as the platform lists it: everything about it at one moment."""

    name: str
    language: str
    status: str
    category: str = ""
    quality: str = ""
    reason: str = ""
    parameters: int | None = None
    quick_replies: int | None = None


@dataclass(frozen=True)
class TemplateNews:
    """One thing that changed about a template; what is blank did not."""

    name: str
    language: str
    status: str = ""
    category: str = ""
    quality: str = ""
    reason: str = ""


def keep_templates(uow: UnitOfWork, sender_id: int, listed: Iterable[TemplateListed], at: datetime) -> None:
    """Keeps what the platform lists as what stands at `at`; a template that it does not list stays as it was."""
    for each in listed:
        row = _row(uow, sender_id, each.name, each.language, at)
        row.status, row.reason, row.status_at = each.status[:40], each.reason[:400], at
        row.category, row.category_at = each.category[:40] or row.category, at
        row.quality, row.quality_at = each.quality[:20] or row.quality, at
        row.parameters = row.parameters if each.parameters is None else each.parameters
        row.quick_replies = row.quick_replies if each.quick_replies is None else each.quick_replies
        row.updated_at = at
    uow.flush()


def note_template(uow: UnitOfWork, sender_id: int, news: TemplateNews, told_at: datetime, at: datetime) -> bool:
    """Keeps one piece of news; False when a newer one about the same thing stands already."""
    row = _row(uow, sender_id, news.name, news.language, at)
    changed = False
    if news.status and _is_newer(told_at, row.status_at):
        row.status, row.reason, row.status_at, changed = news.status[:40], news.reason[:400], told_at, True
    if news.category and _is_newer(told_at, row.category_at):
        row.category, row.category_at, changed = news.category[:40], told_at, True
    if news.quality and _is_newer(told_at, row.quality_at):
        row.quality, row.quality_at, changed = news.quality[:20], told_at, True
    if changed:
        row.updated_at = at
    uow.flush()
    return changed


def template_of(uow: UnitOfWork, sender_id: int, name: str, language: str) -> MessageTemplate | None:
    """The template of that name in that language, None when nothing was ever told of it."""
    return uow.session.scalar(select(MessageTemplate).filter_by(sender_id=sender_id, name=name, language=language))


def templates_are_listed(uow: UnitOfWork, sender_id: int) -> bool:
    """Whether the platform's list was read: only then does one that is not in it not exist."""
    known = select(MessageTemplate.id).where(
        MessageTemplate.sender_id == sender_id, MessageTemplate.parameters.is_not(None)
    )
    return uow.connection.execute(known.limit(1)).first() is not None


def _is_newer(told_at: datetime, stands_since: datetime | None) -> bool:
    return stands_since is None or told_at >= stands_since


def _row(uow: UnitOfWork, sender_id: int, name: str, language: str, at: datetime) -> MessageTemplate:
    row = template_of(uow, sender_id, name[:512], language[:20])
    if row is None:
        row = MessageTemplate(sender_id=sender_id, name=name[:512], language=language[:20], updated_at=at)
        row.status = row.category = row.quality = row.reason = ""
        uow.session.add(row)
    return row

"""Tells staff that an account or a template of ours needs mending: once for each cause while it stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from referrals.outbox.outcomes import UNKNOWN, name_of
from referrals.senders.notices import OPEN, Told, keep_notice
from referrals.senders.records import AccountNotice
from referrals.store.unit_of_work import UnitOfWork

ABOUT = {
    "payment": "payment",
    "token_refused": "account",
    "permission": "account",
    "account_locked": "account",
    "account_blocked": "account",
    "number_not_registered": "number",
    "display_name": "number",
    "country_restricted": "number",
    "spam_rate": "limit",
    "flow_blocked": "flow",
}
SUBJECT = 120


def tell_staff(uow: UnitOfWork, sender_id: int, reason: str, at: datetime) -> bool:
    """Keeps an open notice of what a send was refused with; False when staff were told of this cause already.

    Its `event` is the stable name that `sending.reason.<name>` explains in Arabic.
    """
    name, about, subject = _cause(reason)
    standing = select(AccountNotice.id).filter_by(
        sender_id=sender_id, about=about, subject=subject, event=name, state=OPEN
    )
    if uow.connection.execute(standing.limit(1)).first() is not None:
        return False
    told = Told(about, subject, name, {"reason": reason})
    keep_notice(uow, sender_id, told, inbox_id=None, told_at=at, at=at)
    return True


def _cause(reason: str) -> tuple[str, str, str]:
    """The stable name, what it is about, and of which one: a template's failures are told for each template."""
    name = name_of(reason)
    if name.startswith("template_"):
        return name, "template", reason.partition(":")[2].strip()[:SUBJECT]
    subject = name if name != UNKNOWN.name else reason[:SUBJECT]
    return name, ABOUT.get(name, "error"), f"sending: {subject}"[:SUBJECT]

"""A desk without a database, for what is said rather than kept: its voice is the common catalogue."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from dialogs.interview import Option, Prompt
from referrals.conversations.desk import Desk
from referrals.store.unit_of_work import UnitOfWork
from referrals.texts import Voice, common_catalogue


def desk_on(channel: str, *, readers: str = "unknown", touched: str = "") -> Desk:
    """A desk on that channel; nothing that it says is stored."""
    return Desk(
        uow=cast(UnitOfWork, None),  # nothing is read or written
        at=datetime(2026, 11, 1, 9, tzinfo=UTC),
        reason="turn:1",
        inbox_id=1,
        sender_id=1,
        identity_id=1,
        person_id=1,
        data_key_id=1,
        channel=channel,
        readers=readers,
        thread_id=1,
        version=0,
        programme_id="kuwait",
        language="ar",
        stage="interview",
        state={},
        session_id=1,
        seen_at=None,
        touched=touched,
        _voice=Voice(common_catalogue("ar", "family"), "ar", "arab", "UTC"),
    )


def prompt_with(labels: list[str], **values: Any) -> Prompt:
    """A question with these answers."""
    options = tuple(Option(f"q0000.1:n{place}", f"n{place}", label) for place, label in enumerate(labels, 1))
    extras = tuple(Option(f"q0000.1:{name}", name, label) for name, label in values.pop("extras", ()))
    plain = {"ref": "/data/q", "name": "q", "kind": "select_one", "label": "ماذا تختارون؟", "expects": "choice"}
    return Prompt(**{**plain, "options": (*options, *extras), **values})

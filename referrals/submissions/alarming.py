"""A worry about somebody's safety, seen on a visit: it reaches those who may read it, as soon as the form arrives."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from referrals.conversations.records import HelpRequest
from referrals.conversations.stages.helping import TEXT
from referrals.conversations.stages.safety import RESPOND_WITHIN
from referrals.families.owed import cancel_unasked
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.reading import answer_named, read_submission
from referrals.submissions.records import ReceivedSubmission

ALERT, SAFETY, SAFETY_NOTE = "alert", "safety", "safety_note"  # names of the visit form's own questions


def raise_alarm(uow: UnitOfWork, row: ReceivedSubmission, content: bytes, at: datetime) -> None:
    """A line in the restricted queue where the form says so, once while one is open about this family."""
    filled = read_submission(content)
    if answer_named(filled, ALERT) == SAFETY:
        open_alarm(uow, row, answer_named(filled, SAFETY_NOTE), at)


def open_alarm(uow: UnitOfWork, row: ReceivedSubmission, words: str, at: datetime) -> None:
    """The line itself, with the words that were written down, where there are any."""
    about = {"person_id": row.person_id, "programme_id": row.programme_id, "kind": "danger", "state": "open"}
    if uow.session.scalar(select(HelpRequest.id).filter_by(**about)) is not None:
        return
    uow.session.add(
        HelpRequest(
            **about,
            restricted=True,
            text_sealed=uow.vault.seal_text(row.data_key_id, words, TEXT) if words else None,
            created_at=at,
            due_at=at + RESPOND_WITHIN,
        )
    )
    uow.flush()
    cancel_unasked(uow, row.person_id)

"""A person's thread of a conversation: opened as a desk for one turn, and written with what the turn says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from referrals.conversations import statements
from referrals.conversations.answers_owed import owe_answers
from referrals.conversations.desk import Desk
from referrals.conversations.pending import BEGINNING
from referrals.store.unit_of_work import UnitOfWork

STATE = "conversation.state"


class TwoTurnsAtOnce(RuntimeError):
    """Another worker handled this family at the same moment; the turn runs again on what it left."""


def open_desk(
    uow: UnitOfWork,
    identity_id: int,
    at: datetime,
    *,
    reason: str,
    inbox_id: int | None = None,
    person_id: int | None = None,
    answers: bool = False,
) -> Desk:
    """The desk of who speaks at an identity now, or of `person_id` there; a new thread is begun when there is none.

    `answers` where they wait for what is said here although no message of theirs began it: a form that they sent, or
    what a person decided to tell them.
    """
    if person_id is None:
        row = statements.THREAD.all(uow.connection, identity_id=identity_id)[0]
    else:
        row = statements.THREAD_OF.all(uow.connection, identity_id=identity_id, person_id=person_id)[0]
    new: dict[str, Any] = {}
    if row.id is None:
        new = {"language": "ar", "stage": BEGINNING, "version": 0}
        sealed = uow.vault.seal_json(row.data_key_id, {}, STATE)
        new["id"] = statements.NEW_THREAD.value(
            uow.connection,
            identity_id=identity_id,
            person_id=row.person_id,
            sender_id=row.sender_id,
            language="ar",
            stage=BEGINNING,
            state_sealed=sealed,
            version=0,
            updated_at=at,
        )
    return Desk(
        uow=uow,
        at=at,
        reason=reason,
        inbox_id=inbox_id,
        sender_id=row.sender_id,
        identity_id=identity_id,
        person_id=row.person_id,
        data_key_id=row.data_key_id,
        channel=row.channel,
        readers=row.readers,
        thread_id=new.get("id", row.id),
        version=new.get("version", row.version),
        programme_id=row.programme_id,
        language=new.get("language", row.language),
        stage=new.get("stage", row.stage),
        state=uow.vault.open_json(row.state_sealed, STATE) if row.state_sealed else {},
        session_id=row.session_id,
        seen_at=row.updated_at,
        own_word=row.may_message,
        belonged=(row.person_id, row.programme_id, row.session_id),
        answers=answers,
    )


def save_desk(desk: Desk) -> None:
    """Writes the thread and what is owed; raises `TwoTurnsAtOnce` when somebody was faster."""
    if desk.owed:  # whether what was asked beside the pending thing is what they have last before them
        said = [choice.id for choice in desk.owed[-1].choices]
        desk.state["aside_last"] = bool(said) and said == [button.id for button in desk.offered("aside")]
    row = {
        "row_id": desk.thread_id,
        "seen_version": desk.version,
        "language": desk.language,
        "stage": desk.stage,
        "state_sealed": desk.uow.vault.seal_json(desk.data_key_id, desk.state, STATE),
        "updated_at": desk.at,
    }
    saving = statements.SAVE_THREAD
    if desk.belongs != desk.belonged:
        saving = statements.SAVE_BELONGING
        row |= dict(zip(("person_id", "programme_id", "session_id"), desk.belongs, strict=True))
    if saving.value(desk.uow.connection, **row) is None:
        raise TwoTurnsAtOnce(TwoTurnsAtOnce.__doc__)
    owe_answers(desk)


def hand_over(desk: Desk, other: Desk) -> None:
    """Another person of this telephone stands here from now on: this thread is kept as it is, with nothing said."""
    desk.owed.clear()
    save_desk(desk)
    for name in ("person_id", "data_key_id", "thread_id", "version", "own_word", "belonged"):
        setattr(desk, name, getattr(other, name))
    for name in ("stage", "state", "session_id", "seen_at", "form_id", "wish", "readers"):
        setattr(desk, name, getattr(other, name))
    desk.programme_id, desk.language = other.programme_id, other.language
    desk.forget_voice()

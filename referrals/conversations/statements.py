"""The turn's own statements, in Core: they run for every message, so each reads or writes what it needs and no more."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, bindparam, case, insert, select, update

from referrals.conversations.records import Conversation, InterviewSession
from referrals.families.records import Identity, Person
from referrals.senders.records import Sender
from referrals.store.compiled import Ready


def _thread(person: Any) -> Any:
    """Everything about one person's thread at an identity; (identity_id, person_id) is unique."""
    return (
        select(
            Conversation.id,
            Conversation.programme_id,
            Conversation.language,
            Conversation.stage,
            Conversation.state_sealed,
            Conversation.session_id,
            Conversation.version,
            Conversation.updated_at,
            Conversation.may_message,
            Person.id.label("person_id"),
            Identity.sender_id,
            Identity.kind,
            Identity.readers,
            Person.data_key_id,
            Sender.channel,
        )
        .select_from(Identity)
        .join(Person, Person.id == person)
        .join(Sender, Sender.id == Identity.sender_id)
        .outerjoin(Conversation, and_(Conversation.identity_id == Identity.id, Conversation.person_id == person))
        .where(Identity.id == bindparam("identity_id"))
    )


THREAD = Ready(_thread(Identity.person_id))  # of who speaks there now
THREAD_OF = Ready(_thread(bindparam("person_id", type_=Person.id.type)))  # of one of several who share the telephone

NEW_THREAD = Ready(
    insert(Conversation).returning(Conversation.id),
    "identity_id person_id sender_id language stage state_sealed version updated_at".split(),
)


def _save_thread(*names: str) -> Ready:
    # The version is the guard: two turns of one family side by side cannot both win.
    return Ready(
        update(Conversation)
        .where(Conversation.id == bindparam("row_id"), Conversation.version == bindparam("seen_version"))
        .values({name: bindparam(name) for name in names} | {"version": bindparam("seen_version") + 1})
        .returning(Conversation.id)
    )


_EVERY_TURN = "language stage state_sealed updated_at".split()
SAVE_THREAD = _save_thread(*_EVERY_TURN)
# Whose it is, and which interview's: seldom another, and written, even as they were, each costs an index and a look.
SAVE_BELONGING = _save_thread(*_EVERY_TURN, "person_id", "programme_id", "session_id")

SESSION = Ready(
    select(
        InterviewSession.id,
        InterviewSession.uuid,
        InterviewSession.form_id,
        InterviewSession.status,
        InterviewSession.journal_sealed,
        InterviewSession.version,
        InterviewSession.updated_at,
    ).where(InterviewSession.id == bindparam("session_id"))
)

SAVE_SESSION = Ready(
    update(InterviewSession)
    .where(InterviewSession.id == bindparam("row_id"), InterviewSession.version == bindparam("seen_version"))
    .values(
        status=bindparam("status"),
        journal_sealed=bindparam("journal_sealed"),
        version=bindparam("seen_version") + 1,
        updated_at=bindparam("updated_at"),
    )
    .returning(InterviewSession.id)
)

# They wrote: the platform's free-text window opens, and a message that comes late does not take it back; a silence they
# asked for, or a block, is over.
_AT = bindparam("at", type_=Identity.last_inbound_at.type)
HEARD_FROM = Ready(
    update(Identity)
    .where(Identity.id == bindparam("row_id"))
    .values(
        last_inbound_at=case((Identity.last_inbound_at > _AT, Identity.last_inbound_at), else_=_AT),
        silent_until_written=False,
        blocked_at=None,
    )
)

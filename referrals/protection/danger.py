"""Who may be in danger: asked before anything is done for them or said to them by itself; a person decides then."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, exists, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from referrals.conversations.records import Conversation, HelpRequest
from referrals.families.records import Person
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

AT_RISK = ("danger", "callme", "afterdanger")
"""The stages of a conversation in which somebody told of a danger, or is asked how they can be called."""


def in_danger(uow: UnitOfWork, person_id: int) -> bool:
    """Whether a danger that they told of stands in the restricted queue: nobody has decided about it yet."""
    return bool(in_danger_of(uow, (person_id,)))


def in_danger_of(uow: UnitOfWork, person_ids: Iterable[int]) -> set[int]:
    """Those of the people, in one question."""
    # written out, not bound: SQLite uses a small index only for the very words that it was made with
    open_danger = HelpRequest.kind == literal_column("'danger'"), HelpRequest.state == literal_column("'open'")
    query = select(HelpRequest.person_id).where(HelpRequest.person_id.in_(set(person_ids)), *open_danger)
    return set(uow.connection.execute(query).scalars())


# Written out, not bound, for SQLite's small index. Staff may have said that two rows are one person: what one of them
# told holds for the other's telephone too.
_WHO, _ME = aliased(Person), aliased(Person)
_TOLD = (
    select(HelpRequest.id)
    .join(_WHO, _WHO.id == HelpRequest.person_id)
    .join(_ME, _ME.id == bindparam("person"))
    .where(
        HelpRequest.kind == literal_column("'danger'"),
        HelpRequest.state == literal_column("'open'"),
        or_(
            _WHO.id == _ME.id,
            _WHO.id.in_((_ME.merged_into_id, _ME.same_as_id)),
            _ME.id.in_((_WHO.merged_into_id, _WHO.same_as_id)),
            func.coalesce(_WHO.same_as_id, _WHO.merged_into_id) == func.coalesce(_ME.same_as_id, _ME.merged_into_id),
        ),
    )
)
_TALKS = select(Conversation.id).where(
    Conversation.person_id == bindparam("person"),
    or_(*(Conversation.stage == literal_column(f"'{stage}'") for stage in AT_RISK)),
)
_LEFT_ALONE = Ready(select(or_(exists(_TOLD), exists(_TALKS)).label("so")))  # for every word that nobody asked for


def left_alone(uow: UnitOfWork, person_id: int) -> bool:
    """Whether nothing may be written to somebody that they did not ask for: they may be in danger, by what they or who
    is taken for them told, here or anywhere. A person decides then."""
    return bool(_LEFT_ALONE.value(uow.connection, person=person_id))

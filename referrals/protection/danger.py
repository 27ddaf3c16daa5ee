"""Who may be in danger: asked before anything is done for them or said to them by itself; a person decides then."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import literal_column, select

from referrals.conversations.records import HelpRequest
from referrals.store.unit_of_work import UnitOfWork


def in_danger(uow: UnitOfWork, person_id: int) -> bool:
    """Whether a danger that they told of stands in the restricted queue: nobody has decided about it yet."""
    return bool(in_danger_of(uow, (person_id,)))


def in_danger_of(uow: UnitOfWork, person_ids: Iterable[int]) -> set[int]:
    """Those of the people, in one question."""
    # written out, not bound: SQLite uses a small index only for the very words that it was made with
    open_danger = HelpRequest.kind == literal_column("'danger'"), HelpRequest.state == literal_column("'open'")
    query = select(HelpRequest.person_id).where(HelpRequest.person_id.in_(set(person_ids)), *open_danger)
    return set(uow.connection.execute(query).scalars())

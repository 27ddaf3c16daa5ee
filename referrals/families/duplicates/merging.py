"""Two rows of people, or two households, are one, says a member of staff: linked, with all that an undo needs.

Nothing is moved and nothing is sealed anew. Each side keeps its key, its consents, its chats and what was written
there, also what arrives from now on; so an undo takes the link away, and everything is where it belongs.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import select, update

from referrals.families.households import as_one, household_applied_in
from referrals.families.identifiers import NAME
from referrals.families.people import everyone_as
from referrals.families.records import DuplicatePair, FamilyMerge, Household, Identifier, Person
from referrals.store.unit_of_work import UnitOfWork

Kind = Literal["person", "household"]


class TwoIds(ValueError):
    """Each of the two has an id of their own, so they are two people; correct the id that was written wrong first."""


def merge_persons(uow: UnitOfWork, pair: DuplicatePair, staff_id: int, at: datetime) -> None:
    """The two of the pair are one person, in one household. Raises `TwoIds`."""
    one, other = everyone_as(uow, pair.one_id), everyone_as(uow, pair.other_id)
    if set(one) & set(other):
        return
    if _ids(uow, one) and _ids(uow, other) and not _ids(uow, one) & _ids(uow, other):
        raise TwoIds(TwoIds.__doc__)
    into, gone = sorted((_top(uow, pair.one_id), _top(uow, pair.other_id)))
    uow.session.execute(update(Person).where(Person.id == gone).values(same_as_id=into))
    _note(uow, pair, "person", gone, into, staff_id, at)
    merge_households(uow, pair, staff_id, at)


def merge_households(uow: UnitOfWork, pair: DuplicatePair, staff_id: int, at: datetime) -> None:
    """The two of the pair live on one purse: the later household is the earlier one. Who said what stays apart."""
    homes = [household_applied_in(uow, each, pair.programme_id) for each in (pair.one_id, pair.other_id)]
    tops = sorted({as_one(uow, home.id)[0] for home in homes if home is not None})
    if len(tops) == 2:
        into, gone = tops
        uow.session.execute(update(Household).where(Household.id == gone).values(merged_into_id=into))
        _note(uow, pair, "household", gone, into, staff_id, at)


def undo_merges(uow: UnitOfWork, pair: DuplicatePair, staff_id: int, at: datetime) -> int:
    """What was made one for this pair is two again; returns how many links were taken back."""
    standing = select(FamilyMerge).filter_by(pair_id=pair.id, undone_at=None).order_by(FamilyMerge.id.desc())
    found = uow.session.scalars(standing).all()
    for merge in found:
        if merge.kind == "person":
            mine = update(Person).where(Person.id == merge.from_id, Person.same_as_id == merge.into_id)
            uow.session.execute(mine.values(same_as_id=None))
        else:
            ours = update(Household).where(Household.id == merge.from_id, Household.merged_into_id == merge.into_id)
            uow.session.execute(ours.values(merged_into_id=None))
        merge.undone_by_id, merge.undone_at = staff_id, at
    uow.flush()
    return len(found)


def _top(uow: UnitOfWork, person_id: int) -> int:
    """Who all the others of this person turned out to be."""
    seen = {person_id}
    while True:
        row = uow.session.execute(select(Person.merged_into_id, Person.same_as_id).where(Person.id == person_id)).one()
        into = row.merged_into_id if row.merged_into_id is not None else row.same_as_id
        if into is None or into in seen:
            return person_id
        seen.add(into)
        person_id = into


def _ids(uow: UnitOfWork, people: list[int]) -> set[bytes]:
    query = select(Identifier.value_index).where(Identifier.person_id.in_(people), Identifier.kind != NAME)
    return set(uow.session.scalars(query))


def _note(uow: UnitOfWork, pair: DuplicatePair, kind: Kind, gone: int, into: int, staff_id: int, at: datetime) -> None:
    uow.session.add(
        FamilyMerge(kind=kind, pair_id=pair.id, from_id=gone, into_id=into, made_by_id=staff_id, made_at=at)
    )
    uow.flush()

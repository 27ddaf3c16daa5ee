"""Look-up keys that were stored under another folding are made again, so that everybody is still found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, or_, select, update

from dialogs.understanding import FOLDING_VERSION, name_key
from referrals.applications.records import Application
from referrals.families.identifiers import NAME, file_under_names
from referrals.families.records import ContactPoint, Identifier, Identity, IdentityAlias, NameKey
from referrals.protection.vault import Erased
from referrals.senders.records import Sender
from referrals.store.unit_of_work import UnitOfWork

AT_ONCE = 500
ADDRESSES = (Identity, IdentityAlias)
STAMP = bytes([FOLDING_VERSION])
_NEXT = bytes([FOLDING_VERSION + 1])


def restamp(uow: UnitOfWork) -> int:
    """Brings every look-up key to the folding in force; returns how many. Part of opening a database.

    An address that is there under both versions stays twice: the one in force is found.
    """
    stale: list[Any] = [table for table in (ContactPoint, Identifier) if _is_stale(uow, table)]
    for table in ADDRESSES:
        if any(_is_stale(uow, table, table.sender_id == sender) for sender in _senders(uow)):
            stale.append(table)
    return sum(_restamp(uow, table) for table in stale) + _file_again(uow)


def _senders(uow: UnitOfWork) -> list[int]:
    return list(uow.connection.execute(select(Sender.id)).scalars())


def _is_stale(uow: UnitOfWork, table: Any, *of: Any) -> bool:
    """Whether the lowest or the highest key is of another folding: two looks into the index, however many rows."""
    for end in (table.value_index.asc(), table.value_index.desc()):
        index = uow.connection.execute(select(table.value_index).where(*of).order_by(end).limit(1)).scalar()
        if index is not None and bytes(index[:1]) != STAMP:
            return True
    return False


def _restamp(uow: UnitOfWork, table: Any) -> int:
    changed, last = 0, 0
    write = update(table).where(table.id == bindparam("row_id")).values(value_index=bindparam("index"))
    while rows := uow.connection.execute(_stale(table, last)).all():
        indexes = [(row, _index(uow, row)) for row in rows]
        taken = _taken(uow, table, [index for _, index in indexes]) if table in ADDRESSES else frozenset()
        found = [
            {"row_id": row.id, "index": index}
            for row, index in indexes
            if table not in ADDRESSES or (row.sender_id, index) not in taken
        ]
        if found:
            uow.connection.execute(write, found)
        changed, last = changed + len(found), rows[-1].id
    return changed


def _file_again(uow: UnitOfWork) -> int:
    """Blocks of names are made of several words: whoever stands in an old one, or in none because there were none yet,
    is filed again by what is known of them."""
    if uow.connection.execute(select(NameKey.id).limit(1)).first() is None:
        return _file(uow, uow.connection.execute(select(Application.person_id).distinct()).scalars().all())
    changed = 0
    while _is_stale(uow, NameKey):
        other = or_(NameKey.value_index < STAMP, NameKey.value_index >= _NEXT)
        stale = select(NameKey.person_id).where(other).distinct().limit(AT_ONCE)
        changed += _file(uow, uow.connection.execute(stale).scalars().all())
    return changed


def _file(uow: UnitOfWork, people: Sequence[int]) -> int:
    for person_id in people:
        file_under_names(uow, person_id)
    return len(people)


def _stale(table: Any, last: int) -> Any:
    other = or_(table.value_index < STAMP, table.value_index >= _NEXT)
    return select(table.__table__).where(other, table.id > last).order_by(table.id).limit(AT_ONCE)


def _index(uow: UnitOfWork, row: Any) -> bytes:
    """The key under the folding in force. A name's is made of the name by the folding itself; the others' are of digits
    and ids that no folding touches, so that only their stamp changes.
    """
    if row.kind != NAME:
        return STAMP + bytes(row.value_index[1:])
    try:
        return uow.vault.index(NAME, name_key(uow.vault.open_text(row.value_sealed, "identifier.value")))
    except Erased:
        return STAMP + bytes(row.value_index[1:])  # nobody's any more: it is found by nothing


def _taken(uow: UnitOfWork, table: Any, indexes: list[bytes]) -> frozenset[tuple[int, bytes]]:
    """Addresses that were stored anew under the folding in force, by sender."""
    rows = uow.connection.execute(select(table.sender_id, table.value_index).where(table.value_index.in_(indexes)))
    return frozenset((row.sender_id, bytes(row.value_index)) for row in rows)

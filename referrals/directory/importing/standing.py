"""Which import of a directory is in force, whether one was broken off, and what is left to be removed."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, update

from referrals.directory.importing.statements import ROWS_AT_ONCE, lay_out, run
from referrals.directory.records import DirectoryImport, DirectoryRow
from referrals.store.unit_of_work import UnitOfWork

DONE, STANDING = "done", "standing"
_SUPERSEDED = (
    "select r.id from directory_row r where r.programme_id = :programme and r.import_id < :import and exists (select 1"
    " from directory_row n where n.programme_id = r.programme_id and n.kind = r.kind and n.external_id ="
    " r.external_id and n.import_id = :import)"
)
_NEVER_IN_FORCE = (
    "select r.id from directory_row r join directory_import i on i.id = r.import_id where i.programme_id = :programme"
    " and i.id < :import and i.current_at is null"
)


@dataclass(frozen=True)
class Standing:
    """The newest import in force of a programme (0: none), and whether every import of it came to its end."""

    import_id: int
    judged_by: str
    package: str
    told: str
    stage: str
    whole: bool

    @property
    def taken(self) -> dict[str, int]:
        """How many of each object it had."""
        found: dict[str, int] = json.loads(self.told or "{}")
        return found


def standing_of(connection: Connection, programme_id: str) -> Standing:
    """What stands now."""
    row = DirectoryImport
    mine = select(row.id, row.judged_by, row.package, row.told, row.stage).where(row.programme_id == programme_id)
    newest = connection.execute(mine.where(row.current_at.is_not(None)).order_by(row.id.desc()).limit(1)).first()
    whole = connection.execute(mine.where(row.stage != DONE).limit(1)).first() is None
    return Standing(*newest, whole) if newest else Standing(0, "", "", "", "", whole)


def stands_by_officer(uow: UnitOfWork, programme_id: str) -> bool:
    """Whether the directory in force came by an import of its own: then a programme's folder does not replace it."""
    newest = select(DirectoryImport.from_folder).where(
        DirectoryImport.programme_id == programme_id, DirectoryImport.current_at.is_not(None)
    )
    return uow.connection.execute(newest.order_by(DirectoryImport.id.desc()).limit(1)).scalar() is False


def last_begun(uow: UnitOfWork, programme_id: str) -> int:
    """The newest import that began to write; whoever asks has all that write now wait for him."""
    mine = select(DirectoryImport.id).where(DirectoryImport.programme_id == programme_id)
    uow.connection.execute(mine.where(DirectoryImport.stage != DONE).with_for_update()).all()
    newest = select(func.coalesce(func.max(DirectoryImport.id), 0)).where(DirectoryImport.programme_id == programme_id)
    return int(uow.connection.execute(newest).scalar_one())


def lay_out_old(connection: Connection, programme_id: str, import_id: int) -> int:
    """Lays out in portions (`due_old`) the rows that this import's rows replaced; gives how many portions."""
    return _lay_out(connection, _SUPERSEDED, programme_id, import_id)


def lay_out_dead(connection: Connection, programme_id: str, import_id: int) -> int:
    """Lays out in portions (`due_old`) what imports before this one kept that never came into force."""
    return _lay_out(connection, _NEVER_IN_FORCE, programme_id, import_id)


def _lay_out(connection: Connection, rows: str, programme_id: str, import_id: int) -> int:
    asked = {"programme": programme_id, "import": import_id}
    return lay_out(connection, "due_old", "id bigint", rows, ROWS_AT_ONCE, "id", **asked)


def remove(uow: UnitOfWork, table: str, portion: int) -> None:
    """Removes a portion of rows that was laid out."""
    words = f"delete from directory_row where id in (select d.id from {table} d where d.portion = :portion)"
    run(uow.connection, words, portion=portion)


def note_done(uow: UnitOfWork, programme_id: str, import_id: int) -> None:
    """Everything is as this import wants it: it is done, and those before it.

    Those that never came into force are forgotten once all that they kept is removed.
    """
    mine = DirectoryImport.programme_id == programme_id, DirectoryImport.id <= import_id
    uow.flush()
    never = DirectoryImport.current_at.is_(None)
    kept = select(DirectoryRow.id).where(DirectoryRow.import_id == DirectoryImport.id)
    uow.connection.execute(delete(DirectoryImport).where(*mine, never, ~kept.exists()))
    uow.connection.execute(update(DirectoryImport).where(*mine, ~never).values(stage=DONE))

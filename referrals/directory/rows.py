"""The rows of a directory as they came, for whoever gives them on: the export and the door."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from referrals.directory.records import DirectoryImport, DirectoryRow


def standing(programme_id: str, *, confidential: bool = False) -> Select[str, str, str, str, str]:
    """(kind, external_id, owner_kind, owner_id, content) of what stands in a programme's directory, in its order.

    Never what an unfinished import has written, and nothing confidential unless it is asked for.
    """
    row, newer, after = DirectoryRow, aliased(DirectoryRow), aliased(DirectoryImport)
    renewed = (
        select(newer.id)
        .join(after, after.id == newer.import_id)
        .where(
            newer.programme_id == row.programme_id,
            newer.kind == row.kind,
            newer.external_id == row.external_id,
            newer.import_id > row.import_id,
            after.current_at.is_not(None),
        )
    )
    query = (
        select(row.kind, row.external_id, row.owner_kind, row.owner_id, row.content)
        .join(DirectoryImport, DirectoryImport.id == row.import_id)
        .where(row.programme_id == programme_id, DirectoryImport.current_at.is_not(None), ~renewed.exists())
        .order_by(row.id)
    )
    return query if confidential else query.where(row.confidential.is_(False))

"""The rows of a directory as they came, for whoever gives them on: the export and the door."""

from __future__ import annotations

from sqlalchemy import Select, select

from referrals.directory.records import DirectoryImport, DirectoryRow


def standing(programme_id: str, *, confidential: bool = False) -> Select[str, str, str, str, str]:
    """(kind, external_id, owner_kind, owner_id, content) of what stands in a programme's directory, in its order.

    Never what an unfinished import has written, and nothing confidential unless it is asked for.
    """
    row = DirectoryRow
    query = (
        select(row.kind, row.external_id, row.owner_kind, row.owner_id, row.content)
        .join(DirectoryImport, DirectoryImport.id == row.import_id)
        .where(row.programme_id == programme_id, DirectoryImport.current_at.is_not(None))
        .order_by(row.id)
    )
    return query if confidential else query.where(row.confidential.is_(False))

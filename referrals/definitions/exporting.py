"""Writes a programme as it is in force into a folder, in the shape that importing reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy import select

from referrals.definitions.records import COMPILED, Definition, DefinitionAttachment, DefinitionInForce
from referrals.directory.exporting import export_tables
from referrals.directory.importing.whole import stands_by_officer
from referrals.store.unit_of_work import UnitOfWork

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # an .xlsx file is a zip archive; an .xls file begins so


def _ending(content: bytes) -> str:
    """What a form's file is called, told by its content."""
    return ".xlsx" if content.startswith(ZIP) else ".xls" if content.startswith(OLE) else ".md"


FILE_OF: Mapping[str, Callable[[Definition], str]] = {
    "settings": lambda row: "programme.toml",
    "form": lambda row: row.name + _ending(row.content),
    "rules": lambda row: f"{row.name}.toml",
    "consent": lambda row: f"consent/{row.name}.txt",
    "catalogue": lambda row: f"messages/{row.name}.po",
    "places": lambda row: f"{row.name}.csv",
}


def export_programme(uow: UnitOfWork, programme_id: str, folder: Path) -> list[str]:
    """Writes every definition in force below `folder`; returns the files written, empty for an unknown programme."""
    rows = uow.session.scalars(
        select(Definition)
        .join(DefinitionInForce, DefinitionInForce.definition_id == Definition.id)
        .where(DefinitionInForce.programme_id == programme_id)
        .order_by(Definition.kind, Definition.name)
    )
    files: dict[str, bytes] = {}
    for row in rows.all():
        if row.kind == "directory" and stands_by_officer(uow, programme_id):
            written = export_tables(uow, programme_id, folder / "directory")
            files |= {
                str(path.relative_to(folder)): path.read_bytes()
                for path in (folder / "directory").iterdir()
                if written and path.suffix == ".csv"
            }
        elif row.kind == "directory":
            files |= {f"directory/{name}": content for name, content in _attachments(uow, row.id)}
        else:
            files[FILE_OF[row.kind](row)] = row.content
        if row.kind == "form":
            files |= {f"{row.name}-media/{name}": file for name, file in _attachments(uow, row.id) if name != COMPILED}
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return sorted(files)


def _attachments(uow: UnitOfWork, definition_id: int) -> list[tuple[str, bytes]]:
    query = select(DefinitionAttachment.name, DefinitionAttachment.content).filter_by(definition_id=definition_id)
    return [(row.name, bytes(row.content)) for row in uow.connection.execute(query)]

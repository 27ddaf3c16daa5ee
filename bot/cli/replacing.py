"""Puts single files of a programme in force, where the rest of it stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory


def put_in_force(programme: str, files: Mapping[str, bytes]) -> list[str]:
    """Imports these files (by their place in a programme's folder); returns what changed as `kind/name`.

    Raises `CommandFailed` for an unknown programme, `DirectoryError` or `BadProgramme` with what is wrong where.
    """
    from bot.cli.opened import open_here, programme_named
    from referrals.definitions.importing import import_programme
    from referrals.definitions.in_force import content_of, definition_id

    here = open_here()
    with here.store.reading() as uow:
        found = definition_id(uow, programme_named(uow, programme), "settings", "programme")
        settings = content_of(uow, found or 0)
    with TemporaryDirectory(prefix="sanad-") as name:
        folder = Path(name)
        for path, content in {**files, "programme.toml": settings}.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return here.store.transact(lambda uow: import_programme(uow, folder, here.now()))

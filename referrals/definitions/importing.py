"""Brings a programme's folder into the database, by hash: what is there already stays, what is new becomes in force."""

from __future__ import annotations

import hashlib
import html
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from dialogs.form import FormError, compile_xlsform
from referrals.definitions.records import COMPILED, Definition, DefinitionAttachment, DefinitionInForce, Programme
from referrals.definitions.settings import BadProgramme, Settings, read_settings
from referrals.directory.importing.whole import import_directory, stands_by_officer
from referrals.directory.places.stored import import_places
from referrals.store.unit_of_work import UnitOfWork

DIRECTORY_FILES = "directory"
FORM_KINDS = (".md", ".xlsx", ".xls")
ATTACHED = frozenset(
    """.csv .geojson .png .jpg .jpeg .gif .webp .ogg .oga .opus .mp3 .m4a .aac .amr .wav .mp4 .3gp .webm""".split()
)
ZIP = b"PK\x03\x04"
LARGEST = 20 * 1024 * 1024  # bytes; what every platform lets us send
LARGEST_WORKBOOK = 50 * 1024 * 1024  # bytes of its sheets, unpacked


@dataclass(frozen=True)
class Source:
    """One file of a programme's folder, or several that are one thing (the directory)."""

    kind: str
    name: str
    content: bytes
    attachments: dict[str, bytes] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        digest = hashlib.sha256(self.content)
        for name in sorted(self.attachments):
            digest.update(name.encode() + b"\0" + self.attachments[name])
        return digest.hexdigest()


def import_programme(uow: UnitOfWork, folder: Path, at: datetime, *, only_unknown: bool = False) -> list[str]:
    """Imports what changed; returns what is new as `kind/name`. Raises `BadProgramme` with the remedy."""
    settings = read_settings(_text(folder / "programme.toml"), source=str(folder / "programme.toml"))
    _write_programme(uow, settings)
    fresh = [source for source in _sources(folder) if _put_in_force(uow, settings, source, at, only_unknown)]
    return [f"{source.kind}/{source.name}" for source in fresh]


def _write_programme(uow: UnitOfWork, settings: Settings) -> None:
    programme = uow.session.get(Programme, settings.id)
    if programme is None:
        programme = Programme(id=settings.id, active=True)
        uow.session.add(programme)
    programme.name_ar, programme.name_en = settings.name_ar, settings.name_en
    programme.country, programme.time_zone = settings.country, settings.time_zone
    uow.flush()


def _sources(folder: Path) -> list[Source]:
    sources = [Source("settings", "programme", (folder / "programme.toml").read_bytes())]
    forms = sorted(path for kind in FORM_KINDS for path in folder.glob(f"*{kind}") if path.stem != "README")
    sources += [_form_source(path) for path in forms]
    sources += _those(folder, "rules", "rules.toml")
    sources += _those(folder, "consent", "consent/*.txt")
    sources += _those(folder, "catalogue", "messages/*.po")
    sources += _those(folder, "places", "places.csv")
    files = {path.name: path.read_bytes() for path in sorted((folder / "directory").glob("*.csv"))}
    if files:
        sources.append(Source("directory", DIRECTORY_FILES, b"", files))
    return sources


def _form_source(path: Path) -> Source:
    """A form with the files that it names: beside it, in `media/`, or in `<form>-media/` as ODK keeps them."""
    content = path.read_bytes()
    named = _names_in(content)
    files = {
        file.name: file.read_bytes()
        for folder in (path.parent, path.parent / "media", path.parent / f"{path.stem}-media")
        if folder.is_dir()
        for file in sorted(folder.iterdir())
        if file.suffix.lower() in ATTACHED and file.is_file() and _is_named(file, named)
    }
    for name, file in files.items():
        if len(file) > LARGEST:
            raise BadProgramme(f"{path.parent / name}: a file that goes with a form may have at most 20 MB")
    return Source("form", path.stem, content, files)


def _is_named(file: Path, named: str) -> bool:
    """Whether the form speaks of that file; of a table also without its ending, as `pulldata()` does."""
    is_table = file.suffix.lower() == ".csv"
    return file.name in named or (is_table and f"'{file.stem}'" in named)


def _names_in(content: bytes) -> str:
    """All the text of a form in which a file's name may stand: of a workbook its sheets, of a table no comment."""
    if not content.startswith(ZIP):
        lines = content.decode("utf-8", "replace").splitlines()
        return "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as workbook:
            sheets = [one for one in workbook.infolist() if one.filename.startswith("xl/")]
            if sum(one.file_size for one in sheets) > LARGEST_WORKBOOK:
                return ""  # the compiler says what is wrong with it
            parts = [workbook.read(one) for one in sheets if one.filename.endswith(".xml")]
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError):
        return ""  # the same
    return html.unescape(b"\n".join(parts).decode("utf-8", "replace"))


def _those(folder: Path, kind: str, pattern: str) -> list[Source]:
    return [Source(kind, path.stem, path.read_bytes()) for path in sorted(folder.glob(pattern))]


def _put_in_force(uow: UnitOfWork, settings: Settings, source: Source, at: datetime, only_unknown: bool) -> bool:
    """Stores the version when it is new and puts it in force; tells whether anything changed.

    With `only_unknown` a version that this database has seen before stays as it is: an officer may have put
    another one in force since, and the database is the truth.
    """
    in_force = uow.session.get(DefinitionInForce, (settings.id, source.kind, source.name))
    known = uow.session.scalar(
        select(Definition).filter_by(programme_id=settings.id, kind=source.kind, name=source.name, sha256=source.sha256)
    )
    if in_force is not None and known is not None and in_force.definition_id == known.id:
        return False
    if only_unknown and known is not None:
        return False
    if only_unknown and source.kind == "directory" and stands_by_officer(uow, settings.id):
        return False  # what an officer has imported is not replaced by a folder of samples
    definition = known or _store(uow, settings.id, source, at)
    if in_force is None:
        in_force = DefinitionInForce(programme_id=settings.id, kind=source.kind, name=source.name)
        uow.session.add(in_force)
    in_force.definition_id, in_force.since = definition.id, at
    uow.flush()
    uow.in_force.pop((settings.id, source.kind, source.name), None)
    if source.kind == "places":
        import_places(uow, settings.id, source.content)
    if source.kind == "directory":
        import_directory(uow, settings.id, source.attachments, at)
    uow.flush()
    return True


def _store(uow: UnitOfWork, programme_id: str, source: Source, at: datetime) -> Definition:
    attachments = dict(source.attachments)
    if source.kind == "form":
        attachments[COMPILED] = _compiled(source)
    definition = Definition(
        programme_id=programme_id,
        kind=source.kind,
        name=source.name,
        version=_version(source, attachments),
        sha256=source.sha256,
        content=source.content,
        created_at=at,
    )
    uow.session.add(definition)
    uow.flush()
    uow.session.add_all(
        DefinitionAttachment(definition_id=definition.id, name=name, content=content)
        for name, content in attachments.items()
    )
    uow.flush()
    return definition


def _compiled(source: Source) -> bytes:
    try:
        return compile_xlsform(source.content, name=source.name).encode()
    except FormError as failure:
        raise BadProgramme(f"{source.name}: {failure}") from failure


def _version(source: Source, attachments: dict[str, bytes]) -> str:
    """The author's own version where the file says one, else the beginning of its hash."""
    if source.kind == "form":
        said = re.search(rb'<data\b[^>]*\bversion="([^"]+)"', attachments[COMPILED])
    else:
        said = re.search(rb'^version\s*=\s*"([^"]+)"', source.content, re.MULTILINE)
    return said.group(1).decode() if said else source.sha256[:12]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as failure:
        raise BadProgramme(f"{path}: {failure.strerror}; a programme's folder needs this file") from failure

"""The forms of a programme as OpenRosa serves them: their XML, its hash, and the files that go with them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree
from sqlalchemy import select

from dialogs.form import Form
from dialogs.form.xml import XFORMS, XHTML, parse_xml, text_of
from referrals.definitions.in_force import form_by_id
from referrals.definitions.records import COMPILED, Definition, DefinitionAttachment, DefinitionInForce
from referrals.store.unit_of_work import UnitOfWork

HERE = "sanad-submission-address"  # stands in the stored XML where the address of this server goes
SHAPE = "openrosa"


@dataclass(frozen=True)
class ServedForm:
    """One version of a form. `files` are its attachments with their md5."""

    definition_id: int
    name: str
    form_id: str
    version: str
    title: str
    template: bytes
    files: Mapping[str, str]

    def xml(self, address: str) -> bytes:
        """The form with its submission element pointing at `address`; nothing else of it is changed."""
        quoted = escape(address, {'"': "&quot;"}).encode()
        return self.template.replace(HERE.encode(), quoted, 1)


def forms_in_force(uow: UnitOfWork, programme_id: str, *, every_version: bool = False) -> list[ServedForm]:
    """The forms that new submissions should fill, by name; with `every_version` older ones after them."""
    current = select(DefinitionInForce.definition_id).where(
        DefinitionInForce.programme_id == programme_id, DefinitionInForce.kind == "form"
    )
    wanted = select(Definition.id).where(Definition.programme_id == programme_id, Definition.kind == "form")
    if not every_version:
        wanted = wanted.where(Definition.id.in_(current))
    found = uow.connection.execute(wanted.order_by(Definition.name, Definition.id.desc())).scalars()
    return [form for definition_id in found if (form := served_form(uow, programme_id, definition_id)) is not None]


def served_form(uow: UnitOfWork, programme_id: str, definition_id: int) -> ServedForm | None:
    """One version, in force or not; None when it is no form of this programme, or one that nobody here could read."""
    known = uow.parsed.get((definition_id, SHAPE))
    if known is None:
        known = _served(uow, definition_id)
        if known is not None:
            uow.parsed[definition_id, SHAPE] = known
    if known is None or known[0] != programme_id:
        return None
    form: ServedForm | None = known[1]
    return form


def version_filled(uow: UnitOfWork, programme_id: str, form_id: str, version: str) -> tuple[ServedForm, Form] | None:
    """The version that a submission names, with its parsed form; None when this programme never had it."""
    for served in forms_in_force(uow, programme_id, every_version=True):
        if served.form_id == form_id and served.version == version:
            return served, form_by_id(uow, served.definition_id)
    return None


def is_form_known(uow: UnitOfWork, programme_id: str, form_id: str) -> bool:
    """Whether the programme has any version of this form."""
    return any(served.form_id == form_id for served in forms_in_force(uow, programme_id, every_version=True))


def file_of_form(uow: UnitOfWork, served: ServedForm, name: str) -> bytes | None:
    """An attachment's bytes; None when the form has none of that name."""
    if name not in served.files:
        return None
    found = select(DefinitionAttachment.content).filter_by(definition_id=served.definition_id, name=name)
    content = uow.connection.execute(found).scalar()
    return bytes(content) if content is not None else None


def _served(uow: UnitOfWork, definition_id: int) -> tuple[str, ServedForm | None] | None:
    row = uow.connection.execute(select(Definition).where(Definition.id == definition_id)).one_or_none()
    if row is None or row.kind != "form":
        return None
    rows = uow.connection.execute(
        select(DefinitionAttachment.name, DefinitionAttachment.content).filter_by(definition_id=definition_id)
    )
    files = {name: bytes(content) for name, content in rows}
    compiled = files.pop(COMPILED)
    hashes = {name: hashlib.md5(content, usedforsecurity=False).hexdigest() for name, content in sorted(files.items())}
    return row.programme_id, _read(row, compiled, hashes)


def _read(row: Any, compiled: bytes, files: Mapping[str, str]) -> ServedForm | None:
    root = parse_xml(compiled)
    model = root.find(f"{XHTML}head/{XFORMS}model")
    instance = None if model is None else model.find(f"{XFORMS}instance/*")
    if model is None or instance is None:
        return None
    for there in model.findall(f"{XFORMS}submission"):
        if there.get("base64RsaPublicKey"):
            return None  # filled ones would be encrypted for somebody else
        model.remove(there)
    model.insert(0, etree.Element(f"{XFORMS}submission", action=HERE, method="post"))
    title = root.find(f"{XHTML}head/{XHTML}title")
    form_id = instance.get("id") or etree.QName(instance).localname
    return ServedForm(
        definition_id=row.id,
        name=row.name,
        form_id=form_id,
        version=instance.get("version", ""),
        title=text_of(title) if title is not None else form_id,
        template=etree.tostring(root, encoding="UTF-8", xml_declaration=True),
        files=files,
    )

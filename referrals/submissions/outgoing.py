"""Everything that is needed to send one submission on, opened in one look: its XML, its files, its form, its target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree
from sqlalchemy import and_, or_, select

from dialogs.form import Form
from dialogs.form.xml import elements, local_name, parse_xml
from referrals.applications.filing import SUBMISSION
from referrals.applications.records import Application
from referrals.definitions.in_force import form_by_id
from referrals.definitions.records import COMPILED, Definition, DefinitionAttachment
from referrals.families.records import Person
from referrals.media.keeping import content_of
from referrals.media.records import Media
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.amended import NotHereYet, as_correction, is_amendment
from referrals.submissions.attaching import names_and_media
from referrals.submissions.content_types import extension_of
from referrals.submissions.reading import FILES
from referrals.submissions.receiving import xml_of
from referrals.submissions.records import OutgoingSubmission, PublishedForm, PushTarget, ReceivedSubmission
from referrals.submissions.targets import SECRET, newest_published, published


class NotOwedAnyMore(LookupError):
    """Its target has ended."""


@dataclass(frozen=True)
class Target:
    """Where it goes, and by what it is let in."""

    id: int
    kind: str
    url: str
    submit_url: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class FormToPublish:
    """A form's version with what publishing it needs, and what the target knows of it and of versions before."""

    definition_id: int
    name: str
    form_id: str
    version: str
    title: str
    xml: bytes
    files: Mapping[str, bytes]
    source: bytes
    known: Remote | None
    before: Remote | None


@dataclass(frozen=True)
class Remote:
    """A published version in the target's own words."""

    id: str
    uuid: str
    version: str


@dataclass(frozen=True)
class Outgoing:
    """One submission to send: XML, files by the names that the XML has, with their types.

    `first_id` is the instance id under which a target knows it with all its corrections.
    """

    id: int
    attempts: int
    target: Target
    form: FormToPublish
    instance_id: str
    first_id: str
    xml: bytes
    files: Mapping[str, tuple[bytes, str]]


def outgoing(uow: UnitOfWork, row_id: int) -> Outgoing:
    """A leased submission, opened. Raises `NotHereYet`, `NotOwedAnyMore`, or `Erased` where the family was erased."""
    row = uow.session.get_one(OutgoingSubmission, row_id)
    target = uow.session.get_one(PushTarget, row.target_id)
    if target.ended_at is not None:
        raise NotOwedAnyMore(NotOwedAnyMore.__doc__)
    form = form_by_id(uow, row.definition_id)
    xml, files = _content(uow, row, form)
    first_id = instance_id = _instance_id(parse_xml(xml))
    if is_amendment(row):
        xml = as_correction(uow, row, xml, first_id)
        instance_id = _instance_id(parse_xml(xml))
    return Outgoing(
        id=row.id,
        attempts=row.attempts,
        target=Target(
            target.id,
            target.kind,
            target.url,
            target.submit_url or target.url,
            uow.vault.open_text(target.secret_sealed, SECRET),
        ),
        form=_form(uow, target.id, row.definition_id, form),
        instance_id=instance_id,
        first_id=first_id,
        xml=xml,
        files=files,
    )


def _content(uow: UnitOfWork, row: OutgoingSubmission, form: Form) -> tuple[bytes, dict[str, tuple[bytes, str]]]:
    received = (
        uow.session.get_one(ReceivedSubmission, row.submission_id)
        if row.submission_id is not None
        else uow.session.scalar(select(ReceivedSubmission).filter_by(application_id=row.application_id, state="filed"))
    )
    if is_amendment(row):
        return _as_amended(uow, row, form, received)
    if received is not None and received.app_user_id is None:  # filled here, so its files are named by their rows
        return _with_file_names(uow, xml_of(uow, received), form, received.person_id)
    if received is not None:  # as the phone sent it, whatever became of it here
        return _on_its_own(uow, row, received, xml_of(uow, received)), _files_of(uow, received)
    application = uow.session.get_one(Application, row.application_id)
    xml = uow.vault.open(application.submission_sealed, SUBMISSION)
    return _with_file_names(uow, xml, form, application.person_id)


def _files_of(uow: UnitOfWork, received: ReceivedSubmission) -> dict[str, tuple[bytes, str]]:
    """The files that a phone sent, by the names that it gave them."""
    there = [(name, file.media_id) for file, name in names_and_media(uow, received) if file.media_id is not None]
    found = {name: content_of(uow, media_id) for name, media_id in there}
    return {name: each for name, each in found.items() if each is not None}


def _as_amended(
    uow: UnitOfWork, row: OutgoingSubmission, form: Form, received: ReceivedSubmission | None
) -> tuple[bytes, dict[str, tuple[bytes, str]]]:
    """The application as it stands, under the id that it came with."""
    application = uow.session.get_one(Application, row.application_id)
    written = uow.vault.open(application.submission_sealed, SUBMISSION)
    xml, files = _with_file_names(uow, written, form, application.person_id)
    if received is None:
        return xml, files
    root = parse_xml(xml)
    for leaf, ref in _leaves(root):
        if ref == "/meta/instanceID":
            leaf.text = received.instance_id
    named = {(leaf.text or "").strip() for leaf, _ in _leaves(root)}
    sent = {name: file for name, file in _files_of(uow, received).items() if name in named}
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True), sent | files


def _on_its_own(uow: UnitOfWork, row: OutgoingSubmission, received: ReceivedSubmission, xml: bytes) -> bytes:
    """A correction goes after what it corrects. Where that was never owed to this target, it goes as a first one:
    both servers refuse the correction of a submission that they do not have."""
    old = uow.session.scalar(select(ReceivedSubmission).filter_by(superseded_by_id=received.id))
    if old is None:
        return xml
    same = or_(
        OutgoingSubmission.submission_id == old.id,
        and_(OutgoingSubmission.application_id.is_not(None), OutgoingSubmission.application_id == _filed_as(old)),
    )
    there = select(OutgoingSubmission.state).filter_by(target_id=row.target_id).where(same)
    state = uow.session.scalar(there.order_by(OutgoingSubmission.id).limit(1))  # its first word, not an amendment of it
    if state == "sent":
        return xml
    if state in ("waiting", "leased", "parked"):
        raise NotHereYet("what it corrects has not gone yet")
    root = parse_xml(xml)
    for meta in (each for each in elements(root) if local_name(each) == "meta"):
        for gone in (each for each in elements(meta) if local_name(each) == "deprecatedID"):
            meta.remove(gone)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _filed_as(row: ReceivedSubmission) -> int | None:
    """The application that it became: what was filed is owed as an application."""
    return row.application_id if row.state == "filed" else None


def _with_file_names(
    uow: UnitOfWork, xml: bytes, form: Form, person_id: int
) -> tuple[bytes, dict[str, tuple[bytes, str]]]:
    """A conversation's files are named by their row (`17`); they go as `17.jpg`, in the answers too."""
    refs = {"/" + question.ref.split("/", 2)[2] for question in form.questions if question.kind in FILES}
    root = parse_xml(xml)
    files: dict[str, tuple[bytes, str]] = {}
    for element, ref in _leaves(root):
        number = (element.text or "").strip()
        if ref in refs and number.isascii() and number.isdigit():
            found = _file_of(uow, int(number), person_id)
            if found is not None:
                element.text = f"{number}.{extension_of(found[1])}"
                files[element.text] = found
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True), files


def _file_of(uow: UnitOfWork, media_id: int, person_id: int) -> tuple[bytes, str] | None:
    row = uow.connection.execute(
        select(Media.state)
        .join(Person, Person.id == Media.person_id)
        .where(Media.id == media_id, or_(Person.id == person_id, Person.merged_into_id == person_id))
    ).one_or_none()
    if row is not None and row.state == "owed":
        raise NotHereYet("a file is still on its way")
    return content_of(uow, media_id) if row is not None else None


def _leaves(root: etree._Element, ref: str = "") -> list[tuple[etree._Element, str]]:
    found: list[tuple[etree._Element, str]] = []
    for child in elements(root):
        mine = f"{ref}/{local_name(child)}"
        found += _leaves(child, mine) or [(child, mine)]
    return found


def _instance_id(root: etree._Element) -> str:
    return next(((leaf.text or "").strip() for leaf, ref in _leaves(root) if ref == "/meta/instanceID"), "")


def _form(uow: UnitOfWork, target_id: int, definition_id: int, form: Form) -> FormToPublish:
    row = uow.connection.execute(
        select(Definition.name, Definition.content).where(Definition.id == definition_id)
    ).one()
    rows = uow.connection.execute(
        select(DefinitionAttachment.name, DefinitionAttachment.content).filter_by(definition_id=definition_id)
    )
    files = {name: bytes(content) for name, content in rows}
    return FormToPublish(
        definition_id=definition_id,
        name=row.name,
        form_id=form.id,
        version=form.version,
        title=form.title,
        xml=files.pop(COMPILED),
        files=files,
        source=bytes(row.content),
        known=_remote(published(uow, target_id, definition_id)),
        before=_remote(newest_published(uow, target_id, row.name)),
    )


def _remote(row: PublishedForm | None) -> Remote | None:
    return None if row is None else Remote(row.remote_id, row.remote_uuid, row.remote_version)

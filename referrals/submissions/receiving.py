"""Takes in a filled form: checked, sealed, linked to its application, with its files; once however often it comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from referrals.definitions.in_force import form_by_id
from referrals.families.identities import new_person
from referrals.protection.audit import audit
from referrals.protection.vault import Erased
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.alarming import raise_alarm
from referrals.submissions.attaching import NewFiles, adopt, attach, new_files
from referrals.submissions.filing import INTAKE, file_intake
from referrals.submissions.forms_served import is_form_known, version_filled
from referrals.submissions.linking import Link, link_of
from referrals.submissions.pushing import owe_push
from referrals.submissions.reading import Filled, check_nodes, named_files, read_submission
from referrals.submissions.records import ReceivedSubmission
from referrals.submissions.refusals import Conflict, NotFound

XML, DEVICE = "received_submission.xml", "received_submission.device"


@dataclass(frozen=True)
class Origin:
    """Who sent it. A clerk's own filling has a member of staff, a phone its app user."""

    app_user_id: int | None = None
    staff_id: int | None = None
    organization_id: int | None = None
    location_id: int | None = None
    forms: tuple[str, ...] = ()  # the only forms this sender may fill; empty is every form
    device: str = ""

    @property
    def actor(self) -> str:
        return f"app_user:{self.app_user_id}" if self.app_user_id else f"staff:{self.staff_id}"


@dataclass(frozen=True)
class Received:
    """What became of a post: a new submission, more files for one, or nothing new."""

    id: int
    state: str
    is_new: bool
    files_added: int
    complete: bool


def receive_submission(
    uow: UnitOfWork,
    programme_id: str,
    content: bytes,
    files: Mapping[str, bytes],
    *,
    origin: Origin,
    at: datetime,
    more_to_come: bool = False,
) -> Received:
    """Keeps one post of a submission: its XML and some or all of its files (by name).

    The same XML again adds the files that were missing and changes nothing else. Raises `SubmissionRefused`; then
    nothing at all was kept.
    """
    filled = read_submission(content)
    served, form = _form_of(uow, programme_id, filled, origin)
    check_nodes(filled, form)
    arrived = new_files(files, named_files(filled, form))
    _one_at_a_time(uow, programme_id, filled.instance_id)
    known = _by_instance(uow, programme_id, filled.instance_id)
    if known is not None:
        return _once_more(uow, known, content, arrived, origin, at, more_to_come)
    replaced = _replaced(uow, programme_id, filled, served.name, origin)
    number = link_of(uow, programme_id, filled, served.name)
    row = _store(uow, (programme_id, served.definition_id, served.name), filled, content, number, origin, at)
    row.complete = not more_to_come
    if replaced is not None:
        replaced.superseded_by_id = row.id
    added = attach(uow, row, arrived, at, inherits_from=replaced)
    _note(uow, row, "submission.received", origin, at)
    if row.form_name != INTAKE:
        raise_alarm(uow, row, content, at)  # with the first part: the files may take days, or never come
    if row.complete:
        _completed(uow, row, content, origin, at)
    uow.flush()
    return Received(row.id, row.state, True, added, row.complete)


def keep_filled(
    uow: UnitOfWork,
    *,
    programme_id: str,
    definition_id: int,
    form_name: str,
    instance_id: str,
    application_id: int | None,
    staff_id: int,
    person_id: int,
    data_key_id: int,
    xml: str,
    at: datetime,
    organization_id: int | None = None,
    location_id: int | None = None,
) -> int:
    """Keeps a form that a member of staff filled in the console; the row's id, the same one for the same instance."""
    _one_at_a_time(uow, programme_id, instance_id)
    known = _by_instance(uow, programme_id, instance_id)
    if known is not None:
        return known.id
    origin = Origin(staff_id=staff_id, organization_id=organization_id, location_id=location_id)
    row = ReceivedSubmission(
        programme_id=programme_id,
        definition_id=definition_id,
        form_name=form_name,
        instance_id=instance_id,
        person_id=person_id,
        data_key_id=data_key_id,
        application_id=application_id,
        staff_id=staff_id,
        organization_id=organization_id,
        location_id=location_id,
        xml_sealed=uow.vault.seal_text(data_key_id, xml, XML),
        xml_digest=uow.vault.digest(xml.encode()),
        state="linked" if application_id else "received",
        received_at=at,
    )
    uow.session.add(row)
    uow.flush()
    adopt(uow, row, named_files(read_submission(xml.encode()), form_by_id(uow, definition_id)))
    _note(uow, row, "submission.received", origin, at)
    _owe(uow, row, at)
    return row.id


def xml_of(uow: UnitOfWork, row: ReceivedSubmission) -> bytes:
    """The submission's XML, byte for byte as it came. Raises `Erased`."""
    return uow.vault.open(row.xml_sealed, XML)


def _form_of(uow: UnitOfWork, programme_id: str, filled: Filled, origin: Origin) -> Any:
    found = version_filled(uow, programme_id, filled.form_id, filled.version)
    if found is not None and (not origin.forms or found[0].name in origin.forms):
        return found
    if found is None and is_form_known(uow, programme_id, filled.form_id):
        raise NotFound("unknown_version", form=filled.form_id, version=filled.version or "-")
    raise NotFound("unknown_form", form=filled.form_id)


def _one_at_a_time(uow: UnitOfWork, programme_id: str, instance_id: str) -> None:
    """Posts of one submission wait for each other: the second then finds what the first has kept."""
    if uow.connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        lock = int(uow.vault.digest(f"submission {programme_id}\0{instance_id}".encode())[:15], 16)
        uow.connection.execute(select(func.pg_advisory_xact_lock(lock)))


def _by_instance(uow: UnitOfWork, programme_id: str, instance_id: str) -> ReceivedSubmission | None:
    query = select(ReceivedSubmission).filter_by(programme_id=programme_id, instance_id=instance_id)
    return uow.session.scalar(query.with_for_update())


def _once_more(
    uow: UnitOfWork,
    known: ReceivedSubmission,
    content: bytes,
    arrived: NewFiles,
    origin: Origin,
    at: datetime,
    more_to_come: bool,
) -> Received:
    """A post of a submission that is here: the very same XML may bring what was missing, from a new phone too."""
    if known.xml_digest != uow.vault.digest(content):
        raise Conflict("other_content", instance=known.instance_id)
    if known.superseded_by_id is not None:
        raise Conflict("outdated", instance=known.instance_id)
    if _is_erased(uow, known):  # nothing of it is kept again, and the phone may let go of it
        return Received(known.id, known.state, False, 0, True)
    added = attach(uow, known, arrived, at)
    if not known.complete and not more_to_come:
        known.complete = True
        _completed(uow, known, content, origin, at)
    if added:
        _note(uow, known, "submission.files_added", origin, at)
    uow.flush()
    return Received(known.id, known.state, False, added, known.complete)


def _is_erased(uow: UnitOfWork, row: ReceivedSubmission) -> bool:
    try:
        xml_of(uow, row)
    except Erased:
        return True
    return False


def _replaced(
    uow: UnitOfWork, programme_id: str, filled: Filled, form_name: str, origin: Origin
) -> ReceivedSubmission | None:
    """The submission that this one corrects: of the same place as this phone, and the newest of its line."""
    if not filled.deprecated_id:
        return None
    old = _by_instance(uow, programme_id, filled.deprecated_id)
    if old is None or old.form_name != form_name or not _reaches(origin, old):
        raise NotFound("unknown_deprecated", instance=filled.deprecated_id)
    if old.superseded_by_id is not None:
        raise Conflict("outdated", instance=filled.deprecated_id)
    return old


def _reaches(origin: Origin, row: ReceivedSubmission) -> bool:
    """Whether a phone may correct this row: one of the whole programme any, one of a centre its centre's."""
    if origin.location_id is not None:
        return row.location_id == origin.location_id
    return origin.organization_id is None or row.organization_id == origin.organization_id


def _store(
    uow: UnitOfWork,
    form: tuple[str, int, str],
    filled: Filled,
    content: bytes,
    link: Link,
    origin: Origin,
    at: datetime,
) -> ReceivedSubmission:
    """Sealed under the key of whom it is about, where that is known; else of somebody who is not known yet."""
    person_id, key = link.person or new_person(uow, at)
    programme_id, definition_id, form_name = form
    row = ReceivedSubmission(
        programme_id=programme_id,
        definition_id=definition_id,
        form_name=form_name,
        instance_id=filled.instance_id,
        person_id=person_id,
        data_key_id=key,
        application_id=link.application_id,
        app_user_id=origin.app_user_id,
        staff_id=origin.staff_id,
        organization_id=origin.organization_id,
        location_id=origin.location_id,
        xml_sealed=uow.vault.seal(key, content, XML),
        xml_digest=uow.vault.digest(content),
        device_sealed=uow.vault.seal_text(key, origin.device[:200], DEVICE) if origin.device else None,
        state=link.state,
        reason=link.reason,
        received_at=at,
    )
    uow.session.add(row)
    uow.flush()
    return row


def _completed(uow: UnitOfWork, row: ReceivedSubmission, content: bytes, origin: Origin, at: datetime) -> None:
    """Everything is here: an intake becomes an application, anything else may go on to other servers."""
    if row.form_name == INTAKE:
        file_intake(uow, row, content, origin.actor, at)
    _owe(uow, row, at)


def _owe(uow: UnitOfWork, row: ReceivedSubmission, at: datetime) -> None:
    # An intake that was filed is owed by its application already.
    if row.state != "filed":
        owe_push(uow, programme_id=row.programme_id, definition_id=row.definition_id, submission_id=row.id, at=at)


def _note(uow: UnitOfWork, row: ReceivedSubmission, action: str, origin: Origin, at: datetime) -> None:
    audit(uow, at=at, actor=origin.actor, action=action, object_kind="submission", object_id=row.id)

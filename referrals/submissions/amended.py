"""An application that was amended goes on once more, as the correction of what went before it.

OpenRosa corrects by a submission with an id of its own that names the one it takes the place of (`deprecatedID`).
"""

from __future__ import annotations

from uuid import uuid5

from lxml import etree
from sqlalchemy import select

from dialogs.form.xml import elements, local_name, parse_xml
from referrals.directory.publishing.public_ids import OURS
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import OutgoingSubmission


class NotHereYet(LookupError):
    """Something has to come first: a file that is still being fetched, or what this one corrects. It says which."""


def push_key(target_id: int, application_id: int | None, submission_id: int | None, amended: int = 0) -> str:
    """Why a submission is owed to a target; `amended` is the application's version that an amendment made."""
    what = f"application:{application_id}" if application_id is not None else f"submission:{submission_id}"
    return f"push:{target_id}:{what}" + (f":{amended}" if amended else "")


def is_amendment(row: OutgoingSubmission) -> bool:
    """Whether it says an application anew, and is not its first word."""
    return row.key != push_key(row.target_id, row.application_id, row.submission_id)


def as_correction(uow: UnitOfWork, row: OutgoingSubmission, xml: bytes, first_id: str) -> bytes:
    """The application as it stands now, as the correction of what went last, or as a first one where nothing went.

    `first_id` is the instance id under which the application went at first. Raises `NotHereYet` while something that
    was owed before has not gone.
    """
    mine = OutgoingSubmission.target_id == row.target_id, OutgoingSubmission.application_id == row.application_id
    before = select(OutgoingSubmission).where(*mine, OutgoingSubmission.id < row.id).order_by(OutgoingSubmission.id)
    found = [each for each in uow.session.scalars(before) if each.state != "cancelled"]
    if any(each.state != "sent" for each in found):
        raise NotHereYet("what it amends has not gone yet")
    if not found:
        return _named(xml, first_id, "")
    last = first_id if len(found) == 1 else _id_of(found[-1])
    return _named(xml, _id_of(row), last)


def _id_of(row: OutgoingSubmission) -> str:
    """The same at every try."""
    return f"uuid:{uuid5(OURS, row.key)}"


def _named(xml: bytes, instance_id: str, corrects: str) -> bytes:
    """The submission under this id, naming what it corrects."""
    root = parse_xml(xml)
    for meta in (each for each in elements(root) if local_name(each) == "meta"):
        for child in elements(meta):
            if local_name(child) == "deprecatedID":
                meta.remove(child)
            elif local_name(child) == "instanceID":
                child.text = instance_id
                if corrects:
                    old = etree.Element(str(child.tag).replace("instanceID", "deprecatedID"))
                    old.text = corrects
                    child.addprevious(old)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)

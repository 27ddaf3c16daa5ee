"""The files that messages stand for: drawn, stored or made, while no transaction is open."""

from __future__ import annotations

from datetime import datetime

from referrals.definitions.attachments import attachment_of
from referrals.families.identities import data_key_of
from referrals.families.owed import whose_message
from referrals.families.records import Identity
from referrals.media.keeping import add_drawing, content_of
from referrals.messages import MediaIntent
from referrals.store.unit_of_work import Store, UnitOfWork


def picture(
    store: Store, identity_id: int, intent: MediaIntent, at: datetime, *, row_id: int = 0
) -> tuple[bytes, str, str] | None:
    """What a media intent stands for: bytes, content type, file name; None when it cannot be drawn or is gone."""
    if intent.kind == "stored":
        with store.reading() as uow:
            found = content_of(uow, int(intent.parameters["media_id"]))
        return (found[0], found[1], "file") if found is not None else None
    if intent.kind == "attachment":
        name = str(intent.parameters["name"])
        with store.reading() as uow:
            sent_along = attachment_of(uow, int(intent.parameters["definition_id"]), name)
        return (*sent_along, name) if sent_along is not None else None
    if intent.kind == "calendar":
        from referrals.appointments.calendar_file import calendar_file  # so does the calendar's library

        return calendar_file(intent.parameters)
    if intent.kind == "known":
        from referrals.documents.family_papers import known_paper  # so does typst

        return known_paper(intent.parameters)
    from referrals.documents.drawing import drawn  # drawing needs Pillow: only who draws loads it

    content = drawn(intent.kind, intent.parameters)
    if content is None:
        return None

    def keep(uow: UnitOfWork) -> None:
        whose = whose_message(uow, row_id) if row_id else None  # several people may share the telephone
        person_id = whose or uow.session.get_one(Identity, identity_id).person_id
        add_drawing(uow, person_id, data_key_of(uow, person_id), content, at)

    store.transact(keep)
    return content, "image/png", "sanad.png"

"""What a family may ask for at a desk or by telephone: what we know, erasure; and who has still to delete something."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.directory.records import Location
from referrals.documents.paper_facts import KnownFacts
from referrals.families.records import Person
from referrals.families.telling.everything import what_we_know
from referrals.protection.audit import audit
from referrals.protection.erasure.erasing import OPEN, ask
from referrals.protection.erasure.recipients import target_urls
from referrals.protection.rights_records import ErasureNotice, ErasureRequest, LegalHold
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

SOURCES = ("desk", "phone", "letter")
PROOFS = ("id_shown", "called_back", "known")
MOST = 100


@dataclass(frozen=True)
class RequestRow:
    """A request as a line. `numbers` are the applications it is about, blank once they are nobody's."""

    id: int
    numbers: tuple[str, ...]
    source: str
    proved_by: str
    state: str
    answer: str
    asked_at: datetime
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class NoticeRow:
    """What somebody still has to delete: under which number, and where."""

    id: int
    reference: str
    place: str
    created_at: datetime


@dataclass(frozen=True)
class HoldRow:
    """A legal hold that stands: on the family of which applications, why, since when."""

    id: int
    numbers: tuple[str, ...]
    reason: str
    set_at: datetime


def family_of(uow: UnitOfWork, member: Member, number: str) -> Application | None:
    """The application with this number; None where it is not theirs to see, or its family is erased already."""
    query = select(Application).where(Application.number == number)
    found: Application | None = uow.session.scalar(visible_to(member, query, Application, Permission.ASK_ERASURE))
    if found is None or uow.session.get_one(Person, found.person_id).erased_at is not None:
        return None
    return found


def ask_for(
    uow: UnitOfWork, member: Member, application: Application, source: str, proved_by: str, at: datetime
) -> ErasureRequest:
    """Writes down that the family asked. Raises ValueError for a way or a proof that is none of ours."""
    if source not in SOURCES or proved_by not in PROOFS:
        raise ValueError("say how they asked and how it is known that it was they")
    return ask(
        uow,
        application.person_id,
        source,
        at,
        programme_id=application.programme_id,
        staff_id=member.staff_id,
        proved_by=proved_by,
    )


def told_on_paper(uow: UnitOfWork, member: Member, application: Application, language: str, at: datetime) -> KnownFacts:
    """The paper with everything, printed for the family; that it was is audited."""
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action="person.printed",
        object_kind="person",
        object_id=application.person_id,
        people=[application.person_id],
    )
    return what_we_know(uow, application.person_id, application.programme_id, language, at)


def requests_of(uow: UnitOfWork, member: Member, at: datetime) -> list[RequestRow]:
    """The open requests, then the latest that were decided; that they were read is audited."""
    query = select(ErasureRequest).order_by(ErasureRequest.state != OPEN, ErasureRequest.asked_at.desc()).limit(MOST)
    found = uow.session.scalars(visible_to(member, query, ErasureRequest, Permission.ERASE)).all()
    waiting = [each.person_id for each in found if each.state == OPEN]
    if waiting:
        audit(
            uow,
            at=at,
            actor=f"staff:{member.staff_id}",
            action="erasures.read",
            object_kind="erasures",
            object_id=len(waiting),
            people=waiting,
        )
    return [_row(uow, each) for each in found]


def one_request(uow: UnitOfWork, member: Member, request_id: int) -> ErasureRequest | None:
    """The request, where the member may decide it."""
    query = select(ErasureRequest).where(ErasureRequest.id == request_id)
    found: ErasureRequest | None = uow.session.scalar(visible_to(member, query, ErasureRequest, Permission.ERASE))
    return found


def notices_for(uow: UnitOfWork, member: Member, kind: str, permission: Permission) -> list[NoticeRow]:
    """What is still to be deleted at the member's centres (`centre`), or on other servers (`server`)."""
    query = select(ErasureNotice).where(ErasureNotice.kind == kind, ErasureNotice.state == OPEN)
    query = query.order_by(ErasureNotice.created_at, ErasureNotice.id).limit(MOST)
    found = uow.session.scalars(visible_to(member, query, ErasureNotice, permission)).all()
    places, urls = _places(uow, found), target_urls(uow, found)
    return [
        NoticeRow(
            each.id,
            each.reference,
            places.get(each.location_id or 0) or urls.get(each.target_id or 0, ""),
            each.created_at,
        )
        for each in found
    ]


def note_deleted(uow: UnitOfWork, member: Member, notice_id: int, at: datetime) -> bool:
    """Somebody deleted it where it was; False where the notice is not theirs, or was settled before."""
    query = select(ErasureNotice).where(ErasureNotice.id == notice_id, ErasureNotice.state == OPEN).with_for_update()
    for kind, permission in (("centre", Permission.SEE_QUEUE), ("server", Permission.ERASE)):
        mine = visible_to(member, query.where(ErasureNotice.kind == kind), ErasureNotice, permission)
        notice = uow.session.scalar(mine)
        if notice is not None:
            notice.state, notice.done_at, notice.done_by_id = "done", at, member.staff_id
            uow.flush()
            actor = f"staff:{member.staff_id}"
            audit(uow, at=at, actor=actor, action="erasure.deleted", object_kind="erasure", object_id=notice.request_id)
            return True
    return False


def holds_of(uow: UnitOfWork, member: Member) -> list[HoldRow]:
    """The holds that stand on families of the member's programmes, the oldest first."""
    query = select(LegalHold, Application.number).join(Application, Application.person_id == LegalHold.person_id)
    query = query.where(LegalHold.ended_at.is_(None)).order_by(LegalHold.set_at, LegalHold.id, Application.id)
    found: dict[int, HoldRow] = {}
    for held, number in uow.session.execute(visible_to(member, query.limit(MOST), Application, Permission.ERASE)):
        row = found.get(held.id)
        numbers = (*row.numbers, number) if row else (number,)
        found[held.id] = HoldRow(held.id, numbers, held.reason, held.set_at)
    return list(found.values())


def one_hold(uow: UnitOfWork, member: Member, hold_id: int) -> LegalHold | None:
    """The hold, where the member may end it."""
    query = select(LegalHold).join(Application, Application.person_id == LegalHold.person_id)
    query = query.where(LegalHold.id == hold_id, LegalHold.ended_at.is_(None)).limit(1)
    found: LegalHold | None = uow.session.scalar(visible_to(member, query, Application, Permission.ERASE))
    return found


def _row(uow: UnitOfWork, request: ErasureRequest) -> RequestRow:
    mine = select(Application.number).where(Application.person_id == request.person_id).order_by(Application.id)
    return RequestRow(
        request.id,
        tuple(uow.session.scalars(mine)),
        request.source,
        request.proved_by,
        request.state,
        request.answer,
        request.asked_at,
        json.loads(request.counts),
    )


def _places(uow: UnitOfWork, notices: Sequence[ErasureNotice]) -> dict[int, str]:
    ids = {each.location_id for each in notices if each.location_id is not None}
    rows: Any = uow.connection.execute(select(Location.id, Location.name).where(Location.id.in_(ids)))
    return {row.id: row.name for row in rows}

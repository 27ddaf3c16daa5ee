"""Papers to print: the receipt after filing, the letter to a centre, the appointment. Drawn outside any transaction."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response

from console.errors import NotHere
from console.ids import RowId
from console.routes.filling_end import filed
from console.signed_in import SignedIn, may_see
from console.words import Words
from referrals.applications.records import Application
from referrals.conversations.speaking import voice_of
from referrals.directory.records import Location, Organization
from referrals.documents.family_papers import appointment, receipt
from referrals.documents.paper_facts import AppointmentFacts, LetterFacts, PaperFacts, ReceiptFacts
from referrals.filling.starting import note
from referrals.protection.audit import audit
from referrals.referral.deadlines import due_at
from referrals.referral.disclosed import read_disclosed
from referrals.referral.in_sight import one_referral
from referrals.referral.records import Referral
from referrals.senders.links import chat_links
from referrals.spoken_numbers import shown
from referrals.staff.agenda import CARD_PREFIX, one_appointment
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork
from referrals.texts import Voice

routes = APIRouter()
Clerk = Annotated[SignedIn, Depends(may_see(Permission.FILL_FORM))]
Reader = Annotated[SignedIn, Depends(may_see(Permission.READ_REFERRAL))]
Desk = Annotated[SignedIn, Depends(may_see(Permission.CHECK_IN))]
TO_COME = ("booked", "confirmed")


@routes.get("/filling/{filling_id}/receipt.pdf")
def receipt_paper(visit: Clerk, filling_id: RowId, sheet: Literal["a5", "a4"] = "a5") -> Response:
    """What the family keeps after it applied: its number, by when it hears from us, how to ask. It names no need."""

    def work(uow: UnitOfWork) -> ReceiptFacts:
        filling, application = filed(uow, visit, filling_id)
        note(uow, visit.member, filling, "printed", visit.at, page="receipt")
        referral = uow.session.get(Referral, filling.referral_id) if filling.referral_id else None
        family = _family_voice(uow, visit, application.programme_id)
        link = chat_links(uow, application.programme_id, visit.console.base_url)[0]
        return receipt(
            family.say,
            number=_number(family, application.number),
            filed_on=family.day(application.submitted_at),
            day=family.day(referral.respond_due if referral else application.answer_due),
            language="en" if family.language == "en" else "ar",
            place=_place(uow, referral.to_location_id) if referral else (),
            link=link.url,
            sheet=sheet,
        )

    return _printed(visit.console.store.transact(work))


@routes.get("/referrals/{referral_id}/letter.pdf")
def letter(visit: Reader, referral_id: RowId) -> Response:
    """To the centre that the family chose: what it agreed to show, and nothing else. Every printing is audited."""
    return _printed(visit.console.store.transact(lambda uow: _letter(uow, visit, referral_id)))


def _letter(uow: UnitOfWork, visit: SignedIn, referral_id: int) -> LetterFacts:
    referral = one_referral(uow, visit.member, referral_id)
    disclosed = read_disclosed(uow, visit.member, referral, visit.at) if referral else None
    if referral is None or disclosed is None:
        raise NotHere
    _note_printed(uow, visit, "referral", referral.id)
    words, voice = Words(visit.voice), visit.voice
    centre = uow.session.get_one(Location, referral.to_location_id)
    organization = uow.session.get_one(Organization, centre.organization_id)
    number = uow.session.get_one(Application, referral.application_id).number
    due = due_at(referral)
    return LetterFacts(
        title=words.t("name"),
        programme=visit.settings.name("ar") if visit.settings else "",
        to=words.t("paper.letter_to", centre=centre.name),
        place=tuple(line for line in (organization.name, centre.address) if line and line != centre.name),
        dated=voice.day(visit.at),
        label=words.t("filling.number"),
        number=words.number(number),
        opening=words.t("paper.letter_opening"),
        fields=tuple((_name_of(words, field), _value_of(voice, field["value"])) for field in disclosed),
        agreed=words.t("referral.agreed"),
        due=words.t("paper.letter_due", day=voice.day(due)) if due else "",
        signed=words.t("paper.letter_printed", name=visit.member.name),
        footer=words.t("paper.letter_footer"),
        page_digits="arab" if voice.digits == "arab" else "latn",
    )


@routes.get("/appointments/{appointment_id}/paper.pdf")
def appointment_paper(visit: Desk, appointment_id: RowId) -> Response:
    """When and where, what to bring, the code that the desk scans. It names no need and nobody."""

    def work(uow: UnitOfWork) -> AppointmentFacts:
        booked = one_appointment(uow, visit.member, appointment_id)
        if booked is None or booked.starts_at is None or booked.state not in TO_COME:
            raise NotHere
        _note_printed(uow, visit, "appointment", booked.id)
        referral = uow.session.get_one(Referral, booked.referral_id)
        number = uow.session.get_one(Application, referral.application_id).number
        family = _family_voice(uow, visit, referral.programme_id)
        return appointment(
            family.say,
            number=_number(family, number),
            day=family.day(booked.starts_at),
            time=family.hour(booked.starts_at),
            place=_place(uow, booked.location_id),
            code=f"{CARD_PREFIX}{number}",
            language="en" if family.language == "en" else "ar",
        )

    return _printed(visit.console.store.transact(work))


def _printed(facts: PaperFacts) -> Response:
    """The PDF, shown in the browser, whose own printing takes it from there; nobody's name is in the file's."""
    from referrals.documents.paper import paper  # typst is loaded by who prints

    headers = {"content-disposition": f'inline; filename="sanad-{facts.kind}.pdf"'}
    return Response(paper(facts.kind, facts), media_type="application/pdf", headers=headers)


def _family_voice(uow: UnitOfWork, visit: SignedIn, programme_id: str) -> Voice:
    """How the programme speaks to families: the paper is theirs."""
    return voice_of(uow, programme_id, visit.settings.default_language if visit.settings else "ar")


def _number(family: Voice, number: str) -> str:
    return shown(number, "arab" if family.digits == "arab" and family.language == "ar" else "latn")


def _place(uow: UnitOfWork, location_id: int) -> tuple[str, ...]:
    """The centre's name, address and telephone; of one that is kept confidential the name alone."""
    place = uow.session.get_one(Location, location_id)
    where = () if place.confidential else (place.address, place.phone)
    return tuple(line for line in (place.name, *where) if line)


def _name_of(words: Words, field: dict[str, str]) -> str:
    key = f"fact.{field['code']}"
    return words.t(key) if words.has(key) else field["name_ar"]


def _value_of(voice: Voice, value: str) -> str:
    return voice.number(value) if value.isdigit() and not value.startswith("0") else value


def _note_printed(uow: UnitOfWork, visit: SignedIn, kind: str, object_id: int) -> None:
    audit(
        uow,
        at=visit.at,
        actor=f"staff:{visit.member.staff_id}",
        action=f"{kind}.printed",
        object_kind=kind,
        object_id=object_id,
    )

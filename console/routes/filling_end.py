"""The end of a form at the desk: read back, filed, the paper with its number, a centre for the family."""

from __future__ import annotations

from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from console.errors import NoLongerSo, NotHere
from console.ids import RowId
from console.pages import Later, answer, see_other, show
from console.routes.filling_pages import frame, path_of, settings_of, theirs
from console.signed_in import SignedIn, may_do, may_see
from console.words import Words
from dialogs.interview.pages import Item, Page, page, pages
from referrals.applications.records import Application
from referrals.conversations.threads import TwoTurnsAtOnce
from referrals.directory.records import Location
from referrals.families.consents import has_consent
from referrals.filling.centres import Centre, agreement, look_for_centres, none_suits, offers_of, refer
from referrals.filling.ending import file_at_desk, filed_application
from referrals.filling.from_the_field import keep_consent
from referrals.filling.records import DeskFilling
from referrals.filling.starting import note, notice_of
from referrals.filling.visiting import FORMS, keep_visit
from referrals.filling.working import AtDesk, one_filling
from referrals.referral.records import Referral
from referrals.referral.waiting import PlaceGone
from referrals.staff.agenda import CARD_PREFIX
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.FILL_FORM))]
Clerk = Annotated[SignedIn, Depends(may_do(Permission.FILL_FORM))]
EVERY = "every"  # all private answers, to be read back in one go
Ticked = Annotated[str, Form(max_length=10)]
Seen = Annotated[int, Form(ge=0, le=2**31)]


@routes.get("/filling/{filling_id}/review")
def review_page(visit: Reader, filling_id: RowId) -> Response:
    """All answers, to be read back to the family."""
    return answer(visit, lambda uow: _review(uow, visit, filling_id))


@routes.post("/filling/{filling_id}/reveal")
def reveal(visit: Clerk, filling_id: RowId, question: Annotated[str, Form(max_length=80)] = "") -> Response:
    """Opens one private answer; who opened it is audited."""
    return answer(visit, lambda uow: _review(uow, visit, filling_id, revealed=question))


@routes.post("/filling/{filling_id}/review")
def finish(
    visit: Clerk, filling_id: RowId, seen: Seen = 0, read_back: Annotated[str, Form(max_length=10)] = ""
) -> Response:
    """Files it, once; what is still missing is listed with where to answer it."""
    if read_back != "yes":
        return answer(visit, lambda uow: _review(uow, visit, filling_id, status=422, problem="read_back"))

    def work(uow: UnitOfWork) -> Response | Later:
        at_desk = theirs(uow, visit, filling_id)
        if at_desk.version != seen:
            raise TwoTurnsAtOnce
        return _file(uow, visit, at_desk)

    try:
        return answer(visit, work)
    except TwoTurnsAtOnce:
        return answer(visit, lambda uow: _review(uow, visit, filling_id, status=409, problem="conflict"))


@routes.get("/filling/{filling_id}/done")
def done_page(visit: Reader, filling_id: RowId) -> Response:
    """The number, what happens next, and where the family chooses a centre; first its consent, where none stands."""

    def work(uow: UnitOfWork) -> Response | Later:
        filling, application = filed(uow, visit, filling_id)
        if not (filling.referral_id or _agreed(uow, visit, filling)):
            return _ask_consent(uow, visit, filling)
        found = offers_of(uow, filling)
        values = {**_paper(uow, visit, filling, application), "offers": found, "filling": filling}
        return Later("filling_done.html", 200, values)

    return answer(visit, work)


@routes.post("/filling/{filling_id}/consent")
def consent(visit: Clerk, filling_id: RowId, agreed: Ticked = "") -> Response:
    """What the family said to the words that were read to it; who agrees chooses a centre next."""

    def work(uow: UnitOfWork) -> Response | Later:
        filling, _ = filed(uow, visit, filling_id)
        settings = settings_of(visit)
        if agreed not in ("yes", "no"):
            return _ask_consent(uow, visit, filling, status=422, problem="agreed")
        if not _agreed(uow, visit, filling):
            keep_consent(uow, visit.member, settings, filling, agreed == "yes", visit.at)
            if agreed == "no":
                return see_other("/console/filling", "not_agreed")
            if filling.referral_id is None and filling.offers_sealed is None:
                look_for_centres(uow, settings, filling, visit.at)
        return see_other(f"{path_of(filling_id)}/done")

    return answer(visit, work)


@routes.get("/filling/{filling_id}/receipt")
def receipt_page(visit: Reader, filling_id: RowId) -> Response:
    """A paper for the family to keep: its number, a code, and by when it hears from us. It names no need."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return _paper(uow, visit, *filed(uow, visit, filling_id))

    return show(visit, "filling_receipt.html", **visit.console.store.transact(work))


@routes.post("/filling/{filling_id}/centre")
def choose(visit: Clerk, filling_id: RowId, centre: Annotated[str, Form(max_length=10)] = "") -> Response:
    """The family chose one, or none of them; what it agrees to is read to it next."""

    def work(uow: UnitOfWork) -> Response | Later:
        filling, _ = filed(uow, visit, filling_id)
        if centre == "none":
            none_suits(uow, visit.member, filling, visit.at)
            return see_other(f"{path_of(filling_id)}/done", "none_suits")
        chosen = _chosen(uow, filling, centre)
        if not _agreed(uow, visit, filling):
            return see_other(f"{path_of(filling_id)}/done")
        told = agreement(uow, settings_of(visit), filling, chosen)
        return Later("filling_agree.html", 200, {"filling": filling, "centre": chosen, "told": told})

    return answer(visit, work)


@routes.post("/filling/{filling_id}/refer")
def send(
    visit: Clerk,
    filling_id: RowId,
    centre: Annotated[str, Form(max_length=10)] = "",
    agreed: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """The family agreed to what this centre will see: the referral stands in its queue."""
    if agreed != "yes":
        return see_other(f"{path_of(filling_id)}/done")

    def work(uow: UnitOfWork) -> Response | Later:
        filling, _ = filed(uow, visit, filling_id)
        chosen = _chosen(uow, filling, centre)
        if not _agreed(uow, visit, filling):
            return see_other(f"{path_of(filling_id)}/done")
        refer(uow, visit.member, settings_of(visit), filling, chosen, visit.at)
        return see_other(f"{path_of(filling_id)}/done", "referred")

    def other_places(uow: UnitOfWork) -> Response | Later:
        filling, _ = filed(uow, visit, filling_id)
        look_for_centres(uow, settings_of(visit), filling, visit.at)
        return see_other(f"{path_of(filling_id)}/done", "place_gone")

    try:
        return answer(visit, work)
    except PlaceGone:  # somebody was faster: nothing was kept, and other places are shown
        return answer(visit, other_places)


def _file(uow: UnitOfWork, visit: SignedIn, at_desk: AtDesk) -> Response | Later:
    if at_desk.filling.form_name in FORMS:
        return _keep_visit(uow, visit, at_desk)
    settings = settings_of(visit)
    ended = file_at_desk(uow, visit.member, settings, at_desk, visit.at)
    filling_id = at_desk.filling.id
    if at_desk.filling.state == "answered":  # to what staff had asked about an application
        may_read = visit.member.may(Permission.READ_APPLICATION)
        page = f"applications/{at_desk.filling.application_id}" if may_read else "filling"
        return see_other(f"/console/{page}", "answers_written")
    if ended.filed is None:
        return _review(uow, visit, filling_id, status=422, problem="missing")
    if not ended.told:
        look_for_centres(uow, settings, at_desk.filling, visit.at)
    return see_other(f"{path_of(filling_id)}/done", "filed_told" if ended.told else "filed")


def _keep_visit(uow: UnitOfWork, visit: SignedIn, at_desk: AtDesk) -> Response | Later:
    if keep_visit(uow, visit.member, at_desk, visit.at):
        return _review(uow, visit, at_desk.filling.id, status=422, problem="missing")
    return see_other(f"/console/referrals/{at_desk.filling.referral_id}", "visit_kept")


def filed(uow: UnitOfWork, visit: SignedIn, filling_id: int) -> tuple[DeskFilling, Application]:
    """The form and what was filed of it, where both are this desk's. Raises `NotHere`."""
    filling = one_filling(uow, visit.member, filling_id)
    application = filed_application(uow, filling) if filling is not None else None
    if filling is None or application is None:
        raise NotHere
    return filling, application


def _agreed(uow: UnitOfWork, visit: SignedIn, filling: DeskFilling) -> bool:
    return has_consent(uow, filling.person_id, filling.programme_id, "intake", visit.at)


def _ask_consent(
    uow: UnitOfWork, visit: SignedIn, filling: DeskFilling, *, status: int = 200, problem: str = ""
) -> Later:
    settings = settings_of(visit)
    notice = notice_of(uow, settings.id, settings.default_language)
    values = {"filling": filling, "notice": notice, "language": settings.default_language, "problem": problem}
    return Later("filling_consent.html", status, values)


def _chosen(uow: UnitOfWork, filling: DeskFilling, number: str) -> Centre:
    found = next((each for each in offers_of(uow, filling).centres if str(each.number) == number), None)
    if found is None:
        raise NoLongerSo
    return found


def _paper(uow: UnitOfWork, visit: SignedIn, filling: DeskFilling, application: Application) -> dict[str, Any]:
    words, settings = Words(visit.voice), settings_of(visit)
    referral = uow.session.get(Referral, filling.referral_id) if filling.referral_id else None
    place = uow.session.get_one(Location, referral.to_location_id) if referral else None
    due = referral.respond_due if referral else application.answer_due
    code = segno.make(f"{CARD_PREFIX}{application.number}", error="m", micro=False)
    return {
        "number": words.number(application.number),
        "day": words.voice.day(due),
        "place": place,
        "programme": settings.name_ar,
        "code": Markup(code.svg_inline(scale=4, border=2, omitsize=True, svgclass="receipt-code", lineclass=None)),
        "path": path_of(filling.id),
        "filed_on": words.voice.day(application.submitted_at),
    }


def _review(
    uow: UnitOfWork, visit: SignedIn, filling_id: int, *, status: int = 200, problem: str = "", revealed: str = ""
) -> Later:
    at_desk = theirs(uow, visit, filling_id)
    note(uow, visit.member, at_desk.filling, "read", visit.at, page="review")
    whole = [_whole(at_desk, visit, each) for each in pages(at_desk.stored.form, at_desk.session, now=visit.at)]
    shown = {item.key for each in whole for item in each.items}
    if revealed:
        if revealed not in (*shown, EVERY):
            raise NotHere
        note(uow, visit.member, at_desk.filling, "revealed", visit.at, question=revealed)
    missing = [
        (each.key, item) for each in whole for item in each.items if item.state == "invalid" or _is_missing(item)
    ]
    values = {
        "whole": [each for each in whole if each.items],
        "missing": missing,
        "problem": problem,
        "revealed": revealed,
        "has_private": any(item.sensitive and item.value for each in whole for item in each.items),
        **frame(visit, at_desk, "review"),
    }
    return Later("filling_review.html", status, values)


def _is_missing(item: Item) -> bool:
    return item.required and item.state == "open" and not item.value


def _whole(at_desk: AtDesk, visit: SignedIn, each: Page) -> Page:
    return page(at_desk.stored.form, at_desk.session, each.key, now=visit.at) or each

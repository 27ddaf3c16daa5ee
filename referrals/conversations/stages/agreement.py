"""A family's yes or no to one centre: its consent is kept, the referral is sent, and it hears where it went."""

from __future__ import annotations

from typing import Any

from referrals.applications.records import Application
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.stages.centre_words import centre_name, directions, named_by
from referrals.conversations.stages.choosing import AGREE, ask_agreement, ask_centre, offer_centres
from referrals.conversations.stages.more_needs import ask_for_more
from referrals.conversations.stages.places_found import is_over, stop_choosing
from referrals.families.consents import record_consent
from referrals.referral.deadlines import WAITLISTED
from referrals.referral.records import Referral
from referrals.referral.sending import Chosen, PlaceGone, disclosed_fields, send_referral


def answer_agreement(desk: Desk, heard: Heard) -> bool:
    if heard.stage != AGREE or desk.state.get("picked") is None:
        return False
    if heard.value == "more":
        _, more = desk.text("consent", "more")
        desk.tell(more)
        ask_agreement(desk)
        return True
    if is_over(desk, desk.state["application"]):
        return True
    option = desk.state["matches"][desk.state["picked"]]
    if heard.value != "yes":
        _agreed(desk, option, heard, agreed=False)
        desk.state.pop("picked")
        ask_centre(desk)
        return True
    try:
        with desk.uow.nested():
            referral = _send(desk, option, _agreed(desk, option, heard, agreed=True))
    except PlaceGone:  # somebody was faster: what they agreed to is not kept, and other places are shown at once
        desk.say("match.place_gone", centre=centre_name(desk, option["place"]))
        offer_centres(
            desk, desk.state["application"], need_code=option["need"], parent=desk.state.get("parent") or None
        )
        return True
    _tell_sent(desk, referral)
    return True


def _agreed(desk: Desk, option: dict[str, Any], heard: Heard, *, agreed: bool) -> int:
    """The second consent, kept as they gave it; its id."""
    application = desk.uow.session.get_one(Application, desk.state["application"])
    return record_consent(
        desk.uow,
        person_id=desk.person_id,
        programme_id=str(desk.programme_id),
        purpose="referral",
        text_id=desk.state.get("consent_text"),
        language=desk.language,
        at=desk.at,
        agreed=agreed,
        method=heard.how,
        evidence_inbox_id=desk.inbox_id,
        recipient_location_id=option["place"],
        data_categories=tuple(field["code"] for field in disclosed_fields(desk.uow, desk.settings, application)),
    )


def _send(desk: Desk, option: dict[str, Any], consent_id: int) -> Referral:
    chosen = Chosen(
        option["given"],
        option["need"],
        option["term"],
        option["run"],
        option["why"],
        consent_id,
        desk.state.get("parent") or None,
    )
    return send_referral(desk.uow, desk.state["application"], chosen, desk.at)


def _tell_sent(desk: Desk, referral: Referral) -> None:
    """Where it went, by when they hear; that they wait for a place, where they do; and what else they need."""
    application_id = referral.application_id
    stop_choosing(desk)
    centre, address = centre_name(desk, referral.to_location_id), directions(desk, referral.to_location_id)
    where = "" if named_by(centre, address) else desk.voice.say("match.address", address=address)
    if referral.business_status == WAITLISTED:
        desk.say("match.waits_for_place", centre=centre)
    else:
        day = desk.voice.day(referral.respond_due)
        words = desk.voice.say("match.sent", centre=centre, day=day, directions=where)
        lines = [line for line in words.split("\n") if line]
        desk.tell("\n".join(lines if desk.may_message else lines[:-1]))  # no day is promised where we may not write
    if referral.parent_id is None:
        ask_for_more(desk, application_id)

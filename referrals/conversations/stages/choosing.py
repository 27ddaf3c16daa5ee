"""After submitting: up to three centres with a reason each, the family's choice, its consent to what is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from dialogs.understanding import fold
from referrals.applications.filing import facts_of
from referrals.applications.records import Application
from referrals.conversations.desk import Desk
from referrals.conversations.pending import IDLE, RESTING
from referrals.conversations.heard import Heard, plain_number
from referrals.conversations.stages import helping
from referrals.directory.places.stored import stored_places
from referrals.directory.records import Location
from referrals.families.consents import record_consent
from referrals.families.people import now_known_as
from referrals.lifecycles.application import NOT_SENT_ANYWHERE
from referrals.matching.finding import find_centres, reasons_of
from referrals.matching.rules.reasons import ReasonText, family_text
from referrals.matching.rules.values import Match
from referrals.messages import Choice
from referrals.protection.danger import in_danger
from referrals.referral.deadlines import WAITLISTED
from referrals.referral.needs_left import next_need
from referrals.referral.records import Referral
from referrals.referral.sending import Chosen, PlaceGone, disclosed_fields, send_referral

CENTRE, AGREE, MORE = "centre", "agree", "more"
ASKED_MORE = "asked_more"  # of which needs it was asked already whether a place is looked for
MOST_ASKED = 40
IN_DANGER = "in_danger"  # never shown, never kept: a person decides
LEVELS = frozenset("منطقه محافظه مركز مدينه قريه area governorate district town village".split())


def offer_centres(desk: Desk, application_id: int, *, need_code: str | None = None, parent: int | None = None) -> None:
    """Matches one need (the most pressing, where none is named) and shows what was found; else a person looks.

    `parent` is the referral that came to nothing, or gets no answer, and that this one would go on from.
    """
    matches = _look(desk, application_id, need_code, parent)
    if matches:
        ask_centre(desk, matches)


def propose_one(desk: Desk, application_id: int, *, need_code: str, parent: int) -> None:
    """The best other place with its reason, and the consent for it at once: one tap is enough."""
    if not _look(desk, application_id, need_code, parent):
        return
    option = desk.state["matches"][0]
    desk.state["picked"] = 0
    name = centre_name(desk, option["place"])
    desk.say("match.another_place", centre=name, reason=option["reason"])
    ask_agreement(desk)


def _look(desk: Desk, application_id: int, need_code: str | None, parent: int | None) -> tuple[Match, ...]:
    """What was found, kept with the conversation; empty, and said so, where a person looks instead."""
    desk.state["application"] = application_id
    if _is_over(desk, application_id):
        return ()
    first = _somebody_first(desk, application_id)
    if first:
        if first != IN_DANGER:
            helping.open_request(desk, first)
        _rest(desk)
        desk.say("match.ask_them_first" if first == "ask_them_first" else "match.minor")
        return ()
    found = find_centres(desk.uow, application_id, desk.at, need_code=need_code)
    if found.outcome.code != "matched":
        helping.open_request(desk, "no_match")
        _rest(desk)
        desk.say("match.none")
        return ()
    desk.state["parent"] = parent or 0
    desk.state["matches"] = [
        {
            "given": match.candidate_id,
            "place": match.location_id,
            "why": reasons_of(match),
            "reason": reason_line(desk, family_text(match)),
            "run": found.run_id,
            "need": found.need_code,
            "term": found.service_term,
        }
        for match in found.outcome.matches
    ]
    return found.outcome.matches


def _rest(desk: Desk) -> None:
    """Nothing is to be chosen any more; what was put off for it is pending again."""
    for name in ("matches", "picked", "parent"):
        desk.state.pop(name, None)
    desk.pend(IDLE)
    desk.take_up()


def _is_over(desk: Desk, application_id: int) -> bool:
    """Whether it goes to no further centre: it was answered, or stopped, since these places were shown."""
    if desk.uow.session.get_one(Application, application_id).state not in NOT_SENT_ANYWHERE:
        return False
    _rest(desk)
    desk.say("interview.no_longer_asked")
    return True


def _somebody_first(desk: Desk, application_id: int) -> str:
    """Why a member of staff looks before anything is sent: `ask_them_first`, `minor`; blank for everybody else.

    A helper whose people have not agreed, and a child who applies alone, were both told so in the form.
    """
    if in_danger(desk.uow, desk.person_id):
        return IN_DANGER
    facts = facts_of(desk.uow, desk.uow.session.get_one(Application, application_id))
    if facts.get("on_behalf") == "yes" and facts.get("helper_agrees") != "yes":
        return "ask_them_first"
    return "minor" if facts.get("minor") == "yes" else ""


def ask_centre(desk: Desk, matches: tuple[Match, ...] = ()) -> None:
    """The list, each with its one line, and the question alone at the end."""
    options: list[dict[str, Any]] = desk.state["matches"]
    lines = []
    choices = []
    for n, option in enumerate(options, 1):
        name = centre_name(desk, option["place"])
        lines.append((desk.voice.number(f"{n}. ") if len(options) > 1 else "") + f"{name}: {option['reason']}")
        choices.append(Choice(f"d:{CENTRE}:{n}:{option['run']}", name))
    if len(choices) < desk.capabilities.rows:
        choices.append(desk.choice(CENTRE, "none", "button.none_of_these"))
    question = "match.which" if len(options) > 1 else "match.this_one"
    text = "\n".join([desk.voice.count("match.places", len(options)), *lines, desk.voice.say(question)])
    desk.ask(CENTRE, text, choices)


def answer_centre(desk: Desk, heard: Heard) -> bool:
    options = desk.state.get("matches") or []
    if len(options) == 1 and not heard.tapped and heard.intent in ("yes", "no"):  # «هل يناسبكم هذا المكان؟»
        heard = replace(heard, stage=CENTRE, value="1" if heard.intent == "yes" else "none")
    if heard.stage != CENTRE:
        return False
    if heard.value == "none" and options:
        helping.open_request(desk, "none_suits")
        _rest(desk)
        desk.say("match.none_suits")
        return True
    picked = plain_number(heard.value)
    if not 1 <= picked <= len(options):
        return False
    desk.state["picked"] = picked - 1
    ask_agreement(desk)
    return True


def ask_agreement(desk: Desk) -> None:
    """The second consent: to whom, and exactly what."""
    option = desk.state["matches"][desk.state["picked"]]
    application = desk.uow.session.get_one(Application, desk.state["application"])
    fields = disclosed_fields(desk.uow, desk.settings, application)
    names = "، " if desk.language == "ar" else ", "
    text_id, words = desk.text("consent", "referral")
    desk.state["consent_text"] = text_id
    text = words.format(
        centre=centre_name(desk, option["place"]),
        fields=names.join(field["name_en" if desk.language == "en" else "name_ar"] for field in fields),
    )
    choices = [
        desk.choice(AGREE, "yes", "button.agree"),
        desk.choice(AGREE, "no", "button.disagree"),
        desk.choice(AGREE, "more", "button.explain"),
    ]
    desk.ask(AGREE, text, choices)


def answer_agreement(desk: Desk, heard: Heard) -> bool:
    if heard.stage != AGREE or desk.state.get("picked") is None:
        return False
    if heard.value == "more":
        _, more = desk.text("consent", "more")
        desk.tell(more)
        ask_agreement(desk)
        return True
    if _is_over(desk, desk.state["application"]):
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
    _rest(desk)
    centre, address = centre_name(desk, referral.to_location_id), directions(desk, referral.to_location_id)
    where = "" if _named_by(centre, address) else desk.voice.say("match.address", address=address)
    if referral.business_status == WAITLISTED:
        desk.say("match.waits_for_place", centre=centre)
    else:
        day = desk.voice.day(referral.respond_due)
        words = desk.voice.say("match.sent", centre=centre, day=day, directions=where)
        lines = [line for line in words.split("\n") if line]
        desk.tell("\n".join(lines if desk.may_message else lines[:-1]))  # no day is promised where we may not write
    if referral.parent_id is None:
        ask_for_more(desk, application_id)


def ask_for_more(desk: Desk, application_id: int) -> None:
    """What else they asked for, one need after the other, each once; which it is, is not named."""
    need = next_need(desk.uow, application_id)
    if desk.stage != IDLE or need is None or _was_asked(desk, application_id, need):
        return
    desk.state[ASKED_MORE] = [*desk.state.get(ASKED_MORE, ()), [application_id, need]][-MOST_ASKED:]
    choices = [desk.choice(MORE, value, f"button.more_{value}", application_id) for value in ("yes", "no")]
    desk.ask(MORE, desk.voice.say("match.more_needs"), choices)


def more_on_request(desk: Desk, application_id: int) -> list[Choice]:
    """The button for what else they need, where it was asked about already: they press it when they like."""
    need = next_need(desk.uow, application_id)
    if need is None or not _was_asked(desk, application_id, need):
        return []
    return [desk.choice(MORE, "yes", "button.more_later", application_id)]


def _was_asked(desk: Desk, application_id: int, need: str) -> bool:
    return [application_id, need] in desk.state.get(ASKED_MORE, ())


def answer_more(desk: Desk, heard: Heard) -> bool:
    """The next need is looked for, or they leave it for another day; the button stays good."""
    if heard.stage != MORE:
        return False
    application = desk.uow.session.get(Application, heard.number())
    if application is None or now_known_as(desk.uow, application.person_id) != desk.person_id:
        return False
    need = next_need(desk.uow, application.id)
    if desk.stage == MORE:
        desk.pend(IDLE)
    if heard.value != "yes":
        desk.say("match.more_no")
    elif need is None:
        desk.say("interview.no_longer_asked")
    else:
        if desk.stage not in RESTING:
            desk.put_off()
        offer_centres(desk, application.id, need_code=need)
    return True


def _named_by(centre: str, address: str) -> bool:
    """Whether the name of a place says already where it is: «مركز الخدمة في الجهراء», منطقة الجهراء، محافظة الجهراء."""
    named = fold(centre).split()
    return all(word in LEVELS or word in named for word in fold(address).split())


def centre_name(desk: Desk, location_id: int) -> str:
    place = desk.uow.session.get_one(Location, location_id)
    return place.name_en if desk.language == "en" and place.name_en else place.name


def directions(desk: Desk, location_id: int) -> str:
    """Where it is, as far as the directory says."""
    place = desk.uow.session.get_one(Location, location_id)
    places = stored_places(desk.uow, str(desk.programme_id))
    known = place.place_code in places
    path = (places.path_en if desk.language == "en" else places.path_ar)(place.place_code) if known else ""
    own = place.address if desk.language == "ar" else ""  # the directory holds addresses in Arabic
    return own if own and own not in path else path


def reason_line(desk: Desk, reason: ReasonText) -> str:
    """Why this centre, in one line; a reason never names a need."""
    values = {
        name: desk.voice.weekday(value) if isinstance(value, datetime) else value
        for name, value in reason.values.items()
    }
    if reason.count is not None:
        return desk.voice.count(reason.key, reason.count, **values)
    return desk.voice.say(reason.key, **values)

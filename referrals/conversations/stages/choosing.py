"""After submitting: up to three centres with a reason each, the family's choice, and the question of its consent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from referrals.applications.records import Application
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard, plain_number
from referrals.conversations.stages import helping
from referrals.conversations.stages.centre_words import centre_name
from referrals.conversations.stages.places_found import look_for_places, stop_choosing
from referrals.messages import Choice
from referrals.referral.sending import disclosed_fields

CENTRE, AGREE = "centre", "agree"


def offer_centres(desk: Desk, application_id: int, *, need_code: str | None = None, parent: int | None = None) -> None:
    """Matches one need (the most pressing, where none is named) and shows what was found; else a person looks.

    `parent` is the referral that came to nothing, or gets no answer, and that this one would go on from.
    """
    if look_for_places(desk, application_id, need_code, parent):
        ask_centre(desk)


def propose_one(desk: Desk, application_id: int, *, need_code: str, parent: int) -> None:
    """The best other place with its reason, and the consent for it at once: one tap is enough."""
    if not look_for_places(desk, application_id, need_code, parent):
        return
    option = desk.state["matches"][0]
    desk.state["picked"] = 0
    name = centre_name(desk, option["place"])
    desk.say("match.another_place", centre=name, reason=option["reason"])
    ask_agreement(desk)


def ask_centre(desk: Desk) -> None:
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
        stop_choosing(desk)
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

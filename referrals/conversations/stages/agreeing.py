"""Before the first question: language, the notice, consent with its text's version, who reads this phone, safety."""

from __future__ import annotations

from dataclasses import replace

from dialogs.understanding import read_language
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.stages import parting, safe_now
from referrals.conversations.stages.greeting import MENU
from referrals.definitions.in_force import settings_of
from referrals.directory.public_list import public_list
from referrals.families.consents import has_consent, record_consent
from referrals.messages import Choice

LANGUAGE, CONSENT, READERS, QUIET_PHONE = "language", "consent", "readers", "quietphone"
LANGUAGE_NAMES = {"ar": "العربية", "en": "English"}


def begin(desk: Desk) -> None:
    """The way to the interview; what was settled before is not asked again."""
    if parting.asks_whose(desk):
        return
    if len(desk.settings.languages) > 1 and not desk.state.get("language_chosen"):
        ask_language(desk)
    elif has_consent(desk.uow, desk.person_id, str(desk.programme_id), "intake", desk.at):
        safe_now.ask_safe(desk)
    else:
        ask_consent(desk)


def ask_language(desk: Desk) -> None:
    choices = [Choice(f"d:{LANGUAGE}:{code}", LANGUAGE_NAMES.get(code, code)) for code in desk.settings.languages]
    desk.ask(LANGUAGE, desk.voice.say("desk.which_language"), choices)


def answer_language(desk: Desk, heard: Heard) -> bool:
    """By a button or its name; whoever answers anything else in Arabic, in either letters, has chosen Arabic."""
    if heard.text and (language := read_language(heard.text)):
        heard = replace(heard, stage=LANGUAGE, value=language)
    if heard.stage != LANGUAGE or heard.value not in desk.settings.languages:
        return False
    desk.speak(heard.value)
    desk.state["language_chosen"] = True
    begin(desk)
    return True


def ask_consent(desk: Desk) -> None:
    """The notice in three lines, then the question alone. What is asked is the version that is in force now."""
    text_id, words = desk.text("consent", "intake")
    _, notice = desk.text("consent", "notice")
    desk.state["consent_text"] = text_id
    settings = settings_of(desk.uow, str(desk.programme_id))
    filled = notice.format(
        programme=settings.name(desk.language),
        owner=settings.owner(desk.language),
        retention=settings.retention(desk.language),
    )
    desk.ask(CONSENT, f"{filled}\n\n{words}", _consent_choices(desk))


def _consent_choices(desk: Desk) -> list[Choice]:
    return [
        desk.choice(CONSENT, "yes", "button.agree"),
        desk.choice(CONSENT, "no", "button.disagree"),
        desk.choice(CONSENT, "more", "button.explain"),
    ]


def answer_consent(desk: Desk, heard: Heard) -> bool:
    if heard.stage != CONSENT:
        return False
    if heard.value == "more":
        _, more = desk.text("consent", "more")
        _, words = desk.text("consent", "intake")
        desk.ask(CONSENT, f"{more}\n\n{words}", _consent_choices(desk))
        return True
    agreed = heard.value == "yes"
    record_consent(
        desk.uow,
        person_id=desk.person_id,
        programme_id=str(desk.programme_id),
        purpose="intake",
        text_id=desk.state.get("consent_text"),
        language=desk.language,
        at=desk.at,
        agreed=agreed,
        method=heard.how,
        evidence_inbox_id=desk.inbox_id,
    )
    if agreed:
        ask_readers(desk)
    else:
        refuse(desk)
    return True


def refuse(desk: Desk) -> None:
    """No questions then; the public list all the same."""
    places = public_list(desk.uow, str(desk.programme_id), desk.language)
    desk.ask(MENU, desk.voice.say("desk.refused", places="\n".join(places)))


def ask_readers(desk: Desk) -> None:
    choices = [desk.choice(READERS, value, f"button.readers_{value}") for value in ("alone", "shared", "unknown")]
    desk.ask(READERS, desk.voice.say("desk.who_reads"), choices)


def answer_readers(desk: Desk, heard: Heard) -> bool:
    if heard.stage != READERS:
        return False
    desk.readers = "shared" if desk.is_shared else heard.value  # others speak here too, whatever anybody says
    desk.set_identity(readers=desk.readers)
    if desk.readers == "alone":
        safe_now.ask_safe(desk)
    else:
        choices = [desk.choice(QUIET_PHONE, value, f"button.phone_{value}") for value in ("yes", "other", "no")]
        desk.ask(QUIET_PHONE, desk.voice.say("desk.short_messages"), choices)
    return True


def answer_quiet_phone(desk: Desk, heard: Heard) -> bool:
    """Whether this phone may get short neutral messages; another number is asked for in the interview itself."""
    if heard.stage != QUIET_PHONE:
        return False
    desk.want_messages(heard.value == "yes")
    if heard.value == "other":
        desk.say("desk.number_later")
    safe_now.ask_safe(desk)
    return True

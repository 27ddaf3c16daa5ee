"""«معلوماتي عندكم»: what we know of them, in a few lines and as a paper; with care where others read the telephone."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import select

from referrals.applications.filing import facts_of
from referrals.applications.records import Application
from referrals.conversations.asking.reviewing import ALONE, pick_line
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.interviews.sessions import UNDER_WAY, load_session, review_lines_of
from referrals.conversations.stages import helping
from referrals.conversations.stages.own_hours import told_hours
from referrals.documents.paper_facts import to_json
from referrals.families.people import whole_person
from referrals.families.records import ContactPoint, Identifier, Person
from referrals.families.telling.everything import transcript_goes_on, what_we_know
from referrals.messages import Choice, MediaIntent
from referrals.protection.audit import audit
from referrals.protection.vault import Erased
from referrals.spoken_numbers import shown

MINE, CHECK = "mine", "minecheck"
TRIES = 3
STAYS_SHUT = timedelta(days=1)  # after so many wrong digits
GOOD_FOR = timedelta(hours=12)  # a paper that could not be sent by then is not wanted any more


def show_mine(desk: Desk) -> None:
    """At once where they read alone; else it is made sure first that it is they who ask."""
    if not _summary(desk):
        desk.say("mine.nothing")
    elif desk.readers == ALONE and not desk.is_shared:
        _tell(desk)
    elif _is_shut(desk):
        desk.say("mine.not_shown")
    elif _last_twos(desk):
        desk.put_off()
        desk.ask(CHECK, desk.voice.say("mine.ask_last_two"), [desk.choice(CHECK, "no", "button.no")])
    else:
        choices = [desk.choice(MINE, "show", "button.mine_show"), desk.choice(MINE, "no", "button.no")]
        desk.put_off()
        desk.ask(MINE, desk.voice.say("mine.ask_show"), choices)


def answer_mine(desk: Desk, heard: Heard) -> bool:
    """Whether to send it here; and «هذا غير صحيح»."""
    if heard.stage != MINE:
        return False
    if heard.value == "wrong":
        _correct(desk)
    elif heard.value == "show" and desk.stage == MINE and not _last_twos(desk):
        _tell(desk)
        desk.take_up()
    elif desk.stage == MINE:
        desk.say("mine.not_shown")
        desk.take_up()
    else:
        return False
    return True


def answer_check(desk: Desk, heard: Heard) -> bool:
    """The last two digits of an id that we know."""
    if desk.stage != CHECK or (heard.tapped and heard.stage != CHECK):
        return False
    if heard.value == "no" and heard.stage == CHECK:
        desk.say("mine.not_shown")
        desk.take_up()
        return True
    digits = _digits(heard.text)
    if not digits:
        return False
    if len(digits) >= 2 and digits[-2:] in _last_twos(desk):
        _tell(desk)
        desk.take_up()
    elif desk.missed() >= TRIES:
        desk.state["mine_shut"] = (desk.at + STAYS_SHUT).isoformat()
        desk.say("mine.not_shown")
        desk.take_up()
    else:
        desk.say("mine.wrong_last_two")
    return True


def _tell(desk: Desk) -> None:
    """A few lines, and the paper with everything. It is audited as any reading is."""
    uow = desk.uow
    goes = transcript_goes_on(uow, whole_person(uow, desk.person_id), desk.settings, desk.at)
    countdown = [desk.voice.say("mine.chat_goes", day=desk.voice.day(goes))] if goes else []
    lines = [desk.voice.say("mine.intro"), *_summary(desk), *countdown, desk.voice.say("mine.rights")]
    facts = what_we_know(uow, desk.person_id, str(desk.programme_id), desk.language, desk.at)
    paper = MediaIntent("known", to_json(facts))
    desk.tell("\n".join(lines), _ways(desk))
    desk.tell(desk.voice.say("mine.file_ready"), media=(paper,), expires_at=desk.at + GOOD_FOR)
    audit(
        uow,
        at=desk.at,
        actor=f"person:{desk.person_id}",
        action="person.told",
        object_kind="person",
        object_id=desk.person_id,
    )


def _ways(desk: Desk) -> list[Choice]:
    return [
        desk.choice(MINE, "wrong", "button.mine_wrong"),
        desk.choice("menu", "recipients", "button.recipients"),
        desk.choice("menu", "erase", "button.stop_erase"),
    ]


def _correct(desk: Desk) -> None:
    """An answer of an interview that goes on is changed there; whatever was filed, staff change with them."""
    stored = load_session(desk)
    lines = review_lines_of(desk, stored) if stored is not None and stored.session.status in UNDER_WAY else ()
    if lines:
        desk.owed.append(pick_line(desk, lines))
    else:
        helping.ask_question(desk)


def _summary(desk: Desk) -> list[str]:
    """What we hold about them, in a few lines; none where we know nothing."""
    uow, say = desk.uow, desk.voice.say
    person = uow.session.get_one(Person, desk.person_id)
    phone = uow.session.scalar(
        select(ContactPoint).filter_by(person_id=desk.person_id).order_by(ContactPoint.id.desc())
    )
    applications = uow.session.scalars(select(Application).filter_by(person_id=desk.person_id)).all()
    lines = [
        say("mine.name", value=uow.vault.open_text(person.name_sealed, "person.name")) if person.name_sealed else "",
        say("mine.phone", value=uow.vault.open_text(phone.value_sealed, "contact_point.value")) if phone else "",
        *(say("mine.application", number=_number(desk, each)) for each in applications),
        say("mine.draft") if not applications and _has_answered(desk) else "",
        told_hours(desk),
    ]
    return [line for line in lines if line]


def _has_answered(desk: Desk) -> bool:
    """Whether an interview that was never sent holds an answer."""
    stored = load_session(desk)
    return stored is not None and any(entry.kind == "answer" for entry in stored.session.journal)


def _last_twos(desk: Desk) -> set[str]:
    """The last digits of every id that they gave, whole or in part."""
    people = whole_person(desk.uow, desk.person_id)
    mine = select(Identifier.last2).where(Identifier.person_id.in_(people), Identifier.kind != "name")
    found = {last2 for last2 in desk.uow.connection.execute(mine).scalars() if last2}
    for application in desk.uow.session.scalars(select(Application).where(Application.person_id.in_(people))):
        digits = _digits(str(_facts(desk, application).get("civil_id") or ""))
        found |= {digits[-2:]} if len(digits) >= 2 else set()
    return found


def _facts(desk: Desk, application: Application) -> dict[str, object]:
    try:
        return dict(facts_of(desk.uow, application))
    except Erased:  # its time was over
        return {}


def _digits(text: str) -> str:
    return "".join(str(unicodedata.digit(each)) for each in text if each.isdigit())


def _is_shut(desk: Desk) -> bool:
    until = str(desk.state.get("mine_shut", ""))
    return bool(until) and desk.at < datetime.fromisoformat(until)


def _number(desk: Desk, application: Application) -> str:
    arabic = desk.settings.digits == "arab" and desk.language == "ar"
    return shown(application.number, "arab" if arabic else "latn")

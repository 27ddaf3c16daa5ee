"""The answer of staff to an application: that it came, what it says on a tap, where else to go, and to be read anew."""

from __future__ import annotations

from sqlalchemy import select

from referrals.applications.filing import answer_due
from referrals.applications.records import Application
from referrals.applications.stepping import Actor, last_step, locked, note_step, steps_of, take_step
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.pending import IDLE
from referrals.conversations.stages.choosing import AGREE, CENTRE
from referrals.conversations.stages.once_more import number_of
from referrals.directory.public_list import public_list
from referrals.families.people import now_known_as
from referrals.referral.records import Referral
from referrals.referral.sending import OPEN

DECISION = "decision"
DECIDED = ("not_eligible", "signposted")
TOLD = "told"
WAYS = {"appeal": "button.appeal", "places": "button.answer_others", "no": "button.answer_no"}


def say_decision_came(desk: Desk, application: Application) -> None:
    """«وصل الرد على طلبكم»: what it says comes on a tap, for others may read this telephone."""
    if desk.state.get("application") == application.id:  # no place is to be chosen for it any more
        for name in ("matches", "picked", "parent"):
            desk.state.pop(name, None)
        if desk.stage in (CENTRE, AGREE):
            desk.pend(IDLE)
    choices = [desk.choice(DECISION, "show", "button.show_answer", application.id)]
    desk.beside(DECISION, desk.voice.say("referral.answer_came", number=number_of(desk, application)), choices)


def answer_decision(desk: Desk, heard: Heard) -> bool:
    """The answer with its reason, other places, or to be read by somebody else."""
    if heard.stage != DECISION:
        return False
    application = desk.uow.session.get(Application, heard.number())
    if application is None or now_known_as(desk.uow, application.person_id) != desk.person_id:
        return False
    desk.state.pop("aside", None)
    if desk.stage == DECISION:
        desk.pend(IDLE)
    if heard.value == "no":
        desk.say("desk.as_you_wish")
    elif locked(desk.uow, application.id).state not in DECIDED:
        return False  # it was taken back, also at this moment, or is being read anew
    elif heard.value == "appeal":
        return _appeal(desk, application)
    elif heard.value == "places":
        _tell_places(desk, "decision.places")
    else:
        _show(desk, application)
    return True


def _show(desk: Desk, application: Application) -> None:
    _note_told(desk, application)
    if application.state == "signposted":
        _tell_places(desk, "decision.signposted")
        return
    reason = next(each.reason for each in reversed(steps_of(desk.uow, application.id)) if each.event == "decline")
    why = desk.voice.say(f"decision.reason.{reason}")
    lines = [desk.voice.say("decision.declined", reason=why)]
    if _is_with_a_centre(desk, application):
        lines.append(desk.voice.say("decision.centres_go_on"))
    lines.append(desk.voice.say("decision.may_be_read_again"))
    choices = [desk.choice(DECISION, value, key, application.id) for value, key in WAYS.items()]
    desk.beside(DECISION, "\n".join(lines), choices)


def _note_told(desk: Desk, application: Application) -> None:
    """They know the answer: from now on it is not simply taken back."""
    last = last_step(desk.uow, application.id)
    if last is None or last.event != TOLD:
        family = Actor("family", person_id=desk.person_id)
        note_step(desk.uow, application, TOLD, application.state, family, desk.at)


def _appeal(desk: Desk, application: Application) -> bool:
    """Somebody else reads it, by a day that is named. A second tap meets what the first one did."""
    held = locked(desk.uow, application.id)
    if held.state != "not_eligible":
        return False
    take_step(desk.uow, held, "appeal", Actor("family", person_id=desk.person_id), desk.at)
    held.reviewer_id, held.answer_due = None, answer_due(desk.at, desk.settings)
    desk.uow.flush()
    desk.say("decision.read_again", number=number_of(desk, held), day=desk.voice.day(held.answer_due))
    return True


def _is_with_a_centre(desk: Desk, application: Application) -> bool:
    mine = select(Referral.id).where(Referral.application_id == application.id, Referral.state.in_(OPEN))
    return desk.uow.session.scalar(mine.limit(1)) is not None


def _tell_places(desk: Desk, key: str) -> None:
    """Places that are open to everybody; where none is listed, a person is asked."""
    places = public_list(desk.uow, str(desk.programme_id), desk.language)
    if places:
        desk.say(key, places="\n".join(places))
    else:
        desk.say("decision.ask_where")

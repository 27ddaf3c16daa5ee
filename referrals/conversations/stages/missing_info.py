"""Staff have questions about an application: a neutral word, then those questions alone, by the same interview."""

from __future__ import annotations

from sqlalchemy import update

from dialogs.interview import summary
from dialogs.interview.reopening import ask_anew
from referrals.applications.asking_info import questions_of, request_to_answer
from referrals.applications.interviews import interview_of
from referrals.applications.records import Application, InfoRequest
from referrals.applications.stepping import locked
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.interviews.sessions import ask_once_more, load_session, save_session
from referrals.conversations.pending import IDLE
from referrals.conversations.records import InterviewSession
from referrals.conversations.stages import helping, interviewing, once_more
from referrals.conversations.stages.once_more import number_of
from referrals.conversations.stages.safety import CALL_ME, DANGER
from referrals.families.people import now_known_as
from referrals.messages import Choice

INFO = "info"
WAYS = {"now": "button.info_now", "no": "button.later"}


def say_wanted(desk: Desk, application: Application, request: InfoRequest, *, reminder: bool = False) -> None:
    """That questions are left, and how many; which they are is told once they say that it is a good moment."""
    number, several = number_of(desk, application), request.how_many
    if reminder:
        text = desk.voice.count("info.reminder", several, number=number)
    else:
        text = desk.voice.count("info.wanted", several, number=number)
    desk.beside(INFO, text, _choices(desk, application), purpose="reminder" if reminder else "service")


def say_lapsed(desk: Desk, application: Application) -> None:
    """Nothing came for a month: the review rests, and one tap takes it up again."""
    choices = [desk.choice(INFO, "now", "button.info_now", application.id)]
    desk.beside(INFO, desk.voice.say("info.lapsed", number=number_of(desk, application)), choices)


def tell_waiting(desk: Desk, application: Application) -> None:
    """«أين وصل طلبي؟»: it waits for their answers, and they may give them now, also after it lapsed."""
    request = request_to_answer(desk.uow, application)
    if request is None:
        desk.say("track.lapsed", number=number_of(desk, application))
    elif application.state == "lapsed":
        say_lapsed(desk, application)
    else:
        text = desk.voice.count("track.waits_for_answers", _left(desk, request), number=number_of(desk, application))
        if once_more.is_asked_once_more(desk):
            desk.tell(text)
        else:
            desk.beside(INFO, text, _choices(desk, application))


def _left(desk: Desk, request: InfoRequest) -> int:
    """How many are not answered yet, as far as this conversation has come with them."""
    stored = load_session(desk) if once_more.is_asked_once_more(desk) else None
    return summary(stored.form, stored.session, now=desk.at).remaining if stored is not None else request.how_many


def _choices(desk: Desk, application: Application) -> list[Choice]:
    return [desk.choice(INFO, value, key, application.id) for value, key in WAYS.items()]


def answer_info(desk: Desk, heard: Heard) -> bool:
    """Now, or another time; the button stays good as long as the questions wait."""
    if heard.stage != INFO or desk.stage in (DANGER, CALL_ME):
        return False
    application = desk.uow.session.get(Application, heard.number())
    if application is None or now_known_as(desk.uow, application.person_id) != desk.person_id:
        return False
    desk.state.pop("aside", None)
    if heard.value != "now":
        if desk.stage == INFO:
            desk.pend(IDLE)
        desk.say("info.later")
        if desk.stage == INTERVIEW:
            interviewing.repeat(desk)
        return True
    return _begin(desk, application)


def _begin(desk: Desk, application: Application) -> bool:
    application = locked(desk.uow, application.id)  # who takes the questions back at this moment comes first or second
    request = request_to_answer(desk.uow, application)
    if request is None:
        return False
    if interview_of(desk.uow, application, desk.at) is None:  # there is nothing to ask from: a person asks
        helping.open_request(desk, "call")
        desk.say("info.person_asks")
        return True
    once_more.begin(desk, application)
    stored = load_session(desk)
    assert stored is not None
    if stored.session.status == "completed":
        wanted = questions_of(desk.uow, request)
        save_session(desk, stored, ask_anew(stored.form, stored.session, wanted, now=desk.at))
        _leave_unmentioned(desk)
        stored = load_session(desk)
        assert stored is not None
    request.began_at = request.began_at or desk.at
    desk.uow.flush()
    if stored.session.status == "completed":  # what was asked is not asked of them any more
        return once_more.finish(desk, stored)
    interviewing.show(desk, ask_once_more(desk, stored))
    return True


def _leave_unmentioned(desk: Desk) -> None:
    """Reminders of these questions have their own days: no nudge of an interview that rests is said beside them."""
    mine = (InterviewSession.id == desk.session_id) & InterviewSession.nudged_at.is_(None)
    desk.uow.connection.execute(update(InterviewSession).where(mine).values(nudged_at=desk.at))

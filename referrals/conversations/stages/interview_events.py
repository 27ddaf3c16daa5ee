"""What happened in an interview becomes what is said: leads first, then the one question, or another stretch of way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select

from dialogs.interview import (
    Asked,
    AskedForHuman,
    AskedWhy,
    Completed,
    DangerDisclosed,
    Event,
    Found,
    Misunderstood,
    OffTopic,
    Reviewed,
    StaleButton,
    Stopped,
    Understood,
    Unexpected,
    Vanished,
)
from referrals.applications.filing import Filed, file_application, others_applied
from referrals.conversations.asking import echoing, misunderstandings, prompting
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.asking.prompting import Asking
from referrals.conversations.asking.reviewing import Reviewing, covered, pick_line, review
from referrals.conversations.desk import Desk
from referrals.conversations.interviews.migrating import migration_told
from referrals.conversations.interviews.sessions import load_session
from referrals.conversations.pending import IDLE
from referrals.conversations.receipts import receipt_to_keep
from referrals.conversations.stages import choosing, greeting, helping, once_more, parting, safety, stopping
from referrals.conversations.stages.interview_leads import lead_of, vanished
from referrals.families.records import ContactPoint
from referrals.families.standing import ways_to
from referrals.flows.offering import with_screens
from referrals.messages import Choice

# After these the question is one that they have just seen or heard: its picture and its recording are not sent again.
ASIDES = (AskedWhy, Found, Misunderstood, OffTopic, StaleButton, Unexpected)


@dataclass(frozen=True)
class Telling:
    """How it is said: what goes before, which page, whether in the place of what was tapped, with private answers."""

    before: tuple[str, ...] = ()
    page: int | None = None
    in_place: bool = False
    private: bool = False


def say_events(desk: Desk, events: tuple[Event, ...], telling: Telling | None = None) -> None:
    """Says what a turn of the interview came to; exactly one thing is pending afterwards."""
    telling = telling or Telling()
    desk.state.pop("review", None)
    leads: list[str] = [*telling.before]
    extra: list[Choice] = []
    found: Found | None = None
    prompt = next((event.prompt for event in events if isinstance(event, Asked)), None)
    echoes = [event for event in events if isinstance(event, Understood)]
    leads += echoing.said_back(desk, echoes)
    for event in events:
        if isinstance(event, Misunderstood):
            if event.attempt % misunderstandings.STUCK_AT == 0:
                other_ways = misunderstandings.stuck(desk, prompt, event.attempt)
                desk.ask(INTERVIEW, *other_ways, purpose="interview")
                return
            leads.append(misunderstandings.misunderstanding(desk, event, prompt))
            extra = misunderstandings.candidates(desk, event, prompt)
        elif isinstance(event, Reviewed) and extra:  # words like those of a line or two: which of them?
            choices = [*extra, desk.choice(INTERVIEW, "again", "button.answers")]
            desk.ask(INTERVIEW, desk.voice.say("interview.did_you_mean"), choices, purpose="interview")
            return
        elif isinstance(event, Reviewed):
            _review(desk, event, [*leads, *migration_told(desk)], telling)
            return
        elif _leads_elsewhere(desk, event):
            return
        elif isinstance(event, Vanished):
            leads += vanished(desk, event, prompt)
        else:
            found = event if isinstance(event, Found) else found
            leads += lead_of(desk, event)
    if prompt is None:
        if leads:
            desk.tell("\n".join(leads), extra, purpose="interview")
        return
    again = any(isinstance(event, Misunderstood) for event in events)
    leads += migration_told(desk)
    aside = any(isinstance(event, ASIDES) for event in events)
    asking = Asking(prompt, tuple(leads), telling.page, again, telling.in_place, found, with_media=not aside)
    message = prompting.question(desk, asking)
    # What was nearly understood is offered instead of the question's own buttons («هل تقصد …؟»).
    message = replace(message, choices=tuple(extra) if extra else echoing.with_change(desk, message, echoes))
    if not again and not telling.in_place and not once_more.is_asked_once_more(desk):
        message = with_screens(desk, message, prompt)
    changing = {echo.key for echo in echoes}
    desk.pend(INTERVIEW, [choice for choice in message.choices if choice.id.startswith("d:") or choice.id in changing])
    desk.owed.append(message)


def _leads_elsewhere(desk: Desk, event: Event) -> bool:
    """Events after which something other than the next question is pending."""
    if isinstance(event, DangerDisclosed):
        safety.raise_danger(desk, "")
    elif isinstance(event, AskedForHuman):
        helping.ask_question(desk)
    elif isinstance(event, Stopped):
        stopping.show_stop_menu(desk)
    elif isinstance(event, Completed):
        file_interview(desk)
    elif isinstance(event, StaleButton) and event.applies and event.key:
        _offer_change(desk, event)
    else:
        return False
    return True


def _offer_change(desk: Desk, event: StaleButton) -> None:
    """A button of an earlier question: is the answer to be changed? The pending question stays."""
    choices = [
        Choice(event.key, desk.voice.say("button.yes")),
        desk.choice(INTERVIEW, "again", "button.no"),
    ]
    desk.pend(INTERVIEW, choices[1:])
    if event.sensitive or not event.tapped:
        key, said = "interview.answered_before", {}
    else:
        key = "interview.answered_so" if event.shown else "interview.left_blank_so"
        said = {
            "question": prompting.question_alone(event.label),
            "shown": desk.voice.number(event.shown),
            "tapped": desk.voice.number(event.tapped),
        }
    desk.say(key, choices, purpose="interview", **said)


def _review(desk: Desk, event: Reviewed, leads: list[str], telling: Telling) -> None:
    """All answers and what can be done with them; only the number is asked for once they want to change one."""
    if event.choosing and event.lines:
        message = pick_line(desk, event.lines)
    else:
        before = (*leads, *event.notes)
        again = once_more.is_asked_once_more(desk)
        lines = once_more.lines_of(desk, event.lines) if again else event.lines
        asked = Reviewing(lines, event.complete, before, telling.page or 0, telling.private, again)
        message = covered(desk, asked, wanted=telling.page is not None) or review(desk, asked)
    desk.pend(INTERVIEW, [choice for choice in message.choices if choice.id.startswith("d:")])
    desk.owed.append(replace(message, edits=desk.touched) if telling.in_place else message)


def file_interview(desk: Desk) -> None:
    """The interview is done: the application is filed, and the way to a centre begins."""
    stored = load_session(desk)
    assert stored is not None
    if once_more.finish(desk, stored) or parting.asks_whose_id(desk, stored):
        return
    filed = file_application(
        desk.uow,
        settings=desk.settings,
        stored=stored,
        person_id=desk.person_id,
        data_key_id=desk.data_key_id,
        channel=desk.channel,
        submitted_by="family",
        at=desk.at,
    )
    if others_applied(desk.uow, desk.person_id, desk.settings.id):
        helping.open_request(desk, "possible_duplicate", filed.number)
    tell_filed(desk, filed)


def tell_filed(desk: Desk, filed: Filed) -> None:
    """The number, by when they hear from us, and the centres to choose from: wherever the application was filed."""
    desk.pend(IDLE)
    before = len(desk.owed)
    choosing.offer_centres(desk, filed.application_id)
    then, desk.owed[before:] = desk.owed[before:], []
    # One day is named, not two: of the centre where one is chosen now, else of the programme's own staff.
    chooses = desk.stage == choosing.CENTRE
    hours = desk.settings.deadlines.get(filed.priority, desk.settings.deadlines["normal"]).respond_hours
    due = desk.at + timedelta(hours=hours) if chooses else filed.answer_due
    key = "desk.submitted_choose" if chooses else "desk.submitted"
    number, day = desk.voice.number(filed.shown_number), desk.voice.day(due)
    desk.tell(desk.voice.say(key, number=number, day=day), media=receipt_to_keep(desk, number, day))
    if not desk.may_message:
        desk.say("desk.nothing_is_sent")
    elif _only_on_a_page(desk) and not desk.state.get("told_only_here"):
        desk.state["told_only_here"] = True
        desk.say("move.only_here", [desk.choice(greeting.MENU, "move", "button.move")])
    desk.owed += then


def _only_on_a_page(desk: Desk) -> bool:
    """Whether nothing reaches them but a page that they have to open: no telephone was given, and no other chat."""
    given = select(ContactPoint.id).filter_by(person_id=desk.person_id)
    if desk.channel != "web" or desk.uow.session.scalar(given.limit(1)) is not None:
        return False
    return all(way.channel == "web" for way in ways_to(desk.uow, desk.person_id))

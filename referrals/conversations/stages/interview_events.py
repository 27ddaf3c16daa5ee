"""What happened in an interview becomes what is said: leads first, then the one question, or another stretch of way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select

from dialogs.interview import (
    Asked,
    AskedAgain,
    AskedForHelp,
    AskedForHuman,
    AskedWhy,
    Completed,
    DangerDisclosed,
    Event,
    FileKept,
    Found,
    MemberRemoved,
    MembersFull,
    Misunderstood,
    NothingToChoose,
    OffTopic,
    Prompt,
    Reviewed,
    SetAside,
    StaleButton,
    Stopped,
    UnderAge,
    Understood,
    Unexpected,
    Vanished,
    VoiceKept,
)
from dialogs.understanding import fold
from referrals.applications.filing import Filed, file_application, others_applied
from referrals.conversations import echoing, misunderstandings, prompting
from referrals.conversations.desk import IDLE, Desk
from referrals.conversations.migrating import migration_told
from referrals.conversations.offering import INTERVIEW
from referrals.conversations.prompting import Asking
from referrals.conversations.receipts import receipt_to_keep
from referrals.conversations.reviewing import Reviewing, asked_of, covered, pick_line, review
from referrals.conversations.sessions import load_session
from referrals.conversations.stages import choosing, greeting, helping, parting, safety, stopping
from referrals.families.records import ContactPoint
from referrals.families.standing import ways_to
from referrals.flows.offering import with_screens
from referrals.messages import Choice

STUCK_AT = 3  # every third time in a row other ways to answer are offered in place of the question
LEADS: Mapping[type[Event], str] = {
    FileKept: "interview.file_kept",
    StaleButton: "interview.no_longer_asked",
    SetAside: "interview.set_aside",
}

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
            if event.attempt % STUCK_AT == 0:
                desk.ask(INTERVIEW, *misunderstandings.stuck(desk, prompt), purpose="interview")
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
            leads += _vanished(desk, event, prompt)
        else:
            found = event if isinstance(event, Found) else found
            leads += _lead(desk, event)
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
    if not again and not telling.in_place:
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


def _lead(desk: Desk, event: Event) -> list[str]:
    """A line that goes before the question."""
    if isinstance(event, OffTopic):
        return _off_topic(desk, event)
    if isinstance(event, StaleButton) and event.applies:  # it says what is answered already
        question, shown = prompting.question_alone(event.label), desk.voice.number(event.shown)
        return [] if event.sensitive else [desk.voice.say("interview.same_answer", question=question, shown=shown)]
    if isinstance(event, AskedWhy):
        return [event.why or desk.voice.say("interview.why")]
    if isinstance(event, AskedForHelp):
        own = [line for line in (event.why, event.guidance) if line]
        return [*own, desk.voice.say("interview.help")]
    if isinstance(event, Found):
        more = [desk.voice.count("interview.found_more", event.more)] if event.more else []
        return [" ".join([desk.voice.say("interview.found"), *more])]
    if isinstance(event, MemberRemoved):
        key = "interview.removed" if event.shown else "interview.removed_unnamed"
        return [desk.voice.say(key, member=desk.voice.number(event.shown))]
    if isinstance(event, NothingToChoose):
        return [desk.voice.say("interview.nothing_to_choose", question=prompting.question_alone(event.label))]
    if isinstance(event, MembersFull):
        return [desk.voice.say("interview.members_full", most=event.most)]
    if isinstance(event, VoiceKept):
        return [desk.voice.say(f"interview.kept.{event.kind}")]
    if isinstance(event, Unexpected):
        known = event.kind if event.kind != "point" or event.name else "spot"
        return [desk.voice.say(f"interview.beside.{known}")]
    if isinstance(event, UnderAge):
        return [echoing.notice_child(desk, event)]
    if isinstance(event, AskedAgain):
        return [desk.voice.say("interview.send_again" if event.sends else "interview.not_made_out")]
    key = LEADS.get(type(event), "")
    return [desk.voice.say(key)] if key else []


def _vanished(desk: Desk, event: Vanished, prompt: Prompt | None) -> list[str]:
    """The questions that fell away, each once; not the one that is asked now, with other answers to choose from."""
    asked = prompt.label if prompt is not None else ""
    gone = dict.fromkeys(asked_of(desk, line) for line in event.lines if line.label != asked)
    key = "interview.vanished" if len(gone) > 1 else "interview.vanished_one"
    return [desk.voice.say(key, answers="\n".join(gone))] if gone else []


def _off_topic(desk: Desk, event: OffTopic) -> list[str]:
    """A greeting is given back, thanks are taken, a wish is granted before the question; the rest is kept for staff."""
    if event.intent == "greeting":
        return [desk.voice.say(f"desk.greeting_back.{greeting.kind_of(event.text)}")]
    if event.intent == "thanks":
        return [desk.voice.say("desk.you_are_welcome")]
    if event.intent:
        desk.wish = "clear" if event.intent == "erase" and fold(event.text) in stopping.CLEAR_WORDS else event.intent
        return []
    helping.keep_question(desk, event.text)
    return [desk.voice.say("interview.off_topic")]


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
        asked = Reviewing(event.lines, event.complete, before, telling.page or 0, telling.private)
        message = covered(desk, asked, wanted=telling.page is not None) or review(desk, asked)
    desk.pend(INTERVIEW, [choice for choice in message.choices if choice.id.startswith("d:")])
    desk.owed.append(replace(message, edits=desk.touched) if telling.in_place else message)


def file_interview(desk: Desk) -> None:
    """The interview is done: the application is filed, and the way to a centre begins."""
    stored = load_session(desk)
    assert stored is not None
    if parting.asks_whose_id(desk, stored):
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
    elif _only_on_a_page(desk):
        desk.say("move.only_here", [desk.choice(greeting.MENU, "move", "button.move")])
    desk.owed += then


def _only_on_a_page(desk: Desk) -> bool:
    """Whether nothing reaches them but a page that they have to open: no telephone was given, and no other chat."""
    given = select(ContactPoint.id).filter_by(person_id=desk.person_id)
    if desk.channel != "web" or desk.uow.session.scalar(given.limit(1)) is not None:
        return False
    return all(way.channel == "web" for way in ways_to(desk.uow, desk.person_id))

"""The events of one question: what is told of an answer that was stored, of what fell away by it, and of a miss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dialogs.interview.cascading import path_shown
from dialogs.interview.course import Course, Mark
from dialogs.interview.echoing import understood
from dialogs.interview.events import Answered, Event, FileKept, Misunderstood, Reason, Vanished, VoiceKept
from dialogs.interview.heard import Heard
from dialogs.interview.hearing import example_for
from dialogs.interview.offering import make_option
from dialogs.interview.option_ids import option_id
from dialogs.interview.prompts import Option
from dialogs.interview.showing import answer_shown, choice_labels, line_of, name_of, sensitive


def told(course: Course, ref: str, heard: Heard) -> Iterator[Event]:
    """What was heard and is now the answer at `ref`: its value and its echo, or the recording or file that stands."""
    if heard.kind == "answer":
        yield answered(course, ref)
        echo = understood(course, ref, echo=heard.echo)
        if echo is not None:
            yield echo
    elif heard.kind != "file":
        yield VoiceKept(ref, heard.media, heard.kind)
    if heard.kind == "file" or (heard.kind == "answer" and heard.media):
        yield FileKept(ref, heard.media)


def answered(course: Course, ref: str) -> Answered:
    """The answer that stands at `ref`."""
    state = course.instance.node(ref)
    shown = answer_shown(course, ref) if state.value else ""
    return Answered(ref, name_of(course, ref), state.value, shown, sensitive(course, ref), state.question.kind)


def vanished(course: Course, mark: Mark, changed: str) -> Iterator[Vanished]:
    """The answers that fell away since `mark` because the one at `changed` did; nothing where none did."""
    gone = course.lost(mark, changed)
    if gone:
        yield Vanished(
            course.as_it_was(
                mark, lambda before: tuple(line_of(before, ref, number) for number, ref in enumerate(gone, start=1))
            )
        )


def without_answered(events: Iterable[Event], refs: set[str]) -> list[Event]:
    """The events of a turn that answered `refs` anew: what is answered again did not vanish."""
    kept = (
        Vanished(tuple(line for line in event.lines if line.ref not in refs)) if isinstance(event, Vanished) else event
        for event in events
    )
    return [event for event in kept if event != Vanished(())]


def misunderstood(course: Course, ref: str, reason: Reason, offers: tuple[str, ...]) -> Misunderstood:
    """That the question at `ref` was not answered, with its author's message, an example and what may be meant."""
    message = ""
    if reason == "constraint":
        message = course.instance.constraint_message(ref, course.language)
    elif reason == "required":
        message = course.instance.required_message(ref, course.language)
    later = option_id(course.layout, course.session, ref, "!set_aside")
    candidates = tuple(_candidates(course, ref, offers))
    attempt = course.session.attempts
    return Misunderstood(ref, attempt, reason, message, example_for(course, ref), candidates, later)


def _candidates(course: Course, ref: str, offers: tuple[str, ...]) -> Iterator[Option]:
    labels = choice_labels(course, ref)
    for place, value in enumerate(offers):
        if value in labels:
            yield make_option(course, ref, value, labels[value])
        else:
            yield make_option(course, ref, f"!value{place}", path_shown(course, ref, value))

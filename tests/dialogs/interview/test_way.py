"""A turn that goes on from memory says and does the same as one that plays the whole journal again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dialogs.form import Form
from dialogs.interview import (
    Session,
    answers,
    ask_again,
    begin,
    forget_replays,
    replay,
    resume,
    session_from_json,
    session_to_json,
    submission,
    summary,
)
from dialogs.interview.course import Course
from dialogs.interview.pages import pages
from tests.dialogs.interview.chatting import MORNING
from tests.dialogs.interview.random_forms import RandomFamily, random_form

TURNS = 70


def everything(course: Course) -> dict[str, Any]:
    """All that a course knows of its session."""
    instance = course.instance
    return {
        "nodes": {ref: instance.node(ref) for ref in instance.refs()},
        "choices": {ref: tuple(instance.choices(ref)) for ref in instance.refs()},
        "labels": {ref: instance.label(ref) for ref in instance.refs()},
        "steps": list(course.steps()),
        "open": course.open_steps(),
        "next": course.next_open(),
        "numbers": {step: course.numbered(step) for step in course.steps()},
        "left": course.open_questions(),
        "entries": dict(course.last_entries()),
        "shown": course.shown(),
        "submission": instance.submission(),
    }


def known_of(form: Form, session: Session, now: Any, *, from_memory: bool) -> dict[str, Any]:
    course = Course.of(form, session, now, going_on=from_memory)
    known = everything(course)
    if from_memory:
        course.keep()
    return known


@pytest.mark.parametrize("seed", range(24))
def test_going_on_is_the_same_as_playing_the_journal_again(seed: int) -> None:
    form, family, now = random_form(seed), RandomFamily(seed), MORNING
    session, events = begin(form, id=f"way-{seed}", now=now, time_zone="Africa/Cairo", language="ar", country="EG")
    for turn in range(TURNS):
        now += timedelta(hours=5 if turn % 9 == 8 else 0, seconds=31)
        said = family.next(events)
        stored = session_from_json(session_to_json(session)) if turn % 3 else session
        after, events = resume(form, stored, said, now=now)
        warm = replay.recall(form, after)
        assert warm is not None
        assert resume(form, session, said, now=now) == (after, events), said
        forget_replays(session.id)
        anew = known_of(form, after, now, from_memory=False)
        replay.remember(form, after, warm)
        assert known_of(form, after, now, from_memory=True) == anew, said
        session = after
        if session.status == "completed":
            return


@pytest.mark.parametrize("seed", range(12))
def test_looking_at_a_session_leaves_what_is_remembered_of_it_as_it_was(seed: int) -> None:
    form, family, now = random_form(seed), RandomFamily(seed), MORNING
    session, events = begin(form, id=f"look-{seed}", now=now, time_zone="Africa/Cairo", language="ar", country="EG")
    for turn in range(40):
        now += timedelta(hours=5 if turn % 9 == 8 else 0, seconds=31)
        session, events = resume(form, session, family.next(events), now=now)
        later = now + timedelta(days=turn % 3, minutes=turn)
        looked = looks(form, session, later)
        kept = replay.recall(form, session)
        if kept is None:
            continue  # the look itself had something to pass over: it was not kept
        assert kept.instance.now == now
        forget_replays(session.id)
        anew = known_of(form, session, now, from_memory=False)
        assert looks(form, session, later) == looked
        replay.remember(form, session, kept)
        assert known_of(form, session, now, from_memory=True) == anew
        if session.status == "completed":
            return


def looks(form: Form, session: Session, now: Any) -> list[Any]:
    """What everybody sees who only looks."""
    read = answers(form, session, now=now)
    seen = [ask_again(form, session, now=now), dict(read), read.shown, summary(form, session, now=now)]
    return [*seen, pages(form, session, now=now), submission(form, session, now=now)]


def test_a_look_copies_nothing_and_a_look_at_an_older_session_drops_nothing() -> None:
    form = random_form(3)
    older, events = begin(form, id="look-once", now=MORNING, time_zone="UTC", language="ar", country="EG")
    session, _ = resume(form, older, RandomFamily(3).next(events), now=MORNING)
    kept = replay._memory[(form, session.id)]
    for each in (session, older):
        answers(form, each, now=MORNING + timedelta(days=1))
        assert replay._memory[(form, session.id)] is kept


def test_a_turn_leaves_the_session_it_was_given_as_it_was() -> None:
    form, family, now = random_form(1), RandomFamily(7), MORNING
    session, events = begin(form, id="way-old", now=now, time_zone="Africa/Cairo", language="ar", country="EG")
    history = [(session, session_to_json(session))]
    for _ in range(30):
        now += timedelta(seconds=31)
        session, events = resume(form, session, family.next(events), now=now)
        history.append((session, session_to_json(session)))
    assert [session_to_json(session) for session, _ in history] == [stored for _, stored in history]
    for older, stored in history[::4]:
        assert answers(form, older, now=now) == answers(form, session_from_json(stored), now=now)


def test_what_is_remembered_is_bounded_and_can_be_forgotten() -> None:
    form = random_form(2)
    forget_replays()
    for number in range(replay.REMEMBERED + 9):
        begin(form, id=f"many-{number}", now=MORNING, time_zone="UTC", language="ar", country="EG")
    assert len(replay._memory) == replay.REMEMBERED
    forget_replays(f"many-{replay.REMEMBERED}")
    assert len(replay._memory) == replay.REMEMBERED - 1
    forget_replays()
    assert not replay._memory

"""The interview as others use it: begin, resume, ask again, read the answers, make the submission, change version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from dialogs.form import Form, Question
from dialogs.interview.course import Course
from dialogs.interview.events import Event, ReviewLine, Said
from dialogs.interview.hearing import accepts
from dialogs.interview.layout import Layout
from dialogs.interview.listening import listen
from dialogs.interview.replay import instance_of, remember
from dialogs.interview.session import Entry, Session
from dialogs.interview.showing import review_lines
from dialogs.interview.turn import Turn

_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Answers(Mapping[str, str]):
    """The relevant answers, calculated ones too: ref with positions -> value as ODK stores it."""

    values_by_ref: Mapping[str, str]
    shown: tuple[ReviewLine, ...] = ()
    media: Mapping[str, str] | None = None
    """Ref -> stored file: pictures, files, and voice notes that stand for a text."""

    def __getitem__(self, ref: str) -> str:
        return self.values_by_ref[ref]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_ref)

    def __len__(self) -> int:
        return len(self.values_by_ref)

    def all_by_name(self, name: str) -> tuple[str, ...]:
        """The values of every question of that name, one for each member of a repeat; blank ones left out."""
        return tuple(value for ref, value in self.values_by_ref.items() if value and _name(ref) == name)

    def by_name(self, name: str) -> str:
        """The first value of that name, "" when there is none."""
        return next(iter(self.all_by_name(name)), "")


def _name(ref: str) -> str:
    return Layout.bare(ref).rpartition("/")[2]


def _finish(form: Form, turn: Turn) -> tuple[Session, tuple[Event, ...]]:
    remember(form, turn.course.session, turn.course.instance)
    return turn.course.session, tuple(turn.events)


def begin(
    form: Form,
    *,
    id: str,
    now: datetime,
    time_zone: str,
    language: str,
    country: str,
    known: Mapping[str, str] = _NOTHING,
) -> tuple[Session, tuple[Event, ...]]:
    """A new session and its first question. `known` answers questions by name beforehand, where the form accepts it.

    A known answer is not asked again unless the author wrote `bind::chat:confirm` = yes: then it is shown as current.
    """
    session = Session(form.id, form.version, id, "asking", language, country, time_zone, now.isoformat())
    course = Course.of(form, session, now)
    for name, value in known.items():
        for question in form.named(name):
            if not question.repeat and _may_hold(course, question, value):
                confirm = question.chat.get("confirm", "").lower() in {"yes", "true", "1"}
                course.write(question.ref, value, "offered" if confirm else "known")
    turn = Turn(course)
    turn.go_on()
    turn.say_where()
    return _finish(form, turn)


def _may_hold(course: Course, question: Question, value: str) -> bool:
    if not value or question.kind in {"group", "repeat", "note", "calculate"}:
        return False
    names = (
        {item.name for item in course.instance.choices(question.ref)} if question.kind.startswith("select") else None
    )
    if names is not None and not set(value.split() if question.kind == "select_multiple" else [value]) <= names:
        return False
    return accepts(course, question.ref, value)


def resume(form: Form, session: Session, said: Said, *, now: datetime) -> tuple[Session, tuple[Event, ...]]:
    """One turn: the session after what was said, and what happened. Nothing a person says raises.

    Given another version of the form, the session is migrated to it first.
    """
    turn = Turn(_course(form, session, now, going_on=True))
    listen(turn, said)
    return _finish(form, turn)


def ask_again(form: Form, session: Session, *, now: datetime) -> tuple[Event, ...]:
    """The pending question, or the review, again; nothing changes. After a stop it is the question that waits."""
    course = _course(form, session, now)
    if session.status == "stopped":
        course.change(status="asking" if course.session.pending or course.open_steps() else "reviewing")
    turn = Turn(course)
    turn.settle_pending()
    turn.say_where()
    return tuple(turn.events)


def _course(form: Form, session: Session, now: datetime, *, going_on: bool = False) -> Course:
    if (form.id, form.version) != (session.form_id, session.form_version):
        session = migrate(form, session, now=now)
    return Course.of(form, session, now, going_on=going_on)


def answers(form: Form, session: Session, *, now: datetime) -> Answers:
    """What the session says so far: relevant values, the lines of the review, and the files kept."""
    course = _course(form, session, now)
    media = {entry.ref: entry.media for entry in course.last_entries().values() if entry.media}
    return Answers(course.instance.values(), review_lines(course), media)


def submission(form: Form, session: Session, *, now: datetime) -> str:
    """The XML as ODK would submit it, with meta/instanceID; what is not relevant is left out."""
    return _course(form, session, now).instance.submission()


def migrate(form: Form, session: Session, *, now: datetime) -> Session:
    """The session on another version of its form: a replay. Unknown questions and refused answers are dropped,
    so that only they are asked again.
    """
    bare = replace(
        session, form_id=form.id, form_version=form.version, journal=(), dropped=(), stale="", offers=(), draft=None
    )
    course = Course(form, bare, instance_of(form, bare, now), now)
    for entry in session.journal:
        if _still_fits(course, entry):
            _replay_entry(course, entry)
    steps = course.steps()
    course.change(history=tuple(ref for ref in session.history if ref in steps))
    if session.status in {"asking", "editing", "reviewing"} and (
        session.pending not in steps or session.status == "reviewing"
    ):
        Turn(course).go_on()
    remember(form, course.session, course.instance)
    return course.session


def _replay_entry(course: Course, entry: Entry) -> None:
    course.instance.clock(datetime.fromisoformat(entry.at))
    before, course.now = course.now, datetime.fromisoformat(entry.at)
    course.write(entry.ref, entry.value, entry.kind, entry.media)
    course.now = before
    course.instance.clock(before)


def _still_fits(course: Course, entry: Entry) -> bool:
    try:
        question = course.form.question(entry.ref)
    except KeyError:
        return False
    if entry.kind in {"add", "finish"}:
        return question.kind == "repeat" and question.open_ended
    if entry.kind in {"skip", "voice"}:
        return True
    return _fits_choices(course, question, entry.ref, entry.value) and accepts(course, entry.ref, entry.value)


def _fits_choices(course: Course, question: Question, ref: str, value: str) -> bool:
    if not question.kind.startswith("select"):
        return True
    wanted = value.split() if question.kind == "select_multiple" else [value]
    return set(wanted) <= {item.name for item in course.instance.choices(ref)}

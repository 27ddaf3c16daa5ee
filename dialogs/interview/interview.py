"""The interview as others use it: begin, resume, ask again, read the answers, make the submission, change version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dialogs.form import Form, Question
from dialogs.interview.accepting import accepts, safe_text
from dialogs.interview.course import Course
from dialogs.interview.events import Event
from dialogs.interview.layout import Layout
from dialogs.interview.listening import listen
from dialogs.interview.migrating import migrate
from dialogs.interview.prompts import ReviewLine
from dialogs.interview.resuming import Resumption, resumption_of
from dialogs.interview.said import Said
from dialogs.interview.session import Session
from dialogs.interview.showing import review_lines
from dialogs.interview.transcribing import unwritten_names
from dialogs.interview.turn import Turn

_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Answers(Mapping[str, str]):
    """The relevant answers, calculated ones too: ref with positions -> value as ODK stores it."""

    values_by_ref: Mapping[str, str]
    shown: tuple[ReviewLine, ...] = ()
    media: Mapping[str, str] | None = None
    """Ref -> stored file: pictures, files, and what stands for an answer or was its source."""
    unwritten: Mapping[str, str] = field(default_factory=dict)
    """Name -> stored file that nobody has written down yet, for the question and what is calculated from it."""

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
    turn.course.keep()
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
    pack: bool = False,
) -> tuple[Session, tuple[Event, ...]]:
    """A new session and its first question. `known` answers questions by name beforehand, where the form accepts it.

    A known answer is not asked again unless the author wrote `bind::chat:confirm` = yes: then it is shown as current.
    With `pack` the questions of a field-list group are put in one message (`Prompt.together`).
    """
    session = Session(form.id, form.version, id, "asking", language, country, time_zone, now.isoformat())
    course = Course.of(form, session, now)
    for name, said in known.items():
        value = safe_text(said)
        for question in form.named(name):
            if not question.repeat and _may_hold(course, question, value):
                confirm = question.chat.get("confirm", "").lower() in {"yes", "true", "1"}
                course.write(question.ref, value, "offered" if confirm else "known")
    turn = Turn(course, pack=pack)
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


def resume(
    form: Form, session: Session, said: Said, *, now: datetime, pack: bool = False
) -> tuple[Session, tuple[Event, ...]]:
    """One turn: the session after what was said, and what happened. Nothing a person says raises.

    Given another version of the form, the session is migrated to it first. With `pack` a message may answer several
    questions, if they were asked with `pack` as well.
    """
    turn = Turn(Course.of(form, _of_version(form, session, now), now, going_on=True), pack=pack)
    listen(turn, said)
    return _finish(form, turn)


def ask_again(form: Form, session: Session, *, now: datetime, pack: bool = False) -> tuple[Event, ...]:
    """The pending question, or the review, again; nothing changes. After a stop it is the question that waits."""
    with Course.read(form, _of_version(form, session, now), now) as course:
        if session.status == "stopped":
            course.change(status="asking" if course.session.pending or course.open_steps() else "reviewing")
        turn = Turn(course, pack=pack)
        turn.settle_pending()
        turn.say_where()
        return tuple(turn.events)


def _of_version(form: Form, session: Session, now: datetime) -> Session:
    """The session as one of this very form."""
    if (form.id, form.version) == (session.form_id, session.form_version):
        return session
    return migrate(form, session, now=now)


def answers(form: Form, session: Session, *, now: datetime) -> Answers:
    """What the session says so far: relevant values, the lines of the review, and the files kept."""
    with Course.read(form, _of_version(form, session, now), now) as course:
        media = {entry.ref: entry.media for entry in course.last_entries().values() if entry.media}
        return Answers(course.instance.values(), review_lines(course), media, unwritten_names(course))


def summary(form: Form, session: Session, *, now: datetime) -> Resumption:
    """Where the interview stands, for somebody who comes back to it."""
    with Course.read(form, _of_version(form, session, now), now) as course:
        return resumption_of(course)


def submission(form: Form, session: Session, *, now: datetime) -> str:
    """The XML as ODK would submit it, with meta/instanceID; what is not relevant is left out."""
    with Course.read(form, _of_version(form, session, now), now) as course:
        return course.instance.submission()

"""The course of an interview: which questions are on the way now, which are settled, and which comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from dialogs.form import Form, Instance, NodeState
from dialogs.form.changes import Changes
from dialogs.interview.altering import altered
from dialogs.interview.layout import Layout, layout_of
from dialogs.interview.replay import Kept, instance_of, play, put_back, recall, remember
from dialogs.interview.session import Entry, EntryKind, Session
from dialogs.interview.standing import pauses, stands
from dialogs.interview.way import ANOTHER, Steps, Way

__all__ = ["ANOTHER", "Course", "Mark"]

T = TypeVar("T")
_NEVER_ASKED = frozenset({"note", "group", "repeat", "calculate", "hidden"})


@dataclass
class Mark:
    """A point of a turn to come back to: the session then, where the steps were, and what has changed since."""

    session: Session
    at: Mapping[str, int]
    changes: list[Changes] = field(default_factory=list)


@dataclass
class Course:
    """One turn's working copy: the form, the session as it becomes, and the instance that follows it."""

    form: Form
    session: Session
    instance: Instance
    now: datetime
    _way: Way | None = None
    _mark: Mark | None = None
    layout: Layout = field(init=False)
    """The form's fixed look-ups."""
    language: str = field(init=False)
    """The form's own name of the session's language, which no turn changes."""

    def __post_init__(self) -> None:
        self.layout = layout_of(self.form)
        spoken = self.session.language
        self.language = self.layout.spoken.get(spoken) or self.layout.language(spoken)

    @classmethod
    def of(cls, form: Form, session: Session, now: datetime, *, going_on: bool = False) -> Course:
        """The course of a session at `now`.

        `going_on` takes what is remembered of the session out of the memory: `keep` puts it there again.
        """
        kept = recall(form, session) if going_on else None
        if kept is None:
            return cls(form, session, instance_of(form, session, now), now)
        kept.instance.clock(now)
        if kept.way is not None:
            kept.way.journal = session.journal  # equal, and from now on the same
        return cls(form, session, kept.instance, now, kept.way)

    @classmethod
    @contextmanager
    def read(cls, form: Form, session: Session, now: datetime) -> Iterator[Course]:
        """The course of a session at `now`, to look at: what is remembered of the session stays as it is, uncopied."""
        kept = recall(form, session)
        if kept is None:
            yield cls(form, session, instance_of(form, session, now), now)
            return
        instance, was = kept.instance, kept.instance.now
        instance.record()
        instance.clock(now)
        moved = instance.record()
        if kept.way is not None:
            kept.way.journal = session.journal
        course = cls(form, session, instance, now, None if moved else kept.way)
        yield course
        if course.session.journal is session.journal and not instance.record():  # else somebody wrote: forgotten
            if not moved:
                kept.way = course._way  # it is made now, if it was not known before
            instance.take_back(moved, was)
            put_back(form, kept)

    def keep(self) -> None:
        """Remember the session for its next turn."""
        way = self._followed() if self._way is not None else None
        remember(self.form, self.session, Kept(self.session, self.instance, way))

    def change(self, **values: object) -> None:
        """Replace fields of the session."""
        self.session = altered(self.session, **values)

    def write(self, ref: str, value: str, kind: EntryKind = "answer", media: str = "", said: str = "") -> None:
        """Add to the journal and to the instance."""
        entry = Entry(ref, value, self.now.isoformat(), kind, media, said)
        if not play(self.instance, entry):
            return
        journal = (*self.session.journal, entry)
        if self._way is not None and self._way.journal is self.session.journal and self._way.instance is self.instance:
            self._way.hear(entry, journal)
        self.change(journal=journal)

    # -- trying, and coming back

    def mark(self) -> Mark:
        """Where the turn stands now. One mark at a time is followed."""
        way = self._followed()
        way.mark()
        self._mark = Mark(self.session, way.at)
        return self._mark

    def take_back(self, mark: Mark) -> None:
        """Be where the mark was: what was written since is undone."""
        for changes in (self.instance.record(), *reversed(mark.changes)):
            self.instance.take_back(changes)
        if mark.changes or self._way is None:
            self._way = None  # it went along already: worked out anew when somebody asks
        else:
            self._way.unhear(mark.session.journal)
        self.session, self._mark = mark.session, None

    def lost(self, mark: Mark, written: str) -> list[str]:
        """Refs whose answers counted at the mark and do not now, in order; `written` aside."""
        way, was = self._followed(), mark.at
        gone: set[str] = set()
        for changes in mark.changes:
            if changes.moves:  # refs are not what they were: both ends are read whole
                left = self.answered_values()
                counted = self.as_it_was(mark, lambda before: list(before.answered_values()))
                return [ref for ref in counted if ref not in left and ref != written]
            for node, held in changes.before.items():
                if held.text and (ref := node.ref()) in was and not (node.text and ref in way.at):
                    gone.add(ref)
            for node in changes.doubtful if way.at is not was else ():
                if node not in changes.before and node.text and (ref := node.ref()) in was and ref not in way.at:
                    gone.add(ref)  # it became read-only
        gone.discard(written)
        return sorted(gone, key=was.__getitem__) if gone else []

    def as_it_was(self, mark: Mark, tell: Callable[[Course], T]) -> T:
        """What `tell` says of the course at the mark; the course goes on from where it is."""
        for changes in (self.instance.record(), *reversed(mark.changes)):
            self.instance.take_back(changes)
        told = tell(Course(self.form, mark.session, self.instance, self.now))
        self.instance.record()
        for entry in self.session.journal[len(mark.session.journal) :]:
            play(self.instance, entry)
        mark.changes = [self.instance.record()]
        return told

    # -- what there is to ask

    def last_entries(self) -> Mapping[str, Entry]:
        """The latest entry about each ref; of an open repeat, whether it is finished."""
        return self._followed().latest

    def entries_of(self, kind: EntryKind) -> list[str]:
        """The refs about which the latest entry is of that kind: `seen` or `aside`."""
        return self._followed().entries_of(kind)

    def askable(self, state: NodeState) -> bool:
        """True for a question that a person answers, and for a note that waits to be read."""
        if not state.relevant or not state.question.asked:
            return False
        return pauses(state.question) or (not state.readonly and state.question.kind not in _NEVER_ASKED)

    def shown(self) -> list[tuple[str, NodeState]]:
        """Every relevant question or note with its state, in order."""
        return [(ref, self.instance.node(ref)) for ref in self.instance.walk()]

    def steps(self) -> Steps:
        """Refs to be asked, in order, with «+repeat» after the last question of an open repeat. Not to be changed."""
        return self._followed().steps

    def comes_before(self, first: str, second: str) -> bool:
        """Whether both are steps, in this order."""
        at = self._followed().at
        return first in at and second in at and at[first] < at[second]

    def settled(self, step: str, latest: Mapping[str, Entry]) -> bool:
        """True when nothing has to be asked there: answered and valid, kept as a voice note, or skipped."""
        entry = latest.get(step.removeprefix(ANOTHER))
        if entry is None or entry.kind == "offered":
            return False
        if step.startswith(ANOTHER):
            return entry.kind == "finish"
        return stands(self.instance.node(step), entry)

    def open_steps(self) -> list[str]:
        """What is still to be asked, in order; what was put off comes last."""
        return list(self._followed().open_steps())

    def next_open(self) -> str:
        """The first of the open steps, "" when there is none."""
        return self._followed().next_open()

    def numbered(self, step: str) -> tuple[int, int]:
        """(number, of): its place among the questions on the way, and how many they are; see `Way.numbered`."""
        return self._followed().numbered(step)

    def open_questions(self) -> int:
        """How many questions are open, notes and «+» not counted."""
        return self._followed().open_questions()

    def answered_values(self) -> dict[str, str]:
        """Relevant asked refs that hold a value."""
        return {ref: state.value for ref, state in self.shown() if self.askable(state) and state.value}

    def _followed(self) -> Way:
        """The way, up to date with the journal and the instance."""
        way, changes = self._way, self.instance.changes
        if (
            way is not None
            and changes is not None
            and not (way.behind or changes.before or changes.doubtful or changes.moves)
            and way.journal is self.session.journal
            and way.instance is self.instance
        ):
            return way  # nearly always: it is asked a dozen times in a turn
        return self._follow(way)

    def _follow(self, way: Way | None) -> Way:
        if way is None or way.instance is not self.instance or way.journal is not self.session.journal:
            self._way = Way(self.layout, self.instance, self.session.journal)
            return self._way
        changes = self.instance.record()
        if self._mark is not None:
            self._mark.changes.append(changes)
        way.follow(changes)
        return way

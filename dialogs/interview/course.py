"""The course of an interview: which questions are on the way now, which are settled, and which comes next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from dialogs.form import Form, Instance, NodeState
from dialogs.interview.layout import Layout, layout_of
from dialogs.interview.replay import instance_of, play
from dialogs.interview.session import Entry, EntryKind, Session

ANOTHER = "+"  # a step that asks for one more member of an open repeat is written «+» and the repeat's ref
_NEVER_ASKED = frozenset({"note", "group", "repeat", "calculate", "hidden"})
_STANDS = frozenset({"skip", "voice"})


@dataclass(frozen=True)
class _Walked:
    """What the instance looked like when the journal was `journal`: it changes only with it."""

    journal: tuple[Entry, ...]
    shown: list[tuple[str, NodeState]]
    steps: list[str]
    states: Mapping[str, NodeState]


@dataclass
class Course:
    """One turn's working copy: the form, the session as it becomes, and the instance that follows it."""

    form: Form
    session: Session
    instance: Instance
    now: datetime
    _walked: _Walked | None = None

    @classmethod
    def of(cls, form: Form, session: Session, now: datetime, *, going_on: bool = False) -> Course:
        """The course of a session at `now`; `going_on` says that what becomes of it will be remembered."""
        return cls(form, session, instance_of(form, session, now, taken_out=going_on), now)

    @property
    def layout(self) -> Layout:
        """The form's fixed look-ups."""
        return layout_of(self.form)

    @property
    def language(self) -> str:
        """The form's own name of the session's language."""
        return self.layout.language(self.session.language)

    def change(self, **values: object) -> None:
        """Replace fields of the session."""
        self.session = replace(self.session, **values)  # type: ignore[arg-type] # field names are checked by replace

    def write(self, ref: str, value: str, kind: EntryKind = "answer", media: str = "") -> None:
        """Add to the journal and to the instance."""
        entry = Entry(ref, value, self.now.isoformat(), kind, media)
        if play(self.instance, entry) or kind == "finish":
            self.change(journal=(*self.session.journal, entry))

    def last_entries(self) -> Mapping[str, Entry]:
        """The latest entry about each ref; of an open repeat, whether it is finished."""
        latest = {}
        for entry in self.session.journal:
            latest[entry.ref] = entry
        return latest

    def askable(self, state: NodeState) -> bool:
        """True for a question that a person answers."""
        return (
            state.relevant and not state.readonly and state.question.asked and state.question.kind not in _NEVER_ASKED
        )

    def before(self) -> Course:
        """This course as it stands, kept apart from what is written from now on."""
        kept = Course(self.form, self.session, self.instance, self.now, self._walk())
        self.instance = self.instance.copy()
        return kept

    def shown(self) -> list[tuple[str, NodeState]]:
        """Every relevant question or note with its state, in order."""
        return self._walk().shown

    def steps(self) -> list[str]:
        """Refs to be asked, in order, with «+repeat» after the last question of an open repeat."""
        return self._walk().steps

    def _walk(self) -> _Walked:
        journal = self.session.journal
        if self._walked is None or self._walked.journal is not journal:
            shown = [(ref, self.instance.node(ref)) for ref in self.instance.walk()]
            steps = list(self._steps([ref for ref, state in shown if self.askable(state)]))
            self._walked = _Walked(journal, shown, steps, dict(shown))
        return self._walked

    def _steps(self, refs: list[str]) -> Iterator[str]:
        for place, ref in enumerate(refs):
            yield ref
            after = refs[place + 1] if place + 1 < len(refs) else ""
            for container in self.layout.open_containers(ref):
                if not after.startswith(container + "["):
                    yield ANOTHER + container

    def settled(self, step: str, latest: Mapping[str, Entry]) -> bool:
        """True when nothing has to be asked there: answered and valid, kept as a voice note, or skipped."""
        entry = latest.get(step.removeprefix(ANOTHER))
        if entry is None or entry.kind == "offered":
            return False
        if step.startswith(ANOTHER):
            return entry.kind == "finish"
        state = self._walk().states.get(step) or self.instance.node(step)
        if state.value:
            return state.constraint_ok
        return entry.kind == "voice" or (entry.kind in _STANDS and not state.required)

    def open_steps(self) -> list[str]:
        """What is still to be asked, in order."""
        latest = self.last_entries()
        return [step for step in self.steps() if not self.settled(step, latest)]

    def answered_values(self) -> dict[str, str]:
        """Relevant asked refs that hold a value."""
        return {ref: state.value for ref, state in self.shown() if self.askable(state) and state.value}

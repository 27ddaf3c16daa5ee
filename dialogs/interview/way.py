"""The way through one session: its steps in order, and which of them are still open, as answers change them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dialogs.form import Instance
from dialogs.form.changes import Changes
from dialogs.interview.layout import Layout
from dialogs.interview.session import Entry, EntryKind
from dialogs.interview.standing import latest_entries, pauses, stands
from dialogs.interview.vacancies import with_vacancies

ANOTHER = "+"  # a step that asks for one more member of an open repeat is written «+» and the repeat's ref


_RARE = frozenset({"aside", "seen"})  # kinds of entries that are looked for among all others


def _rare(latest: Mapping[str, Entry]) -> dict[str, str]:
    return {ref: entry.kind for ref, entry in latest.items() if entry.kind in _RARE}


def _without(entries: dict[str, str], ref: str) -> dict[str, str]:
    return {one: kind for one, kind in entries.items() if one != ref} if ref in entries else entries


class Steps(list[str]):
    """Steps in order, which also know their places."""

    def __init__(self, steps: Iterable[str]) -> None:
        super().__init__(steps)
        self.at = dict(zip(self, range(len(self)), strict=True))

    def __contains__(self, step: object) -> bool:
        return step in self.at


class Way:
    """Follows an instance and a journal. `at` has the place of every step, and is made anew when the steps change."""

    def __init__(self, layout: Layout, instance: Instance, journal: tuple[Entry, ...]) -> None:
        self.layout = layout
        self.instance = instance
        self.journal = journal
        self.latest = latest_entries(journal)
        self._rare = _rare(self.latest)
        self._marked = self._rare
        self._replaced: list[tuple[str, Entry | None]] = []  # the latest entries since the mark, as they were before
        self._unweighed: list[str] = []
        self._again = False  # all has to be walked again
        self._vacancies = False  # some open repeat has no member: whether it may have one is asked at every turn
        self.behind = False  # entries were heard that are not followed yet
        self._notes = any(pauses(question) for question in layout.form.questions)
        self.steps = Steps(())
        self.at = self.steps.at
        self.open: set[str] = set()
        self._from = 0  # no step before this place is open
        self._questions = 0
        self._number: dict[str, int] = {}  # where some steps are no questions: which number each has
        instance.record()
        self._walk()

    # -- what there is

    def open_steps(self) -> Iterator[str]:
        """What is still to be asked, in order; what was put off comes last."""
        aside = [step for step in self.entries_of("aside") if step in self.open]
        still = self.open.difference(aside)
        left = [step for step in self.steps[self._first() :] if step in still]
        return iter([*left, *sorted(aside, key=self.at.__getitem__)])

    def next_open(self) -> str:
        """The first of them, "" when nothing is open."""
        first = self._first()
        if first == len(self.steps):
            return ""
        return self.steps[first] if self._rare.get(self.steps[first]) != "aside" else next(self.open_steps())

    def _first(self) -> int:
        """The place of the first open step, put off or not."""
        steps, place = self.steps, self._from
        while place < len(steps) and steps[place] not in self.open:
            place += 1
        self._from = place
        return place

    def numbered(self, step: str) -> tuple[int, int]:
        """(number, of): the place of `step` among the questions, and how many there are. Notes and «+» count for none,
        but for the step itself.
        """
        if step not in self.at:
            return 1, self._questions
        counts = self._counts(step)
        return self._number[step] if self._number else self.at[step] + 1, self._questions + (not counts)

    def open_questions(self) -> int:
        """How many questions are still to be answered; notes and «+» count for none."""
        return len(self.open) if not self._number else sum(1 for step in self.open if self._counts(step))

    def entries_of(self, kind: EntryKind) -> list[str]:
        """The refs about which the latest entry is of that kind, one of the rare ones."""
        return [ref for ref, found in self._rare.items() if found == kind]

    def _counts(self, step: str) -> bool:
        return not (step.startswith(ANOTHER) or (self._notes and self.instance.node(step).question.kind == "note"))

    # -- following

    def hear(self, entry: Entry, journal: tuple[Entry, ...]) -> None:
        """An entry was added and played."""
        self.journal = journal
        if entry.kind == "remove":
            self._again = self.behind = True
            return
        self._replaced.append((entry.ref, self.latest.get(entry.ref)))
        self.latest[entry.ref] = entry
        self._rare = {**self._rare, entry.ref: entry.kind} if entry.kind in _RARE else _without(self._rare, entry.ref)
        self._unweighed.append(entry.ref)
        if self.layout.open_repeats:
            self._unweighed.append(ANOTHER + entry.ref)
        self.behind = True

    def mark(self) -> None:
        """A point to which `unhear` comes back; all is followed by then."""
        self._marked = self._rare
        self._replaced.clear()

    def unhear(self, journal: tuple[Entry, ...]) -> None:
        """The entries since the mark were taken back."""
        for ref, entry in reversed(self._replaced):
            if entry is None:
                del self.latest[ref]
            else:
                self.latest[ref] = entry
        self._replaced.clear()
        self._rare = self._marked
        self.journal = journal
        self._unweighed.clear()
        self._again = self.behind = False

    def follow(self, changes: Changes) -> None:
        """The instance says what has changed since it was asked last."""
        if self._again or changes.moves or self.layout.form.program.restless:
            self.latest = latest_entries(self.journal)
            self._rare = _rare(self.latest)
            self._walk()
            return
        moved = False
        for node, held in changes.before.items():
            if node.definition.takes_answer or node.definition.pauses:
                self._unweighed.append(node.ref())
                moved = moved or held.relevant != node.relevant
        for node in changes.doubtful:
            if node.definition.takes_answer:
                self._unweighed.append(node.ref())
                moved = moved or node.definition.may_be_readonly
        if moved or self._vacancies:
            self._lay()
            if self.layout.open_repeats:
                self._unweighed += (step for step in self.steps if step.startswith(ANOTHER))
        for step in self._unweighed:
            self._weigh(step)
        self._unweighed.clear()
        self.behind = False

    def _walk(self) -> None:
        self._lay()
        self.open = {step for step in self.steps if not self.settled(step)}
        self._unweighed.clear()
        self._again = self.behind = False

    def _lay(self) -> None:
        refs: list[str] = self.instance.asked()
        if self.layout.open_repeats:
            refs, self._vacancies = with_vacancies(self.layout, self.instance, refs)
        self.steps = steps = Steps(self._with_members(refs) if self.layout.open_repeats else refs)
        self.at = steps.at
        self._from = 0
        self._number = {}
        self._questions = len(steps)
        if self._notes or self.layout.open_repeats:
            self._questions = 0
            for step in steps:
                self._number[step] = self._questions + 1
                self._questions += self._counts(step)

    def _with_members(self, refs: list[str]) -> Iterator[str]:
        for place, ref in enumerate(refs):
            yield ref
            containers = self.layout.open_containers(ref)
            if containers:
                after = refs[place + 1].removeprefix(ANOTHER) if place + 1 < len(refs) else ""
                for container in containers:
                    if not after.startswith(container + "["):
                        yield ANOTHER + container

    def _weigh(self, step: str) -> None:
        place = self.at.get(step)  # an entry about a repeat is one about «+» and its ref: one of the two is no step
        if place is None or self.settled(step):
            self.open.discard(step)
        else:
            self.open.add(step)
            self._from = min(self._from, place)

    def settled(self, step: str) -> bool:
        """True when nothing has to be asked there: answered and valid, kept as a voice note, or skipped."""
        is_another = step.startswith(ANOTHER)
        entry = self.latest.get(step[1:] if is_another else step)
        if entry is None or entry.kind == "offered":
            return False
        return entry.kind == "finish" if is_another else stands(self.instance.node(step), entry)

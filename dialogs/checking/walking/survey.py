"""All walks that are needed: every question reached and every choice made that can be, and what never was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from dialogs.checking.listing import listing_of
from dialogs.checking.walking.harvest import Harvest, harvest
from dialogs.checking.walking.searching import Opens, Search
from dialogs.checking.walking.solving import Solver, Way, Ways
from dialogs.checking.walking.walker import INSTANCE_ID, Enough, Walk, Walker
from dialogs.checking.walking.wishes import Operator, Wish
from dialogs.form import Form, Instance
from dialogs.form.definition import Definition

EFFORT = 700_000  # questions looked at in all walks together; an answer costs a little for every node of the form
MOST_WALKS = 300
MOST_WITHOUT_GAIN = 3  # walks in a row that found nothing new before the rest is sought one by one
WAYS_TRIED = 8
EVERY_CHOICE = 30  # choices of a longer list are only made where some expression tells them apart
FILTERING_CHOICES = 120  # of a list whose answer picks the choices of another

Taken = tuple[Definition, str]


@dataclass(frozen=True)
class Unreached:
    """A question no walk came to. `proven` where its conditions contradict one another."""

    definition: Definition
    proven: bool

    @property
    def switched_off(self) -> bool:
        """Whether its author, or that of a group around it, wrote nothing but false()."""
        written = (above.relevant.source for above in self.definition.above() if above.relevant is not None)
        return any(source.replace(" ", "").lower() in ("false()", "false") for source in written)


@dataclass
class Survey:
    """What all walks together found. `walks` holds those that found something new, in the order they were taken."""

    walks: list[Walk] = field(default_factory=list)
    reached: dict[Definition, None] = field(default_factory=dict)
    taken: set[Taken] = field(default_factory=set)
    offered: dict[Definition, dict[tuple[str, ...], None]] = field(default_factory=dict)
    refused: dict[Definition, int] = field(default_factory=dict)
    empty: set[Definition] = field(default_factory=set)
    locked: set[Definition] = field(default_factory=set)
    contradictory: set[Definition] = field(default_factory=set)  # of those refused: no value at all can be right
    unreached: tuple[Unreached, ...] = ()
    untaken: tuple[Taken, ...] = ()
    whole: bool = True  # False where the walker stopped before it had tried everything
    spent: int = 0
    _accepted: set[Definition] = field(default_factory=set)

    def add(self, walk: Walk) -> bool:
        """Takes a walk in; True when it reached or chose something new."""
        gain = len(self.reached), len(self.taken)
        self.reached.update(walk.reached)
        self.taken |= walk.taken
        self._accepted |= walk.accepted
        self.empty |= walk.empty
        self.locked |= walk.locked
        self.refused.update(walk.refused)
        self.refused = {one: tried for one, tried in self.refused.items() if one not in self._accepted}
        for definition, screens in walk.offered.items():
            self.offered.setdefault(definition, {}).update(dict.fromkeys(screens))
        if gain == (len(self.reached), len(self.taken)) and self.walks:
            return False
        self.walks.append(walk)
        return True


def survey_of(
    form: Form, now: datetime, *, time_zone: str = "UTC", effort: int = EFFORT, enough: Enough = lambda: False
) -> Survey:
    """Walks through the form until every question and choice was met, nothing is left to try, or `effort` is spent.

    `enough` is asked all the time and ends it earlier, where whoever waits has a clock.
    """
    surveyor = _Surveyor(form, now.astimezone(ZoneInfo(time_zone)), effort, time_zone, enough)
    surveyor.walk_on()
    surveyor.seek_questions()
    surveyor.seek_choices()
    surveyor.judge_constraints()
    return surveyor.found


class _Surveyor:
    def __init__(self, form: Form, now: datetime, effort: int, time_zone: str, enough: Enough) -> None:
        self.form, self.now, self.effort = form, now, effort
        self.found, self.enough = Survey(), enough
        self.harvested: Mapping[Definition, Harvest] = harvest(form.program)
        self.nodes = max(len(form.questions), 1)
        self.tries: Counter[tuple[Definition, str]] = Counter()
        self.asked = [d for d in form.program.root.below() if d.question.asked and not (d.children or d.is_repeat)]
        self.lists = dict(self._lists())
        self.solver = Solver(form.program, self.lists)
        self.start = Instance.start(form, now=now, time_zone=time_zone, instance_id=INSTANCE_ID)
        self.search = Search(form.program, self.harvested, self.start, now, enough)

    def _lists(self) -> Iterator[tuple[Definition, tuple[str, ...]]]:
        for definition in self.asked:
            listing = listing_of(self.form.program, definition)
            if listing is not None and not listing.missing_file:
                yield definition, tuple(choice.name for choice in listing.choices)

    # -------------------------------------------------------------------------------------------------------- walking

    def walk_on(self) -> None:
        """Walks that take at every question an answer not taken before, as long as that leads to something new."""
        idle = 0
        while idle < MOST_WITHOUT_GAIN and self.has_effort():
            idle = 0 if self.go({}) else idle + 1

    def go(self, wishes: Way) -> bool:
        """One walk with these wishes; True when it found something new."""
        walk = Walker(self.form, self.now, self.harvested, self.in_order, wishes, self.enough).go(self.start.copy())
        self.found.spent += walk.numbers * (20 + self.nodes // 10)
        return self.found.add(walk)

    def has_effort(self) -> bool:
        """Whether there is something left to spend; the survey says when there was not."""
        if self.found.spent < self.effort and len(self.found.walks) < MOST_WALKS and not self.enough():
            return True
        self.found.whole = False
        return False

    def in_order(self, definition: Definition, known: Sequence[str]) -> Sequence[str]:
        """The answers to a question, those tried least first; plain ones where no condition looks at the answer."""
        if definition.choices is None:
            found = self.harvested.get(definition)
            if found is None or found.counts_members or not (found.numbers or found.texts):
                return known
        ordered = sorted(known, key=lambda value: self.tries[definition, value])
        for value in ordered[:1]:
            self.tries[definition, value] += 1
        return ordered

    # -------------------------------------------------------------------------------------------------------- seeking

    def seek_questions(self) -> None:
        """Walks to each question that was not reached; what cannot be reached is noted."""
        missed: list[Unreached] = []
        for definition in self.asked:
            if definition in self.found.reached:
                continue
            ways = self.solver.reach(definition)
            if not ways.ways and ways.whole:
                missed.append(Unreached(definition, True))
            elif not self._reach(definition, ways):
                missed.append(Unreached(definition, False))
        self.found.unreached = tuple(one for one in missed if one.definition not in self.found.reached)

    def _reach(self, definition: Definition, ways: Ways) -> bool:
        found = self.found
        for way in ways.ways[:WAYS_TRIED]:
            if definition not in found.reached and self.has_effort():
                self.go(way)
        conditions = [above.relevant for above in definition.above() if above.relevant is not None]
        for way in self.search.openings(definition, conditions, _is_relevant):
            if definition not in found.reached and self.has_effort():
                self.go(way)
        return definition in found.reached

    def seek_choices(self) -> None:
        """Walks on which the choices are made that no walk made yet, where it matters which one is made."""
        left: list[Taken] = []
        for definition in self.asked:
            if definition.question.kind == "rank" or definition not in self.found.reached:
                continue
            left += [(definition, name) for name in self._to_take(definition) if not self._take(definition, name)]
        self.found.untaken = tuple(left)

    def _to_take(self, definition: Definition) -> list[str]:
        names = dict.fromkeys(self.lists.get(definition, ()))
        found = self.harvested.get(definition)
        if len(names) > (FILTERING_CHOICES if found is not None and found.filters_list else EVERY_CHOICE):
            compared = {} if found is None else found.texts
            return [name for name in names if name in compared]
        return list(names)

    def _take(self, definition: Definition, name: str) -> bool:
        found = self.found
        if (definition, name) in found.taken:
            return True
        operator: Operator = "has" if definition.question.kind == "select_multiple" else "="
        ways = self.solver.reach_with(definition, Wish(operator, name))
        for way in ways.ways[:WAYS_TRIED]:
            if (definition, name) not in found.taken and self.has_effort():
                self.go(way)
        for way in self._other_ways(definition, name):
            if (definition, name) not in found.taken and self.has_effort():
                self.go({**way, definition: (Wish(operator, name),)})
        return (definition, name) in found.taken

    def _other_ways(self, definition: Definition, name: str) -> Iterator[Way]:
        """Where solving does not help: what another walk answered on its way there, and what opens the choice."""
        before = next((walk for walk in self.found.walks if definition in walk.reached), None)
        if before is not None and definition in before.accepted:
            by_ref = self.form.program.definition
            yield {by_ref(ref): (Wish("=", value),) for ref, value in before.answers.items()}
        choices = definition.choices
        if choices is not None and choices.itemset is not None and not choices.fixed:
            yield from self.search.openings(definition, [choices.itemset], _offers(name))

    def judge_constraints(self) -> None:
        """Which of the constraints that nothing met contradict themselves."""
        for definition in self.found.refused:
            ways = self.solver.constraint(definition)
            if ways.whole and not ways.ways:
                self.found.contradictory.add(definition)


def _offers(name: str) -> Opens:
    return lambda instance, ref: any(choice.name == name for choice in instance.choices(ref))


def _is_relevant(instance: Instance, ref: str) -> bool:
    return instance.node(ref).relevant

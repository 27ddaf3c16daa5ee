"""Looks for answers that open a question or a choice by trying them, where the condition cannot be solved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from math import prod

from dialogs.checking.walking.candidates import candidates
from dialogs.checking.walking.harvest import Gatherer, Harvest
from dialogs.checking.walking.solving import Way, is_answered
from dialogs.checking.walking.walker import Enough
from dialogs.checking.walking.wishes import Wish
from dialogs.form import Instance
from dialogs.form.definition import Compiled, Definition
from dialogs.form.program import Program

MOST_TRIED = 400  # combinations of answers to the questions that a condition reads
VALUES_EACH = 14
MOST_OPENINGS = 3
STRIDE = 7919  # a prime: combinations are tried spread over all of them

Opens = Callable[[Instance, str], bool]
_NO_HARVEST = Harvest()


@dataclass
class Search:
    """Tries answers on a form that is nobody's; `tried` counts them."""

    program: Program
    harvested: Mapping[Definition, Harvest]
    start: Instance
    now: datetime
    enough: Enough = lambda: False
    tried: int = 0

    def openings(self, goal: Definition, conditions: Sequence[Compiled], opens: Opens) -> Iterator[Way]:
        """Up to three ways under which `opens` holds at the goal, made of answers its conditions read."""
        reader = Gatherer(self.program)
        asked = list(dict.fromkeys(one for compiled in conditions for one in reader.behind(compiled, goal)))
        asked = [definition for definition in asked if definition is not goal and is_answered(definition)]
        values = [self._values(definition) for definition in asked]
        total = prod(map(len, values))
        if not asked or not total:
            return
        instance = self.start.copy()
        found = 0
        for nth in range(min(total, MOST_TRIED)):
            at = nth if total <= MOST_TRIED else nth * STRIDE % total
            chosen = _combination(values, at)
            if self.enough():
                return
            if self._fits(instance, asked, chosen, goal, opens):
                yield {one: (Wish("=", value),) for one, value in zip(asked, chosen, strict=True)}
                found += 1
                if found == MOST_OPENINGS:
                    return

    def _fits(
        self, instance: Instance, asked: Sequence[Definition], chosen: Sequence[str], goal: Definition, opens: Opens
    ) -> bool:
        try:
            for definition, value in zip(asked, chosen, strict=True):
                self.tried += 1
                instance.set(_first(definition), value)
            return opens(instance, _first(goal))
        except KeyError:  # a member that is not there with these answers
            return False

    def _values(self, definition: Definition) -> list[str]:
        offered: tuple[str, ...] = ()
        with suppress(KeyError):  # it may stand in a repeat that has no member yet
            offered = tuple(choice.name for choice in self.start.choices(_first(definition)))
        found = self.harvested.get(definition, _NO_HARVEST)
        return [*candidates(definition, offered, found, self.now)[: VALUES_EACH - 1], ""]


def _combination(values: Sequence[Sequence[str]], at: int) -> list[str]:
    chosen = []
    for several in values:
        at, place = divmod(at, len(several))
        chosen.append(several[place])
    return chosen


def _first(definition: Definition) -> str:
    """The ref of a question in the first member of every repeat around it."""
    return "".join(
        f"/{above.name}[1]" if above.is_repeat else f"/{above.name}" for above in reversed(list(definition.above()))
    )

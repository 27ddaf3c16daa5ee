"""Answers by name or reference, written into a form one by one; what is refused is said with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from dialogs.checking.plain_words import PlainWords
from dialogs.form import Form, Instance, NodeState
from dialogs.interview.layout import layout_of
from dialogs.understanding import fold_letters

PASSES = 4  # an answer may open an earlier question, or set how many members there are
MOST_MEMBERS = 500
IN_DIGITS = frozenset({"integer", "decimal", "range", "date", "time", "dateTime"})
NOT_ASKED = frozenset({"note", "group", "repeat", "calculate", "hidden"})


@dataclass(frozen=True)
class Refused:
    """An answer that was not taken. `place` is the name or reference it was given under."""

    place: str
    value: str
    reason: str

    def __str__(self) -> str:
        shown = f" = {self.value!r}" if self.value else ""
        return f"{self.place}{shown}: {self.reason}"


class Filling:
    """Fills `instance` with answers as they stand in JSON; `refused` gathers what was not taken."""

    def __init__(self, form: Form, instance: Instance, language: str) -> None:
        self.form, self.instance = form, instance
        self.language = layout_of(form).language(language)
        self.refused: list[Refused] = []
        self.given: dict[str, str] = {}

    def fill(self, answers: Mapping[str, Any]) -> None:
        """Takes every answer it can, in the order of the form, until nothing more is taken."""
        self._read(answers, self.form.program.root.ref)
        order = {question.ref: at for at, question in enumerate(self.form.questions)}
        waiting = dict(sorted(self.given.items(), key=lambda pair: order.get(layout_of(self.form).bare(pair[0]), 0)))
        for _ in range(PASSES):
            taken = [ref for ref, value in waiting.items() if not self._problem(ref, value)]
            if not taken:
                break
            for ref in taken:
                del waiting[ref]
        for ref, value in waiting.items():
            self.refused.append(Refused(self._shown(ref), value, self._problem(ref, value)))
        self.refused += self._missing()

    # ------------------------------------------------------------------------------------------------ what was given

    def _read(self, answers: Mapping[str, Any], base: str) -> None:
        for key, value in answers.items():
            ref = self._ref(key, base)
            if ref is None:
                continue
            kind = self.form.question(ref).kind
            if kind == "repeat" and isinstance(value, list):
                self._read_members(ref, value)
            elif kind == "group" and isinstance(value, Mapping):
                self._read(value, ref)
            elif kind in ("group", "repeat"):
                self.refused.append(Refused(key, str(value)[:60], f"it is a {kind}: give an object or a list of them"))
            else:
                self.given[ref] = _text(value)

    def _read_members(self, ref: str, members: list[Any]) -> None:
        for number, member in enumerate(members[:MOST_MEMBERS], 1):
            if isinstance(member, Mapping):
                self._read(member, f"{ref}[{number}]")
            else:
                self.refused.append(Refused(f"{ref}[{number}]", str(member)[:60], "it is no object of answers"))
        if len(members) > MOST_MEMBERS:
            self.refused.append(Refused(ref, "", f"over {MOST_MEMBERS} members"))

    def _ref(self, key: str, base: str) -> str | None:
        """The reference a key means: as written, or the question of that name at or below `base`."""
        bare = layout_of(self.form).bare
        if key.startswith("/"):
            found = [key] if bare(key) in self.form.program.by_ref else []
        else:
            inside = f"{bare(base)}/"
            refs = [question.ref for question in self.form.named(key)]
            found = [ref for ref in refs if ref.startswith(inside)] or [ref for ref in refs if "/meta/" not in ref]
        if len(found) == 1:
            return found[0] if key.startswith("/") else base + found[0].removeprefix(bare(base))
        names = [question.name for question in self.form.questions]
        near = get_close_matches(key, names, n=1)
        several = f"{len(found)} questions have this name: give the reference, such as {found[0]}" if found else ""
        remedy = f"did you mean {near[0]}?" if near else "see `sanad form show`"
        self.refused.append(Refused(key, "", several or f"the form has no such question: {remedy}"))
        return None

    # --------------------------------------------------------------------------------------------------- writing it

    def _problem(self, ref: str, value: str) -> str:
        """Writes the answer; "" when it was taken, else why not, and nothing is left of it."""
        state = self._state(ref)
        if state is None:
            return "there is no such member of the repeat"
        if not state.relevant:
            return f"it is not asked{self._condition(state)}"
        if state.readonly or state.question.kind in NOT_ASKED:
            return "nobody answers this one: it is worked out or only read"
        if state.question.kind in IN_DIGITS:
            value = fold_letters(value).upper().replace("٫", ".")  # ٣٠ as the chat takes it; T and Z of a time stay
        offered = self._not_offered(ref, state, value)
        if offered:
            return offered
        trial = self.instance.copy()  # a count that is refused must not leave its members behind
        trial.set(ref, value)
        now = trial.node(ref)
        if value and not now.value:
            return f"it is no {state.question.kind}"
        if not now.constraint_ok:
            return self.instance.constraint_message(ref, self.language) or "it does not meet the constraint"
        self.instance.set(ref, value)
        return ""

    def _state(self, ref: str) -> NodeState | None:
        self._make_members(ref)
        try:
            return self.instance.node(ref)
        except KeyError:
            return None

    def _make_members(self, ref: str) -> None:
        """The members of open repeats that a reference names are added."""
        for container in reversed(layout_of(self.form).open_containers(ref)):
            wanted = int(ref[len(container) + 1 :].partition("]")[0])
            try:
                while self.instance.repeat_count(container) < wanted:
                    self.instance.add_repeat(container)
            except KeyError:
                return

    def _not_offered(self, ref: str, state: NodeState, value: str) -> str:
        choices = self.form.program.definition(ref).choices
        if choices is None or choices.open_list or not value:
            return ""
        offered = [choice.name for choice in self.instance.choices(ref)]
        given = [value] if state.question.kind == "select_one" else value.split()
        unknown = [name for name in given if name not in offered]
        if not unknown:
            return ""
        near = get_close_matches(unknown[0], offered, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"on offer are {', '.join(offered[:8])}"
        return f"{unknown[0]} is not on offer: {remedy}"

    def _condition(self, state: NodeState) -> str:
        definition = self.form.program.definition(state.ref)
        shut = next((above for above in definition.above() if above.relevant is not None), None)
        if shut is None or shut.relevant is None:
            return ""
        return f": only if {PlainWords(self.form.program, self.language).of(shut.relevant, shut)}"

    def _missing(self) -> Iterator[Refused]:
        for ref in self.instance.walk():
            if self.instance.node(ref).missing:
                yield Refused(self._shown(ref), "", "it is required, and no answer was taken")

    def _shown(self, ref: str) -> str:
        return ref if "[" in ref or len(self.form.named(ref.rpartition("/")[2])) > 1 else ref.rpartition("/")[2]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(_text(one) for one in value)
    return str(value)

"""The fewest walks that together show every question and every choice, and what each of them is needed for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dialogs.checking.walking.survey import Survey, survey_of
from dialogs.checking.walking.walker import Walk
from dialogs.form import Form


@dataclass(frozen=True)
class Branch:
    """One way through the form: answers by ref, and what only it shows of the form (questions, then choices)."""

    name: str  # fit for a file: «03-for_whom-relative»
    answers: dict[str, str]
    questions: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]  # (question, choice)


@dataclass(frozen=True)
class Branches:
    """All ways needed. `left` names the questions that no way was found to."""

    ways: tuple[Branch, ...]
    left: tuple[str, ...]
    whole: bool


def branches_of(form: Form, now: datetime, *, time_zone: str = "UTC") -> Branches:
    """The ways through the form that cover every choice and every question, the plainest first."""
    survey = survey_of(form, now, time_zone=time_zone)
    order = {definition: at for at, definition in enumerate(form.program.root.below())}
    ways: list[Branch] = []
    seen: set[object] = set()
    for walk in _needed(survey):
        questions = [one for one in walk.reached if one not in seen]
        choices = sorted(walk.taken - seen, key=lambda taken: (order[taken[0]], taken[1]))
        seen |= _shows(walk)
        named = tuple((one.name, choice) for one, choice in choices)
        name = _name(len(ways) + 1, tuple(one.name for one in questions), named)
        ways.append(Branch(name, walk.answers, tuple(one.name for one in questions), named))
    left = tuple(one.definition.name for one in survey.unreached if not one.switched_off)
    return Branches(tuple(ways), left, survey.whole)


def _needed(survey: Survey) -> list[Walk]:
    """Takes the walk that shows most of what is still to be shown, until everything is; in the order of the survey."""
    left = {*survey.reached, *survey.taken}
    waiting = [(walk, _shows(walk)) for walk in survey.walks]
    chosen: list[Walk] = []
    while left and waiting:
        best = max(waiting, key=lambda pair: len(pair[1] & left))
        if not best[1] & left:
            break
        left -= best[1]
        chosen.append(best[0])
        waiting.remove(best)
    return [walk for walk in survey.walks if walk in chosen] or survey.walks[:1]


def _shows(walk: Walk) -> set[object]:
    found: set[object] = set(walk.reached)
    return found | walk.taken


def _name(number: int, questions: tuple[str, ...], choices: tuple[tuple[str, str], ...]) -> str:
    if number == 1:
        return "01-first-choices"
    if choices:
        what = f"{choices[0][0]}-{choices[0][1]}"
    else:
        what = questions[0] if questions else "again"
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "-" for sign in what)
    return f"{number:02}-{plain[:60]}"

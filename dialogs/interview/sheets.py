"""How a form is laid out on pages before anybody answered: which question stands on which sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from dialogs.form import Form, Question
from dialogs.interview.layout import layout_of

HANDFUL = 5  # questions outside any group that share a page


@dataclass(frozen=True)
class Sheet:
    """A page of the form's plan. `first` is the place of its first question in the form; `repeats` are around it."""

    number: int
    first: int
    group: str
    repeats: tuple[str, ...]


@dataclass
class Plan:
    """Which sheet each question stands on, and the inner group that is its heading there, by refs."""

    sheets: list[Sheet] = field(default_factory=list)
    sheet_of: dict[str, Sheet] = field(default_factory=dict)
    heading_of: dict[str, str] = field(default_factory=dict)


@lru_cache(maxsize=32)
def plan_of(form: Form) -> Plan:
    """The form's plan, kept while the form is in use."""
    plan = Plan()
    below: dict[str, list[Question]] = {}
    for question in form.questions:
        below.setdefault(question.parent, []).append(question)
    top = form.questions[0].parent if form.questions else ""
    _lay(plan, form, below, top, "", (), "")
    return plan


def _lay(
    plan: Plan,
    form: Form,
    below: Mapping[str, list[Question]],
    parent: str,
    group: str,
    repeats: tuple[str, ...],
    heading: str,
    sheet: Sheet | None = None,
) -> Sheet | None:
    """Lays the questions under `parent` out; returns the sheet that the next question of the same group goes on."""
    loose = 0
    for question in below.get(parent, ()):
        if question.kind == "repeat":
            _lay(plan, form, below, question.ref, question.ref, (*repeats, question.ref), "")
            sheet, loose = None, 0  # what follows the members is a page of its own, after them
        elif question.kind == "group" and (not group or ("field-list" in question.appearance and not repeats)):
            _lay(plan, form, below, question.ref, question.ref, repeats, "")
            sheet, loose = None, 0
        elif question.kind == "group":
            sheet = _lay(plan, form, below, question.ref, group, repeats, question.ref, sheet)
        elif question.asked:
            if sheet is None or (not group and loose >= HANDFUL):
                sheet = Sheet(len(plan.sheets) + 1, layout_of(form).index[question.ref], group, repeats)
                plan.sheets.append(sheet)
                loose = 0
            loose += 1
            plan.sheet_of[question.ref] = sheet
            plan.heading_of[question.ref] = heading
    return sheet


def repeats_around(form: Form, bare: str) -> tuple[str, ...]:
    """The repeats around one, itself last."""
    found = [bare]
    while above := form.question(found[-1]).repeat:
        found.append(above)
    return tuple(reversed(found))

"""Several questions in one message: which of a field-list group go together, and which answer of a message is whose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from dialogs.form import Form, Question
from dialogs.interview.columns import SEARCHED_FROM
from dialogs.interview.course import ANOTHER, Course
from dialogs.interview.prompting import notes_between, prompt_for
from dialogs.interview.prompts import Prompt
from dialogs.understanding import fold_letters

MOST_TOGETHER = 5  # more in one message are not answered, they are left
_KINDS = frozenset(
    {"text", "integer", "decimal", "range", "date", "time", "select_one", "select_multiple", "barcode", "acknowledge"}
)
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_NUMBERED = re.compile(r"\s*(\d)\s*[).:\-–ـ/]\s*(\S.*)", re.DOTALL)
_INLINE = re.compile(r"(?:(?<=\s)|^)(?=[1-9٠-٩۰-۹]\s*[)\-–.:ـ]\s*\S)")


@lru_cache(maxsize=32)
def _reads_of(form: Form) -> dict[str, frozenset[str]]:
    """By name, what each question depends on: whatever may change whether or how it is asked."""
    known = {question.name for question in form.questions}
    direct: dict[str, frozenset[str]] = {}
    for question in form.questions:
        own = question.expressions
        bounds = (own.required, own.readonly, own.constraint)
        written = (own.relevant, own.choice_filter, own.calculate, own.count, *bounds)
        found = {name for one in written for name in _NAME.findall(one)} & known
        direct[question.name] = direct.get(question.name, frozenset()) | (found - {question.name})
    grown = True
    while grown:
        grown = False
        for name, reads in direct.items():
            wider = reads.union(*(direct[one] for one in reads))
            if wider != reads:
                direct[name], grown = wider, True
    return direct


def _group_of(form: Form, question: Question) -> str:
    """The ref of the field-list group it stands in, "" when none is around it (a repeat member ends the search)."""
    here = question
    while here.parent:
        try:
            here = form.question(here.parent)
        except KeyError:
            return ""
        if "field-list" in here.appearance.split():
            return here.ref
    return ""


def _fixed_label(form: Form, question: Question) -> bool:
    """True when its text and hint stay the same whatever is answered."""
    definition = form.program.definition(question.ref)
    wordings = (definition.label, definition.hint)
    return all(
        isinstance(part, str) for one in wordings for wording in one.by_language.values() for part in wording.parts
    )


def _may_follow(course: Course, step: str, earlier: list[Question]) -> bool:
    question = course.instance.node(step).question
    if question.kind not in _KINDS or "multiline" in question.appearance or not _fixed_label(course.form, question):
        return False
    reads = _reads_of(course.form)
    if any(one.name in reads.get(name, ()) for one in earlier for name in question.ref.split("/")):
        return False
    return len(course.instance.choices(step)) <= SEARCHED_FROM


def pack_of(course: Course) -> tuple[str, ...]:
    """The refs that may be answered in one message, the pending one first; empty when it is asked alone."""
    pending, session = course.session.pending, course.session
    if session.status != "asking" or pending.startswith(ANOTHER) or session.draft is not None or session.attempts:
        return ()
    first = course.instance.node(pending).question
    group = _group_of(course.form, first)
    if not group or first.kind not in _KINDS or "multiline" in first.appearance:
        return ()
    found, earlier = [pending], [first]
    member = pending.rpartition("/")[0]
    for step in _after(course, pending):
        inside = step.startswith(_placed(course, group, pending) + "/") and step.count("[") == member.count("[")
        if len(found) == MOST_TOGETHER or not inside or not _may_follow(course, step, earlier):
            break
        found.append(step)
        earlier.append(course.instance.node(step).question)
    return tuple(found) if len(found) > 1 else ()


def _placed(course: Course, group: str, ref: str) -> str:
    return course.layout.placed(group, course.layout.positions(ref))


def _after(course: Course, pending: str) -> Iterator[str]:
    """The steps after the pending one that are open as well."""
    steps, open_steps = course.steps(), course.open_steps()
    for step in steps[steps.index(pending) + 1 :] if pending in steps else ():
        if step in open_steps:
            yield step


def packed(course: Course, prompt: Prompt) -> Prompt:
    """The prompt with the questions that go together with it."""
    refs = pack_of(course)
    together = []
    for before, ref in pairwise(refs):
        together.append(replace(prompt_for(course, ref), notes=notes_between(course, before, ref), halfway=False))
    return replace(prompt, together=tuple(together))


def parts_of(text: str, size: int) -> dict[int, str]:
    """Which of `size` questions, from 0, each part of a message answers; empty when it is one answer to the first.

    Parts are lines, in order, or numbered: «١) … ٢) …», «1- … 2- …». What is over goes with the last.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) == 1:
        lines = [part.strip() for part in _INLINE.split(lines[0]) if part.strip()]
        if len(lines) > 1 and not all(_number(line, size) for line in lines):
            return {}
    if len(lines) < 2:
        return {}
    numbers = [_number(line, size) for line in lines]
    if all(numbers) and len(set(numbers)) == len(numbers):
        return {number - 1: _NUMBERED.fullmatch(line)[2] for number, line in zip(numbers, lines, strict=True)}  # type: ignore[index] # a number was read there
    kept = [*lines[: size - 1], "\n".join(lines[size - 1 :])] if len(lines) > size else lines
    return dict(enumerate(kept))


def _number(line: str, size: int) -> int:
    """The number a line begins with, 0 when it is none of the questions'."""
    found = _NUMBERED.fullmatch(line)
    number = int(fold_letters(found[1])) if found else 0
    return number if 1 <= number <= size else 0

"""A submission becomes a session: its values are journal entries, so that it reads and reviews like any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from lxml import etree

from dialogs.form import Form, Question
from dialogs.form.xml import JAVAROSA, elements, local_name, parse_xml
from dialogs.interview.course import ANOTHER, Course
from dialogs.interview.replay import remember
from dialogs.interview.session import EntryKind, Session
from dialogs.interview.standing import pauses

MOST_ELEMENTS = 50_000  # of one submission; a form on paper of a thousand pages has fewer answers
MOST_MEMBERS = 1_000  # of one repeat, as the form's own counts are bounded
_MEDIA = frozenset({"image", "audio", "video", "file", "background-audio"})
_NOTHING: Mapping[str, str] = MappingProxyType({})

Wrong = Literal["unreadable", "wrong_form", "unknown", "too_many", "refused", "constraint", "not_relevant", "missing"]


@dataclass(frozen=True)
class SubmissionProblem:
    """What could not be taken as it stands: `ref` of the node, why, and the value it held.

    unreadable: no XML; wrong_form: of another form; unknown: the form has no such node; too_many: more than a form
    holds; refused: no value of its type, or no choice on offer; constraint, not_relevant, missing: as in the form.
    """

    ref: str
    reason: Wrong
    value: str = ""


@dataclass(frozen=True)
class _Answer:
    """One value of the submission, at its place among the members."""

    ref: str
    value: str
    question: Question


class _Intake:
    """The work of one submission."""

    def __init__(self, course: Course, media: Mapping[str, str]) -> None:
        self.course = course
        self.media = media
        self.problems: list[SubmissionProblem] = []
        self.answers: list[_Answer] = []

    def problem(self, ref: str, reason: Wrong, value: str = "") -> None:
        self.problems.append(SubmissionProblem(ref, reason, value))

    def take(self, root: etree._Element) -> None:
        """Write everything, repair what a trigger or an order of asking changed, and say what does not hold."""
        self._below(root, f"/{local_name(root)}")
        for answer in self.answers:
            if self._value(answer.ref) not in (answer.value, None):
                self._write(answer)
        self._leave_the_rest()
        self._check()

    def _below(self, element: etree._Element, ref: str) -> None:
        members: dict[str, int] = {}
        for child in elements(element):
            name = local_name(child)
            if f"{JAVAROSA}template" in child.attrib:
                continue
            place = f"{ref}/{name}"
            question = self._question(place)
            if question is None:
                self._unknown(place, child)
            elif question.kind == "repeat":
                members[place] = members.get(place, 0) + 1
                self._member(child, place, members[place], question)
            elif question.kind == "group":
                self._below(child, place)
            else:
                self._leaf(place, child.text or "", question)
        self._without_members(ref, members)

    def _unknown(self, ref: str, element: etree._Element) -> None:
        if "/meta/" not in ref and not ref.endswith("/meta"):
            self.problem(ref, "unknown", (element.text or "").strip()[:200])

    def _member(self, element: etree._Element, container: str, index: int, question: Question) -> None:
        member = f"{container}[{index}]"
        if index > MOST_MEMBERS:
            if index == MOST_MEMBERS + 1:
                self.problem(container, "too_many")
            return
        if index > self.course.instance.repeat_count(container) and question.open_ended:
            self.course.write(container, "", "add")
        if index > self.course.instance.repeat_count(container):
            self.problem(member, "unknown")
            return
        self._below(element, member)

    def _without_members(self, ref: str, members: Mapping[str, int]) -> None:
        """Members that the form opens with and the submission does not have go."""
        bare = self.course.layout.bare(ref)
        for repeat in self.course.layout.open_repeats:
            if repeat.rpartition("/")[0] != bare:
                continue
            container = f"{ref}/{repeat.rpartition('/')[2]}"
            for index in range(self.course.instance.repeat_count(container), members.get(container, 0), -1):
                self.course.write(f"{container}[{index}]", "", "remove")

    def _leaf(self, ref: str, value: str, question: Question) -> None:
        text = value.strip() if question.kind != "text" else value
        if not text.strip() or question.kind == "note":
            return
        answer = _Answer(ref, text, question)
        self.answers.append(answer)
        self._write(answer)

    def _write(self, answer: _Answer) -> None:
        kind: EntryKind = "answer" if answer.question.asked else "known"
        stored = self.media.get(answer.value, "") if answer.question.kind in _MEDIA else ""
        self.course.write(answer.ref, answer.value, kind, stored)

    def _value(self, ref: str) -> str | None:
        """What the node holds now; None where it is gone or not relevant."""
        try:
            state = self.course.instance.node(ref)
        except KeyError:
            return None
        return state.value if state.relevant else None

    def _question(self, ref: str) -> Question | None:
        try:
            return self.course.form.question(ref)
        except KeyError:
            return None

    def _leave_the_rest(self) -> None:
        """What was left blank was left blank on purpose; no repeat waits for one more."""
        for step in self.course.open_steps():
            if step.startswith(ANOTHER):
                self.course.write(step.removeprefix(ANOTHER), "", "finish")
                continue
            state = self.course.instance.node(step)
            if pauses(state.question):
                self.course.write(step, "", "seen")
            elif not state.value and state.required:
                self.problem(step, "missing")
            elif not state.value:
                self.course.write(step, "", "skip")

    def _check(self) -> None:
        for answer in self.answers:
            try:
                state = self.course.instance.node(answer.ref)
            except KeyError:
                self.problem(answer.ref, "not_relevant", answer.value)
                continue
            if not answer.question.asked:
                continue  # calculated and filled-in values follow from the answers
            if not state.relevant:
                self.problem(answer.ref, "not_relevant", answer.value)
            elif not state.value:
                self.problem(answer.ref, "refused", answer.value)
            elif not state.constraint_ok:
                self.problem(answer.ref, "constraint", answer.value)


def session_from_submission(
    form: Form,
    xml: str | bytes,
    *,
    id: str,
    now: datetime,
    time_zone: str,
    language: str,
    country: str,
    media: Mapping[str, str] = _NOTHING,
) -> tuple[Session, tuple[SubmissionProblem, ...]]:
    """A completed session that holds what the submission says, and what of it could not be taken. Nothing raises.

    `id` is the instance id without `uuid:`; `media` names the stored file of an attachment by the name it was sent
    under. What the form has no node for below `meta` is passed over.
    """
    session = Session(form.id, form.version, id, "asking", language, country, time_zone, now.isoformat())
    course = Course.of(form, session, now)
    intake = _Intake(course, media)
    root = _root(form, xml, intake)
    if root is not None:
        intake.take(root)
    answered = tuple(dict.fromkeys(answer.ref for answer in intake.answers if answer.question.asked))
    course.session = replace(course.session, status="completed", history=answered)
    remember(form, course.session, course.instance)
    return course.session, tuple(intake.problems)


def _root(form: Form, xml: str | bytes, intake: _Intake) -> etree._Element | None:
    try:
        root = parse_xml(xml)
    except ValueError as error:
        intake.problem("", "unreadable", str(error)[:200])
        return None
    if local_name(root) != form.program.root.name:
        intake.problem(f"/{local_name(root)}", "wrong_form", root.get("id", ""))
        return None
    if _larger_than(root, MOST_ELEMENTS):
        intake.problem(f"/{local_name(root)}", "too_many")
        return None
    return root


def _larger_than(root: etree._Element, most: int) -> bool:
    return any(place > most for place, _ in enumerate(_every(root), start=1))


def _every(root: etree._Element) -> Iterator[etree._Element]:
    yield from root.iter()

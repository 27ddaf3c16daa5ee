"""What a national id says of its owner, offered at the later questions that ask for it; nothing is filled silently."""

from __future__ import annotations

from datetime import date

from dialogs.interview.accepting import Place, accepts
from dialogs.interview.course import ANOTHER, Course
from dialogs.interview.events import UnderAge
from dialogs.interview.hearing_texts import is_national_id
from dialogs.interview.showing import choice_labels
from dialogs.understanding import NationalIdFacts, fold, national_id_facts

OF_AGE = 18  # years, in both countries
_SEXES = {
    "M": frozenset(map(fold, "male m man boy ذكر رجل ولد".split())),
    "F": frozenset(map(fold, "female f woman girl أنثى امرأة بنت سيدة".split())),
}


def offer_facts(course: Course, ref: str) -> UnderAge | None:
    """Write what the id at `ref` tells as offers at the questions that its author marked (`bind::chat:kind` is
    birth_date, age or sex) and that are still open; says so where its owner is a child.
    """
    state = course.instance.node(ref)
    if not is_national_id(state.question):
        return None
    facts = national_id_facts(state.value, course.session.country)
    if facts is None:
        return None
    today = Place(course, ref).today()
    for step in course.open_steps():
        if step != ref and not step.startswith(ANOTHER) and _member(step) == _member(ref):
            value = _told(course, step, facts, today)
            if value and accepts(course, step, value):
                course.write(step, value, "offered")
    age = facts.age(today)
    return UnderAge(ref, age) if 0 <= age < OF_AGE else None


def _member(ref: str) -> str:
    """Whose answer it is: the member of a repeat that it stands in, "" outside of any."""
    return ref.rpartition("]")[0]


def _told(course: Course, step: str, facts: NationalIdFacts, today: date) -> str:
    """What the id answers to that question, "" for nothing."""
    question = course.instance.node(step).question
    asked = question.chat.get("kind", "")
    if asked == "birth_date":
        return facts.birth.isoformat()
    if asked == "age":
        return str(facts.age(today))
    if asked == "sex" and facts.sex:
        labels = choice_labels(course, step)
        named = [name for name, label in labels.items() if {fold(name), fold(label)} & _SEXES[facts.sex]]
        return named[0] if len(named) == 1 else ""
    return ""

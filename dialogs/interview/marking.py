"""Choosing several: choices are marked and unmarked one by one until «that is all», exclusive ones stand alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dialogs.interview.course import Course
from dialogs.interview.heard import Heard
from dialogs.interview.hearing_choices import value_of
from dialogs.interview.offering import chosen_names
from dialogs.interview.showing import choice_labels
from dialogs.interview.turn import Turn


class _Trial:
    """Whether the author's constraint takes a combination; nothing of it is kept."""

    def __init__(self, course: Course, ref: str) -> None:
        self.ref = ref
        self.instance = course.instance
        self.constrained = bool(course.instance.node(ref).question.expressions.constraint)

    def takes(self, *names: str) -> bool:
        return not self.constrained or self.instance.tried(self.ref, " ".join(names)).constraint_ok

    def beside(self, chosen: Sequence[str], name: str) -> list[str]:
        """The chosen ones with `name` added; those that cannot stand beside it give way."""
        added = [*chosen, name]
        if not chosen or self.takes(*added):
            return added
        left = [one for one in chosen if self.takes(one, name)]
        return [*left, name] if len(left) < len(chosen) and self.takes(*left, name) else added

    def stands_alone(self, name: str, all_names: Iterable[str]) -> bool:
        """True for «none of these»: the constraint takes it, and it beside no other."""
        others = [one for one in all_names if one != name]
        return self.constrained and bool(others) and self.takes(name) and not any(self.takes(name, o) for o in others)


def toggle(turn: Turn, name: str) -> None:
    """Mark or unmark one choice. Nothing is stored until «done», but for an exclusive choice that is marked alone."""
    course, ref = turn.course, turn.pending
    chosen = list(chosen_names(course, ref))
    if name in chosen:
        chosen.remove(name)
        _mark(turn, chosen)
        return
    trial = _Trial(course, ref)
    ranked = course.instance.node(ref).question.kind == "rank"
    if not chosen and not ranked and trial.stands_alone(name, choice_labels(course, ref)):
        turn.accept(Heard(name))
    else:
        _mark(turn, trial.beside(chosen, name))


def add_marks(turn: Turn, names: Sequence[str]) -> None:
    """What was said while choosing: one choice is marked or unmarked, several are added."""
    if len(names) == 1:
        toggle(turn, names[0])
        return
    trial = _Trial(turn.course, turn.pending)
    chosen = list(chosen_names(turn.course, turn.pending))
    for name in names:
        if name not in chosen:
            chosen = trial.beside(chosen, name)
    _mark(turn, chosen)


def take_marks_off(turn: Turn, names: Sequence[str]) -> None:
    """«شيل ٢»: these are not meant any more."""
    _mark(turn, [name for name in chosen_names(turn.course, turn.pending) if name not in names])


def _mark(turn: Turn, chosen: Sequence[str]) -> None:
    turn.course.change(draft=tuple(chosen), offers=())
    turn.say_where()


def finish_marking(turn: Turn) -> None:
    """Store the marked choices, in the form's order; a ranking keeps its own, and the unranked follow."""
    draft = turn.course.session.draft
    if draft is None:
        turn.skip()  # which keeps what was answered before
        return
    turn.accept(Heard(value_of(turn.course, turn.pending, draft)))

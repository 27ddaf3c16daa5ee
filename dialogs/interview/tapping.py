"""Taps: an option of the pending question answers it, one of an earlier question asks before it changes anything."""

from __future__ import annotations

from dialogs.interview.course import ANOTHER
from dialogs.interview.events import StaleButton
from dialogs.interview.heard import Heard
from dialogs.interview.moving import add_member, edit, finish_repeat
from dialogs.interview.option_ids import Tapped, code_of, option_id, read_option_id
from dialogs.interview.prompting import MULTIPLE, quick_answers
from dialogs.interview.showing import choice_labels, label_of
from dialogs.interview.turn import Turn


def tap(turn: Turn, choice: str) -> None:
    """Do what the tapped option means now; an option of an earlier question only asks."""
    course = turn.course
    tapped = read_option_id(course.layout, course.session, choice)
    steps = course.steps()
    if tapped is None:
        _gone(turn)
        return
    asking = course.session.status in {"asking", "editing"}
    if tapped.code == "!change" and course.session.stale:
        apply_stale(turn)
    elif asking and turn.pending == ANOTHER + tapped.ref and tapped.code in {"!another", "!finish"}:
        _another(turn, tapped.code == "!another")
    elif tapped.ref not in steps:
        _gone(turn)
    elif tapped.code == "!edit":
        edit(turn, tapped.ref)
    elif asking and turn.pending == tapped.ref:
        _pick(turn, tapped.code)
    else:
        _stale(turn, tapped, choice)


def _another(turn: Turn, more: bool) -> None:
    if more:
        add_member(turn)
    else:
        finish_repeat(turn)


def _gone(turn: Turn) -> None:
    turn.course.change(stale="")
    turn.events.append(StaleButton("", "", "", applies=False))
    turn.say_where()


def _stale(turn: Turn, tapped: Tapped, choice: str) -> None:
    course = turn.course
    name = _chosen(turn, tapped)
    if not name:
        _gone(turn)
        return
    course.change(stale=choice)
    turn.events.append(
        StaleButton(
            ref=tapped.ref,
            label=label_of(course, tapped.ref),
            shown=turn.shown_now(tapped.ref),
            key=option_id(course.layout, course.session, tapped.ref, "!change"),
            tapped=choice_labels(course, tapped.ref).get(name, ""),
        )
    )
    turn.say_where()


def _chosen(turn: Turn, tapped: Tapped) -> str:
    """The name or code that the tap still stands for, "" when there is none such any more."""
    if tapped.code == "!yes" or tapped.code.startswith("!quick"):
        return tapped.code
    labels = choice_labels(turn.course, tapped.ref)
    return next((name for name in labels if code_of(name) == tapped.code), "")


def apply_stale(turn: Turn) -> None:
    """Reopen the question of the old button with the tapped choice as its answer."""
    course = turn.course
    tapped = read_option_id(course.layout, course.session, course.session.stale)
    if tapped is None or tapped.ref not in course.steps():
        _gone(turn)
        return
    reviewing = course.session.status in {"reviewing", "editing"}
    status = "editing" if reviewing else "asking"
    course.change(status=status, pending=tapped.ref, attempts=0, draft=None, offers=(), stale="")
    _pick(turn, tapped.code)


def _pick(turn: Turn, code: str) -> None:
    course, ref = turn.course, turn.pending
    kind = course.instance.node(ref).question.kind
    if code == "!done":
        turn.finish_toggling()
    elif code == "!keep":
        turn.keep()
    elif code == "!later":
        turn.skip()
    elif code == "!yes" and kind == "acknowledge":
        turn.accept(Heard("OK"))
    elif code.startswith(("!value", "!quick")):
        _pick_numbered(turn, code)
    else:
        name = _chosen(turn, Tapped(ref, code))
        if not name or name.startswith("!"):
            _gone(turn)
        elif kind in MULTIPLE:
            turn.toggle(name)
        else:
            turn.accept(Heard(name))


def _pick_numbered(turn: Turn, code: str) -> None:
    values = turn.course.session.offers
    if code.startswith("!quick"):
        values = tuple(value for value, _ in quick_answers(turn.course, turn.pending))
    place = code.removeprefix("!value").removeprefix("!quick")
    if place.isdigit() and int(place) < len(values):
        turn.accept(Heard(values[int(place)]))
    else:
        _gone(turn)

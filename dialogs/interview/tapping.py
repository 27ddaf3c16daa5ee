"""Taps: an option of the pending question answers it, one of an earlier question asks before it changes anything."""

from __future__ import annotations

from dialogs.interview.cascading import heard_path
from dialogs.interview.columns import is_sensitive
from dialogs.interview.course import ANOTHER
from dialogs.interview.events import StaleButton
from dialogs.interview.heard import Heard
from dialogs.interview.marking import finish_marking, toggle
from dialogs.interview.moving import add_member, edit, finish_repeat, read_note, set_aside
from dialogs.interview.offering import MULTIPLE, quick_answers
from dialogs.interview.option_ids import Tapped, code_of, option_id, read_option_id
from dialogs.interview.removing import edit_member, list_members, member_around, remove_member
from dialogs.interview.showing import choice_labels, name_of
from dialogs.interview.standing import marked
from dialogs.interview.turn import Turn

_PUT_OFF = frozenset({"!set_aside", "!aside"})
_OF_MEMBERS = frozenset({"!remove", "!member", "!members"})


def tap(turn: Turn, choice: str) -> None:
    """Do what the tapped option means now; an option of an earlier question only asks."""
    course = turn.course
    asking = course.session.status in {"asking", "editing"}
    if choice in _PUT_OFF and asking:
        set_aside(turn)
        return
    tapped = read_option_id(course.layout, course.session, choice)
    steps = course.steps()
    if tapped is None:
        _gone(turn)
        return
    if tapped.code == "!change" and course.session.stale:
        apply_stale(turn)
    elif asking and turn.pending == ANOTHER + tapped.ref and tapped.code in {"!another", "!finish"}:
        _another(turn, tapped.code == "!another")
    elif tapped.ref not in steps:
        _gone(turn)
    elif tapped.code == "!edit":
        edit(turn, tapped.ref)
    elif tapped.code in _OF_MEMBERS:
        _about_member(turn, tapped)
    elif asking and turn.pending == tapped.ref:
        _pick(turn, tapped.code)
    elif asking and _unanswered(turn, tapped.ref):
        course.change(pending=tapped.ref, attempts=0, draft=None, offers=(), stale="")
        _pick(turn, tapped.code)
    else:
        _stale(turn, tapped, choice)


def _unanswered(turn: Turn, ref: str) -> bool:
    """True for a question that was asked with others or put off and holds nothing yet: its button simply answers it."""
    course = turn.course
    return not course.settled(ref, course.last_entries()) and not course.instance.node(ref).value


def _about_member(turn: Turn, tapped: Tapped) -> None:
    member = member_around(turn.course, tapped.ref)
    if not member:
        _gone(turn)
    elif tapped.code == "!remove":
        remove_member(turn, member)
    elif tapped.code == "!member":
        edit_member(turn, member)
    else:
        list_members(turn, member.rpartition("[")[0])


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
    state = course.instance.node(tapped.ref)
    question = state.question
    same = question.kind not in MULTIPLE and state.value == ("OK" if name == "!yes" else name)
    course.change(stale="" if same else choice)
    turn.events.append(
        StaleButton(
            ref=tapped.ref,
            label=name_of(course, tapped.ref),
            shown=turn.shown_now(tapped.ref),
            key="" if same else option_id(course.layout, course.session, tapped.ref, "!change"),
            tapped=choice_labels(course, tapped.ref).get(name, ""),
            sensitive=is_sensitive(question) or marked(question, "neutral"),
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
        finish_marking(turn)
    elif code == "!keep":
        turn.keep()
    elif code == "!later":
        turn.skip()
    elif code == "!set_aside":
        set_aside(turn)
    elif code == "!yes" and kind == "note":
        read_note(turn)
    elif code == "!yes" and kind == "acknowledge":
        turn.accept(Heard("OK"))
    elif code.startswith(("!value", "!quick")):
        _pick_numbered(turn, code)
    else:
        name = _chosen(turn, Tapped(ref, code))
        if not name or name.startswith("!"):
            _gone(turn)
        elif kind in MULTIPLE:
            toggle(turn, name)
        else:
            turn.accept(Heard(name))


def _pick_numbered(turn: Turn, code: str) -> None:
    values = turn.course.session.offers
    if code.startswith("!quick"):
        values = tuple(value for value, _ in quick_answers(turn.course, turn.pending))
    place = code.removeprefix("!value").removeprefix("!quick")
    if place.isdecimal() and int(place) < len(values):
        turn.accept(heard_path(turn.course, turn.pending, values[int(place)]))
    else:
        _gone(turn)

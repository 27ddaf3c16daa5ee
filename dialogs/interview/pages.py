"""A form as pages for a screen: each group a page, each member of a repeat its own, and where every question stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from dialogs.form import Form, NodeState, Question
from dialogs.interview.course import ANOTHER, Course
from dialogs.interview.hearing import example_for
from dialogs.interview.layout import layout_of
from dialogs.interview.prompts import RepeatPosition
from dialogs.interview.session import UNWRITTEN, Entry, Session
from dialogs.interview.sheets import Sheet, plan_of, repeats_around
from dialogs.interview.showing import answer_shown, choice_labels, label_of, position_of, repeat_label, sensitive
from dialogs.interview.standing import pauses, stands

SHOWN_OF_A_MEMBER = 2  # answers that tell one member from another in the list
LONGEST_WITHOUT_SEARCH = 30  # choices; with more a list is searched by typing
LAST = 10**9  # the list of members comes after its members

ItemState = Literal["answered", "skipped", "voice", "open", "invalid", "said"]
PageState = Literal["done", "open", "new", "error"]
_NOTHING: Mapping[str, str] = MappingProxyType({})
_SEARCHED = frozenset({"autocomplete", "minimal", "search"})


@dataclass(frozen=True)
class Pick:
    """A choice as it is offered now."""

    name: str
    label: str
    chosen: bool
    media: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True)
class Item:
    """A question as it stands on its page. `key` names its field; `said` is a note or a value nobody may change.

    `answered_at` is when the answer was given (ISO 8601), "" for none; `message` why an answer no longer fits.
    """

    ref: str
    key: str
    kind: str
    label: str
    value: str
    shown: str
    state: ItemState
    hint: str = ""
    guidance: str = ""
    why: str = ""
    heading: str = ""
    message: str = ""
    example: str = ""
    required: bool = False
    sensitive: bool = False
    search: bool = False
    appearance: str = ""
    answered_at: str = ""
    kept: str = ""
    options: tuple[Pick, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    media: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True)
class MemberPage:
    """A member in the list of its repeat: its page's key, and what tells it from the others ("" if that is private)."""

    number: int
    key: str
    shown: str
    state: PageState


@dataclass(frozen=True)
class Page:
    """One page. `container` is the repeat whose members it lists, or "". `items` only of a page that was opened."""

    key: str
    title: str
    state: PageState
    refs: tuple[str, ...] = ()
    repeat: RepeatPosition | None = None
    container: str = ""
    members: tuple[MemberPage, ...] = ()
    items: tuple[Item, ...] = ()


def pages(form: Form, session: Session, *, now: datetime) -> tuple[Page, ...]:
    """The pages that have anything to show now, in the form's order."""
    with Course.read(form, session, now) as course:
        return _pages(course)


def page(form: Form, session: Session, key: str, *, now: datetime) -> Page | None:
    """One page with its questions; None when there is no such page now."""
    with Course.read(form, session, now) as course:
        found = next((each for each in _pages(course) if each.key == key), None)
        if found is None:
            return None
        latest = course.last_entries()
        return replace(found, items=tuple(_item(course, ref, latest.get(ref)) for ref in found.refs))


def progress(form: Form, session: Session, *, now: datetime) -> tuple[int, int]:
    """How many of the questions that are asked now are settled, and how many there are."""
    with Course.read(form, session, now) as course:
        left = sum(not step.startswith(ANOTHER) for step in course.open_steps())
        asked = sum(not step.startswith(ANOTHER) for step in course.steps())
        return asked - left, asked


def item(form: Form, session: Session, ref: str, *, now: datetime) -> Item | None:
    """One question as it stands; None when it is not shown now."""
    with Course.read(form, session, now) as course:
        if ref not in {shown for shown, _ in course.shown()}:
            return None
        return _item(course, ref, course.last_entries().get(ref))


def field_key(form: Form, ref: str) -> str:
    """A short name for a question with its positions: `12`, `12-2`."""
    layout = layout_of(form)
    return "-".join(map(str, (layout.index[layout.bare(ref)], *layout.positions(ref))))


# -- the pages as they are now


def _pages(course: Course) -> tuple[Page, ...]:
    plan, layout = plan_of(course.form), course.layout
    refs: dict[tuple[int, tuple[int, ...]], dict[str, NodeState]] = {}
    for ref, state in course.shown():
        sheet = plan.sheet_of.get(layout.bare(ref))
        if sheet is not None:
            refs.setdefault((sheet.number, layout.positions(ref)), {})[ref] = state
    latest = course.last_entries()
    placed: list[tuple[tuple[int, ...], Page]] = []
    for (number, positions), shown in refs.items():
        sheet = plan.sheets[number - 1]
        placed.append((_order(course, sheet, positions), _page(course, sheet, positions, shown, latest)))
    questions = [made for _, made in sorted(placed, key=lambda pair: pair[0])]
    for step in course.steps():
        if step.startswith(ANOTHER):
            placed.append(_list(course, step.removeprefix(ANOTHER), questions, latest))
    return tuple(made for _, made in sorted(placed, key=lambda pair: pair[0]))


def _order(course: Course, sheet: Sheet, positions: tuple[int, ...]) -> tuple[int, ...]:
    around = [(course.layout.index[ref], at) for ref, at in zip(sheet.repeats, positions, strict=False)]
    return (*(number for pair in around for number in pair), sheet.first)


def _page(
    course: Course,
    sheet: Sheet,
    positions: tuple[int, ...],
    states: Mapping[str, NodeState],
    latest: Mapping[str, Entry],
) -> Page:
    refs = tuple(states)
    stood = [_stand(course, state, latest.get(ref)) for ref, state in states.items()]
    key = "-".join(map(str, (sheet.number, *positions)))
    repeat = position_of(course, refs[0]) if sheet.repeats else None
    return Page(key, _title(course, sheet.group, positions), _page_state(stood), refs, repeat)


def _title(course: Course, group: str, positions: tuple[int, ...]) -> str:
    """The group's own words; "" for questions outside any."""
    if not group:
        return ""
    try:
        return course.instance.label(course.layout.placed(group, positions), course.language)
    except KeyError:
        return ""


def _list(
    course: Course, container: str, made: list[Page], latest: Mapping[str, Entry]
) -> tuple[tuple[int, ...], Page]:
    layout = course.layout
    bare, outer = layout.bare(container), layout.positions(container)
    around = [ref for ref in repeats_around(course.form, bare) if ref != bare]
    order = [number for ref, at in zip(around, outer, strict=False) for number in (layout.index[ref], at)]
    members: dict[int, Page] = {}
    for one in made:
        if one.refs and one.refs[0].startswith(container + "["):
            members.setdefault(layout.positions(one.refs[0])[len(outer)], one)
    lines = tuple(
        MemberPage(number, one.key, _tells_apart(course, one), one.state) for number, one in sorted(members.items())
    )
    finished = latest.get(container)
    state: PageState = "done" if finished is not None and finished.kind == "finish" else "open"
    key = "m" + "-".join(map(str, (layout.index[bare], *outer)))
    title = repeat_label(course, f"{container}[1]", bare) or course.form.question(bare).name
    return (*order, layout.index[bare], LAST), Page(key, title, state, container=container, members=lines)


def _tells_apart(course: Course, member: Page) -> str:
    told = [answer_shown(course, ref) for ref in member.refs if not sensitive(course, ref)]
    return "، ".join([text for text in told if text][:SHOWN_OF_A_MEMBER])


def _page_state(stood: list[ItemState]) -> PageState:
    asked = [state for state in stood if state != "said"]
    if "invalid" in asked:
        return "error"
    if all(state != "open" for state in asked):
        return "done"
    return "new" if all(state == "open" for state in asked) else "open"


def _stand(course: Course, state: NodeState, entry: Entry | None) -> ItemState:
    if not course.askable(state) or pauses(state.question):
        return "said" if not pauses(state.question) or entry is not None else "open"
    if state.value:
        if not state.constraint_ok:
            return "invalid"
        return "answered" if stands(state, entry) else "open"
    if entry is not None and entry.kind in UNWRITTEN:
        return "voice"
    return "skipped" if stands(state, entry) else "open"


def _item(course: Course, ref: str, entry: Entry | None) -> Item:
    instance, language = course.instance, course.language
    state = instance.node(ref)
    question = state.question
    stood = _stand(course, state, entry)
    heading = plan_of(course.form).heading_of.get(course.layout.bare(ref), "")
    chosen = {state.value} if question.kind == "select_one" else set(state.value.split())
    labels = choice_labels(course, ref)
    picks = tuple(
        Pick(choice.name, labels.get(choice.name, choice.name), choice.name in chosen, choice.media)
        for choice in instance.choices(ref)
    )
    return Item(
        ref=ref,
        key=field_key(course.form, ref),
        kind=question.kind,
        label=label_of(course, ref),
        value=state.value,
        shown=answer_shown(course, ref),
        state=stood,
        hint=instance.hint(ref, language),
        guidance=instance.guidance(ref, language),
        why=_worded(question, "why", course.session.language),
        heading=_title(course, heading, course.layout.positions(ref)),
        message=instance.constraint_message(ref, language) if stood == "invalid" else "",
        example=example_for(course, ref),
        required=state.required,
        sensitive=sensitive(course, ref),
        search=len(picks) > LONGEST_WITHOUT_SEARCH or bool(_SEARCHED & set(question.appearance.split())),
        appearance=question.appearance,
        answered_at=entry.at if entry is not None else "",
        kept=entry.media if entry is not None else "",
        options=picks,
        parameters=question.parameters,
        media=instance.media(ref, language),
    )


def _worded(question: Question, column: str, language: str) -> str:
    """A chat column in the session's language, else as it stands without one."""
    return (question.chat.get(f"{column}_{language[:2]}") or question.chat.get(column) or "").strip()

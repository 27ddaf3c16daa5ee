"""A group of a form as screens that open in a messenger: which question stands on which, and what stays in the chat."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby

from dialogs.form import Form, Question
from dialogs.interview.columns import most_members
from dialogs.interview.layout import layout_of
from dialogs.interview.sheets import plan_of
from dialogs.interview.standing import marked

DONE = "DONE"  # the screen after the last one
MORE = "more"  # the field that asks for one more member of an open repeat
YES, NO = "yes", "no"
QUESTIONS = 12  # of one screen: more is a long way down for a thumb, and each takes up to three of WhatsApp's 50 parts
MEMBERS = 8  # of a repeat whose count nobody knows beforehand
ONE_OF, SEVERAL_OF = 200, 20  # choices that a list on a screen may have
SHORT_LIST = 8  # choices that stand open; a longer list folds
BRANCHES = 10  # screens that may follow one
KINDS: Mapping[str, str] = {
    "text": "text",
    "barcode": "text",
    "integer": "number",
    "decimal": "number",
    "range": "number",
    "date": "date",
    "select_one": "one",
    "select_multiple": "several",
    "acknowledge": "yes",
    "note": "note",
}
_INSTANCE = re.compile(r"instance\(\s*['\"]([^'\"]+)['\"]\s*\)")


@dataclass(frozen=True)
class Slot:
    """A question's place on a screen. `name` is its field there; `folds` says that its list is a long one."""

    ref: str
    name: str
    kind: str
    sensitive: bool = False
    folds: bool = False


@dataclass(frozen=True)
class Screen:
    """One screen. `adds` is the open repeat of which it asks for one more member after `member`, "" where it does not.

    Ids hold letters and underscores only, and stay the same for a version of a form.
    """

    id: str
    group: str
    slots: tuple[Slot, ...]
    repeat: str = ""
    member: int = 0
    adds: str = ""


@dataclass(frozen=True)
class Left:
    """A question that stays in the chat, and why: danger, kind, choices, members (a list within a list)."""

    ref: str
    why: str


@dataclass(frozen=True, eq=False)
class Screens:
    """A group's screens in order, which may follow which (forward only, `DONE` at the end), and what stays behind."""

    group: str
    screens: tuple[Screen, ...]
    left: tuple[Left, ...] = ()
    routes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def named(self, screen_id: str) -> Screen | None:
        """The screen of that id; None when there is none."""
        return next((screen for screen in self.screens if screen.id == screen_id), None)

    def carries(self, ref: str) -> bool:
        """Whether that question, with its positions, has a place here."""
        return any(slot.ref == ref for screen in self.screens for slot in screen.slots)


def group_around(form: Form, ref: str) -> str:
    """The nearest group or repeat around a question that its author wants on screens; "" where there is none."""
    above = form.question(ref).parent
    found = ""
    while above and above != layout_of(form).root:
        around = form.question(above)
        if is_for_screens(around):
            found = above
        above = around.parent
    return found


def groups_for_screens(form: Form) -> tuple[str, ...]:
    """The outermost groups that are marked, in the form's order, of which a screen can carry something."""
    wanted = [q.ref for q in form.questions if q.kind in ("group", "repeat") and is_for_screens(q)]
    outer = [ref for ref in wanted if not any(ref.startswith(other + "/") for other in wanted)]
    return tuple(ref for ref in outer if screens_of(form, ref).screens)


def is_for_screens(question: Question) -> bool:
    """`bind::chat:screen = yes` on a group, or a group that belongs together anyway (`field-list`)."""
    return marked(question, "screen") or (question.kind == "group" and "field-list" in question.appearance.split())


@lru_cache(maxsize=64)
def screens_of(form: Form, group: str) -> Screens:
    """The group at `group` as screens, before anybody answered: a page each, each member of a repeat its own."""
    left: list[Left] = []
    bare: dict[int, list[tuple[Question, Slot]]] = {}
    for question in form.questions:
        if not question.ref.startswith(group + "/") or not question.asked or question.kind in ("group", "repeat"):
            continue
        why = _why_left(form, group, question)
        if why:
            left.append(Left(question.ref, why))
        else:
            bare.setdefault(plan_of(form).sheet_of[question.ref].number, []).append((question, _slot(form, question)))
    screens = tuple(_laid_out(form, group, bare))
    return Screens(group, screens, tuple(left), _routes(form, group, screens))


def _why_left(form: Form, group: str, question: Question) -> str:
    repeat = question.repeat
    around = form.question(repeat).repeat if repeat else ""
    if around or (repeat and not f"{repeat}/".startswith(f"{group}/")):
        return "members"
    if question.kind not in KINDS:
        return "kind"
    if question.chat.get("danger", "").strip():
        return "danger"
    if question.kind == "select_multiple" and _listed(form, question) > SEVERAL_OF:
        return "choices"
    filtered = bool(question.expressions.choice_filter)
    return "choices" if question.kind == "select_one" and not filtered and _listed(form, question) > ONE_OF else ""


def _slot(form: Form, question: Question) -> Slot:
    name = f"q{layout_of(form).index[question.ref]}"
    folds = question.kind == "select_one" and _listed(form, question) > SHORT_LIST
    kind = "long" if "multiline" in question.appearance.split() else KINDS[question.kind]
    private = marked(question, "sensitive") or marked(question, "restricted")
    return Slot(question.ref, name, kind, private, folds)


def _listed(form: Form, question: Question) -> int:
    """How many choices its whole list has, whatever a filter lets through."""
    choices = form.program.definition(question.ref).choices
    if choices is None:
        return 0
    named = _INSTANCE.search(choices.itemset.source) if choices.itemset is not None else None
    found = form.program.secondary.get(named[1]) if named else None
    return len(choices.inline) if found is None else sum(len(root.children) for root in found.children)


def _laid_out(form: Form, group: str, bare: Mapping[int, list[tuple[Question, Slot]]]) -> Iterator[Screen]:
    """Sheets in the form's order; those of one repeat come member by member."""
    ordered = sorted(bare.items(), key=lambda pair: layout_of(form).index[pair[1][0][0].ref])
    for repeat, together in groupby(ordered, key=lambda pair: pair[1][0][0].repeat):
        sheets = list(together)
        if not repeat:
            for number, asked in sheets:
                yield from _parts(group, number, [slot for _, slot in asked])
            continue
        is_open, most = form.question(repeat).open_ended, min(MEMBERS, most_members(form.question(repeat)))
        for member in range(1, most + 1):
            for place, (number, asked) in enumerate(sheets, 1):
                placed = [replace(slot, ref=layout_of(form).placed(slot.ref, [member])) for _, slot in asked]
                parts = list(_parts(group, number, placed, repeat, member))
                if is_open and member < most and place == len(sheets):
                    parts[-1] = replace(parts[-1], adds=repeat)
                yield from parts


def _parts(group: str, number: int, slots: Sequence[Slot], repeat: str = "", member: int = 0) -> Iterator[Screen]:
    name = f"PAGE_{_letters(number)}" + (f"_{_letters(member)}" if member else "")
    for place, start in enumerate(range(0, len(slots), QUESTIONS)):
        part = f"_PART_{_letters(place + 1)}" if place else ""
        yield Screen(name + part, group, tuple(slots[start : start + QUESTIONS]), repeat, member)


def _letters(number: int) -> str:
    """1 is A, 26 is Z, 27 is AA: a screen's id has no digits."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _routes(form: Form, group: str, screens: Sequence[Screen]) -> dict[str, tuple[str, ...]]:
    """From each screen those that can come next: up to the first that always comes, no member before the one ahead."""
    routes: dict[str, tuple[str, ...]] = {}
    for place, screen in enumerate(screens):
        following: list[str] = []
        for later in screens[place + 1 :]:
            reached = screen.member if later.repeat == screen.repeat else 0
            if later.member > reached + 1 and later.repeat:
                continue
            following.append(later.id)
            if _always_comes(form, group, later):
                break
        else:
            following.append(DONE)
        routes[screen.id] = tuple(following if len(following) <= BRANCHES else [*following[: BRANCHES - 1], DONE])
    return {**routes, DONE: ()}


def _always_comes(form: Form, group: str, screen: Screen) -> bool:
    if screen.repeat:
        return False
    return any(not _may_be_hidden(form, group, slot) for slot in screen.slots)


def _may_be_hidden(form: Form, group: str, slot: Slot) -> bool:
    at = slot.ref
    while at and at != group:
        if form.question(at).expressions.relevant or form.question(at).expressions.readonly:
            return True
        at = form.question(at).parent
    return slot.kind in ("one", "several", "note")  # a filtered list may be empty; a note asks nothing

"""Filling a form on screens in a messenger: what stands there now, and what was filled in, as the chat has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dialogs.form import Form
from dialogs.interview.course import ANOTHER, Course
from dialogs.interview.disclosing import tells_of_danger
from dialogs.interview.filling import Outcome, add_member, finish_members, leave_blank, say_answer, set_answer
from dialogs.interview.pages import Item, item
from dialogs.interview.screens import DONE, MORE, NO, ONE_OF, SEVERAL_OF, YES, Screen, Screens, Slot
from dialogs.interview.session import Session
from dialogs.interview.showing import position_of
from dialogs.interview.standing import latest_entries, marked
from dialogs.understanding import read_danger, read_intent

TYPED = frozenset({"text", "long", "number"})  # what is read as the chat reads words


@dataclass(frozen=True)
class Field:
    """A question as a screen shows it. Not `visible`: not asked now, or with more choices than a screen has room for.

    `value` is what is known, "" also where it is private: then `settled`, and left blank, it stays as it is.
    """

    slot: Slot
    item: Item | None = None
    visible: bool = False
    value: str = ""
    settled: bool = False
    required: bool = False


@dataclass(frozen=True)
class Shown:
    """A screen with what stands there; `seen` comes back with the answers and says what the person had before them."""

    screen: Screen
    title: str
    fields: tuple[Field, ...]
    seen: str
    asks_more: bool = False

    @property
    def live(self) -> bool:
        """Whether there is anything to do on it."""
        return self.asks_more or any(each.visible and each.slot.kind != "note" for each in self.fields)


def shown(form: Form, session: Session, screen: Screen, *, now: datetime) -> Shown:
    """The screen as it stands now."""
    fields = tuple(_field(form, session, slot, now) for slot in screen.slots)
    with Course.read(form, session, now) as course:
        title, more = _title(course, screen), _asks_more(course, screen)
    names = [each.slot.name for each in fields if each.visible]
    return Shown(screen, title, fields, " ".join([str(len(session.journal)), *names]), more)


def first_screen(form: Form, session: Session, screens: Screens, *, now: datetime) -> str:
    """The id of the first screen on which anything is asked now; `DONE` when there is none."""
    return _next(form, session, screens, (screen.id for screen in screens.screens), now)


def next_screen(form: Form, session: Session, screens: Screens, after: str, *, now: datetime) -> str:
    """The id of the screen that follows one, of those that its routes allow."""
    return _next(form, session, screens, screens.routes.get(after, ()), now)


def _next(form: Form, session: Session, screens: Screens, ids: Iterable[str], now: datetime) -> str:
    for each in ids:
        screen = screens.named(each)
        if screen is not None and shown(form, session, screen, now=now).live:
            return each
    return DONE


def _field(form: Form, session: Session, slot: Slot, now: datetime) -> Field:
    found = item(form, session, slot.ref, now=now)
    if found is None:
        return Field(slot)
    if slot.kind == "note":
        return Field(slot, found, visible=True)
    most = SEVERAL_OF if slot.kind == "several" else ONE_OF
    fits = slot.kind not in ("one", "several") or 0 < len(found.options) <= most
    kept = found.state == "voice"  # a recording stands for it until somebody wrote down what it says
    settled = found.state in ("answered", "skipped")
    visible = fits and not kept and found.state != "said"
    blank = slot.sensitive and settled  # it stays as it is
    required = found.required and not blank and not marked(form.question(slot.ref), "skip_ok")
    return Field(slot, found, visible, "" if slot.sensitive else found.value, settled, required)


def _title(course: Course, screen: Screen) -> str:
    """What the group or the member is called now («فرد من البيت ٢» has its number put in by whoever shows it)."""
    try:
        if screen.repeat:
            called = position_of(course, screen.slots[0].ref)
            return called.label if called is not None else ""
        return course.instance.label(screen.group, course.language)
    except KeyError:
        return ""


def _asks_more(course: Course, screen: Screen) -> bool:
    """Whether one more member may come after the last one there is, and nobody said yet that there is none."""
    if not screen.adds or course.session.status == "completed":
        return False
    if f"{ANOTHER}{screen.adds}" not in course.open_steps():
        return False
    return course.instance.repeat_count(screen.adds) == screen.member


# -- what was filled in


@dataclass(frozen=True)
class Filled:
    """What came of a screen: what was not taken and what was written there, by field; words that told of danger."""

    refused: Mapping[str, Outcome] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)
    danger: str = ""
    newcomers: bool = False
    """Questions of this screen are asked now that were not on it before."""


def fill(
    form: Form, session: Session, screen: Screen, given: Mapping[str, str], seen: str, *, now: datetime
) -> tuple[Session, Filled]:
    """Takes what a screen gave, each answer as far as the form takes it, as the chat would.

    `seen` is what the screen came with: an answer that changed elsewhere meanwhile is kept unless another was put here,
    and what was not before them is no blank of theirs. Words of danger are given back and stored nowhere.
    """
    length, names = _read_seen(seen)
    put = [slot for slot in screen.slots if slot.name in names]
    before = latest_entries(session.journal[:length])
    refused: dict[str, Outcome] = {}
    danger: list[str] = []
    for slot in put:
        written = given.get(slot.name, "").strip()
        if slot.kind == "note" or _stays(form, session, slot, written, (before, length), now):
            continue
        if slot.kind in TYPED and _told(form, slot, written):
            danger.append(written)
            continue
        session, outcome = _take(form, session, slot, written, now)
        if not outcome.taken and outcome.reason != "gone":
            refused[slot.name] = outcome
    settled = tuple(slot.ref for slot in put if slot.name not in refused and not danger)
    session = leave_blank(form, session, settled, now=now)
    if not refused and not danger:
        session = _more(form, session, screen, given.get(MORE, ""), now)
    after = shown(form, session, screen, now=now)
    new = any(f.visible and not f.settled and f.slot.kind != "note" and f.slot.name not in names for f in after.fields)
    return session, Filled(refused, dict(given), "\n".join(danger), new)


def _read_seen(seen: str) -> tuple[int, frozenset[str]]:
    length, _, names = seen.partition(" ")
    return (int(length) if length.isascii() and length.isdigit() else 0), frozenset(names.split())


def _stays(
    form: Form, session: Session, slot: Slot, written: str, then: tuple[Mapping[str, object], int], now: datetime
) -> bool:
    """Whether what stands is to be left alone: private and left blank, or answered elsewhere since it was shown."""
    found = _field(form, session, slot, now)
    if not found.visible or (slot.sensitive and not written and found.settled):
        return True
    before, length = then
    if not any(entry.ref == slot.ref for entry in session.journal[length:]):
        return False
    entry = before.get(slot.ref)
    return written == str(getattr(entry, "value", "")) or not written


def _told(form: Form, slot: Slot, written: str) -> bool:
    """Whether the chat would hear danger in it, whatever was asked."""
    if not written:
        return False
    asks_for_help = read_intent(written).value in ("danger", "urgent")
    return asks_for_help or read_danger(written) or tells_of_danger(form.question(slot.ref), written)


def _take(form: Form, session: Session, slot: Slot, written: str, now: datetime) -> tuple[Session, Outcome]:
    if slot.kind in TYPED:
        return say_answer(form, session, slot.ref, written, now=now)
    return set_answer(form, session, slot.ref, written, now=now)


def _more(form: Form, session: Session, screen: Screen, said: str, now: datetime) -> Session:
    """One more member, or no further one; said twice it adds once."""
    with Course.read(form, session, now) as course:
        asked = _asks_more(course, screen)
    if not asked or said not in (YES, NO):
        return session
    if said == NO:
        return finish_members(form, session, screen.adds, now=now)
    return add_member(form, session, screen.adds, now=now)[0]

"""The answers of an application as its form groups them, and the questions that may be asked once more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dialogs.form import Form
from dialogs.interview import Session
from dialogs.interview.pages import Item, Page, page, pages
from dialogs.interview.standing import marked

NOT_ASKED = frozenset({"note", "calculate", "hidden", "geotrace", "geoshape"})


@dataclass(frozen=True)
class Sight:
    """How much of a family somebody sees: who it is and what it said; what the form keeps private; and for few."""

    identity: bool = False
    private: bool = False
    restricted: bool = False


@dataclass(frozen=True)
class Line:
    """A question with its answer. `shown` is "" where there is none, or where it is `hidden` from this reader.

    `state` is answered, skipped, voice (nobody wrote it down yet), open or invalid; `recording` the file it stands in.
    """

    ref: str
    key: str
    label: str
    shown: str
    state: str
    hidden: bool = False
    recording: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Group:
    """A group of the form; `member` names whose page it is in a repeat, 0 where it is nobody's."""

    title: str
    lines: tuple[Line, ...]
    member: int = 0


def groups_of(form: Form, session: Session, sight: Sight, at: datetime) -> list[Group]:
    """Everything that is shown now, in the form's order; what is kept for few is left out for the others."""
    found = []
    for each in _filled(form, session, at):
        lines = tuple(
            _line(form, item, sight) for item in each.items if _is_question(item) and _is_for(form, item, sight)
        )
        if lines:
            found.append(Group(each.title, lines, each.repeat.index if each.repeat is not None else 0))
    return found


def askable(form: Form, session: Session, at: datetime) -> set[str]:
    """The refs that a family may be asked once more: what it was asked, never what tells of danger."""
    items = (item for each in _filled(form, session, at) for item in each.items)
    return {item.ref for item in items if _is_question(item) and not _of_danger(form, item)}


def _filled(form: Form, session: Session, at: datetime) -> Iterator[Page]:
    for each in pages(form, session, now=at):
        whole = page(form, session, each.key, now=at)
        if whole is not None and not whole.container:
            yield whole


def _is_question(item: Item) -> bool:
    return item.kind not in NOT_ASKED and item.state != "said"


def _of_danger(form: Form, item: Item) -> bool:
    return bool(form.question(item.ref).chat.get("danger", "").strip())


def _is_for(form: Form, item: Item, sight: Sight) -> bool:
    if sight.restricted:
        return True
    return not marked(form.question(item.ref), "restricted") and not _of_danger(form, item)


def _line(form: Form, item: Item, sight: Sight) -> Line:
    hidden = not sight.identity or (item.sensitive and not sight.private)
    shown = "" if hidden else item.shown
    return Line(
        ref=item.ref,
        key=item.key,
        label=item.label,
        shown=shown,
        state=item.state,
        hidden=hidden and bool(item.shown or item.kept),
        recording="" if hidden else item.kept,
        is_number=item.kind in ("integer", "decimal", "range", "date", "time", "dateTime"),
    )

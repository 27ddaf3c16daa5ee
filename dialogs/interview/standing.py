"""What a journal's entries mean for the questions: what the latest word about each is, and which stand as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dialogs.form import NodeState, Question
from dialogs.interview.session import UNWRITTEN, Entry

CHANGES_NOTHING = frozenset({"finish", "aside", "seen"})
"""Kinds of entries that say something to the interview and nothing to the form."""
_YES = frozenset({"yes", "true", "1"})
_BLANK_STANDS = frozenset({"skip", "seen"})


def marked(question: Question, column: str) -> bool:
    """True when the author wrote yes in the chat column."""
    return question.chat.get(column, "").strip().lower() in _YES


def pauses(question: Question) -> bool:
    """True for a note that waits until it was read (`appearance` pause)."""
    return question.kind == "note" and "pause" in question.appearance.split()


def may_stay_blank(state: NodeState) -> bool:
    """True when the question may be skipped: it is not required, or the author allows it in a chat."""
    return not state.required or marked(state.question, "skip_ok")


def latest_entries(entries: Iterable[Entry]) -> dict[str, Entry]:
    """The latest entry about each ref as the refs are now: those of a removed member are gone, later ones move up."""
    latest: dict[str, Entry] = {}
    for entry in entries:
        if entry.kind == "remove":
            latest = {moved: one for ref, one in latest.items() if (moved := after_removal(ref, entry.ref))}
        else:
            latest[entry.ref] = entry
    return latest


def after_removal(ref: str, member: str) -> str:
    """What `ref` is called once `member` (`/data/kid[2]`) is out: "" if it stood in it; «+» may come before it."""
    found = _placed_in(ref, member)
    if found is None:
        return ref
    front, place, gone, rest = found
    if place == gone:
        return ""
    return f"{front}[{place - 1}]{rest}" if place > gone else ref


def before_removal(ref: str, member: str) -> str:
    """What `ref` was called before `member` was taken out."""
    found = _placed_in(ref, member)
    if found is None:
        return ref
    front, place, gone, rest = found
    return f"{front}[{place + 1}]{rest}" if place >= gone else ref


def _placed_in(ref: str, member: str) -> tuple[str, int, int, str] | None:
    """(repeat, place of `ref`, place of `member`, the rest of `ref`); None when `ref` stands outside the repeat."""
    container, _, gone = member.removesuffix("]").rpartition("[")
    sign = "+" if ref.startswith("+") else ""
    front = f"{sign}{container}"
    if not ref.startswith(front + "["):
        return None
    place, _, rest = ref[len(front) + 1 :].partition("]")
    return front, int(place), int(gone), rest


def stands(state: NodeState, entry: Entry | None) -> bool:
    """True when nothing has to be asked: answered and valid, kept as a file still to be read, read, or skipped."""
    if entry is None or entry.kind == "offered":
        return False
    if state.value and entry.kind != "aside":
        return state.constraint_ok or entry.kind == "seen"
    if entry.kind in UNWRITTEN or entry.kind == "seen":
        return True
    return entry.kind in _BLANK_STANDS and may_stay_blank(state)


def put_off(latest: Mapping[str, Entry], ref: str) -> bool:
    """True when the question was set aside and not answered since."""
    entry = latest.get(ref)
    return entry is not None and entry.kind == "aside"

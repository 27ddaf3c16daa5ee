"""The session: a journal of answers pinned to a form version, and everything else needed to go on after months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, NamedTuple

Status = Literal["asking", "reviewing", "editing", "completed", "stopped"]
EntryKind = Literal[
    "answer",
    "known",
    "offered",
    "skip",
    "voice",
    "film",
    "picture",
    "paper",
    "unheard",
    "add",
    "finish",
    "remove",
    "aside",
    "seen",
]
UNWRITTEN = frozenset({"voice", "film", "picture", "paper"})
"""Kinds of entries whose file stands as the answer until somebody writes down what it says."""
SESSION_FORMAT = 1


class Entry(NamedTuple):
    """One thing that was said to the form. `at` is ISO 8601 with offset; `media` names a stored file.

    `known` came with the person and counts as answered, `offered` is shown for confirmation; `add`, `finish`
    and `remove` (of the member at `ref`) are of a repeat without a count; `aside` puts a question off, `seen` says that
    a note was read, `unheard` that nobody could make out what was sent. An `answer` with `media` to a question that is
    written was read from that file, or came as its caption. `said` are the words of a value that was converted from
    them and may differ: a Hijri date, by a day.
    """

    ref: str
    value: str
    at: str
    kind: EntryKind = "answer"
    media: str = ""
    said: str = ""


@dataclass(frozen=True)
class Session:
    """Frozen; every turn returns a new one. `pending` is a ref with positions, or «+» and a repeat's ref."""

    form_id: str
    form_version: str
    id: str
    status: Status
    language: str
    country: str
    time_zone: str
    started: str
    journal: tuple[Entry, ...] = ()
    pending: str = ""
    history: tuple[str, ...] = ()
    attempts: int = 0
    draft: tuple[str, ...] | None = None
    """Names chosen so far in a select_multiple that is not done; None where nothing was toggled."""
    offers: tuple[str, ...] = ()
    """Values last offered with «هل تقصد …؟»."""
    offered_said: str = ""
    """The words that the offers were converted from, "" where they were not."""
    stale: str = ""
    """The option id of the old button that waits for a yes."""
    past_half: bool = False
    dropped: tuple[Entry, ...] = ()
    """The journal before a restart, until the first new answer: «رجوع» brings it back."""


_FIELDS = frozenset(field.name for field in fields(Session))


def _rows(entries: tuple[Entry, ...]) -> list[list[str]]:
    return [list(entry if entry.said else entry[:-1]) for entry in entries]


def session_to_json(session: Session) -> dict[str, Any]:
    """The session as JSON values; `session_from_json` gives an equal one back."""
    stored: dict[str, Any] = {**vars(session)}
    stored["format"] = SESSION_FORMAT
    stored["journal"], stored["dropped"] = _rows(session.journal), _rows(session.dropped)
    stored["history"], stored["offers"] = list(session.history), list(session.offers)
    stored["draft"] = None if session.draft is None else list(session.draft)
    return stored


def session_from_json(stored: Mapping[str, Any]) -> Session:
    """The session that was stored; names it does not know are left aside, so that older code reads newer rows."""
    values = {name: value for name, value in stored.items() if name in _FIELDS}
    for name in ("journal", "dropped"):
        values[name] = tuple(Entry(*entry) for entry in stored.get(name, ()))
    values["history"] = tuple(stored.get("history", ()))
    values["offers"] = tuple(stored.get("offers", ()))
    draft = stored.get("draft")
    values["draft"] = None if draft is None else tuple(draft)
    return Session(**values)

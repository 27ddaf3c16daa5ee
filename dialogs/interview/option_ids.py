"""Ids of options: short, ASCII, telling which question of which session a button belongs to, and nothing secret."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from dialogs.interview.layout import Layout
from dialogs.interview.session import Session

_PLAIN = re.compile(r"[A-Za-z0-9_.]{1,32}")
_ID = re.compile(r"q([0-9a-f]{4})\.([0-9]{1,6})((?:-[0-9]{1,6})*):(.{1,64})")


@dataclass(frozen=True)
class Tapped:
    """An option id read back: the question's ref with positions, and the code of what was chosen."""

    ref: str
    code: str


def _tag(session: Session) -> str:
    return _tag_of(session.id, session.form_version)


@lru_cache(maxsize=256)
def _tag_of(session_id: str, form_version: str) -> str:
    return f"{zlib.crc32(f'{session_id}|{form_version}'.encode()) & 0xFFFF:04x}"


@lru_cache(maxsize=16384)
def code_of(name: str) -> str:
    """The name itself where it is plain and short, else a digest of it."""
    return name if _PLAIN.fullmatch(name) or name.startswith("!") else f"~{zlib.crc32(name.encode()):08x}"


def option_ids(layout: Layout, session: Session, ref: str) -> Callable[[str], str]:
    """What gives the ids of the options of one question: see `option_id`."""
    positions = "".join([f"-{n}" for n in layout.positions(ref)])
    front = f"q{_tag(session)}.{layout.index[layout.bare(ref)]}{positions}:"
    return lambda name: front + code_of(name)


def option_id(layout: Layout, session: Session, ref: str, name: str) -> str:
    """At most 64 ASCII bytes. `name` is a choice's name, or begins with «!»."""
    return option_ids(layout, session, ref)(name)


def read_option_id(layout: Layout, session: Session, text: str) -> Tapped | None:
    """What was tapped; None when the id is of another session, another form version, or none of ours."""
    found = _ID.fullmatch(text)
    if not found or found[1] != _tag(session) or int(found[2]) >= len(layout.form.questions):
        return None
    positions = [int(n) for n in found[3].split("-") if n]
    return Tapped(layout.placed(layout.form.questions[int(found[2])].ref, positions), found[4])

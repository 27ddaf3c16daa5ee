"""The form as the journal leaves it: every entry played again, with a small memory of sessions played lately."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime
from threading import Lock

from dialogs.form import Form, Instance
from dialogs.interview.session import Entry, Session

REMEMBERED = 128  # sessions in work at once on one machine; more are played again, in about a millisecond each

_Key = tuple[Form, str, str, tuple[Entry, ...]]
_memory: OrderedDict[_Key, Instance] = OrderedDict()
_lock = Lock()


def _fresh(form: Form, session: Session) -> Instance:
    started = datetime.fromisoformat(session.started)
    return Instance.start(form, now=started, time_zone=session.time_zone, instance_id=session.id.removeprefix("uuid:"))


def play(instance: Instance, entry: Entry) -> bool:
    """Apply one entry; False when the form has no such place (any more)."""
    try:
        if entry.kind == "add":
            instance.add_repeat(entry.ref)
        elif entry.kind != "finish":
            instance.set(entry.ref, entry.value)
    except (KeyError, ValueError):
        return False
    return True


def play_all(instance: Instance, entries: Iterable[Entry]) -> None:
    """Apply the entries in order, each at its own time."""
    clock = ""
    for entry in entries:
        if entry.at != clock:
            clock = entry.at
            instance.clock(datetime.fromisoformat(clock))
        play(instance, entry)


def forget_replays(session_id: str = "") -> None:
    """Drop one session from memory (after an erasure), or all. It changes no result, only the time taken."""
    with _lock:
        for key in [key for key in _memory if not session_id or key[1] == session_id]:
            del _memory[key]


def _key(form: Form, session: Session) -> _Key:
    return form, session.id, session.started, session.journal


def instance_of(form: Form, session: Session, now: datetime, *, taken_out: bool = False) -> Instance:
    """The session's instance at `now`, its own copy: it may be changed freely.

    `taken_out` takes it from the memory instead of copying it: for a turn, after which the next one is remembered.
    """
    key = _key(form, session)
    with _lock:
        kept = _memory.pop(key, None)
        if kept is not None:
            instance = kept if taken_out else kept.copy()
            if not taken_out:
                _memory[key] = kept  # at the end: it was used last
    if kept is None:
        instance = _fresh(form, session)
        play_all(instance, session.journal)
    instance.clock(now)
    return instance


def remember(form: Form, session: Session, instance: Instance) -> None:
    """Keep the instance for the session's next turn. It must hold exactly what the journal holds."""
    with _lock:
        _memory[_key(form, session)] = instance
        while len(_memory) > REMEMBERED:
            _memory.popitem(last=False)

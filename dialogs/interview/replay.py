"""The form as the journal leaves it: every entry played again, with a small memory of sessions played lately."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from dialogs.form import Form, Instance
from dialogs.interview.session import Entry, Session
from dialogs.interview.standing import CHANGES_NOTHING
from dialogs.interview.way import Way

REMEMBERED = 128  # sessions in work at once on one machine; more are played again, in about a millisecond each


@dataclass(slots=True)
class Kept:
    """What is remembered of a session: the session itself, the instance its journal leaves, and its way if known."""

    session: Session
    instance: Instance
    way: Way | None = None

    def is_of(self, session: Session) -> bool:
        """Whether that session has the same journal, so that the instance is its own too."""
        own = self.session
        if own is session:  # as within one process, from turn to turn
            return True
        return (own.started, own.time_zone) == (session.started, session.time_zone) and own.journal == session.journal


_memory: OrderedDict[tuple[Form, str], Kept] = OrderedDict()
_lock = Lock()


def _fresh(form: Form, session: Session) -> Instance:
    started = datetime.fromisoformat(session.started)
    return Instance.start(form, now=started, time_zone=session.time_zone, instance_id=session.id.removeprefix("uuid:"))


def play(instance: Instance, entry: Entry) -> bool:
    """Apply one entry; False when the form has no such place (any more)."""
    try:
        if entry.kind == "add":
            instance.add_repeat(entry.ref)
        elif entry.kind == "remove":
            container, _, position = entry.ref.removesuffix("]").rpartition("[")
            instance.remove_repeat(container, int(position))
        elif entry.kind not in CHANGES_NOTHING:
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


def recall(form: Form, session: Session) -> Kept | None:
    """What is remembered of the session, taken out of the memory: nobody else has it now. None when there is none."""
    with _lock:
        kept = _memory.get((form, session.id))
        if kept is None or not kept.is_of(session):
            return None
        return _memory.pop((form, session.id))


def put_back(form: Form, kept: Kept) -> None:
    """Into the memory again, as it was recalled; what somebody else has put there meanwhile is newer and stays."""
    with _lock:
        _memory.setdefault((form, kept.session.id), kept)


def instance_of(form: Form, session: Session, now: datetime) -> Instance:
    """The session's instance at `now`, its own copy: it may be changed freely."""
    with _lock:
        kept = _memory.get((form, session.id))
        instance = kept.instance.copy() if kept is not None and kept.is_of(session) else None
    if instance is None:
        instance = _fresh(form, session)
        play_all(instance, session.journal)
    instance.clock(now)
    return instance


def remember(form: Form, session: Session, kept: Kept | Instance) -> None:
    """Keep the instance for the session's next turn. It must hold exactly what the journal holds."""
    with _lock:
        _memory[(form, session.id)] = kept if isinstance(kept, Kept) else Kept(session, kept)
        _memory.move_to_end((form, session.id))
        while len(_memory) > REMEMBERED:
            _memory.popitem(last=False)

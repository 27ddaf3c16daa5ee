"""Open interviews go over to the version of their form that is in force: by order, one transaction each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select, update

from dialogs.interview import Migrated, ReviewLine, Session, migration, session_from_json, session_to_json
from referrals.conversations.desk import Desk
from referrals.conversations.interviews.sessions import JOURNAL
from referrals.conversations.records import Conversation, InterviewSession
from referrals.conversations.threads import STATE, TwoTurnsAtOnce
from referrals.definitions.in_force import definition_id, form_by_id
from referrals.definitions.records import Definition
from referrals.families.identities import data_key_of
from referrals.protection.audit import audit
from referrals.protection.vault import Erased
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.transcribing.following import follow

OPEN = ("asking", "editing", "reviewing", "stopped")
TOLD_AT_NEXT_TURN = "migrated"  # in a conversation's sealed state: what is asked again, what fell away


@dataclass(frozen=True)
class Moved:
    """One interview that went over, or would: how many answers are asked again, how many have no place any more."""

    session_id: int
    from_version: str
    to_version: str
    again: int
    dropped: int


def migrate_interviews(
    store: Store, programme_id: str, form: str, clock: Callable[[], datetime], *, dry_run: bool = False
) -> list[Moved]:
    """Every open interview on an older version of that form, in order. With `dry_run` nothing is written.

    One that was erased or finished meanwhile is left out. Raises `LookupError` when the programme has no such form.
    """
    with store.reading() as uow:
        target = definition_id(uow, programme_id, "form", form)
        if target is None:
            raise LookupError(f"the programme {programme_id!r} has no form {form!r}")
        waiting = _waiting(uow, programme_id, form, target)
    moved = []
    for session_id in waiting:
        if dry_run:
            with store.reading() as uow:
                one = _looked_at(uow, session_id, target, clock())
        else:
            one = store.transact(partial(_move, session_id=session_id, target=target, at=clock()))
        if one is not None:
            moved.append(one)
    return moved


def migration_told(desk: Desk) -> list[str]:
    """«تغيّرت بعض الأسئلة»: said once, before the next question of an interview that went over; blank for any other."""
    told = desk.state.pop(TOLD_AT_NEXT_TURN, None)
    if not told or not (told["again"] or told["dropped"]):
        return []
    lines = [desk.voice.say("interview.migrated")]
    if told["again"]:
        lines.append(desk.voice.say("interview.asked_again", questions="\n".join(told["again"])))
    if told["dropped"]:
        key = "interview.vanished" if len(told["dropped"]) > 1 else "interview.vanished_one"
        lines.append(desk.voice.say(key, answers="\n".join(told["dropped"])))
    return lines


def _waiting(uow: UnitOfWork, programme_id: str, form: str, target: int) -> list[int]:
    older = (
        select(InterviewSession.id)
        .join(Definition, Definition.id == InterviewSession.form_id)
        .where(
            InterviewSession.programme_id == programme_id,
            InterviewSession.status.in_(OPEN),
            Definition.name == form,
            InterviewSession.form_id != target,
        )
        .order_by(InterviewSession.id)
    )
    return list(uow.connection.execute(older).scalars())


def _looked_at(uow: UnitOfWork, session_id: int, target: int, at: datetime) -> Moved | None:
    found = _migrated(uow, session_id, target, at)
    return found[0] if found is not None else None


def _migrated(
    uow: UnitOfWork, session_id: int, target: int, at: datetime
) -> tuple[Moved, tuple[Session, Session], Migrated, InterviewSession] | None:
    """What the migration of one session comes to, the session before and after it; None where there is none to do."""
    row = uow.session.scalar(select(InterviewSession).filter_by(id=session_id).with_for_update())
    if row is None or row.status not in OPEN or row.form_id == target or not row.journal_sealed:
        return None
    try:
        session = session_from_json(uow.vault.open_json(row.journal_sealed, JOURNAL))
    except Erased:
        return None
    older, newer = form_by_id(uow, row.form_id), form_by_id(uow, target)
    after, changed = migration(older, newer, session, now=at)
    moved = Moved(session_id, older.version, newer.version, len(changed.again), len(changed.dropped))
    return moved, (session, after), changed, row


def _move(uow: UnitOfWork, session_id: int, target: int, at: datetime) -> Moved | None:
    found = _migrated(uow, session_id, target, at)
    if found is None:
        return None
    moved, (before, after), changed, row = found
    key = data_key_of(uow, row.person_id)
    written = uow.connection.execute(
        update(InterviewSession)
        .where(InterviewSession.id == session_id, InterviewSession.version == row.version)
        .values(
            form_id=target,
            status=after.status,
            journal_sealed=uow.vault.seal_json(key, session_to_json(after), JOURNAL),
            version=row.version + 1,
        )
        .returning(InterviewSession.id)
    ).first()
    if written is None:
        raise TwoTurnsAtOnce(TwoTurnsAtOnce.__doc__)
    follow(uow, session_id, form_by_id(uow, target), before, after, at)
    _tell_later(uow, session_id, key, changed)
    audit(
        uow,
        at=at,
        actor="operator",
        action="interview.migrated",
        object_kind="interview_session",
        object_id=session_id,
    )
    return moved


def _tell_later(uow: UnitOfWork, session_id: int, key: int, changed: Migrated) -> None:
    """Keeps for the next turn what is asked again and what fell away; nobody is written to because of it."""
    threads = uow.session.scalars(select(Conversation).filter_by(session_id=session_id).with_for_update()).all()
    for thread in threads:
        state = uow.vault.open_json(thread.state_sealed, STATE)
        state.pop("page", None)
        before = state.get(TOLD_AT_NEXT_TURN) or {"again": [], "dropped": []}
        state[TOLD_AT_NEXT_TURN] = {
            "again": _labels(before["again"], changed.again),
            "dropped": _labels(before["dropped"], changed.dropped),
        }
        thread.state_sealed = uow.vault.seal_json(key, state, STATE)
        thread.version += 1
    uow.flush()


def _labels(known: Sequence[str], lines: Sequence[ReviewLine]) -> list[str]:
    return list(dict.fromkeys([*known, *(line.label for line in lines)]))

"""The floor under a turn: the raw driver writing the same rows, of the same sizes, with one commit or two a turn."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from referrals.store.engine import BUSY_TIMEOUT_MS, CHECKPOINT_PAGES

# What `_prepare_sqlite` sets for every connection of ours.
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    f"wal_autocheckpoint={CHECKPOINT_PAGES}",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_TIMEOUT_MS}",
    "secure_delete=ON",
)
NEWEST = "SELECT identity_id, id, session_id FROM conversation WHERE session_id IS NOT NULL ORDER BY id DESC LIMIT ?"
AT = "2026-11-01 07:00:00.000000"


@dataclass(frozen=True)
class Sizes:
    """Bytes of what one turn seals, on average over the interview, and how many messages it owes."""

    payload: int
    state: int
    journal: int
    body: int
    owed: float

    @classmethod
    def of(cls, database: Path) -> Sizes:
        """The sizes in a database in which interviews were held."""
        with closing(sqlite3.connect(database)) as found:
            one = found.execute
            return cls(
                payload=round(one("SELECT avg(length(payload_sealed)) FROM inbox_message").fetchone()[0]),
                state=round(one("SELECT avg(length(state_sealed)) FROM conversation").fetchone()[0]),
                journal=round(one("SELECT avg(length(journal_sealed)) FROM interview_session").fetchone()[0]),
                body=round(one("SELECT avg(length(body_sealed)) FROM outbox_message").fetchone()[0]),
                owed=one(
                    "SELECT (SELECT count(*) FROM outbox_message) * 1.0 / (SELECT count(*) FROM inbox_message)"
                ).fetchone()[0],
            )


def raw_turns_per_second(
    database: Path, sizes: Sizes, seconds: float, conversations: int, *, stored_first: bool = False
) -> float:
    """Turns a second on a copy of the same database, each in one durable transaction.

    A turn is what ours writes: the inbox row, the identity's last message, the conversation, the session with its
    journal, what is owed, and the inbox row again when it is handled. It reads, seals and thinks nothing. With
    `stored_first` the inbox row has a commit of its own, as a platform's webhook has before it is answered.
    """
    with closing(sqlite3.connect(database, isolation_level=None)) as raw:
        for pragma in PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")
        [sender] = raw.execute("SELECT max(id) FROM sender").fetchone()
        threads = raw.execute(NEWEST, (conversations,)).fetchall()
        turns, began = 0, time.perf_counter()
        while (spent := time.perf_counter() - began) < seconds:
            identity, conversation, session = threads[turns % len(threads)]
            _turn(raw, sizes, turns, (sender, identity, conversation, session), stored_first=stored_first)
            turns += 1
    return turns / spent


def _turn(
    raw: sqlite3.Connection, sizes: Sizes, turn: int, ids: tuple[int, int, int, int], *, stored_first: bool
) -> None:
    sender, identity, conversation, session = ids
    raw.execute("BEGIN IMMEDIATE")
    inbox = raw.execute(
        "INSERT INTO inbox_message (sender_id, kind, external_id, status, identity_id, payload_sealed, state, attempts,"
        " due_at, reason, received_at) VALUES (?, 'tap', ?, '', ?, ?, 'waiting', 0, ?, '', ?)",
        (sender, f"raw-{stored_first}-{turn}", identity, os.urandom(sizes.payload), AT, AT),
    ).lastrowid
    if stored_first:
        raw.execute("COMMIT")
        raw.execute("BEGIN IMMEDIATE")
    raw.execute(
        "UPDATE identity SET last_inbound_at = ?, silent_until_written = 0, blocked_at = NULL WHERE id = ?",
        (AT, identity),
    )
    raw.execute(
        "UPDATE interview_session SET status = 'asking', journal_sealed = ?, version = version + 1, updated_at = ?"
        " WHERE id = ?",
        (os.urandom(sizes.journal), AT, session),
    )
    raw.execute(
        "UPDATE conversation SET stage = 'interview', state_sealed = ?, version = version + 1, updated_at = ?"
        " WHERE id = ?",
        (os.urandom(sizes.state), AT, conversation),
    )
    for position in range(_owed(sizes.owed, turn)):
        raw.execute(
            "INSERT INTO outbox_message (key, sender_id, identity_id, programme_id, lane, purpose, body_sealed, state,"
            " due_at, leased_by, attempts, external_id, delivery, reason, created_at)"
            " VALUES (?, ?, ?, 'kuwait', 0, 'interview', ?, 'waiting', ?, '', 0, '', '', '', ?)",
            (f"raw:{stored_first}:{turn}:{position}", sender, identity, os.urandom(sizes.body), AT, AT),
        )
    raw.execute("UPDATE inbox_message SET state = 'handled', handled_at = ? WHERE id = ?", (AT, inbox))
    raw.execute("COMMIT")


def _owed(average: float, turn: int) -> int:
    """Whole messages whose average over many turns is the one measured."""
    return int(average * (turn + 1)) - int(average * turn)

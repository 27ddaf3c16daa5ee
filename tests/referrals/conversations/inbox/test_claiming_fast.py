"""What is asked for every message is prepared once: SQLite does it anew where an index's own word comes as a value."""

from __future__ import annotations

import pytest
from sqlalchemy.dialects import sqlite

from referrals.conversations.inbox import waiting
from referrals.outbox import statements
from referrals.store.compiled import Ready


@pytest.mark.parametrize(
    "ready",
    [waiting._CLAIM, waiting._CLAIM_STATUSES, waiting._ANY_DUE, statements.OWED, statements.LOOK, statements.NEXT],
)
def test_the_states_of_an_index_are_words_of_the_statement(ready: Ready) -> None:
    given = ready._of("sqlite").compile(dialect=sqlite.dialect()).params.values()
    assert not {"waiting", "status", "leased", "uncertain"} & {value for value in given if isinstance(value, str)}

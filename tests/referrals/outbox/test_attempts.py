"""Every attempt that did not simply succeed leaves a row, and staff can begin anew."""

from __future__ import annotations

import pytest

from referrals.outbox.noting import BACKOFF_SECONDS, note_parked, note_retry, note_sent
from referrals.outbox.retrying import retry_parked_message
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.referrals.outbox.owing import Owing


@pytest.fixture
def owing(store: Store, clock: FrozenClock) -> Owing:
    return Owing(store, clock)


def park(owing: Owing, key: str, **owed: float) -> int:
    """Owes a message that is refused for good; its row's id."""
    owing.owe("a", key, expires_in=owed.get("expires_in"))
    (row,) = owing.lease()
    owing.note(note_parked, row.id, "media_refused: 131053", owing.clock())
    return row.id


def test_a_message_that_simply_went_leaves_no_attempt(owing: Owing) -> None:
    owing.owe("a", "a0")
    (row,) = owing.lease()
    owing.note(note_sent, row.id, "x", owing.clock())
    assert owing.attempts("a0") == []


def test_each_attempt_is_numbered_with_what_became_of_it(owing: Owing) -> None:
    row_id = park(owing, "a0")
    assert owing.note(retry_parked_message, row_id, owing.clock(), "staff:7")
    (row,) = owing.lease()
    assert row.attempts == 1, "a fresh backoff"
    owing.note(note_retry, row.id, row.attempts, "unavailable: 131016", owing.clock())
    owing.clock.forward(seconds=BACKOFF_SECONDS[0])
    (row,) = owing.lease()
    owing.note(note_sent, row.id, "x", owing.clock())
    told = owing.attempts("a0")
    assert [(number, outcome) for number, outcome, _ in told] == [(1, "parked"), (2, "again"), (3, "retried")]
    assert told[0][2] == "media_refused: 131053"
    assert owing.row("a0").reason == "", "what is sent has no reason; its history has"


def test_staff_cannot_send_what_is_past_its_time(owing: Owing) -> None:
    row_id = park(owing, "a0", expires_in=60)
    owing.clock.forward(seconds=60)
    assert not owing.note(retry_parked_message, row_id, owing.clock(), "command")
    assert owing.row("a0").state == "parked"


def test_only_what_is_parked_is_tried_again(owing: Owing) -> None:
    row_id = park(owing, "a0")
    assert owing.note(retry_parked_message, row_id, owing.clock(), "command")
    assert not owing.note(retry_parked_message, row_id, owing.clock(), "command"), "twice pressed is once"
    assert not owing.note(retry_parked_message, row_id + 1, owing.clock(), "command")
    assert len(owing.lease()) == 1

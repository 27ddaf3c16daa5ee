"""What is owed is owed once, also by the hundred, and whoever delivers hears of it as soon as it is on disk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from referrals.families.identities import identity_of
from referrals.inbound import Address
from referrals.messages import Message
from referrals.outbox.owe import Owed, owe_many
from referrals.outbox.waking import on_owed
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.referrals.outbox.owing import Owing


@pytest.fixture
def owing(store: Store, clock: FrozenClock) -> Owing:
    return Owing(store, clock, channel="telegram")


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """What whoever delivers in this process hears."""
    told: list[str] = []
    end = on_owed(lambda: told.append("owed"))
    yield told
    end()


def campaign(owing: Owing, uow: Any, people: range) -> int:
    owed = []
    for number in people:
        identity_id, _, key = identity_of(uow, owing.sender_id, Address("telegram", str(700 + number)), owing.clock())
        message = Message("دعوة", purpose="campaign")
        owed.append(Owed(message, f"campaign:1:{number}", owing.sender_id, identity_id, key))
    return owe_many(uow, owed, owing.clock())


def test_a_campaign_is_owed_in_one_go_and_once_to_each(owing: Owing) -> None:
    assert owing.note(lambda uow: campaign(owing, uow, range(30))) == 30
    assert owing.note(lambda uow: campaign(owing, uow, range(20, 40))) == 10, "who has it has it"
    assert owing.row("campaign:1:39").lane == 2


def test_whoever_delivers_hears_of_it_once_it_is_kept(owing: Owing, heard: list[str]) -> None:
    owing.owe("a", "a0")
    assert heard == ["owed"]
    owing.note(lambda uow: campaign(owing, uow, range(5)))
    assert heard == ["owed", "owed"], "once for all of a transaction"


def test_of_what_was_undone_nobody_hears(owing: Owing, heard: list[str]) -> None:
    def undone(uow: Any) -> None:
        campaign(owing, uow, range(5))
        raise ZeroDivisionError("sample")

    with pytest.raises(ZeroDivisionError):
        owing.note(undone)
    assert heard == []

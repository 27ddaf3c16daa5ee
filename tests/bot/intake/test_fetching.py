"""Files that families sent are fetched; one that the platform lost is asked for again, kindly and once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.channels.failures import FetchFailed
from bot.channels.simulator import Simulator
from bot.intake.fetching import fetch_owed
from referrals.media.keeping import content_of
from referrals.media.records import Media
from referrals.store.unit_of_work import Store
from referrals.transcribing.records import Transcription
from tests.conftest import FrozenClock
from tests.families import Families
from tests.recordings import opus, voice
from tests.stores import databases, sqlite_store

__all__ = ["databases", "sqlite_store"]


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    return Families(sqlite_store, clock)


def test_a_voice_note_is_fetched_and_one_that_is_gone_is_asked_for_again(families: Families) -> None:
    families.apply("501", until="ما اسمكم")
    here, gone, line = voice(), voice(), Simulator()
    line.files[here.file_id] = opus()
    families.say("501", media=here)
    families.say("501", media=gone)
    assert asyncio.run(fetch_owed(families.store, families.clock, families.sender_id, line)) == 2
    with families.store.reading() as uow:
        stored, failed = uow.session.scalars(select(Media).order_by(Media.id)).all()
        assert content_of(uow, stored.id) == (opus(), "audio/ogg")
        assert failed.state == "failed"
        states = uow.session.scalars(select(Transcription.state).order_by(Transcription.id)).all()
        assert states == ["waiting", "unheard"]
    told = families.say("501", choice=families.button("501", "٢").id)[-1].text
    assert "لم يتضح لنا ما أرسلتموه هنا." in told
    assert "كم العمر" in told


def test_one_file_that_fails_in_a_way_of_its_own_keeps_no_other_back(families: Families) -> None:
    families.apply("501", until="ما اسمكم")
    bad, good = voice(), voice()
    line = Stumbling(bad.file_id)
    line.files[good.file_id] = opus()
    families.say("501", media=bad)
    families.say("501", media=good)
    assert asyncio.run(fetch_owed(families.store, families.clock, families.sender_id, line)) == 2
    assert [(row.state, row.attempts) for row in kept(families)] == [("owed", 1), ("stored", 1)]
    assert "RuntimeError" in kept(families)[0].reason
    line.files[bad.file_id], line.stumbles = opus(), ""
    families.clock.forward(minutes=2)
    asyncio.run(fetch_owed(families.store, families.clock, families.sender_id, line))
    assert [row.state for row in kept(families)] == ["stored", "stored"]


def test_a_platform_that_says_when_is_asked_then(families: Families) -> None:
    families.apply("501", until="ما اسمكم")
    sent, line = voice(), Busy()
    families.say("501", media=sent)
    asyncio.run(fetch_owed(families.store, families.clock, families.sender_id, line))
    assert kept(families)[0].due_at == families.clock() + timedelta(seconds=7)
    assert asyncio.run(fetch_owed(families.store, families.clock, families.sender_id, line)) == 0


def test_a_recording_sent_twice_is_one_row_of_content(families: Families) -> None:
    families.apply("501", until="ما اسمكم")
    line = Simulator()
    for _ in range(2):
        sent = voice()
        line.files[sent.file_id] = opus()
        families.say("501", media=sent)
    asyncio.run(fetch_owed(families.store, families.clock, families.sender_id, line))
    first, second = kept(families)
    assert (first.same_as_id, second.same_as_id) == (None, first.id)
    with families.store.reading() as uow:
        assert content_of(uow, first.id) == content_of(uow, second.id) == (opus(), "audio/ogg")


class Stumbling(Simulator):
    """A channel whose own code fails over one file."""

    def __init__(self, stumbles: str) -> None:
        super().__init__()
        self.stumbles = stumbles

    async def fetch_file(self, file_id: str) -> bytes:
        if file_id == self.stumbles:
            raise RuntimeError("a sample fault")
        return await super().fetch_file(file_id)


class Busy(Simulator):
    """A platform that wants to be asked later."""

    async def fetch_file(self, file_id: str) -> bytes:
        raise FetchFailed("rate_limit: 429", retry_after=7.0)


def kept(families: Families) -> Sequence[Media]:
    with families.store.reading() as uow:
        return uow.session.scalars(select(Media).order_by(Media.id)).all()

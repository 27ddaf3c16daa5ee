"""Files that families sent are fetched; one that the platform lost is asked for again, kindly and once."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from bot.channels.simulator import Simulator
from bot.fetching import fetch_owed
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

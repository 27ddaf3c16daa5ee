"""What a number remembers: templates as its platform lists them, and files that stand there already."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import func, select

from bot.accounts.remembering import StoredMemory
from bot.channels.whatsapp_templates import KnownTemplate
from referrals.media.records import Upload
from referrals.senders.ensuring import ensure_sender
from referrals.senders.templates import TemplateListed, TemplateNews, keep_templates, note_template
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock

REMINDER = TemplateListed("reminder", "ar", "APPROVED", parameters=3, quick_replies=2)


def remembering(store: Store, clock: FrozenClock, account: str = "555") -> StoredMemory:
    sender_id = store.transact(lambda uow: ensure_sender(uow, "whatsapp", account, clock(), programmes=["kuwait"]).id)
    return StoredMemory(store, clock, sender_id)


def test_before_any_list_was_read_a_template_is_the_platforms_to_judge(store: Store, clock: FrozenClock) -> None:
    memory = remembering(store, clock)
    assert asyncio.run(memory.template("reminder", "ar")) == KnownTemplate()


def test_after_the_list_was_read_what_is_not_in_it_does_not_exist(store: Store, clock: FrozenClock) -> None:
    memory = remembering(store, clock)
    store.transact(lambda uow: keep_templates(uow, memory.sender_id, [REMINDER], clock()))
    assert asyncio.run(memory.template("reminder", "ar")) == KnownTemplate("APPROVED", 3, 2)
    assert asyncio.run(memory.template("reminder", "en")) is None


def test_news_of_a_template_are_heard_within_half_a_minute(store: Store, clock: FrozenClock) -> None:
    memory = remembering(store, clock)
    store.transact(lambda uow: keep_templates(uow, memory.sender_id, [REMINDER], clock()))
    assert asyncio.run(memory.template("reminder", "ar")) == KnownTemplate("APPROVED", 3, 2)
    paused = TemplateNews("reminder", "ar", status="PAUSED")
    told_at = clock.forward(seconds=20)
    store.transact(lambda uow: note_template(uow, memory.sender_id, paused, told_at, told_at))
    clock.forward(seconds=20)
    assert asyncio.run(memory.template("reminder", "ar")) == KnownTemplate("PAUSED", 3, 2)


def test_a_file_is_known_by_its_content_for_as_long_as_the_platform_keeps_it(store: Store, clock: FrozenClock) -> None:
    memory, other = remembering(store, clock), remembering(store, clock, "556")
    asyncio.run(memory.note_upload(b"poster", "media-1"))
    assert asyncio.run(memory.uploaded(b"poster")) == "media-1"
    assert asyncio.run(memory.uploaded(b"another")) == asyncio.run(other.uploaded(b"poster")) == ""
    asyncio.run(memory.note_upload(b"poster", "media-2"))
    assert asyncio.run(memory.uploaded(b"poster")) == "media-2"
    clock.now += timedelta(days=26)
    assert asyncio.run(memory.uploaded(b"poster")) == ""


def test_what_the_platform_forgot_is_forgotten_and_old_rows_go(store: Store, clock: FrozenClock) -> None:
    memory = remembering(store, clock)
    asyncio.run(memory.note_upload(b"poster", "media-1"))
    clock.now += timedelta(days=26)
    asyncio.run(memory.note_upload(b"another", "media-2"))
    asyncio.run(memory.note_upload(b"another", ""))
    with store.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Upload)) == 0


def test_what_a_file_shows_cannot_be_told_from_the_row(store: Store, clock: FrozenClock) -> None:
    memory = remembering(store, clock)
    asyncio.run(memory.note_upload(b"poster", "media-1"))
    with store.reading() as uow:
        (row,) = uow.session.scalars(select(Upload))
        assert row.digest == uow.vault.digest(b"poster") and "poster" not in row.digest

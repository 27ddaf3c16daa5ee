"""The inbox keeps what was accepted, once: redelivered, duplicated, reordered or batched, it changes nothing twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from referrals.conversations.inbox.taking_in import Unread, take_in
from referrals.conversations.inbox.waiting import claim_next, event_of, from_json, to_json
from referrals.families.records import Identity, Person
from referrals.inbound import Address, Content, Inbound, MediaRef
from tests.families import GREETING, Families


def test_a_redelivered_event_changes_nothing(families: Families) -> None:
    event = families.event("501", GREETING)
    first = families.write(event)
    families.turns()
    said = families.read("501")
    assert len(first) == len(said) == 1
    assert families.write(event) == []
    families.turns()
    assert families.read("501") == []
    assert len(families.inbox()) == 1
    assert families.books().balance


def test_an_event_twice_in_one_batch_is_one(families: Families) -> None:
    event = families.event("501", GREETING)
    assert len(families.write(event, event)) == 1
    families.turns()
    assert len(families.outbox()) == 1


def test_a_batch_is_split_into_single_events_of_several_people(families: Families) -> None:
    events = [families.event(who, GREETING) for who in ("501", "502", "503")]
    assert len(families.write(*events)) == 3
    families.turns()
    families.read()
    assert {who: len(heard) for who, heard in families.heard.items()} == {"501": 1, "502": 1, "503": 1}


def test_a_batch_that_repeats_part_of_an_earlier_one_adds_only_what_is_new(families: Families) -> None:
    one, two, three = (families.event("501", text) for text in (GREETING, "القائمة", "شكرا"))
    families.write(one, two)
    assert len(families.write(two, three, one)) == 1
    families.turns()
    families.all_handled()
    assert len(families.inbox()) == 3


def test_a_reordered_redelivery_does_not_take_the_family_back(families: Families) -> None:
    first = families.event("501", GREETING)
    families.write(first)
    families.turns()
    families.read("501")
    families.tap("501", "تقديم طلب")
    families.write(first)
    families.turns()
    assert families.read("501") == []
    assert "العربية" in [choice.label for choice in families.heard["501"][-1].choices]


def test_the_same_message_twice_on_its_way_at_the_same_moment_is_one(families: Families) -> None:
    event = families.event("501", GREETING)
    start = threading.Barrier(4, timeout=60)

    def deliver() -> list[int]:
        start.wait()
        return families.write(event)

    with ThreadPoolExecutor(4) as pool:
        fresh = [done.result() for done in [pool.submit(deliver) for _ in range(4)]]
    assert sum(map(len, fresh)) == 1
    assert len(families.inbox()) == 1


def test_a_new_family_whose_two_messages_arrive_at_the_same_moment_is_one_person(families: Families) -> None:
    events = [families.event("501", f"رسالة {n}") for n in range(6)]
    start = threading.Barrier(6, timeout=60)

    def deliver(event: Inbound) -> list[int]:
        start.wait()
        return families.write(event)

    with ThreadPoolExecutor(6) as pool:
        fresh = [done.result() for done in [pool.submit(deliver, event) for event in events]]
    assert sum(map(len, fresh)) == 6
    with families.store.reading() as uow:
        assert uow.connection.execute(select(func.count()).select_from(Identity)).scalar() == 1
        assert uow.connection.execute(select(func.count()).select_from(Person)).scalar() == 1


def test_two_batches_that_cross_each_other_both_get_through(families: Families) -> None:
    events = [families.event(f"50{n}", GREETING) for n in range(8)]
    start = threading.Barrier(2, timeout=60)

    def deliver(batch: list[Inbound]) -> list[int]:
        start.wait()
        return families.write(*batch)

    with ThreadPoolExecutor(2) as pool:
        fresh = [done.result(60) for done in [pool.submit(deliver, batch) for batch in (events, events[::-1])]]
    assert sum(map(len, fresh)) == 8
    assert len(families.inbox()) == 8


def test_a_piece_that_nobody_could_read_is_kept_with_its_reason_once(families: Families) -> None:
    piece = Unread(families.sender_id, "sha256:1", b"{}", "unknown kind")
    for _ in range(2):
        families.store.transact(lambda uow: take_in(uow, [piece], families.clock()))
    (row,) = families.inbox()
    assert (row.state, row.reason, row.attempts) == ("parked", "unknown kind", 0)
    assert families.books().inbox == {"parked": 1}


def test_an_address_that_was_known_by_another_name_is_the_same_person(families: Families) -> None:
    families.write(families.event("501", GREETING))
    hidden = replace(
        families.event("501", GREETING), address=Address("bsuid", "KW.1"), also_known_as=(Address("telegram", "501"),)
    )
    families.write(hidden)
    with families.store.reading() as uow:
        assert uow.connection.execute(select(func.count()).select_from(Person)).scalar() == 1


@pytest.mark.parametrize(
    "content",
    [
        Content(),
        Content(text="سطر\nثانٍ «مع» 'علامات' \\ و\t\u200f🙂"),
        Content(point=(29.3, 47.9, 12.5)),
        Content(choice="d:menu:apply"),
        Content(media=MediaRef("image", "FILE1", "image/jpeg", "صورة.jpg", 12)),
        Content(contact_phone="+96550000000"),
        Content(text="/start", start="kuwait-x"),
    ],
)
def test_an_event_comes_out_of_its_stored_form_as_it_went_in(content: Content) -> None:
    event = Inbound("message", "1", Address("phone", "96550000000"), content, also_known_as=(Address("bsuid", "KW.1"),))
    assert from_json(to_json(event)) == event


def test_words_names_and_numbers_are_stored_without_invisible_marks(families: Families) -> None:
    media = MediaRef("image", "F1", "image/jpeg", "\u202eصورة.jpg")
    words = "\u200fفاطمة \u2066أحمد\u2069\u200b\ufeff 👩\u200d👧"
    event = families.event("501", words, contact_phone="\u202a+96550000000\u202c", media=media)
    families.write(replace(event, profile_name="\u2067أم عيّنة\u2069"))
    claimed = families.store.transact(lambda uow: claim_next(uow, families.clock()))
    assert claimed is not None
    with families.store.reading() as uow:
        kept = event_of(uow, claimed)
    assert kept.content.text == "فاطمة أحمد 👩\u200d👧"
    assert (kept.content.contact_phone, kept.profile_name) == ("+96550000000", "أم عيّنة")
    assert kept.content.media is not None and kept.content.media.file_name == "صورة.jpg"

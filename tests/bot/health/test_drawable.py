"""At its start the service says which of our texts hold a sign that no card can show."""

from __future__ import annotations

import logging

import pytest

from bot.health.drawable import drawn_texts, missing_glyphs, say_what_cannot_be_drawn
from referrals.directory.records import Location, Organization
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families
from tests.stores import databases, sqlite_store

__all__ = ["databases", "sqlite_store"]


def test_a_centres_name_with_a_sign_that_the_font_lacks_is_told_at_the_start(
    sqlite_store: Store, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    Families(sqlite_store, clock)
    assert say_what_cannot_be_drawn(sqlite_store) == {}

    def add(uow: UnitOfWork) -> None:
        owner = Organization(programme_id="kuwait", external_id="sample-owner", name="جمعية (عيّنة)", sample=True)
        uow.session.add(owner)
        uow.flush()
        place = Location(
            programme_id="kuwait", organization_id=owner.id, external_id="sample", name="مركز 🏥", sample=True
        )
        uow.session.add(place)

    sqlite_store.transact(add)
    with caplog.at_level(logging.WARNING, logger="sanad"):
        assert say_what_cannot_be_drawn(sqlite_store) == {"location sample": "🏥"}
    assert "U+1F3E5" in caplog.text


def test_a_text_with_a_sign_that_the_font_lacks_is_named_with_the_sign() -> None:
    texts = [("card.title (ar)", "خدمة سند 🏥"), ("card.number (ar)", "رقم \u2066{number}\u2069")]
    assert missing_glyphs(texts) == {"card.title (ar)": "🏥"}


def test_all_that_our_cards_and_papers_say_can_be_drawn(sqlite_store: Store, clock: FrozenClock) -> None:
    Families(sqlite_store, clock)
    with sqlite_store.reading() as uow:
        texts = list(drawn_texts(uow))
    names = {name for name, _ in texts}
    assert {"kuwait: card.title (ar)", "console.paper.letter_to (ar)", "kuwait: name_ar"} <= names
    assert any(name.startswith("location ") for name in names)
    assert missing_glyphs(texts) == {}

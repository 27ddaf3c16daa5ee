"""What the benches read never repeats, and is the same on every machine."""

from __future__ import annotations

import pytest

from bot.benches.first_reading import FIRST, reader_of
from bot.benches.sample_places import sample_places
from bot.benches.sample_texts import texts_of
from bot.benches.understanding import AIMS, aim_of

NAMES = [place.names[0] for place in sample_places()]


@pytest.mark.parametrize("kind", FIRST)
def test_no_text_of_a_kind_is_read_twice(kind: str) -> None:
    texts = texts_of(kind, 1_000, NAMES)
    assert len(set(texts)) == 1_000
    assert texts == texts_of(kind, 1_000, NAMES)


@pytest.mark.parametrize("kind", ["number", "date", "phone", "national_id", "name", "choice"])
def test_most_of_the_texts_are_understood(kind: str) -> None:
    read = reader_of(kind)
    texts = texts_of(kind, 200)
    assert sum(read(text).sure for text in texts) > len(texts) / 3


def test_a_made_up_country_has_as_many_places_as_a_real_one() -> None:
    places = sample_places()
    known = {place.id for place in places}
    assert len(places) == len(known) == 10_850
    assert all(place.parent in known for place in places if place.parent)


def test_every_reader_has_an_aim() -> None:
    assert {f"{kind}_a_second" for kind in FIRST} <= set(AIMS)
    assert aim_of("place_a_second") == 500
    assert aim_of("place_index_ms") is None

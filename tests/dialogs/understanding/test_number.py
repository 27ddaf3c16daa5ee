"""Numbers are read whole or not at all, and never guessed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding import read_number
from tests.dialogs.understanding.said_tables import table


@pytest.mark.parametrize(("value", "texts"), table("numbers_said.txt"))
def test_a_number_is_read_in_any_script_and_dialect(value: str, texts: list[str]) -> None:
    wrong = {text: read_number(text) for text in texts if read_number(text).value != float(value)}
    assert wrong == {}
    assert [text for text in texts if not read_number(text).sure] == []


@pytest.mark.parametrize(("candidates", "texts"), table("numbers_unsure.txt"))
def test_what_may_be_two_numbers_or_none_is_never_sure(candidates: str, texts: list[str]) -> None:
    found = {text: ", ".join(read_number(text).candidates) for text in texts}
    assert found == dict.fromkeys(texts, candidates)
    assert [text for text in texts if read_number(text).sure] == []


@pytest.mark.parametrize("text", ["٥", "خمسة", "500 جنيه", "الف", "5 ÷ 1"])
def test_whole_numbers_stay_whole(text: str) -> None:
    assert isinstance(read_number(text).value, int | None)


@pytest.mark.parametrize(
    ("text", "ask"), [("1.500", "number_which"), ("مية ونص", "number_which"), ("ميت", "number_confirm")]
)
def test_an_unsure_reading_names_its_question(text: str, ask: str) -> None:
    reading = read_number(text)
    assert (reading.ask, reading.sure) == (ask, False)
    assert reading.candidates[0] == str(reading.value)


@pytest.mark.parametrize(
    "text", ["", " ", "؟", "()", "-", "و", "ال", "من", "from", "عندي", "جنيه", "٪", "،", "½½", "خمسة و"]
)
def test_words_without_a_number_are_nothing(text: str) -> None:
    assert not read_number(text).sure


@pytest.mark.parametrize("text", ["፩", "፩ ፪", "3 ፩", "-፩"])
def test_figures_of_a_script_we_do_not_read_are_no_number_and_no_error(text: str) -> None:
    assert read_number(text).value is None


LONG = [
    "9" * 100_000,
    "خمسة و" * 10_000,
    "1 " * 119,
    "ألف " * 60,
    "5-" * 119,
    "\ud800" * 240,
    "ولد و" * 47,
    "\u064b" * 239,
]


@pytest.mark.parametrize("text", [*LONG, "/" * 240, "a'" * 119, "ونص " * 59, "5️⃣" * 80])
def test_hostile_text_is_refused_at_once(text: str) -> None:
    began = time.process_time()
    assert not read_number(text).sure
    assert time.process_time() - began < 1  # a bound on the shape of the work, not a measurement


PIECES = [text for _, texts in table("numbers_said.txt") + table("numbers_unsure.txt") for text in texts]
words = st.sampled_from([*{word for text in PIECES for word in text.split()}, *"-+/%.,٫٬،:()'؟و", "إلا", "من", "فاصلة"])


@given(st.lists(words, max_size=6), st.sampled_from(["", " "]))
def test_any_words_in_any_order_are_read_or_refused(found: list[str], between: str) -> None:
    reading = read_number(between.join(found))
    assert reading.sure <= (reading.value is not None)
    assert reading.sure is (reading.ask is None and reading.value is not None)


@given(st.text(max_size=250))
def test_any_text_is_read_or_refused(text: str) -> None:
    reading = read_number(text)
    assert not (reading.sure and reading.value is None)

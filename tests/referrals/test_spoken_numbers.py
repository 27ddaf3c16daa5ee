"""Spoken numbers: a family says or writes one in any way, and it is the same number."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.spoken_numbers import DAMM, check, new_number, read_back, shown, with_check

SEED = "a sample seed"


def test_the_check_digit_is_the_published_one() -> None:
    assert with_check(572) == "5724"
    assert check("5724")
    assert not check("5723")


def test_the_quasigroup_is_totally_antisymmetric() -> None:
    table = [[int(cell) for cell in row] for row in DAMM]
    assert all(sorted(row) == list(range(10)) for row in [*table, *zip(*table, strict=True)])
    assert all(table[i][i] == 0 for i in range(10))
    for c in range(10):
        for x in range(10):
            for y in range(x):
                assert table[table[c][x]][y] != table[table[c][y]][x]


@given(st.integers(0, 10**9), st.integers(0, 12), st.integers(1, 9))
@settings(max_examples=60)
def test_every_single_wrong_digit_is_noticed(n: int, place: int, shift: int) -> None:
    number = with_check(n)
    place %= len(number)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert not check(wrong)


@given(st.integers(10, 10**9), st.integers(0, 12))
@settings(max_examples=60)
def test_every_swap_of_two_neighbours_is_noticed(n: int, place: int) -> None:
    number = with_check(n)
    place %= len(number) - 1
    first, second = number[place], number[place + 1]
    swapped = number[:place] + second + first + number[place + 2 :]
    assert first == second or not check(swapped)


@pytest.mark.parametrize("not_a_number", ["", "5", "٥٧٢٤", "57x4", "57 24", "²"])
def test_only_plain_digits_are_checked(not_a_number: str) -> None:
    assert not check(not_a_number)


@pytest.mark.parametrize(
    "written",
    [
        "5724",
        "٥٧٢٤",
        "۵۷۲۴",
        "5 7 2 4",
        "٥٧ ٢٤",
        "57-24",
        "٥٧–٢٤",
        "5,724",
        "٥٬٧٢٤",
        "رقم ٥٧٢٤",
        "رقمه ٥٧٢٤.",
        "طلب 5724",
        "رقم الطلب: ٥٧٢٤",
        "الرقم هو ٥٧٢٤",
        "طلب رقم #5724",
        "مَوعِد رقـم ٥٧٢٤",
        "ما أخبار طلبي رقم ٥٧٢٤ لو سمحتم",
        "أين وصل الطلب ٥٧٢٤؟",
        "my number is 5724",
        "QN-26-5724",
        "qn-26-٥٧٢٤",
        "QN 26 5724",
        "5724-26-QN",
        "QN-5724",
        "\u200fرقم\u200e 57\u00a024\u202c",
        "５７２４",
    ],
)
def test_every_way_of_writing_is_read_back(written: str) -> None:
    assert read_back(written) == "5724"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "السلام عليكم",
        "5723",
        "٥٧٤٢",
        "5724 و 5724",
        "عندنا ٥٧٢٤ جنيه",
        "123",
        "572",
        "6/12/2026",
        "10:30",
        "0000",
        "+20 100 123 4567 8901",
    ],
)
def test_what_is_no_number_of_ours_is_not_read(written: str) -> None:
    assert read_back(written) is None


def test_a_short_number_is_shown_whole_and_a_long_one_in_pairs() -> None:
    assert shown("4821", "arab") == "٤٨٢١"
    assert shown("482103", "arab") == "٤٨\u00a0٢١\u00a0٠٣"
    assert shown("48210", "latn") == "48\u00a0210"


def test_the_pairs_keep_their_order_in_a_right_to_left_line() -> None:
    joint = shown("482103", "arab")[2]
    assert unicodedata.bidirectional(joint) == "CS"  # UAX 9, W4: between two numbers it becomes part of the number


@given(st.integers(0, 10**7), st.sampled_from(["arab", "latn"]))
@settings(max_examples=60)
def test_what_is_shown_is_read_back(sequence: int, digits: str) -> None:
    number = new_number(sequence, SEED)
    assert read_back(shown(number, "arab" if digits == "arab" else "latn")) == number


def test_no_two_sequences_share_a_number_and_the_numbers_grow_in_length() -> None:
    numbers = [new_number(sequence, SEED) for sequence in range(9_900)]
    assert len(set(numbers)) == len(numbers)
    assert {len(number) for number in numbers[:900]} == {4}
    assert {len(number) for number in numbers[900:]} == {5}
    assert all(check(number) and not number.startswith("0") for number in numbers)


def test_neighbours_are_not_to_be_guessed() -> None:
    bodies = [int(new_number(sequence, SEED)[:-1]) for sequence in range(200)]
    steps = [after - before for before, after in itertools.pairwise(bodies)]
    assert len(set(steps)) > 150
    assert bodies != [int(new_number(sequence, "another seed")[:-1]) for sequence in range(200)]


def test_the_same_seed_gives_the_same_number() -> None:
    assert new_number(41, SEED) == new_number(41, SEED.encode())


def test_a_negative_sequence_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        new_number(-1, SEED)
    with pytest.raises(ValueError, match="negative"):
        with_check(-1)

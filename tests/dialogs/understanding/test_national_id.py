"""A national id is believed by what its country promises of it, and says when its owner was born."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from idnumbers.nationalid.EGY import NationalID
from idnumbers.nationalid.KWT import CivilNumber

from dialogs.understanding import national_id_facts, read_national_id

EGYPT, KUWAIT = "29001012700013", "288020122596"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
GOVERNORATES = "01 02 03 04 11 12 13 14 15 16 17 18 19 21 22 23 24 25 26 27 28 29 31 32 33 34 35 88".split()
DIGITS = "0123456789"
BIRTHS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


def written(birth: date) -> str:
    """The first seven digits of both countries' numbers."""
    return ("2" if birth.year < 2000 else "3") + f"{birth:%y%m%d}"


@pytest.mark.parametrize("civil_id", [KUWAIT, "227081660516", "292091998298", "280010100004"])
def test_kuwaits_id_is_believed_by_its_check_digit(civil_id: str) -> None:
    assert read_national_id(civil_id, "KW").sure
    last = str((int(civil_id[-1]) + 1) % 10)
    assert read_national_id(civil_id[:-1] + last, "KW").ask == "id_invalid"


@given(BIRTHS, st.text(DIGITS, min_size=5, max_size=5))
def test_kuwaits_ids_are_those_that_the_published_rule_takes(birth: date, rest: str) -> None:
    digits = written(birth) + rest
    assert read_national_id(digits, "KW").sure == CivilNumber.validate(digits)


@given(st.text(DIGITS, min_size=11, max_size=15))
def test_any_digits_are_judged_as_the_published_rules_judge_them(digits: str) -> None:
    assert read_national_id(digits, "KW").sure == CivilNumber.validate(digits)
    expected = NationalID.validate(digits) and digits[7:9] in GOVERNORATES
    assert read_national_id(digits, "EG").sure == expected


@given(BIRTHS, st.sampled_from(GOVERNORATES), st.text(DIGITS, min_size=5, max_size=5))
def test_egypts_id_is_believed_by_its_structure_whatever_its_last_digit(birth: date, code: str, rest: str) -> None:
    digits = written(birth) + code + rest
    reading = read_national_id(digits, "EG")
    assert (reading.value, reading.sure) == (digits, True)
    assert reading.ask in {None, "id_recheck"}
    facts = national_id_facts(digits, "EG")
    assert facts is not None
    assert (facts.birth, facts.governorate, facts.sex) == (birth, code, "M" if int(rest[3]) % 2 else "F")


@pytest.mark.parametrize("last", DIGITS)
def test_one_last_digit_in_ten_is_what_the_popular_check_expects(last: str) -> None:
    assert (read_national_id(f"2560608118559{last}", "EG").ask is None) == (last == "0")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "{}",
            " {} ",
            "\u202a{}\u202c",
            "\u2066{}\u2069",
            "({})",
            "{}.",
            "«{}»",
            "رقمي القومي {}",
            "الرقم المدني: {} شكرا",
        ),
        *("رقم بطاقتي {} وعندي ٣ عيال", "بطاقتي {} وتليفوني 01001234567", "{}\n01001234567", "ID {}", "{0} {0}"),
    ],
)
@pytest.mark.parametrize(("digits", "country"), [(EGYPT, "EG"), (KUWAIT, "KW")])
def test_words_around_it_do_no_harm(text: str, digits: str, country: str) -> None:
    for spelt in (digits, digits.translate(ARABIC), digits.translate(PERSIAN)):
        reading = read_national_id(text.format(spelt), country)
        assert (reading.value, reading.sure) == (digits, True)


@pytest.mark.parametrize("mark", [" ", "-", "/", ".", "\u00a0", "–", "ـ", "\u200f", "_"])
@pytest.mark.parametrize(("digits", "country"), [(EGYPT, "EG"), (KUWAIT, "KW")])
def test_it_may_be_written_in_groups(mark: str, digits: str, country: str) -> None:
    groups = [digits[:1], digits[1:7], digits[7:]]
    for text in (mark.join(groups), mark.join(digits)):
        assert read_national_id(text, country).value == digits
        assert read_national_id(text.translate(ARABIC), country).sure


@pytest.mark.parametrize(
    ("text", "country", "ask"),
    [
        ("292091998297", "KW", "id_invalid"),
        ("267030759310", "KW", "id_invalid"),  # its check would be ten
        ("214130679071", "KW", "id_invalid"),  # month thirteen
        ("29209199829", "KW", "id_length"),
        (EGYPT, "KW", "id_length"),
        ("30213032789895", "EG", "id_invalid"),
        ("30202302789895", "EG", "id_invalid"),  # 30 February
        ("30205030589895", "EG", "id_invalid"),  # no governorate has 05
        ("10205032789895", "EG", "id_invalid"),
        ("3020503278989", "EG", "id_length"),
        ("٥", "EG", "id_length"),
        ("1" * 900, "EG", "id_length"),
    ],
)
def test_a_wrong_one_says_what_is_wrong_and_is_no_candidate(text: str, country: str, ask: str) -> None:
    reading = read_national_id(text, country)
    assert (reading.value, reading.sure, reading.ask, reading.candidates) == (None, False, ask, ())


def test_an_o_for_a_nought_is_read_where_a_check_digit_says_that_it_is_right() -> None:
    round_ = KUWAIT.replace("0", "O")
    assert round_ != KUWAIT
    assert (read_national_id(round_, "KW").value, read_national_id(round_, "KW").sure) == (KUWAIT, True)
    assert not read_national_id(KUWAIT.replace("1", "l", 1).replace("0", "O"), "KW").sure or "1" not in KUWAIT


def test_two_are_asked_about_and_so_is_one_with_letters_or_a_digit_too_many() -> None:
    assert read_national_id(f"{EGYPT} أو 30205032789895", "EG").candidates == (EGYPT, "30205032789895")
    for text in (EGYPT.replace("0", "O", 1), f"{EGYPT} 4"):
        reading = read_national_id(text, "EG")
        assert (reading.value, reading.sure, reading.ask) == (EGYPT, False, "id_confirm")


@pytest.mark.parametrize("text", ["", "مش معايا البطاقة", "9" * 100_000, "\ud800"])
def test_what_holds_no_number_is_none(text: str) -> None:
    assert read_national_id(text, "EG").blank


def test_nobody_is_born_after_today_where_today_is_known() -> None:
    today = date(2026, 11, 22)
    born_today, born_later = ("3" + f"{day:%y%m%d}" + "2700013" for day in (today, today + timedelta(days=1)))
    assert read_national_id(born_today, "EG", today).sure
    assert read_national_id(born_later, "EG", today).ask == "id_invalid"
    assert read_national_id(born_later, "EG").sure


def test_egypts_id_tells_birth_sex_governorate_and_with_today_the_age() -> None:
    facts = national_id_facts("30205032789895", "EG")
    assert facts is not None
    assert (facts.birth, facts.sex, facts.governorate) == (date(2002, 5, 3), "M", "27")
    assert facts.age(date(2026, 5, 2)) == 23
    assert facts.age(date(2026, 5, 3)) == 24


def test_kuwaits_id_tells_the_birth_alone() -> None:
    facts = national_id_facts(KUWAIT, "KW")
    assert facts is not None
    assert (facts.birth, facts.sex, facts.governorate) == (date(1988, 2, 1), "", "")

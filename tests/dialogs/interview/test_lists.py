"""Lists are answered by number, by name, by tapping and by searching; several choices are marked one by one."""

from __future__ import annotations

import pytest

from dialogs.interview import Answered, Found, Misunderstood, Said
from tests.dialogs.interview.chatting import Chat
from tests.dialogs.interview.forms import FAMILY, PLACES


def at_help() -> Chat:
    chat = Chat(PLACES)
    chat.say("قوص", "تخطي")
    return chat


@pytest.mark.parametrize("text", ["٢", "2", "رقم ٢", "الثاني", "2.", "2)", "٢ -", "أرملة", "أَرْمَلَة", "ارمله", "widow"])
def test_a_choice_is_named_by_its_number_in_any_digits_or_by_its_label(text: str) -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", text)
    assert chat.one(Answered).value == "widow"


def test_a_long_list_says_that_it_is_searched() -> None:
    chat = Chat(PLACES)
    assert chat.prompt.search
    assert len(chat.prompt.options) == 11


def test_part_of_a_name_finds_and_the_best_comes_first() -> None:
    chat = Chat(PLACES)
    chat.say("قن")
    found = chat.one(Found)
    assert [option.label for option in found.options] == ["قنا", "شرق قنا", "غرب قنا"]
    assert (found.words, found.more, chat.prompt.name) == ("قن", 0, "area")
    chat.hear(Said(choice=found.options[1].id))
    assert chat.one(Answered).value == "qena_east"


@pytest.mark.parametrize(
    ("text", "name"),
    [("قنا", "qena"), ("مدينة نجع حمادى", "nag"), ("دشنا.", "deshna"), ("ابوتشت", "abu_tesht"), ("٤", "qena")],
)
def test_a_name_written_out_answers(text: str, name: str) -> None:
    chat = Chat(PLACES)
    chat.say(text)
    assert chat.one(Answered).value == name


@pytest.mark.parametrize(("text", "name"), [("حمادى", "nag"), ("دشن", "deshna"), ("نجع حمادي مصر", "nag")])
def test_part_of_one_name_is_offered_and_not_taken(text: str, name: str) -> None:
    chat = Chat(PLACES)
    chat.say(text)
    assert [option.name for option in chat.one(Misunderstood).candidates] == [name]
    chat.say("نعم")
    assert chat.one(Answered).value == name


def test_a_greeting_is_not_the_place_whose_name_stands_in_it() -> None:
    """«السلام عليكم» is not the area السلام, nor «السلام» the village السلامية."""
    chat = Chat(PLACES.replace("| | area | waqf | الوقف |", "| | area | waqf | السلام |"))
    chat.say("السلام عليكم")
    assert "Answered" not in chat.happened() and "Misunderstood" not in chat.happened()
    chat = Chat(PLACES.replace("| | area | waqf | الوقف |", "| | area | waqf | السلامية |"))
    chat.say("السلام")
    assert "Answered" not in chat.happened()


def test_a_mistyped_name_is_offered_back() -> None:
    chat = Chat(PLACES)
    chat.say("فرشط")
    offered = chat.one(Misunderstood).candidates if "Misunderstood" in chat.happened() else ()
    assert [option.label for option in offered] == ["فرشوط"] or chat.one(Answered).value == "farshout"


def test_what_is_nowhere_in_the_list_is_no_choice() -> None:
    chat = Chat(PLACES)
    chat.say("طوكيو")
    assert chat.one(Misunderstood).reason == "not_a_choice"


def test_several_of_a_long_list_are_found_one_after_the_other() -> None:
    chat = Chat(PLACES)
    chat.say("قوص", "دشنا")
    assert (chat.happened(), chat.prompt.chosen) == (["Asked"], ("deshna",))
    chat.say("نجع حمادى")
    assert chat.prompt.chosen == ("deshna", "nag")
    chat.say("خلاص")
    assert chat.one(Answered).value == "deshna nag"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("١، ٣", "rent cure"),
        ("1 3", "rent cure"),
        ("١ و٣", "rent cure"),
        ("1,2,3", "rent food cure"),
        ("العلاج والإيجار", "rent cure"),
        ("الطعام، المدرسة", "food school"),
        ("الطعام و المدرسة", "food school"),
        ("٣\n١", "rent cure"),
    ],
)
def test_several_choices_in_one_message(text: str, value: str) -> None:
    chat = at_help()
    chat.say(text)
    assert chat.one(Answered).value == value


def test_while_marking_a_word_adds_and_the_same_word_takes_off() -> None:
    chat = at_help()
    chat.tap("rent")
    assert chat.prompt.marking
    said = ["٣", "الإيجار", "١ و٤", "شيل رقم ٤", "بدون العلاج"]
    assert [chat.say(text) and chat.prompt.chosen for text in said] == [
        ("rent", "cure"),
        ("cure",),
        ("cure", "rent", "school"),
        ("cure", "rent"),
        ("rent",),
    ]
    chat.say("نعم")
    assert chat.one(Answered).value == "rent"


def test_an_exclusive_choice_alone_needs_no_second_tap() -> None:
    chat = at_help()
    chat.tap("none")
    assert chat.one(Answered).value == "none"


def test_an_exclusive_choice_takes_the_place_of_the_others_and_they_of_it() -> None:
    chat = at_help()
    chat.tap("rent")
    chat.tap("food")
    chat.tap("none")
    assert chat.happened() == ["Asked"]
    seen = [chat.prompt.chosen]
    for name in ("unsure", "cure"):
        chat.tap(name)
        seen.append(chat.prompt.chosen)
    assert seen == [("none",), ("unsure",), ("cure",)]
    chat.tap("!done")
    assert chat.one(Answered).value == "cure"


def test_too_many_choices_are_no_exclusive_ones() -> None:
    chat = at_help()
    for name in ("rent", "food", "cure", "school"):
        chat.tap(name)
    assert chat.prompt.chosen == ("rent", "food", "cure", "school")
    chat.tap("!done")
    assert chat.one(Misunderstood).message == "ثلاثة على الأكثر."
    chat.say("شيل الطعام", "خلاص")
    assert chat.one(Answered).value == "rent cure school"


def test_an_answer_given_before_is_taken_apart_again() -> None:
    chat = at_help()
    chat.say("١ و٢", "رجوع", "شيل ١")
    assert chat.prompt.chosen == ("food",)
    chat.say("خلاص")
    assert chat.one(Answered).value == "food"


def test_an_order_is_said_in_one_message_and_the_unranked_follow() -> None:
    chat = at_help()
    chat.say("١", "٢ ١ ٣")
    assert chat.one(Answered).value == "food rent cure school none unsure"


def test_an_order_is_tapped_one_after_the_other() -> None:
    chat = at_help()
    chat.say("١")
    chat.tap("school")
    chat.tap("rent")
    assert chat.prompt.chosen == ("school", "rent")
    chat.tap("school")
    chat.tap("!done")
    assert chat.one(Answered).value == "rent food cure school none unsure"

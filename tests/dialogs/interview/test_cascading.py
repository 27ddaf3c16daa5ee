"""Words that name a choice of a later list answer both questions; several, or a near name, are asked with paths."""

from __future__ import annotations

import pytest

from dialogs.interview import Answered, Misunderstood, Said, Understood
from tests.dialogs.interview.chatting import Chat

FORM = """
| survey |
| | type | name | label::Arabic (ar) | required | choice_filter | relevant | bind::chat:sensitive |
| | select_one gov | gov | في أي محافظة تسكنون؟ | yes | | | |
| | text | street | ما اسم الشارع؟ | | | | |
| | select_one markaz | markaz | في أي مركز؟ | yes | gov = ${gov} | | |
| | select_one village | village | في أي قرية؟ | yes | {filter} | ${markaz} != '' | {sensitive} |
| | integer | rooms | كم غرفة؟ | | | | |
| choices |
| | list_name | name | label::Arabic (ar) | aliases | gov | markaz |
| | gov | waha | الواحة | محافظة الواحة | | |
| | gov | sahel | الساحل | | | |
| | gov | unknown | لا أعرف | | | |
| | markaz | sarw | مركز السرو | السرو | waha | |
| | markaz | nakhil | مركز النخيل | النخيل | waha | |
| | markaz | waha_town | مدينة الواحة | الواحة | waha | |
| | markaz | mina | مركز المينا | المينا | sahel | |
| | village | v1 | أبو القمح | | waha | sarw |
| | village | v2 | عزبة العرب | | waha | sarw |
| | village | v3 | عزبة العرب | | waha | nakhil |
| | village | v4 | الجبالية | الجبل | sahel | mina |
| | village | other | قرية أخرى | غيرها | | any |
"""


FILTER = "(markaz = ${markaz} and gov = ${gov}) or markaz = 'any'"


def chat(form: str = FORM, sensitive: str = "") -> Chat:
    return Chat(form.replace("{sensitive}", sensitive).replace("{filter}", FILTER))


def answered(chat: Chat) -> dict[str, str]:
    return {event.ref.rpartition("/")[2]: event.value for event in chat.events if isinstance(event, Answered)}


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        ("الواحة", {"gov": "waha"}),  # the question that is asked comes first
        ("محافظة الواحة", {"gov": "waha"}),
        ("النخيل", {"gov": "waha", "markaz": "nakhil"}),
        ("مركز النخيل", {"gov": "waha", "markaz": "nakhil"}),
        ("ساكنين في النخيل", {"gov": "waha", "markaz": "nakhil"}),
        ("مدينة الواحة", {"gov": "waha", "markaz": "waha_town"}),
        ("ابوالقمح", {"gov": "waha", "markaz": "sarw", "village": "v1"}),
        ("عزبة العرب - النخيل", {"gov": "waha", "markaz": "nakhil", "village": "v3"}),
        ("الساحل، الجباليه", {"gov": "sahel", "markaz": "mina", "village": "v4"}),
        ("قرية الجبل مركز المينا", {"gov": "sahel", "markaz": "mina", "village": "v4"}),
    ],
)
def test_a_name_that_is_written_out_answers_every_question_above_it(said: str, answers: dict[str, str]) -> None:
    talk = chat()
    talk.say(said)
    assert answered(talk) == answers
    assert talk.prompt.name == "street"


def test_a_question_that_was_answered_so_is_not_asked_again() -> None:
    talk = chat()
    talk.say("أبو القمح", "النصر")
    assert talk.prompt.name == "rooms"
    talk.say("رجوع", "رجوع")
    assert talk.prompt.name == "village"


def test_what_was_understood_is_said_back_once_with_a_way_to_change_it() -> None:
    talk = chat()
    talk.say("أبو القمح")
    echo = talk.one(Understood)
    assert (echo.ref, echo.shown) == ("/data/village", "أبو القمح، مركز السرو، الواحة")
    talk.hear(Said(choice=echo.key))
    assert talk.prompt.name == "gov"


@pytest.mark.parametrize("said", ["الواحة", "محافظة الواحة"])
def test_the_plain_answer_to_the_question_is_not_said_back(said: str) -> None:
    talk = chat()
    talk.say(said)
    assert "Understood" not in talk.happened()


def test_what_is_not_to_be_echoed_is_not_said_back() -> None:
    talk = chat(sensitive="yes")
    talk.say("أبو القمح")
    assert answered(talk)["village"] == "v1" and "Understood" not in talk.happened()


def test_several_of_one_name_are_asked_with_their_paths_and_a_tap_answers_all() -> None:
    talk = chat()
    talk.say("عزبة العرب")
    asked = talk.one(Misunderstood)
    assert [option.label for option in asked.candidates] == [
        "عزبة العرب، مركز السرو، الواحة",
        "عزبة العرب، مركز النخيل، الواحة",
    ]
    assert talk.prompt.name == "gov"
    talk.hear(Said(choice=asked.candidates[1].id))
    assert answered(talk) == {"gov": "waha", "markaz": "nakhil", "village": "v3"}
    assert "Understood" not in talk.happened()  # they saw what they tapped


def test_a_name_nearly_so_is_offered_and_a_yes_takes_it() -> None:
    talk = chat()
    talk.say("الجبليه")
    assert [option.label for option in talk.one(Misunderstood).candidates] == ["الجبالية، مركز المينا، الساحل"]
    assert not answered(talk)
    talk.say("نعم")
    assert answered(talk) == {"gov": "sahel", "markaz": "mina", "village": "v4"}


def test_from_the_middle_of_a_cascade_only_what_follows_is_filled() -> None:
    talk = chat()
    talk.say("الواحة", "النصر", "أبو القمح")
    assert answered(talk) == {"markaz": "sarw", "village": "v1"}
    assert talk.prompt.name == "rooms"


def test_what_lies_elsewhere_is_no_answer_there() -> None:
    talk = chat()
    talk.say("الساحل", "النصر", "أبو القمح")
    assert not answered(talk) and talk.prompt.name == "markaz"


@pytest.mark.parametrize("said", ["غيرها", "قرية أخرى", "باريس", "السلام عليكم", "عندي خمسة أولاد", "النخيل او السرو"])
def test_what_names_no_choice_alone_fills_nothing(said: str) -> None:
    talk = chat()
    talk.say(said)
    assert not answered(talk) and talk.prompt.name == "gov"


def test_a_list_that_must_stand_alone_is_never_reached_from_another() -> None:
    """`bind::chat:neutral`: nothing of it is named in a chat that others may read."""
    talk = chat(FORM.replace("bind::chat:sensitive", "bind::chat:neutral"), "yes")
    talk.say("أبو القمح")
    assert not answered(talk)


def test_in_a_repeat_each_member_has_answers_of_its_own() -> None:
    form = """
| survey |
| | type | name | label::Arabic (ar) | repeat_count | choice_filter |
| | begin_repeat | kin | قريب | 2 | |
| | select_one gov | gov | في أي محافظة؟ | | |
| | select_one markaz | markaz | في أي مركز؟ | | gov = ${gov} |
| | end_repeat | | | | |
| choices |
| | list_name | name | label::Arabic (ar) | gov |
| | gov | waha | الواحة | |
| | gov | sahel | الساحل | |
| | markaz | sarw | السرو | waha |
| | markaz | mina | المينا | sahel |
"""
    talk = chat(form)
    talk.say("السرو")
    assert [event.ref for event in talk.events if isinstance(event, Answered)] == [
        "/data/kin[1]/gov",
        "/data/kin[1]/markaz",
    ]
    talk.say("المينا")
    assert [event.value for event in talk.events if isinstance(event, Answered)] == ["sahel", "mina"]

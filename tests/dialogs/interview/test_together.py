"""Where each message costs, the questions of one page are asked in one message and answered in one."""

from __future__ import annotations

import pytest

from dialogs.interview import Answered, Asked, Event, Misunderstood, Prompt, Said, ask_again
from tests.dialogs.interview.chatting import Chat
from tests.dialogs.interview.forms import FAMILY, TOGETHER


def values(chat: Chat) -> list[str]:
    return [event.value for event in chat.events if isinstance(event, Answered)]


def names(prompt: Prompt) -> list[str]:
    return [prompt.name, *(other.name for other in prompt.together)]


def last(events: tuple[Event, ...]) -> Prompt:
    asked = events[-1]
    assert isinstance(asked, Asked)
    return asked.prompt


def test_questions_go_together_only_where_the_channel_wants_it() -> None:
    assert names(Chat(TOGETHER).prompt) == ["name"]
    chat = Chat(TOGETHER, pack=True)
    assert names(chat.prompt) == ["name", "age", "job", "rooms", "born"]
    assert names(last(ask_again(chat.form, chat.session, now=chat.now, pack=True))) == names(chat.prompt)
    assert names(last(ask_again(chat.form, chat.session, now=chat.now))) == ["name"]


def test_questions_outside_a_page_are_asked_alone() -> None:
    assert names(Chat(FAMILY, pack=True).prompt) == ["name"]


def test_a_note_stands_above_its_question() -> None:
    prompt = Chat(TOGETHER, pack=True).prompt
    assert [other.notes for other in prompt.together] == [(), ("الآن عن البيت.",), (), ()]


@pytest.mark.parametrize(
    "text",
    [
        "فاطمة\n٤٢\nنعم\n٣",
        "١) فاطمة\n٢) ٤٢\n٣) نعم\n٤) ٣",
        "1- فاطمة 2- ٤٢ 3- نعم 4- ٣",
        "١. فاطمة ٢. ٤٢ ٣. نعم ٤. ٣",
        "٣) نعم\n١) فاطمة\n٤) ٣\n٢) ٤٢",
        "فاطمة\n\n 42\nأيوه\n٣ ",
    ],
)
def test_one_message_answers_them_all(text: str) -> None:
    chat = Chat(TOGETHER, pack=True)
    chat.say(text)
    assert sorted(values(chat)) == sorted(["فاطمة", "42", "yes", "3"])
    assert names(chat.prompt) == ["work", "born"]


def test_a_single_line_answers_the_first_and_the_rest_is_asked_again() -> None:
    chat = Chat(TOGETHER, pack=True)
    chat.say("فاطمة")
    assert values(chat) == ["فاطمة"]
    assert names(chat.prompt) == ["age", "job", "rooms", "born"]


def test_what_was_not_understood_is_asked_on_its_own() -> None:
    chat = Chat(TOGETHER, pack=True)
    chat.say("فاطمة\nكبيرة\nنعم\n٣")
    assert values(chat) == ["فاطمة", "yes", "3"]
    assert (chat.one(Misunderstood).ref, chat.one(Misunderstood).attempt) == ("/data/who/age", 1)
    assert names(chat.prompt) == ["age"]
    chat.say("٤٢")
    assert names(chat.prompt) == ["work", "born"]


def test_a_refused_answer_says_what_its_author_says() -> None:
    chat = Chat(TOGETHER, pack=True)
    chat.say("فاطمة\n٣٠٠\nنعم")
    assert (values(chat), chat.one(Misunderstood).message) == (["فاطمة", "yes"], "أقل من ١٢٠.")


def test_a_dash_leaves_one_blank() -> None:
    chat = Chat(TOGETHER, pack=True)
    chat.say("فاطمة\n٤٢\nلا\n-")
    assert values(chat) == ["فاطمة", "42", "no"]
    assert names(chat.prompt) == ["born"]


def test_a_dash_in_the_place_of_a_text_is_a_blank_too() -> None:
    chat = Chat(TOGETHER, pack=True)
    chat.say("-\n٤٢")
    assert (values(chat), chat.one(Misunderstood).reason, chat.prompt.name) == (["42"], "required", "name")


def test_a_button_of_any_of_them_answers_its_own() -> None:
    chat = Chat(TOGETHER, pack=True)
    job = next(other for other in chat.prompt.together if other.name == "job")
    chat.hear(Said(choice=job.options[0].id))
    assert (values(chat), names(chat.prompt)) == (["yes"], ["name", "age", "rooms", "work", "born"])


def test_danger_in_one_line_stops_the_rest() -> None:
    chat = Chat(TOGETHER, pack=True)
    chat.say("فاطمة\n٤٢\nأبداً\n٣")
    assert "DangerDisclosed" in chat.happened()
    assert not any(isinstance(event, Asked) for event in chat.events)


def test_a_story_of_many_lines_is_never_taken_apart() -> None:
    chat = Chat(TOGETHER, pack=True)
    chat.say("فاطمة\n٤٢\nلا\n٣", "تخطي", "تخطي")
    assert names(chat.prompt) == ["story"]
    chat.say("سطر\nوسطر")
    assert values(chat) == ["سطر\nوسطر"]


def test_back_goes_through_them_one_by_one() -> None:
    chat = Chat(TOGETHER, pack=True)
    chat.say("فاطمة\n٤٢\nنعم\n٣", "رجوع", "رجوع", "رجوع")
    assert (chat.prompt.name, chat.prompt.current) == ("age", "42")
    chat.say("٤٣")
    assert chat.answers.by_name("age") == "43"
    assert chat.prompt.name == "work"

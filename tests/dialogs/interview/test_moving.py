"""Back, review, change, stop, restart: the family steers, and nothing it said is lost."""

from __future__ import annotations

from dialogs.interview import (
    Answered,
    AskedForHelp,
    AskedForHuman,
    Completed,
    Misunderstood,
    Restarted,
    Reviewed,
    Said,
    StaleButton,
    Vanished,
    WentBack,
    ask_again,
)
from tests.dialogs.interview.chatting import Chat
from tests.dialogs.interview.forms import FAMILY


def at_review() -> Chat:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "أرملة", "٣", "١، ٢", "5/3/1990", "نعم")
    return chat


def test_back_shows_the_answer_and_keeps_it() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "أرملة", "٣", "رجوع")
    assert chat.one(WentBack).ref == "/data/orphans"
    assert chat.prompt.current == "3"
    chat.tap("!keep")
    assert chat.prompt.name == "needs"
    assert chat.answers.by_name("orphans") == "3"


def test_back_goes_as_far_as_the_family_came() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "أرملة", "٣", "رجوع", "رجوع", "رجوع")
    assert chat.prompt.name == "name"
    chat.say("رجوع")
    assert chat.happened() == ["Asked"]
    chat.say("فاطمة أحمد")
    assert chat.prompt.name == "needs"


def test_a_changed_answer_tells_what_fell_away_and_it_returns_when_changed_back() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "أرملة", "٣", "رجوع", "رجوع", "الأب")
    lines = chat.one(Vanished).lines
    assert [(line.ref, line.shown, line.sensitive) for line in lines] == [("/data/orphans", "3", True)]
    assert chat.prompt.name == "needs"
    chat.say("رجوع", "أرملة")
    assert chat.prompt.name == "needs"
    assert chat.answers.by_name("orphans") == "3"


def test_the_review_lists_every_answer() -> None:
    chat = at_review()
    review = chat.one(Reviewed)
    assert review.complete
    assert review.notes == ("شارفنا على النهاية.",)
    assert [(line.number, line.shown) for line in review.lines] == [
        (1, "فاطمة"),
        (2, "أرملة"),
        (3, "3"),
        (4, "الإيجار، علاج أو دواء"),
        (5, "5/3/1990"),
        (6, "نعم"),
    ]
    assert [line.sensitive for line in review.lines] == [False, False, True, False, False, False]


def test_yes_completes() -> None:
    chat = at_review()
    chat.say("نعم، قدّموه")
    assert chat.events == (Completed(chat.session.id),)
    assert "<support>widow</support>" in chat.xml
    chat.say("شكرا")
    assert chat.session.status == "completed"


def test_a_line_number_opens_that_answer_and_the_review_returns() -> None:
    chat = at_review()
    chat.say("٣")
    assert (chat.session.status, chat.prompt.name, chat.prompt.current) == ("editing", "orphans", "3")
    chat.say("٥")
    assert chat.happened() == ["Answered", "Reviewed"]
    chat.say("عدّل ١", "رجوع")
    assert chat.happened() == ["Reviewed"]
    assert chat.session.status == "reviewing"


def test_a_lines_key_opens_it_too() -> None:
    chat = at_review()
    chat.hear(Said(choice=chat.one(Reviewed).lines[1].key))
    assert chat.prompt.name == "support"


def test_an_edit_asks_again_only_what_became_blank() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "الأب", "١", "تخطي", "نعم")
    chat.say("٢", "أرملة")
    assert chat.prompt.name == "orphans"
    chat.say("٢")
    assert chat.happened() == ["Answered", "Reviewed"]


def test_wanting_to_change_asks_which_line() -> None:
    chat = at_review()
    chat.say("أغيّر إجابة")
    assert chat.one(Reviewed).choosing


def test_back_from_the_review_is_the_last_question() -> None:
    chat = at_review()
    chat.say("رجوع")
    assert chat.prompt.name == "safe"
    chat.say("نعم")
    assert chat.happened() == ["Answered", "Reviewed"]


def test_an_early_review_does_not_complete() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "مراجعة")
    assert not chat.one(Reviewed).complete
    chat.say("نعم")
    assert chat.prompt.name == "support"


def test_what_is_no_answer_to_the_review_repeats_it() -> None:
    chat = at_review()
    chat.say("٩٩")
    assert (chat.one(Misunderstood).attempt, len(chat.one(Reviewed).lines)) == (1, 6)


def test_help_and_a_person_are_called_and_the_question_follows() -> None:
    chat = Chat(FAMILY)
    chat.say("ما فهمت")
    assert (chat.events[0], chat.prompt.name) == (AskedForHelp(), "name")
    chat.say("موظف")
    assert (chat.events[0], chat.prompt.name) == (AskedForHuman(), "name")


def test_stop_keeps_everything_and_any_word_goes_on() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "توقف")
    assert (chat.happened(), chat.session.status) == (["Stopped"], "stopped")
    again = ask_again(chat.form, chat.session, now=chat.now)
    assert [type(event).__name__ for event in again] == ["Asked"]
    chat.say("أرملة")
    assert chat.prompt.name == "orphans"


def test_restart_begins_with_a_blank_form() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "أرملة", "من جديد")
    assert chat.events[0] == Restarted()
    assert (chat.prompt.name, chat.prompt.current) == ("name", "")


def test_a_restart_by_mistake_is_undone_with_back_until_something_new_is_said() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "أرملة", "من جديد", "رجوع")
    assert chat.prompt.name == "orphans"
    assert chat.answers.by_name("name") == "فاطمة"
    chat.say("من جديد", "منى", "رجوع", "رجوع")
    assert (chat.prompt.name, chat.prompt.current) == ("name", "منى")


def test_asking_again_changes_nothing() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة")
    before = chat.session
    first, second = (ask_again(chat.form, chat.session, now=chat.now) for _ in range(2))
    assert first == second
    assert chat.session == before


def test_an_old_button_asks_and_yes_changes_the_answer() -> None:
    for confirm in (Said(text="نعم"), None):
        chat = Chat(FAMILY)
        chat.say("فاطمة")
        old = chat.option("father")
        chat.tap("widow")
        chat.say("٣")
        chat.hear(Said(choice=old))
        stale = chat.one(StaleButton)
        assert (stale.label, stale.applies, stale.tapped) == ("من ينفق على البيت؟", True, "الأب")
        assert chat.prompt.name == "needs"
        chat.hear(confirm or Said(choice=stale.key))
        assert chat.one(Answered).value == "father"


def test_an_old_button_of_the_very_answer_changes_nothing_whatever_is_said_next() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة")
    old = chat.option("widow")
    chat.tap("widow")
    chat.hear(Said(choice=old))
    assert (chat.one(StaleButton).applies, chat.one(StaleButton).key) == (True, "")
    chat.say("نعم")
    assert (chat.prompt.name, chat.answers.by_name("support")) == ("orphans", "widow")


def test_no_to_an_old_button_leaves_everything() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة")
    old = chat.option("father")
    chat.tap("widow")
    chat.hear(Said(choice=old))
    chat.say("لا")
    assert chat.happened() == ["Asked"]
    assert chat.answers.by_name("support") == "widow"


def test_a_button_whose_question_is_gone_says_so() -> None:
    chat = Chat(FAMILY)
    chat.hear(Said(choice="q0000.1:father"))
    assert not chat.one(StaleButton).applies
    assert chat.prompt.name == "name"


def test_option_ids_fit_every_channel() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة")
    for option in chat.prompt.options:
        assert option.id.isascii()
        assert len(option.id.encode()) <= 64
        assert chat.session.id not in option.id


def test_as_it_is_in_words_keeps_the_answer_that_stands() -> None:
    for words in ("كما هي", "زي ما هي", "keep it"):
        chat = Chat(FAMILY)
        chat.say("فاطمة", "رجوع", words)
        assert (chat.prompt.name, chat.answers.by_name("name")) == ("support", "فاطمة")


def test_as_it_is_keeps_nothing_where_nothing_stands() -> None:
    chat = Chat(FAMILY)
    chat.say("كما هي")
    assert chat.answers.by_name("name") == "كما هي"

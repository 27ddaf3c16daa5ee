"""A session stays on its version until it is taken over: what fits stays, the rest is named or asked again."""

from __future__ import annotations

from datetime import timedelta

from dialogs.form import Form
from dialogs.interview import Migrated, Said, StaleButton, answers, migration, resume, submission
from tests.dialogs.interview.chatting import Chat, form_of
from tests.dialogs.interview.forms import FAMILY, MEMBERS


def filled() -> Chat:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "أرملة", "٣", "١، ٢", "5/3/1990", "نعم")
    return chat


def taken_over(chat: Chat, newer: Form) -> Migrated:
    chat.now += timedelta(days=1)
    chat.session, told = migration(chat.form, newer, chat.session, now=chat.now)
    chat.form = newer
    return told


def refs(told: Migrated) -> tuple[list[str], list[str]]:
    return [line.ref for line in told.dropped], [line.ref for line in told.again]


def test_the_same_version_changes_nothing() -> None:
    chat = filled()
    before = chat.session
    assert taken_over(chat, chat.form) == Migrated()
    assert chat.session == before


def test_a_question_that_is_gone_is_named_with_its_answer() -> None:
    chat = filled()
    newer = "\n".join(line for line in FAMILY.splitlines() if "| date | birth" not in line)
    told = taken_over(chat, form_of(newer, "2"))
    assert refs(told) == (["/data/birth"], [])
    assert told.dropped[0].shown == "5/3/1990"
    assert (chat.session.status, chat.session.form_version) == ("reviewing", "2")
    assert "birth" not in submission(chat.form, chat.session, now=chat.now)


def test_a_question_that_moved_keeps_its_answer() -> None:
    chat = filled()
    opened = FAMILY.replace("| | date | birth", "| | begin_group | more | المزيد | | | | | | | | |\n| | date | birth")
    newer = opened.replace("| | select_one safe", "| | end_group | | | | | | | | | | |\n| | select_one safe")
    told = taken_over(chat, form_of(newer, "2"))
    assert refs(told) == ([], [])
    assert answers(chat.form, chat.session, now=chat.now)["/data/more/birth"] == "1990-03-05"
    assert chat.session.status == "reviewing"


def test_what_fits_no_longer_is_asked_again() -> None:
    newer = (
        FAMILY.replace(". <= 12", ". <= 2")
        .replace("rent | الإيجار", "home | السكن")
        .replace("| | text | name |", "| | integer | name |")
    )
    chat = filled()
    told = taken_over(chat, form_of(newer, "2"))
    assert refs(told) == ([], ["/data/name", "/data/orphans", "/data/needs"])
    assert [line.shown for line in told.again] == ["فاطمة", "3", "الإيجار، علاج أو دواء"]
    assert [line.sensitive for line in told.again] == [False, True, False]
    chat.say("٧", "٢", "١")
    assert chat.session.status == "reviewing"


def test_what_became_required_is_asked_and_what_is_new_too() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "الأب", "١", "تخطي", "نعم")
    newer = FAMILY.replace("| date | birth | متى ولدتم؟ | |", "| date | birth | متى ولدتم؟ | yes |").replace(
        "| | note | end |", "| | text | phone | ما رقمكم؟ | | | | | | | | |\n| | note | end |"
    )
    told = taken_over(chat, form_of(newer, "2"))
    assert refs(told) == ([], ["/data/birth"])
    assert chat.session.pending == "/data/birth"
    chat.say("5/3/1990")
    assert chat.prompt.name == "phone"


def test_an_answer_that_matters_only_with_another_waits_for_it() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "أرملة", "٣", "رجوع", "رجوع", "الأب")
    told = taken_over(chat, form_of(FAMILY.replace("من ينفق", "من الذي ينفق"), "2"))
    assert refs(told) == ([], [])
    chat.say("رجوع", "أرملة")
    assert answers(chat.form, chat.session, now=chat.now).by_name("orphans") == "3"


def test_members_come_along_and_removed_ones_stay_away() -> None:
    chat = Chat(MEMBERS)
    chat.say("فاطمة", "٥٠", "البقال", "نعم", "٧٠", "الجار", "احذف ١")
    newer = MEMBERS.replace("لمن الدين؟", "لمن هذا الدين؟")
    assert refs(taken_over(chat, form_of(newer, "2"))) == ([], [])
    assert answers(chat.form, chat.session, now=chat.now).all_by_name("lender") == ("الجار",)


def test_a_button_of_the_version_before_says_that_it_no_longer_applies() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة")
    old = chat.option("widow")
    newer = form_of(FAMILY.replace("من ينفق", "من الذي ينفق"), "2")
    session, events = resume(newer, chat.session, Said(choice=old), now=chat.now)
    assert [event.applies for event in events if isinstance(event, StaleButton)] == [False]
    assert session.pending == "/data/support"


def test_a_button_of_another_interview_or_after_the_end_says_so_too() -> None:
    chat = filled()
    button = next(line.key for line in chat.answers.shown)
    chat.say("نعم")
    chat.hear(Said(choice=button))
    assert chat.events == (StaleButton("", "", "", applies=False),)
    other = Chat(MEMBERS)
    other.hear(Said(choice=button))
    assert not other.one(StaleButton).applies
    assert other.prompt.name == "name"

"""A submission from ODK becomes a session that reads like any other, and says what of it does not hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.form import Form
from dialogs.interview import (
    Session,
    SubmissionProblem,
    answers,
    forget_replays,
    session_from_json,
    session_from_submission,
    session_to_json,
    submission,
)
from tests.dialogs.interview.chatting import MORNING, SESSION_ID, Chat, form_of
from tests.dialogs.interview.forms import COLUMNS, FAMILY, HOUSEHOLD, KINDS, MEMBERS, THINGS

PROBLEMS = tuple[SubmissionProblem, ...]


def taken(form: Form, xml: str, **media: str) -> tuple[Session, PROBLEMS]:
    return session_from_submission(
        form,
        xml,
        id=SESSION_ID,
        now=MORNING,
        time_zone="Africa/Cairo",
        language="ar",
        country="EG",
        media={name.replace("_", "."): stored for name, stored in media.items()},
    )


def told(problems: PROBLEMS) -> list[tuple[str, str]]:
    return [(problem.ref, problem.reason) for problem in problems]


def family() -> Chat:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "أرملة", "٣", "١، ٢", "تخطي", "نعم", "نعم")
    return chat


def household() -> Chat:
    chat = Chat(HOUSEHOLD)
    chat.say("٥٠٠", "البقال", "نعم", "٣٠٠", "تخطي", "لا", "٢", "أحمد", "٧", "منى", "٩", "نعم")
    return chat


def without_any() -> Chat:
    chat = Chat(MEMBERS)
    chat.say("فاطمة", "٥", "تخطي", "احذف ١", "لا", "تخطي", "لا", "نعم")
    assert chat.session.status == "completed"
    return chat


@pytest.mark.parametrize("filled", [family, household, without_any])
def test_what_a_chat_submits_comes_back_the_same(filled: type[Chat]) -> None:
    chat = filled()  # type: ignore[call-arg] # a function that fills a chat
    session, problems = taken(chat.form, chat.xml)
    assert problems == ()
    assert session.status == "completed"
    assert submission(chat.form, session, now=chat.now) == chat.xml
    mine, theirs = (answers(chat.form, one, now=chat.now).shown for one in (session, chat.session))
    assert [(line.ref, line.shown) for line in mine] == [(line.ref, line.shown) for line in theirs]


def test_the_session_is_stored_and_read_like_any_other() -> None:
    chat = household()
    session, _ = taken(chat.form, chat.xml)
    forget_replays()
    again = session_from_json(session_to_json(session))
    assert again == session
    assert submission(chat.form, again, now=chat.now + timedelta(days=400)) == chat.xml


def test_the_members_that_were_sent_are_there() -> None:
    form = form_of(MEMBERS)
    debts = "".join(f"<debt><amount>{n}</amount><lender>جار {n}</lender></debt>" for n in (10, 20, 30, 40))
    session, problems = taken(form, f'<data id="sample"><name>منى</name>{debts}<child><secret/></child></data>')
    assert problems == ()
    assert answers(form, session, now=MORNING).all_by_name("amount") == ("10", "20", "30", "40")


def test_pictures_are_found_by_the_name_they_were_sent_under() -> None:
    form = form_of(THINGS)
    xml = "<data><people>4</people><paper>17.jpg</paper><story>x</story><true>OK</true></data>"
    session, problems = taken(form, xml, **{"17_jpg": "media-9"})
    found = answers(form, session, now=MORNING)
    assert (found.by_name("paper"), (found.media or {})["/data/paper"]) == ("17.jpg", "media-9")
    assert problems == ()


def test_what_does_not_hold_is_named_and_the_rest_stands() -> None:
    form = form_of(FAMILY)
    xml = """<data id="sample"><name>فاطمة</name><support>king</support><orphans>3</orphans><extra>1</extra>
    <needs>none rent</needs><birth>soon</birth><safe>yes</safe><meta><deprecatedID>x</deprecatedID></meta></data>"""
    session, problems = taken(form, xml)
    assert told(problems) == [
        ("/data/extra", "unknown"),
        ("/data/support", "missing"),
        ("/data/support", "refused"),
        ("/data/orphans", "not_relevant"),
        ("/data/needs", "constraint"),
        ("/data/birth", "refused"),
    ]
    assert session.status == "completed"
    assert answers(form, session, now=MORNING).by_name("safe") == "yes"


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ("", "unreadable"),
        ("<data", "unreadable"),
        ("<other/>", "wrong_form"),
        ('<!DOCTYPE d [<!ENTITY a "b">]><data><name>&a;</name></data>', "unreadable"),
        ("<data>" + "<name>x</name>" * 50_001 + "</data>", "too_many"),
        ("<data>" * 300 + "</data>" * 300, "unreadable"),
    ],
)
def test_a_hostile_submission_is_a_problem_and_no_error(xml: str, reason: str) -> None:
    session, problems = taken(form_of(FAMILY), xml)
    assert reason in [problem.reason for problem in problems]
    assert session.status == "completed"


def test_members_without_end_are_bounded() -> None:
    xml = "<data><name>x</name>" + "<debt><amount>1</amount></debt>" * 1_200 + "</data>"
    _, problems = taken(form_of(MEMBERS), xml)
    assert ("/data/debt", "too_many") in told(problems)


def test_more_members_than_were_counted_are_unknown() -> None:
    kids = "<kid><kid_name>أ</kid_name><kid_age>3</kid_age></kid>" * 3
    _, problems = taken(form_of(HOUSEHOLD), f"<data><debt><amount>5</amount></debt><kids>2</kids>{kids}</data>")
    assert told(problems) == [("/data/kid[3]", "unknown")]


NAMES = st.sampled_from(["data", "name", "debt", "amount", "kid", "kids", "support", "who", "meta", "at", "town", "x"])
TREE = st.recursive(
    st.tuples(NAMES, st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=8)).map(
        lambda pair: f"<{pair[0]}>{pair[1].replace('&', '').replace('<', '')}</{pair[0]}>"
    ),
    lambda inner: st.tuples(NAMES, st.lists(inner, max_size=4)).map(lambda p: f"<{p[0]}>{''.join(p[1])}</{p[0]}>"),
    max_leaves=12,
)


@pytest.mark.parametrize("survey", [FAMILY, HOUSEHOLD, MEMBERS, KINDS, COLUMNS])
@settings(max_examples=25)
@given(parts=st.lists(TREE, max_size=6))
def test_whatever_is_sent_is_taken_in_without_an_error(survey: str, parts: list[str]) -> None:
    form = form_of(survey)
    session, _ = taken(form, f"<data>{''.join(parts)}</data>")
    assert submission(form, session, now=MORNING).startswith("<data")

"""A session is its journal: it can be stored, replayed and carried to a new version of its form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs.interview import (
    Asked,
    Event,
    Found,
    Misunderstood,
    Reviewed,
    Said,
    SaidMedia,
    StaleButton,
    migrate,
    resume,
    session_from_json,
    session_to_json,
)
from dialogs.interview.replay import forget_replays
from tests.dialogs.interview.chatting import MORNING, Chat, form_of
from tests.dialogs.interview.forms import COLUMNS, FAMILY, HOUSEHOLD, HOUSES, KINDS, MEMBERS, PLACES, THINGS, TOGETHER

SCRIPT = ("فاطمة", "أرملة", "٣", "رجوع", "٤", "١، ٢", "رجوع", "رجوع", "تخطي", "5/3/1990", "مراجعة", "٢", "الأب", "نعم")
COMMANDS = ["نعم", "لا", "رجوع", "مراجعة", "تخطي", "توقف", "من جديد", "مساعدة", "موظف", "خلاص", "؟", "أغيّر إجابة"]
ANSWERS = ["٣", "١، ٢", "أرملة", "الأب", "فاطمة", "5/3/1990", "٢٠", "السلام عليكم", "بكرة", "٣ العصر", "30, 31", "قن"]
MOVES = ["أجيب لاحقاً", "لماذا؟", "احذف ١", "شيل الأخير", "عدّل الأول", "عدّل الاسم", "بدون ١", "الاسم", "فاطمة\n٤٢\nنعم"]
WORDS = st.sampled_from([*COMMANDS, *ANSWERS, *MOVES])
SAID = st.one_of(
    WORDS.map(lambda text: Said(text=text)),
    st.text(max_size=12).map(lambda text: Said(text=text)),
    st.sampled_from(["audio", "image", "sticker"]).map(lambda kind: Said(media=SaidMedia(kind, "m1"))),
    st.just(Said(point=(26.0, 32.0, 0.0))),
    st.integers(0, 40).map(lambda n: Said(choice=f"tap {n}")),
    st.integers(0, 12).map(lambda n: Said(choice=f"tap {n}")),
)
EXAMPLES = 12


def test_the_memory_of_replays_changes_no_result() -> None:
    kept, fresh = Chat(FAMILY), Chat(FAMILY)
    for text in SCRIPT:
        kept.say(text)
        forget_replays()
        fresh.say(text)
        forget_replays()
        assert fresh.events == kept.events
        assert fresh.session == kept.session


def tappable(events: Sequence[Event]) -> Iterator[str]:
    """Everything in these events that can be tapped, then or later."""
    for event in events:
        if isinstance(event, Asked):
            yield from (option.id for option in event.prompt.options)
            yield from (key for line in event.prompt.members for key in (line.edit, line.remove))
        elif isinstance(event, Reviewed):
            yield from (key for line in event.lines for key in (line.key, line.remove, line.members) if key)
        elif isinstance(event, Misunderstood):
            yield from (option.id for option in event.candidates)
            yield event.set_aside or "!set_aside"
        elif isinstance(event, Found):
            yield from (option.id for option in event.options)
        elif isinstance(event, StaleButton):
            yield event.key or "!"


@pytest.mark.parametrize("survey", [FAMILY, HOUSEHOLD, THINGS, MEMBERS, HOUSES, PLACES, COLUMNS, KINDS, TOGETHER])
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(said=st.lists(SAID, max_size=24), forgets=st.integers(1, 5), pack=st.booleans())
def test_whatever_is_said_a_turn_ends_well_and_replays_the_same(
    survey: str, said: list[Said], forgets: int, pack: bool
) -> None:
    chat = Chat(survey, pack=pack)
    seen = [*tappable(chat.events), "!set_aside"]
    for turn, one in enumerate(said, start=1):
        message = Said(choice=seen[-1 - int(one.choice[4:]) % len(seen)]) if one.choice else one
        before = chat.session
        events = chat.hear(message)
        asked = [event for event in events if isinstance(event, Asked)]
        if chat.session.status in {"asking", "editing"} and "DangerDisclosed" not in chat.happened():
            assert len(asked) == 1
            assert asked[0] is events[-1]
        if chat.session.status == "reviewing" and "DangerDisclosed" not in chat.happened():
            assert isinstance(events[-1], Reviewed)
        seen += tappable(events)
        if turn % forgets == 0:
            forget_replays()
            again = resume(chat.form, before, message, now=chat.now, pack=pack)
            assert again == (chat.session, events)
    assert chat.xml.startswith("<data")


def test_a_session_is_resumed_after_months() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "أرملة")
    forget_replays()
    chat.now += timedelta(days=120)
    chat.say("٣")
    assert chat.prompt.name == "needs"


def test_the_stored_form_is_plain_json_and_gives_an_equal_session_back() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "الأب")
    chat.tap("rent")
    stored = session_to_json(chat.session)
    assert session_from_json({**stored, "of_a_later_time": 1}) == chat.session


def test_a_new_version_keeps_what_fits_and_asks_only_the_rest() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "أرملة", "٣", "١، ٢", "5/3/1990", "نعم")
    newer = form_of(
        FAMILY.replace(". &lt;= 12", ". <= 2").replace("<= 12", "<= 2").replace("rent | الإيجار", "home | السكن"), "2"
    )
    session = migrate(newer, chat.session, now=MORNING + timedelta(days=1))
    assert session.form_version == "2"
    assert (session.status, session.pending) == ("asking", "/data/orphans")
    session, _ = resume(newer, session, Said(text="٢"), now=MORNING + timedelta(days=1))
    assert session.pending == "/data/needs"
    session, _ = resume(newer, session, Said(text="٢"), now=MORNING + timedelta(days=1))
    assert session.status == "reviewing"


def test_a_turn_with_a_newer_form_migrates_by_itself() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة")
    newer = form_of(FAMILY.replace("| support | other | شخص آخر | |", "| support | state | الدولة | |"), "3")
    session, _ = resume(newer, chat.session, Said(text="الدولة"), now=MORNING)
    assert session.form_version == "3"
    assert session.journal[-1].value == "state"

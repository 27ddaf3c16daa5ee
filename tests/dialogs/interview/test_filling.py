"""A form filled on a screen: any order, the same journal, and a chat that goes on from it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from dialogs.form import Form
from dialogs.interview import (
    Asked,
    Reviewed,
    Said,
    Session,
    ask_again,
    begin,
    resume,
    session_from_json,
    session_to_json,
)
from dialogs.interview.filling import (
    Outcome,
    add_member,
    complete,
    finish_members,
    leave_blank,
    remove_member,
    say_answer,
    set_answer,
)
from dialogs.interview.pages import Item, Page, item, page, pages, progress
from tests.dialogs.interview.chatting import MORNING, SESSION_ID, form_of
from tests.dialogs.interview.forms import FAMILY, HOUSEHOLD, THINGS

GROUPS = """
| survey |
| | type | name | label::Arabic (ar) | required | relevant | appearance | constraint |
| | text | first | الأول | | | | |
| | text | second | الثاني | | | | |
| | begin_group | home | البيت | | | | |
| | integer | people | كم عددكم؟ | yes | | | |
| | begin_group | inner | التفاصيل | | | | |
| | text | street | الشارع | | ${people} > 2 | | |
| | end_group | | | | | | |
| | begin_group | grid | معاً | | | field-list | |
| | text | left | اليمين | | | | |
| | text | right | اليسار | | | | |
| | end_group | | | | | | |
| | end_group | | | | | | |
| | begin_group | late | الأخير | | ${people} > 4 | | |
| | note | told | شكراً | | | | |
| | integer | age | كم العمر؟ | | | | . < 120 and . > ${people} |
| | end_group | | | | | | |
"""


class Screen:
    """A form on a screen; the session goes through its stored form between two answers."""

    def __init__(self, survey: str) -> None:
        self.form: Form = form_of(survey)
        self.now = MORNING
        self.session, _ = begin(
            self.form, id=SESSION_ID, now=MORNING, time_zone="Asia/Kuwait", language="ar", country="KW"
        )

    def says(self, ref: str, text: str) -> Outcome:
        return self._kept(say_answer(self.form, self.session, f"/data/{ref}", text, now=self._later()))

    def sets(self, ref: str, value: str) -> Outcome:
        return self._kept(set_answer(self.form, self.session, f"/data/{ref}", value, now=self._later()))

    def pages(self) -> list[Page]:
        return list(pages(self.form, self.session, now=self.now))

    def item(self, ref: str) -> Item:
        found = item(self.form, self.session, f"/data/{ref}", now=self.now)
        assert found is not None
        return found

    def states(self) -> dict[str, str]:
        return {each.key: each.state for each in self.pages()}

    def pending(self) -> str:
        return self.session.pending

    def keep(self, session: Session) -> None:
        self.session = session_from_json(json.loads(json.dumps(session_to_json(session))))

    def _kept(self, done: tuple[Session, Outcome]) -> Outcome:
        self.keep(done[0])
        return done[1]

    def _later(self) -> datetime:
        self.now += timedelta(seconds=10)
        return self.now


def test_answers_come_in_any_order_and_the_chat_goes_on_at_the_first_open_question() -> None:
    screen = Screen(FAMILY)
    assert screen.sets("needs", "school rent").taken
    assert screen.says("birth", "١٥ مارس ١٩٨٥").taken
    assert screen.pending() == "/data/name"
    screen.says("name", "فاطمة")
    (event,) = ask_again(screen.form, screen.session, now=screen.now)
    assert isinstance(event, Asked)
    assert event.prompt.label == "من ينفق على البيت؟"
    session, _ = resume(screen.form, screen.session, Said(text="الأب"), now=screen.now)
    assert session.pending == "/data/safe"
    screen.keep(session)
    assert screen.item("needs").value == "rent school"


def test_what_is_typed_is_read_as_in_the_chat_and_what_cannot_be_is_not_kept() -> None:
    screen = Screen(FAMILY)
    screen.sets("support", "widow")
    assert screen.says("orphans", "ثلاثة").taken
    refused = screen.says("orphans", "٤٠")
    assert (refused.taken, refused.reason, refused.message) == (False, "constraint", "من ١ إلى ١٢.")
    assert screen.says("orphans", "كثير").reason == "unreadable"
    assert screen.item("orphans").value == "3"
    assert screen.sets("needs", "none rent").message == "لا شيء وحدها."
    assert screen.sets("needs", "gold").reason == "not_a_choice"


def test_answers_that_fall_away_are_told_and_come_back_with_their_question() -> None:
    screen = Screen(FAMILY)
    screen.sets("support", "widow")
    screen.says("orphans", "3")
    gone = screen.sets("support", "father")
    assert [(line.label, line.sensitive) for line in gone.vanished] == [("كم عدد الأيتام؟", True)]
    assert screen.sets("orphans", "2").reason == "gone"
    screen.sets("support", "widow")
    assert screen.item("orphans").value == "3"


def test_a_required_question_cannot_be_cleared_and_another_one_can() -> None:
    screen = Screen(FAMILY)
    screen.says("name", "فاطمة")
    cleared = screen.says("name", "  ")
    assert (cleared.taken, cleared.reason, cleared.message) == (False, "required", "نحتاج الاسم.")
    screen.says("birth", "1985-03-15")
    assert screen.says("birth", "").taken
    assert screen.item("birth").state == "skipped"


def test_saying_the_same_again_writes_nothing() -> None:
    screen = Screen(FAMILY)
    screen.says("name", "فاطمة")
    before = screen.session
    assert screen.says("name", "فاطمة").taken
    assert screen.says("birth", "").taken
    assert screen.session == before


def test_an_answer_that_the_author_marked_and_words_of_danger_are_told() -> None:
    screen = Screen(FAMILY)
    assert not screen.sets("safe", "yes").danger
    assert screen.sets("safe", "no").danger
    assert Screen(THINGS).says("story", "زوجي يضربني وأنا خائفة").danger


def test_what_was_put_and_left_blank_is_not_asked_again() -> None:
    screen = Screen(FAMILY)
    screen.says("name", "فاطمة")
    screen.keep(leave_blank(screen.form, screen.session, ("/data/birth", "/data/support"), now=screen.now))
    assert screen.item("birth").state == "skipped"
    assert screen.pending() == "/data/support"  # required: it stays open


def test_completing_names_what_is_missing_and_changes_nothing_then() -> None:
    screen = Screen(FAMILY)
    screen.says("name", "فاطمة")
    session, missing = complete(screen.form, screen.session, now=screen.now)
    assert session == screen.session
    assert missing == ("/data/support", "/data/needs")
    screen.sets("support", "father")
    screen.sets("needs", "rent")
    session, missing = complete(screen.form, screen.session, now=screen.now)
    assert (session.status, missing) == ("completed", ())
    screen.keep(session)
    assert screen.says("name", "زينب").reason == "gone"
    assert complete(screen.form, screen.session, now=screen.now) == (screen.session, ())


def test_the_chat_comes_to_the_review_when_the_screen_answered_everything() -> None:
    screen = Screen(FAMILY)
    for ref, value in (("support", "father"), ("needs", "rent"), ("safe", "yes")):
        screen.sets(ref, value)
    screen.says("name", "فاطمة")
    screen.says("birth", "")
    screen.keep(leave_blank(screen.form, screen.session, ("/data/birth",), now=screen.now))
    assert screen.session.status == "reviewing"
    (event,) = ask_again(screen.form, screen.session, now=screen.now)
    assert isinstance(event, Reviewed) and event.complete
    assert progress(screen.form, screen.session, now=screen.now) == (5, 5)


def test_each_group_is_a_page_and_what_stands_outside_shares_one() -> None:
    screen = Screen(GROUPS)
    assert [(each.key, each.title, len(each.refs)) for each in screen.pages()] == [
        ("1", "", 2),
        ("2", "البيت", 1),
        ("3", "معاً", 2),
    ]
    screen.says("home/people", "٥")
    assert [(each.key, each.title, len(each.refs)) for each in screen.pages()] == [
        ("1", "", 2),
        ("2", "البيت", 2),
        ("3", "معاً", 2),
        ("4", "الأخير", 2),
    ]
    home = page(screen.form, screen.session, "2", now=screen.now)
    assert home is not None
    assert [(each.label, each.heading, each.required) for each in home.items] == [
        ("كم عددكم؟", "", True),
        ("الشارع", "التفاصيل", False),
    ]
    assert page(screen.form, screen.session, "9", now=screen.now) is None


def test_a_page_tells_where_it_stands() -> None:
    screen = Screen(GROUPS)
    assert set(screen.states().values()) == {"new"}
    screen.says("home/people", "5")
    screen.says("home/inner/street", "")
    assert screen.states()["2"] == "open"
    screen.says("home/inner/street", "الخامس")
    assert screen.states()["2"] == "done"
    screen.says("late/age", "40")
    assert screen.states()["4"] == "done"
    screen.says("home/people", "50")  # now the age no longer fits
    assert screen.states()["4"] == "error"
    late = page(screen.form, screen.session, "4", now=screen.now)
    assert late is not None
    assert [each.state for each in late.items] == ["said", "invalid"]


def test_members_have_pages_of_their_own_and_a_list() -> None:
    screen = Screen(HOUSEHOLD)
    assert [each.key for each in screen.pages()] == ["1-1", "m0", "2"]
    screen.says("debt[1]/amount", "200")
    session, added = add_member(screen.form, screen.session, "/data/debt", now=screen.now)
    screen.keep(session)
    assert added == "/data/debt[2]"
    screen.says("debt[2]/amount", "90")
    listed = screen.pages()[2]
    assert (listed.container, [(each.number, each.shown) for each in listed.members]) == (
        "/data/debt",
        [(1, "200"), (2, "90")],
    )
    first = screen.pages()[0].repeat
    assert first is not None and (first.index, first.count) == (1, 2)
    screen.keep(remove_member(screen.form, screen.session, "/data/debt", 1, now=screen.now))
    assert screen.item("debt[1]/amount").value == "90"
    screen.keep(finish_members(screen.form, screen.session, "/data/debt", now=screen.now))
    assert screen.states()["m0"] == "done"
    screen.says("kids", "٢")
    assert [each.key for each in screen.pages()] == ["1-1", "m0", "2", "3-1", "3-2"]
    assert add_member(screen.form, screen.session, "/data/kid", now=screen.now)[1] == ""  # their number is an answer
    assert remove_member(screen.form, screen.session, "/data/kid", 1, now=screen.now) == screen.session


def test_the_last_member_can_go_and_another_come() -> None:
    screen = Screen(HOUSEHOLD)
    screen.keep(remove_member(screen.form, screen.session, "/data/debt", 1, now=screen.now))
    assert [each.key for each in screen.pages()] == ["m0", "2"]
    session, added = add_member(screen.form, screen.session, "/data/debt", now=screen.now)
    assert added == "/data/debt[1]"
    assert [each.key for each in pages(screen.form, session, now=screen.now)] == ["1-1", "m0", "2"]


def test_things_are_set_by_their_stored_name_and_a_point_is_typed() -> None:
    screen = Screen(THINGS)
    assert screen.sets("paper", "41").taken
    assert screen.says("place", "٢٩٫٣٧، ٤٧٫٩٨").taken or screen.says("place", "29.37, 47.98").taken
    assert screen.sets("true", "OK").taken
    office = screen.item("office")
    assert (office.state, office.shown) == ("said", "عيّنة")


def test_a_foreign_question_and_a_forged_member_change_nothing() -> None:
    screen = Screen(HOUSEHOLD)
    for ref in ("nothing", "debt[7]/amount", "kids[1]", "", "debt"):
        assert screen.says(ref, "5").reason == "gone"
    assert add_member(screen.form, screen.session, "/data/kids", now=screen.now) == (screen.session, "")
    assert remove_member(screen.form, screen.session, "/data/debt", 9, now=screen.now) == screen.session
    assert finish_members(screen.form, screen.session, "/data/nothing", now=screen.now) == screen.session


OTHERS = """
| survey |
| | type | name | label::Arabic (ar) |
| | select_one place or_other | place | من أين تشترون الطعام؟ |
| | integer | age | كم العمر؟ |
| | begin_repeat | illness | مرض |
| | text | called | ما اسم المرض؟ |
| | end_repeat | | |
| choices |
| | list_name | name | label::Arabic (ar) |
| | place | market | من السوق |
"""


def test_a_screen_names_another_thing_and_an_empty_list_in_the_familys_words() -> None:
    screen = Screen(OTHERS)
    asked = item(screen.form, screen.session, "/data/place", now=MORNING)
    assert asked is not None
    assert [pick.label for pick in asked.options] == ["من السوق", "شيء آخر"]
    screen.session = remove_member(screen.form, screen.session, "/data/illness", 1, now=MORNING)
    assert "مرض" in [one.title for one in pages(screen.form, screen.session, now=MORNING) if one.container]

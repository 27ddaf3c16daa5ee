"""A group as screens: what each carries, which follow which, and that filling them is the interview itself."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from dialogs.form import Form
from dialogs.interview import Session, begin, session_from_json, session_to_json
from dialogs.interview.filling import add_member
from dialogs.interview.pages import pages, progress
from dialogs.interview.screen_filling import Filled, Shown, fill, first_screen, next_screen, shown
from dialogs.interview.screens import BRANCHES, DONE, Screens, group_around, groups_for_screens, screens_of
from tests.dialogs.interview.chatting import MORNING, SESSION_ID, form_of
from tests.dialogs.interview.random_forms import random_form

CHAT = "bind::chat:screen | bind::chat:sensitive | bind::chat:danger"
HOME = f"""
| survey |
| | type | name | label::Arabic (ar) | required | relevant | constraint | {CHAT} |
| | text | before | قبل | | | | | | |
| | begin_group | home | البيت | | | | yes | | |
| | integer | people | كم عددكم؟ | yes | | . < 20 | | | |
| | text | why | لماذا؟ | | ${{people}} > 5 | | | | |
| | select_one yn | rent | هل البيت إيجار؟ | | | | | yes | |
| | select_one yn | harm | هل يؤذيكم أحد؟ | | | | | | yes |
| | image | photo | صورة | | | | | | |
| | begin_repeat | kid | طفل | | | | | | |
| | text | name | ما اسمه؟ | | | | | | |
| | begin_repeat | ill | مرض | | | | | | |
| | text | what | ما هو؟ | | | | | | |
| | end_repeat | | | | | | | | |
| | end_repeat | | | | | | | | |
| | date | since | منذ متى؟ | | | | | | |
| | end_group | | | | | | | | |
| choices |
| | list_name | name | label::Arabic (ar) |
| | yn | yes | نعم |
| | yn | no | لا |
"""


class Telephone:
    """Somebody who fills a group on screens; the session goes through its stored form between two of them."""

    def __init__(self, form: Form, group: str) -> None:
        self.form, self.screens = form, screens_of(form, group)
        self.now = MORNING
        self.session: Session
        self.session, _ = begin(form, id=SESSION_ID, now=MORNING, time_zone="Asia/Kuwait", language="ar", country="KW")
        self.at = first_screen(form, self.session, self.screens, now=self.now)
        self.walked = [self.at]

    def see(self) -> dict[str, str]:
        """Name of the last part of each ref -> field, of what is visible."""
        return {f.slot.ref.rpartition("/")[2]: f.slot.name for f in self.shown().fields if f.visible}

    def shown(self) -> Shown:
        screen = self.screens.named(self.at)
        assert screen is not None
        return shown(self.form, self.session, screen, now=self.now)

    def send(self, seen: str = "", **said: str) -> Filled:
        """Fills by the questions' names and goes on where the screen is done."""
        self.now += timedelta(minutes=1)
        names = self.see() | {"more": "more"}
        before = self.shown()
        given = {names[name]: value for name, value in said.items()}
        session, filled = fill(self.form, self.session, before.screen, given, seen or before.seen, now=self.now)
        self.session = session_from_json(session_to_json(session))
        if not (filled.refused or filled.newcomers or filled.danger):
            self.at = next_screen(self.form, self.session, self.screens, self.at, now=self.now)
            self.walked.append(self.at)
        return filled


def home() -> Telephone:
    return Telephone(form_of(HOME), "/data/home")


def test_a_marked_group_goes_on_screens_and_says_what_stays_in_the_chat() -> None:
    form = form_of(HOME)
    assert groups_for_screens(form) == ("/data/home",)
    assert group_around(form, "/data/home/kid[2]/name") == "/data/home"
    assert group_around(form, "/data/before") == ""
    left = {each.ref.rpartition("/")[2]: each.why for each in screens_of(form, "/data/home").left}
    assert left == {"harm": "danger", "photo": "kind", "what": "members"}


def test_members_of_an_open_list_are_added_screen_by_screen() -> None:
    phone = home()
    assert set(phone.see()) == {"people", "rent"}
    phone.send(people="٣", rent="yes")
    assert phone.shown().asks_more
    phone.send(name="سالم عيّنة", more="yes")
    phone.send(name="منى عيّنة", more="no")
    phone.send(since="2026-01-05")
    assert phone.at == DONE
    kids = [each for each in pages(phone.form, phone.session, now=phone.now) if each.container.endswith("/kid")]
    assert [len(each.members) for each in kids] == [2]


def test_a_list_that_is_finished_is_not_asked_for_more() -> None:
    phone = home()
    phone.send(people="1", rent="no")
    phone.send(name="سالم عيّنة", more="no")
    assert phone.see().keys() == {"since"}
    phone.at = phone.walked[1]
    assert not phone.shown().asks_more


def test_what_an_answer_brings_up_is_asked_on_the_same_screen() -> None:
    phone = home()
    assert phone.send(people="7", rent="no").newcomers
    assert "why" in phone.see()
    assert not phone.send(people="7", rent="no", why="كثيرون").newcomers


def test_what_the_form_refuses_stays_and_says_why() -> None:
    phone = home()
    filled = phone.send(people="40", rent="yes")
    assert [outcome.reason for outcome in filled.refused.values()] == ["constraint"]
    assert phone.walked == [phone.at]
    filled = phone.send(people="", rent="")
    assert [outcome.reason for outcome in filled.refused.values()] == ["required"]


def test_a_private_answer_left_blank_stays_and_is_never_shown() -> None:
    phone = home()
    phone.send(people="2", rent="yes")
    phone.at = phone.walked[0]
    value = {f.slot.ref: f.value for f in phone.shown().fields}
    assert value["/data/home/rent"] == "" and value["/data/home/people"] == "2"
    phone.send(people="2", rent="")
    assert [e.value for e in phone.session.journal if e.ref == "/data/home/rent"] == ["yes"]


def test_sending_again_adds_nothing() -> None:
    phone = home()
    seen = phone.shown().seen
    phone.send(people="2", rent="yes")
    phone.send(more="yes")
    journal, screen = phone.session.journal, phone.at
    for again in (phone.walked[0], phone.walked[1]):
        phone.at = again
        phone.send(seen, **({"people": "2", "rent": "yes"} if again == phone.walked[0] else {"more": "yes"}))
        assert phone.session.journal == journal
    assert phone.at == screen


def test_words_of_danger_are_given_back_and_stored_nowhere() -> None:
    phone = home()
    filled = phone.send(people="زوجي يضربني", rent="yes")
    assert filled.danger == "زوجي يضربني"
    assert all("يضرب" not in entry.value for entry in phone.session.journal)


def test_an_answer_from_elsewhere_is_not_undone_by_an_older_screen() -> None:
    phone = home()
    old = phone.shown().seen
    phone.send(people="4", rent="yes")
    phone.at = phone.walked[0]
    phone.send(old, people="", rent="")
    first = shown(phone.form, phone.session, phone.screens.screens[0], now=phone.now)
    assert {field.slot.ref: field.value for field in first.fields}["/data/home/people"] == "4"


def forward_only(plan: Screens) -> None:
    """Every route leads on, at most ten from each, and all of them end."""
    order = {screen.id: place for place, screen in enumerate(plan.screens)} | {DONE: len(plan.screens)}
    assert len(order) == len(plan.screens) + 1
    assert set(plan.routes) == set(order)
    for screen, following in plan.routes.items():
        assert len(following) <= BRANCHES and len(set(following)) == len(following)
        assert all(order[each] > order[screen] for each in following)
        assert screen == DONE or following
        assert screen.replace("_", "").isalpha() and screen.isascii() and screen != "SUCCESS"


@pytest.mark.parametrize("seed", range(40))
def test_any_group_is_filled_to_its_end_by_routes_that_lead_forward(seed: int) -> None:
    form, dice = random_form(seed), Random(f"telephone {seed}")
    for group in (question.ref for question in form.questions if question.kind in ("group", "repeat")):
        plan = screens_of(form, group)
        forward_only(plan)
        phone = Telephone(form, group)
        if form.question(group).kind == "repeat" and form.question(group).open_ended:
            phone.session, _ = add_member(form, phone.session, group, now=MORNING)
        for _ in range(60):
            if phone.at == DONE:
                break
            before = phone.at
            said = {}
            for each in phone.shown().fields:
                if not each.visible or each.item is None or each.slot.kind == "note":
                    continue
                choices = [option.name for option in each.item.options]
                said[each.slot.ref.rpartition("/")[2]] = (
                    dice.choice(choices) if choices else dice.choice(["2024-03-05", "2", "3", "نص"])
                )
            filled = phone.send(**said, **({"more": dice.choice(["yes", "no"])} if phone.shown().asks_more else {}))
            if filled.refused:
                phone.at = next_screen(form, phone.session, plan, before, now=phone.now)
            if phone.at != before:
                assert phone.at in plan.routes[before]
        assert phone.at == DONE
        assert progress(form, phone.session, now=phone.now)[1] >= 0

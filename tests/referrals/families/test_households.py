"""Households: everybody in them is dated, the interview's members become people of it, and what is told is sealed."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from referrals.applications.records import Application
from referrals.definitions.in_force import settings_of
from referrals.families.households import (
    begin_household,
    join,
    leave,
    members_of,
    told_of_by,
)
from referrals.families.identities import new_person
from referrals.families.records import Household, HouseholdArea, Person
from referrals.families.roster import ToldOf, keep_roster, read_roster, roster_anew, told_year
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.referrals.families.test_merging import Office, office

__all__ = ["office"]
CHILD: dict[str, Any] = {
    "/data/home/member[1]/member_relation": "child",
    "/data/home/member[1]/member_age": "9",
    "/data/home/member[2]/member_relation": "prefer_not",
    "/data/home/member[2]/member_age": "70",
    "/data/home/member[3]/member_relation": "",
}


def a_household(uow: UnitOfWork, clock: FrozenClock) -> tuple[Household, int]:
    person, _ = new_person(uow, clock())
    return begin_household(uow, "kuwait", person, 5, "KW-JA", clock()), person


def test_who_leaves_is_dated_and_who_comes_back_is_dated_again(store: Store, clock: FrozenClock) -> None:
    def work(uow: UnitOfWork) -> None:
        home, _ = a_household(uow, clock)
        son, _ = new_person(uow, clock())
        first = join(uow, home.id, son, "child", clock())
        assert join(uow, home.id, son, "child", clock()).id == first.id
        clock.forward(hours=24)
        leave(uow, first, clock(), "moved_out")
        went = first.until
        clock.forward(hours=24)
        again = join(uow, home.id, son, "child", clock())
        assert (first.until, first.left_because) == (went, "moved_out") and again.id != first.id
        assert [each.person_id for each in members_of(uow, home.id)].count(son) == 1
        assert [each.person_id for each in members_of(uow, home.id, also_former=True)].count(son) == 2

    store.transact(work)


def test_where_it_lived_before_stays_known(office: Office) -> None:
    person, first = office.applies(area="KW-JA")
    _, second = office.applies(person, area="KW-AH")
    with office.store.reading() as uow:
        homes = {uow.session.get_one(Application, each).household_id for each in (first, second)}
        assert len(homes) == 1
        areas = uow.session.scalars(select(HouseholdArea).order_by(HouseholdArea.id)).all()
        assert [each.area_code for each in areas] == ["KW-JA", "KW-AH"]
        assert areas[0].until == areas[1].since and areas[1].until is None


def test_who_writes_for_another_family_writes_of_another_household(office: Office) -> None:
    person, first = office.applies()
    _, second = office.applies(person, on_behalf="yes")
    with office.store.reading() as uow:
        assert len({uow.session.get_one(Application, each).household_id for each in (first, second)}) == 2


def test_members_that_were_told_of_become_people_of_the_household(office: Office) -> None:
    teller, application = office.applies(**CHILD)
    with office.store.reading() as uow:
        home = uow.session.get_one(Application, application).household_id
        told = [each for each in members_of(uow, home) if each.told_by == teller]
        assert [each.relation for each in told] == ["child", "other"]
        people = [uow.session.get_one(Person, each.person_id) for each in told]
        assert [told_year(uow, each.born_sealed) for each in people] == [
            office.clock().year - 9,
            office.clock().year - 70,
        ]
        assert len({each.data_key_id for each in people}) == 2
        assert told_of_by(uow, [teller]) == [each.id for each in people]


def test_who_was_told_of_and_applies_is_no_longer_erased_with_the_teller(office: Office) -> None:
    teller, _ = office.applies(**CHILD)
    with office.store.reading() as uow:
        son, grandmother = told_of_by(uow, [teller])
    office.applies(son, applicant_name="سالم عيّنة")
    with office.store.reading() as uow:
        assert told_of_by(uow, [teller]) == [grandmother]


def test_who_applies_again_tells_of_nobody_twice(office: Office) -> None:
    person, first = office.applies(**CHILD)
    more: dict[str, Any] = {"/data/home/member[4]/member_relation": "spouse", "/data/home/member[4]/member_age": "40"}
    office.applies(person, **CHILD, **more)
    with office.store.reading() as uow:
        home = uow.session.get_one(Application, first).household_id
        assert [each.relation for each in members_of(uow, home)] == ["applicant", "child", "other", "spouse"]


def test_what_was_written_down_wrong_is_put_right_with_its_date(store: Store, clock: FrozenClock) -> None:
    def work(uow: UnitOfWork) -> None:
        home, teller = a_household(uow, clock)
        keep_roster(uow, home.id, teller, [ToldOf("m[1]", "child", 2016), ToldOf("m[2]", "spouse", 1980)], clock())
        clock.forward(hours=1)
        roster_anew(uow, home.id, teller, [ToldOf("m[1]", "sibling", 2016), ToldOf("m[2]", "spouse", 1980)], clock())
        assert [each.relation for each in members_of(uow, home.id)] == ["applicant", "spouse", "sibling"]
        wrong = [each for each in members_of(uow, home.id, also_former=True) if each.until is not None]
        assert [(each.relation, each.left_because) for each in wrong] == [("child", "corrected")]

    store.transact(work)


def test_nothing_that_was_told_of_a_member_stands_in_the_database_unsealed(office: Office) -> None:
    named: dict[str, Any] = {**CHILD, "/data/home/member[1]/member_name": "ناصر عيّنة"}
    office.applies(**named)
    year = str(office.clock().year - 70)
    with office.store.reading() as uow:
        for table in ("person", "membership", "name_key", "identifier"):
            rows = uow.connection.execute(text(f"select * from {table}")).all()
            said = " ".join(str(cell) for row in rows for cell in row if not isinstance(cell, bytes))
            assert "ناصر" not in said and f" {year} " not in f" {said} "


@given(st.lists(st.tuples(st.sampled_from(("child", "spouse", "parent")), st.integers(1930, 2020)), max_size=6))
def test_a_roster_is_read_as_it_was_told(told: list[tuple[str, int]]) -> None:
    clock = FrozenClock()
    given_ = {
        f"/data/home/member[{place}]/{name}": value
        for place, (relation, year) in enumerate(told, 1)
        for name, value in (("member_relation", relation), ("member_age", str(clock().year - year)))
    }
    read = read_roster(_Settings(), {**given_, "/data/household_size": "5"}, clock())  # type: ignore[arg-type]  # all that is asked of them
    assert [(each.relation, each.born) for each in read] == told


class _Settings:
    def __init__(self) -> None:
        self.raw: dict[str, dict[str, str]] = {}


def test_a_programme_may_call_the_questions_otherwise(office: Office) -> None:
    with office.store.reading() as uow:
        raw = settings_of(uow, "kuwait").raw
    assert "roster" not in raw
    renamed = _Settings()
    renamed.raw = {"roster": {"relation": "kin", "age": "years", "name": "called"}}
    said = {"/d/who[1]/kin": "child", "/d/who[1]/years": "7", "/d/who[1]/called": "ناصر عيّنة"}
    (told,) = read_roster(renamed, said, office.clock())  # type: ignore[arg-type]  # all that is asked of them
    assert (told.relation, told.name) == ("child", "ناصر عيّنة") and isinstance(told.born, int)


def test_a_household_knows_its_first_area(office: Office) -> None:
    office.applies(area="KW-JA")
    with office.store.reading() as uow:
        assert uow.session.scalars(select(HouseholdArea.area_code)).all() == ["KW-JA"]

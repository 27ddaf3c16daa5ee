"""Next to a telephone staff read whether it may be called or written to, and that somebody said they applied before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from referrals.applications.filing import FACTS
from referrals.applications.records import Application
from referrals.appointments.booking import offer_times
from referrals.families.identifiers import keep_phone
from referrals.families.identities import data_key_of
from referrals.families.records import ContactPoint, DuplicatePair, Identity
from referrals.referral.records import Referral
from referrals.referral.sending import DISCLOSED
from referrals.store.unit_of_work import UnitOfWork
from tests.browser import OpenPage
from tests.console.at_a_desk import plain
from tests.console.conftest import Visitor
from tests.console.test_pages import SIZES, booked, enter, looked_at
from tests.console.world import World
from tests.serving import served_here

Visiting = Callable[..., Visitor]
NUMBER = "+201000000041"
SAFE, CALL_ONLY = "آمن للاتصال والرسائل", "اتصال فقط، بلا رسائل"
NEVER, NOBODY_SAID = "لا تتصلوا بهذا الرقم", "لم يقولوا إن كان الرقم آمناً"
SHARED, BEFORE = "هاتف مشترك", "قدّم طلباً من قبل"


@pytest.fixture
def address(web: FastAPI) -> Iterator[str]:
    """The console served on a port of its own."""
    with served_here(web) as served:
        yield served


def said(world: World, referral_id: int, safe: str, *, shared: bool | None = None, quiet: bool = False) -> None:
    """What the family said of its number, and perhaps of the hours in which it is not to ring."""
    person = world.referral(referral_id).person_id

    def work(uow: UnitOfWork) -> None:
        keep_phone(uow, person, NUMBER, world.clock(), safe=safe, shared=shared)
        if quiet:
            hours = {"quiet_from": "17:00", "quiet_to": "09:00"}
            uow.connection.execute(update(ContactPoint).where(ContactPoint.person_id == person).values(**hours))

    world.store.transact(work)


def facts(world: World, referral_id: int, **more: Any) -> None:
    def work(uow: UnitOfWork) -> None:
        application = uow.session.get_one(Application, world.referral(referral_id).application_id)
        known = uow.vault.open_json(application.facts_sealed, FACTS)
        key = data_key_of(uow, application.person_id)
        sealed = uow.vault.seal_json(key, {**known, **more}, FACTS)
        uow.connection.execute(update(Application).where(Application.id == application.id).values(facts_sealed=sealed))

    world.store.transact(work)


def with_appointment(world: World, referral_id: int) -> None:
    """Accepted, and booked for later today."""

    def work(uow: UnitOfWork) -> None:
        referral = uow.session.get_one(Referral, referral_id)
        referral.state = "accepted"
        offer_times(uow, referral, [world.clock() + timedelta(hours=1)], world.clock(), 1)

    world.store.transact(work)
    booked(world, referral_id)


@pytest.mark.parametrize(
    ("safe", "words", "dialled"),
    [("yes", SAFE, True), ("call_only", CALL_ONLY, True), ("no", NEVER, False), ("", NOBODY_SAID, True)],
)
def test_the_referral_says_how_its_telephone_may_be_used(
    world: World, desk: Visitor, safe: str, words: str, dialled: bool
) -> None:
    referral_id = world.family()
    said(world, referral_id, safe)
    page = desk.opens(f"/console/referrals/{referral_id}")
    assert words in page
    assert (f'href="tel:{NUMBER}"' in page) is dialled, "a tap must not call a number that is not to be called"
    assert NUMBER in page


def test_a_shared_telephone_and_its_quiet_hours_stand_beside_it(world: World, desk: Visitor) -> None:
    referral_id = world.family()
    said(world, referral_id, "yes", shared=True, quiet=True)
    page = plain(desk.opens(f"/console/referrals/{referral_id}"))
    assert SHARED in page
    assert "٥ مساءً" in page


def test_who_cannot_talk_now_is_not_called(world: World, desk: Visitor) -> None:
    referral_id = world.family()
    said(world, referral_id, "yes")
    person = world.referral(referral_id).person_id

    def work(uow: UnitOfWork) -> None:
        silent = {"silent_until_written": True, "kind": "telegram"}
        uow.connection.execute(update(Identity).where(Identity.person_id == person).values(**silent))

    world.store.transact(work)
    page = desk.opens(f"/console/referrals/{referral_id}")
    assert "حتى يكتبوا لنا" in page
    assert "tel:" not in page


def test_a_centre_to_which_no_telephone_was_disclosed_learns_nothing_of_it(world: World, desk: Visitor) -> None:
    referral_id = world.family()
    said(world, referral_id, "call_only", shared=True)

    def work(uow: UnitOfWork) -> None:
        referral = uow.session.get_one(Referral, referral_id)
        shown = [each for each in uow.vault.open_json(referral.disclosed_sealed, DISCLOSED) if each["code"] != "phone"]
        referral.disclosed_sealed = uow.vault.seal_json(data_key_of(uow, referral.person_id), shown, DISCLOSED)

    world.store.transact(work)
    with_appointment(world, referral_id)
    for path in (f"/console/referrals/{referral_id}", "/console/appointments"):
        page = desk.opens(path)
        assert "فاطمة" in page
        assert CALL_ONLY not in page
        assert SHARED not in page


def test_the_day_and_the_check_in_say_it_too(world: World, desk: Visitor) -> None:
    referral_id = world.family()
    said(world, referral_id, "call_only")
    with_appointment(world, referral_id)
    assert CALL_ONLY in desk.opens("/console/appointments")
    desk.opens("/console/check-in")
    assert (
        CALL_ONLY in desk.post("/console/check-in", data={"csrf": desk.csrf, "number": world.number(referral_id)}).text
    )


def test_whoever_is_to_call_reads_it_first(world: World, visitor: Visiting) -> None:
    referral_id = world.family()
    said(world, referral_id, "no")
    asked = world.question(referral_id, "كلّموني (عيّنة)", kind="call")
    page = visitor("clerk@sanad.invalid").opens(f"/console/help/{asked}")
    assert NEVER in page
    assert "tel:" not in page
    page = visitor("clerk@sanad.invalid").opens(f"/console/referrals/{referral_id}/elsewhere")
    assert NEVER in page


def test_said_to_have_applied_before_without_a_match_is_told_to_staff_alone(
    world: World, visitor: Visiting, desk: Visitor
) -> None:
    referral_id = world.family()
    facts(world, referral_id, applied_before="yes")
    supervisor, clerk = visitor("supervisor@sanad.invalid"), visitor("clerk@sanad.invalid")
    page, aside = f"/console/referrals/{referral_id}", f"/console/referrals/{referral_id}/elsewhere"
    assert BEFORE in supervisor.opens(page)
    assert BEFORE in clerk.opens(aside)
    assert BEFORE not in desk.opens(page), "the centre that receives it learns nothing of another application"
    facts(world, referral_id, applied_before="no")
    assert BEFORE not in supervisor.opens(page)


@pytest.mark.parametrize(("state", "unmatched"), [("open", False), ("same", False), ("distinct", True)])
def test_a_pair_that_waits_or_was_found_is_a_match(
    world: World, visitor: Visiting, state: str, unmatched: bool
) -> None:
    other, referral_id = world.family(), world.family()
    facts(world, referral_id, applied_before="yes")
    one, two = sorted(world.referral(each).person_id for each in (other, referral_id))

    def work(uow: UnitOfWork) -> None:
        pair = {"programme_id": "qena", "one_id": one, "other_id": two, "score": 90, "evidence": "phone"}
        uow.session.add(DuplicatePair(**pair, state=state, opened_at=world.clock()))

    world.store.transact(work)
    page = visitor("supervisor@sanad.invalid").opens(f"/console/referrals/{referral_id}")
    assert (BEFORE in page) is unmatched


@pytest.mark.parametrize("size", SIZES)
def test_they_are_read_on_a_phone_and_at_a_desk(world: World, address: str, open_page: OpenPage, size: str) -> None:
    referral_id, other = world.family(), world.family(name="سعاد (عيّنة)")
    said(world, referral_id, "call_only", shared=True, quiet=True)
    said(world, other, "no")
    facts(world, referral_id, applied_before="yes")
    for each in (referral_id, other):
        with_appointment(world, each)
    asked = world.question(other, "كلّموني (عيّنة)", kind="call")
    page = open_page(SIZES[size])
    enter(page, address)
    for name, path in (("referral", f"referrals/{referral_id}"), ("day", "appointments"), ("check-in", "check-in")):
        page.goto(f"{address}/console/{path}")
        if name == "check-in":
            page.get_by_label("رقم الموعد").fill(world.number(referral_id))
            page.get_by_role("button", name="عرض الموعد").click()
        looked_at(page, f"safety-{name}-{size}")
    page.context.clear_cookies()
    enter(page, address, "supervisor@sanad.invalid")
    for name, path in (
        ("help", f"help/{asked}"),
        ("above", f"referrals/{referral_id}"),
        ("elsewhere", f"referrals/{referral_id}/elsewhere"),
    ):
        page.goto(f"{address}/console/{path}")
        looked_at(page, f"safety-{name}-{size}")

"""Supervisors see what did not reach a partner's system, in plain words, and try it again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect
from sqlalchemy import update

from referrals.directory.records import Location, Organization
from referrals.partners.managing import add_partner, disable
from referrals.partners.records import Partner, WebhookDelivery
from referrals.protection.records import AuditEvent
from tests.browser import DESK, PHONE, OpenPage, accessibility_problems, sideways_overflow_px
from tests.console.conftest import Visitor
from tests.console.world import PASSWORD, World
from tests.serving import served_here

SIZES = {"phone": PHONE, "desk": DESK}
Visiting = Callable[..., Visitor]


@pytest.fixture
def supervisor(world: World, visitor: Visiting) -> Visitor:
    return visitor("supervisor@sanad.invalid")


def partner_of(world: World) -> int:
    """The system of the centre in Qus."""

    def work(uow: object) -> int:
        place = uow.session.get_one(Location, world.places["qous"])  # type: ignore[attr-defined] # the unit of work
        owner = uow.session.get_one(Organization, place.organization_id)  # type: ignore[attr-defined] # as above
        url = "https://partner.example.org/sanad?key=kept-to-ourselves"
        return add_partner(uow, owner, "نظام جمعية (عيّنة)", world.clock(), url=url)[0].id  # type: ignore[arg-type] # as above

    return world.store.transact(work)


def stopped(world: World, partner: int, reason: str = "answered 503", status: int | None = 503) -> None:
    """All that was owed has stopped."""
    values = {"state": "parked", "attempts": 10, "reason": reason, "last_status": status}
    parked = update(WebhookDelivery).where(WebhookDelivery.partner_id == partner).values(**values)
    world.store.transact(lambda uow: uow.connection.execute(parked))


def test_what_stopped_is_told_with_its_reason_and_tried_again(world: World, supervisor: Visitor) -> None:
    partner = partner_of(world)
    world.family()
    stopped(world, partner)
    assert "نظام جمعية" in supervisor.opens("/console/partners")
    page = supervisor.opens(f"/console/partners/{partner}")
    assert "لم يقبله نظام الشريك (الرقم 503)" in page and "تعثّر" in page and "المحاولات: ١٠" in page
    assert "kept-to-ourselves" not in page
    assert supervisor.sends(f"/console/partners/{partner}/again")[0] == 303
    assert world.count(WebhookDelivery, state="waiting") == 1
    assert world.count(AuditEvent, action="partner.retried") == 1
    assert supervisor.sends(f"/console/partners/{partner}/again")[0] == 404, "nothing is stopped any more"


@pytest.mark.parametrize(
    ("reason", "status", "words"),
    [
        ("no answer: TimeoutError", None, "لم يُجب نظام الشريك"),
        ("10.0.0.1 is no public address; SANAD_PARTNER_NETWORKS …", None, "لا يُسمح بالإرسال إليه"),
    ],
)
def test_every_reason_is_said_in_arabic(
    world: World, supervisor: Visitor, reason: str, status: int | None, words: str
) -> None:
    partner = partner_of(world)
    world.family()
    stopped(world, partner, reason, status)
    page = supervisor.opens(f"/console/partners/{partner}?state=parked")
    assert words in page and "TimeoutError" not in page


def test_one_event_is_tried_again(world: World, supervisor: Visitor) -> None:
    partner = partner_of(world)
    world.family()
    world.family()
    stopped(world, partner)
    supervisor.opens(f"/console/partners/{partner}")
    assert supervisor.sends(f"/console/partners/{partner}/deliveries/1/again")[0] == 303
    assert world.count(WebhookDelivery, state="parked") == 1
    assert supervisor.sends(f"/console/partners/{partner}/deliveries/999/again")[0] == 404


def test_a_disabled_partner_offers_no_retry(world: World, supervisor: Visitor) -> None:
    partner = partner_of(world)
    world.family()
    stopped(world, partner)
    world.store.transact(lambda uow: disable(uow, uow.session.get_one(Partner, partner), "sample", world.clock()))
    page = supervisor.opens(f"/console/partners/{partner}")
    assert "هذا النظام موقوف" in page and "أعيدوا" not in page


def test_another_programmes_partner_is_nobodys_here(world: World, supervisor: Visitor) -> None:
    partner = partner_of(world)
    world.store.transact(
        lambda uow: uow.connection.exec_driver_sql(
            "insert into programme (id, name_ar, name_en, country, time_zone, active)"
            " values ('other', 'x', 'x', 'EG', 'Africa/Cairo', true)"
        )
    )
    other = update(Partner).values(programme_id="other")
    world.store.transact(lambda uow: uow.connection.execute(other))
    assert supervisor.get(f"/console/partners/{partner}").status_code == 404
    assert "نظام جمعية" not in supervisor.opens("/console/partners")


def test_a_desk_has_no_such_page(world: World, desk: Visitor) -> None:
    assert desk.get("/console/partners").status_code == 403


@pytest.fixture
def address(web: FastAPI) -> Iterator[str]:
    with served_here(web) as served:
        yield served


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_of_partners_read_well(world: World, address: str, open_page: OpenPage, size: str) -> None:
    partner = partner_of(world)
    world.family()
    stopped(world, partner)
    world.family()
    page = open_page(SIZES[size])
    page.goto(f"{address}/console/sign-in")
    page.get_by_label("البريد الإلكتروني").fill("supervisor@sanad.invalid")
    page.get_by_label("كلمة السر").fill(PASSWORD)
    page.get_by_role("button", name="دخول").click()
    for path, name in (("partners", "partners"), (f"partners/{partner}", "partner")):
        page.goto(f"{address}/console/{path}")
        if folder := os.environ.get("SANAD_TEST_PICTURES"):
            page.screenshot(path=Path(folder) / f"{size}-{name}.png", full_page=True)
        assert accessibility_problems(page) == [], name
        assert sideways_overflow_px(page) == 0, name
    page.get_by_role("button", name="أعيدوا محاولة ما تعثّر").click()
    expect(page.get_by_role("button", name="أعيدوا محاولة ما تعثّر")).to_have_count(0)

"""What a family agreed to, on the page where staff keep it: read, taken back by telephone, a guardian's word kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from referrals.families.records import Consent
from referrals.protection.audit_trail.who_saw import who_saw
from referrals.protection.records import AuditEvent
from referrals.referral.records import Referral, ReferralEvent
from tests.conftest import FrozenClock
from tests.console.at_a_desk import plain
from tests.console.conftest import Visitor
from tests.console.world import World

Visiting = Callable[..., Visitor]


@pytest.fixture
def clerk(visitor: Visiting) -> Visitor:
    return visitor("clerk@sanad.invalid")


def family_page(world: World, browser: Visitor, referral_id: int) -> str:
    """Through the field for the number; the address of the page."""
    browser.opens("/console/consents")
    status, where = browser.sends("/console/consents", number=world.number(referral_id))
    assert status == 303
    return where


def test_the_page_says_to_whom_for_what_how_and_until_when(world: World, clerk: Visitor, clock: FrozenClock) -> None:
    referral_id = world.family()

    def fill(uow: object) -> None:
        change = update(Consent).values(
            recipient_location_id=world.places["qous"], data_categories="applicant_name,phone", method="words"
        )
        uow.connection.execute(change)  # type: ignore[attr-defined]  # a unit of work

    world.store.transact(fill)
    page = plain(clerk.opens(family_page(world, clerk, referral_id)))
    assert "إرسال الطلب إلى مركز" in page
    assert "مركز الخدمة في قوص" in page
    assert "كلمات مكتوبة في المحادثة" in page
    assert "سارية" in page
    assert "فاطمة" not in page
    with world.store.reading() as uow:
        seen = who_saw(uow, [world.referral(referral_id).person_id])
    assert [(each.role_word, each.what) for each in seen] == [("clerk", "file")]


def test_who_calls_and_takes_it_back_is_seen_by_no_centre_any_more(world: World, clerk: Visitor, desk: Visitor) -> None:
    referral_id = world.family()
    assert "فاطمة" in desk.opens(f"/console/referrals/{referral_id}")
    page = family_page(world, clerk, referral_id)
    clerk.opens(page)
    consent_id = world.referral(referral_id).consent_id
    assert clerk.sends(f"{page}/withdraw", which=str(consent_id)) == (303, f"{page}?said=consent_withdrawn")
    assert world.referral(referral_id).state == "cancelled"
    assert world.count(ReferralEvent, event="cancel", actor="family") == 1
    shown = desk.opens(f"/console/referrals/{referral_id}")
    assert "فاطمة" not in shown
    assert "انتهى حق المركز" in shown
    assert "فاطمة" not in desk.opens("/console/referrals?show=closed")
    assert desk.get(f"/console/referrals/{referral_id}/letter.pdf").status_code == 404
    staff = world.staff["clerk@sanad.invalid"]
    assert world.count(AuditEvent, action="consent.withdrawn", actor=f"staff:{staff}") == 1
    assert "سُحبت" in plain(clerk.opens(page))


def test_everything_is_taken_back_at_once(world: World, clerk: Visitor) -> None:
    referral_id = world.family()
    page = family_page(world, clerk, referral_id)
    clerk.opens(page)
    assert clerk.sends(f"{page}/withdraw", which="all")[0] == 303
    assert world.referral(referral_id).state == "cancelled"


def test_a_consent_that_ran_out_shows_nothing(world: World, desk: Visitor, clock: FrozenClock) -> None:
    referral_id = world.family()
    assert "فاطمة" in desk.opens(f"/console/referrals/{referral_id}")
    ends = clock() - (clock() - clock())
    world.store.transact(lambda uow: uow.connection.execute(update(Consent).values(expires_at=ends)))
    assert "فاطمة" not in desk.opens(f"/console/referrals/{referral_id}")
    assert "فاطمة" not in desk.opens("/console/referrals")


def test_a_consent_of_another_family_is_not_there(world: World, clerk: Visitor) -> None:
    mine, other = world.family(), world.family("qift")
    page = family_page(world, clerk, mine)
    clerk.opens(page)
    assert clerk.sends(f"{page}/withdraw", which=str(world.referral(other).consent_id))[0] == 404
    assert clerk.sends(f"{page}/withdraw", which="")[0] == 404
    assert world.count(Referral, state="requested") == 2


def test_a_guardians_word_is_kept_with_how_they_are_related(world: World, clerk: Visitor) -> None:
    referral_id = world.family()
    page = family_page(world, clerk, referral_id)
    clerk.opens(page)
    assert clerk.sends(f"{page}/guardian", relation="", method="oral")[0] == 422
    assert clerk.sends(f"{page}/guardian", relation="mother", method="tap")[0] == 422
    assert clerk.sends(f"{page}/guardian", relation="mother", method="paper")[0] == 303
    assert world.count(Consent, given_by="guardian", on_behalf_relation="mother", method="paper") == 1
    assert "ولي الأمر · الأم" in plain(clerk.opens(page))


def test_a_number_that_nobody_has_is_told_so(world: World, clerk: Visitor) -> None:
    clerk.opens("/console/consents")
    assert clerk.sends("/console/consents", number="12")[0] == 422
    assert clerk.sends("/console/consents", number="x")[0] == 422

"""Who gets in, for how long, and what ends it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI

from console.app import make_console
from referrals.protection.records import AuditEvent
from referrals.staff.accounts import UnfitMembership, add_membership, add_staff, disable, staff_by_email
from referrals.staff.passwords import Passwords, WeakPassword, refuse_weak
from referrals.staff.records import SignInAttempt, Staff, StaffSession
from referrals.staff.sign_in_links import make_invitation, make_sign_in_link
from referrals.store.unit_of_work import UnitOfWork
from tests.conftest import FrozenClock
from tests.console.conftest import QUICK, Visitor
from tests.console.world import PASSWORD, World

Visiting = Callable[..., Visitor]
SESSION = "sanad-console"
WRONG = "البريد أو كلمة السر غير صحيحة."


def signed_in(browser: Visitor) -> bool:
    return browser.get("/console/account").status_code == 200


def test_a_password_lets_in_and_a_wrong_one_does_not(world: World, visitor: Visiting) -> None:
    browser = visitor()
    status, page = browser.signs_in("desk@qous.invalid", "wrong")
    assert status == 422
    assert WRONG in page
    assert not signed_in(browser)
    assert browser.signs_in("Desk@QOUS.invalid ") == (303, "/console/")
    assert signed_in(browser)


def test_the_eleventh_wrong_password_is_limited_and_so_is_the_right_one_then(
    world: World, visitor: Visiting, clock: FrozenClock
) -> None:
    browser = visitor()
    answers = [browser.signs_in("desk@qous.invalid", f"wrong {n}")[0] for n in range(11)]
    assert answers == [422] * 10 + [429]
    assert browser.signs_in("desk@qous.invalid")[0] == 429
    assert visitor().signs_in("desk@qift.invalid")[0] == 303  # a colleague at the same address works on
    clock.forward(minutes=16)
    assert browser.signs_in("desk@qous.invalid")[0] == 303


def test_nobody_learns_whether_an_account_exists(world: World, visitor: Visiting) -> None:
    known, unknown = visitor(), visitor()
    for n in range(11):
        here = known.signs_in("desk@qous.invalid", f"wrong {n}")
        there = unknown.signs_in("nobody@qous.invalid", f"wrong {n}")
        assert here[0] == there[0]
        assert strip_token(here[1]) == strip_token(there[1])


def strip_token(page: str) -> str:
    return re.sub(r'name="csrf" value="[^"]+"', "", page)


def test_the_password_that_stands_in_for_an_unknown_account_opens_nothing() -> None:
    passwords = Passwords(memory_kib=64, time_cost=1, parallelism=1)
    assert not passwords.verify("anything at all", "")
    assert passwords.verify("a right one", passwords.hash("a right one"))
    assert not passwords.verify("a password that nobody has", "")


def test_a_sign_in_forgets_the_wrong_tries_before_it(world: World, visitor: Visiting) -> None:
    browser = visitor()
    for n in range(5):
        browser.signs_in("desk@qous.invalid", f"wrong {n}")
    browser.signs_in("desk@qous.invalid")
    assert world.count(SignInAttempt) == 5  # the wrong ones of the address stay counted, the right one does not


def test_a_link_works_once_and_looking_at_it_does_not_use_it(world: World, visitor: Visiting) -> None:
    token = world.store.transact(lambda uow: make_sign_in_link(uow, world.staff["desk@qous.invalid"], world.clock()))
    path = f"/console/enter/{token}"
    preview, browser, late = visitor(), visitor(), visitor()
    for _ in range(2):
        assert preview.get(path).status_code == 200
    late.opens(path)
    browser.opens(path)
    assert browser.sends(path) == (303, "/console/")
    assert signed_in(browser)
    assert late.sends(path)[0] == 404
    assert not signed_in(late)
    assert visitor().get(path).status_code == 404


def test_a_link_is_too_old_after_a_quarter_of_an_hour(world: World, visitor: Visiting, clock: FrozenClock) -> None:
    token = world.store.transact(lambda uow: make_sign_in_link(uow, world.staff["desk@qous.invalid"], world.clock()))
    browser = visitor()
    browser.opens(f"/console/enter/{token}")
    clock.forward(minutes=16)
    assert browser.sends(f"/console/enter/{token}")[0] == 404


def test_an_invitation_makes_an_account_of_that_centre_once(world: World, visitor: Visiting) -> None:
    token = world.store.transact(
        lambda uow: make_invitation(
            uow, "new@qous.invalid", "ليلى (عيّنة)", "desk", "qena", world.clock(), location="loc-qous"
        )
    )
    path = f"/console/invitation/{token}"
    browser = visitor()
    assert "new@qous.invalid" in browser.opens(path)
    assert browser.sends(path, name="ليلى", password="short", again="short")[0] == 422
    assert browser.sends(path, name="ليلى", password=PASSWORD, again="another thing")[0] == 422
    assert browser.sends(path, name="ليلى", password=PASSWORD, again=PASSWORD)[0] == 200
    assert browser.signs_in("new@qous.invalid")[0] == 303
    referral_id = world.family()
    assert browser.get(f"/console/referrals/{referral_id}").status_code == 200
    assert visitor().get(path).status_code == 404


def test_an_invitation_never_changes_the_password_of_an_account_that_there_is(world: World, visitor: Visiting) -> None:
    token = world.store.transact(
        lambda uow: make_invitation(uow, "clerk@sanad.invalid", "", "desk", "qena", world.clock(), location="loc-qous")
    )
    browser = visitor()
    browser.opens(f"/console/invitation/{token}")
    stolen = "another-long-phrase-here"
    assert browser.sends(f"/console/invitation/{token}", name="x", password=stolen, again=stolen)[0] == 200
    assert browser.signs_in("clerk@sanad.invalid", stolen)[0] == 422
    assert browser.signs_in("clerk@sanad.invalid")[0] == 303
    assert world.count(Staff, email="clerk@sanad.invalid") == 1


def test_half_an_hour_without_a_page_signs_out(desk: Visitor, clock: FrozenClock) -> None:
    for _ in range(3):
        clock.forward(minutes=29)
        assert signed_in(desk)
    clock.forward(minutes=30)
    assert not signed_in(desk)


def test_twelve_hours_sign_out_however_busy(desk: Visitor, clock: FrozenClock) -> None:
    for _ in range(25):
        clock.forward(minutes=28)
        assert signed_in(desk)
    clock.forward(minutes=25)
    assert not signed_in(desk)


def test_a_copied_cookie_is_dead_after_signing_out(desk: Visitor, visitor: Visiting) -> None:
    copied = desk.cookies[SESSION]
    assert desk.sends("/console/sign-out") == (303, "/console/sign-in?said=signed_out")
    thief = visitor()
    thief.cookies.set(SESSION, copied)
    assert not signed_in(thief)


def test_signing_in_again_gives_another_session_and_ends_the_one_before(world: World, desk: Visitor) -> None:
    before = desk.cookies[SESSION]
    desk.signs_in("desk@qous.invalid")
    assert desk.cookies[SESSION] != before
    assert world.count(StaffSession, ended_at=None) == 1


def test_disabling_an_account_ends_its_sessions(world: World, desk: Visitor, visitor: Visiting) -> None:
    world.store.transact(lambda uow: disable(uow, staff_by_email(uow, "desk@qous.invalid").id, world.clock()))
    assert not signed_in(desk)
    assert visitor().signs_in("desk@qous.invalid")[0] == 422
    assert world.count(AuditEvent, action="staff.disabled") == 1


def test_one_sees_where_one_is_signed_in_and_ends_the_others(world: World, desk: Visitor, visitor: Visiting) -> None:
    other = visitor("desk@qous.invalid")
    assert "إنهاء كل الأجهزة الأخرى" in desk.opens("/console/account")
    assert desk.sends("/console/account/sessions", which="others")[0] == 303
    assert signed_in(desk)
    assert not signed_in(other)


def test_nobody_ends_the_session_of_another_person(world: World, desk: Visitor, visitor: Visiting) -> None:
    visitor("desk@qift.invalid")
    with world.store.reading() as uow:
        theirs = uow.session.query(StaffSession).filter_by(staff_id=world.staff["desk@qift.invalid"]).one().token_sha256
    assert desk.sends("/console/account/sessions", which=theirs)[0] == 404
    assert world.count(StaffSession, ended_at=None) == 2


def test_after_signing_in_one_comes_back_to_the_page_but_never_to_another_site(world: World, visitor: Visiting) -> None:
    browser = visitor()
    assert browser.get("/console/appointments").headers["location"] == "/console/sign-in?to=/console/appointments"
    for to, lands in (
        ("/console/appointments", "/console/appointments"),
        ("//elsewhere.invalid", "/console/"),
        ("https://elsewhere.invalid/console/", "/console/"),
        ("/console/..//elsewhere", "/console/"),
    ):
        browser.opens("/console/sign-in")
        sent = browser.sends("/console/sign-in", email="desk@qous.invalid", password=PASSWORD, to=to)
        assert sent == (303, lands)


def test_cookies_are_bound_to_the_host_where_there_is_https(world: World, clock: FrozenClock) -> None:
    console = make_console(world.store, clock, base_url="https://s.invalid", secure_cookies=True, passwords=QUICK)
    app = FastAPI()
    app.mount("/console", console)
    browser = Visitor(app)
    browser.base_url = "https://testserver"
    response = browser.get("/console/sign-in")
    assert response.headers["set-cookie"].startswith("__Host-sanad-visitor=")
    assert "strict-transport-security" in response.headers
    assert browser.signs_in("desk@qous.invalid")[0] == 303
    assert "__Host-sanad-console" in browser.cookies


def test_session_cookies_are_out_of_reach_of_scripts_and_other_sites(world: World, visitor: Visiting) -> None:
    browser = visitor()
    browser.opens("/console/sign-in")
    sent = browser.post(
        "/console/sign-in", data={"csrf": browser.csrf, "email": "desk@qous.invalid", "password": PASSWORD}
    )
    cookie = next(line for line in sent.headers.get_list("set-cookie") if line.startswith(SESSION))
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))


def test_a_moved_demonstration_clock_signs_nobody_out(world: World, clock: FrozenClock) -> None:
    shown = FrozenClock(clock())
    app = FastAPI()
    app.mount(
        "/console",
        make_console(
            world.store, shown, session_clock=clock, base_url="http://testserver", secure_cookies=False, passwords=QUICK
        ),
    )
    browser = Visitor(app)
    browser.signs_in("desk@qous.invalid")
    shown.forward(days=2)
    assert signed_in(browser)


@pytest.mark.parametrize("password", ["elevenchars", "aaaaaaaaaaaaaaaa", "desk@qous.invalid", "desk-desk-desk-d"])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        refuse_weak(password, "desk@qous.invalid", "Desk")


def test_a_desk_without_a_centre_and_a_role_or_centre_that_is_none_are_refused(world: World) -> None:
    def add(role: str, location: str = "") -> None:
        person, at = world.staff["clerk@sanad.invalid"], world.clock()
        world.store.transact(lambda uow: add_membership(uow, person, role, "qena", at, location=location))

    for role, location in (("desk", ""), ("king", ""), ("desk", "loc-nowhere")):
        with pytest.raises(UnfitMembership):
            add(role, location)


def test_an_account_without_a_password_signs_in_by_link_only(world: World, visitor: Visiting) -> None:
    def make(uow: UnitOfWork) -> str:
        person = add_staff(uow, "link@qous.invalid", "نور (عيّنة)", None, world.clock())
        return make_sign_in_link(uow, person.id, world.clock())

    token = world.store.transact(make)
    browser = visitor()
    assert browser.signs_in("link@qous.invalid", "")[0] == 422
    browser.opens(f"/console/enter/{token}")
    assert browser.sends(f"/console/enter/{token}")[0] == 303

"""Every route of the console, walked by every role: what it may open, what it may not find, and what leaves a trace."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml.html import fromstring
from sqlalchemy import select

from referrals.protection.records import AuditEvent
from referrals.referral.records import Referral
from referrals.staff.roles import ROLES
from tests.conftest import FrozenClock
from tests.console.conftest import Visitor
from tests.console.well_formed import faults, title_of
from tests.console.whole_family import EVERY_MEMBER, WholeFamily, every_route, guarded, permissions_asked
from tests.stores import Databases, databases

__all__ = ["databases"]
KEPT_AT_HOME = {"/console/sign-out", "/console/account/sessions"}
FIELDS = {
    "number": "{number}",
    "reason": "no-capacity",
    "text": "نص (عيّنة)",
    "note": "ملاحظة (عيّنة)",
    "words": "خمسة وثلاثون",
    "seen": "1",
    "outcome": "helped",
}


@pytest.fixture(scope="module")
def seeded(databases: Databases) -> Iterator[WholeFamily]:
    """Seeded once: walks that change something take a family of their own."""
    with databases.store("sqlite") as store:
        yield WholeFamily.made(store, FrozenClock())


@pytest.fixture
def fresh(databases: Databases, seeded: WholeFamily, tmp_path: Path) -> Iterator[WholeFamily]:
    """A copy of it."""
    copy = tmp_path / "copy.db"
    with seeded.store.engine.connect() as connection, closing(sqlite3.connect(copy)) as target:
        driver: Any = connection.connection.dbapi_connection
        driver.backup(target)
    store = databases.template("sqlite").open(f"sqlite:///{copy}")
    yield replace(seeded, store=store, clock=FrozenClock(seeded.clock()))
    store.engine.dispose()


def browser_of(family: WholeFamily, who: str) -> Visitor:
    browser = Visitor(family.app)
    assert browser.signs_in(family.staff[who])[0] == 303
    return browser


def test_every_route_asks_for_a_permission_or_is_every_members() -> None:
    bare = [f"{method} {route.path}" for method, route in guarded() if not permissions_asked(route)]
    assert bare == []


def test_every_route_can_be_walked(seeded: WholeFamily) -> None:
    for _, route in guarded():
        seeded.path(route.path)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_page_that_a_role_does_not_have_is_refused_and_every_other_is_not(seeded: WholeFamily, role: str) -> None:
    browser = browser_of(seeded, role)
    for method, route in guarded():
        path = seeded.path(route.path, exists=False)
        status = _ask(browser, method, path).status_code
        allowed = bool(permissions_asked(route) & ROLES[role])
        assert (status != 403) == allowed, f"{role}: {method} {route.path} gave {status}"


@pytest.mark.parametrize("role", sorted(ROLES))
def test_no_page_shows_a_person_without_leaving_a_trace(seeded: WholeFamily, role: str) -> None:
    browser = browser_of(seeded, role)
    for method, route in every_route():
        if method == "GET" and "{token}" not in route.path:
            _is_audited(seeded, browser, role, method, seeded.path(route.path))


@pytest.mark.parametrize("role", ["desk", "clerk", "researcher", "supervisor", "dpo", "auditor", "partner_admin"])
def test_no_form_that_is_sent_shows_a_person_without_leaving_a_trace(fresh: WholeFamily, role: str) -> None:
    browser = browser_of(fresh, role)
    for method, route in guarded():
        if method == "POST":
            path = fresh.path(route.path)
            _is_audited(fresh, browser, role, method, path, {})
            _is_audited(fresh, browser, role, method, path, _fields(fresh))


@pytest.mark.parametrize("who", ["another centre", "volunteer", "campaign_editor"])
def test_what_is_another_centres_is_not_there_to_read_or_to_change(fresh: WholeFamily, who: str) -> None:
    """The very answer that a row gets which never was: nobody can tell the two apart."""
    browser = browser_of(fresh, who)
    before = _state(fresh)
    for method, route in guarded():
        if "{" not in route.path.replace("{day}", "").replace("{book}", ""):
            continue
        sent = _fields(fresh) if method == "POST" else None
        theirs = _ask(browser, method, fresh.path(route.path), sent)
        never = _ask(browser, method, fresh.path(route.path, exists=False), sent)
        told = f"{who}: {method} {route.path}"
        assert theirs.status_code == never.status_code, told
        assert theirs.status_code in (403, 404, 422, 303), told
        assert _bare(theirs.text) == _bare(never.text), told
        assert not _shown(fresh, theirs.text), told
    assert _state(fresh) == before


def test_another_programme_finds_nothing(fresh: WholeFamily) -> None:
    def moves(uow: Any) -> None:
        """Every member of staff works for another programme from now on."""
        from referrals.staff.records import StaffMembership

        for row in uow.session.scalars(select(StaffMembership)):
            row.programme_id, row.location_id, row.organization_id = "qena", None, None

    supervisor = browser_of(fresh, "supervisor")
    fresh.store.transact(moves)
    before = _state(fresh)
    for method, route in guarded():
        if re.search(r"\{\w*_id\}", route.path):
            answer = _ask(supervisor, method, fresh.path(route.path), _fields(fresh) if method == "POST" else None)
            assert answer.status_code in (403, 404, 422, 303), f"{method} {route.path}"
            assert not _shown(fresh, answer.text), f"{method} {route.path}"
    assert _state(fresh) == before


def _is_audited(
    family: WholeFamily, browser: Visitor, role: str, method: str, path: str, fields: dict[str, str] | None = None
) -> None:
    if path in KEPT_AT_HOME:
        return
    last = family.last_event()
    answer = _ask(browser, method, path, fields)
    shown = _shown(family, answer.text)
    if shown:
        assert family.seen_since(role, last), f"{role}: {method} {path} shows {shown}, and nobody would ever know"


def _ask(browser: Visitor, method: str, path: str, fields: dict[str, str] | None = None) -> Any:
    if method == "GET":
        return browser.get(path)
    return browser.post(path, data={"csrf": browser.csrf, **(fields or {})})


def _fields(family: WholeFamily) -> dict[str, str]:
    return {name: value.format(number=family.number) for name, value in FIELDS.items()}


def _shown(family: WholeFamily, text: str) -> list[str]:
    return [mark for mark in family.marks() if mark in text]


def _bare(text: str) -> str:
    """A page without what differs from one look to the next: tokens, and the number in its own address."""
    return re.sub(r'value="[\w-]{20,}"|\d+', "", text)


def _state(family: WholeFamily) -> list[Any]:
    with family.store.reading() as uow:
        rows = uow.session.execute(select(Referral.id, Referral.state, Referral.version)).all()
        people = uow.session.scalars(
            select(AuditEvent.action).where(AuditEvent.object_kind.in_(("referral", "application", "person")))
        )
        return [*rows, sum(1 for _ in people)]


@pytest.mark.parametrize("role", ["supervisor", "desk"])
def test_every_page_reads_well_to_who_listens(seeded: WholeFamily, role: str) -> None:
    titles: dict[str, set[str]] = defaultdict(set)
    for path, text in _pages(browser_of(seeded, role), seeded):
        assert faults(text) == [], f"{role}: {path}"
        titles[title_of(text)].add(re.sub(r"(/week)/.*|(/appointments)/.*", r"\1\2", path))
    assert {title: paths for title, paths in titles.items() if len(paths) > 1} == {}


@pytest.mark.parametrize("role", ["supervisor", "desk", "dpo"])
def test_a_form_that_is_refused_says_so_first_and_leads_to_what_is_missing(fresh: WholeFamily, role: str) -> None:
    browser = browser_of(fresh, role)
    seen: set[str] = set()
    for path, text in list(_pages(browser, fresh)):
        for form in fromstring(text).xpath('//form[@method="post"]'):
            to = form.get("action") or path
            kind = re.sub(r"\d+", "", to)
            if kind in seen or not form.xpath('.//input[not(@type="hidden")]|.//textarea|.//select'):
                continue
            seen.add(kind)
            answer = browser.post(to, data=_left_blank(form))
            if answer.status_code == 422:
                assert faults(answer.text) == [], f"{role}: {to}"
                assert title_of(answer.text).startswith("خطأ: "), f"{role}: {to}"
                assert fromstring(answer.text).xpath('//*[@role="alert"]'), f"{role}: {to}"
    assert len(seen) > 10


def _pages(browser: Visitor, family: WholeFamily) -> Iterator[tuple[str, str]]:
    """Every page that this member may open, with its address."""
    for method, route in every_route():
        if method == "GET" and "{token}" not in route.path:
            answer = browser.get(path := family.path(route.path))
            if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
                yield path, answer.text


def _left_blank(form: Any) -> dict[str, str]:
    """What a form sends where nobody filled anything in."""
    hidden = {each.get("name"): each.get("value") or "" for each in form.xpath('.//input[@type="hidden"]')}
    blank = form.xpath('.//input[not(@type="hidden" or @type="checkbox" or @type="radio")]|.//textarea|.//select')
    return hidden | {each.get("name"): "" for each in blank}


def test_the_pages_of_every_member_are_known() -> None:
    assert {route.path for _, route in every_route()} >= EVERY_MEMBER

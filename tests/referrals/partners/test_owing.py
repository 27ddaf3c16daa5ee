"""A partner's system is owed every step of its referrals, once, in the transaction that makes it."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import event

from referrals.partners.delivering import try_again
from referrals.partners.handling import feed
from referrals.partners.managing import UnfitPartner, checked_address, disable
from referrals.partners.owing import owe_webhooks
from referrals.partners.records import Partner, WebhookDelivery
from referrals.referral.records import Referral
from referrals.referral.stepping import Actor
from referrals.referral.undoing import undo, undoable
from referrals.store.unit_of_work import UnitOfWork
from tests.partnered import Partnered

URL = "https://partner.example.org/sanad"


def test_each_step_is_owed_once_in_its_order(partnered: Partnered) -> None:
    partner, _ = partnered.partner(URL)
    referral = partnered.world.family()
    partnered.accept(referral)
    rows = partnered.rows(partner)
    assert [row.event for row in rows] == ["send", "acknowledge", "accept"]
    assert [row.sequence for row in rows] == [1, 2, 3]
    assert {row.state for row in rows} == {"waiting"}

    def again(uow: object) -> int:
        return owe_webhooks(uow, uow.session.get_one(Referral, referral), "accept", partnered.clock())  # type: ignore[attr-defined,arg-type] # the unit of work, as every other

    assert partnered.store.transact(again) == 0, "the same step is owed once, however often it is said"


def test_a_step_that_is_undone_owes_nothing(partnered: Partnered) -> None:
    partner, _ = partnered.partner(URL)
    referral = partnered.world.family()
    before = len(partnered.rows(partner))

    def broken(uow: object) -> None:
        owe_webhooks(uow, uow.session.get_one(Referral, referral), "accept", partnered.clock())  # type: ignore[attr-defined,arg-type] # as above
        raise RuntimeError("the rest of the turn failed")

    with pytest.raises(RuntimeError):
        partnered.store.transact(broken)
    assert len(partnered.rows(partner)) == before


def test_another_organizations_referral_is_not_told(partnered: Partnered) -> None:
    partner, _ = partnered.partner(URL)
    partnered.world.family("qift")
    assert partnered.rows(partner) == []


def test_only_the_events_that_were_asked_for_are_sent_and_all_are_listed(partnered: Partnered) -> None:
    partner, _ = partnered.partner(URL, events=["accept"])
    partnered.accept(partnered.world.family())
    assert [(row.event, row.state) for row in partnered.rows(partner)] == [
        ("send", "listed"),
        ("acknowledge", "listed"),
        ("accept", "waiting"),
    ]


def test_what_is_sent_tells_nothing_of_the_family(partnered: Partnered) -> None:
    partner, _ = partnered.partner(URL)
    partnered.accept(partnered.world.family(name="فاطمة بنت عيّنة"))
    for body in partnered.bodies(partner):
        assert set(body) == {"type", "timestamp", "data"}
        assert set(body["data"]) == {"referral", "step", "sequence", "state", "priority", "programme"}
    said = json.dumps(list(partnered.bodies(partner)), ensure_ascii=False)
    assert not any(word in said for word in ("فاطمة", "+2010", "food", "قوص", "danger"))


def test_without_partners_a_step_costs_one_probe(quick: Partnered) -> None:
    referral = quick.world.family()
    asked: list[str] = []
    event.listen(quick.store.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    def probe(uow: object) -> int:
        row = uow.session.get_one(Referral, referral)  # type: ignore[attr-defined] # as above
        asked.clear()
        return owe_webhooks(uow, row, "accept", quick.clock())  # type: ignore[arg-type] # as above

    assert quick.store.transact(probe) == 0
    assert len(asked) <= 1, "on SQLite the compiled statement goes straight to the driver"


def test_a_new_partner_finds_the_open_referrals_in_its_feed(partnered: Partnered) -> None:
    first, second = partnered.world.family(), partnered.world.family()
    partner, _ = partnered.partner(URL)
    third = partnered.world.family()
    with partnered.store.reading() as uow:
        found = feed(uow, uow.session.get_one(Partner, partner), 0, 10)
    assert [each.referral_id for each in found.listed] == [first, second, third]
    assert [each.event for each in found.listed] == ["standing", "standing", "send"]
    assert found.cursor == 3 and not found.more


def test_a_feed_goes_on_from_its_cursor_page_by_page(partnered: Partnered) -> None:
    partner, _ = partnered.partner()
    sent = [partnered.world.family() for _ in range(5)]
    seen: list[int] = []
    after, more = 0, True
    while more:
        with partnered.store.reading() as uow:
            page = feed(uow, uow.session.get_one(Partner, partner), after, 2)
        seen += [each.referral_id for each in page.listed]
        after, more = page.cursor, page.more
    assert seen == sent


def test_a_disabled_partner_is_owed_nothing_more(partnered: Partnered) -> None:
    partner, _ = partnered.partner(URL)
    partnered.world.family()
    cancelled = partnered.store.transact(
        lambda uow: disable(uow, uow.session.get_one(Partner, partner), "sample", partnered.clock())
    )
    partnered.world.family()
    assert cancelled == 1
    assert [row.state for row in partnered.rows(partner)] == ["cancelled"]
    assert partnered.store.transact(lambda uow: try_again(uow, partnered.clock(), partner)) == 0


def test_numbers_rise_in_the_order_in_which_they_can_be_seen(partnered: Partnered) -> None:
    partner, _ = partnered.partner(URL)
    for _ in range(3):
        partnered.accept(partnered.world.family())
    with partnered.store.reading() as uow:
        rows = uow.session.query(WebhookDelivery).filter_by(partner_id=partner).order_by(WebhookDelivery.id).all()
    assert [row.sequence for row in rows] == list(range(1, 10))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example.org",
        "partner.example.org",
        "https://",
        "https://u:p@a.example.org/",
        "https://a b",
        "http://[::1",
    ],
)
def test_an_unfit_address_is_refused(url: str) -> None:
    with pytest.raises(UnfitPartner):
        checked_address(url)


@pytest.mark.parametrize("events", ["", "accept", "send"])
def test_a_step_that_was_taken_back_is_followed_by_its_correction(partnered: Partnered, events: str) -> None:
    partner, _ = partnered.partner(events=tuple(filter(None, [events])), url="http://127.0.0.1:9/events")
    referral = partnered.world.family()
    partnered.accept(referral)

    def back(uow: UnitOfWork) -> None:
        row = uow.session.get_one(Referral, referral)
        latest = undoable(uow, row, partnered.clock())
        assert latest is not None
        undo(uow, row, latest.event_id, Actor(None, system="partner:1"), partnered.clock())

    partnered.store.transact(back)
    *_, accepted, undone = partnered.rows(partner)
    assert (accepted.event, undone.event) == ("accept", "undo")
    assert accepted.state == undone.state, "whoever is told of the step is told that it was none, and nobody else"
    told = json.loads(undone.body)
    assert (told["type"], told["data"]["corrects"]) == ("referral.undo", "referral.accept")
    assert told["data"]["state"] == "received"

"""A consent is taken back, or a family erased, at the very moment at which something is done on that consent."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bot.benches.families import PROGRAMME
from bot.benches.referral_crowd import families_who_agreed, place_with
from referrals.applications.records import Application
from referrals.families.records import Person
from referrals.matching.reserving import reserve
from referrals.protection.erasure.erasing import ask, carry_out
from referrals.referral import handling, transferring, undoing
from referrals.referral.consent_withdrawn import withdraw_consents
from referrals.referral.noting import note_event
from referrals.referral.records import Referral, ReferralEvent, ReferralTransfer
from referrals.referral.sending import OPEN, ConsentMissing, send_referral
from referrals.referral.stepping import Actor
from referrals.referral.transfer_places import places_for_transfer
from referrals.referral.waiting import take_place
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.referrals.referral.two_workers import Paused, one_then_the_other

DESK = Actor(staff_id=None)


class One:
    """A family with its application and its consent to one place."""

    def __init__(self, store: Store, clock: FrozenClock) -> None:
        self.store, self.at = store, clock()
        ((self.application_id, self.chosen),) = families_who_agreed(store, place_with(store, 3), 1, self.at)
        with store.reading() as uow:
            self.person_id = uow.session.get_one(Application, self.application_id).person_id

    def send(self) -> int:
        return self.store.transact(lambda uow: send_referral(uow, self.application_id, self.chosen, self.at).id)

    def withdraw(self) -> None:
        self.store.transact(lambda uow: withdraw_consents(uow, self.person_id, PROGRAMME, self.at))

    def erase(self) -> None:
        def work(uow: UnitOfWork) -> None:
            carry_out(uow, ask(uow, self.person_id, "desk", self.at, programme_id=PROGRAMME), self.at, 1)

        self.store.transact(work)

    def nothing_is_open(self) -> None:
        with self.store.reading() as uow:
            assert not uow.session.scalars(select(Referral.id).where(Referral.state.in_(OPEN))).all()
            assert not uow.session.scalars(select(Referral.id).where(Referral.holds_place)).all()


@pytest.fixture
def one(postgres_store: Store, clock: FrozenClock) -> One:
    """On PostgreSQL: only there two things happen at one moment."""
    return One(postgres_store, clock)


@pytest.mark.parametrize("meanwhile", ["withdraw", "erase"])
def test_what_is_sent_at_that_moment_ends_with_the_consent(
    one: One, meanwhile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused = Paused(take_place)
    monkeypatch.setattr("referrals.referral.sending.take_place", paused)
    sender, other = one_then_the_other(paused, one.send, getattr(one, meanwhile))
    assert (sender.failure, other.failure) == (None, None)
    one.nothing_is_open()
    with one.store.reading() as uow:
        assert (uow.session.get_one(Person, one.person_id).erased_at is not None) == (meanwhile == "erase")


def test_a_consent_that_went_first_sends_nothing(one: One) -> None:
    paused = Paused(withdraw_consents)

    def withdraws(uow: Any) -> None:
        withdraw_consents(uow, one.person_id, PROGRAMME, one.at)
        paused(uow, one.person_id, PROGRAMME, one.at)

    _, sender = one_then_the_other(paused, lambda: one.store.transact(withdraws), one.send)
    assert isinstance(sender.failure, ConsentMissing)
    one.nothing_is_open()


def test_an_end_is_not_taken_back_on_a_consent_that_goes(one: One, monkeypatch: pytest.MonkeyPatch) -> None:
    referral = one.send()

    def rejects(uow: UnitOfWork) -> None:
        handling.reject(uow, uow.session.get_one(Referral, referral), DESK, one.at, "outside-area")

    def undoes(uow: UnitOfWork) -> None:
        step = uow.session.scalars(select(ReferralEvent.id).order_by(ReferralEvent.id.desc())).first()
        undoing.undo(uow, uow.session.get_one(Referral, referral), step or 0, DESK, one.at)

    one.store.transact(rejects)
    paused = Paused(note_event)
    monkeypatch.setattr("referrals.referral.undoing.note_event", paused)
    one_then_the_other(paused, lambda: one.store.transact(undoes), one.withdraw)
    one.nothing_is_open()


def test_a_transfer_that_is_taken_at_that_moment_ends_with_the_consent(
    one: One, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral = one.send()

    def asks(uow: UnitOfWork) -> int:
        found = uow.session.get_one(Referral, referral)
        handling.accept(uow, found, DESK, one.at)
        given = places_for_transfer(uow, found)[0][0]
        transfer = transferring.ask_transfer(uow, found, DESK, given.id, "other-service-fits", one.at)
        transferring.agree(uow, transfer, one.at, agreed=True, text_id=None, language="ar")
        return transfer.id

    transfer = one.store.transact(asks)

    def takes(uow: UnitOfWork) -> None:
        held = uow.session.get_one(ReferralTransfer, transfer, with_for_update=True)
        transferring.accept_transfer(uow, held, DESK, one.at)

    paused = Paused(reserve)
    monkeypatch.setattr("referrals.referral.transferring.reserve", paused)
    taker, other = one_then_the_other(paused, lambda: one.store.transact(takes), one.withdraw)
    assert (taker.failure, other.failure) == (None, None)
    one.nothing_is_open()

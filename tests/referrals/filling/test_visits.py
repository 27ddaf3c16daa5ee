"""A visit is filled at the desk of the centre that serves the family, and kept with the application."""

from __future__ import annotations

import pytest

from referrals.conversations.records import HelpRequest
from referrals.conversations.stages.helping import TEXT
from referrals.definitions.settings import Settings
from referrals.filling.centres import look_for_centres, refer
from referrals.filling.records import DeskFilling
from referrals.filling.visiting import forms_for, keep_visit, start_visit
from referrals.filling.working import open_filling
from referrals.referral.handling import Actor, accept
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.receiving import xml_of
from referrals.submissions.records import ReceivedSubmission
from tests.referrals.filling.desks import Desks

VISIT = {
    "visit_date": "2026-11-01",
    "visit_result": "done",
    "severity_financial": "2",
    "severity_psychological": "1",
    "severity_educational": "0",
    "severity_health": "0",
}


@pytest.fixture
def referral(desks: Desks) -> int:
    """A family that applied at the desk and was accepted by the centre it chose."""
    filling = desks.begins()
    desks.answers_all(filling)
    desks.files(filling)

    def work(uow: UnitOfWork, kuwait: Settings) -> int:
        row = uow.session.get_one(DeskFilling, filling)
        offers = look_for_centres(uow, kuwait, row, desks.clock())
        sent = refer(uow, desks.members["one"], kuwait, row, offers.centres[0], desks.clock())
        assert forms_for(uow, sent) == []
        accept(uow, sent, Actor(desks.members["one"].staff_id), desks.clock())
        assert forms_for(uow, sent) == ["visit", "follow_up"]
        return sent.id

    return desks.does(work)


def started(desks: Desks, referral: int) -> int:
    def work(uow: UnitOfWork, kuwait: Settings) -> int:
        row = uow.session.get_one(Referral, referral)
        return start_visit(uow, desks.members["one"], kuwait, row, "visit", desks.clock()).id

    return desks.does(work)


def kept(desks: Desks, filling: int) -> tuple[str, ...]:
    def work(uow: UnitOfWork, _: Settings) -> tuple[str, ...]:
        at_desk = open_filling(uow, desks.members["one"], filling)
        assert at_desk is not None
        return keep_visit(uow, desks.members["one"], at_desk, desks.clock())

    return desks.does(work)


def test_a_visit_is_kept_with_the_application_once_it_is_whole(desks: Desks, referral: int) -> None:
    filling = started(desks, referral)
    assert started(desks, referral) == filling
    assert kept(desks, filling)
    assert desks.count(ReceivedSubmission) == 0
    for name, value in VISIT.items():
        assert not desks.answers(filling, seen=None, **{name: value}).refused
    desks.answers(filling, safety_worry="no")
    assert kept(desks, filling) == ()
    row = desks.one(ReceivedSubmission)
    assert (row.form_name, row.state) == ("visit", "linked")
    assert row.application_id == desks.one(Referral).application_id
    with desks.store.reading() as uow:
        assert b"<severity_financial>2</severity_financial>" in xml_of(uow, row)
    assert desks.opens(filling) is None
    assert desks.count(HelpRequest, kind="danger") == 0


def test_a_worry_about_somebodys_safety_reaches_the_restricted_queue(desks: Desks, referral: int) -> None:
    filling = started(desks, referral)
    for name, value in VISIT.items():
        desks.answers(filling, seen=None, **{name: value})
    desks.answers(filling, safety_worry="yes")
    desks.answers(filling, safety_note="ملاحظة عيّنة")
    assert kept(desks, filling) == ()
    request = desks.one(HelpRequest, kind="danger")
    assert request.restricted
    with desks.store.reading() as uow:
        assert uow.vault.open_text(request.text_sealed, TEXT) == "ملاحظة عيّنة"

"""The table of a referral's life is kept: by whom it may, with what it must carry, and its place given back once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from referrals.applications.records import Application
from referrals.families.consents import record_consent
from referrals.lifecycles import REFERRAL, TransitionRefused, allowed_events
from referrals.referral import handling
from referrals.referral.handling import (
    GuardFailed,
    ReasonMissing,
    accept,
    cancel_by_family,
    complete,
    reject,
    start,
    void,
)
from referrals.referral.records import Referral
from referrals.referral.sending import Chosen, ConsentMissing, send_referral
from referrals.referral.stepping import Actor
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families
from tests.referrals.referral.at_the_centre import all_referrals, does, events, referral, used
from tests.referrals.referral.sent_on import agreed_to, goes_on

LATER = timedelta(days=9)
STEPS: dict[str, Callable[[Families, int, Actor], None]] = {
    "accept": lambda f, r, a: does(f, r, accept, actor=a),
    "reject": lambda f, r, a: does(f, r, reject, "outside-area", actor=a),
    "start": lambda f, r, a: does(f, r, start, "phone", actor=a),
    "pause": lambda f, r, a: does(f, r, handling.pause, "other", (f.clock() + LATER).date(), actor=a),
    "resume": lambda f, r, a: does(f, r, handling.resume, actor=a),
    "complete": lambda f, r, a: does(f, r, complete, "helped", "", delivered="food", contact="phone", actor=a),
    "fail": lambda f, r, a: does(f, r, handling.fail, "other", actor=a),
    "void": lambda f, r, a: does(f, r, void, "أُدخلت مرتين", actor=a),
    "cancel": lambda f, r, a: does(f, r, handling.cancel_by_sender, "mistake", actor=a),
}
WAYS: dict[str, tuple[str, ...]] = {
    "requested": (),
    "accepted": ("accept",),
    "in-progress": ("accept", "start"),
    "on-hold": ("accept", "start", "pause"),
    "completed": ("accept", "complete"),
    "rejected": ("reject",),
    "failed": ("accept", "fail"),
}
ACTORS = ("desk", "supervisor", "clerk", "researcher", "volunteer", "family", "system")
DESK = Actor(1)


@pytest.fixture
def families(sqlite_store: Any, clock: Any) -> Families:
    return Families(sqlite_store, clock)


@pytest.mark.parametrize("state", WAYS)
def test_every_step_is_for_its_actors_and_only_for_them(families: Families, state: str) -> None:
    referral_id = families.refer("501")
    for name in WAYS[state]:
        STEPS[name](families, referral_id, DESK)
    assert referral(families, referral_id).state == state
    for role in ACTORS:
        allowed = allowed_events(REFERRAL, state, role)
        # completing an accepted one records the first contact with it
        shorter = ("complete",) if state == "accepted" and role == "desk" else ()
        for name, step in STEPS.items():
            if name not in (*allowed, *shorter):
                with pytest.raises(TransitionRefused):
                    step(families, referral_id, Actor(1, role))
    assert referral(families, referral_id).state == state


@pytest.mark.parametrize(
    ("way", "step", "wrong"),
    [
        ((), lambda f, r: does(f, r, reject, ""), ReasonMissing),
        ((), lambda f, r: does(f, r, reject, "because"), ReasonMissing),
        (("accept",), lambda f, r: does(f, r, start), GuardFailed),
        (("accept",), lambda f, r: does(f, r, handling.fail, ""), ReasonMissing),
        (("accept", "start"), lambda f, r: does(f, r, handling.pause, "", None), ReasonMissing),
        (("accept", "start"), lambda f, r: does(f, r, handling.pause, "other", None), GuardFailed),
        (("accept", "start"), lambda f, r: does(f, r, handling.pause, "other", f.clock().date()), GuardFailed),
        (("accept", "start"), lambda f, r: does(f, r, complete, ""), ReasonMissing),
        (("accept", "start"), lambda f, r: does(f, r, complete, "helped"), GuardFailed),
        ((), lambda f, r: does(f, r, void, "  ", actor=Actor(1, "supervisor")), ReasonMissing),
        ((), lambda f, r: does(f, r, handling.cancel_by_sender, "", actor=Actor(1, "clerk")), ReasonMissing),
    ],
)
def test_a_step_carries_what_it_must(
    families: Families, way: tuple[str, ...], step: Callable[[Families, int], None], wrong: type[Exception]
) -> None:
    referral_id = families.refer("501")
    for name in way:
        STEPS[name](families, referral_id, DESK)
    before = referral(families, referral_id)
    with pytest.raises(wrong):
        step(families, referral_id)
    after = referral(families, referral_id)
    assert (after.state, after.version) == (before.state, before.version)


@pytest.mark.parametrize("end", ["reject", "cancel", "complete", "fail", "void", "withdraw"])
def test_every_end_gives_the_place_back_once(families: Families, end: str) -> None:
    referral_id = families.refer("501")
    given = referral(families, referral_id).to_service_at_location_id
    assert referral(families, referral_id).holds_place
    before = used(families, given)
    if end in ("complete", "fail"):
        STEPS["accept"](families, referral_id, DESK)
    if end == "withdraw":
        families.store.transact(
            lambda uow: cancel_by_family(uow, uow.session.get_one(Referral, referral_id), families.clock())
        )
    else:
        role = {"cancel": "clerk", "void": "supervisor"}.get(end, "desk")
        STEPS[end](families, referral_id, Actor(1, role))
    assert used(families, given) == before - 1
    assert not referral(families, referral_id).holds_place
    if end != "void":
        STEPS["void"](families, referral_id, Actor(1, "supervisor"))
    assert used(families, given) == before - 1


def test_a_supervisor_in_the_place_of_a_desk_says_why_and_is_named(families: Families) -> None:
    referral_id = families.refer("501")
    does(families, referral_id, accept, actor=Actor(4, override="المركز مغلق هذا الأسبوع"))
    assert referral(families, referral_id).state == "accepted"
    assert events(families, referral_id)[-1] == "accept"


def test_nothing_is_sent_without_a_consent_for_this_very_recipient_and_these_fields(families: Families) -> None:
    referral_id = families.refer("501")
    sent = referral(families, referral_id)
    does(families, referral_id, reject, "outside-area")

    def again(uow: UnitOfWork, **consent: Any) -> None:
        given = {"recipient_location_id": sent.to_location_id, "data_categories": ("applicant_name",), **consent}
        consent_id = record_consent(
            uow,
            person_id=sent.person_id,
            programme_id="kuwait",
            purpose="referral",
            text_id=None,
            language="ar",
            at=families.clock(),
            **given,
        )
        chosen = Chosen(
            sent.to_service_at_location_id, sent.need_code, sent.service_term, sent.match_run_id or 0, {}, consent_id
        )
        send_referral(uow, sent.application_id, chosen, families.clock())

    for wrong in ({"recipient_location_id": None}, {"agreed": False}, {}):
        with pytest.raises(ConsentMissing):
            families.store.transact(lambda uow, wrong=wrong: again(uow, **wrong))  # type: ignore[misc]  # bound at once
    assert len(all_referrals(families)) == 1


@pytest.mark.parametrize("wrong", ["expired", "withdrawn", "intake"])
def test_a_consent_that_holds_no_more_or_is_for_something_else_sends_nothing(families: Families, wrong: str) -> None:
    referral_id = families.refer("501")
    before = families.clock() - timedelta(days=1)
    changed: dict[str, dict[str, Any]] = {
        "expired": {"expires_at": before},
        "withdrawn": {"withdrawn_at": before},
        "intake": {"purpose": "intake"},
    }
    with pytest.raises(ConsentMissing):
        goes_on(families, referral_id, **changed[wrong])
    assert len(all_referrals(families)) == 1


def test_what_was_not_delivered_is_not_opened_beside_a_newer_one_of_the_same_need(families: Families) -> None:
    referral_id = families.refer("501")
    done = referral(families, referral_id)
    STEPS["accept"](families, referral_id, DESK)
    STEPS["complete"](families, referral_id, DESK)

    def again(uow: UnitOfWork) -> int:
        application = uow.session.get_one(Application, done.application_id)
        agreed = agreed_to(uow, application, done.to_location_id, families)
        chosen = Chosen(done.to_service_at_location_id, done.need_code, done.service_term, 0, {}, agreed)
        return send_referral(uow, application.id, chosen, families.clock()).id

    newer = families.store.transact(again)
    opened = families.store.transact(
        lambda uow: handling.reopen(uow, uow.session.get_one(Referral, referral_id), families.clock())
    )
    assert not opened
    assert (referral(families, referral_id).state, referral(families, newer).state) == ("completed", "requested")
    assert used(families, done.to_service_at_location_id) == 1


def test_an_open_one_of_the_same_need_and_organization_is_the_one(families: Families) -> None:
    referral_id = families.refer("501")
    sent = referral(families, referral_id)

    def again(uow: UnitOfWork) -> int:
        chosen = Chosen(
            sent.to_service_at_location_id,
            sent.need_code,
            sent.service_term,
            sent.match_run_id or 0,
            {},
            sent.consent_id,
        )
        return send_referral(uow, sent.application_id, chosen, families.clock()).id

    assert families.store.transact(again) == referral_id
    assert len(all_referrals(families)) == 1


def test_no_capacity_is_kept_with_the_service(families: Families) -> None:
    from referrals.directory.records import ServiceAtLocation

    referral_id = families.refer("501")
    does(families, referral_id, reject, "no-capacity")
    given = referral(families, referral_id).to_service_at_location_id
    with families.store.reading() as uow:
        assert uow.session.get_one(ServiceAtLocation, given).lacking_since is not None
        assert uow.session.scalars(select(Referral.status_reason)).all() == ["no-capacity"]

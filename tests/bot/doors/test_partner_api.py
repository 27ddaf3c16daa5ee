"""The partner API: a partner's system sees its own referrals and nothing else, and takes each step once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.servicerequest import ServiceRequest
from fhir.resources.R4B.task import Task
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.doors.hsds_room import Room
from bot.doors.partner import Rooms, make_partner_api
from referrals.families.identities import data_key_of
from referrals.partners.managing import disable
from referrals.partners.records import Partner, PartnerRequest
from referrals.protection.records import AuditEvent
from referrals.referral.records import Referral, ReferralEvent
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.partnered import Partnered

NAME = "فاطمة (عيّنة)"


class Caller(TestClient):
    """A partner's system with its token."""

    def __init__(self, partnered: Partnered, token: str, rooms: Rooms | None = None) -> None:
        super().__init__(make_partner_api(partnered.store, partnered.clock, rooms=rooms), base_url="http://sanad.test")
        self.headers["Authorization"] = f"Bearer {token}"

    def step(self, referral: int, step: str, told: Any = None, key: str = "", match: str = "", **more: Any) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        headers |= {"If-Match": match} if match else {}
        return self.post(f"/referrals/{referral}/{step}", json=told or {}, headers=headers, **more)


@pytest.fixture
def partnered(store: Store, clock: FrozenClock) -> Partnered:
    return Partnered(store, clock)


@pytest.fixture
def quick(sqlite_store: Store, clock: FrozenClock) -> Partnered:
    return Partnered(sqlite_store, clock)


@pytest.fixture
def caller(partnered: Partnered) -> Caller:
    return Caller(partnered, partnered.partner()[1].token)


def actions(partnered: Partnered, referral: int) -> list[tuple[str, str]]:
    """Who did what to it, as the audit has it."""
    with partnered.store.reading() as uow:
        rows = uow.connection.execute(
            select(AuditEvent.actor, AuditEvent.action)
            .where(AuditEvent.object_kind == "referral", AuditEvent.object_id == str(referral))
            .order_by(AuditEvent.seq)
        )
        return [(row.actor, row.action) for row in rows]


def test_a_partner_lists_its_referrals_and_goes_on_from_its_cursor(partnered: Partnered, caller: Caller) -> None:
    mine = partnered.world.family()
    partnered.world.family("qift")
    page = caller.get("/referrals").json()
    assert [each["id"] for each in page["referrals"]] == [str(mine)]
    assert NAME not in json.dumps(page, ensure_ascii=False)
    assert caller.get(f"/referrals?since={page['cursor']}").json()["referrals"] == []
    partnered.accept(mine)
    (changed,) = caller.get(f"/referrals?since={page['cursor']}").json()["referrals"]
    assert (changed["event"], changed["state"]) == ("accept", "accepted")


def test_reading_shows_what_the_family_agreed_to_is_audited_and_acknowledges(
    partnered: Partnered, caller: Caller
) -> None:
    referral = partnered.world.family()
    told = caller.get(f"/referrals/{referral}").json()
    assert told["state"] == "received" and told["access"]
    assert {each["code"]: each["value"] for each in told["fields"]}["applicant_name"] == NAME
    assert ("partner:1", "referral.acknowledge") in actions(partnered, referral)
    assert ("partner:1", "referral.read") in actions(partnered, referral)


def test_another_organizations_referral_is_as_one_that_never_was(partnered: Partnered, caller: Caller) -> None:
    foreign = partnered.world.family("qift")
    for path in (
        f"/referrals/{foreign}",
        f"/referrals/{foreign}/task",
        "/referrals/999999",
        "/referrals/99999999999999999",
    ):
        assert caller.get(path).status_code == 404
    assert caller.step(foreign, "accept").status_code == 404
    with partnered.store.reading() as uow:
        assert uow.session.get_one(Referral, foreign).state == "requested"


def test_a_referral_whose_consent_was_taken_back_shows_nothing_of_the_family(
    partnered: Partnered, caller: Caller
) -> None:
    referral = partnered.world.family()
    partnered.withdraw(referral)
    told = caller.get(f"/referrals/{referral}").json()
    assert not told["access"] and told["fields"] == []
    for view in ("task", "bundle", "service-request"):
        assert NAME not in caller.get(f"/referrals/{referral}/{view}").text
    with partnered.store.reading() as uow:
        assert uow.session.get_one(Referral, referral).state == "requested", "nothing was opened"


def test_an_erased_family_is_gone_for_the_partner_too(partnered: Partnered, caller: Caller) -> None:
    referral = partnered.world.family()

    def erase(uow: Any) -> None:
        row = uow.session.get_one(Referral, referral)
        uow.vault.destroy(data_key_of(uow, row.person_id), partnered.clock())

    partnered.store.transact(erase)
    assert caller.get(f"/referrals/{referral}").json()["fields"] == []


def test_what_is_exported_is_fhir(partnered: Partnered, caller: Caller) -> None:
    referral = partnered.world.family()
    for view, model in (("task", Task), ("service-request", ServiceRequest), ("bundle", Bundle)):
        answer = caller.get(f"/referrals/{referral}/{view}")
        assert answer.headers["content-type"].startswith("application/fhir+json")
        model.model_validate_json(answer.text)
    assert caller.get(f"/referrals/{referral}/task").json()["status"] == "requested"


def test_a_referral_goes_through_its_steps(partnered: Partnered, caller: Caller) -> None:
    referral = partnered.world.family()
    states = [
        caller.step(referral, "acknowledge").json()["state"],
        caller.step(referral, "accept").json()["state"],
        caller.step(referral, "start", {"contact": "phone"}).json()["state"],
        caller.step(
            referral,
            "pause",
            {"reason": "papers-missing", "review_on": str((partnered.clock() + timedelta(days=5)).date())},
        ).json()["state"],
        caller.step(referral, "resume").json()["state"],
        caller.step(referral, "complete", {"outcome": "helped", "delivered": "food"}).json()["state"],
    ]
    assert states == ["received", "accepted", "in-progress", "on-hold", "in-progress", "completed"]
    task = caller.get(f"/referrals/{referral}/task").json()
    assert [each["valueCodeableConcept"]["coding"][0]["code"] for each in task["output"]] == ["food", "helped"]


def test_a_step_is_taken_back_for_a_while(quick: Partnered) -> None:
    caller = Caller(quick, quick.partner()[1].token)
    referral = quick.world.family()
    rejected = caller.step(referral, "reject", {"reason": "no-capacity"}).json()
    assert caller.step(referral, "undo", {"step": rejected["step"]}).json()["state"] == "requested"
    again = caller.step(referral, "undo", {"step": rejected["step"]})
    assert again.status_code == 409 and "no longer" in again.json()["remedy"]
    assert again.json()["stands"]["state"] == "requested" and "accept" in again.json()["may"]


def test_an_undo_takes_back_the_step_that_it_names_and_never_another(partnered: Partnered, caller: Caller) -> None:
    referral = partnered.world.family()
    accepted = caller.step(referral, "accept").json()
    started = caller.step(referral, "start", {"contact": "phone"}).json()
    refused = caller.step(referral, "undo", {"step": accepted["step"]})
    assert refused.status_code == 409
    assert refused.json()["stands"] == {"state": "in-progress", "step": started["step"]}
    assert set(refused.json()["may"]) == {"pause", "complete", "fail", "undo"}
    for nothing in ({}, {"step": ""}, {"step": "x"}):
        assert caller.step(referral, "undo", nothing).status_code == 422
    assert caller.step(referral, "undo", {"step": "9" * 30}).status_code == 409
    assert caller.step(referral, "undo", {"step": started["step"]}).json()["state"] == "accepted"


def test_a_step_may_be_asked_for_what_was_read_and_for_nothing_else(partnered: Partnered, caller: Caller) -> None:
    referral = partnered.world.family()
    read = caller.get(f"/referrals/{referral}")
    tag = read.headers["etag"]
    assert tag == f'"{read.json()["step"]}"'
    partnered.accept(referral)
    refused = caller.step(referral, "reject", {"reason": "safety"}, match=tag)
    assert refused.status_code == 412 and refused.json()["stands"]["state"] == "accepted"
    now = f'"{refused.json()["stands"]["step"]}"'
    done = caller.step(referral, "start", {"contact": "phone"}, match=f"{tag}, {now}", key="k")
    assert done.status_code == 200 and done.headers["etag"] == f'"{done.json()["step"]}"'
    again = caller.step(referral, "start", {"contact": "phone"}, match=f"{tag}, {now}", key="k")
    assert (again.status_code, again.json()) == (200, done.json()), "what was answered once is answered again"
    assert caller.step(referral, "pause", {"reason": "other"}, match="*").status_code == 422


def test_a_tag_that_a_proxy_made_weak_matches_nothing_and_one_that_is_no_tag_is_unfit(quick: Partnered) -> None:
    caller, referral = Caller(quick, quick.partner()[1].token), quick.world.family()
    tag = caller.get(f"/referrals/{referral}").headers["etag"]
    for other in ("W/" + tag, '"abc"', f'W/{tag}, "x,y"', '"0' + tag[1:], '""', " ", ","):
        refused = caller.step(referral, "accept", match=other)
        assert refused.status_code == 412, other
        assert f'"{refused.json()["stands"]["step"]}"' == tag, "the step that it would have to name"
    for unfit in (tag.strip('"'), tag + " " + tag, "w/" + tag, "*, " + tag, tag[:-1]):
        assert caller.step(referral, "accept", match=unfit).status_code == 400, unfit
    assert caller.step(referral, "accept", match=f"W/{tag}, , {tag} ,").status_code == 200


def test_two_undos_of_one_step_at_one_moment_take_back_one(partnered: Partnered, caller: Caller) -> None:
    referral = partnered.world.family()
    caller.step(referral, "accept")
    started = caller.step(referral, "start", {"contact": "phone"}).json()["step"]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: caller.step(referral, "undo", {"step": started}).status_code, range(4)))
    assert sorted(answers) == [200, 409, 409, 409]
    assert partnered.world.count(ReferralEvent, referral_id=referral, event="undo") == 1
    assert caller.get(f"/referrals/{referral}").json()["state"] == "accepted"


def test_a_step_that_the_table_has_not_is_refused_and_says_what_may_be_done(
    partnered: Partnered, caller: Caller
) -> None:
    referral = partnered.world.family()
    refused = caller.step(referral, "complete", {"outcome": "helped", "delivered": "food"})
    assert refused.status_code == 409
    assert set(refused.json()["may"]) == {"acknowledge", "accept", "reject"}
    lacking = caller.step(referral, "reject", {"reason": "because"})
    assert lacking.status_code == 422 and "no-capacity" in lacking.json()["remedy"]


def test_the_same_request_is_answered_the_same_and_does_nothing_twice(partnered: Partnered, caller: Caller) -> None:
    referral = partnered.world.family()
    first = caller.step(referral, "reject", {"reason": "no-capacity"}, key="k-1")
    again = caller.step(referral, "reject", {"reason": "no-capacity"}, key="k-1")
    assert (again.status_code, again.json()) == (200, first.json())
    assert caller.step(referral, "reject", {"reason": "safety"}, key="k-1").status_code == 422
    assert caller.step(referral, "reject", {"reason": "no-capacity"}).status_code == 409
    assert partnered.world.count(ReferralEvent, referral_id=referral, event="reject") == 1


def test_a_request_that_failed_does_not_use_up_its_key(partnered: Partnered, caller: Caller) -> None:
    referral = partnered.world.family()
    assert caller.step(referral, "reject", {}, key="k").status_code == 422
    assert partnered.world.count(PartnerRequest) == 0
    assert caller.step(referral, "reject", {"reason": "safety"}, key="k").status_code == 200


@pytest.mark.parametrize("key", ["same", ""])
def test_requests_at_the_same_moment_do_it_once(partnered: Partnered, caller: Caller, key: str) -> None:
    referral = partnered.world.family()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: caller.step(referral, "accept", key=key).status_code, range(6)))
    expected = {200} if key else {200, 409}
    assert set(answers) <= expected and 200 in answers
    assert partnered.world.count(ReferralEvent, referral_id=referral, event="accept") == 1
    if not key:
        assert answers.count(200) == 1


def test_without_a_token_nothing_is_told(quick: Partnered) -> None:
    quick.world.family()
    token = quick.partner()[1].token
    for given in ("", "Bearer ", f"Bearer {token}x", f"Basic {token}", "Bearer " + "x" * 500):
        stranger = Caller(quick, "")
        stranger.headers["Authorization"] = given
        answer = stranger.get("/referrals")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_disabled_partner_is_a_stranger(quick: Partnered) -> None:
    partner, given = quick.partner()
    quick.store.transact(lambda uow: disable(uow, uow.session.get_one(Partner, partner), "sample", quick.clock()))
    assert Caller(quick, given.token).get("/referrals").status_code == 401


def test_the_token_before_counts_for_a_day(quick: Partnered) -> None:
    partner, older = quick.partner()
    newer = quick.rotated(partner)
    assert [Caller(quick, each.token).get("/referrals").status_code for each in (older, newer)] == [200, 200]
    quick.clock.forward(hours=25)
    assert [Caller(quick, each.token).get("/referrals").status_code for each in (older, newer)] == [401, 200]


def test_who_guesses_is_slowed_down_and_who_knows_is_not(quick: Partnered) -> None:
    rooms = Rooms(wrong=Room(burst=3, per_second=0.001))
    caller = Caller(quick, quick.partner()[1].token, rooms)
    guesses = [caller.get("/referrals", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(5)]
    assert guesses == [401, 401, 401, 429, 429]
    assert caller.get("/referrals").status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'{"reason": 1}', 400),
        (b'{"state": "completed"}', 400),
        (b'{"reason": "a\\u0000b"}', 400),
        (b'{"note": "' + b"x" * 20_000 + b'"}', 413),
        (b"[" * 5000, 400),
    ],
)
def test_an_unfit_body_is_refused_with_a_remedy(quick: Partnered, body: bytes, status: int) -> None:
    caller = Caller(quick, quick.partner()[1].token)
    referral = quick.world.family()
    answer = caller.post(f"/referrals/{referral}/reject", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status and answer.json()["remedy"]


def test_every_answer_is_kept_by_nobody(quick: Partnered) -> None:
    caller = Caller(quick, quick.partner()[1].token)
    referral = quick.world.family()
    for answer in (caller.get(f"/referrals/{referral}"), caller.get("/nothing"), caller.put("/referrals")):
        assert answer.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in answer.headers
    assert caller.delete(f"/referrals/{referral}/accept").headers["allow"] == "POST"

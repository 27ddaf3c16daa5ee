"""A referral in any state is a legal Task and ServiceRequest of HL7 SDOH Clinical Care, and tells nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.servicerequest import ServiceRequest
from fhir.resources.R4B.task import Task
from hypothesis import given
from hypothesis import strategies as st

from referrals.directory.hsds.service_terms import NAMES
from referrals.lifecycles import FAILURE_REASONS, REFERRAL, REJECTION_REASONS
from referrals.lifecycles.referral import BUSINESS_STATUSES
from referrals.partners.facts import facts_of
from referrals.partners.fhir import bundle_of, request_of, task_of
from referrals.partners.fhir_codes import CATEGORIES, PRIORITIES, REQUEST_PROFILE, TASK_PROFILE
from referrals.partners.labels import labelled
from referrals.partners.values import Agency, Coded, DisclosedField, ReferralFacts
from referrals.referral.handling import DELIVERED, OUTCOMES
from referrals.referral.records import Referral
from tests.partnered import Partnered

AT = datetime(2026, 11, 1, 7, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(str.strip)
MOMENTS = st.integers(0, 90 * 365 * 24 * 60).map(lambda minutes: AT - timedelta(days=9000) + timedelta(minutes=minutes))


# As the guide has them (3.0.0; the same in 2.1 to 2.3), copied by hand.
REFERRAL_TASK_STATUS = {  # SDOHCC-ValueSetReferralTaskStatus: TaskStatus without `ready` and `received`
    *("draft", "requested", "accepted", "rejected", "cancelled", "in-progress", "on-hold", "failed", "completed"),
    "entered-in-error",
}
SDOH_CATEGORY = {  # SDOHCC-ValueSetSDOHCategory
    *("sdoh-category-unspecified", "food-insecurity", "housing-instability", "homelessness", "inadequate-housing"),
    *("transportation-insecurity", "financial-insecurity", "material-hardship", "educational-attainment"),
    *("employment-status", "veteran-status", "stress", "social-connection", "intimate-partner-violence"),
    *("elder-abuse", "personal-health-literacy", "health-insurance-coverage-status", "medical-cost-burden"),
    *("digital-literacy", "digital-access", "utility-insecurity", "incarceration-status", "language-access"),
    "protective-factor",
}
PROCEDURE_SYSTEMS = {"http://snomed.info/sct", "http://www.ama-assn.org/go/cpt"}  # of US Core's procedure codes
GUIDE_CODES = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"


def assert_must_support(task: dict[str, Any], request: dict[str, Any]) -> None:
    """What the profiles ask for, element by element (must support, cardinality, fixed values, required bindings)."""
    for name in ("code", "focus", "for", "authoredOn", "requester", "owner", "priority", "intent", "status"):
        assert task[name], f"SDOHCC-TaskForReferralManagement: {name}"
    assert task["code"]["coding"][0] == {
        "system": "http://hl7.org/fhir/CodeSystem/task-code",
        "code": "fulfill",
        "display": "Fulfill the focal request",
    }
    assert task["focus"]["reference"].startswith("ServiceRequest/")
    assert task.get("statusReason", {"text": "-"})["text"]
    for each in task["input"]:
        if each["type"]["coding"][0]["system"] == GUIDE_CODES:  # AdditionalContent: a reference to anything
            assert each["type"]["coding"][0]["code"] == "additional-content" and "valueReference" in each
    for each in task.get("output", ()):  # PerformedActivityCode would have to be a procedure code
        assert each["type"]["coding"][0]["system"] != GUIDE_CODES
    assert task["lastModified"] >= task["authoredOn"], "R4, inv-1"
    assert request["supportingInfo"][0]["type"] == "Consent"
    assert request["category"][0]["coding"][0]["code"] in SDOH_CATEGORY
    assert {each["system"] for each in request["code"]["coding"]} & PROCEDURE_SYSTEMS
    for name in ("subject", "requester", "performer", "authoredOn", "priority", "code", "category", "intent"):
        assert request[name], f"SDOHCC-ServiceRequest: {name}"
    assert request["priority"] in ("routine", "urgent", "asap", "stat")


@st.composite
def referrals(draw: st.DrawFn) -> ReferralFacts:
    """Any referral that there could be, and some that there could not."""

    def coded(kind: str, codes: tuple[str, ...]) -> Coded | None:
        return labelled(kind, draw(st.sampled_from(("", *codes))))

    def maybe(values: st.SearchStrategy[Any]) -> Any:
        return draw(st.none() | values)

    service = draw(st.sampled_from(sorted(NAMES)))
    fields = st.builds(DisclosedField, st.sampled_from(["phone", "area"]), WORDS, WORDS, WORDS | st.just("  "))
    return ReferralFacts(
        id=draw(st.integers(1, 2**63 - 1)),
        programme=Agency("programme-kuwait", draw(WORDS)),
        owner=Agency("6d3f2c53-6a0e-5f0a-9d4d-6f1c8f0b7a21", draw(WORDS), draw(st.just("") | WORDS)),
        location_id="0f0a9d4d-6a0e-5f0a-9d4d-6f1c8f0b7a21",
        location_name=draw(WORDS),
        person="ab" * 16,
        service=Coded(service, *NAMES[service]),
        state=draw(st.sampled_from(REFERRAL.states)),
        priority=draw(st.sampled_from(sorted(PRIORITIES))),
        requested_at=draw(MOMENTS),
        changed_at=draw(MOMENTS),
        ack_due=draw(MOMENTS),
        respond_due=draw(MOMENTS),
        consent_id=7,
        step=9,
        attempt=draw(st.integers(1, 4)),
        parent_id=maybe(st.integers(1, 2**63 - 1)),
        business_status=coded("business", BUSINESS_STATUSES),
        reason=coded("reason", (*REJECTION_REASONS, *FAILURE_REASONS)),
        outcome=coded("outcome", OUTCOMES),
        delivered=coded("delivered", DELIVERED),
        answered_at=maybe(MOMENTS),
        closed_at=maybe(MOMENTS),
        disclosed=tuple(draw(st.lists(fields, max_size=4))),
        access=draw(st.booleans()),
    )


@given(referrals())
def test_any_referral_is_a_legal_task_request_and_bundle(facts: ReferralFacts) -> None:
    task, request = task_of(facts), request_of(facts)
    Task.model_validate_json(json.dumps(task))
    ServiceRequest.model_validate_json(json.dumps(request))
    Bundle.model_validate_json(json.dumps(bundle_of(facts, "https://sanad.example.org/partner/fhir")))
    assert task["status"] == ("requested" if facts.state == "received" else facts.state), "the very code"
    assert task["status"] in REFERRAL_TASK_STATUS
    assert_must_support(task, request)
    assert (task["intent"], request["intent"]) == ("order", "order")
    assert task["meta"]["profile"] == [TASK_PROFILE] and request["meta"]["profile"] == [REQUEST_PROFILE]
    period = task["restriction"]["period"]
    assert period["start"] <= period["end"]
    assert ("statusReason" in task) == (facts.reason is not None)
    if "statusReason" in task:
        assert task["statusReason"]["text"], "the profile wants it in words"
    assert ("output" in task) <= (facts.state == "completed")
    assert ("partOf" in task) == (facts.parent_id is not None) == ("basedOn" in request)


@given(referrals())
def test_a_bundle_holds_everything_that_it_refers_to_but_earlier_tasks(facts: ReferralFacts) -> None:
    bundle = bundle_of(facts, "https://sanad.example.org/partner/fhir")
    there = {f"{each['resource']['resourceType']}/{each['resource']['id']}" for each in bundle["entry"]}
    task, request = task_of(facts), request_of(facts)
    wanted = [task["focus"], task["for"], task["requester"], task["owner"], request["subject"], *request["performer"]]
    wanted += request["locationReference"]
    assert {each["reference"] for each in wanted} <= there
    assert len({each["fullUrl"] for each in bundle["entry"]}) == len(bundle["entry"])


@given(referrals())
def test_without_access_none_of_the_familys_fields_appears(facts: ReferralFacts) -> None:
    codes = {each["type"]["coding"][0]["system"] for each in task_of(facts)["input"]}
    shown = any(each.value.strip() for each in facts.disclosed)
    assert ("urn:sanad:disclosed-field" in codes) == (facts.access and shown)


@pytest.mark.parametrize(("ours", "theirs"), [("normal", "routine"), ("urgent", "urgent"), ("emergency", "stat")])
def test_priorities_are_those_of_fhir(quick: Partnered, ours: str, theirs: str) -> None:
    referral = quick.world.family(priority=ours)
    with quick.store.reading() as uow:
        facts = facts_of(uow, uow.session.get_one(Referral, referral), AT)
    assert task_of(facts)["priority"] == theirs


def test_what_a_centre_has_read_stands_in_the_business_status(quick: Partnered) -> None:
    referral = quick.world.family(state="received")
    with quick.store.reading() as uow:
        row = uow.session.get_one(Referral, referral)
        uow.session.expunge(row)
        row.business_status = "overdue"
        task = task_of(facts_of(uow, row, AT, disclosed=False))
    assert task["status"] == "requested"
    said = [(each["system"], each["code"]) for each in task["businessStatus"]["coding"]]
    assert said == [("urn:sanad:referral-state", "received"), ("urn:sanad:business-status", "overdue")]


def test_the_patient_has_what_us_core_asks_for_and_no_name(quick: Partnered) -> None:
    referral = quick.world.family(name="فاطمة (عيّنة)")
    with quick.store.reading() as uow:
        facts = facts_of(uow, uow.session.get_one(Referral, referral), AT, disclosed=False)
    bundle = bundle_of(facts, "https://a.example.org")
    (patient,) = [each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == "Patient"]
    assert patient["identifier"][0]["system"] and patient["gender"] == "unknown"
    assert patient["name"] == [
        {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]}
    ]


def test_every_term_has_a_domain_of_the_guide_or_says_that_it_has_none() -> None:
    unspecified = set(NAMES) - set(CATEGORIES)
    assert unspecified == {"general-intake", "home-care"}


def test_a_stored_referral_tells_the_frozen_fields_and_no_others(partnered: Partnered) -> None:
    referral = partnered.world.family(name="فاطمة (عيّنة)")
    with partnered.store.reading() as uow:
        row = uow.session.get_one(Referral, referral)
        facts = facts_of(uow, row, partnered.clock())
        hidden = facts_of(uow, row, partnered.clock(), disclosed=False)
    values = [each.get("valueString") for each in task_of(facts)["input"]]
    assert values == [None, "فاطمة (عيّنة)", "+201000000041", "قوص، حجازة", "5"]
    assert "فاطمة" not in json.dumps(bundle_of(hidden, "https://a.example.org"), ensure_ascii=False)
    assert "explanation" not in json.dumps(bundle_of(facts, "https://a.example.org"))


def test_two_organizations_know_one_family_under_two_names(partnered: Partnered) -> None:
    first, second = partnered.world.family(), partnered.world.family("qift")
    with partnered.store.reading() as uow:
        rows = [uow.session.get_one(Referral, each) for each in (first, second)]
        uow.session.expunge_all()
        rows[1].person_id = rows[0].person_id
        named = [facts_of(uow, row, partnered.clock(), disclosed=False).person for row in rows]
        again = facts_of(uow, rows[0], partnered.clock(), disclosed=False).person
    assert named[0] != named[1] and named[0] == again


def test_access_ends_thirty_days_after_the_end(partnered: Partnered) -> None:
    referral = partnered.world.family()
    closed = partnered.clock()
    with partnered.store.reading() as uow:
        row = uow.session.get_one(Referral, referral)
        uow.session.expunge(row)
        row.state, row.closed_at = "completed", closed
        assert facts_of(uow, row, closed + timedelta(days=29)).access
        assert not facts_of(uow, row, closed + timedelta(days=31)).access


@pytest.mark.parametrize(
    ("state", "code"),
    [("rejected", "no-capacity"), ("on-hold", "waits-for-others"), ("failed", "other"), ("cancelled", "mistake")],
)
def test_the_reason_of_every_state_is_said_in_arabic(quick: Partnered, state: str, code: str) -> None:
    referral = quick.world.family(state=state)
    with quick.store.reading() as uow:
        row = uow.session.get_one(Referral, referral)
        uow.session.expunge(row)
        row.status_reason = code
        said = task_of(facts_of(uow, row, AT, disclosed=False))["statusReason"]
    assert said["coding"][0]["code"] == code
    assert not said["text"].isascii()


def test_a_family_that_withdrew_gives_no_reason_and_the_export_says_who_did(quick: Partnered) -> None:
    referral = quick.world.family(state="cancelled")
    with quick.store.reading() as uow:
        said = task_of(facts_of(uow, uow.session.get_one(Referral, referral), AT, disclosed=False))["statusReason"]
    assert (said["coding"][0]["code"], said["text"]) == ("family-withdrew", "سحبتها الأسرة")

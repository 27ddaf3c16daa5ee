"""A referral as HL7 SDOH Clinical Care has it: a Task that asks for a ServiceRequest to be fulfilled. FHIR R4, pure.

Of the family there is what it agreed to show this recipient, and a name that means nothing anywhere else.
"""

from __future__ import annotations

from typing import Any

from referrals.partners import fhir_codes as codes
from referrals.partners.fhir_codes import coding, concept, instant
from referrals.partners.values import Agency, Coded, ReferralFacts

Resource = dict[str, Any]


def task_of(facts: ReferralFacts) -> Resource:
    """The Task, its status in the very code that the referral has, where the guide's list has that code."""
    found: Resource = {
        "resourceType": "Task",
        "id": task_id(facts.id),
        "meta": {"profile": [codes.TASK_PROFILE], "lastUpdated": instant(facts.changed_at)},
        "identifier": [{"system": codes.REFERRAL, "value": str(facts.id)}],
        "status": codes.TASK_STATES.get(facts.state, facts.state),
        "intent": "order",
        "priority": codes.PRIORITIES.get(facts.priority, "routine"),
        "code": {"coding": [coding(codes.TASK_CODE, "fulfill", "Fulfill the focal request")]},
        "focus": {"reference": f"ServiceRequest/{request_id(facts.id)}"},
        "for": _family(facts),
        "authoredOn": instant(facts.requested_at),
        "lastModified": instant(max(facts.requested_at, facts.changed_at)),  # never before it was written (inv-1)
        "requester": _agency(facts.programme),
        "owner": _agency(facts.owner),
        "restriction": {"repetitions": 1, "period": _period(facts.requested_at, facts.respond_due)},
        "input": [_additional(_consent(facts)), *_disclosed(facts)],
    }
    if facts.parent_id is not None:
        found["partOf"] = [{"reference": f"Task/{task_id(facts.parent_id)}"}]
    if business := _business_status(facts):
        found["businessStatus"] = business
    if facts.reason is not None:
        found["statusReason"] = concept(codes.REASON, facts.reason)
    if facts.answered_at is not None:
        found["executionPeriod"] = _period(facts.answered_at, facts.closed_at)
    if output := _output(facts):
        found["output"] = output
    return found


def request_of(facts: ReferralFacts) -> Resource:
    """The ServiceRequest: which service is asked of whom."""
    found: Resource = {
        "resourceType": "ServiceRequest",
        "id": request_id(facts.id),
        "meta": {"profile": [codes.REQUEST_PROFILE], "lastUpdated": instant(facts.changed_at)},
        "identifier": [{"system": codes.REFERRAL, "value": str(facts.id)}],
        "status": codes.REQUEST_STATES.get(facts.state, "active"),
        "intent": "order",
        "priority": codes.PRIORITIES.get(facts.priority, "routine"),
        "category": [codes.category(facts.service.code)],
        "code": _service(facts),
        "subject": _family(facts),
        "authoredOn": instant(facts.requested_at),
        "requester": _agency(facts.programme),
        "performer": [_agency(facts.owner)],
        "locationReference": [{"reference": f"Location/{facts.location_id}", "display": facts.location_name}],
        "supportingInfo": [_consent(facts)],
    }
    if facts.parent_id is not None:
        found["basedOn"] = [{"reference": f"ServiceRequest/{request_id(facts.parent_id)}"}]
    return found


def bundle_of(facts: ReferralFacts, base: str) -> Resource:
    """Both, with the organizations and the nameless patient that they refer to: a collection that is whole in itself.

    `base` is the absolute address under which the resources are named.
    """
    resources = [task_of(facts), request_of(facts), _patient(facts)]
    resources += [_organization(each) for each in (facts.programme, facts.owner)]
    resources.append({"resourceType": "Location", "id": facts.location_id, "name": facts.location_name})
    entries = [{"fullUrl": f"{base}/{each['resourceType']}/{each['id']}", "resource": each} for each in resources]
    return {
        "resourceType": "Bundle",
        "id": f"referral-{facts.id}",
        "type": "collection",
        "timestamp": instant(facts.changed_at),
        "entry": entries,
    }


def task_id(referral_id: int) -> str:
    """The logical id of a referral's Task."""
    return f"referral-{referral_id}"


def request_id(referral_id: int) -> str:
    """The logical id of a referral's ServiceRequest."""
    return f"request-{referral_id}"


def _family(facts: ReferralFacts) -> Resource:
    identifier = {"system": codes.PERSON, "value": facts.person}
    return {"reference": f"Patient/{facts.person}", "type": "Patient", "identifier": identifier}


def _patient(facts: ReferralFacts) -> Resource:
    """A family without a name: that it is kept back is said so, and nothing is guessed."""
    return {
        "resourceType": "Patient",
        "id": facts.person,
        "identifier": [{"system": codes.PERSON, "value": facts.person}],
        "name": [{"extension": [{"url": codes.ABSENT, "valueCode": "masked"}]}],
        "gender": "unknown",
    }


def _service(facts: ReferralFacts) -> Resource:
    """Our kind of service, beside the one code of the guide's list that fits them all."""
    found = concept(codes.SERVICE_TERM, facts.service)
    return found | {"coding": [*found["coding"], coding(*codes.SOCIAL_SERVICE)]}


def _business_status(facts: ReferralFacts) -> Resource | None:
    """Ours, and the state itself where the guide's list of statuses leaves it out."""
    said = [concept(codes.BUSINESS_STATUS, facts.business_status)] if facts.business_status is not None else []
    if facts.state in codes.TASK_STATES:
        said.insert(0, concept(codes.STATE, Coded(facts.state, *codes.READ)))
    return {"coding": [each["coding"][0] for each in said], "text": said[-1]["text"]} if said else None


def _agency(agency: Agency) -> Resource:
    return {"reference": f"Organization/{agency.id}", "type": "Organization", "display": agency.name}


def _organization(agency: Agency) -> Resource:
    found: Resource = {
        "resourceType": "Organization",
        "id": agency.id,
        "identifier": [{"system": codes.ORGANIZATION, "value": agency.id}],
        "active": True,
        "name": agency.name,
    }
    return found | ({"alias": [agency.name_en]} if agency.name_en else {})


def _period(start: Any, end: Any) -> Resource:
    """A period; without its end while it lasts, and never one that ends before it begins."""
    if end is None:
        return {"start": instant(start)}
    return {"start": instant(min(start, end)), "end": instant(end)}


def _consent(facts: ReferralFacts) -> Resource:
    """Which consent it stands on: named, not told."""
    return {"type": "Consent", "identifier": {"system": codes.CONSENT, "value": str(facts.consent_id)}}


def _additional(reference: Resource) -> Resource:
    kind = coding(codes.SDOH, "additional-content", "Additional Content")
    return {"type": {"coding": [kind]}, "valueReference": reference}


def _disclosed(facts: ReferralFacts) -> list[Resource]:
    if not facts.access:
        return []
    return [
        {
            "type": {"coding": [coding(codes.DISCLOSED, each.code, each.name_en)], "text": each.name_ar or each.code},
            "valueString": each.value,
        }
        for each in facts.disclosed
        if each.value.strip()
    ]


def _output(facts: ReferralFacts) -> list[Resource]:
    """What came of it: what was delivered, and how it ended."""
    if facts.state != "completed":
        return []
    said = (("delivered", codes.DELIVERED, facts.delivered), ("outcome", codes.OUTCOME, facts.outcome))
    return [
        {"type": {"coding": [coding(codes.OUTPUT, kind)]}, "valueCodeableConcept": concept(system, each)}
        for kind, system, each in said
        if each is not None
    ]

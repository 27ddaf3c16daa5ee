"""What the partner API says: a referral as plain JSON or as FHIR, a feed, a step that was taken."""

from __future__ import annotations

from typing import Any

from referrals.partners.fhir_codes import instant
from referrals.partners.handling import Feed, Listed, Standing
from referrals.partners.values import Coded, ReferralFacts

Told = dict[str, Any]


def feed_told(found: Feed) -> Told:
    """Each referral once, with what happened last; go on from `cursor`."""
    return {"referrals": [_listed(each) for each in found.listed], "cursor": str(found.cursor), "more": found.more}


def referral_told(facts: ReferralFacts) -> Told:
    """Everything that the partner may know, plainly; `fields` is what the family agreed to show."""
    fields = [
        {"code": each.code, "name": each.name_ar, "name_en": each.name_en, "value": each.value}
        for each in facts.disclosed
    ]
    return _filled(
        {
            "id": str(facts.id),
            "step": str(facts.step),
            "state": facts.state,
            "business_status": _coded(facts.business_status),
            "reason": _coded(facts.reason),
            "outcome": _coded(facts.outcome),
            "priority": facts.priority,
            "service": _coded(facts.service),
            "programme": facts.programme.name,
            "organization_id": facts.owner.id,
            "location_id": facts.location_id,
            "location": facts.location_name,
            "person": facts.person,
            "requested_at": instant(facts.requested_at),
            "changed_at": instant(facts.changed_at),
            "acknowledge_by": instant(facts.ack_due),
            "respond_by": instant(facts.respond_due),
            "closed_at": instant(facts.closed_at) if facts.closed_at else None,
            "parent": str(facts.parent_id) if facts.parent_id else None,
            "attempt": facts.attempt,
            "access": facts.access,
            "fields": fields,
        }
    )


def step_told(facts: ReferralFacts) -> Told:
    """Where a referral stands after a step: nothing of the family, so that it can be kept and said again."""
    told = {"id": str(facts.id), "step": str(facts.step), "state": facts.state}
    return _filled(told | {"business_status": _coded(facts.business_status)})


def standing_told(standing: Standing) -> Told:
    """What stands, for whoever wanted a step that was not taken."""
    return {"stands": {"state": standing.state, "step": str(standing.step)}, "may": list(standing.may)}


def _listed(each: Listed) -> Told:
    return _filled(
        {
            "id": str(each.referral_id),
            "sequence": each.sequence,
            "event": each.event,
            "at": instant(each.at),
            "state": each.state,
            "priority": each.priority,
            "acknowledge_by": instant(each.ack_due) if each.ack_due else None,
            "respond_by": instant(each.respond_due) if each.respond_due else None,
        }
    )


def _coded(said: Coded | None) -> Told | None:
    return {"code": said.code, "ar": said.ar, "en": said.en} if said is not None else None


def _filled(told: Told) -> Told:
    return {name: value for name, value in told.items() if value is not None and value != ""}

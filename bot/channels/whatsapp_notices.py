"""Reads what the Cloud API tells of our account: templates, numbers, limits, reviews, security, and new fields."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from bot.channels.payloads import json_text, plain_name
from referrals.inbound import NOBODY, Address, Inbound
from referrals.senders.notices import Told, told_to_json

TEMPLATE_FIELDS = frozenset(
    {"message_template_status_update", "message_template_quality_update", "template_category_update"}
    | {"message_template_components_update", "template_correct_category_detection"}
)
ABOUT = {  # a field of Meta's -> what it is about here
    "phone_number_quality_update": "number",
    "phone_number_name_update": "number",
    "business_capability_update": "limit",
    "security": "security",
    "flows": "flow",
    "payment_configuration_update": "payment",
    "account_update": "account",
    "account_alerts": "account",
    "account_review_update": "account",
    "account_settings_update": "account",
    "business_status_update": "account",
    "business_username_update": "account",
    "partner_solutions": "account",
}
EVENTS = ("event", "decision", "alert_type", "new_quality_score", "correct_category", "new_category")
# What only informs: nobody has to do anything about it.
FINE = frozenset(
    {"APPROVED", "REINSTATED", "UNLOCKED", "UNPAUSED", "GREEN", "UPGRADE", "THROUGHPUT_UPGRADE", "UNFLAGGED"}
    | {"ONBOARDING", "NONE", "VERIFIED_ACCOUNT", "PARTNER_ADDED", "PARTNER_APP_INSTALLED", "DELETED", "PENDING"}
    | {"IN_APPEAL", "ARCHIVED", "UNARCHIVED", "UNKNOWN"}
)
HARMLESS = frozenset({"business_capability_update", "message_template_components_update", "business_username_update"})
URGENT = frozenset({"WARNING", "CRITICAL"})  # severities of an alert that ask for somebody
WELL_NAMES = frozenset({"PUBLISHED", "DRAFT", "DEACTIVATED"})  # a flow's new status, or an alarm about it that is over
DEPTH, MOST = 3, 30  # levels and number of facts that are taken out of a notice


def notice_of(field: str, value: Mapping[str, Any], waba_id: str, told_at: float) -> Inbound:
    """The notice of one change that is no conversation. The same one delivered again is the same event."""
    known = field in TEMPLATE_FIELDS or field in ABOUT
    facts = {"field": field, **(_facts(value) if known else {})}  # of what nobody knows, nothing is shown
    if field in TEMPLATE_FIELDS:
        facts |= _template(field, value)
    event = next((plain_name(value[name]) for name in EVENTS if isinstance(value.get(name), str)), "")
    told = Told(
        about="template" if field in TEMPLATE_FIELDS else ABOUT.get(field, "other"),
        subject=_subject(field, value),
        event=event,
        facts=facts,
        asks=known and _asks(field, event.upper(), facts),
    )
    return _notice(told, [waba_id, field, told_at, value], told_at, value)


def _asks(field: str, event: str, facts: Mapping[str, str]) -> bool:
    """Whether somebody has to do something about it."""
    if field == "account_alerts":
        return facts.get("alert_severity", "").upper() in URGENT
    if field == "flows":
        return not WELL_NAMES & {facts.get("new_status", "").upper(), facts.get("alert_state", "").upper()}
    if field == "template_category_update":
        return True  # another category has another price, and other rules
    return field not in HARMLESS and event not in FINE


def _template(field: str, value: Mapping[str, Any]) -> dict[str, str]:
    """What changed about a template, in the names of `referrals.senders.templates.TemplateNews`."""
    category = value.get("message_template_category") or value.get("new_category")
    named = {
        "name": value.get("message_template_name"),
        "language": value.get("message_template_language"),
        "status": value.get("event") if field == "message_template_status_update" else "",
        "category": category if field != "template_correct_category_detection" else "",
        "quality": value.get("new_quality_score"),
        "reason": value.get("reason"),
    }
    news = {name: found for name, found in named.items() if isinstance(found, str) and found}
    return {**news, "language": news["language"].replace("-", "_")} if "language" in news else news


def notice_of_error(error: Any, told_at: float) -> Inbound:
    """An error that concerns no message of ours in particular."""
    facts = {name: fact for name, fact in _facts(error).items() if name in ("code", "title", "type")}  # no telephones
    code = plain_name(facts.get("code", ""))
    told = Told("error", subject=f"error {code}".strip(), event=code, facts=facts)
    return _notice(told, [told_at, error], told_at, error)


def notice_of_identity(external_id: str, address: Address, told_at: float) -> Inbound:
    """Somebody's number speaks from another telephone now; whose, only the sealed inbox row says."""
    told = Told("identity", event="customer_identity_changed", asks=False)
    return Inbound("notice", external_id, address, sent_at=told_at, told=told_to_json(told))


def _notice(told: Told, named_by: Any, told_at: float, whole: Any) -> Inbound:
    name = "sha256:" + hashlib.sha256(json_text(named_by).encode()).hexdigest()
    return Inbound("notice", name, NOBODY, sent_at=told_at, told=told_to_json(told, whole))


def _subject(field: str, value: Mapping[str, Any]) -> str:
    """Of which one: what a later notice about the same thing is recognised by."""
    if field in TEMPLATE_FIELDS:
        name, language = value.get("message_template_name"), value.get("message_template_language")
        return f"{name} {language}" if isinstance(name, str) else ""
    if field.startswith("phone_number"):
        return f"{field} {plain_name(value.get('display_phone_number', ''))}"
    if field == "flows":
        return f"flow {plain_name(value.get('flow_id', ''))}"
    return ""


def _facts(value: Any, before: str = "", depth: int = 0) -> dict[str, str]:
    """The texts and numbers of a notice by their names, inner ones after those around them."""
    facts: dict[str, str] = {}
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in pairs:
        path = f"{before}{plain_name(name)}"
        if isinstance(inner, str | int | float):
            facts[path] = str(inner)
        elif depth < DEPTH:
            facts |= _facts(inner, f"{path}.", depth + 1)
    return dict(list(facts.items())[:MOST])

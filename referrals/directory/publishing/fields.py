"""Which fields each object of HSDS 3.1 has, and a kept row as one of them: what is unfit to be read is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from referrals.directory.publishing.public_ids import public_id
from referrals.directory.tables.cells import MAIL_ADDRESS, WEB_ADDRESS
from referrals.directory.tables.rows import YES

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "organization": tuple(
        """name alternate_name description email website tax_status tax_id year_incorporated legal_status logo uri
        parent_organization_id""".split()
    ),
    "service": tuple(
        """organization_id program_id name alternate_name description url email status interpretation_services
        application_process fees_description wait_time fees accreditations eligibility_description minimum_age
        maximum_age assured_date assurer_email licenses alert last_modified""".split()
    ),
    "location": tuple(
        """organization_id location_type url name alternate_name description transportation latitude longitude
        external_identifier external_identifier_type""".split()
    ),
    "service_at_location": ("service_id", "location_id", "description"),
    "accessibility": ("location_id", "description", "details", "url"),
    "address": tuple(
        """location_id attention address_1 address_2 city region state_province postal_code country
        address_type""".split()
    ),
    "contact": tuple(
        """organization_id service_id service_at_location_id location_id name title department email""".split()
    ),
    "cost_option": tuple("service_id valid_from valid_to option currency amount amount_description".split()),
    "funding": ("organization_id", "service_id", "source"),
    "language": ("service_id", "location_id", "phone_id", "name", "code", "note"),
    "organization_identifier": ("organization_id", "identifier_scheme", "identifier_type", "identifier"),
    "phone": tuple(
        """location_id service_id organization_id contact_id service_at_location_id number extension type
        description""".split()
    ),
    "program": ("organization_id", "name", "alternate_name", "description"),
    "required_document": ("service_id", "document", "uri"),
    "service_area": tuple("service_id service_at_location_id name description extent extent_type uri".split()),
    "url": ("label", "url", "organization_id", "service_id"),
}
REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "phone": ("number",),
    "organization_identifier": ("identifier_type", "identifier"),
    "program": ("name", "description"),
    "url": ("url",),
}
PROFILE: Final = frozenset("x_feature x_kind x_per x_place_code x_sample".split())
NUMBERS: Final = frozenset(
    """extension amount minimum_age maximum_age latitude longitude year_incorporated interval count""".split()
)
ADDRESSES: Final = frozenset({"url", "website", "uri", "logo"})
MAILS: Final = frozenset({"email", "assurer_email"})
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")


def object_of(programme_id: str, kind: str, external_id: str, content: str) -> dict[str, Any] | None:
    """A kept row as an HSDS object of that kind, its ids as readers know them; None where something demanded lacks."""
    told: Mapping[str, Any] = json.loads(content)
    found: dict[str, Any] = {"id": public_id(programme_id, kind, external_id)}
    for name in FIELDS[kind]:
        value = _value(programme_id, name, told.get(name))
        if value is not None:
            found[name] = value
    if any(name not in found for name in REQUIRED.get(kind, ())):
        return None
    return found | ours(told) | ({"x_id": external_id} if external_id != found["id"] else {})


def ours(told: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of our profile that say something. What else an owner kept in a column of its own stays here."""
    kept = {name: value for name, value in told.items() if name in PROFILE and value not in (None, "")}
    if "x_sample" in kept:
        kept["x_sample"] = kept["x_sample"] is True or str(kept["x_sample"]).lower() in YES
    return kept


def _value(programme_id: str, name: str, value: Any) -> Any:
    """A field as HSDS types it; None for what is blank or no such value."""
    if value in (None, ""):
        return None
    if name in NUMBERS:
        return value if isinstance(value, int | float) else _number(str(value))
    text = str(value)
    if name.endswith("_id"):
        return public_id(programme_id, name.removesuffix("_id").removeprefix("parent_"), text)
    if name in ADDRESSES:
        return text if WEB_ADDRESS.fullmatch(text) else None
    if name in MAILS:
        return text if MAIL_ADDRESS.fullmatch(text) else None
    return text


def _number(text: str) -> float | int | None:
    if not _NUMBER.fullmatch(text):
        return None
    return float(text) if "." in text else int(text)

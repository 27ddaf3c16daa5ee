"""The objects of HSDS 3.1 and of our profile: their files, their columns, what they refer to, how JSON nests them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

NOT_HANGING = frozenset(
    "organizations programs services locations taxonomies taxonomy_terms units travel_times".split()
)
OWNERS = ("service_at_location", "location", "service", "contact", "organization")
"""What a row hangs on where it names several: the first of these that it names."""


@dataclass(frozen=True, slots=True)
class HsdsObject:
    """One object. `path` is its file in a tabular package; the singular and the other names are read as well."""

    path: str
    columns: tuple[str, ...]
    refers: Mapping[str, str] = field(default_factory=dict)  # column -> object
    needs: tuple[str, ...] = ()  # columns that no row can do without
    also: tuple[str, ...] = ()  # other names that its file goes by, without the ending
    profile: tuple[str, ...] = ()  # columns that our profile adds
    owners: tuple[str, ...] = OWNERS

    @property
    def hangs(self) -> bool:
        """Whether nothing refers to one by its id, so that a row is known by what it says where it has none."""
        return self.path not in NOT_HANGING


ORGANIZATION, SERVICE, LOCATION, GIVEN = "organization", "service", "location", "service_at_location"
CORE = (ORGANIZATION, SERVICE, LOCATION, GIVEN)
_TO = {f"{name}_id": name for name in (*CORE, "contact", "program", "phone", "unit", "taxonomy", "taxonomy_term")}


def _object(
    path: str, columns: str, *, needs: str = "", also: str = "", profile: str = "", owners: str = ""
) -> HsdsObject:
    names = tuple(columns.split())
    own = dict(_TO)
    return HsdsObject(
        path,
        names,
        {name: own[name] for name in names if name in own},
        tuple(needs.split()),
        tuple(also.split()),
        tuple(profile.split()),
        tuple(owners.split()) or OWNERS,
    )


OBJECTS: Mapping[str, HsdsObject] = {
    ORGANIZATION: _object(
        "organizations",
        "id name alternate_name description email website tax_status tax_id year_incorporated legal_status logo uri "
        "parent_organization_id",
        needs="name",
        profile="name_ar name_en x_kind x_sample x_confidential",
    ),
    "program": _object(
        "programs", "id organization_id name alternate_name description", needs="name", also="programme programmes"
    ),
    SERVICE: _object(
        "services",
        "id organization_id program_id name alternate_name description url email status interpretation_services "
        "application_process fees_description wait_time fees accreditations eligibility_description minimum_age "
        "maximum_age assured_date assurer_email licenses alert last_modified",
        needs="organization_id name",
        profile="name_ar name_en x_service_term x_services_gender x_restricted x_delivery x_sample x_confidential",
    ),
    LOCATION: _object(
        "locations",
        "id location_type url organization_id name alternate_name description transportation latitude longitude "
        "external_identifier external_identifier_type",
        profile="name_ar name_en x_place_code x_boarding x_staff_genders x_accepting x_confidential x_assured_date "
        "x_sample",
    ),
    GIVEN: _object(
        "service_at_location",
        "id service_id location_id description",
        needs="service_id location_id",
        also="service_at_locations services_at_location services_at_locations",
    ),
    "contact": _object(
        "contacts", "id organization_id service_id service_at_location_id location_id name title department email"
    ),
    "phone": _object(
        "phones",
        "id location_id service_id organization_id contact_id service_at_location_id number extension type description",
        needs="number",
        owners="location service_at_location service contact organization",
    ),
    "address": _object(
        "addresses",
        "id location_id attention address_1 address_2 city region state_province postal_code country address_type",
        also="physical_address physical_addresses postal_address postal_addresses mail_address mail_addresses",
    ),
    "schedule": _object(
        "schedules",
        "id service_id location_id service_at_location_id valid_from valid_to dtstart timezone until count wkst freq "
        "interval byday byweekno bymonthday byyearday description opens_at closes_at schedule_link attending_type "
        "notes",
        also="regular_schedule regular_schedules",
        profile="x_for",
    ),
    "service_area": _object(
        "service_areas",
        "id service_id service_at_location_id name description extent extent_type uri",
        profile="x_location_id x_place_code",
    ),
    "language": _object(
        "languages",
        "id service_id location_id phone_id name code note",
        owners="location service phone",
    ),
    "accessibility": _object(
        "accessibility",
        "id location_id description details url",
        also="accessibilities accessibility_for_disabilities",
        profile="x_feature",
    ),
    "required_document": _object("required_documents", "id service_id document uri"),
    "cost_option": _object(
        "cost_options", "id service_id valid_from valid_to option currency amount amount_description"
    ),
    "funding": _object("funding", "id organization_id service_id source", also="fundings"),
    "organization_identifier": _object(
        "organization_identifiers",
        "id organization_id identifier_scheme identifier_type identifier",
        also="identifier identifiers",
    ),
    "url": _object("url", "id label url organization_id service_id", also="urls"),
    "unit": _object("units", "id name scheme identifier uri"),
    "service_capacity": _object(
        "service_capacity",
        "id service_id unit_id available maximum description updated",
        also="service_capacities capacities",
        profile="x_service_at_location_id x_per x_waitlist",
    ),
    "taxonomy": _object("taxonomies", "id name description uri version"),
    "taxonomy_term": _object(
        "taxonomy_terms", "id code name description parent_id taxonomy language taxonomy_id term_uri", profile="name_ar"
    ),
    "attribute": _object(
        "attributes",
        "id link_id taxonomy_term_id link_type link_entity value label",
        also="service_attribute service_attributes service_taxonomy service_taxonomies services_taxonomy "
        "other_attribute other_attributes link_taxonomy link_taxonomies",
    ),
    "metadata": _object(
        "metadata",
        "id resource_id resource_type last_action_date last_action_type field_name previous_value replacement_value "
        "updated_by",
    ),
    "meta_table_description": _object("meta_table_descriptions", "id name language character_set"),
    "eligibility_rule": _object(
        "eligibility_rules", "id service_id field op value on_unknown text_ar text_en", needs="service_id field value"
    ),
    "crossing": _object(
        "crossings",
        "id kind name_ar name_en lat lon opens closes active_from active_to wait_min vehicle_changes source",
        needs="lat lon",
    ),
    "travel_time": _object("travel_times", "id place_code location_id mode minutes source"),
}

PROFILE_OBJECTS = frozenset({"eligibility_rule", "crossing", "travel_time"})
WITHOUT_ID = frozenset({"travel_time"})  # known by what it is about
NESTED_LISTS: Mapping[str, str] = {
    "organizations": ORGANIZATION,
    "services": SERVICE,
    "locations": LOCATION,
    "service_at_locations": GIVEN,
    "programs": "program",
    "contacts": "contact",
    "phones": "phone",
    "addresses": "address",
    "schedules": "schedule",
    "regular_schedules": "schedule",
    "service_areas": "service_area",
    "languages": "language",
    "accessibility": "accessibility",
    "required_documents": "required_document",
    "cost_options": "cost_option",
    "funding": "funding",
    "organization_identifiers": "organization_identifier",
    "additional_urls": "url",
    "additional_websites": "url",
    "capacities": "service_capacity",
    "attributes": "attribute",
    "metadata": "metadata",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
    "units": "unit",
    "eligibility_rules": "eligibility_rule",
    "x_eligibility_rules": "eligibility_rule",
    "crossings": "crossing",
    "travel_times": "travel_time",
}
"""A list under one of these names holds objects of that kind, wherever it stands."""
NESTED_ONE: Mapping[str, tuple[str, str]] = {
    "organization": (ORGANIZATION, "organization_id"),
    "program": ("program", "program_id"),
    "service": (SERVICE, "service_id"),
    "location": (LOCATION, "location_id"),
    "unit": ("unit", "unit_id"),
    "taxonomy_term": ("taxonomy_term", "taxonomy_term_id"),
    "taxonomy_detail": ("taxonomy", "taxonomy_id"),
}
"""A single object under one of these names, and the column in which its holder refers to it."""
LINKS: Mapping[str, tuple[str, str]] = {
    "attribute": ("link_id", "link_entity"),
    "metadata": ("resource_id", "resource_type"),
}
ALIASES: Mapping[tuple[str, str], str] = {
    ("service_area", "x_location_id"): "location_id",
    ("service_capacity", "x_service_at_location_id"): "service_at_location_id",
    ("service_capacity", "service_at_location_id"): "service_at_location_id",
    ("service_area", "location_id"): "location_id",
    ("eligibility_rule", "x_service_at_location_id"): "service_at_location_id",
}
"""Columns of our profile that refer, and what they are called among the references."""


def _names() -> dict[str, str]:
    found = {}
    for kind, each in OBJECTS.items():
        for name in (kind, each.path, *each.also):
            found[name] = kind
    return found


_COPY = re.compile(r"(?:_*\(?\d[\d_]*\)?)+$")  # of a second copy, or of a day
NAMES: Mapping[str, str] = _names()
"""Every name that a file (without its ending) or a resource goes by, and the object it holds."""


def kind_of_name(name: str) -> str:
    """The object that a file of that name holds (`Services.CSV`, `hsds_services (1).csv`); "" when none does."""
    return NAMES.get(stem_of(name), "")


def stem_of(name: str) -> str:
    """A file's name as objects are called: `data/HSDS-Services (1).CSV` -> `services`."""
    stem = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0].strip().lower()
    stem = _COPY.sub("", stem.replace("-", "_").replace(" ", "_"))
    return stem.removeprefix("hsds_")

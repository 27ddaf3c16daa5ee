"""The HSDS read API's own description (OpenAPI 3.1), made of the tables that it answers by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from bot.doors.hsds_questions import LARGEST_BODY, LISTS, ONE, WHERE, Parameter
from referrals.directory.publishing.fields import FIELDS, NUMBERS, REQUIRED

JSON, FORM, LINES = "application/json", "application/x-www-form-urlencoded", "application/x-ndjson"
OBJECTS: Final = {  # collection -> (HSDS object, what one is called)
    "services": ("service", "service"),
    "organizations": ("organization", "organization"),
    "service_at_locations": ("service_at_location", "service at a location"),
    "locations": ("location", "place"),
    "taxonomies": ("taxonomy", "taxonomy"),
    "taxonomy_terms": ("taxonomy_term", "taxonomy term"),
}
ALWAYS: Final = {
    "organization": ("name", "description"),
    "service": ("name", "status"),
    "location": ("location_type",),
    "taxonomy": ("name", "description"),
    "taxonomy_term": ("name", "description"),
    "schedule": ("timezone", "opens_at", "closes_at"),
    "service_capacity": ("unit", "available", "updated"),
    "address": ("address_1", "city", "state_province", "country", "address_type"),
}
VOCABULARY: Final = {
    "taxonomy": ("name", "description", "uri", "version"),
    "taxonomy_term": (
        *("code", "name", "description", "taxonomy", "taxonomy_id", "taxonomy_detail", "language", "term_uri"),
        "x_name_en",
    ),
    "schedule": tuple(
        """service_id location_id service_at_location_id valid_from valid_to dtstart timezone until count wkst freq
        interval byday bymonthday opens_at closes_at notes x_for""".split()
    ),
    "service_capacity": ("service_id", "unit", "available", "maximum", "updated", "x_service_at_location_id"),
}
NESTS: Final = {
    "organization": {
        "phones": "phone",
        "contacts": "contact",
        "locations": "location",
        "programs": "program",
        "funding": "funding",
        "additional_websites": "url",
        "organization_identifiers": "organization_identifier",
        "services": "service",
    },
    "service": {
        "phones": "phone",
        "contacts": "contact",
        "service_at_locations": "service_at_location",
        "capacities": "service_capacity",
        "cost_options": "cost_option",
        "funding": "funding",
        "languages": "language",
        "required_documents": "required_document",
        "additional_urls": "url",
    },
    "service_at_location": {
        "phones": "phone",
        "contacts": "contact",
        "schedules": "schedule",
        "service_areas": "service_area",
    },
    "location": {
        "phones": "phone",
        "contacts": "contact",
        "languages": "language",
        "addresses": "address",
        "accessibility": "accessibility",
        "schedules": "schedule",
    },
}
CLOSED: Final = {"additionalProperties": False}
ONES: Final = {
    "service": {"organization": "organization"},
    "service_at_location": {"service": "service", "location": "location"},
    "taxonomy_term": {"taxonomy_detail": "taxonomy"},
}


def described(base: str) -> dict[str, Any]:
    """The whole description, for what stands under `base`."""
    paths: dict[str, Any] = {
        "/": {"get": _reading("getAbout", "What this API speaks, and by which profile.", _ref("About"))},
        "/openapi.json": {"get": _reading("getDescription", "This description.", {"type": "object"})},
        "/profile": {"get": _reading("getProfile", "The files of the profile.", _ref("Profile"))},
    }
    file = {"name": "file", "in": "path", "required": True, "schema": {"type": "string"}}
    paths["/profile/{file}"] = {
        "parameters": [file],
        "get": _reading("getProfileFile", "A JSON Merge Patch of one schema.", {"type": "object"}, missing=True),
    }
    for collection, parameters in LISTS.items():
        paths |= _paths_of(collection, parameters)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sanad: directory of services, HSDS 3.1",
            "version": "1.0.0",
            "description": "Organizations, services and places. What is confidential, restricted or closed is not here."
            " A list is asked by GET, or by POST with the same parameters in the body, so that nobody's need stands in"
            " an address. All conditions hold together; a parameter that is not known is refused.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base}],
        "paths": paths,
        "components": {"schemas": _schemas(), "responses": _responses()},
    }


def _paths_of(collection: str, parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    kind, called = OBJECTS[collection]
    name = collection.title().replace("_", "")
    listed = {
        "allOf": [
            _ref("Page"),
            {
                "type": "object",
                "required": ["contents"],
                "properties": {"contents": {"type": "array", "items": {"anyOf": [_ref(kind), _ref("Minimal")]}}},
            },
        ]
    }
    content = {JSON: {"schema": listed}, LINES: {"schema": {"type": "string"}}}
    fields = {each.name: each.schema() | {"description": each.about} for each in parameters}
    body = {"schema": _alternatives(fields)}
    ids = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    one = _reading(f"getOneOf{name}", f"One {called} with all that hangs on it.", _ref(kind), missing=True)
    one["parameters"] = _in_query(ONE.get(collection, ()))
    return {
        f"/{collection}": {
            "get": {
                "operationId": f"list{name}",
                "summary": f"A page of a list: each one a {called}.",
                "parameters": _in_query(parameters),
                "responses": {"200": {"description": "A page.", "content": content}, **_refusals("304", "400", "429")},
            },
            "post": {
                "operationId": f"search{name}",
                "summary": "The same, with the question in the body.",
                "requestBody": {"required": False, "content": {JSON: body, FORM: body}},
                "responses": {
                    "200": {"description": "A page.", "content": content},
                    **_refusals("400", "413", "415", "429"),
                },
            },
        },
        f"/{collection}/{{id}}": {"parameters": [ids], "get": one},
    }


def _in_query(parameters: Iterable[Parameter]) -> list[dict[str, Any]]:
    """Each by itself; those that say where belong together, so they are one object that is written part by part."""
    alone = [
        {"name": each.name, "in": "query", "required": False, "description": each.about, "schema": each.schema()}
        for each in parameters
        if each not in WHERE
    ]
    fields = {each.name: each.schema() | {"description": each.about} for each in parameters if each in WHERE}
    if not fields:
        return alone
    shapes = [each for each in _alternatives(fields)["anyOf"] if each["required"]]
    where = {"name": "where", "in": "query", "required": False, "style": "form", "explode": True}
    about = "Near a point, or where the families of a place are served: postcode, proximity, lat, lon."
    return [*alone, where | {"description": about, "schema": {"type": "object", "anyOf": shapes}}]


def _alternatives(fields: dict[str, Any]) -> dict[str, Any]:
    """A question as an object: lat and lon go together, and proximity is said of something."""
    where = {each.name for each in WHERE}
    others = {name: schema for name, schema in fields.items() if name not in where}
    shapes = []
    for needed in ((), ("postcode",), ("lat", "lon")):
        if set(needed) <= set(fields):
            may = {name for name in fields if needed and name in where and name not in ("lat", "lon")}
            names = others | {name: fields[name] for name in fields if name in needed or name in may}
            shapes.append({"type": "object", "required": list(needed), "properties": names} | CLOSED)
    return {"anyOf": shapes} if len(shapes) > 1 else shapes[0]


def _reading(name: str, summary: str, schema: dict[str, Any], *, missing: bool = False) -> dict[str, Any]:
    also = ("404",) if missing else ()
    return {
        "operationId": name,
        "summary": summary,
        "responses": {
            "200": {"description": "It.", "content": {JSON: {"schema": schema}}},
            **_refusals("304", "400", *also, "429"),
        },
    }


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _refusals(*statuses: str) -> dict[str, Any]:
    return {each: {"$ref": f"#/components/responses/R{each}"} for each in statuses}


def _responses() -> dict[str, Any]:
    refused = {JSON: {"schema": _ref("Refused")}}
    wait = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    return {
        "R304": {"description": "The reader has it already."},
        "R400": {"description": "A parameter is unfit; it is named.", "content": refused},
        "R404": {"description": "There is no such object, or none that may be read.", "content": refused},
        "R413": {"description": f"The question has more than {LARGEST_BODY} bytes.", "content": refused},
        "R415": {"description": "The body is of another kind.", "content": refused},
        "R429": {"description": "Too many questions from one address.", "headers": wait, "content": refused},
    }


def _schemas() -> dict[str, Any]:
    text, flag, whole = {"type": "string"}, {"type": "boolean"}, {"type": "integer", "minimum": 0}
    page = dict.fromkeys(("total_items", "total_pages", "page_number", "size"), whole) | dict.fromkeys(
        ("first_page", "last_page", "empty"), flag
    )
    changed = {"id": _uuid(), "last_modified": _moment(), "modified_date": _moment()}
    about = {"version": text, "profile": {"type": "string", "format": "uri"}, "openapi_url": text}
    return {
        "About": _object(about, about),
        "Profile": _object({"name": text, "version": text, "hsds": text, "files": {"type": "array", "items": text}}),
        "Page": _object(page, page),
        "Minimal": _object(changed, ("id",)) | {"additionalProperties": False},
        "Refused": _object({"error": text, "remedy": text, "parameter": text}, ("error", "remedy")),
        "unit": _object({"id": _uuid(), "name": text}, ("id", "name")),
        **{kind: _schema(kind) for kind in {*FIELDS, *VOCABULARY}},
    }


def _schema(kind: str) -> dict[str, Any]:
    fields = FIELDS.get(kind) or VOCABULARY[kind]
    found: dict[str, Any] = {"id": _uuid()}
    found |= {name: _field(name) for name in fields}
    found |= {name: _ref(each) for name, each in ONES.get(kind, {}).items()}
    found |= {name: {"type": "array", "items": _ref(each)} for name, each in NESTS.get(kind, {}).items()}
    if kind == "service_capacity":
        found["unit"] = _ref("unit")
    return _object(found, ("id", *ALWAYS.get(kind, REQUIRED.get(kind, ()))))


def _field(name: str) -> dict[str, Any]:
    if name in NUMBERS or name in ("available", "maximum"):
        return {"type": "number"}
    if name.endswith("_id") and name != "x_id":
        return _uuid()
    if name in ("last_modified", "updated"):
        return _moment()
    return {"type": "string"}


def _uuid() -> dict[str, Any]:
    return {"type": "string", "format": "uuid"}


def _moment() -> dict[str, Any]:
    return {"type": "string", "format": "date-time"}


def _object(properties: dict[str, Any], required: Iterable[str] = ()) -> dict[str, Any]:
    return {"type": "object", "required": sorted(required), "properties": properties}

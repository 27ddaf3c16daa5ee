"""What the Cloud API takes in a message: shapes and limits of Meta's OpenAPI v23, stricter about unknown fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

TEXT, CAPTION, BODY = 4096, 1024, 1024
BUTTONS, BUTTON_TITLE, BUTTON_ID = 3, 20, 256
ROWS, ROW_TITLE, ROW_DESCRIPTION, ROW_ID, LIST_BUTTON = 10, 24, 72, 200, 20
_TOP = {
    "messaging_product",
    "recipient_type",
    "to",
    "recipient",
    "type",
    "context",
    "biz_opaque_callback_data",
    "text",
    "interactive",
    "image",
    "audio",
    "video",
    "document",
    "location",
    "template",
}


class GraphError(Exception):
    """What the Graph API answers instead of a result."""

    def __init__(self, code: int, details: str = "", status: int = 400) -> None:
        super().__init__(details)
        self.code, self.details, self.status = code, details, status


def check_message(
    body: Any,
    templates: dict[str, dict[str, Any]],
    media: dict[str, bytes],
    flows: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Nothing when it would be taken. Raises `GraphError` naming what is wrong."""
    _need(isinstance(body, dict) and not set(body) - _TOP, 100, f"unknown fields {sorted(set(body) - _TOP)}")
    _need(body.get("messaging_product") == "whatsapp", 100, "messaging_product")
    _need(body.get("recipient_type", "individual") == "individual", 100, "recipient_type")
    _need(isinstance(body.get("to"), str) or isinstance(body.get("recipient"), str), 131008, "to or recipient")
    kind = body.get("type")
    content = body.get(kind) if isinstance(kind, str) else None
    _need(isinstance(content, dict), 131008, f"no object {kind}")
    assert isinstance(content, dict)
    if kind == "text":
        _length(content.get("body"), TEXT, "text.body")
    elif kind == "interactive":
        _check_interactive(content, flows)
    elif kind in {"image", "audio", "video", "document"}:
        _need(content.get("id") in media, 131053, "media id")
        _need(len(content.get("caption", "")) <= CAPTION, 131009, "caption")
        _need(kind != "audio" or "caption" not in content, 100, "unknown field caption")
    elif kind == "location":
        _need(all(isinstance(content.get(name), int | float) for name in ("latitude", "longitude")), 131009, "location")
        _need(not set(content) - {"latitude", "longitude", "name", "address"}, 100, "unknown fields of location")
    elif kind == "template":
        _check_template(content, templates, media)
    else:
        raise GraphError(131051, f"type {kind}")
    _need(len(body.get("biz_opaque_callback_data", "")) <= 512, 131009, "biz_opaque_callback_data")


def _check_interactive(content: dict[str, Any], flows: Mapping[str, str]) -> None:
    _length(content.get("body", {}).get("text"), BODY, "body.text")
    action, kind = content.get("action", {}), content.get("type")
    if kind == "button":
        replies = [button.get("reply", {}) for button in action.get("buttons", [])]
        _need(1 <= len(replies) <= BUTTONS, 131009, "number of buttons")
        _check_options(replies, BUTTON_TITLE, BUTTON_ID)
    elif kind == "list":
        _length(action.get("button"), LIST_BUTTON, "action.button")
        sections = action.get("sections", [])
        rows = [row for section in sections for row in section.get("rows", [])]
        _need(1 <= len(rows) <= ROWS, 131009, "number of rows")
        _check_options(rows, ROW_TITLE, ROW_ID)
        _need(
            all(len(row.get("description", " ")) in range(1, ROW_DESCRIPTION + 1) for row in rows),
            131009,
            "description",
        )
        _need(len(sections) == 1 or all(section.get("title") for section in sections), 131009, "section.title")
    elif kind == "location_request_message":
        _need(action == {"name": "send_location"}, 131009, "action")
    elif kind == "request_contact_info":
        _need(action == {"name": "request_contact_info"}, 131009, "action")
    elif kind == "cta_url":
        shown = action.get("parameters", {})
        _need(action.get("name") == "cta_url" and set(shown) == {"display_text", "url"}, 131009, "action")
        _length(shown["display_text"], BUTTON_TITLE, "display_text")
        _need(str(shown["url"]).startswith("https://"), 131009, "url")
    elif kind == "flow":
        opens = action.get("parameters", {})
        names = {"flow_message_version", "flow_action", "flow_id", "flow_token", "flow_cta"}
        _need(action.get("name") == "flow" and set(opens) == names, 131009, "action")
        _need(opens["flow_message_version"] == "3" and opens["flow_action"] == "data_exchange", 131009, "parameters")
        _length(opens["flow_cta"], BUTTON_TITLE, "flow_cta")
        _length(opens["flow_token"], 200, "flow_token")
        _need(opens["flow_id"] in flows, 131009, "flow_id")
        _need(flows[opens["flow_id"]] == "PUBLISHED", 132068, "flow is blocked")
    else:
        raise GraphError(131009, f"interactive type {kind}")


def _check_options(options: list[dict[str, Any]], title: int, identifier: int) -> None:
    for option in options:
        _length(option.get("title"), title, "title")
        _length(option.get("id"), identifier, "id")
    for name in ("title", "id"):
        _need(len({option[name] for option in options}) == len(options), 131009, f"duplicated {name}")


def _check_template(content: dict[str, Any], templates: dict[str, dict[str, Any]], media: dict[str, bytes]) -> None:
    registered = templates.get(content.get("name", ""))
    code = content.get("language", {}).get("code")
    _need(registered is not None and registered["language"] == code, 132001, "template name does not exist")
    assert registered is not None
    _need(registered["status"] != "PAUSED", 132015, "template is paused")
    _need(registered["status"] != "DISABLED", 132016, "template is disabled")
    _need(registered["status"] == "APPROVED", 132001, "template is not approved")
    parts = {part.get("type"): part for part in content.get("components", []) if part.get("type") != "button"}
    buttons = [part for part in content.get("components", []) if part.get("type") == "button"]
    texts = [parameter.get("text") for parameter in parts.get("body", {}).get("parameters", [])]
    _need(len(texts) == registered["parameters"], 132000, "number of parameters does not match")
    _need(
        all(isinstance(t, str) and t and not re.search(r"\n|\t| {4}", t) for t in texts), 132018, "text of a parameter"
    )
    _need(len(buttons) <= registered["quick_replies"], 132018, "number of buttons")
    header = parts.get("header", {}).get("parameters", [])
    _need(all(parameter["image"]["id"] in media for parameter in header), 131053, "header image")


def _length(value: Any, limit: int, name: str) -> None:
    _need(isinstance(value, str) and len(value.strip()) >= 1 and len(value) <= limit, 131009, f"length of {name}")


def _need(holds: bool, code: int, details: str) -> None:
    if not holds:
        raise GraphError(code, details)

"""What WhatsApp takes as a Flow's JSON: the shapes, limits and routes of Meta's reference for version 7."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

LABELS = {
    "TextInput": 20,
    "TextArea": 20,
    "DatePicker": 40,
    "RadioButtonsGroup": 30,
    "CheckboxGroup": 30,
    "Dropdown": 20,
    "OptIn": 120,
    "Footer": 35,
}
TEXTS = {"TextHeading": 80, "TextBody": 4096}
SOURCES = frozenset({"RadioButtonsGroup", "CheckboxGroup", "Dropdown"})
FIELDS = frozenset(LABELS) - {"Footer"}
MOST_PARTS, MOST_BRANCHES, MOST_BYTES = 50, 10, 10 * 1024 * 1024
_BOUND = re.compile(r"\$\{(data|form)\.([A-Za-z0-9_]+)\}")


def wrong_in_flow(flow: Mapping[str, Any]) -> list[str]:
    """Everything that the platform would refuse in it, each in a line; nothing for one that it publishes."""
    return list(_wrong(flow))


def _wrong(flow: Mapping[str, Any]) -> Iterator[str]:
    if set(flow) != {"version", "data_api_version", "routing_model", "screens"}:
        yield f"fields {sorted(flow)}"
    screens = {screen["id"]: screen for screen in flow["screens"]}
    if len(screens) != len(flow["screens"]):
        yield "two screens of one id"
    for name, screen in screens.items():
        if not re.fullmatch(r"[A-Za-z_]+", name) or name == "SUCCESS":
            yield f"id {name}"
        yield from (f"{name}: {each}" for each in _in_screen(screen))
    yield from _in_routes(flow["routing_model"], screens)


def _in_routes(routes: Mapping[str, list[str]], screens: Mapping[str, Any]) -> Iterator[str]:
    if set(routes) != set(screens):
        yield "the routes are not of the screens"
    entered = {each for following in routes.values() for each in following}
    if not set(routes) - entered:
        yield "no entry screen"
    for name, following in routes.items():
        if len(following) > MOST_BRANCHES or name in following or len(set(following)) < len(following):
            yield f"routes of {name}"
        if not following and not screens[name].get("terminal"):
            yield f"{name} ends nowhere"
        if any(name in _reached(routes, each) for each in following):
            yield f"a circle through {name}"


def _reached(routes: Mapping[str, list[str]], start: str) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        new = set(routes[waiting.pop()]) - reached
        reached |= new
        waiting += new
    return reached


def _in_screen(screen: Mapping[str, Any]) -> Iterator[str]:
    if not 0 < len(screen["title"]) <= 30:
        yield "title"
    parts = list(_parts(screen["layout"]))
    if len(parts) > MOST_PARTS:
        yield f"{len(parts)} parts"
    if sum(part["type"] == "Footer" for part in parts) != 1:
        yield "one footer"
    names = [part["name"] for part in parts if part["type"] in FIELDS]
    labels = [part["label"].casefold() for part in parts if part["type"] in FIELDS]
    if len(set(names)) < len(names) or len(set(labels)) < len(labels):
        yield f"two fields alike: {labels}"
    if not set(screen.get("sensitive", ())) <= set(names):
        yield "sensitive"
    for part in parts:
        yield from _in_part(part, screen["data"], names)
    for name, model in screen["data"].items():
        if model["type"] not in ("string", "boolean", "array", "object", "number") or "__example__" not in model:
            yield f"data {name}"


def _in_part(part: Mapping[str, Any], model: Mapping[str, Any], names: list[str]) -> Iterator[str]:
    kind = part["type"]
    if kind not in {*LABELS, *TEXTS, "Form"}:
        yield f"type {kind}"
    if kind in LABELS and not 0 < len(part["label"]) <= LABELS[kind]:
        yield f"label {part['label']!r} of a {kind}"
    if kind in TEXTS and not (part["text"].startswith("${") or 0 < len(part["text"]) <= TEXTS[kind]):
        yield f"text of a {kind}"
    if kind in SOURCES and "data-source" not in part:
        yield f"{kind} without options"
    for where, name in _BOUND.findall(str({key: value for key, value in part.items() if key != "children"})):
        if name not in (model if where == "data" else names):
            yield f"{where}.{name} is declared nowhere"


def _parts(layout: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for part in layout["children"]:
        yield part
        if "children" in part:
            yield from _parts(part)

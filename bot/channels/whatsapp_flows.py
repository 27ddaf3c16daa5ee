"""Screens as WhatsApp's Flow JSON, for one version of a form and one language, and the data that fills them. Pure.

Limits: Meta's pages on Flow JSON and its components (copies of May and June 2026).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.channels.words import Words, words_of
from bot.channels.wrapping import truncated
from dialogs.form import Form, Question
from dialogs.interview.layout import layout_of
from dialogs.interview.screens import DONE, MORE, NO, YES, Screen, Screens, Slot
from referrals.flows.taking import Choosable, Part, View

JSON_VERSION, DATA_VERSION = "7.2", "3.0"
HEADING, BODY, SCREEN_TITLE = 80, 4096, 30
LABELS: Mapping[str, int] = {
    "text": 20,
    "long": 20,
    "number": 20,
    "date": 40,
    "one": 30,
    "several": 30,
    "yes": 120,
}
FOLDED_LABEL = 20  # of a Dropdown
ERROR = 30  # of one field; what is longer stands above all of them
OPTION_TITLE, OPTION_DESCRIPTION = 30, 300
EMPTY = "–"  # a text may not be blank, nor a list empty, also where neither is shown


def flow_json(form: Form, screens: Screens, language: str = "ar") -> dict[str, Any]:
    """The whole Flow: a screen each, and one at the end that says what was kept."""
    words = words_of(language)
    drawn = [_screen(form, screen, language, words) for screen in screens.screens]
    return {
        "version": JSON_VERSION,
        "data_api_version": DATA_VERSION,
        "routing_model": {screen: list(following) for screen, following in screens.routes.items()},
        "screens": [*drawn, _done(form, screens.group, language, words)],
    }


def _screen(form: Form, screen: Screen, language: str, words: Words) -> dict[str, Any]:
    labels = _labels(form, screen.slots, language)
    asked = [slot for slot in screen.slots if slot.kind != "note"]
    parts: list[dict[str, Any]] = [
        {"type": "TextHeading", "text": "${data.title}"},
        {"type": "TextBody", "text": "${data.notice}", "visible": "${data.has_notice}"},
    ]
    for slot in screen.slots:
        parts.append({"type": "TextBody", "text": _bound("t", slot), "visible": _bound("v", slot)})
        if slot.kind != "note":
            parts.append(_input(slot, labels[slot.name]))
    names = [slot.name for slot in asked]
    if screen.adds:
        parts += _more(words)
        names.append(MORE)
    payload = {**{name: f"${{form.{name}}}" for name in names}, "seen": "${data.seen}"}
    action = {"name": "data_exchange", "payload": payload}
    parts.append({"type": "Footer", "label": words.screen_next, "on-click-action": action})
    inside = {"type": "Form", "name": "form", "init-values": "${data.values}", "error-messages": "${data.errors}"}
    drawn: dict[str, Any] = {
        "id": screen.id,
        "title": _title_of(form, screen.group, language),
        "data": _data_model(screen),
        "layout": {"type": "SingleColumnLayout", "children": [{**inside, "children": parts}]},
    }
    private = [slot.name for slot in asked if slot.sensitive]
    return {**drawn, "sensitive": private} if private else drawn


def _done(form: Form, group: str, language: str, words: Words) -> dict[str, Any]:
    """Ends without asking us again: what it says was kept is kept already."""
    action = {"name": "complete", "payload": {"group": group.rpartition("/")[2]}}
    parts = [
        {"type": "TextHeading", "text": "${data.title}"},
        {"type": "TextBody", "text": "${data.notice}"},
        {"type": "Footer", "label": words.screen_finish, "on-click-action": action},
    ]
    return {
        "id": DONE,
        "title": _title_of(form, group, language),
        "terminal": True,
        "success": True,
        "data": {"title": _text(), "notice": _text()},
        "layout": {"type": "SingleColumnLayout", "children": parts},
    }


def _input(slot: Slot, label: str) -> dict[str, Any]:
    field = {"name": slot.name, "label": label, "required": _bound("r", slot), "visible": _bound("v", slot)}
    if slot.kind in ("text", "number"):
        return {"type": "TextInput", "input-type": "text", **field}  # «خمسة» and «٥» are numbers too
    if slot.kind == "long":
        return {"type": "TextArea", **field}
    if slot.kind == "date":
        return {"type": "DatePicker", **field}
    if slot.kind == "yes":
        return {"type": "OptIn", **field}
    kind = "CheckboxGroup" if slot.kind == "several" else "Dropdown" if slot.folds else "RadioButtonsGroup"
    return {"type": kind, **field, "data-source": _bound("o", slot)}


def _more(words: Words) -> list[dict[str, Any]]:
    shown = {"visible": "${data.asks_more}"}
    asked = {"name": MORE, "label": words.screen_more, "required": "${data.asks_more}"}
    return [
        {"type": "TextBody", "text": "${data.more_text}", **shown},
        {"type": "RadioButtonsGroup", **asked, **shown, "data-source": "${data.more_options}"},
    ]


def _bound(what: str, slot: Slot) -> str:
    return f"${{data.{what}_{slot.name}}}"


# -- the data model that a screen declares


def _data_model(screen: Screen) -> dict[str, Any]:
    model: dict[str, Any] = {"title": _text(), "notice": _text(), "has_notice": _flag(), "seen": _text("0")}
    values: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for slot in screen.slots:
        model |= {f"t_{slot.name}": _text(), f"v_{slot.name}": _flag()}
        if slot.kind == "note":
            continue
        model[f"r_{slot.name}"] = _flag()
        errors[slot.name] = {"type": "string"}
        values[slot.name] = {"type": "string"}
        if slot.kind == "several":
            values[slot.name] = {"type": "array", "items": {"type": "string"}}
        elif slot.kind == "yes":
            values[slot.name] = {"type": "boolean"}
        if slot.kind in ("one", "several"):
            model[f"o_{slot.name}"] = _options_model()
    if screen.adds:
        values[MORE] = errors[MORE] = {"type": "string"}
        model |= {"asks_more": _flag(), "more_text": _text(), "more_options": _options_model()}
    for name, properties in (("values", values), ("errors", errors)):
        model[name] = {"type": "object", "properties": properties, "__example__": {}}
    return model


def _text(example: str = EMPTY) -> dict[str, Any]:
    return {"type": "string", "__example__": example}


def _flag() -> dict[str, Any]:
    return {"type": "boolean", "__example__": True}


def _options_model() -> dict[str, Any]:
    properties = {name: {"type": "string"} for name in ("id", "title", "description")}
    return {
        "type": "array",
        "items": {"type": "object", "properties": properties},
        "__example__": [{"id": "example", "title": EMPTY}],
    }


# -- labels


def _labels(form: Form, slots: Sequence[Slot], language: str) -> dict[str, str]:
    """A short label for each field; those that would read alike once cut are told apart by a number."""
    labels: dict[str, str] = {}
    for slot in slots:
        limit = FOLDED_LABEL if slot.folds else LABELS.get(slot.kind, 0)
        if limit:
            question = form.question(slot.ref)
            labels[slot.name] = _unlike(_called(form, question, language), limit, labels.values())
    return labels


def _unlike(text: str, limit: int, taken: Any) -> str:
    known = {label.casefold() for label in taken}
    label, number = truncated(text, limit), 1
    while label.casefold() in known:
        number += 1
        sign = f" {number}"
        label = truncated(text, limit - len(sign)) + sign
    return label


def _called(form: Form, question: Question, language: str) -> str:
    """What the question is called in few words: its short label, else the question without what leads to it."""
    short = next(
        (question.chat[name] for name in (f"short_label_{language}", "short_label") if name in question.chat), ""
    )
    if short.strip():
        return " ".join(short.split())
    return _written(form, question, language).rsplit(". ", 1)[-1] or question.name


def _written(form: Form, question: Question, language: str) -> str:
    """Its text as the author wrote it, with «…» where a value comes in."""
    spoken = layout_of(form).language(language)
    wording = form.program.definition(question.ref).label.best(spoken, form.default_language)
    return " ".join("".join(part if isinstance(part, str) else "…" for part in wording.parts).split())


def _title_of(form: Form, group: str, language: str) -> str:
    return truncated(_written(form, form.question(group), language) or EMPTY, SCREEN_TITLE)


# -- what fills a screen


def screen_data(view: View) -> dict[str, Any]:
    """The data of one screen, every piece within its limit and none missing."""
    data: dict[str, Any] = {"title": truncated(view.title, HEADING) or EMPTY, "notice": view.notice or EMPTY}
    if view.screen is None:
        return data
    fields = [part for part in view.parts if part.slot.kind != "note"]
    shown = [part for part in fields if part.visible]
    errors = {part.slot.name: truncated(part.error, ERROR) for part in shown if part.error}
    above = [view.notice, *(part.error for part in shown if len(part.error) > ERROR)]
    notice = truncated("\n".join(filter(None, above)), BODY)
    data |= {"notice": notice or EMPTY, "has_notice": bool(notice), "seen": view.seen, "errors": errors}
    data["values"] = {part.slot.name: _value(part) for part in shown if part.value}
    for part in view.parts:
        data |= {f"t_{part.slot.name}": truncated(part.text, BODY) or EMPTY, f"v_{part.slot.name}": part.visible}
    for part in fields:
        data[f"r_{part.slot.name}"] = part.visible and part.required
        if part.slot.kind in ("one", "several"):
            data[f"o_{part.slot.name}"] = _options(part.options)
    if view.screen.adds:
        data |= {"asks_more": bool(view.more), "more_text": truncated(view.more, BODY) or EMPTY}
        data["more_options"] = [{"id": YES, "title": view.yes}, {"id": NO, "title": view.no}]
    return {**data, "error_message": truncated(view.error, HEADING)} if errors else data


def _value(part: Part) -> Any:
    if part.slot.kind == "several":
        return part.value.split()
    return True if part.slot.kind == "yes" else part.value


def _options(choices: Sequence[Choosable]) -> list[dict[str, str]]:
    """Titles that can be told apart; what a title cannot hold goes on below it."""
    cut = [truncated(choice.label, OPTION_TITLE) or choice.name for choice in choices]
    alike = len({title.casefold() for title in cut}) < len(cut)
    if alike:
        cut = [truncated(f"{place}. {choice.label}", OPTION_TITLE) for place, choice in enumerate(choices, 1)]
    rows = []
    for choice, title in zip(choices, cut, strict=True):
        row = {"id": choice.name, "title": title}
        if title.endswith("…") and not choice.label.endswith("…"):
            row["description"] = truncated(choice.label, OPTION_DESCRIPTION)
        rows.append(row)
    return rows or [{"id": "none", "title": EMPTY}]


def given_in(data: Mapping[str, Any]) -> dict[str, str]:
    """What a screen sent, as the form writes it: several names with blanks between, a mark as «OK»."""
    return {name: read(value) for name, value in data.items() for read in (_reader(value),) if read is not None}


def _reader(value: Any) -> Callable[[Any], str] | None:
    if isinstance(value, bool):
        return lambda said: "OK" if said else ""
    if isinstance(value, list):
        return lambda said: " ".join(str(each) for each in said if isinstance(each, str))
    return str if isinstance(value, str | int | float) else None

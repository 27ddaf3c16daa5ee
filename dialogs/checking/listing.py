"""Every choice of a question's list, whatever its filter lets through at the moment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dialogs.expressions import Node
from dialogs.form.definition import Choices, Definition
from dialogs.form.program import Program
from dialogs.form.texts import FILLER, Wordings

_LIST = re.compile(r"instance\(\s*['\"]([^'\"]+)['\"]\s*\)")


@dataclass(frozen=True)
class ListedChoice:
    """One row of a list: its texts by language (what is missing is absent), its aliases."""

    name: str
    labels: Mapping[str, str]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listing:
    """All choices of one question. `list_name` is "" for choices written into the question itself."""

    list_name: str
    choices: tuple[ListedChoice, ...]
    filtered: bool
    missing_file: bool


def written(wordings: Wordings, language: str, gap: str = "…") -> str:
    """The text in that language as its author wrote it, with `gap` where a value comes in; "" when it is missing."""
    wording = wordings.by_language.get(language) or wordings.by_language.get("")
    return "".join(part if isinstance(part, str) else gap for part in wording.parts).strip() if wording else ""


def listing_of(program: Program, definition: Definition) -> Listing | None:
    """The list behind a select or rank; None for other questions, and for lists made of the answers themselves."""
    choices = definition.choices
    if choices is None:
        return None
    if choices.itemset is None:
        inline = tuple(ListedChoice(choice.name, _texts(choice.label)) for choice in choices.inline)
        return Listing("", inline, False, False)
    found = _LIST.search(choices.itemset.source)
    if found is None:
        return None
    instance = program.secondary.get(found[1])
    if instance is None:
        return Listing(found[1], (), not choices.fixed, True)
    items = [item for root in instance.children for item in root.children] or list(instance.children)
    return Listing(found[1], tuple(_listed(program, item, choices) for item in items), not choices.fixed, False)


def _listed(program: Program, item: Node, choices: Choices) -> ListedChoice:
    if choices.translated:
        labels = _texts(program.itext.wordings(_child(item, choices.label)))
    else:
        labels = {"": _child(item, choices.label)} if choices.label else {}
        for column in item.children:
            if column.name.startswith("label::"):
                labels[column.name.removeprefix("label::").strip()] = column.string_value()
    shown = {language: text for language, text in labels.items() if text and text != FILLER}
    aliases = tuple(alias.strip() for alias in _child(item, "aliases").split("|") if alias.strip())
    return ListedChoice(_child(item, choices.value), shown, aliases)


def _texts(wordings: Wordings) -> dict[str, str]:
    return {language: text for language in wordings.by_language if (text := written(wordings, language))}


def _child(item: Node, name: str) -> str:
    found = item.named(name)
    return found[0].string_value() if found else ""

"""The choices a select offers at this moment, with their labels in every language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Protocol

from dialogs.expressions import Context, Item, Node, World
from dialogs.expressions.values import nodes_of
from dialogs.form.definition import Choices, Definition
from dialogs.form.program import Program
from dialogs.form.question import ChoiceItem
from dialogs.form.texts import FILLER, Wordings
from dialogs.form.tree import InstanceNode


class OfferWorld(World, Protocol):
    """A world that also knows the form's program and the language being spoken."""

    program: Program
    language: str


def offered_names(world: World, node: InstanceNode) -> frozenset[str] | None:
    """The names on offer; None when any answer is let through (the list's file is missing)."""
    choices = node.definition.choices
    if choices is None or choices.open_list:
        return None
    if choices.itemset is None:
        return frozenset(choice.name for choice in choices.inline)
    if choices.fixed and choices.names is not None:
        return choices.names
    names = frozenset(_name(item, choices) for item in _items(world, node, choices))
    if choices.fixed:
        choices.names = names
    return names


def offered(world: OfferWorld, node: InstanceNode) -> Iterator[ChoiceItem]:
    """The choices on offer, in order."""
    choices = node.definition.choices
    if choices is None:
        return
    for inline in choices.inline:
        yield _choice(world, node, inline.name, inline.label)
    for item in _items(world, node, choices):
        yield _itemset_choice(world, node, item, choices)


def label_of(world: OfferWorld, node: InstanceNode, name: str, language: str) -> str:
    """The label of one choice on offer, "" when it is not."""
    found = next((choice for choice in offered(world, node) if choice.name == name), None)
    return "" if found is None else found.label(language)


def _items(world: World, node: InstanceNode, choices: Choices) -> list[Node]:
    if choices.itemset is None:
        return []
    return list(nodes_of(choices.itemset.closure(Context(world, node))))


def _child(item: Node, name: str) -> str:
    found = item.named(name)
    return found[0].string_value() if found else ""


def _name(item: Node, choices: Choices) -> str:
    return _child(item, choices.value)


def _itemset_choice(world: OfferWorld, node: InstanceNode, item: Node, choices: Choices) -> ChoiceItem:
    if isinstance(item, Item) and item in choices.remembered:
        return choices.remembered[item]
    name, aliases = _name(item, choices), _aliases(item)
    if choices.translated:
        wordings = world.program.itext.wordings(_child(item, choices.label))
        choice = _choice(world, node, name, wordings, aliases)
        keep = all(len(wording.parts) <= 1 for wording in wordings.by_language.values())
    else:
        labels = MappingProxyType(_labels_in_columns(item, choices))
        choice = ChoiceItem(name, labels, aliases, default_language=world.program.itext.default)
        keep = True
    if keep and isinstance(item, Item):
        choices.remembered[item] = choice
    return choice


def _labels_in_columns(item: Node, choices: Choices) -> Mapping[str, str]:
    """`label`, and in attached lists `label::Arabic (ar)` as in the choices sheet."""
    labels = {"": _child(item, choices.label)} if choices.label else {}
    for column in item.children:
        if column.name.startswith("label::"):
            labels[column.name.removeprefix("label::").strip()] = column.string_value()
    return {language: label for language, label in labels.items() if label and label != FILLER}


def _aliases(item: Node) -> tuple[str, ...]:
    return tuple(alias.strip() for alias in _child(item, "aliases").split("|") if alias.strip())


def _choice(
    world: OfferWorld, node: InstanceNode, name: str, wordings: Wordings, aliases: tuple[str, ...] = ()
) -> ChoiceItem:
    default, before = world.program.itext.default, world.language
    labels: dict[str, str] = {}
    for language, wording in wordings.by_language.items():
        world.language = language or before
        labels[language] = wording.render(Context(world, node))
    world.language = before
    media = wordings.media(before, default)
    shown = {language: label for language, label in labels.items() if label}
    return ChoiceItem(name, MappingProxyType(shown), aliases, media, default)


def is_select(definition: Definition) -> bool:
    """Whether answers are held to the choices on offer."""
    return definition.choices is not None and definition.question.kind != "rank"

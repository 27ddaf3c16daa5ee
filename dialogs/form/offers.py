"""The choices a select offers at this moment, with their labels in every language."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from types import MappingProxyType
from typing import Protocol

from dialogs.expressions import Context, Expression, Item, Node, World, compile_expression
from dialogs.expressions.syntax import Binary, Call, Negative, Number, Path, Text
from dialogs.expressions.values import nodes_of
from dialogs.form.definition import Choices, Definition, ItemList
from dialogs.form.offered import NOTHING_OFFERED, Offered
from dialogs.form.program import Program
from dialogs.form.question import ChoiceItem
from dialogs.form.references import Reading
from dialogs.form.texts import FILLER, Wordings
from dialogs.form.tree import InstanceNode

MOST_LISTS = 64  # remembered of one question: as many answers as may decide about it, lately
_OF_TEXTS = frozenset(
    {
        *("selected", "selected-at", "count-selected", "not", "true", "false", "boolean", "if", "coalesce"),
        *("contains", "starts-with", "ends-with", "concat", "string", "number", "int", "substr", "translate"),
    }
)
"""Functions that say the same whenever their arguments' texts are the same."""


class OfferWorld(World, Protocol):
    """A world that also knows the form's program and the language being spoken."""

    program: Program
    language: str


def remember_lists(definition: Definition, reading: Reading) -> None:
    """Find the answers that decide which items a filter lets through, where those are choices themselves.

    Only then is what was on offer remembered: it is shared by all who fill the form, so no words of theirs are kept.
    """
    choices = definition.choices
    if choices is None or choices.itemset is None:
        return
    read: dict[Path, None] = {}
    closed = all(reference.target.choices is not None or reference.target.children for reference in reading.references)
    if closed and _is_filtered_list(choices.itemset.parsed, read):
        choices.reads = tuple(compile_expression(path) for path in read)


def _is_filtered_list(parsed: Expression, read: dict[Path, None]) -> bool:
    if not isinstance(parsed, Path) or not isinstance(parsed.start, Call) or parsed.start_predicates:
        return False
    if parsed.start.name != "instance" or not all(isinstance(each, Text) for each in parsed.start.arguments):
        return False
    return all(
        step.axis == "child" and all(_is_of_texts(predicate, read) for predicate in step.predicates)
        for step in parsed.steps
    )


def _is_of_texts(expression: Expression, read: dict[Path, None]) -> bool:
    if isinstance(expression, (Number, Text)):
        return True
    if isinstance(expression, Binary):
        return _is_of_texts(expression.left, read) and _is_of_texts(expression.right, read)
    if isinstance(expression, Negative):
        return _is_of_texts(expression.operand, read)
    if isinstance(expression, Call):
        given = expression.arguments
        known = expression.name in _OF_TEXTS and bool(given or expression.name in ("true", "false"))
        return known and all(_is_of_texts(argument, read) for argument in given)
    if not isinstance(expression, Path) or expression.start_predicates or any(s.predicates for s in expression.steps):
        return False
    if expression.absolute or expression.start == Call("current", ()):
        read[expression] = None
        return True
    return expression.start is None  # inside the item


def offered_names(world: World, node: InstanceNode) -> Mapping[str, int] | None:
    """The names on offer with their places; None when any answer is let through (the list's file is missing)."""
    choices = node.definition.choices
    if choices is None or choices.open_list:
        return None
    found = _items(world, node, choices)
    if found.names is None:
        names = [choice.name for choice in choices.inline]  # `search()` has both: some written out, some in a file
        names += [_name(item, choices) for item in found.items]
        found.names = dict(zip(dict.fromkeys(names), range(len(names)), strict=False))
    return found.names


def offered(world: OfferWorld, node: InstanceNode) -> Offered:
    """The choices on offer, in order."""
    choices = node.definition.choices
    if choices is None:
        return NOTHING_OFFERED
    whole = choices.lists.get(())
    found = whole if whole is not None else _items(world, node, choices)
    if found.offered is not None:
        return found.offered
    inline = [_choice(world, node, each.name, each.label) for each in choices.inline]
    listed = Offered((*inline, *(_itemset_choice(world, node, item, choices) for item in found.items)))
    if _says_no_values(choices, found):
        found.offered = listed
    return listed


def _says_no_values(choices: Choices, found: ItemList) -> bool:
    """Whether the labels are the same whatever was answered."""
    written_out = all(_is_plain(each.label) for each in choices.inline)
    return written_out and all(item in choices.remembered for item in found.items)


def _is_plain(wordings: Wordings) -> bool:
    return all(isinstance(part, str) for wording in wordings.by_language.values() for part in wording.parts)


def label_of(world: OfferWorld, node: InstanceNode, name: str, language: str) -> str:
    """The label of one choice on offer as expressions read it, "" when it is not."""
    found, choices = offered(world, node).named(name), node.definition.choices
    if found is None or choices is None:
        return ""
    wordings = _wordings(world, node, name, choices) if choices.edged else None
    if wordings is None:
        return found.label(language)
    return wordings.best(language, world.program.itext.default).exact(Context(world, node)) or found.name


def _wordings(world: OfferWorld, node: InstanceNode, name: str, choices: Choices) -> Wordings | None:
    """The texts of a choice; None where they stand in columns of its list."""
    inline = next((each.label for each in choices.inline if each.name == name), None)
    if inline is not None or not choices.translated:
        return inline
    item = next((each for each in _items(world, node, choices).items if _name(each, choices) == name), None)
    return None if item is None else world.program.itext.wordings(_child(item, choices.label))


def _items(world: World, node: InstanceNode, choices: Choices) -> ItemList:
    context = Context(world, node)
    key = _key(context, choices)
    known = None if key is None else choices.lists.get(key)
    if known is None:
        itemset = choices.itemset
        known = ItemList(() if itemset is None else tuple(nodes_of(itemset.closure(context))))
        if key is not None:
            if len(choices.lists) >= MOST_LISTS:
                choices.lists.clear()
            choices.lists[key] = known
    return known


def _key(context: Context, choices: Choices) -> Hashable | None:
    """What decides which items are on offer; None when it is more than we follow."""
    if choices.itemset is None or choices.fixed:
        return ()
    if choices.reads is None:
        return None
    read = [tuple([node.string_value() for node in nodes_of(path(context))]) for path in choices.reads]
    return (context.world.zone, *read)


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
        keep = _is_plain(wordings)
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


def picked(world: World, node: InstanceNode, value: str) -> str:
    """An answer as it is stored: only choices on offer, several in the order of their list, as ODK's engine does."""
    if not value or node.definition.choices is None or node.definition.question.kind == "rank":
        return value
    names = offered_names(world, node)
    if names is None:
        return value
    if node.definition.question.kind == "select_one":
        return value if value in names else ""
    return " ".join(sorted({name for name in value.split() if name in names}, key=names.__getitem__))

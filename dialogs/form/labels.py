"""Which answers the labels of choices say, so that `jr:choice-name()` follows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dialogs.expressions import Closure, Item
from dialogs.form.definition import Definition
from dialogs.form.sources import Sources
from dialogs.form.texts import Itext, Wordings


def note_what_labels_say(tree: Definition, itext: Itext, secondary: Mapping[str, Item], sources: Sources) -> None:
    """Fills in `said` of the choices whose labels have values in them, and `edged` of those with blanks around them."""
    known = {key[0] for key, found in itext.texts.items() if not key[1] and (any(_closures(found)) or _edged(found))}
    known = {text_id for text_id in known if not text_id.startswith("/")}  # those are texts of questions
    of_lists: dict[tuple[str, str], list[Wordings]] = {}
    for definition in tree.below():
        choices = definition.choices
        if choices is None:
            continue
        found = [each.label for each in choices.inline]
        if known and choices.translated and choices.itemset is not None:
            key = (choices.itemset.source, choices.label)
            if key not in of_lists:
                ids = dict.fromkeys(text_id for text_id in _text_ids(*key, secondary) if text_id in known)
                of_lists[key] = [itext.wordings(text_id) for text_id in ids]
            found += of_lists[key]
        closures = dict.fromkeys(closure for wordings in found for closure in _closures(wordings))
        choices.edged = any(map(_edged, found))
        choices.said = tuple(sources.parsed(closure) for closure in closures)


def _edged(wordings: Wordings) -> bool:
    return any(wording.edges != ("", "") for wording in wordings.by_language.values())


def _closures(wordings: Wordings) -> Iterator[Closure]:
    return (part for wording in wordings.by_language.values() for part in wording.parts if not isinstance(part, str))


def _text_ids(source: str, column: str, secondary: Mapping[str, Item]) -> Iterator[str]:
    """The ids of the labels of the lists that an itemset names."""
    for name, each in secondary.items():
        if f"'{name}'" not in source.replace('"', "'"):
            continue
        for root in each.children:
            for item in root.children:
                yield from (label.string_value() for label in item.named(column))

"""Writes the answers as the XML that ODK submits, letter for letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from unicodedata import is_normalized, normalize
from xml.sax.saxutils import escape

from dialogs.expressions import World
from dialogs.form.attributes import attribute_text
from dialogs.form.definition import Definition
from dialogs.form.tree import InstanceNode

_FORBIDDEN = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")  # XML 1.0 cannot hold them


def submission_xml(root: InstanceNode, world: World, namespaces: Mapping[str, str], ended: Mapping[str, str]) -> str:
    """The XML of the relevant nodes. `ended` are the values of metadata known only when the form is sent.

    As ODK's engine writes it: names as the form has them, prefixes declared on the root where they are used, no default
    namespace, texts in Unicode's composed form.
    """
    used = dict.fromkeys(prefix for prefix in _prefixes(root.definition) if prefix in namespaces)
    declared = "".join(f' xmlns:{prefix}="{_in_quotes(namespaces[prefix])}"' for prefix in used)
    parts: list[str] = []
    _write(parts, root, world, ended, declared)
    return "".join(parts)


def _write(parts: list[str], node: InstanceNode, world: World, ended: Mapping[str, str], declared: str = "") -> None:
    definition = node.definition
    written = definition.attributes
    if node.live:
        written = {**written, **{each.definition.tag: attribute_text(world, each) for each in node.live}}
    attributes = "".join(f' {name}="{_in_quotes(value)}"' for name, value in written.items())
    parts.append(f"<{definition.tag}{declared}{attributes}")
    opened = len(parts)
    if definition.children:
        for child in node.children:
            if child.relevant:
                _write(parts, child, world, ended)
    else:
        text = _plain(ended.get(definition.question.preload, node.text))
        if text:
            parts.append(escape(text))
    if len(parts) == opened:
        parts.append("/>")
    else:
        parts[opened - 1] += ">"
        parts.append(f"</{definition.tag}>")


def _prefixes(definition: Definition) -> Iterator[str]:
    for found in definition.below():
        for name in (found.tag, *found.attributes):
            prefix, colon, _rest = name.partition(":")
            if colon:
                yield prefix


def _in_quotes(text: str) -> str:
    return escape(_plain(text), {'"': "&quot;"})


def _plain(text: str) -> str:
    """The text composed, without the letters that XML 1.0 cannot hold."""
    text = _FORBIDDEN.sub("", text)
    return text if is_normalized("NFC", text) else normalize("NFC", text)

"""Writes the answers as the XML that ODK submits."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from dialogs.form.tree import InstanceNode


def submission_xml(root: InstanceNode, namespaces: Mapping[str | None, str], ended: Mapping[str, str]) -> str:
    """The XML of the relevant nodes. `ended` are the values of metadata known only when the form is sent."""
    element = etree.Element(root.definition.tag, nsmap=_used(root, namespaces))
    _fill(element, root, ended)
    etree.cleanup_namespaces(element, keep_ns_prefixes=[prefix for prefix in namespaces if prefix])
    return etree.tostring(element, encoding="unicode")


def _used(root: InstanceNode, namespaces: Mapping[str | None, str]) -> dict[str | None, str]:
    uri = etree.QName(root.definition.tag).namespace
    return {**({None: uri} if uri else {}), **{prefix: address for prefix, address in namespaces.items() if prefix}}


def _fill(element: etree._Element, node: InstanceNode, ended: Mapping[str, str]) -> None:
    for name, value in node.definition.attributes.items():
        element.set(name, value)
    if not node.definition.children:
        element.text = _plain(ended.get(node.definition.question.preload, node.text)) or None
        return
    for child in node.children:
        if child.relevant:
            _fill(etree.SubElement(element, child.definition.tag), child, ended)


def _plain(text: str) -> str:
    """The text without the control characters that XML 1.0 cannot hold."""
    return "".join(letter for letter in text if letter in "\t\n\r" or (letter >= " " and letter not in "\ufffe\uffff"))

"""The body half of an XForm: what is shown, how it looks, which choices it offers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from dialogs.expressions import Item
from dialogs.form.definition import Choices, Compiled, InlineChoice
from dialogs.form.model import itext_id, plain_ref
from dialogs.form.sources import Sources
from dialogs.form.texts import NO_WORDINGS, Itext, Wording, Wordings, read_parts
from dialogs.form.xml import JAVAROSA, XFORMS, elements, local_name, text_of

CONTROLS = frozenset({"input", "secret", "select1", "select", "rank", "range", "upload", "trigger"})
_INSTANCE = re.compile(r"instance\(\s*['\"]([^'\"]+)['\"]\s*\)")
_CALL_ITEXT = re.compile(r"jr:itext\(\s*([^()\s]+)\s*\)")


@dataclass(frozen=True, slots=True)
class Control:
    """One element of the body and the ref it is about."""

    tag: str  # one of CONTROLS, `group` or `repeat`
    ref: str
    element: etree._Element
    labelled: etree._Element  # where its label stands: for a repeat, the group around it

    @property
    def appearance(self) -> str:
        """Its appearance, or that of the group around a repeat."""
        return self.element.get("appearance") or self.labelled.get("appearance") or ""


def read_controls(body: etree._Element | None) -> list[Control]:
    """Every control of the body, in document order."""
    return [] if body is None else list(_controls(body, None))


def _controls(parent: etree._Element, around: etree._Element | None) -> Iterator[Control]:
    for element in elements(parent):
        tag = local_name(element)
        if tag in CONTROLS:
            yield Control(tag, plain_ref(element.get("ref") or element.get("bind") or ""), element, element)
        elif tag == "group":
            if element.get("ref"):
                yield Control(tag, plain_ref(element.get("ref", "")), element, element)
            yield from _controls(element, element)
        elif tag == "repeat":
            labelled = around if around is not None else element
            yield Control(tag, plain_ref(element.get("nodeset", "")), element, labelled)
            yield from _controls(element, None)


def wordings_of(parent: etree._Element, tag: str, itext: Itext, sources: Sources, shape: str = "") -> Wordings:
    """The text of the `label` or `hint` inside `parent`."""
    element = parent.find(f"{XFORMS}{tag}")
    if element is None:
        return NO_WORDINGS
    reference = element.get("ref", "")
    if reference:
        return itext.wordings(itext_id(reference), shape)
    parts = () if shape else read_parts(element, sources.closure)
    return Wordings({"": Wording(parts)}) if parts else NO_WORDINGS


def read_choices(control: Control, itext: Itext, sources: Sources, secondary: Mapping[str, Item]) -> Choices:
    """The choices of a select, rank or old-style external select."""
    itemset = control.element.find(f"{XFORMS}itemset")
    query = control.element.get("query", "")
    if itemset is None and not query:
        items = control.element.iterfind(f"{XFORMS}item")
        return Choices(inline=tuple(_inline(item, itext, sources) for item in items), fixed=True)
    nodeset = query if itemset is None else itemset.get("nodeset", "")
    choices = Choices(itemset=sources.compiled(nodeset, control.ref, "itemset"))
    if itemset is not None:
        value, label = itemset.find(f"{XFORMS}value"), itemset.find(f"{XFORMS}label")
        choices.value = value.get("ref", "name") if value is not None else "name"
        _read_label(choices, label.get("ref", "label") if label is not None else "")
    lists = _INSTANCE.findall(nodeset)
    choices.open_list = any(name not in secondary for name in lists)
    choices.fixed = _is_plain_list(nodeset) and not choices.open_list
    return choices


def _read_label(choices: Choices, reference: str) -> None:
    called = _CALL_ITEXT.fullmatch(reference.strip())
    choices.translated = called is not None
    choices.label = called[1] if called else reference.strip()


def _is_plain_list(nodeset: str) -> bool:
    return re.fullmatch(r"\s*instance\(\s*['\"][^'\"]+['\"]\s*\)/root/item\s*", nodeset) is not None


def _inline(item: etree._Element, itext: Itext, sources: Sources) -> InlineChoice:
    value = item.find(f"{XFORMS}value")
    return InlineChoice("" if value is None else text_of(value), wordings_of(item, "label", itext, sources))


def count_of(control: Control, sources: Sources) -> Compiled | None:
    """The expression a repeat takes its number of members from; None when people add them."""
    return sources.compiled(control.element.get(f"{JAVAROSA}count", ""), control.ref, "count")


def is_fixed_repeat(control: Control) -> bool:
    """Whether members may neither be added nor removed."""
    return control.element.get(f"{JAVAROSA}noAddRemove", "").strip() in ("true()", "true")

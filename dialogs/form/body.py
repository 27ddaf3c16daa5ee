"""The body half of an XForm: what is shown, how it looks, which choices it offers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from dialogs.expressions import Item
from dialogs.form.definition import Choices, Compiled, InlineChoice
from dialogs.form.errors import FormProblem
from dialogs.form.model import itext_id, plain_ref
from dialogs.form.searching import Search, search_in, searched_item
from dialogs.form.sources import Sources
from dialogs.form.texts import NO_WORDINGS, Itext, Wording, Wordings, edges_of, read_parts
from dialogs.form.xml import JAVAROSA, ODK, XFORMS, elements, local_name, text_of

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


def read_controls(body: etree._Element | None, root: str, ids: Mapping[str, str]) -> list[Control]:
    """Every control of the body, in document order.

    `root` is where refs without a slash start; `ids` are the refs of binds that controls name by an id.
    """
    return [] if body is None else list(_controls(body, None, root, ids))


def _controls(
    parent: etree._Element, around: etree._Element | None, within: str, ids: Mapping[str, str]
) -> Iterator[Control]:
    for element in elements(parent):
        tag = local_name(element)
        ref = _ref(element, within, ids)
        if tag in CONTROLS:
            yield Control(tag, ref, element, element)
        elif tag == "group":
            if ref:
                yield Control(tag, ref, element, element)
            yield from _controls(element, element, ref or within, ids)
        elif tag == "repeat":
            labelled = around if around is not None else element
            yield Control(tag, ref, element, labelled)
            yield from _controls(element, None, ref or within, ids)


def _ref(element: etree._Element, within: str, ids: Mapping[str, str]) -> str:
    """What a control is about: a path, one that starts at the group around it, or the id of a bind."""
    bind = element.get("bind", "")
    if bind:
        return ids.get(bind, bind)
    written = plain_ref(element.get("ref") or element.get("nodeset") or "")
    return f"{within}/{written}" if written and within and not written.startswith("/") else written


def read_sensors(root: etree._Element) -> dict[str, str]:
    """The kinds of what only a telephone's sensors fill, by ref."""
    found: dict[str, str] = {}
    for element in root.iter(f"{ODK}recordaudio", f"{ODK}setgeopoint"):
        at_start = "xforms-value-changed" not in element.get("event", "")
        place = "start-geopoint" if at_start else "background-geopoint"
        kind = "background-audio" if local_name(element) == "recordaudio" else place
        found[plain_ref(element.get("ref", ""))] = kind
    return found


def wordings_of(parent: etree._Element, tag: str, itext: Itext, sources: Sources, shape: str = "") -> Wordings:
    """The text of the `label` or `hint` inside `parent`."""
    element = parent.find(f"{XFORMS}{tag}")
    if element is None:
        return NO_WORDINGS
    reference = element.get("ref", "")
    if reference:
        return itext.wordings(itext_id(reference), shape)
    parts = () if shape else read_parts(element, sources.closure)
    return Wordings({"": Wording(parts, edges=edges_of(element))}) if parts else NO_WORDINGS


def read_choices(
    control: Control, itext: Itext, sources: Sources, secondary: dict[str, Item], attachments: Mapping[str, bytes]
) -> Choices:
    """The choices of a select, rank or old-style external select. A file it searches is added to `secondary`."""
    itemset = control.element.find(f"{XFORMS}itemset")
    query = control.element.get("query", "")
    if itemset is None and not query:
        items = control.element.iterfind(f"{XFORMS}item")
        inline = tuple(_inline(item, itext, sources) for item in items)
        search = search_in(control.appearance)
        if search is None or not inline:
            return Choices(inline=inline, fixed=True)
        return _searched(search, inline, control.ref, sources, secondary, attachments)
    nodeset = query if itemset is None else itemset.get("nodeset", "")
    choices = Choices(itemset=sources.compiled(nodeset, control.ref, "itemset"))
    if itemset is not None:
        value, label = itemset.find(f"{XFORMS}value"), itemset.find(f"{XFORMS}label")
        choices.value = value.get("ref", "name") if value is not None else "name"
        _read_label(choices, label.get("ref", "label") if label is not None else "")
    lists = _INSTANCE.findall(nodeset)
    choices.open_list = any(name not in secondary for name in lists)
    choices.typed = itemset is None
    choices.fixed = _is_plain_list(nodeset) and not choices.open_list
    return choices


def _searched(
    search: Search,
    inline: tuple[InlineChoice, ...],
    ref: str,
    sources: Sources,
    secondary: dict[str, Item],
    attachments: Mapping[str, bytes],
) -> Choices:
    """Choices from a file: the one that is no number says which columns hold names and labels, the others stay."""
    columns = next((choice for choice in inline if not choice.name.lstrip("-").isdecimal()), inline[0])
    if search.file not in secondary:
        try:
            item = searched_item(search, attachments)
        except (ValueError, LookupError, TypeError) as error:
            cause = f"The file `{search.file}.csv` cannot be read: {error}."
            sources.problems.append(FormProblem("", None, cause, "Save it again as CSV (UTF-8).", ref))
            item = None
        if item is not None:
            secondary[search.file] = item
    wording = next(iter(columns.label.by_language.values()), Wording())
    label = "".join(part for part in wording.parts if isinstance(part, str)).partition(",")[0].strip()
    return Choices(
        inline=tuple(choice for choice in inline if choice is not columns),
        itemset=sources.compiled(search.nodeset, ref, "appearance"),
        value=columns.name,
        label=label or columns.name,
        open_list=search.file not in secondary,
    )


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

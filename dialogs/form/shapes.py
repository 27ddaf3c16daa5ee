"""The instance as the form writes it: of each element its text and its members, from which nodes are built."""

from __future__ import annotations

from lxml import etree

from dialogs.form.definition import BLANK, Definition, Shape
from dialogs.form.xml import JAVAROSA, elements, local_name

_TEMPLATE = f"{JAVAROSA}template"


def give_shapes(root: Definition, element: etree._Element) -> None:
    """Fills in `shape` of every definition; of every repeat `template`, the shape of a member that is added.

    Where the form has no `jr:template` of a repeat, it is the first member written, its answers blanked.
    """
    first: dict[Definition, Shape] = {}
    root.shape = _shape(element, root, first)
    for definition in root.below():
        if definition.is_repeat and definition.template is None:
            definition.template = _blanked(first.get(definition, BLANK))


def _shape(element: etree._Element, definition: Definition, first: dict[Definition, Shape]) -> Shape:
    if not definition.children:
        text = (element.text or "").strip()
        return Shape(text) if text else BLANK
    known = definition.named
    children: dict[str, tuple[Shape, ...]] = {}
    for child in elements(element):
        name = local_name(child)
        if name not in known:
            continue
        shape = _shape(child, known[name], first)
        if known[name].is_repeat and child.get(_TEMPLATE) is not None:
            known[name].template = known[name].template or shape
        else:
            first.setdefault(known[name], shape)
            children[name] = (*children.get(name, ()), shape)
    for child_definition in definition.children:
        if child_definition.is_repeat:
            child_definition.begins_empty = child_definition.begins_empty or child_definition.name not in children
        else:
            child_definition.shape = child_definition.shape or first.get(child_definition, BLANK)
    return Shape("", children)


def _blanked(shape: Shape) -> Shape:
    return Shape("", {name: tuple(map(_blanked, members)) for name, members in shape.children.items()})

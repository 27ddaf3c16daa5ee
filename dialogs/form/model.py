"""The model half of an XForm: the tree of the primary instance, and the binds over it."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from dialogs.form.definition import Definition
from dialogs.form.errors import FormError, FormProblem
from dialogs.form.shapes import give_shapes
from dialogs.form.sources import Sources
from dialogs.form.texts import NO_WORDINGS, Itext, Wording, Wordings
from dialogs.form.xml import CHAT, JAVAROSA, OPENROSA, XFORMS, elements, local_name

DEEPEST_TREE = 40  # groups within groups

Bind = Mapping[str, str]

_SAYS_NOTHING = {"relevant": "true()", "constraint": "true()", "required": "false()", "readonly": "false()"}


def read_tree(model: etree._Element, repeats: frozenset[str]) -> Definition:
    """The definitions of the primary instance; `repeats` are the refs that the body repeats. FormError."""
    instance = model.find(f"{XFORMS}instance")
    roots = [] if instance is None else elements(instance)
    if not roots:
        raise FormError([FormProblem("", None, "The form has no primary instance.", "Compile it again from XLSForm.")])
    tree = _definition(roots[0], None, repeats)
    give_shapes(tree, roots[0])
    return tree


def _definition(element: etree._Element, parent: Definition | None, repeats: frozenset[str]) -> Definition:
    name = local_name(element)
    ref = f"{parent.ref if parent else ''}/{name}"
    depth = parent.depth + 1 if parent else 0
    if depth > DEEPEST_TREE:
        raise FormError([FormProblem("survey", None, "Groups are nested too deeply.", "Take a level out.", ref)])
    children = elements(element)
    found = Definition(name, ref, parent, depth, "" if children else (element.text or "").strip())
    found.tag = f"{element.prefix}:{name}" if element.prefix else name
    found.attributes = {
        _prefixed(element, str(key)): str(value) for key, value in element.attrib.items() if not _is_template(str(key))
    }
    found.is_repeat = ref in repeats
    found.repeats_above = found.is_repeat or (parent is not None and parent.repeats_above)
    for child in children:
        _add_child(found, child, repeats)
    return found


def _add_child(parent: Definition, element: etree._Element, repeats: frozenset[str]) -> None:
    name = local_name(element)
    if name not in parent.named:
        child = parent.named[name] = _definition(element, parent, repeats)
        parent.children.append(child)


def _prefixed(element: etree._Element, attribute: str) -> str:
    """`{http://openrosa.org/xforms}version` as `orx:version`."""
    address, brace, name = attribute.removeprefix("{").partition("}")
    if not brace:
        return attribute
    prefix = next((prefix for prefix, known in element.nsmap.items() if known == address and prefix), "")
    return f"{prefix}:{name}" if prefix else name


def namespaces_in(model: etree._Element) -> dict[str, str]:
    """The prefixes that the primary instance may use, and the addresses they stand for."""
    instance = model.find(f"{XFORMS}instance")
    found: dict[str, str] = {}
    for element in () if instance is None else instance.iter():
        found.update({prefix: address for prefix, address in element.nsmap.items() if prefix})
    return found


def _is_template(attribute: str) -> bool:
    return attribute == f"{JAVAROSA}template"


def root_ref(model: etree._Element) -> str:
    """`/data`; "" when the model has no primary instance."""
    instance = model.find(f"{XFORMS}instance")
    roots = [] if instance is None else elements(instance)
    return f"/{local_name(roots[0])}" if roots else ""


def add_instance_id(model: etree._Element) -> None:
    """Gives a form without `meta/instanceID` one, as ODK's engine does: nothing can be submitted without it.

    It is named as the `meta` it stands in; a new `meta` by the prefix that the form declares for OpenRosa, if any.
    """
    instance = model.find(f"{XFORMS}instance")
    roots = [] if instance is None else elements(instance)
    if not roots:
        return
    meta = next((child for child in elements(roots[0]) if local_name(child) == "meta"), None)
    if meta is None:
        declared = OPENROSA.strip("{}") in (address for prefix, address in model.nsmap.items() if prefix)
        meta = etree.SubElement(roots[0], f"{OPENROSA if declared else _namespace(roots[0])}meta")
    if any(local_name(child) == "instanceID" for child in elements(meta)):
        return
    etree.SubElement(meta, f"{_namespace(meta)}instanceID")
    bind = etree.SubElement(model, f"{XFORMS}bind", nodeset=f"{root_ref(model)}/meta/instanceID", type="string")
    bind.set(f"{JAVAROSA}preload", "uid")


def _namespace(element: etree._Element) -> str:
    namespace = etree.QName(element).namespace
    return f"{{{namespace}}}" if namespace else ""


def read_binds(model: etree._Element) -> tuple[dict[str, Bind], dict[str, str]]:
    """The attributes of each bind by the ref it binds, and the refs by the ids that hand-written forms give binds.

    A second bind of one node adds to the first.
    """
    found: dict[str, dict[str, str]] = {}
    ids: dict[str, str] = {}
    for bind in model.iterfind(f"{XFORMS}bind"):
        ref = plain_ref(bind.get("nodeset") or bind.get("ref") or "")
        found.setdefault(ref, {}).update({str(key): str(value) for key, value in bind.attrib.items()})
        if bind.get("id"):
            ids[bind.get("id", "")] = ref
    return dict(found), ids


def plain_ref(ref: str) -> str:
    """`/data/orx:meta/orx:instanceID` as `/data/meta/instanceID`."""
    return "/".join(step.rpartition(":")[2] for step in ref.strip().split("/"))


def apply_bind(definition: Definition, bind: Bind, itext: Itext, sources: Sources) -> None:
    """Compiles the expressions of a bind and reads its messages."""
    for word in ("relevant", "required", "readonly", "constraint", "calculate"):
        source = bind.get(word, "")
        if source.strip() == _SAYS_NOTHING.get(word, ""):
            continue
        setattr(definition, word, sources.compiled(source, definition.ref, word))
    definition.constraint_message = message(bind.get(f"{JAVAROSA}constraintMsg", ""), itext)
    definition.required_message = message(bind.get(f"{JAVAROSA}requiredMsg", ""), itext)


def live_attributes(definition: Definition, binds: Mapping[str, Bind], set_refs: frozenset[str]) -> None:
    """Gives `definition` those of its attributes that a bind or a `setvalue` works out (`/data/meta/entity/@id`)."""
    for name, value in definition.attributes.items():
        ref = f"{definition.ref}/@{name}"
        if "calculate" in binds.get(ref, {}) or "relevant" in binds.get(ref, {}) or ref in set_refs:
            found = Definition(f"@{name}", ref, definition, definition.depth + 1, value, tag=name)
            found.repeats_above = definition.repeats_above
            definition.live = (*definition.live, found)


def message(written: str, itext: Itext) -> Wordings:
    """A message as the bind has it: an itext reference or the text itself."""
    text_id = itext_id(written)
    if text_id:
        return itext.wordings(text_id)
    return Wordings({"": Wording((written.strip(),))}) if written.strip() else NO_WORDINGS


def itext_id(reference: str) -> str:
    """The id in `jr:itext('id')`; "" when it is no such reference."""
    stripped = reference.strip()
    if stripped.startswith("jr:itext(") and stripped.endswith(")"):
        inner = stripped[len("jr:itext(") : -1].strip()
        return inner[1:-1] if inner[:1] in ("'", '"') else ""
    return ""


def chat_columns(bind: Bind) -> dict[str, str]:
    """The `bind::chat:*` columns by name, whatever prefix the form gave their namespace."""
    return {key.removeprefix(CHAT): value for key, value in bind.items() if key.startswith(CHAT)}

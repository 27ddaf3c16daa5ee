"""XForm XML in, a form ready to be asked out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lxml import etree

from dialogs.expressions import Item
from dialogs.form import body, kinds
from dialogs.form.codecs import codec
from dialogs.form.definition import Action, Definition
from dialogs.form.errors import FormError, FormProblem
from dialogs.form.form import Form
from dialogs.form.labels import note_what_labels_say
from dialogs.form.linking import link
from dialogs.form.model import (
    Bind,
    add_instance_id,
    apply_bind,
    chat_columns,
    live_attributes,
    namespaces_in,
    plain_ref,
    read_binds,
    read_tree,
    root_ref,
)
from dialogs.form.program import Program
from dialogs.form.question import Expressions, Question
from dialogs.form.secondary import attached_item, instance_item
from dialogs.form.sources import Sources
from dialogs.form.texts import Itext, read_itext
from dialogs.form.xml import XFORMS, XHTML, local_name, parse_xml, text_of

MOST_NODES = 20_000  # of the primary instance, groups and hidden ones included

_NO_FILES: Mapping[str, bytes] = {}
_NO_BIND: Bind = {}
_EVENTS = {"xforms-ready": "odk-instance-first-load", "jr-insert": "odk-new-repeat"}  # as they once were called
_PARAMETERS = ("start", "end", "step", "max-pixels", "quality", "accuracyThreshold", "rows")


def load_xform(xml: str, attachments: Mapping[str, bytes] = _NO_FILES) -> Form:
    """The form of pyxform's XML. `attachments` are the files its `select_one_from_file` names. FormError."""
    root, model = _parsed(xml)
    sources = Sources()
    binds, ids = read_binds(model)
    controls = body.read_controls(root.find(f"{XHTML}body"), root_ref(model), ids)
    tree = read_tree(model, frozenset(control.ref for control in controls if control.tag == "repeat"))
    by_ref = {definition.ref: definition for definition in tree.below()}
    attributes = _live_attributes(root, tree, binds)
    itext = read_itext(model, sources.closure)
    secondary, warnings = _secondary(model, attachments, sources)
    bound = {**by_ref, **attributes}
    for ref, bind in binds.items():
        if ref in bound:
            apply_bind(bound[ref], bind, itext, sources)
    shown, sensors = _shown(controls), body.read_sensors(root)
    for definition in tree.below():
        _apply_control(definition, shown.get(definition.ref), itext, sources, secondary, attachments)
        bind, control = binds.get(definition.ref, _NO_BIND), shown.get(definition.ref)
        definition.question = _question(definition, bind, control, sensors.get(definition.ref, ""))
        definition.store = codec(definition.question.kind, definition.question.data_type)
    note_what_labels_say(tree, itext, secondary, sources)
    _read_actions(root, bound, ids, sources)
    program = Program(tree, itext, secondary, MappingProxyType(namespaces_in(model)), by_ref)
    problems = sources.problems or link(program)
    if problems:
        raise FormError(problems)
    return _form(root, tree, program, (*warnings, *program.warnings))


def _parsed(xml: str) -> tuple[etree._Element, etree._Element]:
    try:
        root = parse_xml(xml)
    except ValueError as error:
        remedy = "Compile it again from XLSForm."
        if "Namespace prefix chat" in str(error):
            remedy = 'Add a `namespaces` column to the settings sheet: chat="https://sanad.example/xforms/chat".'
        raise FormError([FormProblem("", None, f"The form is no readable XML: {error}.", remedy)]) from error
    model = root.find(f"{XHTML}head/{XFORMS}model")
    if model is None:
        raise FormError([FormProblem("", None, "This XML is no XForm: it has no model.", "Give an XForm or XLSForm.")])
    nodes = sum(1 for instance in model.iterfind(f"{XFORMS}instance[1]") for _node in instance.iter())
    if nodes > MOST_NODES:
        cause = f"The form has over {MOST_NODES} nodes."
        raise FormError([FormProblem("", None, cause, "Split it into several forms.")])
    add_instance_id(model)
    return root, model


def _live_attributes(root: etree._Element, tree: Definition, binds: Mapping[str, Bind]) -> dict[str, Definition]:
    """By ref, the attributes that the form works out; each stands with the definition it belongs to, too."""
    set_refs = frozenset(plain_ref(element.get("ref", "")) for element in root.iter(f"{XFORMS}setvalue"))
    found: dict[str, Definition] = {}
    for definition in tree.below():
        if definition.attributes:
            live_attributes(definition, binds, set_refs)
            found.update({attribute.ref: attribute for attribute in definition.live})
    return found


def _secondary(
    model: etree._Element, attachments: Mapping[str, bytes], sources: Sources
) -> tuple[dict[str, Item], list[str]]:
    found: dict[str, Item] = {}
    warnings: list[str] = []
    for instance in model.findall(f"{XFORMS}instance")[1:]:
        name, source = instance.get("id", ""), instance.get("src", "")
        try:
            item = attached_item(source, attachments) if source else instance_item(instance)
        except (ValueError, LookupError, TypeError, UnicodeError) as error:
            cause = f"The file `{source.rpartition('/')[2]}` cannot be read: {error}."
            sources.problems.append(FormProblem("", None, cause, "Save it again as CSV (UTF-8), XML or GeoJSON."))
            continue
        if item is None and not source.startswith("jr://instance/"):  # last-saved answers: none here, and none expected
            warnings.append(f"The file `{source.rpartition('/')[2]}` is not attached: its list is empty.")
        elif item is not None:
            found[name] = item
    return found, warnings


def _shown(controls: list[body.Control]) -> dict[str, body.Control]:
    shown: dict[str, body.Control] = {}
    for control in controls:
        if control.tag == "repeat" or control.ref not in shown:
            shown[control.ref] = control
    return shown


def _apply_control(
    definition: Definition,
    control: body.Control | None,
    itext: Itext,
    sources: Sources,
    secondary: dict[str, Item],
    attachments: Mapping[str, bytes],
) -> None:
    if control is None:
        return
    definition.label = body.wordings_of(control.labelled, "label", itext, sources)
    definition.hint = body.wordings_of(control.labelled, "hint", itext, sources)
    definition.guidance = body.wordings_of(control.labelled, "hint", itext, sources, "guidance")
    if control.tag == "repeat":
        definition.count = body.count_of(control, sources)
    if control.tag in ("select1", "select", "rank") or control.element.get("query"):
        definition.choices = body.read_choices(control, itext, sources, secondary, attachments)


def _question(definition: Definition, bind: Bind, control: body.Control | None, sensor: str) -> Question:
    repeat = next((found for found in definition.repeats() if found is not definition), None)
    written = {word: bind.get(word, "") for word in ("relevant", "required", "readonly", "constraint", "calculate")}
    choices, count = definition.choices, definition.count
    filtered = choices.itemset.source if choices and choices.itemset and not choices.fixed else ""
    element = None if control is None else control.element
    is_open = definition.is_repeat and count is None and (control is None or not body.is_fixed_repeat(control))
    return Question(
        ref=definition.ref,
        name=definition.name,
        kind=kinds.kind(definition, bind, control, sensor),
        data_type=kinds.data_type(bind),
        appearance="" if control is None else control.appearance,
        chat=MappingProxyType(chat_columns(bind)),
        parameters=MappingProxyType({} if element is None else _parameters(element)),
        parent="" if definition.parent is None else definition.parent.ref,
        repeat="" if repeat is None else repeat.ref,
        asked=control is not None and control.tag in body.CONTROLS,
        expressions=Expressions(**written, count="" if count is None else count.source, choice_filter=filtered),
        preload=kinds.preload(bind),
        open_ended=is_open,
    )


def _parameters(element: etree._Element) -> dict[str, str]:
    return {
        str(name).rpartition("}")[2]: str(value)
        for name, value in element.attrib.items()
        if str(name).rpartition("}")[2] in _PARAMETERS
    }


def _read_actions(
    root: etree._Element, by_ref: Mapping[str, Definition], ids: Mapping[str, str], sources: Sources
) -> None:
    for element in root.iter(f"{XFORMS}setvalue"):
        target = by_ref.get(ids.get(element.get("bind", ""), plain_ref(element.get("ref", ""))))
        if target is None:
            continue
        events = frozenset(_EVENTS.get(event, event) for event in element.get("event", "").split())
        value = sources.compiled(element.get("value", ""), target.ref, "setvalue")
        action = Action(events, value, text_of(element))
        target.actions.append(action)
        parent = element.getparent()
        around = None if parent is None else by_ref.get(plain_ref(parent.get("ref", "")))
        in_control = parent is not None and local_name(parent) in body.CONTROLS
        if "xforms-value-changed" in events and around is not None and in_control:
            around.triggered.append((target, action))


def _form(root: etree._Element, tree: Definition, program: Program, warnings: tuple[str, ...]) -> Form:
    title = root.find(f"{XHTML}head/{XHTML}title")
    itext = program.itext
    is_translated = itext.languages != ("default",)  # pyxform's name for texts without a language
    return Form(
        id=tree.attributes.get("id", tree.name),
        version=tree.attributes.get("version", tree.attributes.get("orx:version", "")),
        title="" if title is None else text_of(title),
        languages=itext.languages if is_translated else (),
        default_language=itext.default if is_translated else "",
        questions=tuple(definition.question for definition in tree.below() if definition is not tree),
        program=program,
        warnings=warnings,
    )

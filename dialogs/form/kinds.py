"""Which kind of question a bind and its control make together."""

from __future__ import annotations

from dialogs.form.body import Control
from dialogs.form.definition import Definition
from dialogs.form.model import Bind
from dialogs.form.xml import JAVAROSA

_INPUTS = {
    "int": "integer",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "dateTime": "dateTime",
    "geopoint": "geopoint",
    "geotrace": "geotrace",
    "geoshape": "geoshape",
    "barcode": "barcode",
}
_CONTROLS = {"select1": "select_one", "select": "select_multiple", "rank": "rank", "range": "range"}
_SAME_AS = {"boolean": "string", "integer": "int", "long": "int", "dateTime": "dateTime"}


def data_type(bind: Bind) -> str:
    """The bind's type without its prefix, `string` when it has none."""
    written = bind.get("type", "string").rpartition(":")[2]
    return _SAME_AS.get(written, written)


def kind(definition: Definition, bind: Bind, control: Control | None, sensor: str = "") -> str:
    """The kind of a definition, as `Question.kind` lists them; `sensor` is the one that fills it, "" for none."""
    if definition.is_repeat:
        return "repeat"
    if definition.children or (control is not None and control.tag == "group"):
        return "group"
    if control is None:
        return sensor or _unshown(definition, bind)
    if control.tag in _CONTROLS:
        return _CONTROLS[control.tag]
    if control.tag == "trigger":
        return "acknowledge"
    if control.tag == "upload":
        return _upload(control.element.get("mediatype", ""))
    if control.element.get("query"):
        return "select_one"
    is_note = bind.get("readonly", "").strip() == "true()" and not bind.get("calculate")
    return "note" if is_note and data_type(bind) == "string" else _INPUTS.get(data_type(bind), "text")


def _upload(mediatype: str) -> str:
    family = mediatype.partition("/")[0]
    return family if family in ("image", "audio", "video", "osm") else "file"


def _unshown(definition: Definition, bind: Bind) -> str:
    name = preload(bind)
    if name:
        return name
    if bind.get("calculate"):
        return "calculate"
    return "audit" if definition.ref.endswith("/meta/audit") else "hidden"


def preload(bind: Bind) -> str:
    """The metadata a bind asks for: start, end, today, instanceID, or a property such as deviceid; "" for none."""
    written, parameter = bind.get(f"{JAVAROSA}preload", ""), bind.get(f"{JAVAROSA}preloadParams", "")
    if written == "uid":
        return "instanceID"
    return parameter if written in ("timestamp", "date", "property") else ""

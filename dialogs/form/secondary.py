"""Lists beside the answers: choices inside the form, and attached CSV, XML and GeoJSON files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from dialogs.expressions import Item
from dialogs.form.xml import elements, local_name, parse_xml

MOST_ITEMS = 200_000  # rows of one attached list
MOST_CELLS = 1_000_000  # of one attached list; each takes a few hundred bytes
LARGEST_LIST = 50_000_000  # bytes of one attached list


def instance_item(element: etree._Element) -> Item:
    """An `instance` element of the form, as expressions walk it."""
    return _from_xml(element)


def attached_item(source: str, attachments: Mapping[str, bytes]) -> Item | None:
    """The list that `jr://file-csv/places.csv` names; None when the file is not among the attachments.

    ValueError when the file cannot be read.
    """
    name = source.rpartition("/")[2]
    content = attachments.get(name)
    if content is None:
        return None
    if len(content) > LARGEST_LIST:
        raise ValueError(f"it has over {LARGEST_LIST} bytes")
    instance = Item("instance")
    try:
        instance.append(_read(name, content))
    except (csv.Error, AttributeError, LookupError, TypeError, RecursionError) as error:
        raise ValueError(f"it is not built as its name says ({error})") from error
    return instance


def _read(name: str, content: bytes) -> Item:
    if name.endswith(".csv"):
        return _rows(_read_csv(content))
    if name.endswith(".geojson"):
        return _rows(_read_geojson(content))
    return _from_xml(parse_xml(content))


def _from_xml(element: etree._Element) -> Item:
    children = elements(element) if len(element) else ()
    given = element.attrib
    attributes = {str(name).rpartition("}")[2]: str(value) for name, value in given.items()} if given else None
    item = Item(local_name(element), "" if children else (element.text or "").strip(), attributes)
    item.adopt([_from_xml(child) for child in children])
    return item


def _rows(rows: Iterable[Mapping[str, str]]) -> Item:
    root = Item("root")
    cells = 0
    for count, row in enumerate(rows):
        cells += len(row)
        if count >= MOST_ITEMS or cells > MOST_CELLS:
            raise ValueError(f"it has over {MOST_ITEMS} rows or {MOST_CELLS} cells")
        item = root.append(Item("item"))
        for name, value in row.items():
            item.append(Item(name, value))
    return root


def _read_csv(content: bytes) -> Iterable[Mapping[str, str]]:
    if content.count(b"\n") > MOST_ITEMS or content.count(b",") > MOST_CELLS:  # soon told; the rest is counted below
        raise ValueError(f"it has over {MOST_ITEMS} rows or {MOST_CELLS} cells")
    text = content.decode("utf-8-sig")
    first = text.partition("\n")[0]
    delimiter = max((",", ";", "\t", "|"), key=first.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    header = [name.strip() for name in next(rows, [])]
    for row in rows:
        if any(cell.strip() for cell in row):
            yield {name: row[at] if at < len(row) else "" for at, name in enumerate(header) if name}


def _read_geojson(content: bytes) -> Iterable[Mapping[str, str]]:
    collection = json.loads(content)
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        raise ValueError("it is no GeoJSON FeatureCollection")
    for feature in collection.get("features", []):
        properties: dict[str, Any] = dict(feature.get("properties") or {})
        identifier = feature.get("id", properties.pop("id", None))
        row = {"geometry": _geometry(feature.get("geometry") or {})}
        if identifier is not None:
            row["id"] = str(identifier)
        yield row | {name: _json_text(value) for name, value in properties.items()}


def _geometry(geometry: Mapping[str, Any]) -> str:
    coordinates = geometry.get("coordinates") or []
    if geometry.get("type") == "Point":
        coordinates = [coordinates]
    elif geometry.get("type") == "Polygon":
        coordinates = coordinates[0] if coordinates else []
    return "; ".join(f"{point[1]} {point[0]} 0 0" for point in coordinates)


def _json_text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)

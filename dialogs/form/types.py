"""The question types that XLSForm knows, with their synonyms and old names."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache

TYPES = (  # as the documentation spells them
    "text integer decimal date time datetime select_one select_multiple select_one_from_file "
    "select_multiple_from_file select_one_external rank range note calculate hidden acknowledge trigger geopoint "
    "geotrace geoshape barcode image audio video file start end today deviceid phonenumber username email simserial "
    "subscriberid audit begin_group end_group begin_repeat end_repeat xml-external csv-external start-geopoint "
    "background-geopoint background-audio osm"
).split()

_LISTED = re.compile(  # types that name a list
    r"(?:select_one|select one|select1|select_multiple|select all that apply|select_one_external|rank"
    r"|select one from|select all that apply from|add select one prompt using|add select multiple prompt using"
    r"|select[_ ]one[_ ]from[_ ]file|select[_ ]multiple[_ ]from[_ ]file) \S+( (?:or_other|or other|or specify other))?"
)
_OSM = re.compile(r"osm( \S+)?")
_SPANNING = re.compile(r"(?:begin|end)[ _](?:group|lgroup|repeat|loop|looped group)( (over )?\S+)?")
_SETTINGS = frozenset("form_title set_form_title form_id set_form_id prefix".split())  # settings on the survey sheet
_SYNONYMS = {  # what people and other tools write -> what XLSForm says
    "select": "select_one list_name",
    "select_many": "select_multiple list_name",
    "multiple": "select_multiple list_name",
    "multiselect": "select_multiple list_name",
    "radio": "select_one list_name",
    "dropdown": "select_one list_name",
    "boolean": "select_one yes_no",
    "bool": "select_one yes_no",
    "number": "integer",
    "numeric": "integer",
    "float": "decimal",
    "double": "decimal",
    "textarea": "text",
    "longtext": "text",
    "signature": "image, with `signature` in the appearance column",
    "draw": "image, with `draw` in the appearance column",
    "matrix": "begin_group, with `table-list` in the appearance column",
    "phone": "text",
    "tel": "text",
    "string": "text",
    "label": "note",
    "heading": "note",
    "section": "begin_group",
    "page": "begin_group, with `field-list` in the appearance column",
    "score__row": "select_one, one row for each: KoboToolbox writes its rating questions so only in its own format",
    "begin_score": "begin_group: KoboToolbox writes its rating questions so only in its own format",
    "end_score": "end_group",
    "begin_rank": "rank: KoboToolbox writes its ranking questions so only in its own format",
    "end_rank": "rank",
    "select_one_with_other": "select_one list_name or_other: ODK-X writes it so",
    "select_multiple_with_other": "select_multiple list_name or_other: ODK-X writes it so",
    "select_one_dropdown": "select_one list_name, with `minimal` in the appearance column",
    "rank__level": "rank",
    "begin_kobomatrix": "begin_group: KoboToolbox writes its matrices so only in its own format",
    "end_kobomatrix": "end_group",
    "caseid": "text: cases are SurveyCTO's own",
    "text audit": "audit, with that name: SurveyCTO writes its own",
    "audio audit": "background-audio: SurveyCTO writes its own",
    "comments": "text: remarks on single questions are SurveyCTO's own",
    "sensor_statistic": "nothing in its place: what sensors measure is SurveyCTO's own",
    "sensor_stream": "nothing in its place: what sensors measure is SurveyCTO's own",
    "speed": "nothing in its place: limits of speed are SurveyCTO's own",
}


def is_known_type(written: str) -> bool:
    """Whether XLSForm knows the type, lists and options included."""
    return written in _every_type() or any(shape.fullmatch(written) for shape in (_LISTED, _SPANNING, _OSM))


def nearest_type(written: str) -> str:
    """What to write instead of a type that XLSForm does not know."""
    first = written.split(maxsplit=1)[0] if written.split() else ""
    setting = re.fullmatch(r"set[ _]form[ _](title|id)", written.lower())
    if setting:
        return f"Put it on the settings sheet, in the column `form_{setting[1]}`."
    if first.startswith("db:"):
        return "Write text: people and places are only picked so in the Community Health Toolkit."
    meant = _SYNONYMS.get(written.lower()) or _SYNONYMS.get(first.lower())
    if meant:
        return f"Write {meant}." if ":" in meant or "," in meant else f"Did you mean `{meant}`?"
    if first in ("select_one", "select_multiple", "rank") and len(written.split()) == 1:
        return f"Name its list after it: `{first} list_name`."
    if first in ("select_one", "select_multiple", "rank"):
        return f"Write `{first}` and one list name, without spaces in it."
    found = get_close_matches(first.lower()[:100], TYPES, n=1, cutoff=0.5)
    return f"Did you mean `{found[0]}`?" if found else "See the list of XLSForm types."


@lru_cache(maxsize=1)
def _every_type() -> frozenset[str]:
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    listed = {"select_one", "select_multiple", "select_one_from_file", "select_multiple_from_file", "rank"}
    return (frozenset(QUESTION_TYPE_DICT) | _SETTINGS | {"include", "imei"} | frozenset(TYPES)) - listed

"""The values that a form is made of: its questions, their choices, and what a node of theirs holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Expressions:
    """The author's expressions as pyxform wrote them; "" where there is none."""

    relevant: str = ""
    required: str = ""
    readonly: str = ""
    constraint: str = ""
    calculate: str = ""
    count: str = ""
    choice_filter: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the survey sheet. `ref` is its path without positions: `/data/group/name`.

    `kind` is one of text, integer, decimal, date, time, dateTime, select_one, select_multiple, rank, range, geopoint,
    geotrace, geoshape, barcode, image, audio, video, file, osm, acknowledge, note, calculate, hidden, group, repeat, or
    metadata (start, end, today, deviceid ... filled by the engine and never asked), or what only a telephone's sensors
    fill: start-geopoint, background-geopoint, background-audio, audit.
    """

    ref: str
    name: str
    kind: str
    data_type: str = "string"
    appearance: str = ""
    chat: Mapping[str, str] = field(default_factory=_nothing)  # the `bind::chat:*` columns: {"sensitive": "yes", ...}
    parameters: Mapping[str, str] = field(
        default_factory=_nothing
    )  # of range (start, end, step), image (max-pixels), ...
    parent: str = ""  # ref of the group, repeat or root it stands in
    repeat: str = ""  # ref of the nearest repeat around it, "" outside any
    asked: bool = True  # a person is shown it (it has a place in the body of the form)
    expressions: Expressions = Expressions()
    preload: str = ""  # the metadata kept here: start, end, today, deviceid, instanceID, ...
    open_ended: bool = False  # a repeat with no count: the person adds members


@dataclass(frozen=True, slots=True)
class ChoiceItem:
    """One choice as it may be picked now. `labels` has the texts by language; a language without one is absent."""

    name: str
    labels: Mapping[str, str]
    aliases: tuple[str, ...] = ()
    media: Mapping[str, str] = field(default_factory=_nothing)
    default_language: str = ""

    def label(self, language: str = "") -> str:
        """The label in `language`, else in the form's default language, else in any, else the name."""
        text = self.labels.get(language) or self.labels.get(self.default_language)
        return text or next((label for label in self.labels.values() if label), self.name)


@dataclass(frozen=True, slots=True)
class NodeState:
    """What one node holds at this moment.

    `constraint_ok` is True for a blank answer; `missing` says that a relevant, required answer is blank.
    """

    ref: str
    question: Question
    value: str
    relevant: bool
    required: bool
    readonly: bool
    constraint_ok: bool
    missing: bool

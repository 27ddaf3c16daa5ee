"""A question of a form as a field of a page, and what the page sends back as answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from console.posted import Posted
from console.words import Words
from dialogs.interview.filling import Outcome
from dialogs.interview.pages import Item, Pick
from dialogs.understanding import fold
from referrals.filling.working import Given

Widget = Literal[
    "radio",
    "checks",
    "select",
    "search",
    "text",
    "area",
    "rank",
    "point",
    "file",
    "tick",
    "said",
    "odk",
    "hidden",
]
MOST_RADIOS = 12  # more choices than that are a list to open
MOST_SUGGESTED = 300  # names that a page brings along for typing; what is typed is looked for in all of them
MOST_STEPS = 12  # a range of so few steps is shown whole
NUMBERS = frozenset({"integer", "decimal", "range"})
DIGITS = NUMBERS | {"date", "time", "dateTime"}
FILES = frozenset({"image", "audio", "video", "file"})
ACCEPTS = {"image": "image/*", "audio": "audio/*", "video": "video/*", "file": ""}
TYPED: frozenset[Widget] = frozenset({"search", "text", "area"})
_RANGE = (("start", 0), ("end", 10), ("step", 1))  # and what ODK takes where the author wrote none


@dataclass(frozen=True)
class Ask:
    """A question as it is put on the page: its control, what stands in it, and what is wrong with that."""

    item: Item
    widget: Widget
    shown: str = ""
    picks: tuple[Pick, ...] = ()
    problem: str = ""
    offers: tuple[tuple[str, str], ...] = ()
    typed: str = ""
    is_new: bool = False
    mode: str = "text"
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.item.key


def ask_of(words: Words, item: Item, *, masked: bool = False) -> Ask:
    """The control of a question; `masked` keeps a private answer of the family's own phone out of sight."""
    if masked:
        return Ask(item, "hidden")
    widget = _widget(item)
    shown = words.voice.number(item.shown) if item.kind in DIGITS else item.shown
    if item.kind == "text":
        shown = item.value
    mode = "text"
    if item.kind in NUMBERS:
        mode = "decimal" if item.kind != "integer" else "numeric"
    picks = item.options if widget != "search" else item.options[:MOST_SUGGESTED]
    extra: dict[str, Any] = {}
    if item.kind == "range" and widget == "radio":
        picks = _steps(words, item)
    if widget == "point":
        parts = item.value.split()
        extra = {"lat": words.voice.number(parts[0]), "lon": words.voice.number(parts[1])} if len(parts) > 1 else {}
    if widget == "rank":
        extra = {"order": item.value.split()}
    if widget == "file":
        extra = {"accept": ACCEPTS[item.kind], "stored": item.value or item.kept}
    return Ask(item, widget, shown, picks, mode=mode, extra=extra)


def with_outcome(words: Words, ask: Ask, outcome: Outcome | None, typed: str) -> Ask:
    """The same field with what was wrong: the author's words, else ours for the reason; what was typed stays."""
    if outcome is None:
        return replace(ask, problem=ask.item.message or words.t("filling.wrong.invalid")) if _invalid(ask) else ask
    example = words.voice.number(ask.item.example)
    reason = "rank" if ask.widget == "rank" and outcome.reason == "not_a_choice" else outcome.reason or "unreadable"
    problem = outcome.message or words.t(f"filling.wrong.{reason}", example=example)
    offers = tuple((offer.value, words.voice.number(offer.shown)) for offer in outcome.offers)
    return replace(ask, problem=problem, offers=offers, shown=typed if ask.widget in TYPED else ask.shown)


def given_of(words: Words, item: Item, posted: Posted) -> Given | None:
    """What the page says about a question; None where it says what stands there already."""
    ask = ask_of(words, item)
    if ask.widget in ("said", "odk", "hidden"):
        return None
    if (meant := posted.text(f"p-{item.key}").strip()) != "":  # «هل تقصدون …؟» was answered
        return Given(item.ref, meant, "set")
    if ask.widget in TYPED:
        return _typed(ask, posted.text(f"t-{item.key}"))
    if ask.widget == "point":
        return _point(ask, posted.text(f"t-{item.key}"), posted.text(f"u-{item.key}"))
    if ask.widget == "file":
        return Given(item.ref, "", "set") if posted.text(f"x-{item.key}") else _same_or_blank(item)
    names = [name for name in posted.all(f"v-{item.key}") if name]
    value = " ".join(names) if ask.widget in ("checks", "rank") else next(iter(names), "")
    return Given(item.ref, value, "set")


def typed_of(item: Item, posted: Posted) -> str:
    """What was typed for a question, as it was typed."""
    return posted.text(f"t-{item.key}")


def _typed(ask: Ask, text: str) -> Given | None:
    item, said = ask.item, text.strip()
    if said == ask.shown.strip():
        return _same_or_blank(item)
    if ask.widget == "search":
        same = [pick.name for pick in item.options if fold(pick.label) == fold(said)]
        if len(same) == 1:
            return Given(item.ref, same[0], "set")
    return Given(item.ref, said, "say")


def _point(ask: Ask, latitude: str, longitude: str) -> Given | None:
    before = (ask.extra.get("lat", ""), ask.extra.get("lon", ""))
    if (latitude.strip(), longitude.strip()) == before:
        return _same_or_blank(ask.item)
    if not latitude.strip() and not longitude.strip():
        return Given(ask.item.ref, "", "set")
    return Given(ask.item.ref, f"{latitude.strip()}, {longitude.strip()}", "say")


def _same_or_blank(item: Item) -> Given | None:
    """Nothing to keep; a blank one still says whether it had to be answered."""
    return None if item.value else Given(item.ref, "", "set")


def _widget(item: Item) -> Widget:
    if item.state == "said":
        return "said"
    if item.kind == "note":
        return "said"
    if item.kind == "select_one":
        if item.search:
            return "search"
        return "radio" if len(item.options) <= MOST_RADIOS else "select"
    by_kind: dict[str, Widget] = {
        "select_multiple": "checks",
        "rank": "rank",
        "geopoint": "point",
        "acknowledge": "tick",
    }
    if item.kind in FILES:
        return "file"
    if item.kind == "range":
        return "radio" if _count(item) <= MOST_STEPS else "text"
    if item.kind == "text":
        return "area" if "multiline" in item.appearance else "text"
    if item.kind in DIGITS or item.kind == "barcode":
        return "text"
    return by_kind.get(item.kind, "odk")


def _bounds(item: Item) -> tuple[float, float, float]:
    start, end, step = (float(item.parameters.get(name) or other) for name, other in _RANGE)
    return start, end, step or 1


def _count(item: Item) -> int:
    start, end, step = _bounds(item)
    return int(abs((end - start) / step)) + 1


def _steps(words: Words, item: Item) -> tuple[Pick, ...]:
    start, _, step = _bounds(item)
    down = -1 if _bounds(item)[1] < start else 1
    values = [start + down * abs(step) * place for place in range(_count(item))]
    now = float(item.value) if item.value else None
    return tuple(Pick(f"{value:g}", words.voice.number(f"{value:g}"), value == now) for value in values)


def _invalid(ask: Ask) -> bool:
    return ask.item.state == "invalid"


def is_private(item: Item, since: datetime) -> bool:
    """A private answer that was given before this desk opened the form: shown on demand only, and that is audited."""
    if not item.sensitive or item.state not in ("answered", "invalid") or not item.answered_at:
        return False
    return datetime.fromisoformat(item.answered_at) < since

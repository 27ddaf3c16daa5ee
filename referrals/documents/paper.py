"""Papers to print and keep, as PDF: typst sets them right to left in Amiri, which is embedded; words can be searched.

typst is given a template of ours and the facts as data, never as its own language: nothing that a family or a clerk
wrote is run. It has no network, no packages, no other fonts; the same facts give the same bytes.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import asdict
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import segno
import typst

from referrals.documents.font_coverage import BOLD, FONTS, REGULAR
from referrals.documents.legible import all_shown_in, cut, held
from referrals.documents.paper_facts import Kind, PaperFacts

TEMPLATES = Path(__file__).resolve().parent / "papers"
NOT_TEXT = ("qr", "language", "sheet", "page_digits")
PER_INCH = 144
LONGEST_WORD = 24  # letters; what is longer may be broken, for typst breaks no word by itself
MOST_LINES = 60  # fields of a letter; they go on on further pages
ONE_PAGE: dict[Kind, dict[str, tuple[int, int]]] = {
    "appointment": {
        **dict.fromkeys(("title", "label", "day", "time", "bring_label"), (1, 36)),
        **{"number": (1, 24), "centre": (1, 90), "place": (3, 60), "bring": (4, 36), "footer": (1, 130)},
    },
    "receipt": {
        **dict.fromkeys(("title", "label", "ask"), (1, 36)),
        **{"number": (1, 24), "arrived": (1, 90), "answer": (1, 90), "place": (3, 60), "ask_how": (1, 160)},
        **{"keep": (1, 160), "address": (1, 80)},
    },
}
"""How many lines of each fact, and how many signs of a line, go on a paper that is handed over as one page."""
LONG_WORD = re.compile(rf"[^\s\u200b]{{{LONGEST_WORD + 1},}}")
_ONE_AT_A_TIME = Lock()  # a compiler keeps its facts between calls


def paper(kind: Kind, facts: PaperFacts) -> bytes:
    """The paper as a PDF; the same bytes for the same facts. Raises `ValueError` where the facts are another kind's."""
    return _compiled(kind, facts, "pdf")[0]


def paper_pictures(kind: Kind, facts: PaperFacts, per_inch: float = PER_INCH) -> list[bytes]:
    """The pages of a paper as PNG, to be looked at before printing."""
    return _compiled(kind, facts, "png", per_inch)


def _compiled(kind: Kind, facts: PaperFacts, made_as: Literal["pdf", "png"], per_inch: float = PER_INCH) -> list[bytes]:
    if facts.kind != kind:
        raise ValueError(f"these are the facts of a {facts.kind}, not of a {kind}")
    given = json.dumps(_given(facts), ensure_ascii=False)
    with _ONE_AT_A_TIME:
        made = _compiler(kind).compile(format=made_as, sys_inputs={"facts": given}, timestamp=0, ppi=per_inch)
    if made is None:
        raise ValueError(f"typst made nothing of a {kind}")
    return made if isinstance(made, list) else [made]


@cache
def _compiler(kind: Kind) -> typst.Compiler:
    """Made once for each kind: fonts are read and the template is parsed the first time only."""
    return typst.Compiler(TEMPLATES / f"{kind}.typ", root=TEMPLATES, font_paths=_fonts())


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _given(facts: PaperFacts) -> dict[str, Any]:
    """The facts as the template takes them: in signs that Amiri has, long words breakable, the code drawn."""
    whole = asdict(facts)
    if "phone" in whole:
        whole["phone"] = held(whole["phone"])
    bounds = ONE_PAGE.get(facts.kind, {})
    whole |= {name: _within(whole[name], *most) for name, most in bounds.items()}
    texts = {name: value for name, value in whole.items() if name not in NOT_TEXT}
    return {
        **whole,
        **_in_amiri(texts, settle=facts.language == "ar"),
        "qr_svg": _code(whole.get("qr", "")),
    }


def _within(value: Any, lines: int, signs: int) -> Any:
    if isinstance(value, str):
        return cut(" ".join(value.split()), signs)
    return [_within(each, 1, signs) for each in value[:lines]]


def _in_amiri(texts: dict[str, Any], *, settle: bool) -> dict[str, Any]:
    both = all_shown_in(REGULAR, texts, settle=False)
    return {name: _breakable(value) for name, value in all_shown_in(BOLD, both, settle=settle).items()}


def _breakable(value: Any) -> Any:
    if isinstance(value, str):
        return LONG_WORD.sub(lambda word: "\u200b".join(_parts(word[0])), value)
    return [_breakable(each) for each in value[:MOST_LINES]]


def _parts(word: str) -> list[str]:
    return [word[at : at + LONGEST_WORD] for at in range(0, len(word), LONGEST_WORD)]


@lru_cache(maxsize=64)  # a programme's chat has one address for all its papers
def _code(text: str) -> str:
    """The QR code as SVG with its quiet zone, blank for a blank text."""
    if not text:
        return ""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="svg", border=2, xmldecl=False, dark="#1d2a2b")
    return out.getvalue().decode()

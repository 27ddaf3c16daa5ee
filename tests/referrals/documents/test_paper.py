"""Papers to print: in our font only, searchable, the same for the same facts, and never run what somebody wrote."""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import asdict, replace
from typing import Any

import pytest
from PIL import Image

from referrals.documents.family_papers import receipt
from referrals.documents.paper import NOT_TEXT, paper, paper_pictures
from referrals.documents.paper_facts import Kind, LetterFacts, PosterFacts, ReceiptFacts, from_json, to_json
from referrals.documents.samples import sample_paper

KINDS: tuple[Kind, ...] = ("receipt", "appointment", "letter", "poster")
A4, A5 = (595, 842), (420, 595)  # in points
HOSTILE = (
    '#import "@preview/x:1.0.0": *',
    '#read("/etc/passwd")',
    "#{panic()}",
    "$ x^2 $",
    "\\",
    "*b* _e_ `r` ~ -- ... <l> @ref /* // = h",
    "🙂👨\u200d👩\u200d👧",
    "\0\x1b[31m\ud800",
    "漢字 Ω",
    "\u2067" * 100,
    "\u202eabc\u2029\u2028",
    "ض" * 3000,
    "",
)


def letter(**more: object) -> LetterFacts:
    facts = sample_paper("letter")
    assert isinstance(facts, LetterFacts)
    return replace(facts, **more)  # type: ignore[arg-type]  # the tests give what the fields hold


def streams(pdf: bytes) -> list[bytes]:
    """The decompressed streams of a PDF."""
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return [zlib.decompress(each) if each[:1] == b"\x78" else each for each in found]


def searchable(pdf: bytes) -> set[str]:
    """Every sign that a reader finds when it searches or copies: what the fonts' ToUnicode tables map glyphs to."""
    signs: set[str] = set()
    for each in streams(pdf):
        if b"beginbfchar" in each or b"beginbfrange" in each:
            for target in re.findall(rb"<[0-9A-Fa-f]+>\s+<([0-9A-Fa-f]+)>", each):
                signs |= set(bytes.fromhex(target.decode()).decode("utf-16-be"))
    return signs


def pages(pdf: bytes) -> list[tuple[int, int]]:
    """The size of each page in whole points."""
    whole = pdf + b"\n".join(streams(pdf))
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", whole)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_is_one_page_in_amiri_that_is_embedded(kind: Kind) -> None:
    pdf = paper(kind, sample_paper(kind))
    assert pdf.startswith(b"%PDF-")
    whole = pdf + b"\n".join(streams(pdf))
    fonts = set(re.findall(rb"/BaseFont\s*/([\w+-]+)", whole))
    assert fonts
    assert all(b"Amiri" in font for font in fonts)
    assert b"/FontFile" in whole
    assert pages(pdf) == [A4 if kind in ("letter", "poster") else A5]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_facts_give_the_same_bytes(kind: Kind) -> None:
    facts = sample_paper(kind)
    once = paper(kind, facts)
    paper(kind, sample_paper(kind, "٩٩"))
    assert paper(kind, facts) == once
    assert b"CreationDate" not in once or b"D:1970" in once


def test_words_can_be_searched_letter_by_letter_not_form_by_form() -> None:
    signs = searchable(paper("letter", letter()))
    assert set("فاطمة") <= signs
    assert set("+20963211234") <= signs
    assert not [sign for sign in signs if "\ufe70" <= sign <= "\ufefc"]


@pytest.mark.parametrize("written", HOSTILE)
def test_what_somebody_wrote_is_never_run_and_never_stops_a_paper(written: str) -> None:
    assert paper("letter", letter(to=written, fields=((written, written),) * 2)).startswith(b"%PDF-")
    facts = sample_paper("poster")
    assert isinstance(facts, PosterFacts)
    assert paper("poster", replace(facts, title=written, lines=(written, written), phone=written)).startswith(b"%PDF-")


def test_typsts_own_signs_stand_on_the_paper_as_they_were_written() -> None:
    assert set('#"$\\*@`') <= searchable(paper("letter", letter(opening='#import "x" $x$ \\ *b* @ref `r`')))


def test_a_sign_that_the_font_lacks_is_left_out_and_the_rest_stands() -> None:
    signs = searchable(paper("letter", letter(opening="مركز 🙂 ４８", fields=())))
    assert set("48") <= signs
    assert "🙂" not in signs


def test_a_long_letter_goes_on_on_further_pages() -> None:
    fields = tuple((f"حقل {n}", "كلام طويل عن كل شيء " * 8) for n in range(60))
    assert len(pages(paper("letter", letter(fields=fields)))) > 1


@pytest.mark.parametrize("written", ["كلام طويل جداً عن كل شيء " * 60, "ا" * 900, "سطر\n" * 40])
def test_what_is_handed_over_as_one_page_stays_one_page_whatever_stands_on_it(written: str) -> None:
    kinds: tuple[Kind, ...] = ("appointment", "receipt")
    for kind in kinds:
        sample = sample_paper(kind)
        changes: dict[str, Any] = {
            name: written if isinstance(value, str) else (written,) * 20
            for name, value in asdict(sample).items()
            if name not in NOT_TEXT
        }
        assert len(pages(paper(kind, replace(sample, **changes)))) == 1


def test_a_long_word_stays_on_the_paper() -> None:
    [picture] = paper_pictures("letter", letter(opening="ا" * 200, to="مؤسسة" * 60), 72)
    image = Image.open(io.BytesIO(picture)).convert("L")
    edges = (image.crop((0, 0, 30, image.height)), image.crop((image.width - 30, 0, image.width, image.height)))
    assert [edge.getextrema() for edge in edges] == [(255, 255), (255, 255)]


def test_a_long_name_of_a_field_leaves_its_value_on_the_paper() -> None:
    fields = (("سؤال طويل عن كل ما تحتاج إليه الأسرة اليوم وغداً وبعد غد في هذا الشهر وفي الذي يليه", "+965 5001 2345"),)
    [picture] = paper_pictures("letter", letter(fields=fields), 72)
    image = Image.open(io.BytesIO(picture)).convert("L")
    edges = (image.crop((0, 0, 50, image.height)), image.crop((image.width - 50, 0, image.width, image.height)))
    assert [edge.getextrema() for edge in edges] == [(255, 255), (255, 255)]


def test_a_receipt_may_be_printed_on_a_large_sheet() -> None:
    facts = sample_paper("receipt")
    assert isinstance(facts, ReceiptFacts)
    assert pages(paper("receipt", replace(facts, sheet="a4"))) == [A4]


def test_english_papers_run_from_left_to_right() -> None:
    english = letter(language="en", title="Sanad service", page_digits="latn")
    [picture] = paper_pictures("letter", english, 72)
    [arabic] = paper_pictures("letter", letter(), 72)
    sun = (217, 130, 43)
    places = []
    for each in (picture, arabic):
        image = Image.open(io.BytesIO(each)).convert("RGB")
        middle = image.width // 2
        halves = [image.crop((0, 0, middle, 200)), image.crop((middle, 0, image.width, 200))]
        places.append([sun in {colour for _, colour in half.getcolors(1 << 20) or ()} for half in halves])
    assert places == [[True, False], [False, True]]


def test_facts_of_another_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="poster"):
        paper("receipt", sample_paper("poster"))


def test_a_receipt_says_what_a_family_has_to_know_and_no_need() -> None:
    def say(key: str, /, **values: object) -> str:
        return " ".join([key, *map(str, values.values())])

    here = receipt(say, number="٤٨٢١", filed_on="الأحد", day="الخميس", language="ar")
    assert (here.qr, here.ask_how) == ("", "receipt.ask_here")
    on_paper = receipt(
        say, number="٤٨٢١", filed_on="الأحد", day="الخميس", language="ar", link="https://sanad.example/c"
    )
    assert (on_paper.qr, on_paper.ask_how) == ("https://sanad.example/c", "receipt.ask_by_code")
    assert from_json(to_json(on_paper)) == on_paper

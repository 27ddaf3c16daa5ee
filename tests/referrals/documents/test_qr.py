"""The codes on papers, cards and posters say what they should, read by rules of their own."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
import segno

from referrals.documents.card import draw_card
from referrals.documents.paper import paper_pictures
from referrals.documents.paper_facts import AppointmentFacts, Kind, PosterFacts, ReceiptFacts
from referrals.documents.poster import draw_poster
from referrals.documents.receipt import draw_receipt
from referrals.documents.samples import sample_card, sample_paper
from tests.referrals.documents.qr_reading import read_qr

ADDRESS = "https://sanad.example/c?p=qena-poster7"


@pytest.mark.parametrize("text", ["SANAD:48217", ADDRESS, "https://sanad.example/" + "a" * 80])
def test_the_reader_reads_what_another_library_drew(text: str) -> None:
    drawn = io.BytesIO()
    segno.make_qr(text, error="m", boost_error=False).save(drawn, kind="png", scale=6, border=4)
    assert read_qr(drawn.getvalue()) == text


@pytest.mark.parametrize("kind", ["receipt", "appointment", "poster"])
def test_the_code_on_a_paper_holds_its_text(kind: Kind) -> None:
    facts = sample_paper(kind)
    assert isinstance(facts, (ReceiptFacts, AppointmentFacts, PosterFacts))
    facts = replace(facts, qr=ADDRESS)
    [page] = paper_pictures(kind, facts)
    assert read_qr(page) == ADDRESS


def test_the_code_on_a_picture_holds_its_text() -> None:
    poster, receipt = sample_paper("poster"), sample_paper("receipt")
    assert isinstance(poster, PosterFacts)
    assert isinstance(receipt, ReceiptFacts)
    assert read_qr(draw_card(replace(sample_card(), qr="SANAD:48217"))) == "SANAD:48217"
    assert read_qr(draw_poster(replace(poster, qr=ADDRESS))) == ADDRESS
    assert read_qr(draw_receipt(replace(receipt, qr=ADDRESS))) == ADDRESS

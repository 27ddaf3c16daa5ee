"""What our font cannot draw is known when the service starts, not when a family waits for its card."""

from __future__ import annotations

from referrals.documents.checking import drawn_texts, missing_glyphs
from tests.families import Families


def test_a_text_with_a_sign_that_the_font_lacks_is_named_with_the_sign() -> None:
    texts = [("card.title (ar)", "خدمة سند 🏥"), ("card.number (ar)", "رقم \u2066{number}\u2069")]
    assert missing_glyphs(texts) == {"card.title (ar)": "🏥"}


def test_all_that_our_cards_and_papers_say_can_be_drawn(families: Families) -> None:
    with families.store.reading() as uow:
        texts = list(drawn_texts(uow))
    names = {name for name, _ in texts}
    assert {"kuwait: card.title (ar)", "console.paper.letter_to (ar)", "kuwait: name_ar"} <= names
    assert any(name.startswith("location ") for name in names)
    assert missing_glyphs(texts) == {}

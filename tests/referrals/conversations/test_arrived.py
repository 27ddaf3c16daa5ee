"""Whether help arrived, in words of the two countries: sure, or nothing."""

from __future__ import annotations

import pytest

from referrals.conversations.stages.arrived import read_arrival

SAID = {
    "yes": (
        *("وصلت", "الحمد لله وصلت", "ايوه وصل كله", "نعم وصلنا", "وصل بس متأخر", "وصل كل شي", "استلمنا الفلوس"),
        *("خدناها خلاص", "وصلتنا السلة، شكراً لكم", "إي وصلتنا المساعدة الله يعطيكم العافية"),
    ),
    "partly": (
        *("وصل جزء منه", "نص المبلغ وصل", "وصلت السلة بس ناقصة", "ما وصل إلا نصه", "وصل بعضه", "مش كله وصل"),
        *("مش كله", "مو كلها", "وصل شوي", "ما وصل كله", "وصل والله بس الباقي لا"),
    ),
    "no": (
        *("ما وصل شي", "لا لم يصل", "لسه ما وصلش", "ما وصلت", "لم تصلنا المساعدة", "مجاش حاجة", "للحين ما جانا شي"),
        *("لا ما وصل", "موصلتش لسه", "ما استلمنا ولا شي", "لا والله ما وصلنا شي"),
    ),
    None: (
        *("", "هل وصلت؟", "وصل؟", "وصل ابني من المدرسة", "لا وصلت", "نعم ما وصل", "لسه وصلت", "مش عارفة"),
        *("قالوا بكرة توصل", "وصلت المركز", "لو وصلت نخبركم", "حسبي الله", "وصل وما وصل", "جزء", "الباقي"),
    ),
}


@pytest.mark.parametrize(("text", "meant"), [(text, meant) for meant, texts in SAID.items() for text in texts])
def test_what_is_said_of_it(text: str, meant: str | None) -> None:
    assert read_arrival(text) == meant

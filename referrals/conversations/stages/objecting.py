"""Whether a few words object to what we took them to mean: «غلط», «لا مش ده», «مش هينفع»."""

from __future__ import annotations

from dialogs.understanding import fold
from referrals.conversations.heard import Heard

WRONG = frozenset(map(fold, ("غلط", "ده غلط", "لا غلط", "خطأ", "مش صح", "مو صح", "مش كده", "مو جذي", "wrong")))
BEGINS = frozenset(map(fold, ("لا", "لأ", "مش", "مو", "مب", "موب", "ليس", "ما", "no", "not")))
REFUSED = frozenset(
    fold(word)
    for word in (
        "ده دا دي هذا هاذا هذي كده جذي هينفع ينفع ينفعش يناسب يناسبني يناسبنا يناسبنيش مناسب مناسبني مناسبنا هقدر "
        "اقدر نقدر الوقت الموعد الميعاد this that time"
    ).split()
)
THANKS = frozenset(map(fold, ("شكرا", "مشكور", "مشكورين", "متشكر", "متشكرة", "thanks", "thank")))
FEW = 5  # words


def objects(heard: Heard) -> bool:
    """A plain no, that it is wrong, or a few words that begin with a no and say to what; a question never does."""
    said = fold(heard.text).split()
    if not THANKS.isdisjoint(said):  # «لا شكراً»: nothing more is wanted
        return False
    if heard.intent == "no" or fold(heard.text) in WRONG:
        return True
    begins_so = 0 < len(said) <= FEW and said[0] in BEGINS and not REFUSED.isdisjoint(said)
    return begins_so and heard.intent is None and not heard.asks

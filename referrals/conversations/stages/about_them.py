"""What a family says of itself beside an appointment: that it cannot hear a call, or whose the telephone is."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Literal

from dialogs.understanding import fold
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.pending import IDLE
from referrals.conversations.stages import helping
from referrals.conversations.stages.appointment_words import ASKED
from referrals.conversations.stages.greeting import MENU

AboutThem = Literal["deaf", "lent"]

TOLD: Mapping[AboutThem, str] = {"deaf": "desk.write_only", "lent": "desk.short_words_here"}
MOST_WORDS = 10
_I = frozenset(map(fold, ("أنا", "اني", "احنا", "نحن", "حنا", "I")))
_DEAF = frozenset(map(fold, "أصم صماء أصمة أطرش طرشاء طرشة طرشه deaf".split()))
_BESIDE_DEAF = _I | _DEAF | frozenset(map(fold, "am ست سيدة امرأة واحدة رجل راجل أم أرملة بكماء أبكم mute and".split()))
_NOT = frozenset(map(fold, "لا ما مش مو مب ماني لست not don dont cannot can cant t".split()))
_HEAR = frozenset(map(fold, "أسمع اسمع بسمع نسمع hear".split()))
_NOT_HEAR = frozenset(map(fold, "مبسمعش مابسمعش بسمعش ماسمعش مسمعش ماأسمع مااسمع".split()))
_HEARS = _HEAR | _NOT_HEAR
_AFTER_HEAR = frozenset(
    map(
        fold,
        "أنا كويس زين عدل خالص أبدا شي شيء ولا حاجة بس اكتبوا اكتبولي لي كتابة تليفون التليفون تلفون التلفون هاتف "
        "الهاتف مكالمات المكالمات اتصال الاتصال على في بال عالتليفون بالتليفون بالتلفون i calls phone the well".split(),
    )
)
_TELEPHONE = frozenset(
    map(
        fold,
        "هاتف الهاتف تليفون التليفون تلفون التلفون تيليفون موبايل الموبايل محمول المحمول جوال الجوال نقال النقال رقم "
        "الرقم phone number".split(),
    )
)
_OTHERS = frozenset(
    map(
        fold,
        "جارتي جاري جارتنا جارنا الجيران جيراننا جيراني للجيران لجارتي لجاري اختي أخوي أخويا أخي صاحبتي صاحبي صديقتي "
        "صديقي قريبتي قريبي خالتي عمتي خالي عمي سلفتي neighbour neighbor sister friend".split(),
    )
)
_THIS = frozenset(map(fold, "هذا هذه ده دي دا هاذا هاي هاد من على مش مو this from using".split()))
_ASKS = frozenset(map(fold, "خذوا خدوا سجلوا اتصلوا كلموا غيروا call change".split()))  # a number that is given to us


def read_about_them(text: str) -> AboutThem | None:
    """Which of the two is said for sure, of the one who writes; None for anything else, and for what is said of a child
    or of our answer («ما أسمع منكم رد»)."""
    words = fold(text).split()
    if not 0 < len(words) <= MOST_WORDS:
        return None
    found = set(words)
    if _is_deaf(words) or _cannot_hear(words):
        return "deaf"
    another = found & _TELEPHONE and found & _OTHERS and found & _THIS
    return "lent" if another and not found & _ASKS and not any(word.isdigit() for word in words) else None


def _is_deaf(words: list[str]) -> bool:
    """Themselves: nothing stands before the word but who writes. «أنا أم لطفل أصم» and «بنتي صماء» tell of a child."""
    at = next((place for place, word in enumerate(words) if word in _DEAF), None)
    if at is None or not _BESIDE_DEAF.issuperset(words[: at + 1]) or _NOT & set(words):
        return False
    return words[0] in _I or _BESIDE_DEAF.issuperset(words)


def _cannot_hear(words: list[str]) -> bool:
    at = next((place for place, word in enumerate(words) if word in _NOT_HEAR), None)
    if at is None:
        pairs = enumerate(pairwise(words), 1)
        at = next((place for place, (no, hear) in pairs if no in _NOT and hear in _HEARS), None)
    if at is None:
        return False
    before = [word for word in words[:at] if word not in _NOT]
    return all(word in _I for word in before) and all(word in _AFTER_HEAR for word in words[at + 1 :])


def hear_about_them(desk: Desk, heard: Heard) -> bool:
    """Staff are told to write instead of calling, or fewer words go to that telephone; what is pending comes again.

    False, and nothing said, inside an interview and wherever the words may be an answer.
    """
    if heard.tapped or not heard.text or desk.programme_id is None or desk.stage not in (*ASKED, IDLE, MENU):
        return False
    said = read_about_them(heard.text)
    if said is None:
        return False
    if said == "deaf":
        helping.keep_question(desk, heard.text)
    else:
        desk.readers = "shared"
        desk.set_identity(readers=desk.readers)
    desk.say(TOLD[said])
    return True

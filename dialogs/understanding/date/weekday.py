"""The days of the week and what is said after them: «الحد», «التلات الجاي», «الجمعة اللي فاتت»."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.understanding.date.words import folded_phrases
from dialogs.understanding.folding import fold

_WITH_ARTICLE = (  # Monday first, as date.weekday() counts
    "الاثنين الاتنين الثنين التنين الاثنيين الاتنيين الاثنن الاسنين الإتنين لتنين monday",
    "الثلاثاء الثلاثا التلاتاء التلاتا التلات الثلاث الثلثاء الثلوث التلاته الثلاثه التلاثاء الثلاتاء التلت tuesday "
    "tue tues",
    "الأربعاء الأربعا الاربع الربوع الاربعه الاربعاا wednesday weds",
    "الخميس الخمبس thursday thu thur thurs",
    "الجمعة الجمعا اليمعة الجمه friday fri",
    "السبت السبط saturday",
    "الأحد الحد sunday",
)
_BARE = (  # numbers, names of people and «nobody» too: a weekday only beside a word that says so
    "اثنين اتنين ثنين mon",
    "ثلاثاء ثلاثا تلات ثلاث ثلوث",
    "أربعاء اربعا اربع ربوع wed",
    "خميس",
    "جمعة يمعة",
    "سبت sat",
    "أحد حد sun",
)
NAMES_OF_DAYS_ONLY = frozenset(fold(word) for word in "ثلاثاء أربعاء خميس جمعة سبت".split())


def _days(rows: tuple[str, ...]) -> dict[str, int]:
    return {fold(word): day for day, words in enumerate(rows) for word in words.split()}


WEEKDAYS = _days(_WITH_ARTICLE)
BARE_WEEKDAYS = _days(_BARE)


_COMING = "جاي جايه جايين جي جيه ياي يايه قادم قادمه مقبل مقبله تالي تاليه اتي اتيه"
NEXT = folded_phrases(
    f"{_COMING} {' '.join(f'ال{word}' for word in _COMING.split())} {' '.join(f'اللي_{w}' for w in _COMING.split())} "
    "اللي_الجاي "
    "اللي_هييجي اللي_هيجي اللي_ييجي اللي_يجي اللي_بييجي اللي_حيجي القريب القريبة next coming"
)
_GONE = "فات فاتت طاف طافت راح راحت مضى مضت عدى عدت مرق مرقت سبق خلص"
LAST = folded_phrases(
    "الماضي الماضية الماض الفائت الفائتة الفايت الفايتة المنصرم المنصرمة الفات السابق السابقة الطايف الطايفة ماضي "
    "ماضية "
    f"{_GONE} {' '.join(f'اللي_{word}' for word in _GONE.split())} last past previous"
)
THIS = folded_phrases("ده دا دي دى هذا هذه هذي هاذي هاي الحالي الحالية حالي الجاري الجارية this")
AFTER_NEXT = folded_phrases(
    "بعد_الجاي بعد_الجاية بعد_القادم بعد_القادمة بعد_المقبل بعد_المقبلة بعد_الياي بعد_الياية بعد_اللي_جاي "
    "بعد_اللي_جاية اللي_بعد_الجاي اللي_بعد_الجاية اللي_بعد_القادم اللي_بعد_المقبل اللي_بعد_الياي اللي_بعد_اللي_جاي "
    "اللي_بعده اللي_بعدها اللي_بعديه اللي_بعديها اللي_عقبه اللي_عقبها عقب_الياي عقب_الجاي عقب_القادم after_next"
)
LONGEST_SUFFIX = 4  # words


def suffix_at(words: Sequence[str], at: int) -> tuple[str, int]:
    """Which one the words from `at` on mean, «next», «last», «this», «after next» or "", and how many words say so."""
    for size in range(min(LONGEST_SUFFIX, len(words) - at), 0, -1):
        phrase = " ".join(words[at : at + size])
        for name, phrases in (("after next", AFTER_NEXT), ("next", NEXT), ("last", LAST), ("this", THIS)):
            if phrase in phrases:
                pointed = at + size < len(words) and name != "this" and words[at + size] in THIS  # «الجاي ده»
                return name, size + pointed
    return "", 0


def weekday_alone(word: str) -> int | None:
    """The weekday of a word that is a person's name or a week as well («جمعة», «خميس»): a candidate, never certain."""
    return BARE_WEEKDAYS[word] if word in NAMES_OF_DAYS_ONLY else None

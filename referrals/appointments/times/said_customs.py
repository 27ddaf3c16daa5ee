"""Times by what people do then: «بعد صلاة الجمعة», «قبل المدرسة», «بعد الشغل». About an hour, so it is asked before
anything is booked."""

from __future__ import annotations

from dialogs.understanding import fold
from dialogs.understanding.clock.words import PERIODS

A_DAY = 24 * 60
AFTER, BEFORE = ("بعد", "عقب", "من بعد"), ("قبل",)
FRIDAY = fold("الجمعة")
FRIDAY_PRAYER = (11 * 60 + 30, 13 * 60 + 30)  # from when one makes ready for it, and by when one is back from it
SCHOOL, WORK, LUNCH = (8 * 60, 14 * 60), (9 * 60, 15 * 60), (13 * 60, 14 * 60 + 30)
Words = tuple[str, ...]

_SCHOOL = ("المدرسة", "المدارس", "مدرسة العيال", "مدرسة الأولاد", "مدارس العيال", "دوام المدرسة", "دوام المدارس")
_WORK = ("الشغل", "شغلي", "الدوام", "دوامي", "العمل")
_LUNCH = ("الغدا", "الغداء", "الغذا")
_PRAYED = ("صلاة الجمعة", "صلاه الجمعه", "الصلاة الجمعة", "خطبة الجمعة", "الجمعة")
_TO_SCHOOL = (
    *("ما العيال يروحوا المدرسة", "ما الأولاد يروحوا المدرسة", "ما الولاد يروحوا المدرسة"),
    *("ما العيال يروحون المدرسة", "ما أودي العيال المدرسة", "ما أوصل العيال المدرسة", "ما أودي الولاد المدرسة"),
)
_FROM_SCHOOL = (
    *("ما العيال يرجعوا من المدرسة", "ما الأولاد يرجعوا من المدرسة", "ما الولاد يرجعوا من المدرسة"),
    *("ما العيال يرجعون من المدرسة", "ما يرجعوا من المدرسة", "ما يطلعوا من المدرسة"),
)
_AT_SCHOOL = (
    *("وقت المدرسة", "في وقت المدرسة", "وقت المدارس", "والعيال في المدرسة", "والأولاد في المدرسة"),
    *("لما العيال يكونوا في المدرسة", "لما الأولاد يكونوا في المدرسة", "لما يكون العيال في المدرسة"),
    "while the children are at school",
)


def _beside(words: tuple[str, ...], names: tuple[str, ...], span: tuple[int, int]) -> dict[str, tuple[int, int]]:
    return {f"{word} {name}": span for word in words for name in names}


_CUSTOMS = {
    **_beside(BEFORE, (*_SCHOOL, *_TO_SCHOOL), (0, SCHOOL[0])),
    **_beside(AFTER, _TO_SCHOOL, SCHOOL),
    **_beside(AFTER, (*_SCHOOL, *_FROM_SCHOOL), (SCHOOL[1], A_DAY)),
    **dict.fromkeys(_AT_SCHOOL, SCHOOL),
    **_beside(BEFORE, _WORK, (0, WORK[0])),
    **_beside(AFTER, _WORK, (WORK[1], A_DAY)),
    **_beside(BEFORE, _LUNCH, (0, LUNCH[0])),
    **_beside(AFTER, _LUNCH, (LUNCH[1], A_DAY)),
    **_beside(AFTER, ("التراويح", "صلاة التراويح"), (21 * 60, A_DAY)),
    **{"before school": (0, SCHOOL[0]), "after school": (SCHOOL[1], A_DAY), "after work": (WORK[1], A_DAY)},
}
_ON_FRIDAY = {
    **_beside(BEFORE, _PRAYED, (0, FRIDAY_PRAYER[0])),
    **_beside(AFTER, _PRAYED, (FRIDAY_PRAYER[1], A_DAY)),
    **{"before friday prayer": (0, FRIDAY_PRAYER[0]), "after friday prayer": (FRIDAY_PRAYER[1], A_DAY)},
}
_BESIDE_FRIDAY = {  # where the day is said beside it
    **_beside(BEFORE, ("الصلاة", "صلاة الظهر", "الخطبة"), (0, FRIDAY_PRAYER[0])),
    **_beside(AFTER, ("الصلاة", "صلاة الظهر", "الخطبة"), (FRIDAY_PRAYER[1], A_DAY)),
}
_PRAYER = fold("صلاة")


def _folded(table: dict[str, tuple[int, int]]) -> dict[Words, tuple[int, int]]:
    return {tuple(fold(phrase).split()): span for phrase, span in table.items()}


CUSTOMS, ON_FRIDAY, BESIDE_FRIDAY = _folded(_CUSTOMS), _folded(_ON_FRIDAY), _folded(_BESIDE_FRIDAY)
LONGEST = max(len(phrase) for phrase in (*CUSTOMS, *ON_FRIDAY, *BESIDE_FRIDAY))


def by_custom(words: Words) -> tuple[Words, bool]:
    """The words with each such phrase written as one word that `span_by_custom` reads, and whether there was any.

    «صلاة العصر» is written as «العصر».
    """
    prayers = [at for at, word in enumerate(words) if word == _PRAYER and words[at + 1 : at + 2] in PERIODS]
    words = tuple(word for at, word in enumerate(words) if at not in prayers)
    for at in range(len(words)):
        for size in range(min(LONGEST, len(words) - at), 1, -1):
            phrase, rest = words[at : at + size], (*words[:at], *words[at + size :])
            if FRIDAY in rest and phrase in BESIDE_FRIDAY:
                return (*words[:at], _written(BESIDE_FRIDAY[phrase]), *words[at + size :]), True
            if phrase in ON_FRIDAY:
                return (*words[:at], FRIDAY, _written(ON_FRIDAY[phrase]), *words[at + size :]), True
            if phrase in CUSTOMS:
                return (*words[:at], _written(CUSTOMS[phrase]), *words[at + size :]), True
    return words, bool(prayers)


def _written(span: tuple[int, int]) -> str:
    return f"@{span[0]}-{span[1]}"  # a sign that no word of a message holds


def span_by_custom(word: str) -> tuple[int, int] | None:
    """The minutes of the day that a word of `by_custom` stands for."""
    since, _, until = word.removeprefix("@").partition("-")
    return (int(since), int(until)) if word.startswith("@") else None

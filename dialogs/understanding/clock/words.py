"""The words of the clock: parts of the day, parts of the hour, and what says nothing."""

from __future__ import annotations

from dialogs.understanding.number.words import dialect_key


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(dialect_key(phrase).split()) for phrase in text.split("|"))


_PERIOD_LINES = {
    "morning": (
        "صباحا|صباح|الصباح|الصبح|صبح|ص|الفجر|فجرا|فجر|الضحى|ضحى|الصبحية|الصبح بدري|بدري|بكير|الغبشة|am|a m"
        "|in the morning|this morning|elsob7|el sob7|sob7|sobh|elsobh"
    ),
    "noon": "ظهرا|الظهر|ظهر|الضهر|ضهر|ضهرا|الظهرية|noon|at noon|eldohr|el dohr|dohr",
    "after_noon": "بعد الظهر|بعد الضهر|بعد ظهر|in the afternoon|this afternoon|afternoon|ba3d eldohr",
    "afternoon": "عصرا|العصر|عصر|العصرية|العصاري|el3asr|el 3asr|3asr",
    "sunset": "المغرب|مغرب|المغربية|مغربا|elma8reb|el maghreb|maghreb",
    "evening": (
        "مساء|المساء|المسا|مسا|م|العشا|العشاء|عشاء|العشية|في المساء|in the evening|this evening|evening"
        "|el3esha|bel masa"
    ),
    "pm": "pm|p m",
    "night": "ليلا|الليل|بالليل|ليل|بليل|في الليل|اخر الليل|at night|tonight|bellel|belleil|bel leil",
    "midnight": "منتصف الليل|نص الليل|نصف الليل|بعد منتصف الليل|midnight",
}
PERIODS = {phrase: name for name, line in _PERIOD_LINES.items() for phrase in _phrases(line)}
IDLE = frozenset(
    _phrases(
        "الساعة|ساعة|الساعه حوالي|على|على الساعة|ع|عند|في|حوالي|تقريبا|تماما|بالضبط|بالظبط|بالدقيقة|دقيقة"
        "|دقائق|دقايق|at|about|around|من يوم|الموعد|الميعاد|ان شاء الله|انشاء الله|باذن الله|لو سمحت|لو سمحتم"
        "|من فضلك|من فضلكم|يا فندم|يا باشا|حضرتك|الله يخليك|والله|كويس|مناسب|يناسبني|احسن|افضل|o clock|oclock"
        "|o'clock|exactly|sharp|please|minutes|el sa3a|elsa3a|sa3a|es sa3a|بس|خليها|خلاص|يوم"
    )
)
PARTS = {
    dialect_key(word): minutes
    for minutes, words in {
        30: "نص نصف نصفا half nos noss",
        15: "ربع ربعا quarter rob3",
        20: "تلت ثلث ثلثا tilt telt",
    }.items()
    for word in words.split()
}
AND = frozenset({"و", "and", "w", "past", "after"})
LESS = frozenset(map(dialect_key, ("إلا", "الا", "الى", "illa", "ella")))
TO = frozenset({"to", "before", "till"})
LONGEST_PHRASE = 3

"""The words in which families name a time: first and last, any, early and late, not this one, and what says nothing."""

from __future__ import annotations

from dialogs.understanding import fold
from dialogs.understanding.clock.words import PERIODS

A_DAY = 24 * 60


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(fold(phrase).split()) for phrase in text.split("|"))


# The whole of what was said, beside a day or an hour that it may go with.
WHICH = {
    "any": _phrases(
        "أي وقت يناسبكم|أي وقت يريحكم|أي وقت عندكم|أي وقت فاضي"
        "|أي وقت|أي موعد|أي ميعاد|أي يوم|أي حاجة|أي شي|أي واحد|أي وحدة|أي ساعة"
        "|زي ما تحبوا|زي ما تحبون|زي ما انتو عايزين"
        "|اللي يناسبكم|اللي تشوفوه|اللي تشوفونه|اللي يعجبكم|على كيفكم|كله مناسب|كلها مناسبة|كلهم مناسبين|كله كويس"
        "|كله زين|مش فارقة|مش فارقة معايا|مش فارق"
        "|مش هتفرق|ما تفرق|ما يفرق|انتو اختاروا|اختاروا انتم|اختاروا لي|اختاروا لنا|لا فرق"
        "|لا فرق عندي|كلها تناسبني|كلها تناسبنا|any|any time|anytime|whatever|any of them|ay wa2t|ay haga|ay 7aga"
    ),
    "first": _phrases(
        "أول موعد|أول ميعاد|أول معاد|أول وقت|أقرب موعد|أقرب ميعاد|أقرب معاد|أقرب وقت|أقرب يوم|في أقرب وقت|في اقرب فرصة"
        "|أقرب حاجة|أقرب شي|أسرع موعد|أسرع ميعاد|أسرع وقت|بأسرع وقت|أبدر موعد|أبكر موعد|earliest|the earliest|asap"
        "|as soon as possible|first appointment|a2rab maw3ed|a2rab ma3ad|awel ma3ad|awel maw3ed"
    ),
    "first_shown": _phrases(
        "أول واحد|أول وحدة|الأول|الأولى|الأولاني|الأولانية|first|the first|first one|the first one"
    ),
    "last": _phrases(
        "آخر واحد|آخر وحدة|الأخير|الأخيرة|آخر موعد|آخر ميعاد|آخر معاد|آخر وقت|الموعد الأخير|الميعاد الأخير"
        "|last|the last|last one|the last one|akher wa7ed|akher maw3ed|a5er wa7ed"
    ),
    "another": _phrases(
        "ولا واحد|ولا واحد منهم|ولا وحدة|ولا واحده فيهم|غير كده|غير كدا|غير هذا|غير هذي|غيرهم|غيره|مش اليوم ده"
        "|مش اليوم دا|مش ده|مش دي|مو هذا|مو هذي|مب هذا|مو اليوم|حاجة تانية|شي ثاني"
        "|أغير الموعد|أغير الميعاد|أغير المعاد|أغير الوقت|نغير الموعد|نغير الميعاد|نغير الوقت|أغير موعدي|أغير معادي"
        "|تغيير الموعد|تغيير الميعاد"
        "|مش فاضي في الأيام دي|مش فاضية في الأيام دي|مش فاضيين في الأيام دي|مش فاضي الأيام دي"
        "|ولا يوم فيهم|ولا وقت فيهم"
        "|كلهم مش مناسبين|كلها مش مناسبة|مفيش ولا واحد مناسب|none of them|none of these"
        "|neither|something else"
    ),
    "early": _phrases("بدري|بكير|من بدري|الصبح بدري|بدري الصبح|أول النهار|أول اليوم|الصبحية بدري|early|badry|badri"),
    "late": _phrases("متأخر|وخري|آخر النهار|آخر اليوم|في آخر اليوم|late"),
}
# In front of what does not suit, and behind it.
BUT = _phrases(
    "مش|مو|غير|ما عدا|ماعدا|إلا|بلاش|مب|not|except|any day but|أي يوم غير|أي وقت غير|أي يوم إلا|أي وقت إلا"
    "|كل يوم إلا|كل الأيام إلا|كلها إلا|أي وقت بس مش|أي وقت بس مو|أي يوم بس مش|أي يوم بس مو"
)
BUT_AFTER = _phrases("لا|لأ|no")
BUSY = _phrases(
    "مش مناسب|مش مناسبة|مو مناسب|مب مناسب|ما يناسب|ما يناسبني|ما يناسبنا|ما ينفع|ماينفع|ما ينفعش|مينفعش|مش هينفع"
    "|مش نافع|مشغول|مشغولة|مشغولين|ما أقدر|ما نقدر|مقدرش|مش قادرة|مش قادر|مش فاضي|مش فاضية|مش فاضيين|عندي شغل|عندي دوام"
    "|صعب|زحمة|not good|busy"
)
# Only asked or wished aloud: shown, and not taken.
ASKING = _phrases(
    "لا|لأ|ينفع|هينفع|يصلح|يصير|ممكن|هل|فيه|في مجال|يمكن|أظن|غالبا|تقريبا|حوالي|حدود|على حدود|لو|لو فيه|لو في|لو ممكن"
    "|ما في|مفيش|مافيش|عندكم|maybe|perhaps|about|around|is there|can i|could i|what about|how about|momken"
)
IDLE = _phrases(
    "عايز|عايزة|عايزين|عاوز|عاوزة|عاوزين|أبي|أبغى|أبغي|نبي|نبغى|نبغي|أريد|نريد|بدي|حابب|حابة|حابين|أحب|نحب|خليها|خليه"
    "|خلوها|خلوه|خليني|احجز|احجزوا|احجزوها|احجزوه|احجزولي|احجزوا لي|احجزوا لنا|احجزلي|حجز|اختار|اخترت|اخترنا|نختار|ناخد"
    "|آخد|هاخد|هناخد|خدوا|خذوا|آخذ|ناخذ|بناخذ|موعد|ميعاد|معاد|الموعد|الميعاد|المعاد|بتاع|حق|يناسبني|يناسبنا|يناسب"
    "|مناسب|مناسبني|كويس|كويسة|زين|تمام|حلو|طيب|ماشي|خلاص|بس|لو سمحت|لو سمحتم|لو سمحتوا"
    "|من فضلك|من فضلكم|ان شاء الله|انشاء الله"
    "|إنشالله|بإذن الله|الله يخليكم|الله يخليك|يا بنتي|يا ابني|يا ولدي|يا بني|يا أستاذ|والله|اه|أيوه|ايوا|نعم|اي"
    "|شوية|حبة|وقت|في وقت"
    "|أوكي|اوك|أحسن|أفضل|الأفضل|الأحسن|أنسب|الأنسب|هنيجي|هاجي|نيجي|أجي|نجي|بنجي|بجي|جاية|جاي|جايين|يكون|تكون|لي|لنا|ليا|لينا"
    "|please|ok|okay|yes|i want|we want|i would like|i prefer|on|the"
)
TELLING = frozenset().union(*WHICH.values(), BUT, BUSY)
PLACES = {  # in the list that was shown
    fold(word): place
    for place, words in enumerate(("الأول الأولاني الأولى", "التاني الثاني التانية", "التالت الثالث", "الرابع"), 1)
    for word in words.split()
}
OF_PLACES = frozenset(map(fold, ("الموعد", "الميعاد", "المعاد", "الوقت")))
OR = frozenset(fold(word) for word in ("أو", "يا", "ولا", "والا", "or"))
NEITHER = frozenset(map(fold, ("لا", "لأ", "مش", "مو", "مب")))  # «لا الأحد ولا الاثنين»
DAY_AFTER = _phrases("بعده|بعديه|بعدها|بعديها|اللي بعده|اللي بعديه|اليوم اللي بعده|اللي بعدها|the day after")
TOMORROW = frozenset(map(fold, ("بكرة", "بكره", "بكرا", "باجر", "باچر", "غدا", "tomorrow")))
LONGEST = 5  # words of a phrase

# «يوم تاني» is another day and never the second, nor two o'clock: the button that says so is asked for it.
_OF_TIME = ("يوم", "وقت", "ميعاد", "معاد", "موعد", "ساعة", "نهار", "مرة", "أسبوع")
_OTHER = ("تاني", "ثاني", "تانية", "ثانية", "تانيه", "آخر", "أخرى", "غيره", "غيرو", "غيرها", "غير ده", "غير هذا")
OTHER = _phrases("|".join(f"{one} {other}" for one in _OF_TIME for other in _OTHER) + "|another day|another time|other")


_SPANS = {  # parts of the day as families divide it; minutes from midnight in which a time begins
    "morning": (0, 12 * 60),
    "noon": (11 * 60, 15 * 60),
    "after_noon": (12 * 60, 18 * 60),
    "afternoon": (15 * 60, 18 * 60),
    "sunset": (17 * 60, 20 * 60),
    "evening": (15 * 60, A_DAY),
    "pm": (12 * 60, A_DAY),
    "night": (18 * 60, A_DAY),
}
AFTER = {"morning": 9 * 60, "noon": 12 * 60, "afternoon": 15 * 60 + 30, "sunset": 18 * 60, "evening": 19 * 60}
BEFORE = {"noon": 12 * 60, "afternoon": 15 * 60 + 30, "sunset": 17 * 60 + 30, "evening": 19 * 60}
PARTS = {phrase: name for phrase, name in PERIODS.items() if name in _SPANS}
MIDDAY = _phrases("نص النهار|وسط النهار")
SINCE_WORDS, UNTIL_WORDS = frozenset({"بعد", "عقب", "after"}), frozenset({"قبل", "before"})
FROM_WORDS = frozenset({"من", "from"})
BETWEEN = frozenset({"بين", "between"})
TO_WORDS = frozenset(fold(word) for word in ("ل", "إلى", "لحد", "لغاية", "لين", "to", "until", "حتى"))


def span_of(part: str) -> tuple[int, int]:
    """The minutes of the day from and before which times of that part begin."""
    return _SPANS[part]


EARLY_UNTIL, LATE_SINCE = 10 * 60, 15 * 60

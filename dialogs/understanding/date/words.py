"""Words of dates, folded: near days, spans of time, and the small words between the parts of a date."""

from __future__ import annotations

from dialogs.understanding.folding import fold


def folded_phrases(text: str) -> frozenset[str]:
    """The folded phrases of a list parted by spaces, `_` for the space inside one."""
    return frozenset(fold(phrase.replace("_", " ")) for phrase in text.split())


_FIRST_BEFORE = "أمس امبارح مبارح انبارح البارح البارحة البارحه امبارحه الامس"
_NEAR = {
    -3: "أول_أول_امبارح قبل_أول_امبارح قبل_أول_أمس أول_أول_أمس قبل_قبل_امس",
    -2: " ".join(f"{before}_{day}" for before in ("أول", "قبل", "اولت", "أول_من") for day in _FIRST_BEFORE.split())
    + " أول_من_أمس أولمبارح أولمبارحه أمس_الأول قبل_يوم_أمس اليوم_اللي_قبل_امبارح اليوم_اللي_قبل_امس اولامبارح "
    "الامس_الاول البارحه_الاولي قبل_ليلة_أمس يوم_قبل_امس قبل_امس",
    -1: "أمس امبارح مبارح انبارح إمبارحه البارح البارحة بالأمس الأمس يوم_أمس يوم_البارح يوم_امبارح ليلة_امبارح "
    "ليلة_أمس ليلة_البارح امباريح إمبارح امباره ليلة_البارحة last_night اليوم_اللي_فات اليوم_الماضي "
    "اليوم_السابق اليوم_المنصرم",
    0: "اليوم النهارده النهاردة النهردة النهرده انهارده انهاردة انهردة انهرده إنهاردا انهردا النهردا النهاردا "
    "نهارده نهاردا نهاردة "
    "دلوقتي دلوقت دلوقتى دلوأتي الوقتي دلوئتي الآن الان الحين الحينه ألحين اللحين هالحين هذا_الحين "
    "هاليوم هسه هلا هلأ "
    "هلق ذلحين هالحزه الليلة الليله هذا_اليوم اليوم_هذا اليوم_ده نفس_اليوم في_نفس_اليوم حالا توا توه توني "
    "هسع هاللحظه حاليا دلوقتي_حالا حالا_دلوقتي دلوك دلوقيت دلوجت دلوجتي هسا هلئ ذالحين هالمسا هذا_المساء هذا_الصباح "
    "الوقت_ده الوقت_الحالي الساعه_دي دالوقتي اليومه الليلادي الليله_دي "
    "هالليله اليوم_this this_evening this_morning this_afternoon",
    1: "غدا الغد غد بكرة بكره بكرا بكرى بوكره بوكرا باكر باجر باجير باچر يوم_غد يوم_الغد يوم_بكره غدوه غدوة "
    "بوكرة بكيره اليوم_التالي لبكره لبكرا لباجر لباكر",
    2: " ".join(
        f"{after}_{day}"
        for after in ("بعد", "عقب", "عكب", "ورا", "اللي_بعد", "يوم_بعد")
        for day in "غد الغد غدا بكرة بكره بكرا بوكره باكر باجر".split()
    )
    + " بعد_يوم_غد اليوم_اللي_بعد_بكره اليوم_اللي_بعد_الغد اليوم_اللي_بعد_غد بعدبكره بعدبكرا بعدغد عقبباجر "
    "يوم_بعد_غدا",
    3: "بعد_بعد_بكره بعد_بعد_غد عقب_عقب_باجر بعد_بعد_باجر عقب_عقب_باكر",
}
NEAR_DAYS = {fold(phrase.replace("_", " ")): days for days, phrases in _NEAR.items() for phrase in phrases.split()}
LONGEST_NEAR = 4  # words

AHEAD = folded_phrases("بعد عقب عكب ورا كمان قدام in after")
AGO = folded_phrases("قبل من منذ مند since")
SINCE = folded_phrases(  # «صار لي يومين»: two days ago
    "صار_لي صار_له صار_لها صار_لنا صار_لهم صارلي صارله صارلها صارلنا صارلهم بقالي "
    "بقاله بقالها بقالنا بقالهم بقى_لي "
    "بقي_لنا بقى_له من_قبل من_مده"
)
FOR = folded_phrases("لي لنا ليا لينا له لها")  # «لي يومين»: for two days, until now or from now on
WITHIN = folded_phrases("خلال في_خلال في_ظرف في_غضون في_مدي within")
FROM_NOW = folded_phrases("من_دلوقتي من_الان من_اليوم من_النهارده من_الحين من_هلا from_الان from_اليوم later كمان")
NOW = folded_phrases("الان دلوقتي الحين")
PASSED = folded_phrases("مضت مضى فاتت فات فاتوا فاتو ago back من_الزمان خلت راحت راحوا طافت طافوا عدت")

SPANS = {  # word: (days, months, how many it says; 0 for a plural that needs its number)
    **dict.fromkeys(folded_phrases("يوم يوما نهار"), (1, 0, 1)),
    **dict.fromkeys(folded_phrases("يومين يومان ليلتين"), (1, 0, 2)),
    **dict.fromkeys(folded_phrases("أيام ايام تيام أيامات"), (1, 0, 0)),
    **dict.fromkeys(folded_phrases("أسبوع اسبوعا سبوع إسبوع اصبوع week"), (7, 0, 1)),
    **dict.fromkeys(folded_phrases("أسبوعين أسبوعان سبوعين إسبوعين جمعتين"), (7, 0, 2)),
    **dict.fromkeys(folded_phrases("أسابيع اسبيع سابيع"), (7, 0, 0)),
    **dict.fromkeys(folded_phrases("شهر شهرا"), (0, 1, 1)),
    **dict.fromkeys(folded_phrases("شهرين شهران"), (0, 1, 2)),
    **dict.fromkeys(folded_phrases("شهور أشهر تشهر"), (0, 1, 0)),
    **dict.fromkeys(folded_phrases("سنة عام عاما حول"), (0, 12, 1)),
    **dict.fromkeys(folded_phrases("سنتين سنتان عامين عامان"), (0, 12, 2)),
    **dict.fromkeys(folded_phrases("سنين سنوات أعوام"), (0, 12, 0)),
}
DAY_WORDS = folded_phrases("يوم بيوم ليوم فيوم نهار day")
MONTH_WORDS = folded_phrases("شهر بشهر لشهر الشهر month")
YEAR_WORDS = folded_phrases("سنة السنة عام العام لسنة لعام بسنة بعام بالسنة سنت year")
SAME_DAY = folded_phrases("الموافق موافق المصادف يوافق الموافقه")
CONNECTORS = folded_phrases("من في ف of on الموافق موافق المصادف in for و")
HIJRI_MARKS = folded_phrases("ه هج هجري هجرية هجريا هجرى بالهجري للهجرة ah")
COMMON_MARKS = folded_phrases("م ميلادي ميلادية ميلاديا افرنجي بالميلادي ad ce")
PARTICLES = folded_phrases("في ف ع علي عند ب ل مع on at من")
SPLIT_OFF = ("بال", "عال", "فال", "لل")  # «عالخميس», «بالشهر»: a particle written together with what follows

FIRST_OF = frozenset("اول بدايه مطلع اوايل first start beginning".split())
MIDDLE_OF = frozenset("نص نصف منتصف وسط اواسط middle mid".split())
LAST_OF = frozenset("اخر نهايه اواخر ختام end".split())
EDGES = FIRST_OF | MIDDLE_OF | LAST_OF

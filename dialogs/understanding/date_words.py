"""The names of months, weekdays and near days, folded: Egyptian, Gulf, Levantine, Hijri, and Latin spellings."""

from __future__ import annotations

from dialogs.understanding.folding import fold


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_MONTHS = (
    "يناير كانون_الثاني جانفي",
    "فبراير شباط فيفري",
    "مارس آذار",
    "أبريل إبريل نيسان",
    "مايو أيار ماي",
    "يونيو يونيه حزيران جوان",
    "يوليو يوليه تموز جويلية",
    "أغسطس آب اغسطس أوت",
    "سبتمبر أيلول شتنبر",
    "أكتوبر تشرين_الأول تشرين_أول اكتوبر",
    "نوفمبر تشرين_الثاني تشرين_ثاني نونبر",
    "ديسمبر كانون_الأول كانون_أول دجنبر",
)
_HIJRI = (
    "محرم المحرم",
    "صفر",
    "ربيع_الأول ربيع_أول",
    "ربيع_الآخر ربيع_الثاني ربيع_ثاني",
    "جمادى_الأولى جمادى_الأول جماد_الأول",
    "جمادى_الآخرة جمادى_الثانية جمادى_الثاني جماد_الثاني جمادى_الآخر",
    "رجب",
    "شعبان",
    "رمضان",
    "شوال",
    "ذو_القعدة ذي_القعدة ذوالقعدة",
    "ذو_الحجة ذي_الحجة ذوالحجة",
)
_WEEKDAYS = (  # Monday first, as date.weekday() counts
    "الاثنين الإثنين الاتنين اثنين اتنين eletnen elitnin",
    "الثلاثاء الثلاثا التلات الثلاث التلاتاء ثلاثاء التلاته eltalat",
    "الأربعاء الأربعا الاربع أربعاء الربوع elarba3",
    "الخميس خميس el5amees elkhamis",
    "الجمعة جمعة elgom3a eljom3a",
    "السبت سبت elsabt essabt",
    "الأحد الحد أحد el7ad elahad",
)
_NEAR = {
    -2: "أول_أمس أول_امبارح أول_البارح أول_البارحة قبل_أمس أمس_الأول اول_امس قبل_امبارح awel_embare7 awl_ams",
    -1: "أمس امس امبارح مبارح إمبارح البارح البارحة بالأمس يوم_أمس ams embare7 imbare7 embareh ambare7 elbare7",
    0: (
        "اليوم النهارده النهاردة انهارده انهاردة إنهاردة دلوقتي دلوقت الآن الحين الحينه هاليوم هسه الليلة الليله "
        "alyoum elyoum elnaharda enaharda innaharda naharda el_naharda dlwa2ty delwa2ty al7een today now"
    ),
    1: "غدا الغد بكرة بكره بكرا باكر باجر باچر يوم_غد غد bokra bukra bokrah bakir bacher bajer tomorrow",
    2: (
        "بعد_غد بعد_الغد بعد_بكرة بعد_بكرا بعد_باكر بعد_باجر عقب_باجر عقب_باكر عقب_بكرة b3d_bokra ba3d_bokra "
        "bad_bokra ba3d_bukra b3d_bukra"
    ),
}


def _names(rows: tuple[str, ...], first: int) -> dict[str, int]:
    return {
        fold(word.replace("_", " ")): number for number, words in enumerate(rows, start=first) for word in words.split()
    }


MONTHS = _names(_MONTHS, 1)
HIJRI_MONTHS = _names(_HIJRI, 1)
WEEKDAYS = _names(_WEEKDAYS, 0)
NEAR_DAYS = {fold(word.replace("_", " ")): days for days, words in _NEAR.items() for word in words.split()}

NEXT = frozenset(fold(w) for w in _words("القادم القادمة الجاي الجاية المقبل المقبلة الياي الياية جاي الجي القادمه"))
LAST = frozenset(fold(w) for w in _words("الماضي الماضية الفايت الفايتة الفائت الفائتة اللي_فات اللي_طاف المنصرم"))
AHEAD = frozenset(fold(w) for w in _words("بعد عقب كمان خلال"))
AGO = frozenset(fold(w) for w in _words("قبل من منذ"))
SPANS = {  # word: (days, months, count that the word itself carries)
    **{fold(w): (1, 0, 1) for w in _words("يوم أيام يوما ايام")},
    **{fold(w): (1, 0, 2) for w in _words("يومين يومان")},
    **{fold(w): (7, 0, 1) for w in _words("أسبوع أسابيع اسبوعا جمعة")},
    **{fold(w): (7, 0, 2) for w in _words("أسبوعين أسبوعان")},
    **{fold(w): (0, 1, 1) for w in _words("شهر شهور أشهر شهرا")},
    **{fold(w): (0, 1, 2) for w in _words("شهرين شهران")},
    **{fold(w): (0, 12, 1) for w in _words("سنة سنين سنوات عام أعوام")},
    **{fold(w): (0, 12, 2) for w in _words("سنتين سنتان عامين عامان")},
}

"""The names of months, folded: Egyptian, Gulf, Levantine, Maghreb, Hijri, English, and Arabic in Latin letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dialogs.understanding.folding import fold

LONGEST_NAME = 3  # words


@dataclass(frozen=True)
class MonthName:
    """Month `number` of the year; of the Islamic year where `hijri`. `size` words were used."""

    number: int
    hijri: bool
    size: int


_GREGORIAN = (
    "يناير ينايير ينير جانفي كانون_الثاني كانون_ثاني كانون_التاني كانون_تاني كانون_2 ك_2 "
    "january jan yanayer yanayir ynayer ynair yanair janayer",
    "فبراير فبرايير فبريير فبرير فيبراير فبرار فيفري شباط اشباط "
    "february feb febrayer febrayir fibrayer fibrayir fbrayer febraier shbat shubat",
    "مارس مارص مارث آذار ازار march mar mares mars maris azar",
    "أبريل ابرايل ابرل بريل ابيريل أفريل نيسان april apr abril ebril abreel ebreel nisan",
    "مايو مايوو ماى أيار may mayo mayu mayou ayyar ayar",
    "يونيو يونيه يونيا يونيوو جوان حزيران حزران june jun yonyo yonyu younyo yunyo yonio yunio yonya younia 7ozayran",
    "يوليو يوليه يوليا يوليوو يولو يوليوز جويلية تموز تموذ july jul yolyo yulyo youlyo yolio yulio yolya tammuz tamouz",
    "أغسطس اغسطص اغسطوس اغسطسس اوغسطس اوغسطوس اغصطس اوجسطس أغشت غشت أوت آب "
    "august aug aghostos aghustus agostos aghstos aghostus a8ostos a8ustus oghostos",
    "سبتمبر سيبتمبر سبتنبر ستمبر سبتمر سبتمبير شتنبر شتمبر أيلول "
    "september sept sep sebtember sibtamber sebtamber aylul aylol",
    "أكتوبر اوكتوبر اكتوبير اكتوبار اكطوبر اقتوبر تشرين_الأول تشرين_أول تشرين_الاولي تشرين_1 ت_1 "
    "october oct oktober oktobar octobar",
    "نوفمبر نوفنبر نونبر نفمبر نوفمبير تشرين_الثاني تشرين_ثاني تشرين_التاني تشرين_تاني تشرين_2 ت_2 "
    "november nov nofember nofamber novamber",
    "ديسمبر دسمبر ديسنبر ديسيمبر ديسمبير دجنبر دجمبر ديجمبر كانون_الأول كانون_أول كانون_الاولي كانون_1 ك_1 "
    "december dec disember disamber desember desamber dicember",
)
_HIJRI = (
    "محرم المحرم محرم_الحرام muharram moharram mo7arram mu7arram muh",
    "صفر صفر_الخير safar saf",
    "ربيع_الأول ربيع_أول ربيع_الاولي ربيع_1 rabi_اول rabi3_اول rabi_i rab_i rabi_1",
    "ربيع_الآخر ربيع_آخر ربيع_الثاني ربيع_ثاني ربيع_التاني ربيع_تاني ربيع_2 rabi_elthani rabi_اخر "
    "rabi3_elthani rabi3_eltani rabi3_اخر rabi_thani rabi_ii rab_ii rabi_2",
    "جمادى_الأولى جمادى_الأول جمادى_أولى جمادى_أول جماد_الأول جماد_أول جماد_الأولى جماده_الاولي جمادي_1 "
    "jumada_elula jumada_elawwal jumada_اول gamad_اول jumada_i jum_i jumada_1",
    "جمادى_الآخرة جمادى_الآخر جمادى_آخرة جمادى_الثانية جمادى_الثاني جمادى_ثاني جماد_الثاني جماد_ثاني جماد_الآخر "
    "جماد_الآخرة جماد_آخر جماد_التاني جماد_تاني جمادى_التانية جمادى_التاني جماد_الثانية جمادي_2 "
    "jumada_elakhira jumada_elakhirah jumada_elthani jumada_elthaniya jumada_thani jumada_اخر "
    "jumada_ii jum_ii jumada_2",
    "رجب رجب_الفرد rajab ragab raj",
    "شعبان شعبان_المعظم shaban shaaban sha3ban sha",
    "رمضان رمضان_المبارك رمضان_الكريم رمظان ramadan ramadhan ramazan ramdan ram",
    "شوال shawwal shawal shaw",
    "ذو_القعدة ذي_القعدة ذا_القعدة ذوالقعدة ذيالقعدة ذوي_القعدة زو_القعدة زي_القعدة دو_القعدة ذو_قعدة القعدة "
    "dhul_qidah dhu_elqidah dhul_qadah dhulqidah dhu_elqadah zu_elqidah zul_qidah zul_qada zulqida dhul_q",
    "ذو_الحجة ذي_الحجة ذا_الحجة ذوالحجة ذيالحجة ذوي_الحجة زو_الحجة زي_الحجة دو_الحجة ذو_حجة الحجة ذو_الحجه_الحرام "
    "dhul_hijjah dhu_elhijjah dhu_elhijja zu_elhijja dhulhijjah dhul_hijja zul_hijjah zul_hijja zulhijja "
    "zul_7egga dhul_h",
)
_ASKS_WHICH = frozenset(fold(word) for word in "كانون تشرين ربيع جمادى جماد".split())  # two months bear the name


def _names(rows: tuple[str, ...], hijri: bool) -> dict[str, MonthName]:
    return {
        fold(name.replace("_", " ")): MonthName(number, hijri, name.count("_") + 1)
        for number, names in enumerate(rows, start=1)
        for name in names.split()
    }


MONTHS = _names(_HIJRI, True) | _names(_GREGORIAN, False)


def month_at(words: Sequence[str], at: int) -> MonthName | None:
    """The month named from `words[at]` on, the longest name that fits; `number` is 0 for half a name («تشرين»)."""
    for size in range(min(LONGEST_NAME, len(words) - at), 0, -1):
        found = MONTHS.get(" ".join(words[at : at + size]))
        if found is not None and not (words[at + size - 1].isdecimal() and len(words) - at - size < 1):
            return found
    word = words[at]
    if word in _ASKS_WHICH:
        return MonthName(0, word not in {"كانون", "تشرين"}, 1)
    if len(word) > 4 and word[0] in "بلف":  # «بمارس»: in March
        return MONTHS.get(word[1:])
    return None

"""What kept a family from an appointment, in its own words: «كنت تعبانة», «محدش قالي», «جيت ولقيته مقفول»; pure."""

from __future__ import annotations

from typing import Literal

from dialogs.understanding import fold

Kept = Literal["closed", "came", "untold", "ill", "way", "forgot", "time"]

MOST_WORDS = 25
_NOT = frozenset(map(fold, ("مش", "مو", "مب", "ما", "مكانش", "ماكانش", "لم", "ليس", "not")))


_WAS = frozenset(map(fold, ("كان", "كانت", "was")))
_THERE = fold("موجود")
_AT_HOME = frozenset(map(fold, "مع معي معاي معايا معانا عند عندي عندنا بالبيت يوديني يوصلني يقعد".split()))


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(fold(phrase).split()) for phrase in text.split("|"))


# The first line whose words stand in what was said: who found a closed door may have been ill as well.
_SAID: tuple[tuple[Kept, tuple[tuple[str, ...], ...]], ...] = (
    (
        "closed",
        _phrases(
            "مقفول|مقفولة|ومقفول|مقفل|مقفلين|قافل|قافلة|قافلين|مغلق|مغلقة|مسكر|مسكرة|مسكرين|مبند|مبندين|closed|was shut"
            "|محدش كان هناك|ومحدش كان هناك|ماحدش كان هناك|مكانش فيه حد|ماكانش فيه حد|ما كان في أحد|ما كان فيه أحد"
            "|ملقيتش حد|مالقيتش حد|ملقتش حد|ملقيناش حد|ما لقيت أحد|ما لقينا أحد|ما لقيت حد|محدش فتح|ومحدش فتح|ما حد فتح"
            "|محدش فتحلي|ما فتحوا|مفتحوش|nobody was there|no one was there"
            "|محدش كان موجود|ومحدش كان موجود|ماحدش كان موجود|ما كان أحد موجود|ما كان فيه حد|ما كان في حد|محد كان موجود"
        ),
    ),
    (
        "untold",
        _phrases(
            "محدش قالي|محدش قال لي|ماحدش قالي|ماحدش قال لي|محدش قالنا|محدش بلغني|ماحدش بلغني|محدش كلمني|محدش عرفني"
            "|ما حد قالي|ما حد قال لي|ما أحد قال لي|محد قالي|محد قال لي|محد بلغني|ما أحد بلغني|ما بلغني أحد|ما حد خبرني"
            "|محد خبرني|ما خبرتوني|مقلتوليش|ماقلتوليش|ما قلتولي|ما وصلتني رسالة|ما وصلني شي|مجاليش رسالة|ماجاليش رسالة"
            "|مجتليش رسالة|ماجتليش رسالة|ما جتني رسالة|ما جاني شي|مجاليش حاجة|معرفش إن فيه ميعاد|مكنتش أعرف|ماكنتش أعرف"
            "|ما كنت أدري|ما دريت|ما كنت أعرف|nobody told me|no one told me|i did not know|i didn t know"
        ),
    ),
    (
        "came",
        _phrases(
            "أنا جيت|احنا جينا|إحنا جينا|جيت فعلا|جينا فعلا|والله جيت|والله جينا|أنا حضرت|حضرت فعلا|حضرنا|أنا كنت هناك"
            "|كنت هناك|كنا هناك|أنا رحت|رحت فعلا|رحت الموعد|رحت الميعاد|جيت الميعاد|جيت الموعد|جيت في ميعادي"
            "|i came|i was there|وصلت متأخر|وصلت متأخرة|وصلنا متأخرين|جيت متأخر|جيت متأخرة|جينا متأخرين|مشوني|ومشوني"
            "|مشونا|ومشونا|رفضوا يستقبلوني|رفض يستقبلني|رفضت تستقبلني|ما استقبلوني|ما استقبلونا|محدش استقبلني|حضرت"
            "|قالوا لي تعالي|قالولي تعالي|قالوا لي تعال|قالولي تعالى|رجعوني|ورجعوني|came late|sent me away"
        ),
    ),
    (
        "ill",
        _phrases(
            "تعبان|تعبانة|تعبانين|تعبت|تعبنا|عيان|عيانة|عيانين|مريض|مريضة|مرضى|مرضت|المرض|مرض|مصدع|مصدعة|سخن|سخنة|سخونة"
            "|حرارة|حمى|وجع|مستشفى|المستشفى|العملية|عملية|ولدت|بولد|وقعت|إنفلونزا|زكام|ill|sick|hospital|unwell"
        ),
    ),
    (
        "way",
        _phrases(
            "مواصلات|المواصلات|مواصلة|العربية|عربية|السيارة|سيارة|سيارتي|الباص|باص|الأتوبيس|أتوبيس|الميكروباص|ميكروباص"
            "|التوكتوك|القطر|الطريق|المعدية|العبارة|بعيد|بعيدة|زحمة|الزحمة|تهت|ضعت|أجرة|الأجرة|transport|bus|too far"
        ),
    ),
    ("forgot", _phrases("نسيت|نسينا|نسيته|نسيناه|ناسي|ناسية|ناسيين|راح عن بالي|راح من بالي|forgot")),
    (
        "time",
        _phrases(
            "الشغل|شغل|شغلي|الدوام|دوام|دوامي|مشغول|مشغولة|مشغولين|انشغلت|انشغلنا|ظروف|ظرف|عزاء|عزا|فرح|امتحان|امتحانات"
            "|العيال|الأولاد|ضيوف|جاني ضيوف|busy|work"
        ),
    ),
)


def read_kept_away(text: str) -> Kept | None:
    """What kept them, as far as the words say so; None where they do not. «ما كان مقفول» is no closed door."""
    words = tuple(fold(text).split())
    if not 0 < len(words) <= MOST_WORDS:
        return None
    return next((kept for kept, phrases in _SAID if any(_stands(phrase, words) for phrase in phrases)), None)


def _stands(phrase: tuple[str, ...], words: tuple[str, ...]) -> bool:
    size = len(phrase)
    begins = [at for at in range(len(words) - size + 1) if words[at : at + size] == phrase]
    return any(not _denied(words[:at]) and not _at_home(phrase, words[at + size :]) for at in begins)


def _at_home(phrase: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """«محدش كان موجود مع العيال»: at their own home, and not at the centre."""
    return phrase[-1] == _THERE and bool(after) and after[0] in _AT_HOME


def _denied(before: tuple[str, ...]) -> bool:
    """«مش مقفول», «ما كان مقفول», «ما رحت الموعد»."""
    said = before[:-1] if before and before[-1] in _WAS else before
    return bool(said) and said[-1] in _NOT

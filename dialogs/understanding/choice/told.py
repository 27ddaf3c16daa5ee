"""A yes or a no told as a fact: «أمي قعيدة» to who needs care, «بنستلف كل شهر» to whether the money lasts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from dialogs.understanding.choice.meaning import NO, YES
from dialogs.understanding.choice.option import ChoiceWords
from dialogs.understanding.choice.restated import asked_stems, denies, lead_of, named_among, says_nothing, stems_of
from dialogs.understanding.folding import fold
from dialogs.understanding.reading import Reading

LONGEST = 160  # characters: what is longer is a story, and only a person hears all of it
_LEADS = 2  # words: a «لا» and what it leads in to
_REACH = 2  # words after a «not» that it may deny: «ما عندي قروض», «مش بتقدر تمشي»

# What is asked (any of these words), what tells yes, what tells no. Words are met by their stems.
_TOPICS = (
    (
        "رعاية خاصة",
        "معاق معاقة إعاقة مشلول مشلولة شلل كرسي قعيد قعيدة توحد متوحد كفيف كفيفة أعمى ضرير أصم أخرس ضمور داون منغولي "
        "همم "
        "احتياجات عاجز عاجزة طريح زهايمر صرع غسيل مقعد مقعدة كسيح تأهيل",
        "تمشي يمشي بيمشي سليم سليمة سليمين بخير بصحة",
    ),
    (
        "الكرسي المتحرك",
        "كرسي قعيد قعيدة مشلول مشلولة عجلات سلم عكاز مقعد مقعدة محتاج محتاجين لزوم داعي",
        "يمشي تمشي بيمشي بتمشي نمشي بنمشي سليم",
    ),
    (
        "ديون سدادها",
        "ديون دين قرض قروض سلف سلفة أقساط قسط شيكات شيك مطلوب مطلوبين مديون مديونين كمبيالة كمبيالات متعثر متعثرين "
        "وصل أمانة",
        "مسددة سددنا خلصنا",
    ),
    (
        "يكفي دخل",
        "كافي مكفي مكفينا مكفية مستورة يكفي بيكفي يكفينا بيكفينا يوصل نوصل بيوصل بنوصل",
        "نستلف بنستلف أستلف بستلف نتسلف بنتسلف يخلص بيخلص تخلص خلص يطير بيطير قليل ناقص ضعيف عاجز",
    ),
    (
        "يبحث عمل تدريب",
        "يدور بيدور ندور بندور أدور بدور تدور عاطل بطال خريج خريجة متخرج",
        "شغال شغالين يشتغلون صغيرين صغار يدرسون بيدرسوا طلبة لاقي لاقية",
    ),
    (
        "حدث صعب الشهور",
        "مات ماتت توفى توفي توفت اتوفى اتوفت وفاة حادث حادثة حريق سيل طلاق طلقني اتطلقت مرض جلطة سرطان فصلوني اترفدت "
        "سجن انسجن "
        "انحبس اتحبس",
        "",
    ),
    (
        "قدم طلبا قبل",
        "قدمت قدمنا قدم سجلت سجلنا مقدم مقدمين مسجلين",
        "أول جديد جداد",
    ),
)
_TURNS = frozenset(
    map(fold, "بس لكن ولكن إلا غير كان كانت كنا زمان أحيانا ساعات يمكن لو إذا لما عشان نص نصف لنص".split())
)
_Topic = tuple[frozenset[str], frozenset[str], frozenset[str]]


@cache
def _topics() -> tuple[_Topic, ...]:
    return tuple(
        (frozenset(map(fold, about.split())), frozenset(map(fold, yes.split())), frozenset(map(fold, no.split())))
        for about, yes, no in _TOPICS
    )


def _topic_of(question: str) -> _Topic | None:
    """The facts that answer the question; None where we know none. All words it is known by must be asked."""
    asked = asked_stems(question) | {fold(word) for word in question.split()}
    return next(
        (topic for topic in _topics() if all(stems_of(word) & asked or word in asked for word in topic[0])), None
    )


def _told(words: Sequence[str], topic: _Topic) -> frozenset[str]:
    """«yes», «no», both or nothing: what the facts in the words amount to, those that are denied turned round."""
    _, yes, no = topic
    found = set()
    for at, word in enumerate(words):
        own = {word, word.removeprefix("ال"), word.removeprefix("ب"), word.removeprefix("ع")}
        joined = word.startswith("م") and word.endswith("ش") and len(word) > 4
        own |= {word[1:-1], word[1:-1].removeprefix("ب")} if joined else set()
        denied = joined or any(map(denies, words[max(0, at - _REACH) : at]))
        if own & yes:
            found.add("no" if denied else "yes")
        elif own & no:
            found.add("yes" if denied and yes else "no")
    return frozenset(found)


def _nothing_else(words: Sequence[str], topic: _Topic) -> bool:
    """True when all that was said is a «not», the facts of the topic and words that say nothing by themselves."""
    return all(denies(word) or says_nothing(word) or word in topic[1] | topic[2] for word in words)


def read_told(text: str, question: str, options: Sequence[ChoiceWords]) -> Reading[str]:
    """The yes or no that a fact tells: sure after a «نعم» or «لا» that says the same, else offered back.

    Blank where no fact is told, where the question asks for none that we know, or the list has not both answers.
    """
    value = _both(options)
    words = fold(text).split() if len(text) <= LONGEST else []
    topic = _topic_of(question) if value and words else None
    if topic is None:
        return Reading()
    lead = lead_of(words)
    told = _told(words[1:] if lead else words, topic)
    if len(told) == 1:
        fact = next(iter(told))
        if lead == fact and not _TURNS & set(words):
            return Reading(value[fact], True)
        if lead is None and fact == "no" and denies(words[0]) and _nothing_else(words, topic):
            return Reading(value["no"], True)  # «محدش بيدور», «ما عندي قروض»
        if lead in {None, fact}:
            return Reading(value[fact], False, "choice_confirm", (value[fact],))
    return Reading(None, False, "choice_which", (value["yes"], value["no"])) if told else Reading()


def read_lead(text: str, options: Sequence[ChoiceWords]) -> Reading[str]:
    """«لا كلهم صغيرين»: the no that leads in to words of their own, offered back; blank for all else."""
    value = _both(options)
    words = fold(text).split() if len(text) <= LONGEST else []
    if not value or len(words) < _LEADS or lead_of(words) != "no":
        return Reading()
    return Reading(value["no"], False, "choice_confirm", (value["no"],))


def _both(options: Sequence[ChoiceWords]) -> dict[str, str]:
    """The names of the list's one yes and one no; empty where it has not both."""
    yes, no = named_among(YES, options), named_among(NO, options)
    return {"yes": yes, "no": no} if yes and no and yes != no else {}

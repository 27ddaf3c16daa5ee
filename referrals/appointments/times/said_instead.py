"""That a time is to be another one, in a family's words: «ابني مريض نأجلها», «موعد أقرب», «خلوه الخميس»; pure."""

from __future__ import annotations

from dialogs.understanding import fold

MOST_WORDS = 12
DENIES_WITHIN = 2  # words: «مش عايزة أأجل»; what stands farther before it is the reason
_LATER = frozenset(
    map(
        fold,
        "نأجل نأجلها نأجله أأجل أأجلها أأجله اأجل تأجيل التأجيل تأجيله تأجيلها تأجلوا تأجلوه تأجلوها تأجلونه تأجلون "
        "تأجلولي أجلوا أجلوه أجلوها أجلوهولي أجليها أجليه يتأجل يتأجّل نأخره نأخرها postpone".split(),
    )
)
_NOT = frozenset(map(fold, "لا ما مش مو مب موش مانبي بدون من غير".split()))
_NEVER = frozenset({"not", "don", "dont"})  # English says it far before: «I don't want to postpone»
_SOMETHING_ELSE = frozenset(
    map(
        fold, "الإيجار إيجار القسط قسط الأقساط أقساط الدين الديون الفاتورة فواتير الدراسة الامتحان العملية rent".split()
    )
)
_APPOINTMENT = frozenset(map(fold, "موعد موعداً ميعاد معاد وقت وقتاً يوم appointment time".split()))
_SOONER = frozenset(map(fold, "أقرب أبدر أسرع أبكر قبل earlier sooner".split()))
_BESIDE_SOONER = frozenset(
    map(
        fold,
        "أريد عايز عايزة عاوز عاوزة أبي أبغى ابا بدي نريد نبي نبغى ممكن هل في فيه عندكم لو سمحتم سمحت سمحتوا من كده "
        "هذا هالموعد ده شوية شوي الله يخليكم محتاج محتاجة ياريت i want need an a please".split(),
    )
)
_CHANGE = frozenset(
    map(
        fold,
        "غيروه غيروها غيرولي غيره خلوه خلوها خليه خليها خلولي انقلوه انقلوها حولوه حولوها نخليه نخليها نغيره نغيرها "
        "أخليه أغيره بدلوه بدلوها".split(),
    )
)
_TO = {fold("لل"): fold("ال")}  # «للخميس» is «الخميس» where something is changed to it


def puts_off(text: str) -> bool:
    """Whether it is to be later, whatever the reason beside it («ما أقدر أجي نأجلها»); not where that is denied, or
    said of something else."""
    words = fold(text).split()
    first = next((at for at, word in enumerate(words) if word in _LATER), None)
    if first is None or len(words) > MOST_WORDS or _SOMETHING_ELSE & set(words):
        return False
    return not (_NEVER & set(words[:first]) or _NOT & set(words[max(0, first - DENIES_WITHIN) : first]))


def wants_sooner(text: str) -> bool:
    """«موعد أقرب», «ميعاد قبل كده», and nothing else; «أقرب موعد» may ask for the one that stands."""
    words = fold(text).split()
    noun = next((at for at, word in enumerate(words) if word in _APPOINTMENT), None)
    sooner = next((at for at, word in enumerate(words) if word in _SOONER), None)
    if noun is None or sooner is None or sooner < noun:
        return False
    return all(word in _BESIDE_SOONER | _APPOINTMENT | _SOONER for word in words)


def changed_to(text: str) -> str | None:
    """What stands behind a word of changing («خلوه الخميس الصبح»: «الخميس الصبح»); None where nothing is changed."""
    words = fold(text).split()
    if len(words) < 2 or words[0] not in _CHANGE:
        return None
    first = words[1]
    for to, the in _TO.items():
        if first.startswith(to):
            first = the + first.removeprefix(to)
    return " ".join((first, *words[2:]))

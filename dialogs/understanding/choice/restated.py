"""A yes or a no said with the question's own words: «لا ما قدمنا», «أيوه قدمنا السنة اللي فاتت», «مبيكفيش»."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from dialogs.understanding.choice.meaning import NO, YES
from dialogs.understanding.choice.option import ChoiceWords, key_of
from dialogs.understanding.folding import fold
from dialogs.understanding.intent.reader import read_intent
from dialogs.understanding.reading import Reading

LONGEST = 120  # characters: what is longer tells more than yes or no
_SHORTEST = 3  # letters of a stem: of two letters many words are made
_DOER = 4  # letters of who or what does it: «كافي»
_BEFORE = ("", *"و ف ال وال م ما ب بي بت بن ي ت ن ا هن هي ه مبي مبن مبت".split())
_AFTER = ("", *"ش ناش وش تش نا ت تم تو وا و ون ين ه ي هم كم ها وناش ا".split())
_DENYING = frozenset(
    map(fold, "ما لم لا مش مو مب محدش ماحدش محد ماحد مفيش مافيش مافي ماكو ولا لن ليس عمرنا عمري ابدا not never".split())
)
_NOBODY = frozenset(map(fold, "محدش ماحدش محد ماحد مفيش مافيش مافي ماكو".split()))
_UNHINDERED = frozenset(map(fold, "مانع مشكلة مشكله اعتراض بس لكن غير الا".split()))  # «لا مفيش مانع» is a yes
_FEW = 4  # words after «لا»
_NO_ALONE = frozenset(map(fold, "لا no ابدا".split()))
_IDLE = frozenset(
    map(
        fold,
        "احنا انا نحن حنا والله الحمد لله طبعا اكيد كده من قبل قبلها كنت كنا السنة سنة الشهر شهر اللي فات فاتت الماضي "
        "الماضية مرة مرتين اول لسه خالص ابدا ابد لحد الان دلوقتي الحين عندنا عندي لنا ليا لينا لي في حد احد هنا فعلا "
        "يا فندم باشا حضرتك يوجد توجد على الى عن ان before yet ever have we i did do does to".split(),
    )
)
_OF_QUESTIONS = frozenset(
    map(
        fold, "هل من في على الى عن ان او كم متى اين ما هذا احد عندكم لكم معكم هناك شيء the a do you of to in is".split()
    )
)
_AFTERS = tuple(sorted(_AFTER, key=len))


@lru_cache(maxsize=1024)
def stems_of(word: str) -> frozenset[str]:
    """What is left of a folded word without what verbs and nouns are given before and after; «كافي» is also كفي."""
    cut = {word[len(before) :] for before in _BEFORE if word.startswith(before)}
    stems = {each[: len(each) - len(after)] for each in cut for after in _AFTERS if each.endswith(after)}
    stems |= {stem[0] + stem[2:] for stem in stems if len(stem) == _DOER and stem[1] == "ا"}
    return frozenset(stem for stem in stems if len(stem) >= _SHORTEST)


@lru_cache(maxsize=256)
def asked_stems(question: str) -> frozenset[str]:
    """The stems of a question's words; of one that is asked in the negative none, since its yes may be a no."""
    words = fold(question).split()
    if _DENYING & set(words) - {"ما"} or " لا " in f" {' '.join(words)} ":
        return frozenset()
    return frozenset(stem for word in words if word not in _OF_QUESTIONS for stem in stems_of(word))


def lead_of(words: Sequence[str]) -> str | None:
    """The yes or no that the first word says by itself; None for «ما», «مش» and for all other words."""
    first = read_intent(words[0])
    bare = words[0] not in _DENYING or words[0] in _NO_ALONE
    return first.value if bare and first.sure and first.value in {"yes", "no"} else None


def denies(word: str) -> bool:
    """True for «ما», «مش», «محدش» and the like."""
    return word in _DENYING


def says_nothing(word: str) -> bool:
    """True for words that change no yes and no no: «احنا», «والله», «عندي»."""
    return word in _IDLE


def named_among(words: frozenset[str], options: Sequence[ChoiceWords]) -> str:
    """The one option that is spelt as one of the words; "" for none or several."""
    found = [o.name for o in options if key_of(o.name) in words or not words.isdisjoint(o.spellings())]
    return found[0] if len(found) == 1 else ""


def read_restated(text: str, question: str, options: Sequence[ChoiceWords]) -> Reading[str]:
    """The yes or no of a list that has one of each, where all else that was said are the question's words.

    A verb that is only said back («يكفي») is asked about, and a no beside what sounds like a yes too.
    """
    yes, no = named_among(YES, options), named_among(NO, options)
    words = fold(text).split() if len(text) <= LONGEST else []
    asked = asked_stems(question)
    if not (yes and no and yes != no and words and asked):
        return Reading()
    lead = lead_of(words)
    rest = words[1:] if lead else words
    if lead == "no" and rest[:1] and rest[0] in _NOBODY and len(rest) <= _FEW and not _UNHINDERED & set(rest):
        return Reading(no, True)  # «لا محدش بيدور»
    denied = [word for word in rest if word in _DENYING or _is_denied(word, asked)]
    restated = [word for word in rest if word not in _DENYING and stems_of(word) & asked]
    if any(word not in _IDLE and word not in denied and word not in restated for word in rest):
        return Reading()
    if not restated and not (lead and rest):
        return Reading()
    if (lead == "yes" and denied) or (lead == "no" and not denied and any(map(_is_past, restated))):  # «لا قدمنا»
        return Reading(None, False, "choice_which", (yes, no))
    if lead or denied:
        return Reading(yes if lead == "yes" else no, True)
    return Reading(yes, False, "choice_confirm", (yes,))


def _is_past(word: str) -> bool:
    """«قدمنا», «قدمت»: «لا» before it denies what was asked and not the verb."""
    return word.endswith(("نا", "ت", "وا", "تم"))


def _is_denied(word: str, asked: frozenset[str]) -> bool:
    """«مقدمناش», «مبيكفيش»: a verb of the question between the two halves of «not»."""
    return word.startswith("م") and word.endswith("ش") and bool(stems_of(word) & asked)

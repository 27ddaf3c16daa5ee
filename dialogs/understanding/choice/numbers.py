"""A number or a place in the list for an answer: «٢», «رقم ٣», «التانية»; «٣» where the options are ranges."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogs.understanding.choice.option import ChoiceWords
from dialogs.understanding.folding import fold, fold_letters
from dialogs.understanding.number.reader import read_number
from dialogs.understanding.reading import Reading

_LED = re.compile(
    r"(?:(?:ال)?(?:رقم|اختيار|خيار|اجابه|نمره|جواب)|اخترت|اختار|هختار|no|number|option|choice|num|ra2m|rakam) +(.+)"
)
_PLACES = {
    "first": (
        "الأول الأولى الاول اولا اول_واحد اول_واحده اول_اختيار الاولاني الاولانيه first the_first el_awel elawel "
        "awal_wa7ed"
    ),
    "second": "الثاني الثانية التاني التانيه ثانيا تاني_واحد تاني_واحده ثاني_واحد second the_second el_tani eltani",
    "third": "الثالث الثالثة التالت التالته ثالثا تالت_واحد تالت_واحده ثالث_واحد third the_third el_talet eltalet",
    "fourth": "الرابع الرابعة رابعا رابع_واحد fourth the_fourth el_rabe3",
    "fifth": "الخامس الخامسة خامسا خامس_واحد fifth",
    "sixth": "السادس السادسة السادسه سادس_واحد sixth",
    "seventh": "السابع السابعة سابع_واحد seventh",
    "eighth": "الثامن الثامنة التامن التامنه تامن_واحد eighth",
    "ninth": "التاسع التاسعة ninth",
    "tenth": "العاشر العاشرة tenth",
    "last": "الأخير الأخيرة الاخير اخر_واحد اخر_واحده آخر_اختيار الاخراني last last_one the_last el_akheer elakher",
}
_PLACE_OF = {
    fold(word.replace("_", " ")): place for place, words in enumerate(_PLACES.values()) for word in words.split()
}
_LAST = len(_PLACES) - 1
_OF_RANGES = frozenset(
    map(fold, "من إلى الى ل لحد حتى بين و اكثر اكتر أقل او فاكثر فوق تحت to from more less than over under".split())
)
_FROM_TO = re.compile(r"(\d+) ?(?:-|–|—|الي|لحد|حتي|ل|to) ?(\d+)")
_MORE = re.compile(r"(?:اكثر من|اكتر من|فوق|more than|over) (\d+)")
_AT_LEAST = re.compile(r"(\d+)(?: [^\W\d]+)? ?(?:\+|فاكثر|فما فوق|او اكثر|او اكتر|واكثر|and more|or more|فاكتر)")
_LESS = re.compile(r"(?:اقل من|تحت|دون|less than|under) (\d+)")
_ONE = re.compile(r"\d+")
_FAR_BELOW = 20  # times: nobody means five dinars by «٥» beside «أقل من ١٠٠٠»
_MOST_DIGITS = 9


def _range(label: str) -> tuple[int, int] | None:
    """The whole numbers a label covers, ends included; None when it names none."""
    plain = fold_letters(label)
    if len(plain) > 80:
        return None
    between = _FROM_TO.search(plain)
    if between:
        return int(between[1][:_MOST_DIGITS]), int(between[2][:_MOST_DIGITS])
    for pattern, low, high in ((_MORE, 1, None), (_AT_LEAST, 0, None), (_LESS, None, -1)):
        found = pattern.search(plain)
        if found:
            number = int(found[1][:_MOST_DIGITS])
            return (number + low, 10**_MOST_DIGITS) if low is not None else (0, number + (high or 0))
    digits = _ONE.findall(plain)
    if len(digits) == 1 and plain.startswith(digits[0]):
        number = int(digits[0][:_MOST_DIGITS])
        return number, number
    if not digits and len(plain.split()) <= 2:
        read = read_number(label)
        if read.sure and isinstance(read.value, int):
            return read.value, read.value
    return None


def _ranges(options: Sequence[ChoiceWords]) -> list[tuple[int, int] | None]:
    found = []
    for option in options:
        if "_range" not in option.__dict__:
            option.__dict__["_range"] = _range(option.label)
        found.append(option.__dict__["_range"])
    return found


def _covers(span: tuple[int, int] | None, number: int) -> bool:
    """True when the number is in the range; «١٢ - ٣» goes round the clock."""
    if span is None:
        return False
    low, high = span
    return low <= number <= high if low <= high else low <= number <= 12 or 1 <= number <= high


def _doubtful(span: tuple[int, int] | None, number: int) -> bool:
    return span is not None and span[0] == 0 < number and number * _FAR_BELOW < span[1]


def _by_range(text: str, options: Sequence[ChoiceWords], ranges: Sequence[tuple[int, int] | None]) -> str | None:
    """The only option that has the range said, in words that its label has too: «من 1000 ل 2000», «اقل من 1000»."""
    span = _range(text)
    if span is None or span[0] == span[1]:
        return None
    same = [option for option, its in zip(options, ranges, strict=True) if its == span]
    if len(same) != 1:
        return None
    beside = {*fold(same[0].label).split(), *_OF_RANGES}
    return same[0].name if all(word in beside or word.isdecimal() for word in fold(text).split()) else None


def _number_in(key: str) -> int | None:
    """The whole number that the words are, with at most one more word («٣ أطفال»); None for a sentence."""
    if len(key.split()) > 3 or len(key) > 40:
        return None
    read = read_number(key)
    return read.value if read.sure and isinstance(read.value, int) and not isinstance(read.value, bool) else None


def by_number(text: str, key: str, options: Sequence[ChoiceWords]) -> Reading[str]:
    """The option at that place of the list, or that covers the number; both are asked about where they differ."""
    place = _PLACE_OF.get(key)
    if place is not None:
        at = len(options) - 1 if place == _LAST else place
        return Reading(options[at].name, True) if 0 <= at < len(options) else Reading()
    led = _LED.fullmatch(key)
    number = _number_in(led[1] if led else key)
    if number is None and not any(sign.isdecimal() for sign in key):
        return Reading()
    ranges = _ranges(options)
    if number is None:
        named = _by_range(text, options, ranges)
        return Reading(named, True) if named else Reading()
    return _of_number(number, key, options, led is not None)


def _of_number(number: int, key: str, options: Sequence[ChoiceWords], led: bool) -> Reading[str]:
    ranges = _ranges(options)
    spans = [(o.name, r) for o, r in zip(options, ranges, strict=True) if _covers(r, number)]
    doubted = [name for name, span in spans if _doubtful(span, number)]
    covering = [name for name, _ in spans if name not in doubted]
    standing = options[number - 1].name if 1 <= number <= len(options) else None
    numbered = sum(r is not None for r in ranges) * 2 >= len(options)  # the labels are numbers: «٣» may mean one
    if led or not numbered:
        bare = led or len(key.split()) == 1 or key.replace(" ", "").isdecimal()
        return Reading(standing, True) if standing and bare else Reading()
    likely = tuple(dict.fromkeys([*covering, *([standing] if standing and len(key.split()) == 1 else [])]))
    if len(likely) == 1 and (covering or doubted):
        return Reading(likely[0], True)
    likely = likely or tuple(doubted)
    return Reading(None, False, "choice_which", likely[:3]) if likely else Reading()

"""Numbers as families write them: figures of three scripts, words of four dialects; the whole text or nothing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from dialogs.understanding.folding import fold_letters
from dialogs.understanding.number.counted import SHARES, read_counted, read_short_of
from dialogs.understanding.number.digits import PHONE_DIGITS, Number, asking, exact, read_figure
from dialogs.understanding.number.forms import read_form
from dialogs.understanding.number.latin import latin_word
from dialogs.understanding.number.people import count_people
from dialogs.understanding.number.setting import AFTER, Setting, Words, set_apart
from dialogs.understanding.number.spoken import read_spoken
from dialogs.understanding.number.words import ARABIC, TANWIN, dialect_key
from dialogs.understanding.reading import Reading

LONGEST = 240  # characters: a number below a billion in standard Arabic has 130
_FRACTION_SIGN = re.compile("(\\d*)\\s*([\u00bc-\u00be\u2150-\u215e])")
_RAISED = re.compile("[\u00b2\u00b3\u00b9\u2070-\u209c]")  # 5² is not 52
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_APOSTROPHES = str.maketrans("’‘ʼ`´ث", "'''''ت")
_LEXEME = re.compile(
    r"(?P<currency>(?:egp|kwd|kd|usd|le)(?=\d))"
    r"|(?P<latin>\d*'?[a-z][a-z\d']*)"
    r"|(?P<figure>\d{1,3}(?: \d{3})+(?![\d])(?:[.,٫،]\d+)?(?!\d)|[.٫]\d+|\d(?:[\d.,٬٫،']*\d)?)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<sign>[-−–—%٪/:+^=<>~@&\\×÷±√∞∼≈])"
)
_GLUED = re.compile(r"(\d+)('?[a-z].*)")
_NEGATIVE = frozenset(map(dialect_key, ("سالب", "ناقص", "minus", "negative")))
_GREAT = frozenset({"hundred", "scale", "ordinal"})


def _lexemes(text: str) -> tuple[Words, bool]:
    """The words, figures and signs of the text, and whether it begins with a minus."""
    plain = _REPEATED.sub(r"\1", fold_letters(TANWIN.sub("", text)).translate(_APOSTROPHES))
    found: list[str] = []
    negative = False
    for match in _LEXEME.finditer(plain):
        token = match[0]
        if match.lastgroup == "latin":
            found += _unglued(token)
        elif match.lastgroup != "sign":
            found.append(token)
        else:
            before, after = plain[: match.start()], plain[match.end() :]
            if token in "-−–—" and not before.strip("( ") and after[:1].isdecimal():
                negative = True
            elif not _idle_sign(token, before, after):
                found.append("-" if token in "−–—" else token)
    return tuple(found), negative


def _unglued(word: str) -> Words:
    """«350egp» and «3k» are a figure and a word, «5amsa» and «3omri» are words."""
    if latin_word(word):
        return (word,)
    if "'" in word.strip("'"):  # i'm, we're
        return tuple(filter(None, word.split("'")))
    glued = _GLUED.fullmatch(word)
    if glued is None or not (latin_word(glued[2]) or (glued[2],) in AFTER):
        return (word,)
    return (glued[1], glued[2])


def _idle_sign(sign: str, before: str, after: str) -> bool:
    """«العدد: ٥», «=5», «~5», «25%» and the hyphen of «thirty-four» say nothing."""
    if sign == ":":
        return not (before[-1:].isdecimal() and after[:1].isdecimal())
    if sign in "%٪":
        return not before.strip() or not after.strip()
    if sign in "=~≈+":
        return not before.strip() and (sign != "+" or sum(map(str.isdecimal, after)) < PHONE_DIGITS)
    return (
        sign == "-" and before[-1:].isascii() and before[-1:].isalpha() and after[:1].isascii() and after[:1].isalpha()
    )


def _fractions_spelt(text: str) -> str:
    """«1½» as 1.5, before folding makes eleven halves of it."""
    return _FRACTION_SIGN.sub(lambda m: f" {exact(int(m[1] or 0) + unicodedata.numeric(m[2]))} ", text)


def read_number(text: str) -> Reading[Number]:
    """The number that the whole text is, units and courtesies aside; blank when anything is left over.

    A percentage reads as its figure («٥٠٪» is 50). Where two numbers may be meant, or a thing was counted that may not
    be the one asked for, the reading asks: «number_confirm» with its only candidate, «number_which» with several.
    """
    if len(text) > LONGEST:
        return Reading()
    if text.isascii() and text.isdecimal():  # what most people send: nothing in it is to be told apart
        return read_figure(text)
    if _RAISED.search(text):
        return Reading()
    words, negative = _lexemes(_fractions_spelt(text.replace("🔟", "10")))
    if words and words[0] in _NEGATIVE:
        words, negative = words[1:], True
    if not words:
        return Reading()
    reading = _read(words)
    if not reading.sure and not negative and (people := count_people(text)):
        return asking(people)  # whoever asked how many children is not told how many live there
    return _negated(reading) if negative else reading


def _negated(reading: Reading[Number]) -> Reading[Number]:
    if reading.value is None:
        return reading
    if len(reading.candidates) > 1:
        return Reading()
    return Reading(-reading.value, True) if reading.sure else asking(-reading.value)


def _read(words: Words) -> Reading[Number]:
    setting = set_apart(words)
    measured = bool(setting.said & {"unit", "part_unit"})
    reading = read_spoken(setting.words, measured=measured)
    if reading.value is None:
        return _read_special(setting)
    if reading.sure and setting.words != setting.whole and setting.whole[-1] in SHARES:
        return asking(exact(reading.value / SHARES[setting.whole[-1]]), reading.value)  # «250 فلس»: of a dinar
    if setting.said & {"doubtful", "part_unit"} or (
        setting.said & {"flourish", "percent"} and _exclaimed(setting.words)
    ):
        return asking(reading.value) if reading.sure else reading
    return reading


def _exclaimed(words: Words) -> bool:
    """«ألف شكر», «مية في المية», «أول مرة»: no number is meant, as likely as not."""
    word = ARABIC.get(words[0])
    return len(words) == 1 and word is not None and word.kind in _GREAT


def _read_special(setting: Setting) -> Reading[Number]:
    """Two numbers to choose from, a fraction, a decimal in words, «إلا ربع», or things counted."""
    reading = read_short_of(setting.whole)
    if reading is not None:
        return reading
    reading = read_form(setting.words)
    if reading is not None:
        return _asked(reading) if setting.said & {"doubtful", "part_unit"} else reading
    reading = read_counted(setting.whole)
    return _asked(reading) if "doubtful" in setting.said else reading


def _asked(reading: Reading[Number]) -> Reading[Number]:
    return replace(reading, sure=False) if reading.value is None or not reading.sure else asking(reading.value)

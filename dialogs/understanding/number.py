"""Numbers as families write them: digits of three scripts, words of three dialects; the whole text or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dialogs.understanding.folding import fold, fold_latin, fold_letters
from dialogs.understanding.number_words import ARABIC, LATIN, LEAD_INS, UNITS_OF_MEASURE, NumberWord
from dialogs.understanding.reading import Reading

Number = int | float

LONGEST = 120  # characters: the longest number below a milliard has 80
MOST_DIGITS = 15  # past that a number is a card or a typing accident, and floats no longer hold it
_GROUPED = re.compile(r"\d{1,3}(?:[,٬' ]\d{3})+(?:[.٫]\d+)?")
_DECIMAL = re.compile(r"(\d+)[.٫](\d+)")
_COMMA_DECIMAL = re.compile(r"(\d+)[,،](\d{1,2})")
_COMMA_THOUSAND = re.compile(r"\d{1,3}،\d{3}")
_DIGITS_AND_LETTERS = re.compile(r"(?<=\d)(?=[^\W\d_a-z])|(?<=[^\W\d_a-z])(?=\d)|(?<=\d)(?=(?:kd|kwd|egp|le)\b)")
_PIECE = re.compile(r"\d[\d.,٬٫،']*\d(?![a-z])|\d(?![\da-z])|[^\W_]+")
_PERCENT = ("في الميه", "في المايه", "بالميه", "بالمايه", "٪", "%")


@dataclass(frozen=True)
class _Token:
    word: NumberWord | None
    digits: Number | None
    joined: bool
    last: bool
    definite: bool = False


def _exact(value: float) -> Number:
    return int(value) if float(value).is_integer() else round(value, 9)


def _read_digits(text: str) -> Reading[Number]:
    """A run of digits with its separators; unsure where one separator means two things («1.500», «١،٥٠٠»)."""
    if sum(map(str.isdigit, text)) > MOST_DIGITS:
        return Reading()
    if text.isdecimal():
        padded = len(text) > 1 and text[0] == "0"
        return Reading(int(text), not padded, "number_confirm" if padded else None)
    if _GROUPED.fullmatch(text):
        return Reading(_exact(float(re.sub(r"[,٬' ]", "", text).replace("٫", "."))), True)
    decimal = _DECIMAL.fullmatch(text)
    if decimal:
        whole, part = decimal.groups()
        twofold = "." in text and len(part) == 3 and len(whole) <= 3 and whole != "0"
        return Reading(_exact(float(f"{whole}.{part}")), not twofold, "number_confirm" if twofold else None)
    comma = _COMMA_DECIMAL.fullmatch(text)
    if comma:
        return Reading(_exact(float(f"{comma[1]}.{comma[2]}")), True)
    if _COMMA_THOUSAND.fullmatch(text):
        return Reading(int(text.replace("،", "")), False, "number_confirm")
    return Reading()


def _known(word: str) -> tuple[NumberWord, bool] | None:
    found = ARABIC.get(word) or LATIN.get(fold_latin(word))
    if found:
        return found, False
    bare = ARABIC.get(word[2:]) if word.startswith("ال") else None
    return (bare, True) if bare else None


def _words_in(piece: str) -> list[tuple[NumberWord, bool, bool]] | None:
    """The number words written in one piece as (word, joined by و, definite); None when a part of it is no number."""
    whole = _known(piece)
    if whole:
        return [(whole[0], False, whole[1])]
    if piece.startswith("و") and len(piece) > 2:
        rest = _words_in(piece[1:])
        return [(rest[0][0], True, rest[0][2]), *rest[1:]] if rest else None
    if piece.endswith("تلاف") and len(piece) > 4:  # خمستلاف
        count = _known(piece[:-4])
        return [(count[0], False, False), (ARABIC["تلاف"], False, False)] if count else None
    for at in range(2, len(piece) - 2):  # خمسةوعشرين
        if piece[at] == "و":
            first, rest = _known(piece[:at]), _words_in(piece[at:])
            if first and rest:
                return [(first[0], False, first[1]), *rest]
    return None


def _tokens(text: str) -> tuple[list[_Token], bool] | None:
    """The tokens of the text and whether its digits were certain; None when anything is left over."""
    found: list[_Token] = []
    joined, certain = False, True
    pieces = _PIECE.findall(_DIGITS_AND_LETTERS.sub(" ", text))
    for place, piece in enumerate(pieces):
        last = place == len(pieces) - 1
        if piece == "واحد" and found and pieces[place + 1 : place + 2] in (["عشر"], ["عشره"]):
            joined = True  # «وأحد عشر» folds to the word for one
        if piece in {"و", "w", "we", "wa", "and"}:
            joined = True
            continue
        if piece[0].isdecimal() and not piece[-1].isalpha():
            digits = _read_digits(piece)
            if digits.value is None:
                return None
            certain = certain and digits.sure
            found.append(_Token(None, digits.value, joined, last))
        else:
            words = _words_in(fold(piece))
            if words is None:
                return None
            for word, glued, definite in words:
                found.append(_Token(word, None, joined or glued, last, definite))
                joined = False
        joined = False
    return (found, certain) if found and not joined else None


class _Composer:
    """Puts tokens together by the grammar of Arabic numbers: scales falling, hundreds, then ones before tens."""

    def __init__(self, tokens: list[_Token], measured: bool) -> None:
        self.tokens, self.measured, self.at, self.sure = tokens, measured, 0, True

    def kind(self, ahead: int = 0) -> str:
        index = self.at + ahead
        if index >= len(self.tokens):
            return ""
        token = self.tokens[index]
        return token.word.kind if token.word else "digits"

    def take(self, must_join: bool = False) -> float:
        token = self.tokens[self.at]
        self.at += 1
        if must_join and not token.joined:
            self.sure = False
        if token.word is None:
            return float(token.digits or 0)
        doubtful = token.word.needs_more and token.last and not (self.measured and token.word.kind == "hundred")
        if doubtful and not (token.word.kind == "scale" and len(self.tokens) > 1):
            self.sure = False
        if token.word.kind == "ordinal" and not token.definite:
            self.sure = False
        return token.word.value

    def joined(self, ahead: int = 0) -> bool:
        index = self.at + ahead
        return index < len(self.tokens) and self.tokens[index].joined

    def below_hundred(self, must_join: bool) -> float | None:
        kind = self.kind()
        if kind in {"teen", "ten_word"}:
            return self.take(must_join)
        if kind == "tens":
            return self.take(must_join)
        if kind not in {"unit", "ordinal"}:
            return None
        value = self.take(must_join)
        if self.kind() == "ten_word" and not self.joined() and value < 10:
            return value + self.take()
        if self.kind() == "tens" and value > 0:
            return value + self.take(must_join=True)
        return value

    def group(self) -> float | None:
        """A number below a thousand, or written digits; None when the next token is none."""
        if self.kind() == "digits":
            value = self.take()
            return value * self.take() if self.kind() == "hundred" and value < 10 and not self.joined() else value
        hundreds: float | None = None
        if self.kind() in {"hundred", "hundreds"}:
            hundreds = self.take()
        elif self.kind() == "unit" and self.kind(1) == "hundred" and not self.joined(1):
            hundreds = self.take() * self.take()
        more = self.kind() in {"unit", "ordinal", "teen", "ten_word", "tens"}
        if hundreds is None:
            return self.below_hundred(False)
        if more and self.joined():
            return hundreds + (self.below_hundred(True) or 0)
        return hundreds

    def compose(self) -> float | None:
        total, ceiling, scale = 0.0, float("inf"), 1.0
        first = True
        while self.at < len(self.tokens) and self.kind() != "part":
            if not first and not self.joined():
                return None
            value = self.group()
            scale = 1.0
            if self.kind() == "scales" and value is None:
                whole = self.take()
                scale = 10.0 ** (len(str(int(whole))) - 1)
                value = whole / scale
            elif self.kind() == "scale" and (value is None or not self.joined()):
                scale = self.take()
                value = 1.0 if value is None else value
            if value is None or scale >= ceiling or value * scale >= ceiling:
                return None
            total, ceiling, first = total + value * scale, scale, False
        return self.with_part(total, scale, first)

    def with_part(self, total: float, scale: float, alone: bool) -> float | None:
        if self.at == len(self.tokens):
            return total
        joined = self.joined()
        part = self.take()
        if self.at != len(self.tokens) or not (alone or joined):
            return None
        if scale == 1 and total >= 100:
            self.sure = False  # «مية ونص» is 100.5 to some and 150 to others
        return total + part * (scale if scale >= 1000 else 1)


def _stripped(text: str) -> str:
    for sign in _PERCENT:
        text = text.removesuffix(sign).strip()
    words = text.split()
    while len(words) > 1 and fold(words[0]) in LEAD_INS:
        words = words[1:]
    while len(words) > 1 and all(unit in UNITS_OF_MEASURE | LEAD_INS for unit in fold(words[-1]).split()):
        words = words[:-1]
    return " ".join(words)


def _less_part(text: str) -> Reading[Number] | None:
    head, cut, part = text.rpartition(" الا ")
    word = ARABIC.get(part)
    if not cut or word is None or word.kind != "part":
        return None
    whole = read_number(head)
    return Reading(_exact(whole.value - word.value), whole.sure, whole.ask) if whole.value is not None else Reading()


def read_number(text: str) -> Reading[Number]:
    """The number that the whole text is, units and currency aside; blank when anything is left over.

    Unsure (with `ask` «number_confirm») where the words allow two readings. Percent reads as its figure («٥٠٪» is 50).
    """
    if len(text) > LONGEST:
        return Reading()
    if text.isascii() and text.isdecimal():  # what most people send: nothing in it is to be told apart
        return _read_digits(text)
    plain = fold_letters(text).strip(" .!؟?،,:؛")
    negative = plain.startswith(("-", "−")) and plain[1:2].isdecimal()
    glued = _DIGITS_AND_LETTERS.sub(" ", plain.lstrip("-−") if negative else plain)
    plain = _stripped(glued)
    if re.fullmatch(r"[\d.,٬٫،' ]*\d", plain) and (not re.search(r"\d \d", plain) or _GROUPED.fullmatch(plain)):
        digits = _read_digits(plain)
        if digits.value is None:
            return Reading()
        return Reading(-digits.value if negative else digits.value, digits.sure, digits.ask)
    less = _less_part(plain)
    if less is not None:
        return less
    if re.search(r"[^\w\s.,٬٫،']", plain) or negative:
        return Reading()
    tokens = _tokens(plain)
    if tokens is None:
        return Reading()
    composer = _Composer(tokens[0], measured=plain != glued)
    value = composer.compose()
    if value is None:
        return Reading()
    sure = composer.sure and tokens[1]
    return Reading(_exact(value), sure, None if sure else "number_confirm")

"""The grammar of spoken numbers: scales falling, hundreds, then ones before tens, each joined by «و»."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.understanding.number.digits import Number
from dialogs.understanding.number.token import Token

_BELOW_HUNDRED = frozenset({"unit", "ordinal", "teen", "ten_word", "tens"})
_THIRD = 1 / 3
_TWO_THIRDS = 2 / 3
_THIRTY = 30
_QUARTER_AS_FOUR = {0.25: 4}  # «ربع ميه», «ربع تلاف»: four, said short


@dataclass(frozen=True)
class Composed:
    """A number's value, whether nothing else can have been meant, and what else, where it has a value."""

    value: Number
    sure: bool
    other: Number | None = None


def compose(tokens: list[Token], measured: bool) -> Composed | None:
    """The number that all the tokens say; None when they say none. `measured`: a unit was named («ست سنين»)."""
    parser = _Parser(tokens, measured)
    value = parser.number()
    if value is None or parser.at < len(tokens):
        return None
    return Composed(value, parser.sure, parser.other)


class _Parser:
    def __init__(self, tokens: list[Token], measured: bool) -> None:
        self.tokens, self.measured = tokens, measured
        self.at, self.sure = 0, not tokens[0].joined
        self.other: Number | None = None

    def kind(self, ahead: int = 0) -> str:
        index = self.at + ahead
        return self.tokens[index].kind if index < len(self.tokens) else ""

    def joined(self, ahead: int = 0) -> bool:
        index = self.at + ahead
        return index < len(self.tokens) and self.tokens[index].joined

    def loose(self) -> bool:
        """The next word needs no «و»: it is English."""
        word = self.tokens[self.at].word if self.at < len(self.tokens) else None
        return word is not None and word.loose

    def take(self) -> Number:
        token = self.tokens[self.at]
        self.at += 1
        doubt = token.word.doubt if token.word else ""
        last = self.at == len(self.tokens)
        known = self.measured or (token.kind == "ordinal" and token.definite)
        if doubt and last and not known and (doubt == "last" or len(self.tokens) == 1):
            self.sure = False
        if token.kind == "ordinal" and self.measured:
            self.sure = False  # «أول مرة», «رابع بنت»: which one, and not how many
        return token.value

    def number(self) -> Number | None:
        total: Number = 0
        ceiling, scale, first = float("inf"), 1.0, True
        while self.at < len(self.tokens) and not self._part_next(first):
            if not first and not self.joined() and not self.loose():
                if self.kind() == "digits":
                    return None
                self.sure = False  # «ألف خمسمية»
            digits_before = self.kind()
            term = self._term()
            if term is None:
                return None
            value, scale = term
            if scale >= ceiling or value * scale >= ceiling:
                return None
            if first and scale == 1 and digits_before == "digits" and value >= 100:
                ceiling = _round_to(value)  # «1000 و 500»: likely a sum, never certainly
                self.sure = self.sure and self.at == len(self.tokens)
            else:
                ceiling = scale
            total, first = total + value * scale, False
        return self._with_part(total, scale, first)

    def _term(self) -> tuple[Number, float] | None:
        """A number below a thousand and what it counts: «خمسمية ألف» is (500, 1000.0)."""
        if self.kind() == "scales":
            whole = self.take()
            scale = 10.0 ** (len(str(int(whole))) - 1) if whole > 24 else 12.0
            return whole / scale, scale
        value = self._fraction_of() if self.kind() == "part" else self._group()
        if value is not None and self._slip(value):
            return value + 1, float(max(self.take(), self.take()))
        if self.kind() != "scale" or (value is not None and self.joined()):
            return None if value is None else (value, 1.0)
        if value is not None and self.tokens[self.at].definite:
            self.sure = False
        if value is None and self.tokens[self.at].plural:
            return None
        if value is None and self.tokens[self.at].maybe_two:
            self.sure, self.other = False, 2 * self.tokens[self.at].value
        scale = float(self.take())
        if self.kind() == "scale" and not self.joined() and self.tokens[self.at].value > scale:
            scale *= float(self.take())  # «ألف مليون»
        return (1 if value is None else value), scale

    def _slip(self, value: Number) -> bool:
        """«مئتان و ألف ألف»: how num2words writes 201 thousand."""
        here = self.tokens[self.at : self.at + 2]
        return (
            value >= 100
            and value % 100 == 0
            and [token.kind for token in here] == ["scale", "scale"]
            and here[0].value == here[1].value
            and here[0].joined
            and not here[1].joined
        )

    def _fraction_of(self) -> Number:
        """«نص مليون», «ربع ألف»; but «ربع تلاف» and «ربع ميه» are four of them."""
        value = self.take()
        next_plural = self.at < len(self.tokens) and self.tokens[self.at].plural
        if (self.kind() == "hundred" or next_plural) and not self.joined():
            self.sure = self.sure and value in _QUARTER_AS_FOUR
            value = _QUARTER_AS_FOUR.get(float(value), value)
        if self.kind() == "hundred" and not self.joined():
            return self._with_below(value * self.take())
        return value

    def _group(self) -> Number | None:
        kind = self.kind()
        if kind == "digits":
            value = self.take()
            if self.kind() == "hundred" and value < 10 and not self.joined():
                return self._with_below(value * self.take())
            return value
        if kind in {"hundred", "hundreds"}:
            return None if self.tokens[self.at].plural else self._with_below(self.take())
        if kind in {"unit", "teen"} and self.kind(1) == "hundred" and not self.joined(1):
            return self._with_below(self.take() * self.take())
        return self._below_hundred()

    def _with_below(self, hundreds: Number) -> Number:
        """Hundreds and what follows them; «متين تلاتة وستين» is clear, «مية خمسة» is asked."""
        if self.kind() not in _BELOW_HUNDRED:
            return hundreds
        if not self.joined() and not self.loose():
            clear = self.kind() in {"teen", "tens"} or (self.kind() == "unit" and self.kind(1) == "tens")
            if self.kind() == "unit" and not clear and self.kind(1) in {"scale", "hundred"}:
                return hundreds
            self.sure = self.sure and clear
        return hundreds + (self._below_hundred() or 0)

    def _below_hundred(self) -> Number | None:
        kind = self.kind()
        if kind not in _BELOW_HUNDRED:
            return None
        value = self.take()
        if kind == "tens" and self.kind() in {"unit", "ordinal"} and self.tokens[self.at].value:
            if self.loose():
                return value + self.take()
            if self.joined():  # «عشرين وخمسة»
                self.sure = False
                return value + self.take()
        if kind in {"unit", "ordinal"} and 0 < value < 10:
            if self.kind() == "ten_word" and not self.joined():
                return value + self.take()
            if self.kind() == "tens" and (self.joined() or not self.loose()):
                self.sure = self.sure and self.joined()
                return value + self.take()
        return value

    def _part_next(self, first: bool) -> bool:
        """The rest is a fraction: «ونص», «وتلت», «ثلاثة أرباع»."""
        if self.kind(1) == "parts" and self.at + 2 == len(self.tokens):
            return True
        kind = self.kind()
        if self.at + 1 < len(self.tokens):
            return kind == "part" and not first and self.joined() and self.kind(1) == "scale" and not self.joined(1)
        return kind == "part" or (kind == "unit" and not first and self.joined() and self.tokens[self.at].third)

    def _with_part(self, total: Number, scale: float, alone: bool) -> Number | None:
        if self.at == len(self.tokens):
            return total
        if not alone and not self.joined():
            return None
        if self.kind(1) == "parts":
            part = self.take() * self.take()
        else:
            part = _THIRD if self.kind() == "unit" else self.take()
            counted = self.kind() == "scale" and self.at + 1 == len(self.tokens) and scale == 1
            times = self.take() if counted else 1  # «واحد ونص مليون»
            if part == _TWO_THIRDS and 0 < total < 10:  # «خمسة وثلثين», as thirty-five is spelt
                self.sure, self.other, self.at = False, (total + part) * times, len(self.tokens)
                return (total + _THIRTY) * times
            if counted:
                return (total + part) * times
            self.at = len(self.tokens)
        if part >= 1 or part == total:  # «نص ونص»: some of both
            return None
        if scale == 1 and total >= 100:
            self.sure = False  # «مية ونص» is 100.5 to some and 150 to others
            self.other = total + part * 100 if total % 100 == 0 else None
        return total + part * (scale if scale >= 12 else 1)


def _round_to(value: Number) -> float:
    """The power of ten that a figure ends in: 1000.0 for 5000, 1.0 for 5250."""
    text = str(int(value))
    return 10.0 ** (len(text) - len(text.rstrip("0")))

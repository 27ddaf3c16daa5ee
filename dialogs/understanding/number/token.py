"""One step of a spoken number: a number word or a figure, and how it stands to what is before it."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.understanding.number.digits import Number
from dialogs.understanding.number.words import NumberWord


@dataclass(frozen=True)
class Token:
    """A word, or the value of some digits; `joined` by «و» to what stands before, `definite` with «ال»."""

    word: NumberWord | None
    digits: Number = 0
    joined: bool = False
    definite: bool = False

    @property
    def kind(self) -> str:
        """The word's kind, or «digits»."""
        return self.word.kind if self.word else "digits"

    @property
    def plural(self) -> bool:
        """«آلاف», «تلاف»: no number without a count before them, which is no fraction of one."""
        return self.word is not None and self.word.doubt == "plural"

    @property
    def third(self) -> bool:
        """«تلت», which is three before a plural and a third at the end."""
        return self.word is not None and (self.kind, self.value, self.word.doubt) == ("unit", 3, "last")

    @property
    def maybe_two(self) -> bool:
        """«ألفا» without its marks: a thousand, or two where no count stands before it."""
        return self.word is not None and self.word.doubt == "uncounted"

    @property
    def value(self) -> Number:
        """What it says."""
        return self.word.value if self.word else self.digits

"""An option as a person may call it, and what follows from its words once for all the answers it is held against."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from dialogs.understanding.choice.tokens import tokens_of
from dialogs.understanding.folding import fold
from dialogs.understanding.keys import tight

_OR = re.compile(r"\s+(?:أو|او|or|/)\s+|\s*[/،,]\s*(?=\w{3})")
_ANOTHER = frozenset(("ثاني", "تاني", "ثانيه", "تانيه", "اخر"))
_PARENTHESES = re.compile(r"\([^()]{0,80}\)")


@lru_cache(maxsize=16384)
def key_of(words: str) -> str:
    """The key of a form's own words: the same few labels are folded at every turn."""
    return fold(words)


def without_article(key: str) -> str:
    """«الطعام» is طعام; but «الثاني», the second, is not «ثاني», another."""
    return " ".join(
        word[2:] if word.startswith("ال") and len(word) > 4 and word[2:] not in _ANOTHER else word
        for word in key.split()
    )


@dataclass(frozen=True)
class ChoiceWords:
    """An option: its name in the form, its label as it is shown, and further ways of calling it."""

    name: str
    label: str
    aliases: tuple[str, ...] = ()

    def spellings(self) -> tuple[str, ...]:
        """The folded label and aliases, blanks left out."""
        known: tuple[str, ...] | None = self.__dict__.get("_spellings")
        if known is None:
            said = (self.label, _PARENTHESES.sub(" ", self.label), *self.aliases)
            known = tuple(key for key in dict.fromkeys(map(key_of, said)) if key)
            self.__dict__["_spellings"] = known  # the fields stay frozen: this only follows from them
        return known

    def unlike(self) -> tuple[frozenset[str], frozenset[str]]:
        """The spellings without their articles, and written together: «الإيجار», «واتس اب»."""
        known: tuple[frozenset[str], frozenset[str]] | None = self.__dict__.get("_unlike")
        if known is None:
            spelt = self.spellings()
            known = frozenset(map(without_article, spelt)), frozenset(map(tight, spelt))
            self.__dict__["_unlike"] = known
        return known

    def wordings(self) -> tuple[tuple[str, ...], ...]:
        """The words that matter of every spelling, and of each half of «الإيجار أو السكن»."""
        known: tuple[tuple[str, ...], ...] | None = self.__dict__.get("_wordings")
        if known is None:
            names = (self.label, _PARENTHESES.sub(" ", self.label), *self.aliases)
            parts = [part for said in names for part in (said, *_OR.split(said))]
            found = dict.fromkeys(tokens_of(part) for part in parts)
            known = tuple(words for words in found if words)
            self.__dict__["_wordings"] = known
        return known

    def words(self) -> frozenset[str]:
        """Every word that matters in any spelling."""
        known: frozenset[str] | None = self.__dict__.get("_words")
        if known is None:
            known = frozenset(word for wording in self.wordings() for word in wording)
            self.__dict__["_words"] = known
        return known

"""Which of our service terms the words of a package stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from referrals.directory.publishing.public_ids import folded
from referrals.directory.tables.rows import Row
from referrals.directory.values import SERVICE_TERMS


@dataclass(frozen=True)
class Terms:
    """Which of our service terms a taxonomy term, or a word of the package, stands for."""

    of_term: Mapping[str, str] = field(default_factory=dict)  # id of a taxonomy term -> ours
    words: Mapping[str, str] = field(default_factory=dict)  # a code or name, folded -> ours

    def of(self, row: Row, attributes: Sequence[Row]) -> str:
        """Our term for a service; "" when nothing in it says one."""
        said = our_term(row.text("x_service_term", "service_term"))
        if said or row.text("x_service_term"):
            return said
        for each in attributes:
            found = self.of_term.get(each.text("taxonomy_term_id"), "") or self.named(
                each.text("value"), each.text("label"), each.text("taxonomy_term_id")
            )
            if found:
                return found
        return self.words.get(word_of(row.text("id")), "")

    def named(self, *words: str) -> str:
        """Ours for the first word that stands for one."""
        for word in words:
            if word and (found := self.words.get(word_of(word), "") or our_term(word)):
                return found
        return ""


def word_of(text: str) -> str:
    """A code or a name as it is compared."""
    return folded(text)


@lru_cache(maxsize=1 << 10)
def our_term(code: str) -> str:
    """Our own code, however it is written (`Cash help`, `cash_help`); "" when it is none."""
    plain = code.strip().lower().replace("_", "-").replace(" ", "-")
    return plain if plain in SERVICE_TERMS else ""

"""What came of reading something a person wrote: a value, whether it is certain, and what to ask when it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Reading(Generic[T]):
    """`sure` means: take `value` without asking. Otherwise `value` is at most a candidate and `ask` names the question.

    `candidates` are the likeliest option names, best first, where the reader chose among options.
    """

    value: T | None = None
    sure: bool = False
    ask: str | None = None
    candidates: tuple[str, ...] = ()

    @property
    def blank(self) -> bool:
        """True when nothing at all was understood."""
        return self.value is None and not self.candidates

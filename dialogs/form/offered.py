"""The choices of a select as they may be picked at one moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from dialogs.form.question import ChoiceItem

T = TypeVar("T")


class Offered(tuple[ChoiceItem, ...]):
    """Choices in order. What is asked of a list again and again is worked out once."""

    _by_name: dict[str, ChoiceItem]
    _labels: dict[str, Mapping[str, str]]

    def labels(self, language: str) -> Mapping[str, str]:
        """Name -> label in `language`. Not to be changed."""
        known: dict[str, Mapping[str, str]] = self.__dict__.setdefault("_labels", {})
        labels = known.get(language)
        if labels is None:
            labels = known[language] = {choice.name: choice.label(language) for choice in self}
        return labels

    def once(self, name: str, work: Callable[[Offered], T]) -> T:
        """What `work` makes of this list, made once and kept under that name."""
        kept: dict[str, T] = self.__dict__.setdefault("_made", {})
        if name not in kept:
            kept[name] = work(self)
        return kept[name]

    def named(self, name: str) -> ChoiceItem | None:
        """The first choice of that name, None when it is not on offer."""
        if "_by_name" not in self.__dict__:
            self._by_name = {choice.name: choice for choice in reversed(self)}
        return self._by_name.get(name)


NOTHING_OFFERED = Offered()

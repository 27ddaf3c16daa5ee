"""What to ask back about a text that was not certain, in words: «هل تقصدون الأحد ٢٢ نوفمبر ٢٠٢٦؟»."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialogs.understanding import Reading
    from referrals.texts import Voice

ID_DIGITS = {"EG": 14, "KW": 12}
ZONES = {"EG": "Africa/Cairo", "KW": "Asia/Kuwait"}
MOST = 3


def _apart(shown: list[str]) -> list[str]:
    """«مدينة قنا» beside «محافظة قنا», where the one is said to lie in the other."""
    return [
        next((one.removesuffix(f"، {other}") for other in shown if one.endswith(f"، {other}")), one) for one in shown
    ]


@dataclass(frozen=True)
class Questions:
    """Asks about readings of one kind. `labels` are what choices and places are called."""

    kind: str
    country: str = "EG"
    labels: Mapping[str, str] | None = None

    def about(self, reading: Reading[Any], text: str) -> str | None:
        """The question, None where the reading is sure or nothing was said."""
        if not text.strip() or (reading.sure and reading.ask is None):
            return None
        candidates = list(reading.candidates) or ([reading.value] if reading.value is not None else [])
        shown = _apart(list(dict.fromkeys(map(self._shown, candidates[:MOST]))))
        own = f"understand.ask.{reading.ask}"
        if reading.ask and self._voice.has(own):
            return self._voice.say(own, value=shown[0] if shown else "", n=ID_DIGITS[self.country])
        if not shown:
            return self._voice.say(f"understand.ask.{self.kind}")
        if len(shown) == 1:
            return self._voice.say("understand.ask.confirm", value=shown[0])
        return self._voice.say("understand.ask.which", values=self._voice.say("understand.or").join(shown))

    @cached_property
    def _voice(self) -> Voice:
        from referrals.texts import Voice, common_catalogue

        return Voice(common_catalogue("ar", "family", self.country), "ar", "arab", ZONES[self.country], self.country)

    def _shown(self, value: Any) -> str:
        if self.kind == "date":
            return self._day(value if isinstance(value, date) else date.fromisoformat(value))
        if self.kind == "number":
            return self._voice.number(str(value).replace(".", "٫"))
        if self.kind == "intent":
            return self._voice.say(f"understand.intent.{value}")
        if self.kind == "national-id":
            return self._voice.number(value)
        return (self.labels or {}).get(value, str(value))

    def _day(self, day: date) -> str:
        from babel.dates import format_date

        return self._voice.number(format_date(day, "EEEE d MMMM y", locale=self._voice.locale))

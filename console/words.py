"""The words of the console, and numbers, days and hours as they are said there: in the programme's digits and time."""

from __future__ import annotations

from datetime import datetime

from console.signed_in import LANGUAGE
from referrals.spoken_numbers import shown
from referrals.texts import Voice, common_catalogue


class Words:
    """What a template says: `t("queue.title")`, `n("queue.waiting", 4)`, days and hours."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice

    def t(self, key: str, **values: object) -> str:
        return self.voice.say(f"console.{key}", **values)

    def n(self, key: str, count: int, **values: object) -> str:
        return self.voice.count(f"console.{key}", count, **values)

    def has(self, key: str) -> bool:
        return f"console.{key}" in self.voice.catalogue.texts

    def number(self, number: str) -> str:
        """An application's number as a family says it."""
        return shown(number, "arab" if self.voice.digits == "arab" and self.voice.language == "ar" else "latn")

    def when(self, at: datetime) -> str:
        """«الأحد ٦ ديسمبر، ١٠:٣٠ صباحاً»."""
        return self.t("when", day=self.voice.day(at), time=self.voice.hour(at))


def plain_words() -> Words:
    """Words before anybody signed in: no programme yet, so the zone does not matter."""
    console, family = common_catalogue(LANGUAGE, "console"), common_catalogue(LANGUAGE, "family")
    return Words(Voice(console.over(family), LANGUAGE, "arab", "UTC"))

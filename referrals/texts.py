"""Renders every sentence in the family's language: catalogue, plural, digits, days and hours as people say them."""

from __future__ import annotations

import gettext
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.localedata import exists
from babel.messages.pofile import read_po

from referrals.digits import in_digits, one_set

LOCALES = Path(__file__).resolve().parent.parent / "locales"
NOON, AFTERNOON_ENDS = 12, 15  # «ظهراً» is said from twelve until about three


class MissingText(KeyError):
    """No catalogue has this key; every key that code uses must stand in locales/."""


@dataclass(frozen=True)
class Catalogue:
    """The texts of one language: key -> one form, or the plural forms in the language's own order."""

    texts: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]

    def over(self, other: Catalogue) -> Catalogue:
        """This catalogue with another behind it: a programme's own words before the common ones."""
        return Catalogue({**other.texts, **self.texts}, other.plural)


def read_catalogue(content: bytes) -> Catalogue:
    """A catalogue from the bytes of a .po file; untranslated entries do not count."""
    parsed = read_po(io.BytesIO(content))
    texts: dict[str, tuple[str, ...]] = {}
    for message in parsed:
        key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        forms = tuple(message.string) if isinstance(message.string, (tuple, list)) else (message.string or "",)
        if key and any(forms) and not message.fuzzy:
            texts[str(key)] = tuple(str(form) for form in forms)
    return Catalogue(texts, gettext.c2py(parsed.plural_expr))


@cache
def common_catalogue(language: str, domain: str, country: str = "") -> Catalogue:
    """The catalogue that stands in `locales/`: domain `family`, `console` or `channels`; what a country says in
    its own words (`locales/ar_EG`) goes over what everybody reads (`locales/ar`)."""
    common = read_catalogue(_catalogue_file(language, domain).read_bytes())
    own = _catalogue_file(f"{language}_{country}", domain)
    return read_catalogue(own.read_bytes()).over(common) if country and own.exists() else common


def _catalogue_file(locale: str, domain: str) -> Path:
    return LOCALES / locale / "LC_MESSAGES" / f"{domain}.po"


@dataclass(frozen=True)
class Voice:
    """How we speak in one conversation: its catalogue, language, digits, time zone and country.

    `dialled` are the short numbers that a programme tells people to call.
    """

    catalogue: Catalogue
    language: str
    digits: str
    time_zone: str
    country: str = "EG"
    dialled: frozenset[str] = frozenset()

    def say(self, key: str, /, **values: object) -> str:
        """The sentence of a key with its placeholders filled; numbers in the conversation's digits."""
        return self._fill(key, self._forms(key)[0], values)

    def count(self, key: str, n: int, /, **values: object) -> str:
        """The sentence of a key in the plural form of `n`, which it may show as {n}."""
        forms = self._forms(key)
        return self._fill(key, forms[min(self.catalogue.plural(n), len(forms) - 1)], {"n": n, **values})

    def has(self, key: str) -> bool:
        return key in self.catalogue.texts

    @property
    def arabic_digits(self) -> bool:
        return self.digits == "arab" and self.language == "ar"

    @property
    def locale(self) -> str:
        """Whose names of days and months we use: `ar_EG`, `ar_KW`, `en`."""
        if self.language != "ar":
            return "en"
        return f"ar_{self.country}" if exists(f"ar_{self.country}") else "ar"

    def number(self, value: int | str) -> str:
        """Every digit as this programme writes it; everything else stays."""
        return in_digits(str(value), arabic=self.arabic_digits)

    def written(self, text: str) -> str:
        """A text whose numbers somebody else wrote, in our digits; what is dialled, tapped or spelt out stays Latin."""
        return one_set(text, arabic=self.arabic_digits, dialled=self.dialled)

    def day(self, at: datetime) -> str:
        """«الأحد ٦ ديسمبر»: the day as it is where the programme is."""
        local = at.astimezone(ZoneInfo(self.time_zone))
        return self.number(format_date(local, "EEEE d MMMM", locale=self.locale))

    def hour(self, at: datetime) -> str:
        """«١٠:٣٠ صباحاً», «١ ظهراً»: the hour with its part of the day, without «:٠٠»."""
        local = at.astimezone(ZoneInfo(self.time_zone))
        minutes = f":{local.minute:02}" if local.minute else ""
        part = "morning" if local.hour < NOON else "noon" if local.hour < AFTERNOON_ENDS else "evening"
        return self.number(f"{(local.hour - 1) % 12 + 1}{minutes}") + " " + self.say(f"time.{part}")

    def weekday(self, at: datetime) -> str:
        local = at.astimezone(ZoneInfo(self.time_zone))
        return format_date(local, "EEEE", locale=self.locale)

    def _forms(self, key: str) -> tuple[str, ...]:
        try:
            return self.catalogue.texts[key]
        except KeyError:
            raise MissingText(f"{key} ({self.language})") from None

    def _fill(self, key: str, form: str, values: Mapping[str, object]) -> str:
        shown = {name: self.number(value) if isinstance(value, int) else str(value) for name, value in values.items()}
        try:
            return form.format(**shown)
        except KeyError as missing:
            raise MissingText(
                f"{key} ({self.language}) asks for {missing}, which this place does not give"
            ) from missing

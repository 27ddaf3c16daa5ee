"""A family's telephone as staff see it: the number, whether it may be called or written to, and when it is quiet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from console.wording import Chip
from console.words import Words
from referrals.families.phone_safety import PhoneSafety, Use

LOOKS: dict[Use, tuple[str, str]] = {
    "safe": ("chip-ok", "check"),
    "call_only": ("chip-soon", "phone"),
    "write_only": ("chip-soon", "talk"),
    "not_written": ("chip-soon", "phone"),
    "no": ("chip-urgent", "lock"),
    "silent": ("chip-urgent", "lock"),
    "unknown": ("", "phone"),
}
ANY_DAY = date(2026, 1, 1)  # the hour is what is told
NOT_DIALLED: tuple[Use, ...] = ("no", "silent", "write_only")


@dataclass(frozen=True)
class PhoneLine:
    """`dial` is blank where a tap must not call."""

    number: str
    dial: str
    chips: tuple[Chip, ...]


def phone_line(words: Words, number: str, safety: PhoneSafety) -> PhoneLine:
    """What stands next to a telephone, each in words with an icon, never in a colour alone."""
    colour, icon = LOOKS[safety.use]
    chips = [Chip(words.t(f"phone.{safety.use}"), colour, icon)]
    if safety.shared:
        chips.append(Chip(words.t("phone.shared"), "chip-soon", "people"))
    if safety.quiet is not None:
        starts, ends = (_hour(words, each) for each in safety.quiet)
        chips.append(Chip(words.t("phone.quiet", starts=starts, ends=ends), "", "clock"))
    dial = "" if safety.use in NOT_DIALLED else "".join(each for each in number if each in "+0123456789")
    return PhoneLine(number, dial, tuple(chips))


def _hour(words: Words, hour: str) -> str:
    zone = ZoneInfo(words.voice.time_zone)
    return words.voice.hour(datetime.combine(ANY_DAY, time.fromisoformat(hour), zone))

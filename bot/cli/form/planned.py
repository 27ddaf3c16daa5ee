"""Somebody who gives the answers of one walk, so that a conversation goes a way that was found before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from bot.cli.form.respondent import Respondent
from dialogs.interview import Option, Prompt, Said, SaidMedia

SKIP = {"ar": "تخطي", "en": "skip"}
_POSITION = re.compile(r"\[(\d+)\]")


class Planned:
    """Answers prompts by ref; what the walk did not foresee, or what is refused, is answered at random."""

    def __init__(self, answers: Mapping[str, str], *, seed: str, country: str, language: str, now: datetime) -> None:
        self.answers, self.language = answers, language
        self.fallback = Respondent(seed, country, now)
        self.tries = 0

    def answer(self, prompt: Prompt, *, refused: bool) -> Said:
        """What they say to this prompt."""
        said = None if refused else self._planned(prompt)
        if said is None:
            said = self.fallback.answer(prompt, refused=refused)
        self.tries = self.fallback.tries if refused else 0
        return said

    def _planned(self, prompt: Prompt) -> Said | None:
        if prompt.kind == "another":
            return self._tap(prompt, "!another" if self._goes_on(prompt) else "!finish")
        if prompt.kind in ("note", "acknowledge"):
            return self._tap(prompt, "!yes")
        value = self._value(prompt.ref)
        if value is None:
            return None
        if prompt.multiple:
            return self._mark(prompt, value)
        if not value:
            return Said(text=SKIP.get(self.language[:2], SKIP["ar"]))
        if prompt.kind == "select_one":
            return self._tap(prompt, value)
        if prompt.expects == "point":
            latitude, longitude = (float(part) for part in value.split()[:2])
            return Said(point=(latitude, longitude, 10.0))
        if prompt.expects in ("image", "audio", "file"):
            return Said(media=SaidMedia(prompt.expects, value))
        return Said(text=_written(prompt.kind, value))

    def _value(self, ref: str) -> str | None:
        """The walk's answer there; that of an earlier member where it went through fewer of them."""
        known = self.answers.get(ref)
        return known if known is not None else self.answers.get(_POSITION.sub("[1]", ref))

    def _goes_on(self, prompt: Prompt) -> bool:
        count = 0 if prompt.repeat is None else prompt.repeat.count
        return any(ref.startswith(f"{prompt.ref}[{count + 1}]") for ref in self.answers)

    def _mark(self, prompt: Prompt, value: str) -> Said | None:
        wanted = [name for name in value.split() if name not in prompt.chosen]
        if wanted:
            return self._tap(prompt, wanted[0])
        if not value and not prompt.chosen:
            return Said(text=SKIP.get(self.language[:2], SKIP["ar"]))
        return self._tap(prompt, "!done")

    @staticmethod
    def _tap(prompt: Prompt, name: str) -> Said | None:
        found: Option | None = next((option for option in prompt.options if option.name == name), None)
        return None if found is None else Said(choice=found.id)


def _written(kind: str, value: str) -> str:
    """As a person would write it: a day first, an hour without seconds."""
    if kind in ("date", "dateTime"):
        day, _, time = value.partition("T")
        year, month, of_month = day.split("-")
        return f"{int(of_month)}/{int(month)}/{year} {time[:5]}".strip()
    return value[:5] if kind == "time" else value

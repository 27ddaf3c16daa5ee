"""Somebody who answers a form at random, for `sanad form walk` and the benches: the same seed, the same answers."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from dialogs.interview import Option, Prompt, Said, SaidMedia

NAMES = ("فاطمة سالم (عيّنة)", "أحمد ناصر (عيّنة)", "منى عبد الله (عيّنة)")
PHONES = {"KW": "+96550001234", "EG": "+201000012345"}
IDS = {"KW": "290010100018", "EG": "29001012700011"}


class Respondent:
    """Answers prompts. Remembers which answers to the pending question were not taken."""

    def __init__(self, seed: str, country: str, now: datetime) -> None:
        self.random = random.Random(seed)
        self.country, self.now = country, now
        self.ref, self.tries = "", 0

    def answer(self, prompt: Prompt, *, refused: bool) -> Said:
        """What they say to this prompt; another thing when the last one was refused."""
        self.tries = self.tries + refused if prompt.ref == self.ref else 0
        self.ref = prompt.ref
        if refused and prompt.chosen:  # choices that do not go together: one of them is taken back
            back = [option for option in prompt.options if option.name in prompt.chosen]
            return Said(choice=self.random.choice(back).id)
        if prompt.options:
            return Said(choice=self._option(prompt).id)
        if prompt.expects == "point":
            return Said(point=(29.3 + self.random.random() / 5, 47.9 + self.random.random() / 5, 15.0))
        if prompt.expects in ("image", "audio", "file"):
            return Said(media=SaidMedia(prompt.expects, f"sample-{self.random.randrange(1000)}"))
        return Said(text=self._words(prompt))

    def _option(self, prompt: Prompt) -> Option:
        own = [option for option in prompt.options if not option.name.startswith("!")]
        done = next((option for option in prompt.options if option.name in ("!done", "!finish")), None)
        free = [option for option in own if option.name not in prompt.chosen]
        enough = prompt.chosen or (prompt.repeat is not None and prompt.repeat.index > 1)
        if done is not None and (not free or (enough and self.random.random() < 0.6)):
            return done
        return self.random.choice(free or list(prompt.options))

    def _words(self, prompt: Prompt) -> str:
        hints = [example] if (example := prompt.chat.get("example", "")) else []
        by_kind = {
            "number": [str(self.random.randint(0, 6)), "2", "3", "35", "120"],
            "date": [self._day(90), self._day(365 * 40), self._day(365 * 5)],
        }
        known = [PHONES[self.country], IDS[self.country], self.random.choice(NAMES), "لا أعرف تماماً", "تخطي"]
        candidates = [*hints, *by_kind.get(prompt.expects, []), *known]
        if prompt.expects in by_kind and self.tries == 0:
            candidates = [self.random.choice(by_kind[prompt.expects])]
        elif prompt.expects == "text" and self.tries == 0 and not hints:
            candidates = [self.random.choice(NAMES)]
        return candidates[self.tries % len(candidates)]

    def _day(self, at_most: int) -> str:
        return (self.now - timedelta(days=self.random.randint(1, at_most))).date().isoformat()


def hash_of(seed: str) -> int:
    """A number below 2**48 that a seed always gives; Python's own hash differs from run to run."""
    return random.Random(seed).getrandbits(48)

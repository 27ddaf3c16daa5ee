"""How long an interview takes: seconds for reading each question, for answering it, and for the way there and back.

The model, to be held against real interviews once there are some: people read simple Arabic in a chat at about 130
words a minute (readers with little schooling, on a small screen); a tap costs 4 seconds, a number 7, a date 10, a
typed answer 15, a long one 40, a place or a photo 25; each turn costs 2 seconds of waiting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from statistics import median

from dialogs.checking.listing import listing_of, written
from dialogs.checking.walking.harvest import harvest
from dialogs.checking.walking.walker import INSTANCE_ID, NOT_ASKED, Enough, Walk, Walker
from dialogs.form import Form, Instance
from dialogs.form.definition import Definition

WORDS_PER_MINUTE = 130
TURN = 2.0  # seconds
ANSWERING = {
    "select_one": 4.0,
    "select_multiple": 8.0,
    "rank": 20.0,
    "acknowledge": 3.0,
    "integer": 7.0,
    "decimal": 9.0,
    "range": 7.0,
    "date": 10.0,
    "time": 8.0,
    "dateTime": 15.0,
    "geopoint": 25.0,
    "image": 25.0,
    "audio": 30.0,
    "video": 40.0,
    "file": 30.0,
}
TYPING = 15.0  # seconds: five words
LONG_TEXT = 40.0  # appearance multiline
SKIPPING = 2.0
CHOICES_READ = 10  # of a longer list nobody reads more: they type
BEGINNING = 60.0  # greeting, consent, review and confirmation
_A_DAY = datetime(2026, 11, 1, 7, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Whole minutes, at least one: the shortest way, an ordinary one, the longest."""

    shortest: int
    typical: int
    longest: int
    questions: tuple[int, int] = (0, 0)
    """How many questions are asked on the shortest and on the longest of the ways looked at."""

    def __str__(self) -> str:
        """«about 8 minutes (5 to 10)»."""
        unit = "minute" if self.typical == 1 else "minutes"
        spread = f" ({self.shortest} to {self.longest})" if self.shortest < self.longest else ""
        return f"about {self.typical} {unit}{spread}"


def estimated_minutes(form: Form, *, now: datetime = _A_DAY, enough: Enough = lambda: False) -> Estimate:
    """About how long the interview takes. Eight walks: tens of milliseconds, so keep the answer.

    Where `enough` comes true, fewer walks are taken; at least one.
    """
    walks = _some_walks(form, now, enough)
    each = [_seconds(form, walk) for walk in walks]
    ordinary = (each[0] + median(each)) / 2  # the first walk takes first choices and skips nothing
    asked = sorted(len(walk.answers) for walk in walks)
    minutes = [max(1, ceil(one / 60)) for one in (min(each), ordinary, max(each))]
    return Estimate(minutes[0], minutes[1], minutes[2], (asked[0], asked[-1]))


def _some_walks(form: Form, now: datetime, enough: Enough) -> list[Walk]:
    harvested = harvest(form.program)
    fresh = Instance.start(form, now=now, time_zone="UTC", instance_id=INSTANCE_ID)
    walks: list[Walk] = []
    for place in range(4):
        for skips in (False, True):

            def choose(_: Definition, known: Sequence[str], place: int = place, skips: bool = skips) -> Sequence[str]:
                turned = [*known[place % len(known) :], *known[: place % len(known)]] if known else []
                return ["", *turned] if skips else turned

            if walks and enough():
                return walks
            walks.append(Walker(form, now, harvested, choose, {}).go(fresh.copy()))
    return walks


def _seconds(form: Form, walk: Walk) -> float:
    total = BEGINNING
    for definition in walk.reached:
        total += _reading(form, definition)
        if definition.question.kind not in NOT_ASKED:
            total += TURN
    for ref, value in walk.answers.items():
        definition = form.program.definition(ref)
        kind, appearance = definition.question.kind, definition.question.appearance
        typing = LONG_TEXT if "multiline" in appearance else TYPING
        total += ANSWERING.get(kind, typing) if value else SKIPPING
    return total


def _reading(form: Form, definition: Definition) -> float:
    language = form.default_language
    words = len(written(definition.label, language).split()) + len(written(definition.hint, language).split())
    listing = listing_of(form.program, definition)
    if listing is not None:
        labels = [choice.labels.get(language, choice.name) for choice in listing.choices[:CHOICES_READ]]
        words += sum(len(label.split()) for label in labels)
    return words * 60 / WORDS_PER_MINUTE

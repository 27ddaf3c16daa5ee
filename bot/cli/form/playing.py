"""A whole interview with somebody who answers by rule, line by line as a transcript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.cli.form.bubbles import heard, told, voice_of
from bot.cli.form.respondent import hash_of
from dialogs.form import Form
from dialogs.interview import (
    Asked,
    Completed,
    Misunderstood,
    Prompt,
    Said,
    ask_again,
    begin,
    resume,
    submission,
)

TRIES = 12  # different answers to one question before giving up on it
MOST_ASKED_AGAIN = 20  # times in a row that nothing is asked, after danger or a stop
FINISHED = "# completed"
YES = {"ar": "نعم", "en": "yes"}


class Answers(Protocol):
    """Whoever answers. `tries` counts the answers to the pending question that were not taken."""

    tries: int

    def answer(self, prompt: Prompt, *, refused: bool) -> Said:
        """What they say."""


@dataclass(frozen=True)
class Setting:
    """Where and when an interview is held."""

    now: datetime
    time_zone: str
    language: str
    country: str


def play(form: Form, person: Answers, setting: Setting, *, seed: str, steps: int) -> Iterator[str]:
    """The transcript line by line; the last one begins with `#` and says how it ended (`FINISHED` when it did)."""
    voice, now = voice_of(setting.language, setting.time_zone), setting.now
    session, events = begin(
        form,
        id=f"00000000-0000-4000-8000-{hash_of(seed):012x}",
        now=now,
        time_zone=setting.time_zone,
        language=setting.language,
        country=setting.country,
    )
    silent = 0
    for step in range(steps):
        yield from told(events, voice)
        prompt = next((event.prompt for event in events if isinstance(event, Asked)), None)
        if any(isinstance(event, Completed) for event in events):
            size = len(submission(form, session, now=now).encode())
            yield f"{FINISHED} after {step} answers; the submission has {size} bytes"
            return
        if prompt is None and session.status == "reviewing":
            said = Said(text=YES.get(setting.language[:2], YES["ar"]))
        elif prompt is None:  # danger or a stop: they go on
            silent += 1
            if silent > MOST_ASKED_AGAIN:
                yield "# stuck: nothing is asked any more"
                return
            events = ask_again(form, session, now=now)
            continue
        else:
            said = person.answer(prompt, refused=any(isinstance(event, Misunderstood) for event in events))
            if person.tries > TRIES:
                yield f"# stuck at {prompt.name}: none of {TRIES} answers was taken"
                return
        yield heard(said, prompt)
        now += timedelta(minutes=1)
        session, events = resume(form, session, said, now=now)
    yield f"# not at the end after {steps} answers"

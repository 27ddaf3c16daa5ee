"""A respondent made of rules, who answers any form turn by turn while the microseconds of each turn are kept."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from dialogs.form import Form
from dialogs.interview import Asked, Event, Misunderstood, Option, Prompt, Said, StaleButton, begin, resume

BACK, CHANGE = 7, 11  # every so many answers one step back; one change of an earlier answer by its old button
_WORDS = {"number": "3", "date": "15/3/2024", "point": "29.3, 47.9", "text": "قرب المدرسة القديمة"}
_KINDS = {"time": "10:30", "dateTime": "15/3/2024 10:30"}


class Respondent:
    """One interview. `microseconds` has the spent times by what was done: tap, words, number, back, change."""

    def __init__(
        self,
        form: Form,
        session_id: str,
        now: datetime,
        *,
        country: str = "EG",
        time_zone: str = "Africa/Cairo",
        members: int = 3,
    ) -> None:
        self.form = form
        self.now = now
        self.members = members
        self.answers = 0
        self.microseconds: dict[str, list[float]] = {}
        self.earlier: list[Option] = []
        self.session, self.events = begin(
            form, id=session_id, now=now, time_zone=time_zone, language="ar", country=country
        )

    def play(self, turns: int) -> None:
        """Answers until the review comes, or for so many turns."""
        for _ in range(turns):
            prompt = self.prompt()
            if prompt is None:
                return
            if self.answers % BACK == BACK - 1 and prompt.can_go_back and prompt.kind != "another":
                self.answers += 1
                self.hear("back", Said(text="رجوع"))
            elif self.answers % CHANGE == CHANGE - 1 and self.earlier:
                self.answers += 1
                self._change()
            else:
                self._answer(prompt)

    def prompt(self) -> Prompt | None:
        """The question that waits; None at the review."""
        last = self.events[-1]
        return last.prompt if isinstance(last, Asked) else None

    def hear(self, kind: str, said: Said) -> tuple[Event, ...]:
        """One turn, timed."""
        self.now += timedelta(seconds=41)
        began = time.perf_counter_ns()
        self.session, self.events = resume(self.form, self.session, said, now=self.now)
        self.microseconds.setdefault(kind, []).append((time.perf_counter_ns() - began) / 1e3)
        return self.events

    def _answer(self, prompt: Prompt) -> None:
        self.answers += 1
        options = [option for option in prompt.options if not option.name.startswith("!")]
        if prompt.kind == "another":
            wanted = "!another" if prompt.repeat is None or prompt.repeat.count < self.members else "!finish"
            self.hear("tap", Said(choice=next(o.id for o in prompt.options if o.name == wanted)))
        elif prompt.multiple and options:
            self.hear("words", Said(text="١، ٣"))
        elif options:
            self._tap(options)
        elif prompt.expects in {"image", "audio", "file"}:
            self.hear("words", Said(text="تخطي"))
        else:
            self._say(prompt)
        if any(isinstance(event, Misunderstood) for event in self.events):
            self.hear("words", Said(text="تخطي"))

    def _tap(self, options: list[Option]) -> None:
        chosen = options[self.answers % max(len(options) - 1, 1)]
        other = options[(self.answers + 1) % len(options)]
        if other is not chosen:
            self.earlier.append(other)
        self.hear("tap", Said(choice=chosen.id))

    def _say(self, prompt: Prompt) -> None:
        words = _KINDS.get(prompt.kind) or _WORDS.get(prompt.expects, _WORDS["text"])
        if prompt.name.endswith("phone"):
            words = "50000000"
        self.hear("number" if prompt.expects == "number" else "words", Said(text=words))

    def _change(self) -> None:
        """The button of an earlier question, and yes to the question whether it is meant."""
        self.hear("change", Said(choice=self.earlier.pop().id))
        stale = next((event for event in self.events if isinstance(event, StaleButton)), None)
        if stale is not None and stale.applies:
            self.hear("change", Said(choice=stale.key))

"""A family in a test: says things to a form and hears events; the session goes through its stored form every time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TypeVar

from dialogs.form import Form, compile_xlsform, load_xform
from dialogs.interview import (
    Answers,
    Asked,
    Event,
    Prompt,
    Said,
    SaidMedia,
    answers,
    begin,
    resume,
    session_from_json,
    session_to_json,
    submission,
)

E = TypeVar("E")
MORNING = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
SESSION_ID = "7d1f0a52-0000-4000-8000-000000000001"
SETTINGS = """
| settings |
| | form_id | version | default_language | namespaces |
| | sample | {version} | Arabic (ar) | chat="https://sanad.example/xforms/chat" |
"""


@cache
def form_of(survey: str, version: str = "1") -> Form:
    """The form of a Markdown survey, compiled once."""
    return load_xform(compile_xlsform((survey + SETTINGS.format(version=version)).encode(), name="sample"))


class Chat:
    """One interview with a family; `events` are those of the last turn."""

    def __init__(
        self,
        survey: str,
        *,
        known: Mapping[str, str] | None = None,
        country: str = "EG",
        language: str = "ar",
        pack: bool = False,
    ) -> None:
        self.form = form_of(survey)
        self.now = MORNING
        self.pack = pack
        self.session, self.events = begin(
            self.form,
            id=SESSION_ID,
            now=self.now,
            time_zone="Africa/Cairo",
            language=language,
            country=country,
            known=known or {},
            pack=pack,
        )

    def hear(self, said: Said) -> tuple[Event, ...]:
        self.now += timedelta(minutes=1)
        stored = json.loads(json.dumps(session_to_json(self.session)))
        session = session_from_json(stored)
        assert session == self.session
        self.session, self.events = resume(self.form, session, said, now=self.now, pack=self.pack)
        return self.events

    def say(self, *texts: str) -> tuple[Event, ...]:
        for text in texts:
            self.hear(Said(text=text))
        return self.events

    def tap(self, name: str) -> tuple[Event, ...]:
        return self.hear(Said(choice=self.option(name)))

    def send(self, kind: str, name: str = "file-1") -> tuple[Event, ...]:
        return self.hear(Said(media=SaidMedia(kind, name)))

    def option(self, name: str) -> str:
        return next(option.id for option in self.prompt.options if option.name == name)

    def one(self, kind: type[E]) -> E:
        found = [event for event in self.events if isinstance(event, kind)]
        assert len(found) == 1, self.events
        return found[0]

    def happened(self) -> list[str]:
        return [type(event).__name__ for event in self.events]

    @property
    def prompt(self) -> Prompt:
        return self.one(Asked).prompt

    @property
    def answers(self) -> Answers:
        return answers(self.form, self.session, now=self.now)

    @property
    def xml(self) -> str:
        return submission(self.form, self.session, now=self.now)

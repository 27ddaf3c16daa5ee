"""Messages that a channel cannot send in one piece."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.checking.finding import Finding
from dialogs.checking.limits import Limits
from dialogs.checking.subject import Subject
from dialogs.form.definition import Definition

AROUND = 40  # what stands around a question: «السؤال ٣ من ١٢» and whose it is in a repeat
CONTINUED = frozenset({"note"})


def long_messages(subject: Subject) -> Iterator[Finding]:
    """A question with the notes before it, its hint and its list, over what one message may hold."""
    for language in subject.form.languages or ("",):
        for definition, length, with_choices in _messages(subject, language):
            for channel in _too_small(subject, length, with_choices):
                limit = _limit(channel, with_choices)
                cause = f"`{definition.name}` with its notes, hint and choices has about {length} characters"
                cause += f"{f' in {language}' if language else ''}; {channel.channel} sends {limit} in one message."
                remedy = "Shorten it, or move a note further up; until then it comes in several messages."
                yield subject.find("warning", definition, cause, remedy)


def _messages(subject: Subject, language: str) -> Iterator[tuple[Definition, int, bool]]:
    notes = 0
    for definition in subject.shown:
        label = len(subject.text(definition, "label", language))
        if definition.question.kind in CONTINUED:
            notes += label + 1
            continue
        listed = 0
        listing = subject.listings.get(definition.ref)
        if listing is not None and definition.question.chat.get("neutral") == "yes":
            listed = sum(len(c.labels.get(language, c.name)) + 5 for c in listing.choices)
        hint = len(subject.text(definition, "hint", language))
        required = definition.required is not None
        yield definition, notes + hint + label + listed + AROUND, listing is not None or not required
        notes = 0


def _too_small(subject: Subject, length: int, with_choices: bool) -> Iterator[Limits]:
    return (channel for channel in subject.channels if length > _limit(channel, with_choices))


def _limit(channel: Limits, with_choices: bool) -> int:
    return channel.text_with_choices if with_choices else channel.text

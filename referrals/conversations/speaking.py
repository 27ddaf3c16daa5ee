"""How we speak to a family: a programme's own words, its digits, and one set of them in whatever is sent."""

from __future__ import annotations

from dataclasses import replace

from referrals.definitions.in_force import definition_id, programmes, settings_of, text_of
from referrals.messages import Choice, Message
from referrals.store.unit_of_work import UnitOfWork
from referrals.texts import Catalogue, Voice, common_catalogue, read_catalogue


def voice_of(uow: UnitOfWork, programme_id: str | None, language: str) -> Voice:
    """How a programme speaks: its own words over its country's over the common ones, its digits, its zone."""
    if programme_id is None:
        known = (settings_of(uow, programme.id).emergency_numbers for programme in programmes(uow))
        return Voice(common_catalogue(language, "family"), language, "arab", "UTC", dialled=frozenset().union(*known))
    settings = settings_of(uow, programme_id)
    common = common_catalogue(language, "family", settings.country)
    catalogue = _catalogue(uow, programme_id, language, common)
    return Voice(catalogue, language, settings.digits, settings.time_zone, settings.country, settings.emergency_numbers)


def _catalogue(uow: UnitOfWork, programme_id: str, language: str, common: Catalogue) -> Catalogue:
    found = definition_id(uow, programme_id, "catalogue", language)
    if found is None:
        return common
    known = uow.parsed.get((found, "catalogue"))
    if known is None:
        _, words = text_of(uow, programme_id, "catalogue", language)
        known = uow.parsed[found, "catalogue"] = read_catalogue(words.encode()).over(common)
    assert isinstance(known, Catalogue)
    return known


def in_our_digits(message: Message, voice: Voice) -> Message:
    """The same message with one set of digits, also where the author of a form or a member of staff wrote the other."""
    choices = tuple(_in_our_digits(choice, voice) for choice in message.choices)
    parameters = tuple(map(voice.written, message.parameters))
    return replace(message, text=voice.written(message.text), choices=choices, parameters=parameters)


def _in_our_digits(choice: Choice, voice: Voice) -> Choice:
    label, description = voice.written(choice.label), voice.written(choice.description)
    if (label, description) == (choice.label, choice.description):  # most of them, at every turn
        return choice
    return replace(choice, label=label, description=description)

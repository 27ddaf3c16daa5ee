"""What did they mean: from words as families write them to a value that is certain, or to a question."""

from __future__ import annotations

from dialogs.understanding.choice.reader import ChoiceWords, read_choice
from dialogs.understanding.clock.reader import read_clock
from dialogs.understanding.coming.reader import read_coming
from dialogs.understanding.danger.reader import read_danger
from dialogs.understanding.date.month import read_month, read_year
from dialogs.understanding.date.reader import read_date
from dialogs.understanding.folding import FOLDING_VERSION, fold, fold_letters
from dialogs.understanding.hours.reader import Quiet, read_hours, speaks_to_us
from dialogs.understanding.intent.reader import read_intent
from dialogs.understanding.intent.wanting import wants_to_apply
from dialogs.understanding.language import read_language
from dialogs.understanding.name import name_key, read_name
from dialogs.understanding.national_id import (
    NationalIdFacts,
    agrees_with_habit,
    national_id_facts,
    read_national_id,
)
from dialogs.understanding.number.reader import read_number
from dialogs.understanding.phone import read_phone
from dialogs.understanding.place.reader import Gazetteer, PlaceEntry, read_place
from dialogs.understanding.reading import Reading
from dialogs.understanding.safe import read_safe

__all__ = [
    "FOLDING_VERSION",
    "ChoiceWords",
    "Gazetteer",
    "NationalIdFacts",
    "PlaceEntry",
    "Quiet",
    "Reading",
    "agrees_with_habit",
    "fold",
    "fold_letters",
    "name_key",
    "national_id_facts",
    "read_choice",
    "read_clock",
    "read_coming",
    "read_danger",
    "read_date",
    "read_hours",
    "read_intent",
    "read_language",
    "read_month",
    "read_name",
    "read_national_id",
    "read_number",
    "read_phone",
    "read_place",
    "read_safe",
    "read_year",
    "speaks_to_us",
    "wants_to_apply",
]

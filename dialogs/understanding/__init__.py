"""What did they mean: from words as families write them to a value that is certain, or to a question."""

from __future__ import annotations

from dialogs.understanding.choice import ChoiceWords, read_choice
from dialogs.understanding.clock import read_clock
from dialogs.understanding.danger import read_danger
from dialogs.understanding.date import read_date
from dialogs.understanding.folding import FOLDING_VERSION, fold, fold_letters
from dialogs.understanding.intent import read_intent
from dialogs.understanding.month import read_month, read_year
from dialogs.understanding.national_id import NationalIdFacts, national_id_facts, read_national_id
from dialogs.understanding.number import read_number
from dialogs.understanding.phone import read_phone
from dialogs.understanding.reading import Reading

__all__ = [
    "FOLDING_VERSION",
    "ChoiceWords",
    "NationalIdFacts",
    "Reading",
    "fold",
    "fold_letters",
    "national_id_facts",
    "read_choice",
    "read_clock",
    "read_danger",
    "read_date",
    "read_intent",
    "read_month",
    "read_national_id",
    "read_number",
    "read_phone",
    "read_year",
]

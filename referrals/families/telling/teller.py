"""Whom «ماذا تعرفون عني؟» is answered to, and how: one value for every part of the paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from referrals.definitions.settings import Settings
from referrals.store.unit_of_work import UnitOfWork
from referrals.texts import Voice


@dataclass(frozen=True)
class Teller:
    """Whose words are said: the people who are one person, in whose language, when."""

    uow: UnitOfWork
    voice: Voice
    settings: Settings
    people: tuple[int, ...]
    at: datetime

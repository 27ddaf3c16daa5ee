"""What a page showed when it was drawn: a button that was pressed on an older one does nothing to what came since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Form

from console.errors import NoLongerSo
from referrals.appointments.booking import ACTIVE
from referrals.appointments.records import Appointment

Seen = Annotated[str, Form(max_length=400)]


def as_seen(seen: str, stands: object) -> None:
    """Raises `NoLongerSo` where the page was drawn before something else came to stand. A form that names nothing, as
    a hand-written one, is taken at its word."""
    if seen and seen != str(stands):
        raise NoLongerSo


def standing_times(appointments: Sequence[Appointment]) -> str:
    """The appointments that are offered or booked, as a page carries them: which, and how each stands."""
    alive = sorted((each.id, each.state) for each in appointments if each.state in ACTIVE)
    return ",".join(f"{number}-{state}" for number, state in alive) or "none"

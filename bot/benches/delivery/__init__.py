"""Delivery measured against strict platforms on this machine: paces held, bans obeyed, what a campaign costs others."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any


def measure_delivery(parts: Sequence[str], seconds: float, waiting: int, reminders: int) -> dict[str, Any]:
    """The numbers of these parts by name, each with its unit; `waiting` rows of a campaign, `reminders` rows ahead."""
    found: dict[str, Any] = {}
    for part in parts:
        how = {"campaign": (seconds, waiting), "reminders": (reminders,)}.get(part, (seconds,))
        found |= getattr(_module_of(part), f"measure_{part}")(*how)
    return found


def aims_of(parts: Sequence[str]) -> dict[str, float]:
    """What the numbers of these parts are held against, by name: judged by nobody here."""
    return {name: aim for part in parts for name, aim in _module_of(part).AIMS.items()}


def _module_of(part: str) -> Any:
    """Loaded only when it is measured: each brings a service or a messenger's library."""
    return import_module(f"{__name__}.{part.rstrip('0123456789')}")

"""A platform's own message ids as they may stand unsealed: WhatsApp's hold the person's phone, so they are hashed."""

from __future__ import annotations

from referrals.store.unit_of_work import UnitOfWork

HOLDS_A_PHONE = "wamid."
LENGTH = 200  # characters of the columns that keep such ids


def kept_id(uow: UnitOfWork, external_id: str) -> str:
    """The id as it is stored and looked up: itself, or a keyed hash that finds it again and tells nobody a number."""
    if external_id.startswith(HOLDS_A_PHONE):
        return "wamid:" + uow.vault.digest(external_id.encode())
    return external_id[:LENGTH]

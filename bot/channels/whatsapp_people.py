"""Who a piece of a Cloud API webhook is about: phones, business-scoped user ids, names; and when it happened."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels.whatsapp_contents import NotReadable, optional
from referrals.inbound import Address

BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")  # Meta's page on business-scoped user ids, 28 May 2026
_PHONE = re.compile(r"\+?[0-9]{1,20}")  # test consoles make short ones up; whether it is a telephone, sending says
_CHANGED_FROM = re.compile(r" changed from (\S+) to (\S+)")  # how a system message says it, where no field does


def sender_of(message: Mapping[str, Any], contact: Mapping[str, Any]) -> tuple[Address, ...]:
    """Who wrote, at least one address. Raises `NotReadable`."""
    addresses = addresses_in(
        message.get("from"),
        message.get("from_user_id"),
        contact.get("wa_id"),
        contact.get("user_id"),
        message.get("from_parent_user_id"),
        contact.get("parent_user_id"),
    )
    if not addresses:
        raise NotReadable("no sender")
    return addresses


def contact_of(message: Mapping[str, Any], contacts: Sequence[Mapping[str, Any]], alone: bool) -> Mapping[str, Any]:
    """The contact of who wrote; the only one there is where the message is `alone`. Never one that names another
    telephone or user id than the message does: two people would become one."""
    for contact in contacts:
        for ours, theirs in (("from", "wa_id"), ("from_user_id", "user_id"), ("from", "user_id")):
            if message.get(ours) and message.get(ours) == contact.get(theirs) and not _is_another(message, contact):
                return contact
    return contacts[0] if alone and len(contacts) == 1 and not _is_another(message, contacts[0]) else {}


def _is_another(message: Mapping[str, Any], contact: Mapping[str, Any]) -> bool:
    said = message.get("from"), message.get("from_user_id")
    told = contact.get("wa_id"), contact.get("user_id")
    if said == told:  # as nearly always
        return False
    own, theirs = addresses_in(*said), addresses_in(*told)
    kinds = {each.kind for each in own} & {each.kind for each in theirs}
    return any(each.kind in kinds and each not in theirs for each in own)


def addresses_in(*values: Any) -> tuple[Address, ...]:
    """Phones first, then user ids, each once; a platform field may hold either."""
    found: list[Address] = []
    for written in dict.fromkeys(value for value in values if isinstance(value, str | int) and value):
        value = written if isinstance(written, str) else str(written)
        if _PHONE.fullmatch(value):
            found.append(Address("phone", "+" + value.removeprefix("+")))
        elif BSUID.fullmatch(value):
            found.append(Address("bsuid", value))
    if len(found) < 2:
        return tuple(found)
    return tuple(dict.fromkeys(sorted(found, key=lambda address: address.kind != "phone")))


def ids_named_in(body: str) -> tuple[str, str]:
    """The two ids that a system message's words name, blank where they do not."""
    found = _CHANGED_FROM.search(body)
    return (found[1], found[2]) if found else ("", "")


def profile_name(contact: Mapping[str, Any]) -> str:
    """What somebody calls themselves, blank where it is not told."""
    profile = contact.get("profile")
    return optional(profile.get("name")) or optional(profile.get("username")) if isinstance(profile, dict) else ""


def seconds_of(value: Any) -> float:
    """Unix seconds; 0 for anything that no clock shows."""
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return seconds if math.isfinite(seconds) and 0 <= seconds < 1e11 else 0.0

"""Checks a template before it is sent, and reads the list that the platform keeps of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.channels.failures import failed
from bot.channels.fitting import Fitted
from bot.channels.wrapping import units
from referrals.senders.templates import SENDABLE, TemplateListed

PARAMETER_LIMIT = 1024  # the body of a template with its parameters is at most 1,024 characters
UNLISTED_QUICK_REPLIES = 3  # buttons that our templates have at most, as docs/how-to/connect-whatsapp.md names them
PAYLOAD_LIMIT = 128  # characters that a quick reply gives back
_REFUSED = re.compile(r"[\n\t]| {4}")  # Meta takes neither in a parameter
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_NAMED = {"PAUSED": "template_paused", "LIMIT_EXCEEDED": "template_paused", "IN_APPEAL": "template_paused"}


@dataclass(frozen=True)
class KnownTemplate:
    """What we know of a template: how the platform calls its state, and how much it takes where that was listed."""

    status: str = ""
    parameters: int | None = None
    quick_replies: int | None = None


def checked(fitted: Fitted, known: KnownTemplate | None) -> Fitted:
    """The template with the buttons that it has, ready to be sent.

    `known` is None where the platform's list does not have it in this language; one without a status was never listed,
    and only the platform can tell. Raises `DeliveryFailed` with what is wrong: nothing was sent then.
    """
    named = f"{fitted.template} {fitted.language}"
    if known is None:
        raise failed("template_unknown", named)
    if known.status and known.status not in SENDABLE:
        raise failed(_NAMED.get(known.status, "template_disabled"), f"{named} {known.status}")
    if known.parameters is not None and known.parameters != len(fitted.parameters):
        raise failed("template_parameters", f"{named} takes {known.parameters}, has {len(fitted.parameters)}")
    most = UNLISTED_QUICK_REPLIES if known.quick_replies is None else known.quick_replies
    fitted = replace(fitted, choices=fitted.choices[:most])
    wrong = _wrong(fitted)
    if wrong:
        raise failed("template_parameters", f"{named}: {wrong}")
    return fitted


def _wrong(fitted: Fitted) -> str:
    for place, parameter in enumerate(fitted.parameters, 1):
        if not parameter.strip():
            return f"parameter {place} is empty"
        if _REFUSED.search(parameter):
            return f"parameter {place} has a new line, a tab or four spaces"
    if sum(map(units, fitted.parameters)) > PARAMETER_LIMIT:
        return "parameters are too long"
    if any(not choice.id or len(choice.id) > PAYLOAD_LIMIT for choice in fitted.choices):
        return "a button has no id, or one that is too long"
    return ""


def listed(template: Mapping[str, Any]) -> TemplateListed | None:
    """One entry of the platform's list; None for what is none."""
    name, language = template.get("name"), template.get("language")
    if not isinstance(name, str) or not isinstance(language, str):
        return None
    components = template.get("components")
    parts = [part for part in components if isinstance(part, dict)] if isinstance(components, list) else None
    return TemplateListed(
        name=name,
        language=language,
        status=str(template.get("status", "")).upper(),
        category=str(template.get("category", "")).upper(),
        quality=_quality(template.get("quality_score")),
        reason=str(template.get("rejected_reason", "")),
        parameters=None if parts is None else _parameters(parts),
        quick_replies=None if parts is None else _quick_replies(parts),
    )


def _parameters(parts: list[dict[str, Any]]) -> int:
    texts = [str(part.get("text", "")) for part in parts if str(part.get("type", "")).upper() == "BODY"]
    return len({found for text in texts for found in _VARIABLE.findall(text)})


def _quick_replies(parts: list[dict[str, Any]]) -> int:
    buttons = [button for part in parts for button in part.get("buttons") or [] if isinstance(button, dict)]
    return sum(str(button.get("type", "")).upper() == "QUICK_REPLY" for button in buttons)


def _quality(score: Any) -> str:
    return str(score.get("score", "")) if isinstance(score, dict) else ""

"""What codes are called, in both languages: the words that staff read on their pages."""

from __future__ import annotations

from referrals.partners.values import Coded
from referrals.texts import common_catalogue


def labelled(kind: str, code: str) -> Coded | None:
    """A code with its names; None for a blank one. `kind` is the group of texts it stands in: reason, outcome, …"""
    if not code:
        return None
    plain = code.replace("-", " ").replace("_", " ").capitalize()
    key = f"console.{kind}.{code}"
    return Coded(code, _said("ar", key) or plain, _said("en", key) or plain)


def _said(language: str, key: str) -> str:
    forms = common_catalogue(language, "console").texts.get(key, ())
    return forms[0] if len(forms) == 1 else ""

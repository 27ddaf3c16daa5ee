"""The settings sheet: identity, version, language, encryption."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.checking.finding import Finding, Level
from dialogs.checking.subject import Subject

ARABIC = "Arabic (ar)"


def identity(subject: Subject) -> Iterator[Finding]:
    """form_id and version: without them answers cannot be told apart later."""
    if not subject.form.version:
        remedy = "Write one, such as 2026112201, and another with every change: sessions stay on theirs."
        yield _find("warning", subject, "The form has no `version`.", remedy)
    if subject.rows.sheets and not (subject.rows.settings.get("form_id") or subject.rows.settings.get("id_string")):
        cause = f"The form has no `form_id`: its file name stands in for it (`{subject.form.id}`)."
        yield _find("warning", subject, cause, "Write one, and keep it when the file is renamed.")


def default_language(subject: Subject) -> Iterator[Finding]:
    """The default language, spelt as every column spells it."""
    written = subject.rows.settings.get("default_language", "").strip()
    if not subject.form.languages or not subject.arabic:
        return
    if written and written not in subject.form.languages:
        cause = f"`default_language` is `{written}`, which no column has: {', '.join(subject.form.languages)}."
        yield _find("error", subject, cause, f"Write `{subject.arabic}`.")
    elif subject.form.default_language != subject.arabic:
        cause = f"The default language is {subject.form.default_language}: what lacks a text is read in it."
        yield _find("warning", subject, cause, f"Set `default_language` to `{subject.arabic}`.")
    if subject.arabic != ARABIC:
        cause = f"The Arabic columns are called `{subject.arabic}`."
        yield _find("warning", subject, cause, f"Call them `{ARABIC}` everywhere, as other forms and tools do.")


def encryption(subject: Subject) -> Iterator[Finding]:
    """An encrypted form: what ODK's apps send of it could not be read here."""
    if subject.rows.settings.get("public_key", "").strip():
        cause = "The form has a `public_key`: what ODK's apps send of it is encrypted and cannot be read here."
        remedy = "Take it out: every answer is kept sealed in the database anyway."
        yield _find("error", subject, cause, remedy)


def _find(level: Level, subject: Subject, cause: str, remedy: str) -> Finding:
    return Finding(level, "settings", 2 if subject.rows.settings else None, "", cause, remedy)

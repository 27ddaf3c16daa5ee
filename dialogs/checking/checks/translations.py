"""Texts that a family would miss: no Arabic, "-" in its place, or something that is not Arabic."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogs.checking.finding import Finding
from dialogs.checking.subject import TEXTS, Subject
from dialogs.form.definition import Definition

ARABIC_LETTER = re.compile(r"[\u0621-\u064a\u066e-\u06d3\u06fa-\u06ff\ufb50-\ufdff\ufe70-\ufefc]")
LATIN_LETTER = re.compile(r"[A-Za-z\u00c0-\u024f]")
FILLER = "-"
SHOWN = 6


def no_arabic_at_all(subject: Subject) -> Iterator[Finding]:
    """A form whose languages do not name Arabic, or that is not translated and has hardly an Arabic letter."""
    if subject.arabic:
        return
    if subject.form.languages:
        cause = f"The form has no Arabic: its languages are {', '.join(subject.form.languages)}."
        yield Finding("warning", "survey", 1, "", cause, "Add `label::Arabic (ar)` and the other texts in Arabic.")
        return
    labels = [text for d in subject.shown if (text := subject.text(d, "label", ""))]
    if labels and sum(bool(ARABIC_LETTER.search(text)) for text in labels) * 2 < len(labels):
        cause = "The texts of this form are not Arabic."
        yield Finding("warning", "survey", 1, "", cause, "Add `label::Arabic (ar)` and the other texts in Arabic.")


def missing_arabic(subject: Subject) -> Iterator[Finding]:
    """A text that stands in another language and not in Arabic, and a question without any label."""
    for definition in subject.shown:
        for part, column in TEXTS.items():
            text = subject.text(definition, part, subject.reading)
            if text and text != FILLER:
                continue
            if part == "label" and (subject.arabic or not subject.form.languages):
                what = "is a dash" if text or _is_dash(subject, definition, column) else "is missing"
                cause = f"The Arabic label of `{definition.name}` {what}."
                if not subject.arabic:
                    cause = f"`{definition.name}` has no label."
                yield subject.find("error", definition, cause, f"Write it in `{_column(subject, column)}`.")
            elif subject.arabic and _elsewhere(subject, definition, part):
                cause = f"`{definition.name}` has a {column} in another language, but none in Arabic."
                yield subject.find("warning", definition, cause, f"Write it in `{_column(subject, column)}`.")


def missing_arabic_choices(subject: Subject) -> Iterator[Finding]:
    """Choices without a label in Arabic."""
    for list_name, name, labels, row in _choices(subject):
        text = labels.get(subject.reading) or labels.get("", "")
        if text and text != FILLER:
            continue
        if subject.arabic or not labels:
            language = "an Arabic label" if subject.arabic else "a label"
            cause = f"The choice `{name}` of `{list_name}` has no label." if not labels else ""
            cause = cause or f"The choice `{name}` of `{list_name}` lacks {language}."
            yield Finding("error", "choices", row, name, cause, f"Write it in `{_column(subject, 'label')}`.")


def not_arabic(subject: Subject) -> Iterator[Finding]:
    """A text in the Arabic column without an Arabic letter."""
    if not subject.arabic:
        return
    for definition in subject.shown:
        for part, column in TEXTS.items():
            text = subject.text(definition, part, subject.arabic, gap="")
            if _is_foreign(text):
                cause = f"The Arabic {column} of `{definition.name}` has no Arabic letter: «{text[:40]}»."
                yield subject.find("warning", definition, cause, "Write it in Arabic.")
    for list_name, name, labels, row in _choices(subject):
        text = labels.get(subject.arabic, "")
        if _is_foreign(text):
            cause = f"The Arabic label of the choice `{name}` of `{list_name}` has no Arabic letter: «{text[:40]}»."
            yield Finding("warning", "choices", row, name, cause, "Write it in Arabic, or leave it if it is a name.")


def untranslated(subject: Subject) -> Iterator[Finding]:
    """Other languages in which texts are missing: those families read Arabic there."""
    for language in subject.form.languages:
        if language == subject.arabic or not subject.arabic:
            continue
        missing = [
            (subject.rows.row_of(definition.ref), f"{column} of `{definition.name}`")
            for definition in subject.shown
            for part, column in TEXTS.items()
            if subject.text(definition, part, subject.arabic) and not subject.text(definition, part, language)
        ]
        missing += [
            (None, f"choice `{name}` of `{list_name}`")
            for list_name, name, labels, _ in _choices(subject)
            if labels.get(subject.arabic) and not (labels.get(language) or labels.get(""))
        ]
        if missing:
            shown = ", ".join(what for _, what in missing[:SHOWN]) + (" …" if len(missing) > SHOWN else "")
            cause = f"{len(missing)} texts are missing in {language}: {shown}."
            yield Finding("note", "survey", missing[0][0], "", cause, "Families who chose it read these in Arabic.")


def nearly_the_same_language(subject: Subject) -> Iterator[Finding]:
    """«Arabic(ar)» beside «Arabic (ar)»: two languages to ODK, and each has half of the texts."""
    seen: dict[str, str] = {}
    for language in subject.form.languages:
        key = re.sub(r"\W", "", language.lower())
        if key in seen:
            cause = f"`{seen[key]}` and `{language}` are two languages to every engine."
            yield Finding("error", "survey", 1, "", cause, "Write the language in the same way in every column.")
        seen.setdefault(key, language)


def _choices(subject: Subject) -> Iterator[tuple[str, str, dict[str, str], int | None]]:
    """(list, name, labels, row) of every choice that some question offers, once."""
    seen: set[tuple[str, str]] = set()
    for ref, listing in subject.listings.items():
        list_name = listing.list_name or ref.rpartition("/")[2]
        for choice in listing.choices:
            if (list_name, choice.name) not in seen:
                seen.add((list_name, choice.name))
                yield list_name, choice.name, dict(choice.labels), subject.rows.choice_row(list_name, choice.name)


def _is_foreign(text: str) -> bool:
    return bool(LATIN_LETTER.search(text)) and not ARABIC_LETTER.search(text)


def _elsewhere(subject: Subject, definition: Definition, part: str) -> bool:
    return any(subject.text(definition, part, language) for language in subject.form.languages)


def _is_dash(subject: Subject, definition: Definition, column: str) -> bool:
    cells = subject.cells(definition)
    return any(text.strip() == FILLER for name, text in cells.items() if name.startswith(column))


def _column(subject: Subject, column: str) -> str:
    return f"{column}::{subject.arabic}" if subject.arabic else column

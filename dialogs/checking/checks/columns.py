"""Columns that nothing reads: mostly a slip of the pen, and then the form quietly does something else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from dialogs.checking.finding import Finding
from dialogs.checking.subject import Subject
from dialogs.form.definition import Definition
from dialogs.form.rows import canonical_column

CHAT_COLUMNS = (
    "aliases confirm contact danger example kind most neutral quick quick_ar quick_en restricted screen sensitive "
    "short_label short_label_ar short_label_en skip_ok unit unit_ar unit_en why why_ar why_en"
).split()
_WORDS, _FIGURES = ("text", "barcode"), ("integer", "decimal", "range")
KINDS: Mapping[str, tuple[str, ...]] = {
    "phone": (*_WORDS, "integer"),
    "name": _WORDS,
    "national_id": _WORDS,
    "money": _FIGURES,
    "people": ("integer",),
    "birth_date": ("date",),
    "age": ("integer",),
    "sex": ("select_one",),
}
"""What `bind::chat:kind` may say, and of which types of question."""
YES_OR_NO = frozenset({"confirm", "contact", "neutral", "restricted", "screen", "sensitive", "skip_ok"})
YES, NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0", ""})
SURVEY = (
    "type name label hint guidance_hint required required_message relevant constraint constraint_message appearance "
    "parameters calculation calculate choice_filter repeat_count default read_only readonly trigger note media "
    "save_to body bind instance image audio video big-image query intent autoplay accuracythreshold disabled "
    "relevance caption command compact noapperrorstring compact_tag save_incomplete rows"
).split()
CHOICES = "list_name list name value label image audio video big-image media aliases geometry order".split()
_CHAT = re.compile(r"^(?:bind::)?chat::?(?P<name>.+)$", re.IGNORECASE)


def chat_columns(subject: Subject) -> Iterator[Finding]:
    """`bind::chat:*` columns that Sanad does not know, or that are not written so that they reach it."""
    found = ((column, _CHAT.match(column)) for column in _headers(subject, "survey"))
    written = {column: match["name"].strip() for column, match in found if match is not None}
    known = {name for definition in subject.definitions for name in definition.question.chat}
    for column, name in written.items():
        known.discard(name)
        if name not in CHAT_COLUMNS:
            yield _unknown(column, name)
        elif not column.startswith("bind::chat:") or column.startswith("bind::chat::"):
            cause = f"The column `{column}` does not reach the chat."
            yield Finding("error", "survey", 1, name, cause, f"Write `bind::chat:{name}`.")
    for name in sorted(known - set(CHAT_COLUMNS)):
        yield _unknown(f"bind::chat:{name}", name)


def _unknown(column: str, name: str) -> Finding:
    near = get_close_matches(name.lower(), CHAT_COLUMNS, n=1, cutoff=0.6)
    remedy = f"Did you mean `bind::chat:{near[0]}`?" if near else f"Known are {', '.join(CHAT_COLUMNS)}."
    cause = f"`{column}` is no column that Sanad reads."
    return Finding("error" if near else "warning", "survey", 1, name, cause, remedy)


def chat_values(subject: Subject) -> Iterator[Finding]:
    """Yes-or-no columns that say neither, and dangers that no choice stands for."""
    for definition in subject.definitions:
        for name, text in definition.question.chat.items():
            if name in YES_OR_NO and text.strip().lower() not in YES | NO:
                cause = f"`bind::chat:{name}` of `{definition.name}` says «{text}»."
                yield subject.find("warning", definition, cause, "Write yes, or leave it blank.")
        yield from _kind(subject, definition)
        listing = subject.listings.get(definition.ref)
        marked = re.split(r"[\s|,]+", definition.question.chat.get("danger", "").strip())
        names = {choice.name for choice in listing.choices} if listing is not None else set()
        for name in filter(None, marked):
            if names and name not in names:
                near = get_close_matches(name, sorted(names), n=1)
                cause = f"`bind::chat:danger` of `{definition.name}` names `{name}`, which is none of its choices."
                remedy = f"Did you mean `{near[0]}`?" if near else "Name choices of this list."
                yield subject.find("error", definition, cause, remedy)


def _kind(subject: Subject, definition: Definition) -> Iterator[Finding]:
    """`bind::chat:kind` that says nothing to Sanad, or nothing of that type of question."""
    said, of_type = definition.question.chat.get("kind", "").strip(), definition.question.kind
    if said and said not in KINDS:
        near = get_close_matches(said, KINDS, n=1, cutoff=0.6)
        remedy = f"Did you mean `{near[0]}`?" if near else f"Known are {', '.join(KINDS)}."
        yield subject.find("warning", definition, f"`bind::chat:kind` of `{definition.name}` says «{said}».", remedy)
    elif said and of_type not in KINDS[said]:
        cause = f"`bind::chat:kind` says {said}, and `{definition.name}` is of type {of_type}."
        yield subject.find("warning", definition, cause, f"It is read only of {', '.join(KINDS[said])}.")


def misspelt_columns(subject: Subject) -> Iterator[Finding]:
    """Headers that are nearly a column of XLSForm: pyxform passes over them without a word."""
    for sheet, known in (("survey", SURVEY), ("choices", CHOICES)):
        filters = " ".join(row.get("choice_filter", "") for row in subject.rows.sheets.get("survey", ()))
        for column in _headers(subject, sheet):
            name = canonical_column(column).partition("::")[0].partition(":")[0]
            if not name or name in known or _CHAT.match(column) or re.search(rf"\b{re.escape(column)}\b", filters):
                continue
            near = get_close_matches(name, known, n=1, cutoff=0.8)
            if near:
                cause = f"`{column}` is no column of the {sheet} sheet."
                yield Finding("warning", sheet, 1, column, cause, f"Did you mean `{near[0]}`?")


def _headers(subject: Subject, sheet: str) -> tuple[str, ...]:
    found = dict.fromkeys(name for row in subject.rows.sheets.get(sheet, ()) for name in row)
    return tuple(str(column) for column in found if column)

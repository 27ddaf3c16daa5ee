"""The list of checks, in the order in which their findings are told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from dialogs.checking.checks import (
    authoring,
    carrying,
    choice_labels,
    circles,
    columns,
    comparisons,
    dead_ends,
    directions,
    examples,
    files,
    lengths,
    lists,
    patterns,
    reaching,
    repeats,
    settings,
    translations,
)
from dialogs.checking.finding import LEVELS, Finding
from dialogs.checking.limits import Limits
from dialogs.checking.subject import Subject
from dialogs.form import Form, Rows

CHECKS: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    authoring.loading_remarks,
    columns.chat_columns,
    columns.chat_values,
    columns.misspelt_columns,
    examples.refused_examples,
    settings.identity,
    settings.default_language,
    settings.encryption,
    carrying.what_no_chat_carries,
    files.media,
    files.lists,
    comparisons.unknown_choices,
    circles.own_relevance,
    circles.own_calculation,
    circles.reads_later_questions,
    reaching.unreachable_questions,
    reaching.unreachable_choices,
    dead_ends.nothing_asked,
    dead_ends.nothing_to_choose,
    dead_ends.nothing_accepted,
    dead_ends.nothing_to_write,
    reaching.what_was_not_walked,
    patterns.slow_patterns,
    translations.no_arabic_at_all,
    translations.missing_arabic,
    translations.missing_arabic_choices,
    translations.not_arabic,
    translations.nearly_the_same_language,
    translations.untranslated,
    choice_labels.same_labels,
    choice_labels.same_aliases,
    choice_labels.cut_labels,
    choice_labels.long_names,
    lengths.long_messages,
    directions.mixed_directions,
    lists.long_lists,
    lists.exclusive_choices,
    repeats.without_a_cap,
)
SHEETS = ("survey", "choices", "settings")  # in the order in which they are told
NO_ROWS = Rows({})
_A_DAY = datetime(2026, 11, 1, 7, 0, tzinfo=UTC)  # today() of the walks where the caller names no other


def check(
    form: Form,
    *,
    rows: Rows = NO_ROWS,
    channels: Sequence[Limits] = (),
    files: Collection[str] | None = None,
    now: datetime = _A_DAY,
    enough: Callable[[], bool] = lambda: False,
) -> tuple[Finding, ...]:
    """Everything the checks find, errors first, then by row.

    `rows` are the sheets it was written in (for row numbers), `files` the names of the files beside it (None: not
    looked at), `now` the moment at which the form is walked through. Takes a second or two for a form of 100 questions;
    where `enough` comes true, the walks end and what they did not get to is said.
    """
    subject = Subject(form, rows, tuple(channels), None if files is None else frozenset(files), now, enough)
    found: dict[Finding, None] = {}
    for one in CHECKS:
        name = one.__module__.rpartition(".")[2]
        found.update(dict.fromkeys(replace(finding, check=name) for finding in one(subject)))
    return tuple(sorted(found, key=_place))


def _place(finding: Finding) -> tuple[int, int, int]:
    sheet = SHEETS.index(finding.sheet) if finding.sheet in SHEETS else len(SHEETS)
    return LEVELS.index(finding.level), sheet, finding.row or 0

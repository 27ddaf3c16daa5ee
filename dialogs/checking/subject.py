"""What every check looks at: the form, its sheets, the channels it shall run on, and the walks through it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from dialogs.checking.finding import Finding, Level
from dialogs.checking.limits import Limits
from dialogs.checking.listing import Listing, listing_of, written
from dialogs.checking.walking.survey import Survey, survey_of
from dialogs.checking.walking.walker import Enough
from dialogs.form import Form, Rows
from dialogs.form.definition import Compiled, Definition
from dialogs.form.references import read_by
from dialogs.form.texts import Wordings

CONTAINERS = frozenset({"group", "repeat"})
COLUMNS = {  # the part of a definition -> the column of the survey sheet
    "relevant": "relevant",
    "required": "required",
    "readonly": "read_only",
    "constraint": "constraint",
    "calculate": "calculation",
    "count": "repeat_count",
}
TEXTS = {
    "label": "label",
    "hint": "hint",
    "guidance": "guidance_hint",
    "constraint_message": "constraint_message",
    "required_message": "required_message",
}


@dataclass(frozen=True, eq=False)
class Subject:
    """One form under check. `files` are the names of the files beside it; None when nobody looked."""

    form: Form
    rows: Rows
    channels: tuple[Limits, ...]
    files: frozenset[str] | None
    now: datetime
    enough: Enough = lambda: False

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """Every node of the form below its root, in document order."""
        root = self.form.program.root
        return tuple(definition for definition in root.below() if definition is not root)

    @cached_property
    def _readings(self) -> dict[tuple[Definition, str], tuple[Definition, ...]]:
        return {}

    def read_by(self, reader: Definition, compiled: Compiled) -> tuple[Definition, ...]:
        """What an expression written at `reader` reads; worked out once, for the links of a long chain come again."""
        key = reader, compiled.source
        if key not in self._readings:
            references = read_by(compiled.parsed, reader, self.form.program.root).references
            self._readings[key] = tuple(dict.fromkeys(reference.target for reference in references))
        return self._readings[key]

    @cached_property
    def shown(self) -> tuple[Definition, ...]:
        """The questions and notes that a person reads."""
        return tuple(d for d in self.definitions if d.question.asked and d.question.kind not in CONTAINERS)

    @cached_property
    def arabic(self) -> str:
        """The form's own name for Arabic («Arabic (ar)»); "" when it has no such language."""
        return next((language for language in self.form.languages if is_arabic_name(language)), "")

    @cached_property
    def reading(self) -> str:
        """The language that families read by default: Arabic where there is any."""
        return self.arabic or self.form.default_language

    @cached_property
    def survey(self) -> Survey:
        """The walks through the form: what they reached, what they did not."""
        return survey_of(self.form, self.now, enough=self.enough)

    @cached_property
    def listings(self) -> dict[str, Listing]:
        """The list of each question that has one, by ref."""
        found = ((d.ref, listing_of(self.form.program, d)) for d in self.shown)
        return {ref: listing for ref, listing in found if listing is not None}

    def text(self, definition: Definition, part: str, language: str, gap: str = "…") -> str:
        """One text of a question (`label`, `hint` ...) as its author wrote it; "" when it is missing."""
        wordings: Wordings = getattr(definition, part)
        return written(wordings, language, gap)

    def cells(self, definition: Definition) -> Mapping[str, str]:
        """The columns of a question as its author wrote them; empty for a compiled XForm."""
        number = self.rows.row_of(definition.ref)
        return next((row.cells for row in self.rows.survey if row.number == number), {}) if number else {}

    def cell(self, definition: Definition, column: str) -> str:
        """One column of a question as its author wrote it."""
        return self.cells(definition).get(column, "").strip()

    def expressions(self) -> Iterator[tuple[Definition, str, Compiled]]:
        """(question, column, expression) for every expression of the form, choice filters included."""
        for definition in self.definitions:
            for part, column in COLUMNS.items():
                compiled: Compiled | None = getattr(definition, part)
                if compiled is not None:
                    yield definition, column, compiled
            if definition.choices is not None and definition.choices.itemset is not None:
                yield definition, "choice_filter", definition.choices.itemset
            for action in definition.actions:
                if action.value is not None:
                    yield definition, "default", action.value

    def find(self, level: Level, definition: Definition, cause: str, remedy: str) -> Finding:
        """A finding about one question, with its row."""
        return Finding(level, "survey", self.rows.row_of(definition.ref), definition.name, cause, remedy)


def is_arabic_name(language: str) -> bool:
    """Whether a language's column name means Arabic: «Arabic (ar)», «العربية», «ar»."""
    plain = language.strip().lower()
    return plain.startswith(("arabic", "عرب", "العرب")) or plain == "ar" or "(ar)" in plain.replace(" ", "")

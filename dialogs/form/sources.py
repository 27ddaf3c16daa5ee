"""Compiles each expression of a form once, however many questions share it, and gathers what is wrong with them."""

from __future__ import annotations

from dialogs.expressions import Closure, ExpressionError, compile_expression, parse
from dialogs.form.definition import Compiled
from dialogs.form.errors import FormProblem

COLUMNS = {  # the XForm's word -> the column of the survey sheet
    "relevant": "relevant",
    "required": "required",
    "readonly": "read_only",
    "constraint": "constraint",
    "calculate": "calculation",
    "count": "repeat_count",
    "itemset": "choice_filter",
    "setvalue": "default",
}


class Sources:
    """The expressions of one form. `problems` fills up as they are compiled."""

    def __init__(self) -> None:
        self.problems: list[FormProblem] = []
        self._compiled: dict[str, Compiled] = {}

    def closure(self, source: str) -> Closure:
        """The closure of `source`. ExpressionError when it cannot be read."""
        return self._compile(source).closure

    def compiled(self, source: str, ref: str, word: str) -> Compiled | None:
        """The expression of a question's column; None, and a problem noted, when it cannot be read."""
        if not source.strip():
            return None
        try:
            return self._compile(source)
        except ExpressionError as error:
            column, name = COLUMNS.get(word, word), ref.rpartition("/")[2]
            self.problems.append(
                FormProblem("survey", None, f"`{column}` of `{name}`: {error.cause}", error.remedy, ref)
            )
            return None

    def _compile(self, source: str) -> Compiled:
        known = self._compiled.get(source)
        if known is None:
            parsed = parse(source)
            known = self._compiled[source] = Compiled(source, parsed, compile_expression(parsed))
        return known

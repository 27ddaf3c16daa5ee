"""Compiles each expression of a form once, however many questions share it, and gathers what is wrong with them."""

from __future__ import annotations

from dialogs.expressions import Closure, Expression, ExpressionError, compile_expression, parse
from dialogs.expressions.parts import inside
from dialogs.form.definition import Compiled
from dialogs.form.errors import FormProblem
from dialogs.form.habits import check_digits, habit_in

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


DEEPEST_EXPRESSION = 250  # operations within operations; the deepest in 515 public forms has 15
LONGEST_TOGETHER = 3_000_000  # characters of all expressions of a form; the most in those forms are 93,000


class Sources:
    """The expressions of one form. `problems` fills up as they are compiled."""

    def __init__(self) -> None:
        self.problems: list[FormProblem] = []
        self._compiled: dict[str, Compiled] = {}
        self._parsed: dict[Closure, Expression] = {}
        self._length = 0

    def closure(self, source: str) -> Closure:
        """The closure of `source`. ExpressionError when it cannot be read."""
        return self._compile(source).closure

    def parsed(self, closure: Closure) -> Expression:
        """The expression that `closure` works out; KeyError when it was not compiled here."""
        if len(self._parsed) != len(self._compiled):
            self._parsed = {known.closure: known.parsed for known in self._compiled.values()}
        return self._parsed[closure]

    def compiled(self, source: str, ref: str, word: str) -> Compiled | None:
        """The expression of a question's column; None, and a problem noted, when it cannot be read."""
        if not source.strip():
            return None
        try:
            return self._compile(source)
        except ExpressionError as error:
            column, name = COLUMNS.get(word, word), ref.rpartition("/")[2]
            cause, remedy = habit_in(source) or (error.cause, error.remedy)
            if word == "setvalue":
                remedy += " If these very words are meant, put them in 'quotes'."
            self.problems.append(FormProblem("survey", None, f"`{column}` of `{name}`: {cause}", remedy, ref, column))
            return None

    def _compile(self, source: str) -> Compiled:
        known = self._compiled.get(source)
        if known is None:
            self._length += len(source)
            if self._length > LONGEST_TOGETHER:
                raise ExpressionError("The form's expressions are too long.", "Split it into several forms.")
            check_digits(source)
            parsed = parse(source)
            if _depth(parsed) > DEEPEST_EXPRESSION:
                raise ExpressionError("The expression is nested too deeply.", "Split it over several calculates.")
            known = self._compiled[source] = Compiled(source, parsed, compile_expression(parsed))
        return known


def _depth(expression: Expression) -> int:
    """How many operations stand within one another; `1 + 1 + 1` has three levels."""
    deepest, waiting = 0, [(expression, 1)]
    while waiting:
        found, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((inside, depth + 1) for inside in inside(found))
    return deepest

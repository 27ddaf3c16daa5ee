"""Says an expression of the form in plain words, as a programme officer would: «if `renting` is نعم»."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dialogs.checking.listing import listing_of
from dialogs.checking.walking.solving import Solver, literal
from dialogs.expressions.syntax import Binary, Call, Expression, Negative, Number, Path, Text
from dialogs.form.definition import Compiled, Definition
from dialogs.form.program import Program

_COMPARED = {
    "=": "is",
    "!=": "is not",
    "<": "is under",
    "<=": "is at most",
    ">": "is over",
    ">=": "is at least",
}
_ARITHMETIC = {"+": "+", "-": "-", "*": "times", "div": "divided by", "mod": "modulo"}


@dataclass(frozen=True)
class PlainWords:
    """Speaks of the expressions of one form; choices are named by their labels in `language`."""

    program: Program
    language: str

    def of(self, compiled: Compiled, reader: Definition) -> str:
        """The expression in words. What has no words of its own stays as it is written."""
        return self._say(compiled.parsed, reader)

    def _say(self, expression: Expression, reader: Definition) -> str:
        if isinstance(expression, Binary):
            return self._binary(expression, reader)
        if isinstance(expression, Call):
            return self._call(expression, reader)
        if isinstance(expression, Path):
            return self._path(expression, reader)
        if isinstance(expression, Negative):
            return f"-{self._say(expression.operand, reader)}"
        if isinstance(expression, (Text, Number)):
            return _written(expression.value)
        return "one of several places"

    def _binary(self, binary: Binary, reader: Definition) -> str:
        operator = binary.operator
        if operator in ("and", "or"):
            parts = [self._part(part, operator, reader) for part in (binary.left, binary.right)]
            return f" {operator} ".join(parts)
        left, right = self._say(binary.left, reader), binary.right
        if operator in _COMPARED:
            if isinstance(right, Text) and not right.value:
                return f"{left} {'is blank' if operator == '=' else 'was answered'}"
            return f"{left} {_COMPARED[operator]} {self._choice(binary.left, right, reader)}"
        return f"{left} {_ARITHMETIC[operator]} {self._say(right, reader)}"

    def _part(self, part: Expression, operator: str, reader: Definition) -> str:
        said = self._say(part, reader)
        mixed = isinstance(part, Binary) and part.operator in ("and", "or") and part.operator != operator
        return f"({said})" if mixed else said

    def _call(self, call: Call, reader: Definition) -> str:
        name = call.name.rpartition(":")[2]
        say = _CALLS.get((name, len(call.arguments)))
        if say is not None:
            return say(self, call, reader)
        return f"{name}({', '.join(self._say(argument, reader) for argument in call.arguments)})"

    def _path(self, path: Path, reader: Definition) -> str:
        target = Solver(self.program, {}).target(path, reader)
        if target is reader:
            return "the answer"
        if target is not None:
            return f"`{target.name}`"
        last = path.steps[-1].test if path.steps else "it"
        return f"`{last}`" if last not in ("node()", "*") else "the answer"

    def _choice(self, question: Expression, value: Expression, reader: Definition) -> str:
        """The label of the choice that an answer is compared with."""
        written = literal(value)
        target = Solver(self.program, {}).target(question, reader)
        listing = None if target is None else listing_of(self.program, target)
        if not isinstance(written, str) or listing is None:
            return self._say(value, reader)
        found = next((choice for choice in listing.choices if choice.name == written), None)
        return f"«{found.labels.get(self.language) or found.name}»" if found else _written(written)

    def chosen(self, call: Call, reader: Definition, *, negated: bool = False) -> str:
        """selected(${q}, 'x')."""
        question, value = call.arguments
        verb = "was not chosen in" if negated else "was chosen in"
        return f"{self._choice(question, value, reader)} {verb} {self._say(question, reader)}"

    def opposite(self, call: Call, reader: Definition) -> str:
        """not(...)."""
        inner = call.arguments[0]
        if isinstance(inner, Call) and inner.name == "selected" and len(inner.arguments) == 2:
            return self.chosen(inner, reader, negated=True)
        return f"not ({self._say(inner, reader)})"

    def either(self, call: Call, reader: Definition) -> str:
        """if(a, b, c)."""
        condition, then, otherwise = (self._say(argument, reader) for argument in call.arguments)
        return f"{then} if {condition}, else {otherwise}"


def _written(value: str | float) -> str:
    if isinstance(value, str):
        return f"«{value}»" if value else "blank"
    return str(int(value)) if value == int(value) else repr(value)


_Say = Callable[[PlainWords, Call, Definition], str]
_CALLS: dict[tuple[str, int], _Say] = {
    ("selected", 2): lambda words, call, reader: words.chosen(call, reader),
    ("not", 1): lambda words, call, reader: words.opposite(call, reader),
    ("if", 3): lambda words, call, reader: words.either(call, reader),
    ("today", 0): lambda words, call, reader: "today",
    ("now", 0): lambda words, call, reader: "now",
    ("true", 0): lambda words, call, reader: "always",
    ("false", 0): lambda words, call, reader: "never",
    ("regex", 2): lambda words, call, reader: f"{words._say(call.arguments[0], reader)} has the right pattern",
    ("count-selected", 1): lambda words, call, reader: (
        f"the number of choices in {words._say(call.arguments[0], reader)}"
    ),
    ("string-length", 1): lambda words, call, reader: f"the length of {words._say(call.arguments[0], reader)}",
    ("number", 1): lambda words, call, reader: words._say(call.arguments[0], reader),
    ("string", 1): lambda words, call, reader: words._say(call.arguments[0], reader),
    ("current", 0): lambda words, call, reader: "the answer",
}

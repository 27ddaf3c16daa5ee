"""The parsed form of an expression, and the parser: precedence climbing over the tokens of XPath 1.0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dialogs.expressions.errors import ExpressionError
from dialogs.expressions.lexing import Token, tokens

DEEPEST = 150  # levels of nesting; keeps the parser and the closures well inside Python's recursion limit
LONG_CHAIN = 64  # terms of one `or` or `and`; people write hundreds, one for each village

_PRECEDENCE = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
}
AXES = frozenset(
    {
        "child",
        "parent",
        "self",
        "descendant",
        "descendant-or-self",
        "ancestor",
        "ancestor-or-self",
        "following-sibling",
        "preceding-sibling",
        "attribute",
    }
)
_NODE_TYPES = frozenset({"node", "text", "comment", "processing-instruction"})


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the expression."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text."""

    value: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and the operator between them."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Negative:
    """Unary minus."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Union:
    """Node sets joined by `|`."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path. `test` is a name, `*`, or a node type such as `node()`."""

    axis: str
    test: str
    predicates: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """A location path: from the root (`absolute`), from `start`, or from the context node."""

    steps: tuple[Step, ...]
    absolute: bool = False
    start: Expression | None = None
    start_predicates: tuple[Expression, ...] = ()


Expression: TypeAlias = Number | Text | Call | Binary | Negative | Union | Path


_ANYWHERE_BELOW = Step("descendant-or-self", "node()")


def parse(source: str) -> Expression:
    """The expression written in `source`. ExpressionError says what is wrong and what to change."""
    if not source.strip():
        raise ExpressionError("The expression is empty.", "Write it, or leave the cell empty.")
    parser = _Parser(tokens(source))
    expression = parser.expression(1)
    if parser.token.kind != "end":
        raise parser.unexpected()
    return expression


def _evened(expression: Expression) -> Expression:
    """A long `a or b or c …` as a tree of halves: as true as before and asked in the same order, yet not deep."""
    if not isinstance(expression, Binary) or expression.operator not in ("and", "or"):
        return expression
    operator, first = expression.operator, expression.left
    terms: list[Expression] = [expression.right]
    while isinstance(first, Binary) and first.operator == operator:
        terms.append(first.right)
        first = first.left
    terms.append(first)
    return expression if len(terms) <= LONG_CHAIN else _halved(operator, terms[::-1])


def _halved(operator: str, terms: list[Expression]) -> Expression:
    if len(terms) == 1:
        return terms[0]
    middle = len(terms) // 2
    return Binary(operator, _halved(operator, terms[:middle]), _halved(operator, terms[middle:]))


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._next = 0
        self._depth = 0
        self.token = found[0]

    def expression(self, minimum: int) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError("The expression is nested too deeply.", "Split it over several calculates.")
        left = self._unary()
        while self.token.kind == "operator" and (rank := _PRECEDENCE.get(self.token.value, 0)) >= minimum:
            operator = self._take().value
            left = Binary(operator, left, self.expression(rank + 1))
        self._depth -= 1
        return _evened(left)

    def unexpected(self) -> ExpressionError:
        if self.token.kind == "end":
            return ExpressionError(
                "The expression stops too early.", "Check for a missing value or bracket at its end."
            )
        shown = f"'{self.token.value}'" if self.token.kind == "text" else self.token.value
        return ExpressionError(
            f"`{shown}` (character {self.token.at + 1}) does not fit there.",
            "Check for a missing operator, comma or bracket.",
        )

    def _take(self) -> Token:
        taken = self.token
        self._next += 1
        self.token = self._tokens[min(self._next, len(self._tokens) - 1)]
        return taken

    def _accept(self, value: str) -> bool:
        if self.token.kind in ("symbol", "operator", "name") and self.token.value == value:
            self._take()
            return True
        return False

    def _expect(self, value: str) -> None:
        if not self._accept(value):
            raise self.unexpected()

    def _ahead(self) -> str:
        following = self._tokens[min(self._next + 1, len(self._tokens) - 1)]
        return following.value if following.kind == "symbol" else ""

    def _unary(self) -> Expression:
        negative = False
        while self.token.kind == "operator" and self.token.value == "-":
            self._take()
            negative = not negative
        operand = self._path()
        if self.token.kind == "operator" and self.token.value == "|":
            operand = self._union(operand)
        return Negative(operand) if negative else operand

    def _union(self, first: Expression) -> Expression:
        parts = [first]
        while self.token.kind == "operator" and self.token.value == "|":
            self._take()
            parts.append(self._path())
        return Union(tuple(parts))

    def _path(self) -> Expression:
        if self.token.kind in ("number", "text") or self.token.value == "(" or self._calls():
            return self._from_value()
        if self._accept("//"):
            return Path((_ANYWHERE_BELOW, *self._steps()), absolute=True)
        if self._accept("/"):
            return Path(self._steps() if self._starts_step() else (), absolute=True)
        if not self._starts_step():
            raise self.unexpected()
        return Path(self._steps())

    def _calls(self) -> bool:
        return self.token.kind == "name" and self._ahead() == "(" and self.token.value not in _NODE_TYPES

    def _starts_step(self) -> bool:
        return self.token.kind == "name" or self.token.value in (".", "..", "@")

    def _from_value(self) -> Expression:
        value = self._primary()
        predicates = self._predicates()
        if self._accept("//"):
            return Path((_ANYWHERE_BELOW, *self._steps()), start=value, start_predicates=predicates)
        if self._accept("/"):
            return Path(self._steps(), start=value, start_predicates=predicates)
        return Path((), start=value, start_predicates=predicates) if predicates else value

    def _primary(self) -> Expression:
        token = self._take()
        if token.kind == "number":
            return Number(float(token.value))
        if token.kind == "text":
            return Text(token.value)
        if token.kind == "name":
            return Call(token.value, self._arguments())
        inner = self.expression(1)
        self._expect(")")
        return inner

    def _arguments(self) -> tuple[Expression, ...]:
        self._expect("(")
        if self._accept(")"):
            return ()
        found = [self.expression(1)]
        while self._accept(","):
            found.append(self.expression(1))
        self._expect(")")
        return tuple(found)

    def _steps(self) -> tuple[Step, ...]:
        found = [self._step()]
        while True:
            if self._accept("//"):
                found.append(_ANYWHERE_BELOW)
            elif not self._accept("/"):
                return tuple(found)
            found.append(self._step())

    def _step(self) -> Step:
        if self._accept("."):
            return Step("self", "node()", self._predicates())
        if self._accept(".."):
            return Step("parent", "node()", self._predicates())
        axis = "child"
        if self._accept("@"):
            axis = "attribute"
        elif self._ahead() == "::":
            axis = self._take().value
            self._take()
            if axis not in AXES:
                raise ExpressionError(f"`{axis}::` is not an axis this form engine knows.", "Use a plain path.")
        if self.token.kind != "name":
            raise self.unexpected()
        test = self._take().value
        if self.token.value == "(" and test in _NODE_TYPES:
            self._take()
            self._expect(")")
            test = f"{test}()"
        if ":" in test and not test.endswith("*"):
            test = test.rpartition(":")[2]  # orx:meta: the form's own nodes go by local name
        return Step(axis, test, self._predicates())

    def _predicates(self) -> tuple[Expression, ...]:
        found = []
        while self._accept("["):
            found.append(self.expression(1))
            self._expect("]")
        return tuple(found)

"""How a function says its name and how many arguments it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from dialogs.expressions.context import Closure, Context
from dialogs.expressions.paths import Compile
from dialogs.expressions.syntax import Expression
from dialogs.expressions.values import Value

Arguments: TypeAlias = tuple[Closure, ...]
Body: TypeAlias = Callable[[Context, Arguments], Value]


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how many arguments it takes (`most` None: any number), and how it becomes a closure: from its
    arguments, compiled and as they were written, and from what compiles one more expression."""

    least: int
    most: int | None
    prepare: Callable[[Arguments, tuple[Expression, ...], Compile], Closure]

    def arity(self) -> str:
        """`2 arguments`, `1 to 3 arguments`, `at least 2 arguments`."""
        if self.most is None:
            return f"at least {self.least} argument{'' if self.least == 1 else 's'}"
        if self.least == self.most:
            return f"{self.least} argument{'' if self.least == 1 else 's'}"
        return f"{self.least} to {self.most} arguments"


FUNCTIONS: dict[str, Function] = {}


def function(name: str, least: int = 0, most: int | None = 0) -> Callable[[Body], Body]:
    """Registers a body that receives the context and its arguments unevaluated."""

    def register(body: Body) -> Body:
        def prepare(arguments: Arguments, _written: tuple[Expression, ...], _compile: Compile) -> Closure:
            return lambda context: body(context, arguments)

        FUNCTIONS[name] = Function(least, most, prepare)
        return body

    return register

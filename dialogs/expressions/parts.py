"""What an expression is made of."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.expressions.syntax import Binary, Call, Expression, Negative, Path, Union


def inside(expression: Expression) -> Iterator[Expression]:
    """The expressions that stand right inside this one."""
    if isinstance(expression, Binary):
        yield from (expression.left, expression.right)
    elif isinstance(expression, Negative):
        yield expression.operand
    elif isinstance(expression, Union):
        yield from expression.parts
    elif isinstance(expression, Call):
        yield from expression.arguments
    elif isinstance(expression, Path):
        yield from () if expression.start is None else (expression.start,)
        yield from expression.start_predicates
        for step in expression.steps:
            yield from step.predicates

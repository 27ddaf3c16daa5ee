"""XPath 1.0 with the functions of ODK XForms, parsed once and compiled to Python closures."""

from __future__ import annotations

from dialogs.expressions.compiling import compile_expression
from dialogs.expressions.context import Closure, Context, World
from dialogs.expressions.errors import ExpressionError
from dialogs.expressions.nodes import Item, Node
from dialogs.expressions.syntax import Expression, parse
from dialogs.expressions.values import Moment, Value, to_boolean, to_number, to_text

__all__ = [
    "Closure",
    "Context",
    "Expression",
    "ExpressionError",
    "Item",
    "Moment",
    "Node",
    "Value",
    "World",
    "compile_expression",
    "parse",
    "to_boolean",
    "to_number",
    "to_text",
]

"""What was chosen: answers of selects, and the labels of choices."""

from __future__ import annotations

from dialogs.expressions.context import Closure, Context
from dialogs.expressions.errors import ExpressionError
from dialogs.expressions.functions.numbers import argument_number, whole
from dialogs.expressions.functions.registry import FUNCTIONS, Arguments, Function, function
from dialogs.expressions.functions.texts import argument_text
from dialogs.expressions.paths import Compile
from dialogs.expressions.syntax import Expression, Path, Text, parse
from dialogs.expressions.values import Value, nodes_of, to_text, words


@function("selected", 2, 2)
def _selected(context: Context, arguments: Arguments) -> Value:
    """Whether a name is among those chosen; a blank one is, when nothing is chosen (as in ODK's engine)."""
    chosen = words(to_text(arguments[0](context))) or [""]
    return to_text(arguments[1](context)).strip() in chosen


FUNCTIONS["is-selected"] = FUNCTIONS["selected"]  # an older name, still understood by Collect


@function("selected-at", 2, 2)
def _selected_at(context: Context, arguments: Arguments) -> Value:
    chosen = words(to_text(arguments[0](context)))
    at = whole(argument_number(context, arguments, 1), -1)
    return chosen[at] if 0 <= at < len(chosen) else ""


@function("count-selected", 1, 1)
def _count_selected(context: Context, arguments: Arguments) -> Value:
    return float(len(words(to_text(arguments[0](context)))))


@function("jr:itext", 1, 1)
def _itext(context: Context, arguments: Arguments) -> Value:
    return context.world.itext(argument_text(context, arguments, 0))


def _prepare_choice_name(arguments: Arguments, written: tuple[Expression, ...], compile_one: Compile) -> Closure:
    """jr:choice-name(value, 'path'): the path is a text, with spaces around it when pyxform wrote it."""
    select = compile_one(choice_path(written))

    def label(context: Context) -> Value:
        nodes = nodes_of(select(context))
        return context.world.choice_label(nodes[0], to_text(arguments[0](context))) if nodes else ""

    return label


def choice_path(written: tuple[Expression, ...]) -> Path:
    """The path that the second argument of jr:choice-name holds as a text."""
    path = parse(written[1].value) if isinstance(written[1], Text) else written[1]
    if not isinstance(path, Path):
        raise ExpressionError("jr:choice-name() needs a question.", "Write jr:choice-name(${q}, '${q}').")
    return path


FUNCTIONS["jr:choice-name"] = Function(2, 2, _prepare_choice_name)

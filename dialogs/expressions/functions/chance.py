"""Numbers and identifiers that look random, and are the same for the same instance and node: a replay repeats them."""

from __future__ import annotations

from uuid import UUID

from dialogs.expressions.context import Context
from dialogs.expressions.functions.numbers import argument_number, whole
from dialogs.expressions.functions.registry import Arguments, function
from dialogs.expressions.values import Value

LONGEST_UUID = 1_000


@function("random")
def _random(context: Context, _arguments: Arguments) -> Value:
    return int.from_bytes(context.draw()[:7], "big") / 2**56


@function("uuid", 0, 1)
def _uuid(context: Context, arguments: Arguments) -> Value:
    if not arguments:
        return uuid_text(context.draw())
    length = min(max(whole(argument_number(context, arguments, 0)), 0), LONGEST_UUID)
    text = ""
    while len(text) < length:
        text += uuid_text(context.draw())
    return text[:length]


def uuid_text(drawn: bytes) -> str:
    """A version 4 UUID of 32 drawn bytes."""
    return str(UUID(bytes=drawn[:16], version=4))

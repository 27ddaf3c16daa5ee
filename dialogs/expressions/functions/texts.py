"""Functions on text, with bounds that an untrusted form cannot pass."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import regex  # type: ignore[import-untyped]  # ships no types; the only engine here that stops a runaway pattern

from dialogs.expressions.context import Closure, Context
from dialogs.expressions.errors import ExpressionError
from dialogs.expressions.functions.numbers import argument_number, whole
from dialogs.expressions.functions.registry import FUNCTIONS, Arguments, Function, function
from dialogs.expressions.paths import Compile
from dialogs.expressions.syntax import Expression, Text
from dialogs.expressions.values import Value, atoms, to_text

LONGEST_PATTERN = 1_000  # characters of a regular expression
LONGEST_WRITTEN_OUT = 10_000  # signs of a pattern with its counted repetitions written out, as compiling does
LONGEST_MATCHED = 10_000  # characters of the text it is tried on
LONGEST_TEXT = 1_000_000  # characters an expression may build
REGEX_SECONDS = 0.25  # a runaway pattern stops here and does not match; ordinary ones take microseconds


def argument_text(context: Context, arguments: Arguments, index: int) -> str:
    """The text of argument `index`, or of the context node where it is not written."""
    return to_text(arguments[index](context)) if index < len(arguments) else context.node.string_value()


def _bounded(text: str) -> str:
    return text[:LONGEST_TEXT]


@function("string", 0, 1)
def _string(context: Context, arguments: Arguments) -> Value:
    return argument_text(context, arguments, 0)


@function("concat", 0, None)
def _concat(context: Context, arguments: Arguments) -> Value:
    return _bounded("".join(to_text(atom) for argument in arguments for atom in atoms(argument(context))))


@function("join", 1, None)
def _join(context: Context, arguments: Arguments) -> Value:
    glue = argument_text(context, arguments, 0)
    return _bounded(glue.join(to_text(atom) for argument in arguments[1:] for atom in atoms(argument(context))))


@function("string-length", 0, 1)
def _string_length(context: Context, arguments: Arguments) -> Value:
    """Counted as ODK's engines count: a sign outside the basic plane, such as an emoji, is two."""
    text = argument_text(context, arguments, 0)
    return float(_length(text))


def _length(text: str) -> int:
    return len(text) + sum(letter > "\uffff" for letter in text) if not text.isascii() else len(text)


def _part(text: str, start: int, end: int) -> str:
    """From place to place, counted as `string-length` counts; half of a sign that counts twice is left out."""
    if _length(text) == len(text):
        return text[start:end]
    return text.encode("utf-16-le", "surrogatepass")[2 * start : 2 * end].decode("utf-16-le", "ignore")


@function("normalize-space", 0, 1)
def _normalize_space(context: Context, arguments: Arguments) -> Value:
    return " ".join(re.split(r"[ \t\r\n]+", argument_text(context, arguments, 0).strip(" \t\r\n")))


@function("contains", 2, 2)
def _contains(context: Context, arguments: Arguments) -> Value:
    return argument_text(context, arguments, 1) in argument_text(context, arguments, 0)


@function("starts-with", 2, 2)
def _starts_with(context: Context, arguments: Arguments) -> Value:
    return argument_text(context, arguments, 0).startswith(argument_text(context, arguments, 1))


@function("ends-with", 2, 2)
def _ends_with(context: Context, arguments: Arguments) -> Value:
    return argument_text(context, arguments, 0).endswith(argument_text(context, arguments, 1))


@function("substring-before", 2, 2)
def _substring_before(context: Context, arguments: Arguments) -> Value:
    before, found, _after = argument_text(context, arguments, 0).partition(argument_text(context, arguments, 1) or "\0")
    return before if found else ""


@function("substring-after", 2, 2)
def _substring_after(context: Context, arguments: Arguments) -> Value:
    text, mark = argument_text(context, arguments, 0), argument_text(context, arguments, 1)
    return text.partition(mark)[2] if mark else text


@function("substring", 2, 3)
def _substring(context: Context, arguments: Arguments) -> Value:
    """XPath's: positions from 1, rounded, the length counted from the start asked for."""
    text = argument_text(context, arguments, 0)
    start = argument_number(context, arguments, 1)
    length = argument_number(context, arguments, 2, math.inf)
    if math.isnan(start) or math.isnan(length) or math.isinf(start):
        return text if start == -math.inf and len(arguments) == 2 else ""
    first = math.floor(start + 0.5) - 1
    end = 2 * len(text) if math.isinf(length) else first + math.floor(length + 0.5)
    return _part(text, max(first, 0), max(end, 0))


@function("substr", 2, 3)
def _substr(context: Context, arguments: Arguments) -> Value:
    """ODK's: positions from 0, negative ones from the end."""
    text = argument_text(context, arguments, 0)
    length = _length(text)
    start = whole(argument_number(context, arguments, 1))
    end = whole(argument_number(context, arguments, 2, float(length)), 0)
    return _part(text, *(min(max(at + length if at < 0 else at, 0), length) for at in (start, end)))


@function("translate", 3, 3)
def _translate(context: Context, arguments: Arguments) -> Value:
    text, sources, targets = (argument_text(context, arguments, index) for index in range(3))
    table: dict[int, str] = {}
    for index, source in enumerate(sources):
        table.setdefault(ord(source), targets[index] if index < len(targets) else "")
    return text.translate(table)


@function("upper-case", 1, 1)
def _upper_case(context: Context, arguments: Arguments) -> Value:
    return argument_text(context, arguments, 0).upper()


@function("lower-case", 1, 1)
def _lower_case(context: Context, arguments: Arguments) -> Value:
    return argument_text(context, arguments, 0).lower()


@function("version")
def _version(context: Context, _arguments: Arguments) -> Value:
    return context.world.property("version")


@function("property", 1, 1)
def _property(context: Context, arguments: Arguments) -> Value:
    return context.world.property(argument_text(context, arguments, 0))


@function("base64-decode", 1, 1)
def _base64_decode(context: Context, arguments: Arguments) -> Value:
    """Read as browsers do: blanks between and missing `=` at the end are no mistake; any other is, and gives blank."""
    written = re.sub(r"[ \t\r\n\f]", "", argument_text(context, arguments, 0))
    written = re.sub(r"={1,2}$", "", written) if len(written) % 4 == 0 else written
    try:
        padded = written + "=" * (-len(written) % 4)
        return base64.b64decode(padded, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


_DIGESTS: dict[str, Callable[[bytes], Any]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False),
    "SHA-1": lambda data: hashlib.sha1(data, usedforsecurity=False),
    "SHA-256": hashlib.sha256,
    "SHA-384": hashlib.sha384,
    "SHA-512": hashlib.sha512,
}


@function("digest", 2, 3)
def _digest(context: Context, arguments: Arguments) -> Value:
    data = argument_text(context, arguments, 0).encode()
    make = _DIGESTS.get(argument_text(context, arguments, 1))
    encoding = argument_text(context, arguments, 2) if len(arguments) == 3 else "base64"
    if make is None:
        return ""
    digest = make(data)
    return str(digest.hexdigest()) if encoding == "hex" else base64.b64encode(digest.digest()).decode()


def _prepare_regex(arguments: Arguments, written: tuple[Expression, ...], _compile: Compile) -> Closure:
    """A pattern written in the form is read when the form is loaded, so that its author hears of a mistake."""
    if isinstance(written[1], Text):
        problem = _pattern_problem(written[1].value)
        if problem:
            raise ExpressionError(f"The pattern of regex() cannot be used: {problem}.", "Check its brackets and stars.")
    return lambda context: matches(argument_text(context, arguments, 0), argument_text(context, arguments, 1))


FUNCTIONS["regex"] = Function(2, 2, _prepare_regex)


def _prepare_extract_signed(_arguments: Arguments, _written: tuple[Expression, ...], _compile: Compile) -> Closure:
    raise ExpressionError("`extract-signed()` reads signed codes, which Sanad does not.", "Take the question out.")


FUNCTIONS["extract-signed"] = Function(2, 2, _prepare_extract_signed)


def matches(text: str, pattern: str) -> bool:
    """Whether `pattern` is found in `text`, as ODK's engine reads patterns (anchors only where written)."""
    compiled = _pattern(pattern)
    if compiled is None or len(text) > LONGEST_MATCHED:
        return False
    try:
        return compiled.search(text, timeout=REGEX_SECONDS) is not None
    except TimeoutError:
        return False


def _pattern_problem(pattern: str) -> str:
    if len(pattern) > LONGEST_PATTERN:
        return f"it has over {LONGEST_PATTERN} characters"
    if written_out(pattern) > LONGEST_WRITTEN_OUT:
        return "its repetitions inside repetitions make it too long"
    return "" if _pattern(pattern) is not None else "it is no regular expression"


_PIECE = re.compile(r"(?P<class>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<count>\{(\d+)(?:,(\d*))?\})|\\.|.", re.DOTALL)


def written_out(pattern: str) -> int:
    """About how many signs a pattern has once every `{n}` is written out: `(a{100}){100}` has 10,000."""
    open_groups, last = [0], 0
    for piece in _PIECE.finditer(pattern):
        if piece["count"]:
            last *= max(int(number) for number in (piece[3], piece[4] or "1"))
        elif piece[0] == "(":
            open_groups[-1] += last
            open_groups.append(0)
            last = 0
        elif piece[0] == ")" and len(open_groups) > 1:
            last += open_groups.pop()
        else:
            open_groups[-1] += last
            last = 1
    return sum(open_groups) + last


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> Any:
    """The pattern ready for use, None when it is none; `\\d` is 0-9 only and `$` the very end, as in ODK."""
    if len(pattern) > LONGEST_PATTERN or written_out(pattern) > LONGEST_WRITTEN_OUT:
        return None
    at_the_end = re.sub(r"(\\.)|\[(?:\\.|[^\]\\])*\]|\$", lambda m: r"\Z" if m[0] == "$" else m[0], pattern, flags=re.S)
    try:
        return regex.compile(at_the_end, regex.ASCII | regex.VERSION0)
    except (regex.error, OverflowError, RecursionError):
        return None

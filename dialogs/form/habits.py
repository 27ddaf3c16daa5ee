"""What people write into expressions out of habit (spreadsheets, an Arabic keyboard), and what to write instead."""

from __future__ import annotations

import re

from dialogs.expressions import ExpressionError

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_ARABIC_DIGITS = re.compile(r"(?<![\w.\-])[\u0660-\u0669\u06f0-\u06f9]+(?![^\W\d])")

_HABITS: tuple[tuple[str, str, str], ...] = (  # pattern, what is wrong with it, what to write; {0} is what was found
    (r"==+", "`{0}` does not compare.", "Write `=`."),
    (r"=>", "`{0}` does not compare.", "Write `>=`."),
    (r"=<", "`{0}` does not compare.", "Write `<=`."),
    (r"<>", "`{0}` does not compare.", "Write `!=`."),
    (r"&&", "`{0}` does not join conditions.", "Write `and`."),
    (r"\|\|", "`{0}` does not join conditions.", "Write `or`."),
    (r"\b(AND|OR|DIV|MOD|And|Or)\b", "`{0}` is not understood in capitals.", "Write it in small letters."),
    ("[\u060c\u066b\u066c]", "`{0}` is an Arabic comma.", "Write `,`."),
    ("\u061b|;", "`{0}` separates nothing.", "Write `,`."),
    ("[\u2018\u2019\u201c\u201d\u00ab\u00bb\u201e`\u00b4]", "`{0}` is no quote here.", "Write 'straight quotes'."),
    ("\u2265", "`{0}` does not compare.", "Write `>=`."),
    ("\u2264", "`{0}` does not compare.", "Write `<=`."),
    ("\u2260", "`{0}` does not compare.", "Write `!=`."),
    ("\u00d7", "`{0}` does not multiply.", "Write `*`."),
    ("\u00f7", "`{0}` does not divide.", "Write `div`."),
    ("[\u2212\u2013\u2014]", "`{0}` is no minus.", "Write `-`."),
    (r"%", "`{0}` is not understood.", "Write `div 100`."),
    (r"(?<![\w/])/\s*\d|\d\s*/", "`/` does not divide.", "Write `div`."),
    (r"\bif\b(?!\s*\()|\b(then|else)\b", "`{0}` is not understood.", "Write if(condition, value, otherwise)."),
    (r"#?(?<!\$)\{\s*([^{}\s]*)\s*\}", "`{0}` names no question.", "Write ${{1}}."),
    (r"\$(\w+)", "`{0}` names no question.", "Write ${{1}}."),
    (r"(?<![\w,])\d+,\d+(?![\w,])", "`{0}` is no number.", "Write a point for the comma."),
)


def habit_in(source: str) -> tuple[str, str] | None:
    """The cause and the remedy of an expression that cannot be read; None when no habit of these explains it."""
    plain = _QUOTED.sub(lambda found: "'" + "_" * (len(found[0]) - 2) + "'", source)
    for pattern, cause, remedy in _HABITS:
        found = re.search(pattern, plain)
        if found:
            name = next((group for group in found.groups() if group), "")
            return cause.format(found[0].strip()), remedy.replace("{1}", name)
    if plain.count("(") > plain.count(")"):
        return "A bracket is never closed.", "Close each `(` with `)`."
    if plain.count("(") < plain.count(")"):
        return "A bracket closes nothing.", "Open it with `(`, or take the `)` out."
    return None


def check_digits(source: str) -> None:
    """ExpressionError when a number is written in Arabic digits: ODK reads none in an expression."""
    found = _ARABIC_DIGITS.search(_QUOTED.sub("''", source))
    if found:
        number = "".join(str(int(digit)) for digit in found[0])
        raise ExpressionError(f"`{found[0]}` is written in Arabic digits.", f"Write {number}.")

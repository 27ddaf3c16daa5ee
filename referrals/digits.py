"""One set of digits in a whole message, chosen by the programme, whoever wrote the numbers in it.

Latin for ever: links, addresses of mail, ISO dates, references with letters, and numbers to dial, so that the phone
makes them something to tap.
"""

from __future__ import annotations

import re
from functools import cache

TO_ARABIC = str.maketrans("0123456789۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨٩")
TO_LATIN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬", "01234567890123456789.,")
_DIGIT = re.compile("[0-9٠-٩۰-۹]")
_LATIN = re.compile("[0-9A-Za-z]")  # something of it is in all that stays Latin
_GROUPED = re.compile(r"(?<![٠-٩.,/:-])[٠-٩]{1,3}(?:,[٠-٩]{3})+(?:\.[٠-٩]+)?(?![٠-٩]|[.,/:-][٠-٩])")
_DECIMAL = re.compile(r"(?<![٠-٩.,/:-])[٠-٩]+\.[٠-٩]+(?![٠-٩]|[.,/:-][٠-٩])")
_KEPT = re.compile(
    r"""
    (?:https?://|www\.|wa\.me/|t\.me/)\S+
    |[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+
    |(?<![\w-])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w-])
    |(?<!\w)(?=[A-Za-z0-9_/\#-]*[0-9])(?=[A-Za-z0-9_/\#-]*[A-Za-z])[A-Za-z0-9]+(?:[-_/\#][A-Za-z0-9]+)*(?!\w)
    |(?<![\w.,:/-])\+[0-9](?:[\ \u00a0()-]{0,2}[0-9]){6,14}(?![\w]|[.,:/-][0-9])
    |(?<![\w.,:/-])0[0-9](?:[\ \u00a0()-]{0,2}[0-9]){5,13}(?![\w]|[.,:/-][0-9])
    |(?<![\w.,:/-])[1-9][0-9]{6,10}(?![\w]|[.,:/-][0-9])
    |(?<![\w.,:/-])[1-9][0-9]{3}[\ \u00a0-][0-9]{4}(?![\w]|[.,:/-][0-9])
    """,
    re.VERBOSE,
)


def in_digits(text: str, *, arabic: bool) -> str:
    """Every digit of `text` in that set; with Arabic ones «٬» and «٫» stand in a number as Arabs write it."""
    if not arabic:
        return text.translate(TO_LATIN)
    shown = text.translate(TO_ARABIC)
    if "," not in shown and "." not in shown:
        return shown
    shown = _GROUPED.sub(lambda found: found.group().replace(",", "٬").replace(".", "٫"), shown)
    return _DECIMAL.sub(lambda found: found.group().replace(".", "٫"), shown)


def one_set(text: str, *, arabic: bool, dialled: frozenset[str] = frozenset()) -> str:
    """The same, but what stays Latin in an Arabic message stays so; `dialled` are short numbers known to be called."""
    if not _DIGIT.search(text):
        return text
    if not arabic or not _LATIN.search(text):
        return in_digits(text, arabic=arabic)
    parts: list[str] = []
    end = 0
    for found in _kept(dialled).finditer(text):
        parts += [in_digits(text[end : found.start()], arabic=True), found.group()]
        end = found.end()
    return "".join(parts) + in_digits(text[end:], arabic=True)


@cache
def _kept(dialled: frozenset[str]) -> re.Pattern[str]:
    if not dialled:
        return _KEPT
    short = "|".join(sorted(map(re.escape, dialled), key=len, reverse=True))
    return re.compile(rf"(?<![\w.,:/+-])(?:{short})(?!\w|[.,:/-][0-9])|{_KEPT.pattern}", re.VERBOSE)

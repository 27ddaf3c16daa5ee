"""With which letters a pattern begins, so that a long list of patterns is asked only where one of them can apply.

It knows the little of regular expressions that the lists of danger are written in: letters, groups, `|`, `?`, `*`,
`+`, `{m,n}`, sets, `\\w`, `\\d`, and looks ahead and behind. Whatever else is in a set stands for any letter.
"""

from __future__ import annotations

LETTERS = 4  # of what a pattern finds, blanks included: more of them would tell few patterns further apart

Openings = frozenset[str]
_ANY = "*"  # behind these letters anything may stand
_NOTHING: Openings = frozenset({""})
_ANYTHING: Openings = frozenset({_ANY})


def alternatives(pattern: str) -> list[str]:
    """The pattern parted at each `|` that stands in no group and no set."""
    end = _next_alternative(pattern, 0)
    return [pattern] if end >= len(pattern) else [pattern[:end], *alternatives(pattern[end + 1 :])]


def openings_of(pattern: str) -> Openings:
    """The first letters, `LETTERS` at most, of whatever the pattern finds; "" where anything may begin it."""
    found = _joined(_choice(pattern, 0)[0], frozenset({" "}))  # behind its last word stands a blank
    return frozenset(one.rstrip(_ANY) for one in found)


def _is_open(opening: str) -> bool:
    return len(opening) < LETTERS and opening[-1:] != _ANY


def _joined(first: Openings, then: Openings) -> Openings:
    """Each beginning carried on by each of the next, until it is long enough."""
    if then == _NOTHING:
        return first
    short = frozenset(filter(_is_open, first))
    return (first - short) | {(one + other)[:LETTERS] for one in short for other in then}


def _choice(pattern: str, at: int) -> tuple[Openings, int]:
    """What the alternatives from here to the end of their group begin with, and where they end."""
    found: Openings = frozenset()
    one = _NOTHING
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            found, one, at = found | one, _NOTHING, at + 1
        elif not any(map(_is_open, one)):
            at = _next_alternative(pattern, at)
        else:
            item, at = _item(pattern, at)
            needed, again, at = _how_often(pattern, at)
            item = _joined(item, _NOTHING | _ANYTHING) if again else item
            one = _joined(one, item if needed else item | _NOTHING)
    return found | one, at


def _next_alternative(pattern: str, at: int) -> int:
    """Where the next `|` or the end of this group stands."""
    depth = 0
    while at < len(pattern) and (depth or pattern[at] not in "|)"):
        if pattern[at] == "[":
            at = pattern.index("]", at)
        depth += (pattern[at] == "(") - (pattern[at] == ")")
        at += 2 if pattern[at] == "\\" else 1
    return at


def _item(pattern: str, at: int) -> tuple[Openings, int]:
    """What one letter, set or group begins with, and where it ends."""
    sign = pattern[at]
    if sign == "[":
        end = pattern.index("]", at)
        inside = pattern[at + 1 : end]
        return (_ANYTHING if set(inside) & set("\\-^") else frozenset(inside)), end + 1
    if sign == "\\":
        return _ANYTHING, at + 2
    if sign != "(":
        return (_NOTHING if sign in "^$" else _ANYTHING if sign == "." else frozenset({sign})), at + 1
    head = next(head for head in ("(?:", "(?=", "(?!", "(?<!", "(?<=", "(") if pattern.startswith(head, at))
    found, end = _choice(pattern, at + len(head))
    return (found if head in ("(?:", "(") else _NOTHING), end + 1


def _how_often(pattern: str, at: int) -> tuple[bool, bool, int]:
    """Whether what stands before has to be there, whether it may come again, and where the sign that says so ends."""
    if at < len(pattern) and pattern[at] in "?*+":
        return pattern[at] == "+", pattern[at] != "?", at + 1
    if at < len(pattern) and pattern[at] == "{":
        end = pattern.index("}", at)
        return pattern[at + 1] not in "0,", True, end + 1
    return True, False, at

"""Functions that only other tools know, and what says the same in XLSForm."""

from __future__ import annotations

from collections.abc import Mapping

_SURVEYCTO = "It is SurveyCTO's own. "
_OF_MEMBERS = _SURVEYCTO + "Pick the members in square brackets, with the question's bare name: "
_CHT = "It is the Community Health Toolkit's own. Take it out, or ask for what it worked out."

ELSEWHERE: Mapping[str, str] = {
    "count-if": _OF_MEMBERS + "`count(${member}[age > 5])`.",
    "sum-if": _OF_MEMBERS + "`sum(${member}[age > 5]/income)`.",
    "min-if": _OF_MEMBERS + "`min(${member}[age > 5]/income)`.",
    "max-if": _OF_MEMBERS + "`max(${member}[age > 5]/income)`.",
    "join-if": _OF_MEMBERS + "`join(', ', ${member}[age > 5]/name)`.",
    "rank-index": _OF_MEMBERS + "`count(${member}[income > ${income}]) + 1`.",
    "rank-index-if": _OF_MEMBERS + "`count(${member}[income > ${income}]) + 1`.",
    "rank-value": _SURVEYCTO + "Compare with `max(${income})` or `min(${income})`.",
    "rank-value-if": _SURVEYCTO + "Compare with `max(${income})` or `min(${income})`.",
    "index": _SURVEYCTO + "Write `position(..)`.",
    "item-at": _SURVEYCTO + "Write `selected-at(${question}, 0)`, for a list with blanks between its items.",
    "item-index": _SURVEYCTO + "Write `selected()` to see whether an item is there.",
    "item-present": _SURVEYCTO + "Write `selected(${question}, 'item')`, for a list with blanks between its items.",
    "count-items": _SURVEYCTO + "Write `count-selected(${question})`, for a list with blanks between its items.",
    "de-duplicate": _SURVEYCTO + "Take it out: a select_multiple holds each of its choices once.",
    "choice-label": _SURVEYCTO + "Write `jr:choice-name(${question}, '${question}')`.",
    "choice-value": _SURVEYCTO + "Name the question itself: it holds the value.",
    "empty": _SURVEYCTO + "Write `${question} = ''`.",
    "relevant": _SURVEYCTO + "Write `${question} != ''`: what is not relevant reads as blank.",
    "linebreak": _SURVEYCTO + "Break the line inside the label.",
    "lower": _SURVEYCTO + "Write `translate(${question}, 'ABC...', 'abc...')`.",
    "upper": _SURVEYCTO + "Write `translate(${question}, 'abc...', 'ABC...')`.",
    "format-number": _SURVEYCTO + "Write `round(${number}, 2)`.",
    "short-uuid": _SURVEYCTO + "Write `uuid(8)`.",
    "rand-select": _SURVEYCTO + "Write `randomize()` over the list.",
    "duration": _SURVEYCTO + "Add a `start` row and subtract: `(now() - ${start}) * 86400`, in seconds.",
    "username": _SURVEYCTO + "Add a row of the type `username`.",
    "device-info": _SURVEYCTO + "Add a row of the type `deviceid`.",
    "version": _SURVEYCTO + "The version goes with every submission by itself.",
    "hash": _SURVEYCTO + "Write `digest(${question}, 'SHA-256', 'hex')`.",
    "plug-in-metadata": _SURVEYCTO + "Plug-ins do not run here: ask the question plainly.",
    "phone-call-log": _SURVEYCTO + "Calls are not seen here: ask for what was said.",
    "phone-call-duration": _SURVEYCTO + "Calls are not seen here: ask for how long it took.",
    "collect-is-phone-app": _SURVEYCTO + "Calls are not seen here: take it out.",
    "extension-lib": _CHT,
    "z-score": _CHT,
    "strip-whitespace": _CHT,
    "trim": "Write `normalize-space(${question})`.",
    "len": "Write `string-length(${question})`.",
    "length": "Write `string-length(${question})`.",
    "left": "Write `substr(${question}, 0, 3)`.",
    "right": "Write `substr(${question}, -3)`.",
    "mid": "Write `substr(${question}, 2, 5)`.",
    "isblank": "Write `${question} = ''`.",
    "cond": "Write `if(condition, value, otherwise)`, one within the other.",
    "iif": "Write `if(condition, value, otherwise)`.",
    "average": "Write `sum(${question}) div count(${question})`.",
    "avg": "Write `sum(${question}) div count(${question})`.",
    "mean": "Write `sum(${question}) div count(${question})`.",
    "year": "Write `format-date(${date}, '%Y')`.",
    "month": "Write `format-date(${date}, '%n')`.",
    "day": "Write `format-date(${date}, '%e')`.",
}
"""What to write instead, by name without prefix. The most common of other tools, as public forms use them."""

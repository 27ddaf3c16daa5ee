"""A place typed as coordinates, or pasted as the link that a map program gives."""

from __future__ import annotations

import re

from dialogs.interview.accepting import Place, checked
from dialogs.interview.heard import Heard, misheard
from dialogs.understanding import fold_letters

LONGEST = 2_000  # characters of a link
_NUMBER = r"([-+]?\d{1,3}(?:\.\d{1,20})?)"
_PAIR = re.compile(rf"\(?{_NUMBER}\s*°?\s*([ns])?\s*[,;\s]\s*{_NUMBER}\s*°?\s*([ew])?\)?")
_IN_LINK = (  # where the pin stands in the links of the common map programs, most exact first
    re.compile(rf"!3d{_NUMBER}!4d{_NUMBER}"),
    re.compile(rf"mlat={_NUMBER}&mlon={_NUMBER}"),
    re.compile(
        rf"(?:[?&](?:q|ll|query|daddr|destination|center|sll)=|geo:|/@|/place/|/search/|loc:){_NUMBER},[+\s]*{_NUMBER}"
    ),
    re.compile(rf"#map=\d+/{_NUMBER}/{_NUMBER}"),
)


def point_value(latitude: float, longitude: float, accuracy: float) -> str:
    """The point as ODK stores it: latitude, longitude, altitude, accuracy."""
    return f"{latitude!r} {longitude!r} 0 {accuracy:g}"


def coordinates(text: str) -> tuple[float, float] | None:
    """Latitude and longitude in the text; None when it names no place by numbers."""
    if len(text) > LONGEST:
        return None
    plain = fold_letters(text).replace("،", ",").replace("٫", ".").replace("%2c", ",").replace("%20", " ")
    pair = _PAIR.fullmatch(plain.strip())
    if pair:
        north = -1 if pair[2] == "s" else 1
        east = -1 if pair[4] == "w" else 1
        return _bounded(north * float(pair[1]), east * float(pair[3]))
    for pattern in _IN_LINK:
        found = pattern.search(plain)
        if found:
            return _bounded(float(found[1]), float(found[2]))
    return None


def _bounded(latitude: float, longitude: float) -> tuple[float, float] | None:
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def hear_point(at: Place, text: str) -> Heard:
    """The point; a place in words is left for somebody who knows it."""
    found = coordinates(text)
    return checked(at, point_value(*found, 0), True) if found else misheard("unsure")

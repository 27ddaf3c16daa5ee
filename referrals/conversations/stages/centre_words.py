"""What a family reads of a centre: its name, where it is, and why it is proposed, in one line."""

from __future__ import annotations

from datetime import datetime

from dialogs.understanding import fold
from referrals.conversations.desk import Desk
from referrals.directory.places.stored import stored_places
from referrals.directory.records import Location
from referrals.matching.rules.reasons import ReasonText

LEVELS = frozenset("منطقه محافظه مركز مدينه قريه area governorate district town village".split())


def centre_name(desk: Desk, location_id: int) -> str:
    place = desk.uow.session.get_one(Location, location_id)
    return place.name_en if desk.language == "en" and place.name_en else place.name


def directions(desk: Desk, location_id: int) -> str:
    """Where it is, as far as the directory says."""
    place = desk.uow.session.get_one(Location, location_id)
    places = stored_places(desk.uow, str(desk.programme_id))
    known = place.place_code in places
    path = (places.path_en if desk.language == "en" else places.path_ar)(place.place_code) if known else ""
    own = place.address if desk.language == "ar" else ""  # the directory holds addresses in Arabic
    return own if own and own not in path else path


def named_by(centre: str, address: str) -> bool:
    """Whether the name of a place says already where it is: «مركز الخدمة في الجهراء», منطقة الجهراء، محافظة الجهراء."""
    named = fold(centre).split()
    return all(word in LEVELS or word in named for word in fold(address).split())


def reason_line(desk: Desk, reason: ReasonText) -> str:
    """Why this centre, in one line; a reason never names a need."""
    values = {
        name: desk.voice.weekday(value) if isinstance(value, datetime) else value
        for name, value in reason.values.items()
    }
    if reason.count is not None:
        return desk.voice.count(reason.key, reason.count, **values)
    return desk.voice.say(reason.key, **values)

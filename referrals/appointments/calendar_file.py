"""An appointment as a file that a telephone puts into its calendar (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

CONTENT_TYPE = "text/calendar"
PRODUCT = "-//Sanad//appointments//AR"
ALARMS = (timedelta(days=1), timedelta(hours=3))


@dataclass(frozen=True)
class CalendarFacts:
    """What stands in the file, worded already. Moments are aware; the file writes them in UTC, right on any phone."""

    appointment_id: int
    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    summary: str
    place: str
    number: str
    language: str = "ar"

    def to_json(self) -> dict[str, Any]:
        """JSON values alone: the form in which it waits in the outbox."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> CalendarFacts:
        """What `to_json` gave."""
        moments = {name: datetime.fromisoformat(stored[name]) for name in ("starts_at", "ends_at", "made_at")}
        return cls(**{**stored, **moments})


def calendar_file(parameters: Mapping[str, Any]) -> tuple[bytes, str, str]:
    """Content, content type and file name of what a `calendar` intent stands for."""
    facts = CalendarFacts.from_json(parameters)
    return calendar_of(facts), CONTENT_TYPE, f"appointment-{facts.number}.ics"


def calendar_of(facts: CalendarFacts) -> bytes:
    """The file: one event that tells of no need, with an alarm a day and one three hours before.

    Its UID is the appointment's, so that the file of a moved one takes the place of what the calendar had.
    """
    from icalendar import Alarm, Calendar, Event  # only who asks for a file loads it

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = Event()
    event.add("uid", f"appointment-{facts.appointment_id}@sanad")
    event.add("dtstamp", facts.made_at)
    event.add("dtstart", facts.starts_at)
    event.add("dtend", facts.ends_at)
    event.add("summary", facts.summary, parameters={"LANGUAGE": facts.language})
    if facts.place:
        event.add("location", facts.place, parameters={"LANGUAGE": facts.language})
    event.add("status", "CONFIRMED")
    event.add("class", "PRIVATE")
    for before in ALARMS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -before)
        alarm.add("description", facts.summary)
        event.add_component(alarm)
    calendar.add_component(event)
    return bytes(calendar.to_ical())

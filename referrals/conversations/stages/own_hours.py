"""«وقت الرسائل»: when a family wants to be written to, by a tap or in its own words, said back and easily undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from zoneinfo import ZoneInfo

from dialogs.understanding import Quiet, fold, read_hours, speaks_to_us
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.pending import IDLE
from referrals.conversations.stages.greeting import MENU
from referrals.families.standing import keep_quiet_hours, own_quiet_hours
from referrals.quiet_hours import QuietHours

HOURS = "hours"
LEAST = 60  # minutes of a day in which we may write: with fewer nothing would ever come
AS_BEFORE, NONE = "before", "none"
WAYS: Mapping[str, Quiet] = {
    "morning": Quiet(starts=time(12)),
    "noon": Quiet(starts=time(15), ends=time(12)),
    "after_asr": Quiet(ends=time(16, 30)),  # not before the latest afternoon prayer of a year
    "any": Quiet(),
}
SAID = frozenset(
    map(
        fold,
        ("وقت الرسائل", "مواعيد الرسائل", "أوقات الرسائل", "غيروا وقت الرسائل", "أغير وقت الرسائل", "message hours"),
    )
)


def show_hours(desk: Desk) -> None:
    """When they want our messages; what is pending comes again after it."""
    desk.put_off()
    choices = [desk.choice(HOURS, way, f"button.hours_{way}") for way in WAYS if _leaves_some(desk, WAYS[way])]
    opens, closes = (_told(desk, each) for each in (desk.settings.quiet_to, desk.settings.quiet_from))
    desk.ask(HOURS, desk.voice.say("hours.when", opens=opens, closes=closes), choices)


def answer_hours(desk: Desk, heard: Heard) -> bool:
    """A button, also the one that undoes it; or the hours in words, where they were asked."""
    if heard.stage == HOURS:
        done = _put_back(desk, heard) if heard.value == AS_BEFORE else _keep(desk, WAYS.get(heard.value))
        desk.took_up = desk.took_up or (done and desk.stage not in (IDLE, MENU))
        return done
    if desk.stage != HOURS or heard.tapped or not heard.text:
        return False
    found = read_hours(heard.text, asked=True)
    return found.value is not None and found.sure and _keep(desk, found.value)


def hear_hours(desk: Desk, heard: Heard) -> bool:
    """«لا تراسلوني بعد المغرب», whatever is pending; the buttons where it is not sure which hours are meant.

    False, and nothing said, where the words are for something else.
    """
    if desk.programme_id is None or not heard.text or heard.tapped:
        return False
    found = read_hours(heard.text)
    if found.value is not None and found.sure and _keep(desk, found.value):
        return True
    meant = found.ask == "hours" and (speaks_to_us(heard.text) or desk.stage in (IDLE, MENU))
    if meant or found.value is not None:
        show_hours(desk)
        return True
    return False


def _keep(desk: Desk, wanted: Quiet | None) -> bool:
    """Keeps them and says so; False where they would leave no decent hour."""
    if wanted is None or not _leaves_some(desk, wanted):
        return False
    quiet = _filled(desk, wanted)
    before = own_quiet_hours(desk.uow, desk.identity_id, thread_id=desk.thread_id)
    keep_quiet_hours(
        desk.uow, desk.identity_id, f"{quiet.starts:%H:%M}", f"{quiet.ends:%H:%M}", thread_id=desk.thread_id
    )
    undo = desk.choice(HOURS, AS_BEFORE, "button.hours_undo", *(_plain(each) for each in before or ("", "")))
    desk.tell(_said_back(desk, quiet), [undo])
    _go_on(desk)
    return True


def _put_back(desk: Desk, heard: Heard) -> bool:
    """What held before, as it stands on the button."""
    try:
        starts, ends = (time.fromisoformat(each) for each in heard.rest if each != NONE)
    except ValueError:  # there were none before; a forged button does no more than that
        starts = ends = time(0)
    keep_quiet_hours(desk.uow, desk.identity_id, f"{starts:%H:%M}", f"{ends:%H:%M}", thread_id=desk.thread_id)
    desk.tell(_said_back(desk, QuietHours(starts, ends)))
    _go_on(desk)
    return True


def told_hours(desk: Desk) -> str:
    """What they asked for, in a line; blank where they set nothing."""
    own = own_quiet_hours(desk.uow, desk.identity_id, thread_id=desk.thread_id)
    return _said_back(desk, QuietHours.parse(*own)) if own is not None else ""


def _go_on(desk: Desk) -> None:
    if desk.stage == HOURS:
        desk.pend(IDLE)
    desk.take_up()


def _said_back(desk: Desk, quiet: QuietHours) -> str:
    if quiet.starts == quiet.ends:
        opens, closes = desk.settings.quiet_to, desk.settings.quiet_from
        return desk.voice.say("hours.any", opens=_told(desk, opens), closes=_told(desk, closes))
    starts, ends = (_told(desk, f"{each:%H:%M}") for each in (quiet.starts, quiet.ends))
    if quiet.starts < quiet.ends:
        return desk.voice.say("hours.not_between", starts=starts, ends=ends)
    return desk.voice.say("hours.between", opens=ends, closes=starts)


def _told(desk: Desk, hour: str) -> str:
    """«٤:٣٠ مساءً»."""
    zone = ZoneInfo(desk.settings.time_zone)
    at = datetime.combine(desk.at.astimezone(zone).date(), time.fromisoformat(hour), zone)
    return desk.voice.hour(at)


def _plain(hour: str) -> str:
    return hour.replace(":", "") or NONE


def _filled(desk: Desk, wanted: Quiet) -> QuietHours:
    """With the programme's own where they left an end open; equal times where they want none."""
    programme = _programme(desk)
    if wanted == Quiet():
        return QuietHours(programme.starts, programme.starts)
    return QuietHours(wanted.starts or programme.starts, wanted.ends or programme.ends)


def _leaves_some(desk: Desk, wanted: Quiet) -> bool:
    """Whether enough of an ordinary day is decent by the programme's hours and by theirs."""
    programme, own = _programme(desk), _filled(desk, wanted)
    if wanted != Quiet() and own.starts == own.ends:  # from the end of the programme's day to its end
        return False
    clock = (time(minute // 60, minute % 60) for minute in range(0, 24 * 60, 5))
    return 5 * sum(not programme.hold(each) and not own.hold(each) for each in clock) >= LEAST


def _programme(desk: Desk) -> QuietHours:
    return QuietHours.parse(desk.settings.quiet_from, desk.settings.quiet_to)

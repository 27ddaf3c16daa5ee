"""What is said in words around an appointment, whatever else is pending: on the way, lost, coming or not."""

from __future__ import annotations

from dialogs.understanding import read_coming
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard, button_id, hear
from referrals.conversations.pending import IDLE
from referrals.conversations.stages.appointing import other_time
from referrals.conversations.stages.appointment_words import CANCEL, MISSED, REMINDER, SLOT, WHY
from referrals.conversations.stages.greeting import MENU
from referrals.conversations.stages.on_the_way import (
    find_the_way,
    nearest_appointment,
    on_the_way,
    put_in_calendar,
    same_day,
)
from referrals.conversations.stages.reminding import answer_reminder, ask_to_cancel
from referrals.inbound import Content

ON_THE_DAY = ("on_way", "late", "lost")  # meant of an appointment that stands, whatever is asked
NEAR = ("on_way", "late")  # and only of one that is now or within hours
AT_REST = (IDLE, MENU, REMINDER, CANCEL)
OF_THE_TIMES = (SLOT, MISSED, WHY)  # these have buttons of their own for «وقت آخر» and «سأحضر»


def hear_around(desk: Desk, heard: Heard) -> bool:
    """Answers it when an appointment is meant; False, and nothing said, where the words are for something else."""
    said = read_coming(heard.text).value if heard.text else None
    if said is None or desk.programme_id is None:
        return False
    soon = said in NEAR or (said == "lost" and desk.stage == INTERVIEW)  # there «ضايع» may be an answer
    appointment = nearest_appointment(desk, soon=soon)
    if appointment is None or not _is_meant(desk, said):
        return False
    if said in ("on_way", "late"):
        on_the_way(desk, appointment, late=said == "late")
    elif said == "lost":
        find_the_way(desk, appointment)
    elif said == "calendar":
        put_in_calendar(desk, [appointment])
    elif said == "other_time":
        other_time(desk, appointment)
    elif said == "not_come" and desk.stage == CANCEL:  # said a second time: it is given up
        return answer_reminder(desk, hear(Content(choice=_offered(desk, CANCEL)[0])))
    elif said == "not_come":
        ask_to_cancel(desk, appointment)
    else:
        all_that_day = button_id(REMINDER, "come", *(each.id for each in same_day(desk, appointment)))
        return answer_reminder(desk, hear(Content(choice=all_that_day)))
    return True


def _is_meant(desk: Desk, said: str) -> bool:
    """Coming or not is only heard where nothing else is asked, or a reminder stands beside what is."""
    if said in ON_THE_DAY or said == "calendar":
        return desk.stage != WHY  # there «تهت» is what kept them
    if desk.stage in OF_THE_TIMES:
        return False
    return desk.stage in AT_REST or bool(_offered(desk, REMINDER))


def _offered(desk: Desk, stage: str) -> list[str]:
    """The buttons of the reminder, or of another question about an appointment, that was said last."""
    offered = (*desk.offered("aside"), *(desk.offered() if desk.stage != INTERVIEW else ()))
    return [button.id for button in offered if button.id.startswith(f"d:{stage}:")]

"""A family's way as one readable list: who takes the answer at each stage, and which words lead where."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.stages import (
    agreeing,
    agreement,
    appointment_words,
    at_home,
    choosing,
    choosing_time,
    claiming,
    closing_loop,
    decision,
    finding,
    going_on,
    greeting,
    helping,
    interviewing,
    mine,
    missed,
    missing_info,
    more_needs,
    moving,
    moving_on,
    my_appointments,
    own_hours,
    reminding,
    renewing,
    resuming,
    safe_now,
    safety,
    sharing,
    stopping,
    taking_one_way,
    tracking,
    waiting,
    withdrawing,
)
from referrals.referral.words import ANSWER, ELSEWHERE, OUTCOME, TRANSFER

Answer = Callable[[Desk, Heard], bool]

# The way of a family, in order, and who takes its answer. A button reaches its stage whenever it is tapped;
# words reach the stage that is pending.
STAGES: Mapping[str, Answer] = {
    greeting.PROGRAMME: greeting.answer_programme,
    agreeing.LANGUAGE: agreeing.answer_language,
    agreeing.CONSENT: agreeing.answer_consent,
    agreeing.READERS: agreeing.answer_readers,
    agreeing.QUIET_PHONE: agreeing.answer_quiet_phone,
    safe_now.SAFE: safe_now.answer_safe,
    INTERVIEW: interviewing.answer,
    resuming.RESUMED: resuming.answer_resumed,
    resuming.RESTART: resuming.answer_restart,
    choosing.CENTRE: choosing.answer_centre,
    choosing.AGREE: agreement.answer_agreement,
    more_needs.MORE: more_needs.answer_more,
    appointment_words.SLOT: choosing_time.answer_slot,
    appointment_words.REMINDER: reminding.answer_reminder,
    appointment_words.CANCEL: reminding.answer_reminder,
    appointment_words.MISSED: missed.answer_missed,
    appointment_words.WHY: missed.answer_why,
    appointment_words.WAIT: waiting.answer_wait,
    appointment_words.TRIP: taking_one_way.answer_trip,
    appointment_words.VISIT: at_home.answer_visit,
    missing_info.INFO: missing_info.answer_info,
    decision.DECISION: decision.answer_decision,
    ANSWER: closing_loop.answer_answer,
    OUTCOME: closing_loop.answer_outcome,
    ELSEWHERE: moving_on.answer_elsewhere,
    TRANSFER: moving_on.answer_transfer,
    # beside the way
    safety.DANGER: safety.answer_danger,
    safety.CALL_ME: safety.answer_call_me,
    safety.AFTER: going_on.answer_after_danger,
    helping.QUESTION: helping.answer_question,
    stopping.STOP: stopping.answer_stop,
    stopping.STOP_REMINDERS: stopping.answer_stop_reminders,
    stopping.ERASE: stopping.answer_erase,
    stopping.WITHDRAW: stopping.answer_withdraw,
    own_hours.HOURS: own_hours.answer_hours,
    withdrawing.RECIPIENT: withdrawing.answer_recipient,
    withdrawing.TAKE_BACK: withdrawing.answer_take_back,
    renewing.RENEW: renewing.answer_renew,
    mine.MINE: mine.answer_mine,
    mine.CHECK: mine.answer_check,
    finding.FIND: finding.answer_find,
    claiming.CLAIM: claiming.answer_claim,
    claiming.LAST: claiming.answer_last,
    claiming.NOT_ME: claiming.object_to,
    sharing.WHO: sharing.answer_who,
    sharing.WHOSE: sharing.answer_whose,
}

# Buttons and plain words that lead somewhere from anywhere outside an interview.
PLACES: Mapping[str, Callable[[Desk], None]] = {
    "apply": agreeing.begin,
    "status": tracking.show_status,
    "appointments": my_appointments.show_appointments,
    "mine": mine.show_mine,
    "recipients": withdrawing.show_recipients,
    "human": helping.ask_question,
    "move": moving.give_code,
    "other": sharing.show_people,
    "claim": finding.begin_claim,
    "urgent": lambda desk: safety.raise_danger(desk, ""),
    "all": greeting.show_menu,
    "stop": stopping.show_stop_menu,
    "hours": own_hours.show_hours,
    "erase": stopping.ask_erase,
    "clear": stopping.tell_how_to_clear,
}
WORDS = {"menu": "all", "danger": "urgent", "help": "all", "restart": "apply", "my_data": "mine"}
ONLY_TELL = ("status", "appointments", "mine", "move")  # they ask for no answer: what is pending comes again after them

# Stages that wait for words, and how they ask.
WRITTEN: Mapping[str, str] = {
    safety.CALL_ME: "desk.danger_which_number",
    helping.QUESTION: "help.write_it",
    mine.CHECK: "mine.ask_last_two",
    finding.FIND: "track.which_number",
    claiming.LAST: "claim.last_two",
}

# What a button may no longer do once its moment has passed: it is not answered a second time.
ONLY_WHILE_PENDING = {
    agreeing.CONSENT,
    agreeing.LANGUAGE,
    agreeing.READERS,
    agreeing.QUIET_PHONE,
    safe_now.SAFE,
    safety.AFTER,
    greeting.PROGRAMME,
    choosing.CENTRE,
    choosing.AGREE,
    stopping.STOP,
    stopping.STOP_REMINDERS,
    stopping.ERASE,
    stopping.WITHDRAW,
    withdrawing.RECIPIENT,
    withdrawing.TAKE_BACK,
    resuming.RESUMED,
    resuming.RESTART,
    finding.FIND,
    claiming.LAST,
    sharing.WHOSE,
}

# Where a picture with a thumb on it is no yes: who sends a sticker does not see which emoji stands for it.
NOT_BY_STICKER = (
    *(agreeing.CONSENT, choosing.AGREE, safe_now.SAFE, safety.DANGER, TRANSFER),
    *(stopping.ERASE, stopping.WITHDRAW, stopping.STOP_REMINDERS, sharing.WHOSE),
    *(withdrawing.TAKE_BACK, renewing.RENEW),
)

"""The life of one reminder (تذكير), from the booking that plans it to what became of the message that carried it."""

from __future__ import annotations

from referrals.lifecycles.table import SAME, Lifecycle, Transition

REMINDER = Lifecycle(
    "reminder",
    "planned",
    (
        Transition("planned", "owe", "owed", "system", guard="due, decent hour, worth it", effect="outbox-row"),
        Transition("planned", "put_off", SAME, "system", guard="reason: quiet hours, or a fault that is tried again"),
        Transition("planned", "move", SAME, "system", guard="the rules of the zone's clock changed"),
        Transition("planned", "skip", "skipped", "system", guard="reason"),
        Transition("planned", "fail", "failed", "system", guard="no way to them", effect="call-list"),
        Transition("planned|owed", "cancel", "cancelled", "family|desk|clerk|system", guard="reason"),
        Transition("planned|owed", "supersede", "superseded", "family|desk|clerk|system", guard="reason"),
        Transition("owed", "send", "sent", "system"),
        Transition("owed", "expire", "expired", "system", guard="the appointment has begun"),
        Transition("owed|sent", "fail", "failed", "system", guard="reason", effect="call-list"),
        Transition("owed|sent", "deliver", "delivered", "system"),
        Transition(
            "sent", "send_again", "owed", "system", guard="it did not arrive; again, or to another place of theirs"
        ),
        Transition(
            "skipped|superseded|cancelled",
            "take_back",
            "planned",
            "system",
            guard="a clock that ran ahead ended it, and was set back; or a day that was closed is open after all",
        ),
        Transition("expired", "wait_again", "owed", "system", guard="the same, of its message"),
        Transition("failed", "send", "sent", "system", guard="staff had it tried again"),
        Transition("failed", "deliver", "delivered", "system", guard="a late status"),
    ),
)

"""The life of an appointment (موعد), in the codes of FHIR Appointment."""

from __future__ import annotations

from referrals.lifecycles.table import Lifecycle, Transition

APPOINTMENT = Lifecycle(
    "appointment",
    "proposed",
    (
        Transition(
            "proposed", "book", "booked", "family|desk|clerk", guard="slot row locked; one booking for a slot's seat"
        ),
        Transition("proposed", "withdraw", "cancelled", "family|desk|clerk|system"),  # a new offer
        Transition("cancelled", "offer_again", "proposed", "desk", guard="the step that withdrew the offer was undone"),
        Transition("booked", "confirm", "confirmed", "family"),
        Transition(
            "booked|confirmed",
            "reschedule",
            "cancelled",
            "family|desk",
            guard="at most two by the family",
            effect="new-booked",
        ),
        Transition("booked|confirmed", "arrive", "arrived", "desk", guard="QR or number"),
        Transition("arrived", "fulfil", "fulfilled", "desk"),
        Transition("booked|confirmed", "noshow", "noshow", "desk|system", effect="ask-why"),  # the system at day's end
        Transition("noshow", "take_back", "booked", "system", guard="a clock that ran ahead said so, and was set back"),
        Transition("booked|confirmed", "cancel", "cancelled", "family|desk", effect="free-slot"),
    ),
)

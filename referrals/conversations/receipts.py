"""The receipt of an application as a picture in the chat: its number, by when the answer comes, how to ask."""

from __future__ import annotations

from referrals.conversations.desk import Desk
from referrals.documents.family_papers import receipt
from referrals.documents.paper_facts import to_json
from referrals.messages import MediaIntent

PRIVATE = "alone"  # who reads this telephone, as the family said


def receipt_to_keep(desk: Desk, number: str, day: str) -> tuple[MediaIntent, ...]:
    """The picture that goes with the number; none where somebody else looks at this telephone too, for it would stand
    there among the photographs. It names no need and no programme."""
    if desk.readers != PRIVATE:
        return ()
    facts = receipt(
        desk.voice.say,
        number=number,
        filed_on=desk.voice.day(desk.at),
        day=day,
        language="en" if desk.language == "en" else "ar",
    )
    return (MediaIntent("receipt", to_json(facts)),)

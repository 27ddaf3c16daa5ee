"""«من يرى معلوماتنا؟»: the centres that a family agreed to, and taking one of them back without stopping the rest."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from dialogs.understanding import fold
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard, plain_number
from referrals.conversations.stages.centre_words import centre_name
from referrals.families.consents import holds
from referrals.families.people import whole_person
from referrals.families.records import Consent
from referrals.messages import Choice
from referrals.referral.consent_withdrawn import withdraw_one

RECIPIENT, TAKE_BACK = "recipient", "takeback"
# «لا أريد أن يرى هذا المركز بياناتي», in the words that people have for it
SAID = frozenset(
    map(
        fold,
        (
            "لا أريد أن يرى هذا المركز بياناتي",
            "لا أريد أن يرى هذا المركز معلوماتي",
            "لا أريد أن يرى المركز بياناتي",
            "لا أريد أن يرى المركز معلوماتي",
            "لا أريد أن يرى المركز طلبي",
            "مش عايز المركز يشوف بياناتي",
            "مش عايزة المركز يشوف بياناتي",
            "مش عايز المركز يشوف معلوماتي",
            "مش عايزة المركز يشوف معلوماتي",
            "ما أبي المركز يشوف بياناتي",
            "ما أبي المركز يشوف معلوماتي",
            "أسحب موافقتي",
            "سحب موافقتي",
            "سحب الموافقة",
            "أريد سحب موافقتي",
            "عايز اسحب موافقتي",
            "ابي اسحب موافقتي",
            "من يرى معلوماتي",
            "من يرى بياناتي",
            "مين بيشوف بياناتي",
            "منو يشوف بياناتي",
            "who sees my data",
            "withdraw my consent",
            "i do not want this centre to see my data",
        ),
    )
)


def show_recipients(desk: Desk) -> None:
    """Who may see something of them now, by name; each with a button that ends it."""
    standing = _standing(desk)
    if not standing:
        desk.say("recipients.none")
        return
    desk.put_off()
    lines = [centre_name(desk, each.recipient_location_id) for each in standing if each.recipient_location_id]
    numbered = [desk.voice.number(f"{n}. ") + name for n, name in enumerate(lines, 1)]
    choices = [Choice(f"d:{RECIPIENT}:{each.id}", name) for each, name in zip(standing, lines, strict=True)]
    choices = choices[: desk.capabilities.rows - 1]
    choices.append(desk.choice(RECIPIENT, "none", "button.recipients_keep"))
    text = "\n".join([desk.voice.count("recipients.see", len(lines)), *numbered, desk.voice.say("recipients.which")])
    desk.ask(RECIPIENT, text, choices)


def answer_recipient(desk: Desk, heard: Heard) -> bool:
    """Which one; asked once more, because the application ends there with it."""
    if heard.stage != RECIPIENT:
        return False
    chosen = next((each for each in _standing(desk) if each.id == plain_number(heard.value)), None)
    if chosen is None or chosen.recipient_location_id is None:
        desk.say("recipients.kept")
        desk.take_up()
        return True
    choices = [desk.choice(TAKE_BACK, value, f"button.{value}", chosen.id) for value in ("yes", "no")]
    sure = desk.voice.say("recipients.sure", centre=centre_name(desk, chosen.recipient_location_id))
    desk.ask(TAKE_BACK, sure, choices)
    return True


def answer_take_back(desk: Desk, heard: Heard) -> bool:
    """A yes ends it at this very moment; which one is on the button, or in what was just asked."""
    if heard.stage != TAKE_BACK:
        return False
    chosen = next((each for each in _standing(desk) if each.id == heard.number()), None)
    if heard.value == "yes" and chosen is not None and chosen.recipient_location_id is not None:
        name = centre_name(desk, chosen.recipient_location_id)
        withdraw_one(desk.uow, chosen.id, desk.at, f"person:{desk.person_id}")
        desk.say("recipients.ended", centre=name)
    else:
        desk.say("recipients.kept")
    desk.take_up()
    return True


def _standing(desk: Desk) -> Sequence[Consent]:
    """The consents to a centre that hold now, one for each centre, the newest first."""
    mine = select(Consent).where(
        Consent.person_id.in_(whole_person(desk.uow, desk.person_id)),
        Consent.programme_id == desk.programme_id,
        Consent.purpose == "referral",
        Consent.recipient_location_id.is_not(None),
        holds(desk.at),
    )
    return desk.uow.session.scalars(mine.order_by(Consent.id.desc())).all()

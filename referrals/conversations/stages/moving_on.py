"""Another centre for what goes on already: because nobody answers, or because the centre itself proposes one."""

from __future__ import annotations

from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.pending import IDLE, RESTING
from referrals.conversations.stages import choosing, helping
from referrals.families.people import now_known_as
from referrals.protection.danger import in_danger
from referrals.referral.holding import hold_referral
from referrals.referral.records import Referral, ReferralTransfer
from referrals.referral.rerouting import UNANSWERED, may_propose, went_on
from referrals.referral.sending import DISCLOSED
from referrals.referral.transferring import agree
from referrals.referral.transfers_asked import hold_transfer
from referrals.referral.words import ELSEWHERE, TRANSFER, name_of, number_of


def answer_elsewhere(desk: Desk, heard: Heard) -> bool:
    """The best other place at once, with its consent; or they wait, and a supervisor goes on asking."""
    if heard.stage != ELSEWHERE:
        return False
    referral = hold_referral(desk.uow, heard.number())
    if referral is None or now_known_as(desk.uow, referral.person_id) != desk.person_id:
        return False
    _leave(desk, ELSEWHERE)
    if referral.state not in UNANSWERED or went_on(desk.uow, referral):
        desk.say("interview.no_longer_asked")
    elif heard.value != "yes":
        desk.say("referral.we_follow_up")  # a supervisor goes on asking: it stays where it is on the ladder
    elif not may_propose(referral):
        helping.open_request(desk, "asked_three", number_of(desk, referral))
        desk.say("match.staff_will_look")
    else:
        if desk.stage not in RESTING:
            desk.put_off()
        choosing.propose_one(desk, referral.application_id, need_code=referral.need_code, parent=referral.id)
    return True


def answer_transfer(desk: Desk, heard: Heard) -> bool:
    """Which place it is and what it would see; their yes is a consent of its own, their no changes nothing."""
    if heard.stage != TRANSFER:
        return False
    transfer = hold_transfer(desk.uow, heard.number())
    referral = desk.uow.session.get(Referral, transfer.referral_id) if transfer is not None else None
    if transfer is None or referral is None or now_known_as(desk.uow, referral.person_id) != desk.person_id:
        return False
    _leave(desk, TRANSFER)
    if transfer.state != "asked" or referral.closed_at is not None or in_danger(desk.uow, desk.person_id):
        desk.say("interview.no_longer_asked")
    elif heard.value == "show":
        _ask(desk, referral, transfer)
    else:
        text_id, _ = desk.text("consent", "referral")
        agree(
            desk.uow,
            transfer,
            desk.at,
            agreed=heard.value == "yes",
            text_id=text_id,
            language=desk.language,
            method=heard.how,
            evidence_inbox_id=desk.inbox_id,
        )
        key = "referral.transfer_agreed" if heard.value == "yes" else "referral.stays"
        place = transfer.to_location_id if heard.value == "yes" else referral.to_location_id
        desk.say(key, centre=name_of(desk, place), number=number_of(desk, referral))
    return True


def _ask(desk: Desk, referral: Referral, transfer: ReferralTransfer) -> None:
    fields = desk.uow.vault.open_json(referral.disclosed_sealed, DISCLOSED)
    english = desk.language == "en"
    named = (", " if english else "، ").join(field["name_en" if english else "name_ar"] for field in fields)
    _, words = desk.text("consent", "referral")
    proposed = desk.voice.say(
        "referral.transfer_proposed",
        centre=name_of(desk, referral.to_location_id),
        other=name_of(desk, transfer.to_location_id),
    )
    agreement = words.format(centre=name_of(desk, transfer.to_location_id), fields=named)
    choices = [
        desk.choice(TRANSFER, "yes", "button.agree", transfer.id),
        desk.choice(TRANSFER, "no", "button.disagree", transfer.id),
    ]
    desk.beside(TRANSFER, f"{proposed}\n{agreement}", choices)


def _leave(desk: Desk, stage: str) -> None:
    desk.state.pop("aside", None)
    if desk.stage == stage:
        desk.pend(IDLE)

"""What is told beside a conversation: an edit, a block, a new number, a preference, news of an account, mere traces."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from referrals.conversations import statements
from referrals.conversations.desk import Desk
from referrals.conversations.inbox.stored_events import PAYLOAD, from_json
from referrals.conversations.inbox.waiting import Claimed
from referrals.conversations.outreach.knocking import release_held
from referrals.conversations.records import Conversation, InboxMessage
from referrals.conversations.rewording import NOTHING_NOW, take_edit
from referrals.conversations.tardiness import spoken_at
from referrals.conversations.threads import open_desk, save_desk
from referrals.families.accounts import has_user_id
from referrals.families.consents import record_consent
from referrals.families.identities import found_at
from referrals.families.records import Consent
from referrals.families.renaming import rename_account
from referrals.families.standing import note_presence
from referrals.flows.published import note_flow
from referrals.inbound import Address, Inbound
from referrals.outbox.blocked import release_blocked
from referrals.outbox.owe import cancel_owed
from referrals.protection.vault import Erased
from referrals.senders.notices import Told, keep_notice, told_from_json
from referrals.senders.templates import TemplateNews, note_template
from referrals.store.unit_of_work import UnitOfWork

RECENT = 5  # messages of a person that are looked at to tell whether a block came before them
CAMPAIGN = "campaign"


def take_beside(uow: UnitOfWork, claimed: Claimed, event: Inbound, at: datetime) -> str:
    """Handles one event that is neither said, tapped nor the status of a message of ours.

    Returns why it is handled: a stable ASCII name and nothing personal, kept with the row.
    """
    return _TAKEN_BY.get(event.kind, _ignored)(uow, claimed, event, at)


def _ignored(uow: UnitOfWork, claimed: Claimed, event: Inbound, at: datetime) -> str:
    return f"ignored: {event.status_reason}" if event.status_reason else "ignored"


def _edited(uow: UnitOfWork, claimed: Claimed, event: Inbound, at: datetime) -> str:
    """They are there: what had waited for them is due. Only where silence keeps them safe an edit does not end it."""
    desk = open_desk(uow, claimed.identity_id, at, reason=f"turn:{claimed.id}", inbox_id=claimed.id)
    reason = take_edit(desk, event)
    if reason != NOTHING_NOW:
        statements.HEARD_FROM.all(uow.connection, row_id=claimed.identity_id, at=spoken_at(event, claimed.received_at))
        release_blocked(uow, claimed.identity_id, at)
        if desk.channel == "whatsapp":
            release_held(uow, claimed.identity_id, at)
    uow.flush()
    save_desk(desk)
    return reason


def _revoked(uow: UnitOfWork, claimed: Claimed, event: Inbound, at: datetime) -> str:
    """They took a message off the screen, perhaps because others read it: nothing is said about it, ever."""
    return "revoke: kept quiet"


def _present(uow: UnitOfWork, claimed: Claimed, event: Inbound, at: datetime) -> str:
    if not claimed.identity_id:
        return "presence: nobody we know"
    if event.sent_at and any(said.sent_at > event.sent_at for said in _recent(uow, claimed)):
        return "presence: older than what they said since"
    blocked = event.status == "blocked"
    note_presence(uow, claimed.identity_id, blocked=blocked, at=at)
    return f"presence: {event.status}"


def _recent(uow: UnitOfWork, claimed: Claimed) -> Iterator[Inbound]:
    """The last things told of or by this identity, by the same clock as the event's own."""
    rows = uow.connection.execute(
        select(InboxMessage.payload_sealed)
        .where(
            InboxMessage.identity_id == claimed.identity_id,
            InboxMessage.kind.in_(("message", "edit", "presence")),
            InboxMessage.id != claimed.id,
        )
        .order_by(InboxMessage.id.desc())
        .limit(RECENT)
    ).scalars()
    for sealed in rows.all():
        try:
            yield from_json(uow.vault.open(sealed, PAYLOAD))
        except Erased:
            return


def _renamed(uow: UnitOfWork, claimed: Claimed, event: Inbound, at: datetime) -> str:
    """The old address was theirs and is no longer: a number is given to others. The platform itself says so."""
    identity_id = _formerly(uow, claimed.sender_id, event)
    if not identity_id:
        return "renamed: nobody we know"
    outcomes = rename_account(uow, identity_id, event.also_known_as, at)
    return f"renamed: {', '.join(dict.fromkeys(outcomes))}"


def _formerly(uow: UnitOfWork, sender_id: int, event: Inbound) -> int:
    """The identity known by one of the old addresses, the surest first; 0 where there is none. Who has the new one may
    be somebody else, and so may who has the number, where that account has a user id that is not told of here."""
    further = [Address(kind, value) for kind, value in json.loads(event.told or "{}").get("formerly", [])]
    for address in (event.address, *further):
        found = found_at(uow, sender_id, address)
        sure = address == event.address or address.kind != "phone"
        if found is not None and (sure or not has_user_id(uow, found.id)):
            return int(found.id)
    return 0


def _preferring(uow: UnitOfWork, claimed: Claimed, event: Inbound, at: datetime) -> str:
    """Campaigns stop, or may come again; nothing else changes. It holds for everybody who speaks from there."""
    wanted = event.status == "resume"
    threads = select(Conversation.person_id).where(Conversation.identity_id == claimed.identity_id)
    people: list[int | None] = list(uow.connection.execute(threads).scalars()) or [None]
    for person_id in people:
        desk = open_desk(uow, claimed.identity_id, at, reason=f"preference:{claimed.id}", person_id=person_id)
        desk.state["no_campaigns"] = not wanted
        if desk.programme_id is not None:
            _consent(desk, wanted, claimed.id)
        save_desk(desk)
    if not wanted:
        cancel_owed(uow, claimed.identity_id, purposes=(CAMPAIGN,), reason="stopped")
    return f"preference: {event.status}"


def _consent(desk: Desk, wanted: bool, inbox_id: int) -> None:
    assert desk.programme_id is not None
    standing = update(Consent).where(Consent.person_id == desk.person_id, Consent.programme_id == desk.programme_id)
    desk.uow.connection.execute(
        standing.where(Consent.purpose == CAMPAIGN, Consent.withdrawn_at.is_(None)).values(withdrawn_at=desk.at)
    )
    record_consent(
        desk.uow,
        person_id=desk.person_id,
        programme_id=desk.programme_id,
        purpose=CAMPAIGN,
        text_id=None,
        language=desk.language,
        at=desk.at,
        agreed=wanted,
        method="platform",
        evidence_inbox_id=inbox_id,
    )


def _noticed(uow: UnitOfWork, claimed: Claimed, event: Inbound, at: datetime) -> str:
    """What a platform tells of an account; news of a template change what may be sent with it."""
    told = told_from_json(event.told)
    told_at = datetime.fromtimestamp(event.sent_at, UTC) if event.sent_at else claimed.received_at
    if told.about == "template":
        _note_template(uow, claimed.sender_id, told, told_at, at)
    elif told.about == "flow":
        note_flow(uow, told.facts, told_at)
    keep_notice(uow, claimed.sender_id, told, inbox_id=claimed.id, told_at=told_at, at=at)
    return f"notice: {told.about} {told.event}".strip()


def _note_template(uow: UnitOfWork, sender_id: int, told: Told, told_at: datetime, at: datetime) -> None:
    facts: dict[str, Any] = {name: told.facts.get(name, "") for name in TemplateNews.__dataclass_fields__}
    if facts["name"] and facts["language"]:
        note_template(uow, sender_id, TemplateNews(**facts), told_at, at)


_TAKEN_BY: dict[str, Callable[[UnitOfWork, Claimed, Inbound, datetime], str]] = {
    "edit": _edited,
    "revoke": _revoked,
    "presence": _present,
    "renamed": _renamed,
    "preference": _preferring,
    "notice": _noticed,
}

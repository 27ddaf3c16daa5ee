"""Every step of a referral is written down in one place: its history, the audit chain, and the partner who listens."""

from __future__ import annotations

from datetime import datetime

from referrals.families.identities import data_key_of
from referrals.partners.owing import owe_webhooks
from referrals.protection.audit import audit
from referrals.referral.records import Referral, ReferralEvent
from referrals.store.unit_of_work import UnitOfWork

NOTE = "referral_event.note"


def note_event(
    uow: UnitOfWork,
    referral: Referral,
    event: str,
    from_state: str,
    actor: str,
    at: datetime,
    *,
    staff_id: int | None = None,
    system: str = "",
    reason: str = "",
    note: str = "",
    before: str | None = None,
    undoes_id: int | None = None,
) -> None:
    """Adds a step to a referral's history and to the audit chain; `system` names a partner's system that did it.

    `before` is what it was until then (`undoing.before_of`), where the step can be taken back.
    """
    uow.flush()
    audit(
        uow,
        at=at,
        actor=f"staff:{staff_id}" if staff_id else system or actor,
        action=f"referral.{event}",
        object_kind="referral",
        object_id=referral.id,
        details={"from": from_state, "to": referral.state, "reason": reason},
    )
    key = data_key_of(uow, referral.person_id) if note else 0
    uow.session.add(
        ReferralEvent(
            referral_id=referral.id,
            event=event,
            from_state=from_state,
            to_state=referral.state,
            actor=actor,
            reason=reason,
            note_sealed=uow.vault.seal_text(key, note, NOTE) if note else None,
            staff_id=staff_id,
            before=before,
            undoes_id=undoes_id,
            at=at,
        )
    )
    uow.flush()
    owe_webhooks(uow, referral, event, at, corrects=reason if undoes_id else "")

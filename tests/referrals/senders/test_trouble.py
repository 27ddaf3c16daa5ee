"""Staff hear once of each cause that only they can mend, and again when it comes back."""

from __future__ import annotations

from referrals.senders.ensuring import ensure_sender
from referrals.senders.notices import close_notice, facts_of, open_notices
from referrals.senders.trouble import tell_staff
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock


def test_each_cause_is_told_once_while_it_stands(store: Store, clock: FrozenClock) -> None:
    sender_id = store.transact(lambda uow: ensure_sender(uow, "whatsapp", "1", clock(), programmes=["kuwait"]).id)

    def tell(reason: str) -> bool:
        return store.transact(lambda uow: tell_staff(uow, sender_id, reason, clock()))

    assert tell("payment: 131042")
    assert not tell("payment: 131042")
    assert tell("template_paused: reminder ar") and tell("template_paused: news_waiting ar")
    assert not tell("template_paused: reminder ar")
    with store.reading() as uow:
        found = {(notice.about, notice.event, facts_of(notice)["reason"]) for notice in open_notices(uow)}
        payment = next(notice.id for notice in open_notices(uow) if notice.about == "payment")
    assert found == {
        ("payment", "payment", "payment: 131042"),
        ("template", "template_paused", "template_paused: reminder ar"),
        ("template", "template_paused", "template_paused: news_waiting ar"),
    }
    store.transact(lambda uow: close_notice(uow, payment, 1, clock()))
    clock.forward(hours=1)
    assert tell("payment: 131042")


def test_a_code_that_nobody_knows_is_told_with_its_code(store: Store, clock: FrozenClock) -> None:
    sender_id = store.transact(lambda uow: ensure_sender(uow, "whatsapp", "1", clock(), programmes=["kuwait"]).id)
    store.transact(lambda uow: tell_staff(uow, sender_id, "unknown: 131999", clock()))
    with store.reading() as uow:
        (notice,) = open_notices(uow)
    assert (notice.about, notice.event, notice.subject) == ("error", "unknown", "sending: unknown: 131999")

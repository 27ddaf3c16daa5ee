"""A claim of a telephone in the console's sample world: a family applied, and somebody on a new telephone asked."""

from __future__ import annotations

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.families.claims import ask_staff, begin_claim
from referrals.families.identities import identity_of
from referrals.families.records import Identifier
from referrals.inbound import Address
from referrals.referral.records import Referral
from referrals.senders.records import Sender
from referrals.store.unit_of_work import UnitOfWork
from tests.console.world import World


def claimed(world: World, referral_id: int, *, typed: str = "21", known: str = "21") -> int:
    """Somebody new asked for that family's application, and typed these last two digits of an id; the claim's id."""

    def work(uow: UnitOfWork) -> int:
        referral = uow.session.get_one(Referral, referral_id)
        application = uow.session.get_one(Application, referral.application_id)
        sender = uow.session.scalars(select(Sender)).one()
        identity_id, _, key = identity_of(uow, sender.id, Address("web", f"new-{referral_id}"), world.clock())
        uow.session.add(
            Identifier(
                person_id=application.person_id,
                kind="national_id",
                value_sealed=uow.vault.seal_text(key, "عيّنة", "identifier.value"),
                value_index=uow.vault.index("national_id", f"sample-{referral_id}"),
                last2=known,
                created_at=world.clock(),
            )
        )
        asked = begin_claim(uow, identity_id, "web", "qena", application, world.clock())
        ask_staff(uow, asked.claim, typed, world.clock())
        return asked.claim.id

    return world.store.transact(work)

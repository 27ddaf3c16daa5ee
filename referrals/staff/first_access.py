"""The first way into the console of a demonstration: a sample colleague, and a link that signs them in once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from referrals.definitions.in_force import programmes, settings_of
from referrals.directory.records import Organization
from referrals.staff.accounts import add_membership, add_staff
from referrals.staff.records import Staff
from referrals.staff.sign_in_links import make_sign_in_link
from referrals.store.unit_of_work import UnitOfWork

SAMPLE_DOMAIN = "@sample.invalid"  # RFC 2606 keeps .invalid free: no message to it can ever reach anybody
SAMPLE_EMAIL = f"supervisor{SAMPLE_DOMAIN}"
SAMPLE_NAME = "مشرفة (عيّنة)"
SAMPLE_ROLE = "supervisor"


def first_sign_in_token(uow: UnitOfWork, now: datetime) -> str | None:
    """The token of a link that signs the sample supervisor of every programme in, once; they sit at every desk too.

    None as soon as anybody real works here (a staff account that is no sample), a programme holds real data, or
    the sample account was disabled: a sample must never open what belongs to somebody.
    """
    found = programmes(uow)
    if not found or not all(settings_of(uow, programme.id).sample_data for programme in found):
        return None
    accounts = list(uow.session.scalars(select(Staff)))
    if any(not staff.email.endswith(SAMPLE_DOMAIN) for staff in accounts):
        return None
    sample = next((staff for staff in accounts if staff.email == SAMPLE_EMAIL), None)
    if sample is None:
        sample = add_staff(uow, SAMPLE_EMAIL, SAMPLE_NAME, None, now)
    if sample.disabled_at is not None:
        return None
    for programme in found:
        _let_see_everything(uow, sample, programme.id, now)
    return make_sign_in_link(uow, sample.id, now)


def _let_see_everything(uow: UnitOfWork, sample: Staff, programme_id: str, now: datetime) -> None:
    """A supervisor reads; to try the whole way by hand one must also be able to accept and receive, at any centre."""
    add_membership(uow, sample.id, SAMPLE_ROLE, programme_id, now)
    for organization in uow.session.scalars(select(Organization).filter_by(programme_id=programme_id)):
        add_membership(uow, sample.id, "desk", programme_id, now, organization=organization.external_id)

"""Who may do what: a permission for each action, and the permissions of each role (reference: the domain's table)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Permission(StrEnum):
    """One thing that a page lets somebody do."""

    SEE_QUEUE = "referral.queue"
    READ_REFERRAL = "referral.read"
    HANDLE_REFERRAL = "referral.handle"
    SEE_APPOINTMENTS = "appointment.see"
    OFFER_APPOINTMENT = "appointment.offer"
    CHECK_IN = "appointment.check_in"
    READ_HELP = "help.read"
    ANSWER_HELP = "help.answer"
    READ_DANGER = "danger.read"
    READ_IDENTITY = "person.read"
    SEE_PARKED = "messages.parked"
    READ_SUBMISSIONS = "submission.read"
    LINK_SUBMISSION = "submission.link"
    MANAGE_APP_USERS = "app_user.manage"
    FILL_FORM = "form.fill"
    MAKE_POSTER = "campaign.poster"
    TRANSCRIBE = "recording.transcribe"
    DECIDE_CLAIM = "claim.decide"


_AT_A_CENTRE = frozenset(
    {
        Permission.SEE_QUEUE,
        Permission.READ_REFERRAL,
        Permission.HANDLE_REFERRAL,
        Permission.SEE_APPOINTMENTS,
        Permission.OFFER_APPOINTMENT,
        Permission.CHECK_IN,
        Permission.READ_HELP,
        Permission.ANSWER_HELP,
        Permission.FILL_FORM,
        Permission.TRANSCRIBE,
    }
)

# Roles without a permission here sign in and find their pages in a later version: cases, campaigns, funds, audit.
ROLES: Mapping[str, frozenset[Permission]] = {
    "desk": _AT_A_CENTRE,
    "partner_admin": _AT_A_CENTRE | {Permission.READ_SUBMISSIONS},
    "clerk": frozenset(
        {
            Permission.READ_HELP,
            Permission.ANSWER_HELP,
            Permission.READ_IDENTITY,
            Permission.FILL_FORM,
            Permission.TRANSCRIBE,
            Permission.DECIDE_CLAIM,
        }
    ),
    "researcher": frozenset(
        {Permission.READ_HELP, Permission.ANSWER_HELP, Permission.READ_SUBMISSIONS, Permission.LINK_SUBMISSION}
    ),
    "supervisor": frozenset(
        {
            Permission.SEE_QUEUE,
            Permission.READ_REFERRAL,
            Permission.SEE_APPOINTMENTS,
            Permission.READ_HELP,
            Permission.ANSWER_HELP,
            Permission.READ_DANGER,
            Permission.READ_IDENTITY,
            Permission.SEE_PARKED,
            Permission.READ_SUBMISSIONS,
            Permission.LINK_SUBMISSION,
            Permission.MANAGE_APP_USERS,
            Permission.TRANSCRIBE,
            Permission.DECIDE_CLAIM,
            Permission.MAKE_POSTER,
        }
    ),
    "programme_mgr": frozenset({Permission.SEE_PARKED, Permission.MANAGE_APP_USERS, Permission.MAKE_POSTER}),
    "dpo": frozenset(),
    "auditor": frozenset(),
    "volunteer": frozenset(),
    "campaign_editor": frozenset({Permission.MAKE_POSTER}),
    "fund_mgr": frozenset(),
}

CENTRE_ROLES = frozenset({"desk", "partner_admin"})
"""Roles that mean nothing without a centre or an organization: with neither they see no row."""


def permissions_of(role: str) -> frozenset[Permission]:
    """What a role may do; nothing for a role that is not in the table."""
    return ROLES.get(role, frozenset())

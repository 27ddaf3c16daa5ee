"""Who may do what: a permission for each action, and the permissions of each role (reference: the domain's table)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Permission(StrEnum):
    """One thing that a page lets somebody do."""

    SEE_QUEUE = "referral.queue"
    READ_REFERRAL = "referral.read"
    HANDLE_REFERRAL = "referral.handle"
    SEND_REFERRAL = "referral.send"
    OVERRIDE_REFERRAL = "referral.override"
    READ_APPLICATION = "application.read"
    SEE_APPOINTMENTS = "appointment.see"
    OFFER_APPOINTMENT = "appointment.offer"
    CHECK_IN = "appointment.check_in"
    KEEP_TIMES = "appointment.times"
    KEEP_CALENDAR = "calendar.keep"
    MAKE_VISIT = "visit.make"
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
    CHANGE_CAPACITY = "capacity.change"
    SEE_COVERAGE = "coverage.see"
    TRANSCRIBE = "recording.transcribe"
    DECIDE_CLAIM = "claim.decide"
    KEEP_CONSENT = "consent.keep"
    READ_AUDIT = "audit.read"
    OPEN_CLOSED = "referral.open_closed"
    DECIDE_DUPLICATE = "duplicate.decide"
    ASK_ERASURE = "erasure.ask"
    ERASE = "person.erase"
    KEEP_INCIDENT = "incident.keep"
    EXPORT_INCIDENT = "incident.export"


_AT_A_CENTRE = frozenset(
    {
        Permission.SEE_QUEUE,
        Permission.READ_REFERRAL,
        Permission.HANDLE_REFERRAL,
        Permission.SEE_APPOINTMENTS,
        Permission.OFFER_APPOINTMENT,
        Permission.CHECK_IN,
        Permission.KEEP_TIMES,
        Permission.MAKE_VISIT,
        Permission.CHANGE_CAPACITY,
        Permission.READ_HELP,
        Permission.ANSWER_HELP,
        Permission.FILL_FORM,
        Permission.TRANSCRIBE,
    }
)

# Roles without a permission here sign in and find their pages in a later version: campaigns, funds.
ROLES: Mapping[str, frozenset[Permission]] = {
    "desk": _AT_A_CENTRE,
    "partner_admin": _AT_A_CENTRE | {Permission.READ_SUBMISSIONS},
    "clerk": frozenset(
        {
            Permission.READ_APPLICATION,
            Permission.SEND_REFERRAL,
            Permission.READ_HELP,
            Permission.ANSWER_HELP,
            Permission.READ_IDENTITY,
            Permission.FILL_FORM,
            Permission.TRANSCRIBE,
            Permission.KEEP_CONSENT,
            Permission.DECIDE_CLAIM,
            Permission.DECIDE_DUPLICATE,
            Permission.ASK_ERASURE,
        }
    ),
    "researcher": frozenset(
        {
            Permission.READ_APPLICATION,
            Permission.READ_HELP,
            Permission.ANSWER_HELP,
            Permission.READ_SUBMISSIONS,
            Permission.LINK_SUBMISSION,
        }
    ),
    "supervisor": frozenset(
        {
            Permission.READ_APPLICATION,
            Permission.SEND_REFERRAL,
            Permission.OVERRIDE_REFERRAL,
            Permission.SEE_QUEUE,
            Permission.READ_REFERRAL,
            Permission.SEE_APPOINTMENTS,
            Permission.KEEP_TIMES,
            Permission.KEEP_CALENDAR,
            Permission.MAKE_VISIT,
            Permission.READ_HELP,
            Permission.ANSWER_HELP,
            Permission.READ_DANGER,
            Permission.READ_IDENTITY,
            Permission.SEE_PARKED,
            Permission.READ_SUBMISSIONS,
            Permission.LINK_SUBMISSION,
            Permission.MANAGE_APP_USERS,
            Permission.TRANSCRIBE,
            Permission.KEEP_CONSENT,
            Permission.OPEN_CLOSED,
            Permission.READ_AUDIT,
            Permission.DECIDE_CLAIM,
            Permission.DECIDE_DUPLICATE,
            Permission.ASK_ERASURE,
            Permission.ERASE,
            Permission.KEEP_INCIDENT,
            Permission.MAKE_POSTER,
            Permission.SEE_COVERAGE,
        }
    ),
    "programme_mgr": frozenset(
        {
            Permission.KEEP_CALENDAR,
            Permission.SEE_PARKED,
            Permission.MANAGE_APP_USERS,
            Permission.MAKE_POSTER,
            Permission.SEE_COVERAGE,
        }
    ),
    "dpo": frozenset(
        {
            Permission.READ_AUDIT,
            Permission.KEEP_CONSENT,
            Permission.OPEN_CLOSED,
            Permission.ASK_ERASURE,
            Permission.ERASE,
            Permission.KEEP_INCIDENT,
            Permission.EXPORT_INCIDENT,
        }
    ),
    "auditor": frozenset({Permission.READ_AUDIT}),
    "volunteer": frozenset(),
    "campaign_editor": frozenset({Permission.MAKE_POSTER}),
    "fund_mgr": frozenset(),
}

CENTRE_ROLES = frozenset({"desk", "partner_admin"})
"""Roles that mean nothing without a centre or an organization: with neither they see no row."""


def permissions_of(role: str) -> frozenset[Permission]:
    """What a role may do; nothing for a role that is not in the table."""
    return ROLES.get(role, frozenset())

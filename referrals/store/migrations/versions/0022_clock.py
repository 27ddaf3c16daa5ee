"""Indexes for the clock: interviews that rest, places that referrals hold, days that are not like the others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

RESTS = sa.text("nudged_at IS NULL AND status IN ('asking', 'reviewing', 'editing')")
HOLDS = sa.text("holds_place")


def upgrade() -> None:
    _index("ix_interview_session_resting", "interview_session", ["updated_at"], RESTS)
    op.create_index("ix_conversation_session_id", "conversation", ["session_id"])
    _index("ix_referral_holding", "referral", ["to_service_at_location_id"], HOLDS)
    op.create_index("ix_calendar_day_day", "calendar_day", ["day"])


def _index(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_calendar_day_day", "calendar_day")
    op.drop_index("ix_referral_holding", "referral")
    op.drop_index("ix_conversation_session_id", "conversation")
    op.drop_index("ix_interview_session_resting", "interview_session")

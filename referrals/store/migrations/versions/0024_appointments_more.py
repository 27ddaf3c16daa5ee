"""An index for the clock: places that the directory no longer has, where families may still be booked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

GONE = sa.text("gone_at IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_location_gone", "location", ["id"], sqlite_where=GONE, postgresql_where=GONE)


def downgrade() -> None:
    op.drop_index("ix_location_gone", "location")

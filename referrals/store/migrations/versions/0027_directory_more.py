"""The places of a programme by their latitude, for whoever asks what lies around a point."""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_index("ix_location_near", "location", ["programme_id", "lat"])


def downgrade() -> None:
    op.drop_index("ix_location_near", "location")

"""The directory by HSDS 3.1: what every row says, kept as it came; what the rules ask of it, in columns."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from referrals.store import record

revision = "0017"
down_revision = "0016"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = record.UtcDateTime(timezone=True)
KNOWN_BY_ID = ("organization", "service", "location", "service_at_location")


def _text(name: str, length: int | None = None, default: str = "") -> sa.Column[Any]:
    kind = sa.Text() if length is None else sa.String(length)
    return sa.Column(name, kind, nullable=False, server_default=default)


def _count(name: str, default: str = "0") -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=default)


def _added() -> dict[str, list[sa.Column[Any]]]:
    """The new columns by table, made anew at each call: a column belongs to one table."""
    known: dict[str, list[sa.Column[Any]]] = {
        table: [
            sa.Column("modified_at", MOMENT, nullable=True),
            sa.Column("gone_at", MOMENT, nullable=True),
            _text("digest", 32),
        ]
        for table in KNOWN_BY_ID
    }
    known["service"] += [
        _text("description"),
        _text("gender", 10, "any"),
        sa.Column("minimum_age", sa.Integer(), nullable=True),
        sa.Column("maximum_age", sa.Integer(), nullable=True),
        sa.Column("assured_at", sa.Date(), nullable=True),
        _text("delivery", 80),
    ]
    known["location"] += [
        _text("location_type", 20, "physical"),
        _text("transportation"),
        _count("vehicle_changes"),
        _text("accessibility", 200),
    ]
    known["schedule"] = [
        _text("external_id", 255),
        _text("freq", 10, "WEEKLY"),
        _count("interval", "1"),
        _text("bymonthday", 120),
        _text("wkst", 2),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("dtstart", sa.Date(), nullable=True),
    ]
    known["service_area"] = [sa.Column("service_at_location_id", NUMBER, nullable=True)]
    known["eligibility_rule"] = [_text("text_ar"), _text("text_en")]
    known["crossing"] = [_text("name_en", 200), _count("vehicle_changes")]
    return known


WIDER = (
    *((table, "external_id", 80, 255) for table in KNOWN_BY_ID),
    ("location", "languages", 40, 200),
    ("location", "staff_genders", 40, 200),
    ("schedule", "byday", 40, 120),
)


def upgrade() -> None:
    for table, columns in _added().items():
        with op.batch_alter_table(table) as batch:
            for name, before, after in ((name, old, new) for of, name, old, new in WIDER if of == table):
                batch.alter_column(name, existing_type=sa.String(before), type_=sa.String(after))
            for column in columns:
                batch.add_column(column)
    op.create_table(
        "directory_import",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("programme_id", sa.String(40), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("from_folder", sa.Boolean(), nullable=False),
        sa.Column("judged_by", sa.String(32), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("current_at", MOMENT, nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("package", sa.String(32), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_directory_import_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_import")),
    )
    op.create_index(op.f("ix_directory_import_programme_id"), "directory_import", ["programme_id"])
    op.create_table(
        "directory_row",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("import_id", NUMBER, nullable=False),
        sa.Column("programme_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("external_id", sa.String(255), nullable=False),
        sa.Column("owner_kind", sa.String(40), nullable=False),
        sa.Column("owner_id", sa.String(255), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["directory_import.id"], name=op.f("fk_directory_row_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_row")),
        sa.UniqueConstraint(
            "programme_id",
            "kind",
            "external_id",
            "import_id",
            name=op.f("uq_directory_row_programme_id_kind_external_id_import_id"),
        ),
    )
    op.create_index(op.f("ix_directory_row_import_id"), "directory_row", ["import_id"])
    op.create_index("ix_directory_row_of_owner", "directory_row", ["programme_id", "owner_kind", "owner_id"])


def downgrade() -> None:
    op.drop_table("directory_row")
    op.drop_table("directory_import")
    for table, columns in _added().items():
        for column in columns:
            op.drop_column(table, column.name)
    if op.get_bind().dialect.name != "sqlite":  # which knows no width, and would have to make the table anew
        for table, name, before, after in WIDER:
            op.alter_column(table, name, existing_type=sa.String(after), type_=sa.String(before))

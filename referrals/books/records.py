"""How much was ever taken in and owed, counted as it was written; when that was last compared; what staff settled."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Identifier64, Key, Record, Sealed


class Tally(Record):
    """How many rows came into a book in one hour, for one account. Written by the database itself at every insert
    (`counting.py`), and never when a row goes: a row that is lost is missing from its book and stands here."""

    __tablename__ = "tally"
    book: Mapped[str] = mapped_column(String(10), primary_key=True)  # inbox | outbox | push | attempt | ban
    account_id: Mapped[int] = mapped_column(Identifier64, primary_key=True)  # the sender; a push's target
    hour: Mapped[str] = mapped_column(String(13), primary_key=True)  # "2026-11-01 07", UTC: a local day is a sum
    what: Mapped[str] = mapped_column(String(40), primary_key=True)  # kind or status; lane; outcome
    slot: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)  # writers apart, on PostgreSQL
    counted: Mapped[int] = mapped_column(BigInteger, default=0)
    removed: Mapped[int] = mapped_column(BigInteger, default=0)  # taken out on purpose, in the same commit


class BooksCheck(Record):
    """The last time that tallies and rows were compared, and what was found: one row for sums, one for days."""

    __tablename__ = "books_check"
    scope: Mapped[str] = mapped_column(String(10), primary_key=True)  # sums | days
    checked_at: Mapped[At]
    next_at: Mapped[At]
    balanced: Mapped[bool] = mapped_column(Boolean, default=True)
    found: Mapped[str] = mapped_column(String(2000), default="")  # JSON: counts that differ, by channel and day


class Settled(Record):
    """A parked row that a member of staff closed by hand, with their note: it was told by telephone, for example."""

    __tablename__ = "settled"
    __table_args__ = (Index("ix_settled_row", "book", "row_id"),)  # a trace asks for its own
    id: Mapped[Key]
    book: Mapped[str] = mapped_column(String(10))  # inbox | outbox | push
    row_id: Mapped[int] = mapped_column(Identifier64)
    how: Mapped[str] = mapped_column(String(20))  # told_by_phone | not_needed
    note_sealed: Mapped[Sealed]
    staff_id: Mapped[int] = mapped_column(Identifier64)
    at: Mapped[At]

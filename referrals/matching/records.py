"""How long a way takes, where somebody has measured it."""

from __future__ import annotations

from sqlalchemy import Float, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import Code, Key, Record, refers


class TravelTime(Record):
    """Minutes from a place of the programme to a location, door to door, by one mode of travel."""

    __tablename__ = "travel_time"
    __table_args__ = (UniqueConstraint("programme_id", "place_code", "location_id", "mode"),)
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    place_code: Mapped[str] = mapped_column(String(80))  # of any level; it holds for the places in it too
    location_id: Mapped[int] = refers("location.id", index=True)
    mode: Mapped[Code]
    minutes: Mapped[float] = mapped_column(Float)
    source: Mapped[str] = mapped_column(String(200), default="")

"""What most commands begin with: the settings, the database, the clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from datetime import datetime

    from bot.clock import Clock
    from bot.settings import Settings
    from referrals.store.record import Record
    from referrals.store.unit_of_work import Store, UnitOfWork

R = TypeVar("R", bound="Record")


@dataclass(frozen=True)
class Opened:
    """An open database. `clock()` is the service's own time, a demonstration's too."""

    settings: Settings
    store: Store
    clock: Clock

    def now(self) -> datetime:
        """The time as the service tells it."""
        return self.clock()


def open_here() -> Opened:
    """Opens the database of the settings, made when it is missing; a database without a programme gets all of them.

    Raises `CommandFailed` where it cannot be reached, and what a wrong setting or folder raises.
    """
    from sqlalchemy.exc import OperationalError

    from bot.cli import CommandFailed
    from bot.clock import Clock
    from bot.settings import read_settings
    from referrals.definitions.in_force import programmes
    from referrals.protection.keys.keyring import master_keys
    from referrals.store.opening import load_programmes, open_store

    settings = read_settings()
    try:
        store = open_store(settings.database_url, master_keys(settings.secret_key, settings.data))
    except OperationalError as failure:
        raise CommandFailed(unreachable(failure)) from failure
    clock = Clock(store, movable=settings.speaks_only_here)
    with store.reading() as uow:
        empty = not programmes(uow)
    if empty:
        load_programmes(store, settings.programmes, clock())
    return Opened(settings, store, clock)


def unreachable(failure: BaseException) -> str:
    """One line on a database that cannot be opened, with the setting's name."""
    reason = str(getattr(failure, "orig", failure)).strip().splitlines()
    return f"SANAD_DATABASE_URL: the database cannot be reached: {reason[0] if reason else 'no reason was given'}"


def programme_named(uow: UnitOfWork, asked: str | None) -> str:
    """The id of the programme that was asked for, or of the only one. Raises `CommandFailed` naming those there are."""
    from bot.cli import CommandFailed
    from referrals.definitions.in_force import programmes

    known = [programme.id for programme in programmes(uow)]
    if asked in known:
        return str(asked)
    if asked is None and len(known) == 1:
        return known[0]
    wanted = "name one with --programme" if asked is None else f"there is no programme {asked!r}"
    raise CommandFailed(f"{wanted}; there are: {', '.join(known) or 'none (sanad programme import FOLDER)'}")


def row_numbered(uow: UnitOfWork, record: type[R], number: int, noun: str, listed_by: str) -> R:
    """The row of that number; `listed_by` is the command that shows the numbers. Raises `CommandFailed`."""
    from bot.cli import CommandFailed

    row = uow.session.get(record, number)
    if row is None:
        raise CommandFailed(f"there is no {noun} {number}; `{listed_by}` shows those that there are")
    return row

"""`sanad directory`: who gives which service where (Open Referral HSDS 3.1, as CSV files)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.actions import Action, add_actions, run_action

if TYPE_CHECKING:
    from referrals.directory.values import Directory

HELP = "Checks a directory of services (HSDS 3.1, a folder or a .zip of CSV files), or imports it into a programme."
EXAMPLE = "sanad directory check programmes/kuwait/directory --programme kuwait"
CALENDAR = "calendar.csv"
run = run_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """check, import."""
    add_actions(parser, ACTIONS)


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("package", metavar="FOLDER|ZIP", type=Path)
    parser.add_argument("--programme", metavar="P", help="also check its places and its kinds of service")


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("package", metavar="FOLDER|ZIP", type=Path)
    parser.add_argument("--programme", metavar="P", required=True)


def package_of(path: Path) -> dict[str, bytes]:
    """The CSV files of a folder or .zip. Raises `CommandFailed` where there is none to read."""
    from zipfile import BadZipFile

    from bot.cli import CommandFailed
    from referrals.directory.hsds import open_package

    try:
        files = open_package(path)
    except (OSError, BadZipFile) as failure:
        raise CommandFailed(f"{path} is neither a folder nor a .zip with CSV files: {failure}") from failure
    if not files:
        raise CommandFailed(f"{path} has no .csv file; expected organizations.csv, services.csv, …")
    return files


def _check(arguments: argparse.Namespace) -> int:
    from referrals.directory.calendar_days import read_calendar

    files = package_of(arguments.package)
    calendar = files.pop(CALENDAR, None)
    directory = _checked(files, arguments.programme)
    days = read_calendar(calendar, locations=[each.id for each in directory.locations]).days if calendar else ()
    counts = {
        "organizations": len(directory.organizations),
        "services": len(directory.services),
        "locations": len(directory.locations),
        "services at locations": len(directory.services_at_locations),
        "schedules": len(directory.schedules),
        "calendar days": len(days),
    }
    print(f"{arguments.package}: in order; " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    return 0


def _checked(files: dict[str, bytes], programme: str | None) -> Directory:
    from referrals.directory.hsds import read_directory
    from referrals.directory.values import SERVICE_TERMS

    if programme is None:
        return read_directory(files, time_zone="UTC")  # a zone of its own is only needed to use the hours
    from bot.cli.opened import open_here, programme_named
    from referrals.definitions.in_force import settings_of
    from referrals.directory.importing import stored_places

    with open_here().store.reading() as uow:
        settings = settings_of(uow, programme_named(uow, programme))
        codes = {place.code for place in stored_places(uow, settings.id)}
    return read_directory(files, time_zone=settings.time_zone, places=codes or None, service_terms=SERVICE_TERMS)


def _import(arguments: argparse.Namespace) -> int:
    from bot.cli.replacing import put_in_force

    files = package_of(arguments.package)
    changed = put_in_force(arguments.programme, {f"directory/{name}": content for name, content in files.items()})
    print(f"{arguments.programme}: {'the directory is in force' if changed else 'this directory was in force already'}")
    return 0


ACTIONS = (
    Action("check", "Reads a directory and says what is wrong where; changes nothing.", EXAMPLE, _check, _add_check),
    Action(
        "import",
        "Puts a directory in force. What it no longer names stays with its history but takes nobody in.",
        "sanad directory import real-directory.zip --programme kuwait",
        _import,
        _add_import,
    ),
)

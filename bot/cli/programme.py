"""`sanad programme`: the programmes of this database."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.cli.actions import Action, add_actions, run_action

HELP = "Imports, lists and exports programmes. What was imported is kept for good; a new version is beside the old one."
EXAMPLE = "sanad programme import programmes/kuwait"
run = run_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """import, list, export, migrate-interviews."""
    add_actions(parser, ACTIONS)


def _add_folders(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", metavar="FOLDER", nargs="+", type=Path, help="a folder with a programme.toml")


def _add_target(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("programme", metavar="ID")
    parser.add_argument("folder", metavar="DIR", type=Path, help="an empty folder, or one to be made")


def _import(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.store.opening import load_programmes

    here = open_here()
    for folder in arguments.folders:
        changed = load_programmes(here.store, [folder], here.now())[folder.name]
        print(f"{folder}: {', '.join(changed) if changed else 'nothing new'}")
    return 0


def _list(_: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.definitions.in_force import definition_id, programmes, settings_of
    from referrals.definitions.records import Definition

    with open_here().store.reading() as uow:
        for programme in programmes(uow):
            intake = uow.session.get(Definition, definition_id(uow, programme.id, "form", "intake") or 0)
            version = f"intake {intake.version}" if intake else "no intake form"
            sample = "  sample data" if settings_of(uow, programme.id).sample_data else ""
            print(f"{programme.id}  {programme.name_en}  {programme.country}  {version}{sample}")
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from bot.cli import CommandFailed
    from bot.cli.opened import open_here, programme_named
    from referrals.definitions.exporting import export_programme

    folder: Path = arguments.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CommandFailed(f"{folder} is there already and not an empty folder; name another one")
    with open_here().store.reading() as uow:
        files = export_programme(uow, programme_named(uow, arguments.programme), folder)
    print(f"{folder}: {len(files)} files")
    return 0


def _add_migration(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("programme", metavar="ID")
    parser.add_argument("--form", metavar="NAME", default="intake", help="which form (default: intake)")
    parser.add_argument("--dry-run", action="store_true", help="only say what would happen")


def _migrate_interviews(arguments: argparse.Namespace) -> int:
    from bot.cli import CommandFailed
    from bot.cli.opened import open_here, programme_named
    from referrals.conversations.interviews.migrating import migrate_interviews

    here = open_here()
    with here.store.reading() as uow:
        programme = programme_named(uow, arguments.programme)
    try:
        moved = migrate_interviews(here.store, programme, arguments.form, here.clock, dry_run=arguments.dry_run)
    except LookupError as failure:
        raise CommandFailed(f"{failure}; see: sanad programme list") from failure
    for one in moved:
        asked = f"asked again: {one.again}, without a place: {one.dropped}"
        print(f"interview {one.session_id}  {one.from_version} -> {one.to_version}  {asked}")
    would = "would go over" if arguments.dry_run else "went over"
    print(f"{len(moved)} interviews {would} to the version of {arguments.form} in force")
    return 0


ACTIONS = (
    Action(
        "import",
        "Brings folders into the database by the hash of their files; what is new is in force from now on.",
        EXAMPLE,
        _import,
        _add_folders,
    ),
    Action("list", "Lists the programmes with the version of their intake form.", "sanad programme list", _list),
    Action(
        "export",
        "Writes a programme, as it is in force, to a folder that can be imported elsewhere.",
        "sanad programme export kuwait /tmp/kuwait",
        _export,
        _add_target,
    ),
    Action(
        "migrate-interviews",
        "Moves the open interviews of a programme to the version of their form that is in force, one at a time. "
        "Answers are kept; who is asked something again hears of it at their next message.",
        "sanad programme migrate-interviews kuwait --dry-run",
        _migrate_interviews,
        _add_migration,
    ),
)

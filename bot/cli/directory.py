"""`sanad directory`: who gives which service where (Open Referral HSDS 3.1, CSV or JSON), in and out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.actions import Action, add_actions, add_json, run_action

if TYPE_CHECKING:
    from referrals.directory.hsds.package import Part
    from referrals.directory.importing.whole import Report

HELP = "Checks, imports and exports a directory of services (HSDS 3.1: a folder, a .zip, CSV or JSON)."
EXAMPLE = "sanad directory check programmes/kuwait/directory --programme kuwait"
ALL_GOOD, COMPLAINTS, NOTHING_READ = 0, 1, 2
run = run_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """check, import, export."""
    add_actions(parser, ACTIONS)


def _add_package(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("package", metavar="PACKAGE", type=Path, help="a folder, a .zip, a .json, .jsonl or .csv file")
    parser.add_argument(
        "--terms", metavar="FILE", type=Path, help="a CSV (term,service_term): what the package's kinds of service mean"
    )
    add_json(parser)


def _add_check(parser: argparse.ArgumentParser) -> None:
    _add_package(parser)
    parser.add_argument("--programme", metavar="P", help="also check its places, and by its clock")


def _add_import(parser: argparse.ArgumentParser) -> None:
    _add_package(parser)
    parser.add_argument("--programme", metavar="P", required=True)
    parser.add_argument("--strict", action="store_true", help="change nothing when anything is wrong")


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="csv: a folder or a .zip; json: a file")
    parser.add_argument("--programme", metavar="P", required=True)
    parser.add_argument("--format", choices=("csv", "json"), default="csv", help="(default: csv)")


@contextmanager
def _parts(path: Path) -> Iterator[list[Part]]:
    """The files of a package. Raises `CommandFailed` where there is none to read."""
    from bot.cli import CommandFailed
    from referrals.directory.hsds.package import NoPackage, open_parts

    try:
        with open_parts(path) as parts:
            if not parts:
                raise CommandFailed(f"{path} has no file of a directory; expected organizations.csv, services.csv, …")
            yield parts
    except NoPackage as failure:
        raise CommandFailed(str(failure)) from failure


def _terms(path: Path | None) -> Mapping[str, str]:
    from bot.cli.reading import bytes_of
    from referrals.directory.hsds.terms import read_terms

    return read_terms(bytes_of(path), file=path.name) if path else {}


def _check(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here, programme_named
    from referrals.directory.importing.whole import check_package

    store, programme = None, ""
    if arguments.programme is not None:
        store = open_here().store
        with store.reading() as uow:
            programme = programme_named(uow, arguments.programme)
    with _parts(arguments.package) as parts:
        report = check_package(store, programme, parts, terms=_terms(arguments.terms))
    said = "in order" if not report.complaints else f"{len(report.complaints)} complaints"
    return _tell(report, f"{arguments.package}: {said}", arguments.json)


def _import(arguments: argparse.Namespace) -> int:
    from bot.cli import CommandFailed
    from bot.cli.opened import open_here, programme_named
    from referrals.directory.importing.whole import Overtaken, import_package

    here = open_here()
    with here.store.reading() as uow:
        programme = programme_named(uow, arguments.programme)
    terms = _terms(arguments.terms)
    with _parts(arguments.package) as parts:
        try:
            report = import_package(
                here.store,
                programme,
                parts,
                here.now(),
                source=arguments.package.name,
                terms=terms,
                strict=arguments.strict,
            )
        except Overtaken as failure:
            raise CommandFailed(str(failure)) from failure
    changed = sum(report.changed.values()) + report.gone
    said = "the directory is in force" if changed else "this directory was in force already"
    if not report.in_force:
        said = "nothing was imported"
    return _tell(report, f"{programme}: {said}", arguments.json, refused=arguments.strict and bool(report.complaints))


def _tell(report: Report, headline: str, as_json: bool, *, refused: bool = False) -> int:
    """Writes the report; the exit code says whether all was good."""
    code = COMPLAINTS if report.complaints else ALL_GOOD
    code = NOTHING_READ if report.empty or refused else code
    if as_json:
        for problem in report.problems:
            print(json.dumps({"type": "problem", **asdict(problem)}, ensure_ascii=False))
        summary = {
            "type": "summary",
            "headline": headline,
            "taken": report.taken,
            "left_out": report.left_out,
            "complaints": len(report.complaints),
            "changed": report.changed,
            "gone": report.gone,
            "unmapped": report.unmapped,
            "exit_code": code,
        }
        print(json.dumps(summary, ensure_ascii=False))
        return code
    for problem in report.problems:
        print(problem, file=sys.stderr)
    taken = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in report.taken.items())
    print(f"{headline}; taken: {taken or 'nothing'}")
    for said, count in (
        ("rows left out", report.left_out),
        ("services without one of our service terms: no need leads to them", report.unmapped),
        ("that the package no longer names: they take nobody in", report.gone),
    ):
        if count:
            print(f"  {count} {said}")
    return code


def _export(arguments: argparse.Namespace) -> int:
    from bot.cli import CommandFailed
    from bot.cli.opened import open_here, programme_named
    from referrals.directory.exporting import export_json, export_tables

    if arguments.file.exists() and (arguments.file.is_file() or any(arguments.file.iterdir())):
        raise CommandFailed(f"{arguments.file} is there already: nothing was written over it")
    with open_here().store.reading() as uow:
        programme = programme_named(uow, arguments.programme)
        export = export_json if arguments.format == "json" else export_tables
        counts = export(uow, programme, arguments.file)
    print(f"{arguments.file}: " + ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in counts.items()))
    return ALL_GOOD


ACTIONS = (
    Action("check", "Reads a directory and says what is wrong where; changes nothing.", EXAMPLE, _check, _add_check),
    Action(
        "import",
        "Brings every good row of a directory into force and names every other one with its remedy. What it no longer "
        "names stays with its history but takes nobody in. Exit code 0: all good; 1: imported with complaints; "
        "2: nothing could be read, or --strict refused.",
        "sanad directory import real-directory.zip --programme kuwait",
        _import,
        _add_import,
    ),
    Action(
        "export",
        "Writes the directory as HSDS 3.1; confidential places are not in it.",
        "sanad directory export --programme kuwait --format csv directory.zip",
        _export,
        _add_export,
    ),
)

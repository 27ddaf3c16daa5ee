"""`sanad places`: governorates, areas and villages with their names and points."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.actions import Action, add_actions, run_action

if TYPE_CHECKING:
    from referrals.directory.places.simple import SimplePlaces

HELP = "Imports the places of a programme: where families live and what lies near."
EXAMPLE = "sanad places import places.csv --programme qena"
COLUMNS = (
    "a places.csv (code,level,parent,name_ar,name_en,lat,lon,aliases,source), or a list with name_ar, name_en, level, "
    "governorate_ar, parent_ar, lat, lon and the like, whose codes and parents are made, or a GeoNames dump (EG.txt or "
    "EG.zip)"
)
run = run_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """import."""
    add_actions(parser, ACTIONS)


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help=COLUMNS)
    parser.add_argument("--programme", metavar="P", required=True)
    geonames = parser.add_argument_group("of a GeoNames dump")
    geonames.add_argument(
        "--admin", metavar="FILE", type=Path, action="append", default=[], help="admin1CodesASCII.txt, admin2Codes.txt"
    )
    geonames.add_argument("--names", metavar="FILE", type=Path, help="alternateNamesV2.txt, for the Arabic names")
    geonames.add_argument("--within", metavar="ADMIN1", default="", help="only this first-order division (its code)")


def _import(arguments: argparse.Namespace) -> int:
    from bot.cli import CommandFailed
    from bot.cli.reading import bytes_of
    from bot.cli.replacing import put_in_force
    from referrals.directory.places.geonames import is_geonames
    from referrals.directory.places.places import read_places
    from referrals.directory.places.simple import is_simple, read_simple

    content = bytes_of(arguments.file)
    if is_geonames(content := _unzipped(content, arguments.file)):
        content = _geonames(content, arguments)
    elif is_simple(content):
        content = _told(read_simple(content, file=arguments.file.name), arguments.file.name)
    places = read_places(content, file=arguments.file.name)
    if not places:
        raise CommandFailed(f"{arguments.file.name}: no row names a place; expected {COLUMNS}")
    changed = put_in_force(arguments.programme, {"places.csv": content})
    print(f"{arguments.programme}: {len(places)} places{'' if changed else ', in force already'}")
    return 0


def _unzipped(content: bytes, path: Path) -> bytes:
    """The dump within a .zip as GeoNames gives it; anything else as it is."""
    import zlib
    from io import BytesIO
    from zipfile import BadZipFile, ZipFile, is_zipfile

    from bot.cli import CommandFailed

    if not is_zipfile(BytesIO(content)):
        return content
    try:
        with ZipFile(BytesIO(content)) as archive:
            lists = [each for each in archive.infolist() if each.filename.lower().endswith((".txt", ".csv", ".tsv"))]
            if not lists:
                raise CommandFailed(f"{path}: there is no list of places in it")
            return archive.read(max(lists, key=lambda each: each.file_size))  # beside it stand a readme, codes
    # What zipfile raises of an archive that is locked, packed in a way it cannot read, cut off or damaged.
    except (BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error) as failure:
        raise CommandFailed(f"{path} cannot be read: {failure}") from failure


def _geonames(content: bytes, arguments: argparse.Namespace) -> bytes:
    """A GeoNames dump as a places.csv, with the names and divisions of the files beside it."""
    from bot.cli.reading import bytes_of
    from referrals.directory.places.geonames import ATTRIBUTION, Names, read_admin, read_geonames, read_names

    names = read_names(_unzipped(bytes_of(arguments.names), arguments.names)) if arguments.names else Names()
    admin = {code: said for file in arguments.admin for code, said in read_admin(bytes_of(file)).items()}
    read = read_geonames(content, file=arguments.file.name, names=names, admin=admin, within=arguments.within)
    told = _told(read, arguments.file.name)
    print(ATTRIBUTION)
    return told


def _told(read: SimplePlaces, name: str) -> bytes:
    """The list as a places.csv; what was not taken, or not taken whole, is told row by row."""
    from bot.cli import CommandFailed

    for problem in read.problems:
        print(problem, file=sys.stderr)
    if not read.count:
        raise CommandFailed(f"{name}: no row names a place; expected {COLUMNS}")
    print(
        f"{name}: {read.count - read.made} places, {read.made} more that they belong to, {read.left_out} rows left out"
    )
    return read.content


ACTIONS = (
    Action(
        "import",
        "Replaces the places of a programme. A wrong row of a places.csv is named with its remedy and nothing is "
        "changed; of another list, rows that name no place are told and left out.",
        EXAMPLE,
        _import,
        _add_import,
    ),
)

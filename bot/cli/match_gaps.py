"""`sanad match gaps`: places and kinds of service with no door within 60 minutes."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.cli.opened import Opened
    from referrals.matching.gap_report import Coverage

COLUMNS = (
    *("place_code", "place_ar", "place_en", "service_term", "kind", "nearest_minutes", "nearest_location"),
    "families_asked",
)
FEW = "under 5"


def run_gaps(here: Opened, arguments: argparse.Namespace) -> int:
    """0 when every place has a door for every kind of service, 1 when there are gaps."""
    from bot.cli import CommandFailed
    from referrals.definitions.in_force import programmes, settings_of
    from referrals.matching.gap_report import coverage_of

    with here.store.reading() as uow:
        known = [each.id for each in programmes(uow)]
        programme = arguments.programme or (known[0] if len(known) == 1 else "")
        if programme not in known:
            raise CommandFailed(f"--programme: say whose places; there are: {', '.join(known)}")
        terms = (arguments.service,) if arguments.service else ()
        found = coverage_of(uow, settings_of(uow, programme), here.now(), terms)
    _write(found, arguments)
    return 1 if found.gaps else 0


def _write(found: Coverage, arguments: argparse.Namespace) -> None:
    rows = _rows(found)
    if arguments.csv:
        writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    elif arguments.json:
        whole = {"programme": found.programme_id, "at": found.at.isoformat(), "services": list(found.terms)}
        print(json.dumps({**whole, "doors": found.doors, "gaps": rows}, ensure_ascii=False))
    else:
        print(f"{found.programme_id}: {len(found.gaps)} gaps, {len(found.terms)} services, {found.doors} doors")
        for row in rows:
            way = (
                "no door far and wide" if row["nearest_minutes"] is None else f"nearest {row['nearest_minutes']:g} min"
            )
            asked = f", asked for by {row['families_asked']} families" if row["families_asked"] else ""
            print(f"{row['place_ar']} ({row['place_code']}), {row['service_term']}: {row['kind']}, {way}{asked}")


def _rows(found: Coverage) -> list[dict[str, Any]]:
    rows = []
    for gap in found.gaps:
        place, asked = found.places[gap.place_code], found.asked(gap)
        told = (place.code, place.name_ar, place.name_en, gap.service_term, gap.kind)
        last = (gap.nearest_minutes, gap.nearest_location, FEW if asked is None else asked)
        rows.append(dict(zip(COLUMNS, (*told, *last), strict=True)))
    return rows

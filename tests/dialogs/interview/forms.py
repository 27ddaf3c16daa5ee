"""The sample forms of these tests: nobody real is asked anything here."""

from __future__ import annotations

from pathlib import Path


def _survey(name: str) -> str:
    return Path(__file__).with_name(f"{name}.md").read_text(encoding="utf-8")


FAMILY = _survey("family")
HOUSEHOLD = _survey("household")
THINGS = _survey("things")
PLACES = _survey("places")
MEMBERS = _survey("members")
COLUMNS = _survey("columns")
KINDS = _survey("kinds")
TOGETHER = _survey("together")
HOUSES = _survey("houses")

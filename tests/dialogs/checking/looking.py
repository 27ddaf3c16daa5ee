"""Forms written small, and what the checks find in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from textwrap import dedent

from dialogs.checking import Finding, Rows, check, findings_of
from dialogs.form import FormError, read_form, sheets_of
from referrals.messages import CAPABILITIES

CHAT = 'chat="https://sanad.example/xforms/chat"'
SETTINGS = f"""
| settings | form_id | version | default_language | namespaces |
| | sample | 1 | {{default}} | {CHAT} |
"""


def table(sheet: str, columns: str, *rows: str) -> str:
    """A sheet of Markdown: the columns, and each row with its cells between bars."""
    lines = [f"| {sheet} | {columns} |", *(f"| | {row} |" for row in rows)]
    return "\n" + "\n".join(lines) + "\n"


def survey(columns: str, *rows: str) -> str:
    """The survey sheet."""
    return table("survey", columns, *rows)


def choices(columns: str, *rows: str) -> str:
    """The choices sheet."""
    return table("choices", columns, *rows)


def look(
    *sheets: str,
    channels: Sequence[str] = ("telegram", "whatsapp", "web"),
    files: Collection[str] | None = None,
    attachments: Mapping[str, bytes] | None = None,
    settings: str | None = None,
) -> tuple[Finding, ...]:
    """Everything that is found in a form of these sheets; settings that are in order unless others are given."""
    written = dedent("\n".join(sheets))
    given = SETTINGS.format(default="Arabic (ar)" if "Arabic (ar)" in written else "") if settings is None else settings
    content = (written + given).encode()
    try:
        form = read_form(content, name="sample.md", attachments=attachments or {})
    except FormError as error:
        return findings_of(error)
    limits = [CAPABILITIES[name] for name in channels]
    return check(form, rows=Rows(sheets_of(content, name="sample.md")), channels=limits, files=files)


def told(found: Sequence[Finding], check_name: str, level: str = "") -> list[str]:
    """The sentences of one kind of check."""
    return [str(finding) for finding in found if finding.check == check_name and level in ("", finding.level)]

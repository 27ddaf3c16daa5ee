"""An officer's list of what the kinds of service of a foreign directory mean among ours: `term,service_term`."""

from __future__ import annotations

from collections.abc import Mapping

from referrals.directory.importing.terms import our_term
from referrals.directory.tables.files import read_table
from referrals.directory.tables.rows import Complaints
from referrals.directory.values import SERVICE_TERMS

THEIRS = ("term", "code", "taxonomy_term_id", "taxonomy_term", "name", "id", "from")
OURS = ("service_term", "x_service_term", "ours", "to")


def read_terms(content: bytes | str, *, file: str = "terms.csv") -> Mapping[str, str]:
    """Id, code or name of a taxonomy term (or the id of a service) -> our service term. Raises `DirectoryError`.

    Every name of a term that a row gives counts; a row without one of ours is one that nobody has decided yet.
    """
    complaints = Complaints()
    found: dict[str, str] = {}
    for row in read_table(file, content, complaints):
        said, ours = [row.text(name) for name in THEIRS if row.text(name)], row.text(*OURS)
        if not said:
            row.complain(
                THEIRS[0], "the row names no term.", "Write the id, the code or the name that the package has."
            )
        if ours and not our_term(ours):
            row.known(OURS[0], SERVICE_TERMS, "service term", optional=True)
        elif ours:
            found |= dict.fromkeys(said, our_term(ours))
    complaints.raise_if_any()
    return found

"""Sample forms for transcripts: put in force as the intake of a programme, with their media, in another version."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from referrals.definitions.importing import import_programme
from referrals.store.unit_of_work import UnitOfWork

ROOT = Path(__file__).resolve().parent.parent
FORMS = ROOT / "tests" / "transcripts" / "forms"


def put_in_force(uow: UnitOfWork, programme: str, form: str, at: datetime) -> None:
    """Makes `forms/<form>.md` the programme's intake form, as an officer does who imports a changed folder."""
    with tempfile.TemporaryDirectory(prefix="sanad-form-") as made:
        folder = Path(made) / programme
        shutil.copytree(ROOT / "programmes" / programme, folder)
        shutil.copyfile(FORMS / f"{form}.md", folder / "intake.md")
        shutil.copytree(FORMS / "media", folder / "media", dirs_exist_ok=True)
        import_programme(uow, folder, at)

"""What a clerk reads aloud speaks of a desk, not of messages; a programme without such a text has the chat's read."""

from __future__ import annotations

import shutil
from pathlib import Path

from referrals.filling.starting import notice_of
from referrals.store.opening import load_programmes
from tests.families import Families

ROOT = Path(__file__).resolve().parents[3]


def test_the_notice_at_a_desk_names_who_we_are_and_no_automatic_messages(families: Families) -> None:
    with families.store.reading() as uow:
        said = notice_of(uow, "kuwait", "ar")
    assert said.notice.startswith("نحن برنامج المتابعة الاجتماعية، من وزارة الشؤون الاجتماعية.")
    assert "رسائل" not in said.notice + said.more and "اكتبوا" not in said.notice + said.more
    assert said.consent.endswith("هل توافقون؟")


def test_a_programme_without_a_text_for_the_desk_has_that_of_the_chat_read(families: Families, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    shutil.copytree(ROOT / "programmes" / "kuwait", folder)
    settings = (folder / "programme.toml").read_text()
    (folder / "programme.toml").write_text(settings.replace('id = "kuwait"', 'id = "other"'))
    for file in folder.glob("consent/*_desk.*"):
        file.unlink()
    families.store._parsed = dict(families.store._parsed)  # the numbers of new versions mean others in the next test
    load_programmes(families.store, [folder], families.clock())
    with families.store.reading() as uow:
        assert "هذه رسائل آلية" in notice_of(uow, "other", "ar").notice

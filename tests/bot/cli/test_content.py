"""What a programme officer does: programmes, directories, places, matching, a talk in the terminal."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.bot.cli.conftest import ROOT, Sanad

KUWAIT = ROOT / "programmes" / "kuwait"


def test_a_programme_comes_back_as_it_was_exported(
    sanad: Sanad, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "kuwait"
    assert sanad("programme", "export", "kuwait", str(folder)) == 0
    assert (folder / "intake.md").read_bytes() == (KUWAIT / "intake.md").read_bytes()
    assert sanad("programme", "export", "kuwait", str(folder)) == 2, "never over files that are there"
    capsys.readouterr()
    assert sanad("programme", "import", str(folder)) == 0
    assert "nothing new" in capsys.readouterr().out
    assert sanad("programme", "import", str(tmp_path)) == 2
    assert "programme.toml" in capsys.readouterr().err


def test_programmes_are_listed_with_their_form(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("programme", "list") == 0
    assert "KW  intake 20" in capsys.readouterr().out


def test_a_directory_is_checked_as_folder_and_as_zip(
    sanad: Sanad, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sanad("directory", "check", str(KUWAIT / "directory"), "--programme", "kuwait") == 0
    packed = tmp_path / "directory.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in (KUWAIT / "directory").glob("*.csv"):
            archive.write(file, file.name)
    assert sanad("directory", "check", str(packed)) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.partition(": ")[2] == second.partition(": ")[2]
    (tmp_path / "no.zip").write_text("no zip")
    assert sanad("directory", "check", str(tmp_path / "no.zip")) == 2


def test_a_wrong_row_of_a_directory_is_named_with_its_remedy_and_the_others_are_imported(
    sanad: Sanad, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (KUWAIT / "directory").glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    services = tmp_path / "services.csv"
    services.write_text(services.read_text().replace("org-kuwait-sanabil", "org-kuwait-sanabel", 1))
    services.write_text(services.read_text().replace("Food (sample)", "Food boxes (sample)", 3))
    words = ("directory", "import", str(tmp_path), "--programme", "kuwait")
    assert sanad(*words, "--strict") == 2
    assert "nothing was imported" in capsys.readouterr().out
    assert sanad(*words) == 1
    told = capsys.readouterr()
    assert "services.csv, row" in told.err and "Did you mean «org-kuwait-sanabil»?" in told.err
    assert "the directory is in force" in told.out
    assert sanad(*words, "--json") == 1
    *problems, summary = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(problem["cause"] and problem["remedy"] and problem["file"] for problem in problems)
    assert (summary["left_out"], sum(summary["changed"].values())) == (6, 0)


def test_a_directory_is_put_in_force_once(sanad: Sanad, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file in (KUWAIT / "directory").glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    organizations = tmp_path / "organizations.csv"
    organizations.write_text(organizations.read_text().replace("Sanabil Charity", "Sanabil Relief", 1))
    for expected in ("the directory is in force", "in force already"):
        assert sanad("directory", "import", str(tmp_path), "--programme", "kuwait") == 0
        assert expected in capsys.readouterr().out
    assert sanad("directory", "import", str(tmp_path), "--programme", "atlantis") == 2


def test_places_are_imported_or_refused_with_the_row(
    sanad: Sanad, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = tmp_path / "places.csv"
    places.write_text((KUWAIT / "places.csv").read_text())
    assert sanad("places", "import", str(places), "--programme", "kuwait") == 0
    assert "in force already" in capsys.readouterr().out
    places.write_text(places.read_text() + "KW-X,area,KW-NOWHERE,س,X,,,,\n")
    assert sanad("places", "import", str(places), "--programme", "kuwait") == 2
    assert "KW-NOWHERE" in capsys.readouterr().err


def test_matching_is_asked_live(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("match", "--area", "KW-AH", "--service", "food", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["code"] == "matched" and found["programme"] == "kuwait" and len(found["matches"]) <= 3
    assert sanad("match", "--area", "KW-AH", "--service", "food") == 0
    assert found["matches"][0]["names"]["ar"] in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--area", "KW-AH", "--service", "magic"), "there are: bills-help"),
        (("--area", "KW-NOWHERE", "--service", "food"), "no programme has the place"),
        (("--area", "KW-AH"), "give the number of an application"),
        (("4821",), "no application has the number 4821"),
    ],
)
def test_a_question_that_cannot_be_matched_says_why(
    sanad: Sanad, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], expected: str
) -> None:
    assert sanad("match", *words) == 2
    assert expected in capsys.readouterr().err


def test_a_talk_in_the_terminal_goes_on_where_it_was_left(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("chat", "--programme", "kuwait", "--as", "fatima", said="1\n") == 0
    assert "1) العربية" in capsys.readouterr().out
    assert sanad("chat", "--as", "fatima", "--json", said="العربية\n") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [choice["label"] for choice in lines[-1]["choices"]][:2] == ["أوافق", "لا أوافق"]


def test_open_interviews_are_moved_to_the_form_in_force(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("programme", "migrate-interviews", "kuwait", "--dry-run") == 0
    assert "0 interviews would go over to the version of intake in force" in capsys.readouterr().out
    assert sanad("programme", "migrate-interviews", "kuwait") == 0
    assert "0 interviews went over" in capsys.readouterr().out
    assert sanad("programme", "migrate-interviews", "kuwait", "--form", "census") == 2
    assert "no form 'census'" in capsys.readouterr().err
    assert sanad("programme", "migrate-interviews", "atlantis") == 2

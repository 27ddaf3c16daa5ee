"""Phones and servers from the command line: added, listed without secrets, shut out, sent to."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from bot.cli.opened import open_here
from referrals.definitions.in_force import definition_id
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.app_users import app_user_by_token, credentials_of, settings_code
from referrals.submissions.pushing import note_push_parked
from referrals.submissions.records import AppUser, OutgoingSubmission
from tests.bot.cli.conftest import Sanad

CENTRE = "loc-kuwait-rawda"
PROJECT = "https://central.example.org/v1/projects/7"


def add(sanad: Sanad, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, str]:
    assert sanad("app-user", "add", "kuwait", "Huda (sample)", "--json", *more) == 0
    found: dict[str, str] = json.loads(capsys.readouterr().out)
    return found


def test_a_phone_is_added_for_a_centre_and_some_forms(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    given = add(sanad, capsys, "--centre", CENTRE, "--forms", "visit,follow_up")
    token = given["server"].split("/")[-2]
    with open_here().store.reading() as uow:
        user = app_user_by_token(uow, token)
        assert user is not None
        assert (user.username, user.forms) == (given["username"], "visit,follow_up")
    assert sanad("app-user", "list", "--json") == 0
    (listed,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (listed["at"], listed["state"], listed["last_used"]) == (CENTRE, "active", "never")
    assert given["password"] not in json.dumps(listed)
    assert token not in json.dumps(listed)


def test_a_phone_is_shut_out(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    given = add(sanad, capsys)
    assert sanad("app-user", "revoke", given["username"]) == 0
    with open_here().store.reading() as uow:
        assert app_user_by_token(uow, given["server"].split("/")[-2]) is None
    capsys.readouterr()
    assert sanad("app-user", "qr", given["username"]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert "was revoked" in told.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "nothing", "x"), "there is no programme"),
        (("add", "kuwait", " "), "needs a name"),
        (("add", "kuwait", "x", "--forms", "vist"), "there is no form 'vist'"),
        (("add", "kuwait", "x", "--centre", "nowhere"), "nowhere"),
        (("revoke", "nobody"), "there is no app user 'nobody'"),
        (("qr", "nobody"), "there is no app user 'nobody'"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    sanad: Sanad, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    assert sanad("app-user", *words) == 2
    assert told in capsys.readouterr().err


def test_the_code_is_drawn_in_the_terminal_and_as_a_picture(
    sanad: Sanad, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANAD_BASE_URL", "https://sanad.example.org")
    given = add(sanad, capsys)
    assert sanad("app-user", "qr", given["username"]) == 0
    assert "█" in capsys.readouterr().out
    picture = tmp_path / "huda.png"
    assert sanad("app-user", "qr", given["username"], "--png", str(picture)) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    with open_here().store.reading() as uow:
        token = credentials_of(uow, uow.session.scalars(select(AppUser)).one()).token
    code = settings_code("https://sanad.example.org", token, "kuwait", "x")
    assert json.loads(zlib.decompress(base64.b64decode(code)))["general"]["server_url"] == given["server"]


def test_an_address_that_only_works_here_is_said(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("app-user", "add", "kuwait", "Huda (sample)") == 0
    assert "SANAD_BASE_URL is not set" in capsys.readouterr().err


def test_a_server_is_added_listed_and_ended(sanad: Sanad, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    secret = tmp_path / "login"
    secret.write_text("officer@sample.invalid:pass phrase\n")
    words = ("kuwait", "--kind", "central", "--url", PROJECT, "--token-file", str(secret))
    assert sanad("push", "add", *words) == 0
    assert sanad("push", "add", *words, "--forms", "visit") == 0  # again: the same target
    capsys.readouterr()
    here = open_here()

    def owe(uow: UnitOfWork) -> None:
        form = definition_id(uow, "kuwait", "form", "visit")
        row = {"key": "push:sample", "target_id": 1, "programme_id": "kuwait", "definition_id": form}
        times = {"due_at": here.now(), "created_at": here.now()}
        uow.connection.execute(insert(OutgoingSubmission).values(**row, **times, state="leased", attempts=1, reason=""))
        note_push_parked(uow, 1, "submitting: 400 no")

    here.store.transact(owe)
    assert sanad("push", "list") == 0
    told = capsys.readouterr().out
    assert f"1  kuwait  central  {PROJECT}  active  parked 1" in told
    assert "parked 1: submitting: 400 no" in told
    assert "pass phrase" not in told
    assert sanad("push", "retry", "1") == 0
    assert "1 parked submissions wait again" in capsys.readouterr().out
    assert sanad("push", "end", "1") == 0
    assert "1 that waited are cancelled" in capsys.readouterr().out
    assert sanad("push", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out)["state"] == "ended"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://central.example.org/v1/projects/7", "expected https://"),
        ("https://central.example.org", "project is named as"),
    ],
)
def test_a_server_that_cannot_be_meant_is_refused(
    sanad: Sanad, capsys: pytest.CaptureFixture[str], tmp_path: Path, url: str, told: str
) -> None:
    secret = tmp_path / "login"
    secret.write_text("a@b.invalid:c")
    assert sanad("push", "add", "kuwait", "--kind", "central", "--url", url, "--token-file", str(secret)) == 2
    assert told in capsys.readouterr().err
    assert sanad("push", "add", "kuwait", "--kind", "kobo", "--url", "https://x", "--token-file", "/no/file") == 2
    assert sanad("push", "end", "9") == 2

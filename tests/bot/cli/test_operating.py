"""Operating a service: books, audit chain, keys, clock, senders, backup and restore."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.cli.opened import open_here
from referrals.protection.audit_trail import append_only
from referrals.protection.vault import MasterKeys, WrongKey
from tests.bot.cli.conftest import Sanad

GREETING = "السلام عليكم\n"


def test_the_books_balance_after_a_chat_and_say_so(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("chat", "--programme", "kuwait", said=GREETING) == 0
    capsys.readouterr()
    assert sanad("ledger", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["balance"] is True
    assert found["inbox"]["accepted"] == found["inbox"]["handled"] == 2
    assert found["outbox"]["owed"] == found["outbox"]["sent"] > 0


def test_books_that_do_not_balance_are_an_error(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("chat", "--programme", "kuwait", said=GREETING) == 0
    open_here().store.transact(lambda uow: uow.connection.execute(text("update inbox_message set state = 'lost'")))
    capsys.readouterr()
    assert sanad("ledger") == 1
    assert "DO NOT BALANCE" in capsys.readouterr().out


def test_a_changed_row_of_the_audit_chain_is_found(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("keys", "rotate") == 0
    assert sanad("keys", "rotate") == 0
    assert sanad("audit", "verify") == 0
    anchor = capsys.readouterr().out.split("keep elsewhere: ")[1].strip()
    assert sanad("audit", "verify", "--anchor", anchor) == 0
    store = open_here().store
    change = text("update audit_event set actor = 'x' where seq = 2")
    with pytest.raises(DBAPIError):
        store.transact(lambda uow: uow.connection.execute(change))
    store.transact(lambda uow: append_only.stop(uow.connection))
    store.transact(lambda uow: uow.connection.execute(change))
    capsys.readouterr()
    assert sanad("audit", "verify") == 1
    assert "row 2" in capsys.readouterr().out


def test_a_chain_that_was_cut_and_written_anew_is_not_the_one_that_was_noted(
    sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sanad("keys", "rotate") == 0
    assert sanad("audit", "verify", "--anchor", f"1:{'0' * 64}") == 1
    assert "another than the one you noted" in capsys.readouterr().out
    assert sanad("audit", "verify", "--anchor", f"7:{'0' * 64}") == 1
    assert "is gone" in capsys.readouterr().out
    assert sanad("audit", "verify", "--anchor", "7") == 2


def test_what_was_done_is_shown_with_role_and_time_and_the_looking_is_kept(
    sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sanad("chat", "--programme", "kuwait", said=GREETING) == 0
    capsys.readouterr()
    assert sanad("audit", "show", "--person", "1", "--json") == 0
    assert sanad("audit", "show", "--person", "1", "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert ("operator", "audit.read", "person", "1") in {
        (line["actor"], line["action"], line["object_kind"], line["object_id"]) for line in lines
    }
    assert sanad("audit", "show") == 2
    assert sanad("audit", "show", "--staff", "nobody@sample.invalid") == 2


def test_after_a_rotation_the_old_key_is_not_needed(
    sanad: Sanad, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sanad("chat", "--programme", "kuwait", "--as", "fatima", said=GREETING) == 0
    old, new = (data / "secret.key").read_text().strip(), MasterKeys.new()
    monkeypatch.setenv("SANAD_SECRET_KEY", new)
    assert sanad("chat", "--as", "fatima", said=GREETING) == 2, "the new key alone opens nothing yet"
    monkeypatch.setenv("SANAD_SECRET_KEY", f"{new},{old}")
    assert sanad("keys", "rotate") == 0
    monkeypatch.setenv("SANAD_SECRET_KEY", new)
    assert sanad("chat", "--as", "fatima", said=GREETING) == 0
    monkeypatch.setenv("SANAD_SECRET_KEY", old)
    with pytest.raises(WrongKey), open_here().store.reading() as uow:
        uow.vault.system_key("blind_index")


def test_a_demonstration_s_clock_goes_forward_back_and_home(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    for move, expected in (("+2d", "2 days, 0:00:00 from"), ("-1d12h", "12:00:00 from"), ("reset", "the real time")):
        assert sanad("demo", "clock", move) == 0
        assert expected in capsys.readouterr().out
    assert sanad("demo", "clock", "2 days") == 2
    assert "write for example +2d" in capsys.readouterr().err


def test_the_clock_stands_where_an_account_may_write_to_real_people(
    sanad: Sanad, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sanad("sender", "add", "telegram", "123456", "--programmes", "kuwait", said='{"token": "t"}') == 0
    assert sanad("demo", "clock", "+2d") == 2
    assert "telegram account 123456" in capsys.readouterr().err
    local = '{"token": "t", "api_base": "http://127.0.0.1:8081"}'
    assert sanad("sender", "add", "telegram", "123456", "--programmes", "kuwait", said=local) == 0
    assert sanad("demo", "clock", "+2d") == 0
    monkeypatch.setenv("SANAD_TELEGRAM_TOKEN", "123456:abcdefghijklmnop")
    assert sanad("demo", "clock", "+2d") == 2


def test_a_number_of_another_tier_has_its_own_pace(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    added = ("sender", "add", "whatsapp", "1000001", "--programmes", "kuwait")
    assert sanad(*added, "--per-second", "1000", said='{"token": "hush"}') == 0
    assert sanad(*added, said="") == 0, "it keeps what it was given"
    assert sanad("sender", "list") == 0
    assert "1000 a second" in capsys.readouterr().out


def test_a_sender_is_listed_without_its_secrets(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("sender", "add", "whatsapp", "1000001", "--programmes", "kuwait,qena", said='{"token": "hush"}') == 0
    assert sanad("sender", "list") == 0
    said = capsys.readouterr().out
    assert "whatsapp  1000001  kuwait,qena  with secrets" in said and "hush" not in said
    assert sanad("sender", "add", "whatsapp", "1000001", "--programmes", "kuwait", said="token") == 2
    assert sanad("sender", "add", "whatsapp", "1000001", "--programmes", "atlantis") == 2


def test_a_backup_is_restored_where_nothing_is_and_nowhere_else(
    sanad: Sanad, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sanad("chat", "--programme", "kuwait", "--as", "fatima", said=GREETING) == 0
    backup, other = tmp_path / "backup.db", tmp_path / "other"
    assert sanad("backup", str(backup)) == 0
    assert os.stat(backup).st_mode & 0o077 == 0, "nobody else may read it"
    assert sanad("backup", str(backup)) == 2, "a backup is never written over"
    assert sanad("restore", str(backup)) == 2
    assert "is not empty" in capsys.readouterr().err
    monkeypatch.setenv("SANAD_DATA", str(other))
    assert sanad("restore", str(backup)) == 2
    assert "key" in capsys.readouterr().err
    other.mkdir(exist_ok=True)
    (other / "secret.key").write_text((data / "secret.key").read_text())
    assert sanad("restore", str(backup)) == 0
    assert sanad("ledger", "--json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["inbox"]["accepted"] == 2


def test_what_is_no_backup_is_not_restored(sanad: Sanad, data: Path, tmp_path: Path) -> None:
    (data / "sanad.db").unlink()
    wrong = tmp_path / "letter.txt"
    wrong.write_text("Dear all, " * 200)
    assert sanad("restore", str(wrong)) == 2
    assert not (data / "sanad.db").exists()


def test_a_row_that_is_gone_is_an_alert_with_its_day(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("chat", "--programme", "kuwait", said=GREETING) == 0
    open_here().store.transact(lambda uow: uow.connection.execute(text("delete from outbox_message where id = 1")))
    capsys.readouterr()
    assert sanad("ledger") == 1
    told = capsys.readouterr()
    assert "THE BOOKS DO NOT BALANCE" in told.out and "1 of 2 gone" in told.out
    assert told.err.startswith("ALERT: the books do not balance: outbox of web terminal on ")
    assert sanad("ledger", "--json", "--channel", "whatsapp") == 1, "whichever lines are shown, all of it is compared"
    found = json.loads(capsys.readouterr().out)
    assert (found["balance"], found["days"], found["differences"][0]["owed"]) == (False, [], 2)


def test_a_loss_that_was_looked_into_is_written_off_and_audited(
    sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sanad("chat", "--programme", "kuwait", said=GREETING) == 0
    open_here().store.transact(lambda uow: uow.connection.execute(text("delete from outbox_message where id = 1")))
    assert sanad("ledger", "write-off", "--because", " ") == 2
    capsys.readouterr()
    assert sanad("ledger", "write-off", "--because", "deleted by hand") == 0
    assert "written off: outbox of web terminal on " in capsys.readouterr().out
    assert sanad("ledger") == 0
    assert sanad("audit", "verify") == 0
    assert sanad("ledger", "write-off", "--because", "again") == 0
    assert "there is nothing to write off" in capsys.readouterr().out


def test_the_books_of_a_day_and_of_a_channel(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("chat", "--programme", "kuwait", said=GREETING) == 0
    capsys.readouterr()
    for asked, lines in (
        (("--day", "today"), 2),
        (("--day", "2020-01-01"), 0),
        (("--days", "3", "--channel", "web"), 2),
    ):
        assert sanad("ledger", "--json", *asked) == 0
        assert len(json.loads(capsys.readouterr().out)["days"]) == lines, asked
    for wrong in (("--day", "31.1.2026"), ("--days", "0")):
        assert sanad("ledger", *wrong) == 2
        assert wrong[0] in capsys.readouterr().err


def test_a_message_is_traced_to_its_outcome(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("chat", "--programme", "kuwait", said=GREETING) == 0
    capsys.readouterr()
    assert sanad("ledger", "trace", "in-2") == 0
    told = capsys.readouterr().out
    assert "received kind=message" in told and "handled" in told and "owed" in told and "key=turn:2:0" in told
    assert "السلام" not in told
    assert sanad("ledger", "trace", "out-1", "--json") == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["reference"] == "out-1" and found["steps"][-1]["what"] == "sent"
    assert sanad("ledger", "trace", "in-999") == 1
    assert "nothing here has the reference 'in-999'" in capsys.readouterr().err

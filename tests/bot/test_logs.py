"""A log tells what failed and where; no name, no telephone, no token, whoever writes and however loudly."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest

from bot import logs
from tests.stores import ROOT

NAME, LATIN, PHONE, TOKEN = "فاطمة السرّية", "Fatma Secret", "+96550012345", "1234567:AAHsample-token-of-a-bot-0000"
MARKED = (NAME, LATIN, PHONE, TOKEN)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The log of a process that is set up as the real one; everything is as before afterwards."""
    for name in (
        "uvicorn",
        "uvicorn.error",
    ):  # a server that another test started in this process has handlers of its own
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
        monkeypatch.setattr(logging.getLogger(name), "handlers", [])
    err = io.StringIO()
    monkeypatch.setattr(sys, "stderr", err)
    root, held = logging.getLogger(), list(logging.getLogger().handlers)
    level = root.level
    was = {name: logging.getLogger(name).level for name in logs.TALKATIVE}
    for place, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(place, name, getattr(place, name))
    with warnings.catch_warnings():
        logs.write_logs(logging.DEBUG)
        yield err
        logging.captureWarnings(False)
    root.handlers[:] = held
    root.setLevel(level)
    for name, former in was.items():
        logging.getLogger(name).setLevel(former)


def _fault(words: str) -> Exception:
    try:
        try:
            raise KeyError(words)
        except KeyError as first:
            raise ExceptionGroup(words, [ValueError(words)]) from first
    except ExceptionGroup as failure:  # the very one that was raised just above
        return failure


@pytest.mark.parametrize("words", MARKED)
def test_a_fault_is_told_by_kind_and_place_and_not_by_its_words(written: io.StringIO, words: str) -> None:
    fault = _fault(words)
    for name in ("sanad", "asyncio", "uvicorn.error", "telegram.Bot"):
        logging.getLogger(name).error("%s failed", "a loop" if name == "sanad" else words, exc_info=fault)
    told = written.getvalue()
    assert words not in told
    assert all(told.count(f"\n  {kind} (") == 4 for kind in ("KeyError", "ValueError", "ExceptionGroup"))
    assert "test_logs.py" in told
    assert "a loop failed" in told


def test_libraries_say_no_address_with_a_token_even_where_everything_is_written(
    written: io.StringIO,
) -> None:
    logging.getLogger("httpx").info('HTTP Request: POST https://api.example.invalid/bot%s/sendMessage "200"', TOKEN)
    logging.getLogger("telegram.Bot").debug("Calling sendMessage with %s", {"chat_id": PHONE, "text": NAME})
    assert written.getvalue() == ""
    logging.getLogger("httpx").warning("POST /bot%s/sendMessage for %s: %s", TOKEN, PHONE, NAME)
    told = written.getvalue()
    assert "sendMessage" in told
    assert not [marked for marked in MARKED if marked in told]


def test_what_somebody_wrote_forges_no_line_and_turns_none_around(written: io.StringIO) -> None:
    logging.getLogger("sanad").warning("sender 1: %s", "ok\n2026-01-01 CRITICAL sanad forged\u202e\r")
    assert written.getvalue().count("\n") == 1


def test_a_line_that_cannot_be_written_is_not_shown_with_what_was_to_stand_in_it(written: io.StringIO) -> None:
    broken = logging.makeLogRecord({"name": "sanad", "msg": "%d families", "args": (NAME,), "filename": "test_logs.py"})
    next(each for each in logging.getLogger().handlers if isinstance(each, logs.Written)).handle(broken)
    told = written.getvalue()
    assert "could not be written (test_logs.py:" in told
    assert NAME not in told


def test_a_thread_that_ends_by_a_fault_says_so_in_the_same_way(written: io.StringIO) -> None:
    def fails() -> None:
        raise ValueError(NAME)

    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    told = written.getvalue()
    assert "ended by a fault" in told
    assert "ValueError" in told
    assert NAME not in told


def test_a_command_that_ends_by_a_fault_shows_no_word_of_what_it_read() -> None:
    program = (
        f"import bot.cli.audit as it\ndef fails(_): raise ValueError({NAME!r})\nit.run = fails\n"
        "import sys; from bot.cli import main; sys.exit(main())"
    )
    ran = subprocess.run([sys.executable, "-c", program, "audit", "verify"], cwd=ROOT, capture_output=True, check=False)
    told = ran.stderr.decode()
    assert ran.returncode != 0
    assert told.startswith("ended by a fault\n  ValueError (")
    assert NAME not in told


def test_the_proxy_before_us_logs_no_address_either() -> None:
    """An address may open a calendar, a form or a first sign-in, and Caddy logs every request that failed."""
    told = (ROOT / "Caddyfile").read_text()
    assert told.index("log default {") < told.index("{$DOMAIN}")
    assert all(f"{field} delete" in told for field in ("request>uri", "request>headers", "request>client_ip"))

"""Through a real process that writes everything to its log, with faults on the way: what a family said stands nowhere
but sealed, and no token of ours stands anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from referrals.books import books
from tests import families as sample
from tests.platforms.bot_api import TOKEN, BotApi
from tests.platforms.graph_api import APP_SECRET, GraphApi
from tests.platforms.graph_api import TOKEN as GRAPH_TOKEN
from tests.platforms.local_server import Fault
from tests.platforms.telegram_family import TelegramFamily
from tests.platforms.whatsapp_family import WhatsAppFamily
from tests.route.running import AS_IT_IS, IN_A_HURRY, WEBHOOK_SECRET, Site, eventually, free_port, labels, walk
from tests.stores import KEYS_TEXT, ROOT, Databases

ACCOUNT, PHONE, SAID_PHONE = 7731908264, "96566719283", "66719284"
NAME, PROFILE, WORRY = "زمردة القمرية", "Quartzina Vexley", "خايفه من جاري قنديل"
NOTE, TRIPS = "ملاحظه ياقوتيه", "تعثر-مزروع"
FAULT_WORDS = ("planted-zirconia", "مزروع-فيروزي")
OF_FAMILIES = (
    *(str(ACCOUNT), PHONE, SAID_PHONE, "٦٦٧١٩٢٨٤", NAME, "زمردة", PROFILE, "Quartzina", "قنديل", "ياقوتيه"),
    *FAULT_WORDS,
)
OURS = (TOKEN, GRAPH_TOKEN, APP_SECRET, WEBHOOK_SECRET, KEYS_TEXT)
# A process whose libraries may say whatever they like, and a turn that fails with what it was given to read.
LOUD = f"""
import logging
import bot.logs
import referrals.conversations.turns as turns
quiet, respond = bot.logs.write_logs, turns.respond
bot.logs.write_logs = lambda *_, **__: quiet(logging.DEBUG)
def trips(desk, content):
    if {TRIPS!r} in content.text:
        raise ValueError("cannot read " + content.text)
    respond(desk, content)
turns.respond = trips
{IN_A_HURRY.replace("; ", chr(10))}
"""


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every family here answers with words that cannot stand anywhere by chance."""
    own = {"ما اسمكم": NAME, "ما رقم الهاتف": SAID_PHONE}
    monkeypatch.setattr(sample, "ANSWERS", tuple((asked, own.get(asked, said)) for asked, said in sample.ANSWERS))


def test_what_families_said_stands_nowhere_readable(databases: Databases, tmp_path: Path, answers: None) -> None:
    port, temporary = free_port(), tmp_path / "temporary"
    temporary.mkdir()
    with BotApi() as telegram, GraphApi(webhook=f"http://127.0.0.1:{port}/webhooks/whatsapp") as whatsapp:
        site = Site(databases.address("sqlite"), tmp_path, program=LOUD)
        site.settings["TMPDIR"] = str(temporary)
        site.telegram(telegram, "webhook", port)
        site.whatsapp(whatsapp)
        try:
            sanad = site.start(port=port)
            telegram.wait_until(lambda: telegram.webhook.get("url"), "the webhook is registered")
            one = telegram.family(PROFILE, ACCOUNT)
            other = whatsapp.family(PROFILE, phone=PHONE)
            for family in (one, other):
                _whole_way(family)
            for fault in (Fault("status", 500), Fault("reset"), Fault("status", 400, {"ok": False, "error_code": 400})):
                telegram.fail_next("sendMessage", fault)
            one.say(f"عندي سؤال عن {NOTE}")
            one.send_photo(b"\xff\xd8\xff" + WORRY.encode(), caption=NOTE)
            other.say(f"{TRIPS} {' '.join(FAULT_WORDS)}")
            other.say(WORRY)
            eventually(lambda: "ValueError" in _reasons(site), "a turn failed")
            told = [
                sanad.get(path)[1]
                for path in (
                    *("/metrics", "/healthz", "/readyz", "/nothing/" + urllib.parse.quote(NAME)),
                    *("/chat?q=" + PHONE, f"/calendar/{PHONE}.ics"),
                )
            ]
            garbage = f'{{"update_id": "{PHONE}", "message": "{NAME}"'.encode()
            sanad.post("/webhooks/telegram", garbage, X_Telegram_Bot_Api_Secret_Token=WEBHOOK_SECRET)
            told += [_says(site, *words) for words in (["ledger"], ["audit", "verify"], ["retention"])]
            _says(site, "backup", str(tmp_path / "copy.db"))
            files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
            database = Path(make_url(site.url).database or "")
            files |= {path: path.read_bytes() for path in database.parent.glob(f"{database.name}*")}
        finally:
            site.end()
            databases.drop(site.url)
    files |= {Path(f"page-{number}"): page.encode() for number, page in enumerate(told)}
    files |= {each.log: each.log.read_bytes() for each in site.started}
    assert any(b"ValueError" in content for path, content in files.items() if path.suffix == ".db")
    found = [
        (path.name, word) for path, held in files.items() for word in (*OF_FAMILIES, *OURS) if word.encode() in held
    ]
    assert found == []


def _whole_way(family: TelegramFamily | WhatsAppFamily) -> None:
    walk(family, "وصل طلبكم")
    family.wait_for("هل يناسبكم هذا المكان")
    family.tap(labels(family)[0])
    family.wait_for("نرسل إلى")
    family.tap("أوافق")
    family.wait_for("أرسلنا طلبكم")


def _reasons(site: Site) -> str:
    with site.store() as store, store.reading() as uow:
        books(uow)
        return " ".join(uow.connection.exec_driver_sql("select reason from inbox_message").scalars())


def _says(site: Site, *words: str) -> str:
    """All that a command writes."""
    ran = subprocess.run(
        [sys.executable, "-c", AS_IT_IS, *words],
        env=site.environment(),
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return (ran.stdout + ran.stderr).decode() + os.linesep

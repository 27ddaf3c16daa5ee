"""«ماذا تعرفون عني؟» over HTTP: the file that Telegram and WhatsApp are given, its name, and what stands beside it."""

from __future__ import annotations

from pathlib import Path

from tests.platforms.bot_api import BotApi
from tests.platforms.graph_api import GraphApi
from tests.route.running import free_port, walk
from tests.route.test_processes import site_of
from tests.stores import Databases

ASKED, BESIDE = "ماذا تعرفون عني؟", "هذا ملف بكل ما نعرفه عنكم"
# Whoever looks over a shoulder learns nothing from the caption or the name of the file.
TELLING = ("فاطمة", "الجهراء", "إيجار", "طلب رقم", "ديون", "خطر", "50012345")


def test_telegram_shows_a_document_with_a_name_that_tells_nothing(databases: Databases, tmp_path: Path) -> None:
    with BotApi() as api, site_of(databases, "sqlite", tmp_path) as site:
        site.telegram(api, "polling")
        site.start()
        family = api.family("أم عيّنة")
        walk(family, "كم العمر")
        family.say(ASKED)
        family.wait_for(BESIDE)
        shown = family.shown[[BESIDE in each.text for each in family.shown].index(True)]
        assert shown.method == "sendDocument"
        assert (shown.photo or b"").startswith(b"%PDF"), "the bytes of the file"
        assert not [word for word in TELLING if word in shown.text]
        assert ("sendDocument", "sanad.pdf") in api.file_names


def test_whatsapp_shows_a_document_with_a_name_that_tells_nothing(databases: Databases, tmp_path: Path) -> None:
    port = free_port()
    with (
        GraphApi(webhook=f"http://127.0.0.1:{port}/webhooks/whatsapp") as api,
        site_of(databases, "sqlite", tmp_path) as site,
    ):
        site.whatsapp(api)
        site.start(port=port)
        family = api.family("أم عيّنة")
        walk(family, "كم العمر")
        family.say(ASKED)
        document = family.wait_for(BESIDE).body["document"]
        assert document["filename"] == "sanad.pdf"
        assert api.media[document["id"]].startswith(b"%PDF")
        assert not [word for word in TELLING if word in document["caption"]]

"""An edit, a block and its end, from Telegram's own updates to what the family reads, over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select

from referrals.conversations.records import InboxMessage
from referrals.families.records import Identity
from tests.platforms.bot_api import BotApi
from tests.route.running import Site, eventually, texts, walk
from tests.route.test_processes import site_of, stand
from tests.stores import Databases


def test_a_family_edits_its_answer_blocks_us_and_comes_back(databases: Databases, tmp_path: Path) -> None:
    with BotApi() as api, site_of(databases, "sqlite", tmp_path) as site:
        site.telegram(api, "polling")
        site.start()
        family = api.family("أم عيّنة")
        walk(family, "ما اسمكم")
        family.say("فاطمه")
        family.wait_for("كم العمر")
        family.edit("فاطمة عيّنة")
        family.wait_for("عدّلنا إجابتكم")
        assert "فاطمة عيّنة" in texts(family)[-1] and "كم العمر" in texts(family)[-1]
        family.block()
        eventually(lambda: _blocked(site) == [True], "the block was noted")
        family.unblock()
        eventually(lambda: _blocked(site) == [False], "its end was noted")
        before = len(texts(family))
        family.start()
        api.wait_until(lambda: texts(family)[before:], "the question comes again")
        assert "كم العمر" in " ".join(texts(family)[before:])
        assert _reasons(site) == ["edit: replaced", "presence: blocked", "presence: unblocked"]
        assert list(stand(site).inbox) == ["handled"]


def _blocked(site: Site) -> list[bool]:
    return [blocked is not None for blocked in _read(site, select(Identity.blocked_at))]


def _reasons(site: Site) -> list[str]:
    return [reason for reason in _read(site, select(InboxMessage.reason).order_by(InboxMessage.id)) if reason]


def _read(site: Site, query: Any) -> list[Any]:
    with site.store() as store, store.reading() as uow:
        return list(uow.connection.execute(query).scalars())

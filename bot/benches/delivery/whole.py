"""The whole of `sanad run` in this process: its webhooks served on loopback, its loops, one WhatsApp number."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from sqlalchemy import func, select

from bot.benches.delivery.crowd import Crowd
from bot.benches.delivery.line import TOKEN
from bot.benches.delivery.status_post import APP_SECRET, PHONE_ID
from bot.benches.families import PROGRAMME
from bot.cli.serving import listen
from bot.main import compose
from bot.settings import ROOT, read_settings
from bot.settled_memory import settle_memory
from referrals.outbox.records import OutboxMessage
from referrals.protection.vault import MasterKeys

LOOK_EVERY = 0.1


@dataclass(frozen=True)
class Whole:
    """The running program: the crowd its number writes to, and the address of its webhook."""

    crowd: Crowd
    webhook: str

    def wait_for_delivered(self, count: int, seconds: float) -> float:
        """Seconds until so many messages are known to be delivered; `seconds` when it takes longer."""
        began = time.perf_counter()
        known = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.delivery == "delivered")
        while time.perf_counter() - began < seconds:
            with self.crowd.store.reading() as uow:
                if uow.connection.execute(known).scalar_one() >= count:
                    return time.perf_counter() - began
            time.sleep(LOOK_EVERY)
        return seconds


@contextmanager
def whole_running(platform: str) -> Iterator[Whole]:
    """Until the block ends, on a database of its own."""
    with TemporaryDirectory(prefix="sanad-bench-") as folder:
        app = compose(read_settings(_environment(Path(folder), platform)))
        [line] = app.service.lines
        listening = listen("127.0.0.1", 0)
        server = uvicorn.Server(uvicorn.Config(app.web, log_level="warning", log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        settle_memory()  # as `sanad run` does
        thread.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/webhooks/whatsapp"
        try:
            yield Whole(Crowd(app.store, "whatsapp", line.sender_id), address)
        finally:
            server.should_exit = True
            thread.join(30)
            app.store.engine.dispose()


def _environment(folder: Path, platform: str) -> dict[str, str]:
    return {
        "SANAD_DATA": str(folder),
        "SANAD_SECRET_KEY": MasterKeys.new(),
        "SANAD_PROGRAMMES": str(ROOT / "programmes" / PROGRAMME),
        "SANAD_WHATSAPP_TOKEN": TOKEN,
        "SANAD_WHATSAPP_PHONE_ID": PHONE_ID,
        "SANAD_WHATSAPP_APP_SECRET": APP_SECRET,
        "SANAD_WHATSAPP_VERIFY_TOKEN": "sample",
        "SANAD_WHATSAPP_API_BASE": platform,
    }

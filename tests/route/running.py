"""Real `sanad` processes beside local platforms, families who walk through them, and the database they share."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from referrals.referral.records import Referral
from referrals.store.engine import open_engine
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import GREETING, Families, answer_to
from tests.free_times import three_slots
from tests.platforms.bot_api import BotApi
from tests.platforms.graph_api import APP_SECRET, PHONE_ID, TOKEN, VERIFY_TOKEN, WABA_ID, GraphApi
from tests.platforms.local_server import WAIT_SECONDS
from tests.platforms.telegram_family import TelegramFamily
from tests.platforms.whatsapp_family import WhatsAppFamily
from tests.serving import free_port
from tests.stores import KEYS, KEYS_TEXT, ROOT

__all__ = ["free_port"]

START_SECONDS = 300.0  # a busy machine takes long to load everything
WEBHOOK_SECRET = "sample-webhook-secret"
# The local platforms have no patience to test: a chat takes messages as fast as they come.
IN_A_HURRY = (
    "import sys; from referrals.outbox.buckets import PACES, Pace, Paces; "
    "PACES.update(dict.fromkeys(PACES, Paces(Pace(1000, 1000), Pace(1000, 1000)))); "
    "from bot.cli import main; sys.exit(main())"
)
AS_IT_IS = "import sys; from bot.cli import main; sys.exit(main())"


@dataclass
class Running:
    """One process: where it answers and what it wrote."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """kill -9: no handler runs, nothing is flushed."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(60)

    def end(self) -> None:
        """Ends it as an operator would."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()

    def post(self, path: str, body: bytes, **headers: str) -> int:
        """The status that a POST is answered with."""
        given = {"Content-Type": "application/json", **{name.replace("_", "-"): said for name, said in headers.items()}}
        return self.status(urllib.request.Request(self.base + path, body, given, method="POST"))

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a GET."""
        try:
            with urllib.request.urlopen(self.base + path, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()

    def status(self, request: urllib.request.Request) -> int:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            refused.close()
            return refused.code

    def wait_until_ready(self) -> None:
        """Returns once /readyz answers. Raises AssertionError with what the process said when it ended instead."""
        until, told = time.monotonic() + START_SECONDS, ""
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            with suppress(OSError):
                status, told = self.get("/readyz")
                if status == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(f"sanad did not answer: {told}\n{self.log.read_text()}")


@dataclass
class Site:
    """A database, its settings, and the processes that serve it."""

    url: str
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    program: str = IN_A_HURRY
    started: list[Running] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SANAD_")}
        own = {
            "SANAD_DATABASE_URL": self.url,
            "SANAD_DATA": str(self.folder),
            "SANAD_SECRET_KEY": KEYS_TEXT,
            "SANAD_PROGRAMMES": str(ROOT / "programmes" / "kuwait"),
            "PYTHONUNBUFFERED": "1",
        }
        return {**kept, **own, **self.settings, **more}

    def telegram(self, api: BotApi, mode: str = "webhook", port: int = 0) -> None:
        """Speaks to this Bot API."""
        self.settings |= {
            "SANAD_TELEGRAM_TOKEN": api.token,
            "SANAD_TELEGRAM_API_BASE": api.url,
            "SANAD_TELEGRAM_MODE": mode,
            "SANAD_TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "SANAD_BASE_URL": f"http://127.0.0.1:{port}" if port else "http://127.0.0.1",
        }

    def whatsapp(self, api: GraphApi) -> None:
        """Speaks to this Graph API."""
        self.settings |= {
            "SANAD_WHATSAPP_TOKEN": TOKEN,
            "SANAD_WHATSAPP_PHONE_ID": PHONE_ID,
            "SANAD_WHATSAPP_WABA_ID": WABA_ID,
            "SANAD_WHATSAPP_APP_SECRET": APP_SECRET,
            "SANAD_WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN,
            "SANAD_WHATSAPP_API_BASE": api.url,
        }

    def start(self, command: str = "run", *, port: int = 0, wait: bool = True) -> Running:
        """A process of this site; returns once it is ready, where it answers at all."""
        port = port or free_port()
        words = [command] if command == "worker" else [command, "--port", str(port)]
        log = self.folder / f"{command}-{port}-{next(self._numbers)}.log"  # several may start at once
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-c", self.program, *words],
                env=self.environment(),
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
            )
        running = Running(process, port, log)
        self.started.append(running)
        if wait and command != "worker":
            running.wait_until_ready()
        return running

    def end(self) -> None:
        for running in self.started:
            running.end()

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The database, opened beside the processes."""
        store = Store(open_engine(self.url), KEYS)
        try:
            yield store
        finally:
            store.engine.dispose()


def texts(family: TelegramFamily | WhatsAppFamily) -> list[str]:
    """What this family was sent, as it reads it (without the invisible marks around numbers and names)."""
    return [text.translate(INVISIBLE) for text in family.heard]


INVISIBLE = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069\u200e\u200f"))


def labels(family: TelegramFamily | WhatsAppFamily) -> list[str]:
    """Every button of the newest message that has some."""
    shown = [m.labels for m in (family.shown if isinstance(family, TelegramFamily) else family.taken)]
    return next((each for each in reversed(shown) if each), [])


def answer(family: TelegramFamily | WhatsAppFamily, said: str) -> None:
    """Taps the button that is in brackets where it is shown so, else types the words."""
    words = said.strip("[]")
    if said.startswith("[") and words in labels(family):
        family.tap(words)
    else:
        family.say(words)


def walk(
    family: TelegramFamily | WhatsAppFamily, until: str, *, begin: str = GREETING, seconds: float = WAIT_SECONDS
) -> list[str]:
    """Answers every question, one at a time, until a message holds `until`; returns what was heard on the way."""
    before = len(texts(family))
    if begin:
        family.say(begin)
    for _ in range(60):
        new = _next_question(family, before, until, seconds)
        if any(until in text for text in new):
            return texts(family)
        question = next(text for text in reversed(new) if _asks(text))
        before = len(texts(family))
        answer(family, answer_to(question))
    raise AssertionError(f"never came to «{until}»: {texts(family)[-1]}")


def _next_question(family: TelegramFamily | WhatsAppFamily, before: int, until: str, seconds: float) -> list[str]:
    def new() -> list[str]:
        fresh = texts(family)[before:]
        return fresh if any(until in text or _asks(text) for text in fresh) else []

    return family.api.wait_until(new, f"a question after {texts(family)[-2:]}", seconds)


def _asks(text: str) -> bool:
    try:
        return bool(answer_to(text))
    except LookupError:
        return False


def offer(site: Site) -> int:
    """The centre of the latest referral accepts it and offers three times; the appointment's id."""
    with site.store() as store:
        families = Families(store, FrozenClock(datetime.now(UTC)))
        with store.reading() as uow:
            referral = uow.session.query(Referral).order_by(Referral.id.desc()).first()
            assert referral is not None, "no referral stands in any queue"
            free = three_slots(uow, referral.to_location_id, families.clock(), "Asia/Kuwait")
        return families.offer(referral.id, [slot.starts_at for slot in free])


def eventually(holds: Callable[[], object], what: str, seconds: float = 600.0) -> None:
    """Returns once `holds` is true. Raises AssertionError saying `what`."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, what
        time.sleep(0.1)

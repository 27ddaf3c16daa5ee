"""Webhooks over rough lines: cut, in chunks, by old HTTP, packed, headers twice; a flood, a full disk, a long sleep."""

from __future__ import annotations

import gzip
import json
import os
import resource
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from referrals.books import books
from referrals.conversations.records import InboxMessage
from tests.platforms.graph_api import PHONE_ID, WABA_ID, GraphApi, signature
from tests.route.running import Running, Site, eventually, free_port
from tests.stores import Databases

WHATSAPP = "/webhooks/whatsapp"
REFUSED = (400, 401)


class Rough:
    """A `sanad run` that a WhatsApp number speaks to, and what was posted to it byte by byte."""

    def __init__(self, site: Site, sanad: Running, api: GraphApi) -> None:
        self.site, self.sanad, self.api = site, sanad, api
        self.taken: set[str] = set()
        self.said = 0

    def body(self, phone: str = "96550001111", words: str = "السلام عليكم") -> tuple[str, bytes]:
        """A message with an id of its own."""
        self.said += 1
        name = f"wamid.rough{self.said:06}"
        said = {"from": phone, "id": name, "timestamp": str(int(time.time())), "type": "text", "text": {"body": words}}
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "96522000000", "phone_number_id": PHONE_ID},
            "contacts": [{"profile": {"name": "عيّنة"}, "wa_id": phone}],
            "messages": [said],
        }
        entry = {"id": WABA_ID, "changes": [{"field": "messages", "value": value}]}
        return name, json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()

    def send(self, *pieces: bytes, pause: float = 0.0, cut: bool = False) -> list[int]:
        """The statuses that come back for these bytes; none where we hang up (`cut`) before the end."""
        with socket.create_connection(("127.0.0.1", self.sanad.port), timeout=60) as line:
            for piece in pieces:
                line.sendall(piece)
                time.sleep(pause)
            if cut:
                return []
            answer = b""
            while some := line.recv(65536):
                answer += some
        return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]

    def post(self, name: str, body: bytes) -> int:
        """As the platform posts; what was answered with 200 must be handled once."""
        status = self.sanad.post(WHATSAPP, body, X_Hub_Signature_256=signature(body))
        if status == 200:
            self.taken.add(name)
        return status

    def stored(self) -> int:
        """How many messages are in the inbox."""
        with self.site.store() as store, store.reading() as uow:
            query = select(func.count()).select_from(InboxMessage).where(InboxMessage.kind == "message")
            return uow.connection.execute(query).scalar_one()

    def rests(self) -> bool:
        """Whether all that was taken is handled, and the books balance."""
        with self.site.store() as store, store.reading() as uow:
            found = books(uow)
        return set(found.inbox) <= {"handled"} and found.balance


def head(body: bytes, *more: str, version: str = "1.1", length: bool = True, last: bool = True) -> bytes:
    lines = [f"POST {WHATSAPP} HTTP/{version}", "Host: 127.0.0.1", "Content-Type: application/json", *more]
    if last:
        lines.append("Connection: close")
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode()


def signed(body: bytes) -> str:
    return f"X-Hub-Signature-256: {signature(body)}"


@pytest.fixture(scope="module")
def rough(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rough]:
    port = free_port()
    with GraphApi() as api:
        site = Site(databases.address("sqlite"), tmp_path_factory.mktemp("rough"))
        site.whatsapp(api)
        yield Rough(site, site.start(port=port), api)
        site.end()
        databases.drop(site.url)


def test_every_way_of_http_to_say_a_body_is_understood(rough: Rough) -> None:
    before = rough.stored()
    _, body = rough.body()
    half = len(body) // 2
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:])) + b"0\r\n\r\n"
    assert rough.send(head(body, signed(body), "Transfer-Encoding: chunked", length=False) + chunks) == [200]
    _, body = rough.body()
    assert rough.send(head(body, signed(body), version="1.0") + body) == [200]
    _, body = rough.body()
    assert rough.send(head(body, signed(body)), body[:half], body[half:], pause=0.2) == [200], "in pieces"
    (_, one), (_, other) = rough.body(), rough.body()
    both = head(one, signed(one), last=False) + one + head(other, signed(other)) + other
    assert rough.send(both) == [200, 200], "one behind the other, before the first is answered"
    assert rough.stored() == before + 5


def test_what_is_cut_wrong_or_packed_is_refused_and_leaves_nothing(rough: Rough) -> None:
    before = rough.stored()
    _, body = rough.body()
    rough.send(head(body, signed(body)), body[: len(body) // 2], cut=True)
    rough.send(head(body, signed(body), "Transfer-Encoding: chunked", length=False), b"10\r\n" + body[:16], cut=True)
    packed = gzip.compress(body)
    assert rough.send(head(packed, signed(packed), "Content-Encoding: gzip") + packed) == [400]
    assert rough.send(head(body, "X-Hub-Signature-256: sha256=00", signed(body)) + body)[0] in REFUSED
    assert rough.send(head(body, signed(body), f"Content-Length: {len(body) - 5}") + body)[0] in REFUSED
    assert rough.stored() == before
    assert rough.send(head(body, signed(body)) + body) == [200], "the platform delivers it again, whole"
    assert rough.stored() == before + 1


def test_a_flood_of_one_family_loses_nothing(rough: Rough) -> None:
    """What is more than can be stored is told so, and comes again."""
    said = [rough.body("96550002222", f"{number} (عيّنة)") for number in range(300)]
    with ThreadPoolExecutor(16) as posts:
        statuses = Counter(posts.map(lambda each: rough.post(*each), said))
        assert set(statuses) <= {200, 503}, statuses
    name, other = rough.body("96550003333")
    began = time.monotonic()
    eventually(lambda: rough.post(name, other) == 200, "somebody else is heard")
    eventually(lambda: rough.api.taken_for("96550003333"), "somebody else is answered")
    print("answered after", time.monotonic() - began)
    for each in said:
        rough.post(*each)
    eventually(rough.rests, "everything is handled")


def test_a_full_disk_takes_nothing_and_loses_nothing(rough: Rough) -> None:
    before, said = rough.stored(), [rough.body(f"9655001{number:04}") for number in range(60)]
    pid = rough.sanad.process.pid
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (8192, resource.RLIM_INFINITY))  # no page goes beyond it
    first = Counter(rough.post(*each) for each in said)
    assert first[503] and not set(first) - {200, 503}, first
    assert rough.sanad.get("/healthz")[0] == 200
    time.sleep(3)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    eventually(lambda: all(rough.post(*each) == 200 for each in said), "it takes again")
    eventually(rough.rests, "everything is handled")
    assert rough.stored() == before + len(said)


def test_a_process_that_was_asleep_goes_on_where_it_was(rough: Rough) -> None:
    said = [rough.body(f"9655003{number:04}") for number in range(10)]
    for each in said:
        assert rough.post(*each) == 200
    os.kill(rough.sanad.process.pid, signal.SIGSTOP)
    time.sleep(8)
    os.kill(rough.sanad.process.pid, signal.SIGCONT)
    eventually(rough.rests, "everything is handled")
    numbers = [f"9655003{number:04}" for number in range(10)]
    eventually(lambda: all(rough.api.taken_for(number) for number in numbers), "everybody is answered")
    repeats = sum(len(taken) - len({each.text for each in taken}) for taken in map(rough.api.taken_for, numbers))
    assert repeats <= 1

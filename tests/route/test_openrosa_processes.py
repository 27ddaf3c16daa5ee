"""OpenRosa and its onward way as real processes: phones over HTTP, a service killed at any instant, nothing lost."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select, update

from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.app_users import Credentials, add_app_user
from referrals.submissions.pushing import pushes
from referrals.submissions.records import OutgoingSubmission, ReceivedSubmission
from referrals.submissions.targets import add_target
from tests.conftest import SUNDAY_MORNING, FrozenClock
from tests.phones import COLLECT, JPEG, Phone
from tests.platforms.local_server import Fault
from tests.platforms.odk_central import EMAIL, PASSWORD, OdkCentral
from tests.route.running import Running, Site
from tests.route.test_processes import site_of
from tests.stores import BOTH, Databases

KILLS = 2
LONG_AGO = SUNDAY_MORNING - timedelta(days=1000)
VISITS = 12


@pytest.fixture
def central() -> Iterator[OdkCentral]:
    with OdkCentral() as server:
        yield server


def app_user(site: Site) -> Credentials:
    def add(uow: UnitOfWork) -> Credentials:
        return add_app_user(uow, "kuwait", "هاتف (عيّنة)", SUNDAY_MORNING, actor="operator")[1]

    with site.store() as store:
        return store.transact(add)


def visits(site: Site, how_many: int) -> dict[str, bytes]:
    """Filled visits by instance id."""
    with site.store() as store:
        phone = Phone(store, FrozenClock())
        names = [f"uuid:visit-{n}" for n in range(how_many)]
        return {name: phone.visit(name, photo="1.jpg", words=f"كلام {name}").encode() for name in names}


def send(running: Running, token: str, xml: bytes) -> int:
    """What Collect does: HEAD, then the post; 0 when nobody answered."""
    base = f"{running.base}/openrosa/key/{token}/kuwait/submission"
    parts = [("xml_submission_file", ("v.xml", xml, "text/xml")), ("1.jpg", ("1.jpg", JPEG, "image/jpeg"))]
    try:
        with httpx2.Client(headers=COLLECT, timeout=60, trust_env=False) as client:
            if client.head(base).status_code != 204:
                return 0
            return client.post(f"{base}?deviceID=collect%3Asample", files=parts).status_code
    except httpx2.HTTPError:
        return 0


def test_a_phone_walks_the_whole_way_with_a_digest(databases: Databases, tmp_path: Path) -> None:
    with site_of(databases, "sqlite", tmp_path) as site:
        running = site.start()
        given = app_user(site)
        xml = next(iter(visits(site, 1).values()))
        auth = httpx2.DigestAuth(given.username, given.password)
        with httpx2.Client(base_url=running.base, headers=COLLECT, auth=auth, trust_env=False) as client:
            listed = client.get("/openrosa/kuwait/formList")
            assert listed.status_code == 200
            assert f"{running.base}/openrosa/kuwait/forms/" in listed.text
            head = client.head("/openrosa/kuwait/submission")
            assert (head.status_code, head.headers["date"][-3:]) == (204, "GMT")
            assert len(head.headers.get_list("date")) == 1
            parts = [("xml_submission_file", ("v.xml", xml, "text/xml"))]
            assert client.post(head.headers["location"], files=parts).status_code == 201


def test_a_body_in_chunks_is_taken_and_a_cut_one_keeps_nothing(databases: Databases, tmp_path: Path) -> None:
    """OpenRosa: the server MUST support chunked transfer encoding."""
    with site_of(databases, "sqlite", tmp_path) as site:
        running = site.start()
        token = app_user(site).token
        address = f"{running.base}/openrosa/key/{token}/kuwait/submission"
        first, second = visits(site, 2).values()

        def body(xml: bytes) -> bytes:
            head = b'--x\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="v.xml"\r\n\r\n'
            return head + xml + b"\r\n--x--\r\n"

        def chunks() -> Iterator[bytes]:
            whole = body(first)
            yield from (whole[n : n + 100] for n in range(0, len(whole), 100))

        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        with httpx2.Client(trust_env=False) as client:
            assert client.post(address, content=chunks(), headers=kind).status_code == 201
        with socket.create_connection(("127.0.0.1", running.port)) as line:
            cut = body(second)
            path = address.removeprefix(running.base)
            line.sendall(
                f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind['Content-Type']}\r\n"
                f"Content-Length: {len(cut)}\r\n\r\n".encode()
                + cut[: len(cut) // 2]
            )
        for refused in ("/openrosa/key/nobodys/kuwait/submission", path):  # gone before it is read
            with socket.create_connection(("127.0.0.1", running.port)) as line:
                line.sendall(f"POST {refused} HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\ncut".encode())
        time.sleep(0.3)
        with site.store() as store, store.reading() as uow:
            assert len(uow.session.scalars(select(ReceivedSubmission)).all()) == 1
        assert "Traceback" not in running.log.read_text()


def _post(running: Running, token: str, waiting: dict[str, bytes], *, kill_after: float = 0) -> None:
    """Posts what still waits, three at a time; what was taken waits no longer."""
    with ThreadPoolExecutor(3) as pool:
        done = pool.map(lambda one: (one[0], send(running, token, one[1])), list(waiting.items()))
        if kill_after:
            time.sleep(kill_after)
            running.kill()
        for name, status in done:
            if status == 201:
                waiting.pop(name)


def _nobody_waits_for_a_minute(uow: UnitOfWork) -> None:
    """On PostgreSQL the leases of the dead run out; and whatever a fault and a kill put off for long is due now."""
    uow.connection.execute(update(OutgoingSubmission).values(leased_until=LONG_AGO))
    put_off = update(OutgoingSubmission).where(OutgoingSubmission.state == "waiting")
    uow.connection.execute(put_off.values(due_at=LONG_AGO, attempts=0))


@pytest.mark.parametrize("kind", BOTH)
def test_killed_while_taking_in_and_sending_on_nothing_is_lost_and_nothing_twice(
    databases: Databases, tmp_path: Path, central: OdkCentral, kind: str
) -> None:
    chance = random.Random(3)
    with site_of(databases, kind, tmp_path) as site:
        with site.store() as store:
            secret = f"{EMAIL}:{PASSWORD}"
            store.transact(lambda uow: add_target(uow, "kuwait", "central", central.project, secret, SUNDAY_MORNING))
        token = app_user(site).token
        waiting = visits(site, VISITS)
        for fault in ("reset_after_commit", "reset", "status"):
            central.fail_next("submission", Fault(fault), times=2)
        for _ in range(KILLS):
            running = site.start()
            _post(running, token, waiting, kill_after=chance.uniform(0.1, 0.6))
        running = site.start()
        for _ in range(9):  # a phone tries again until it is told that it was taken
            _post(running, token, waiting)
        assert waiting == {}
        with site.store() as store:
            store.transact(_nobody_waits_for_a_minute)
        central.wait_until(lambda: len(central.submissions) == VISITS, "all of them at Central", 180)
        until = time.monotonic() + 180
        with site.store() as store:
            while True:
                with store.reading() as uow:
                    counts = pushes(uow)
                if counts.get("sent") == VISITS or time.monotonic() > until:
                    break
                time.sleep(0.2)
            with store.reading() as uow:
                assert len(uow.session.scalars(select(ReceivedSubmission)).all()) == VISITS
        assert counts == {"sent": VISITS}
        assert all(taken.files == {"1.jpg": JPEG} for taken in central.submissions.values())
        assert sorted(central.submissions) == sorted(visits(site, VISITS))


def test_two_web_sides_and_two_workers_keep_and_send_each_once(
    databases: Databases, tmp_path: Path, central: OdkCentral
) -> None:
    """A phone on a bad line posts again before the first answer came, and another process takes it."""
    with site_of(databases, "postgresql", tmp_path) as site:
        webs = [site.start("web"), site.start("web")]
        with site.store() as store:
            secret = f"{EMAIL}:{PASSWORD}"
            store.transact(lambda uow: add_target(uow, "kuwait", "central", central.project, secret, SUNDAY_MORNING))
        token = app_user(site).token
        same, other = visits(site, 2).values()
        others = [other.replace("كلام".encode(), f"كلام {n}".encode()) for n in range(10)]
        for _ in range(2):
            site.start("worker")
        with ThreadPoolExecutor(20) as pool:
            first = list(pool.map(lambda n: send(webs[n % 2], token, same), range(20)))
            second = list(pool.map(lambda n: send(webs[n % 2], token, others[n % 10]), range(20)))
        assert set(first) == {201}
        assert set(second) == {201, 409}
        central.wait_until(lambda: len(central.submissions) == 2, "both of them at Central")
        with site.store() as store, store.reading() as uow:
            assert len(uow.session.scalars(select(ReceivedSubmission)).all()) == 2
        assert central.posts == 2
        assert all("Traceback" not in each.log.read_text() for each in site.started)

"""What every test may ask for: a clock that stands still, PostgreSQL, a browser, `--record`; and no network, ever."""

from __future__ import annotations

import errno
import ipaddress
import os
import re
import sys
from datetime import UTC, datetime, timedelta

import hypothesis
import pytest
from hypothesis.internal.conjecture import providers

pytest_plugins = ["tests.browser", "tests.postgres"]

BROWSER_FIXTURES = {"browser", "open_page", "page", "desk_page", "plain_page"}
POSTGRES_FIXTURES = {"postgres_server", "postgres_url", "make_postgres_url"}
SUNDAY_MORNING = datetime(2026, 11, 1, 7, 0, tzinfo=UTC)  # 10:00 in Kuwait, 09:00 in Qena; a working day in both

for name in [name for name in os.environ if re.fullmatch(r"SANAD_(?!TEST_)\w+|\w+_proxy", name, re.IGNORECASE)]:
    del os.environ[name]  # a service, or a way out, of whoever runs the tests is none of theirs

hypothesis.settings.register_profile(
    "sanad",
    deadline=None,  # the machine is shared: a slow example is no wrong example
    suppress_health_check=[hypothesis.HealthCheck.too_slow],  # for the same reason
    derandomize=not os.environ.get("SANAD_TEST_SEARCH"),  # says the same thing twice, unless asked to look further
    print_blob=True,
)
hypothesis.settings.load_profile("sanad")
if not os.environ.get("SANAD_TEST_SEARCH"):
    # It mixes in the numbers and words of whatever modules of ours are loaded by then: in another order of the tests,
    # or in another worker, a property would be asked with other examples.
    assert hasattr(providers, "_get_local_constants"), "hypothesis changed: where does it take constants from now?"
    vars(providers)["_get_local_constants"] = lambda: providers._local_constants


class FrozenClock:
    """Stands at one moment until told to go on; calling it gives that moment, aware and in UTC."""

    def __init__(self, now: datetime = SUNDAY_MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
        """Moves the clock on and returns the new moment."""
        self.now += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return self.now


@pytest.fixture
def clock() -> FrozenClock:
    """A clock of the test's own, at ten on a Sunday morning in Kuwait."""
    return FrozenClock()


@pytest.fixture
def record(request: pytest.FixtureRequest) -> bool:
    """Whether transcripts are to be written again with what the bot says now."""
    return bool(request.config.getoption("--record"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds --record."""
    parser.addoption("--record", action="store_true", help="write the bot's lines of the transcripts again")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks each test by what it needs, so that `-m 'not browser and not postgres'` is always right."""
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if asked & BROWSER_FIXTURES:
            item.add_marker(pytest.mark.browser)
        if asked & POSTGRES_FIXTURES:
            item.add_marker(pytest.mark.postgres)


def _stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    """Refuses every connection that would leave this machine."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if not isinstance(address, tuple):  # a socket in the file system
        return
    host = str(address[0])
    if host != "localhost" and not ipaddress.ip_address(host.partition("%")[0]).is_loopback:
        raise OSError(errno.ENETUNREACH, f"a test reached for {host}: tests never use the network")


sys.addaudithook(_stay_on_this_machine)

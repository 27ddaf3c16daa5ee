"""A proxy of the environment is used where the environment says so, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.channels import proxies
from bot.channels.proxies import proxy_for


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    proxies._proxy.cache_clear()
    yield
    proxies._proxy.cache_clear()


def test_without_a_word_of_the_environment_there_is_no_proxy() -> None:
    assert proxy_for("https://platform.example/v23.0/1/messages") is None


def test_the_proxy_of_the_scheme_is_used_but_not_for_what_is_excepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "127.0.0.1,inside.example")
    assert proxy_for("https://platform.example/v23.0/1/messages") == "http://proxy.example:3128"
    assert proxy_for("http://platform.example/") is None
    assert proxy_for("https://inside.example/files/1") is None
    assert proxy_for("https://127.0.0.1:8443/") is None

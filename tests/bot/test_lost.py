"""Whoever comes to an address that is none, or meets a fault, reads what to do; a program hears it as from any API."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.lost import show_the_way

BROWSER = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def web() -> TestClient:
    app = FastAPI()

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("a sample of a fault")

    show_the_way(app)
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/broken", 500)])
def test_a_person_reads_what_to_do_and_nothing_of_the_machine(web: TestClient, path: str, status: int) -> None:
    answer = web.get(path, headers=BROWSER)
    assert answer.status_code == status
    assert 'lang="ar" dir="rtl"' in answer.text
    assert 'href="/chat"' in answer.text
    assert "RuntimeError" not in answer.text
    title, heading = re.findall(r"<title>(.*?) ·|<h1>(.*?)</h1>", answer.text)
    assert title[0] == heading[1]


@pytest.mark.parametrize("path", ["/nowhere", "/broken"])
def test_these_pages_are_as_closed_as_any_other(web: TestClient, path: str) -> None:
    headers = web.get(path, headers=BROWSER).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_a_program_hears_it_as_from_any_api(web: TestClient) -> None:
    lost, broken = web.get("/nowhere"), web.get("/broken")
    assert (lost.status_code, lost.json()) == (404, {"detail": "Not Found"})
    assert (broken.status_code, broken.text) == (500, "Internal Server Error")

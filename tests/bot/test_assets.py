"""Style sheets, scripts and fonts: small on a slow line, kept by browsers, and never an older release's."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.assets import add_assets
from bot.lost import PAGE
from referrals.asset_addresses import asset

FOR_GOOD = "public, max-age=31536000, immutable"


@pytest.fixture
def web() -> TestClient:
    app = FastAPI()
    add_assets(app)
    return TestClient(app)


def test_an_address_that_names_its_content_is_kept_for_good(web: TestClient) -> None:
    answer = web.get(asset("console.css"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == FOR_GOOD
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_address_of_another_release_is_asked_about_each_time(web: TestClient) -> None:
    for old in ("/assets/console.css", "/assets/console.css?v=000000000000", "/assets/console.css?v="):
        answer = web.get(old)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, no-cache"
        assert web.get(old, headers={"if-none-match": answer.headers["etag"]}).status_code == 304


def test_a_sheet_goes_out_packed_and_a_font_as_it_is(web: TestClient) -> None:
    sheet = web.get(asset("bootstrap.rtl.css"), headers={"accept-encoding": "gzip"})
    assert sheet.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in sheet.headers["vary"].lower()
    assert int(sheet.headers["content-length"]) < len(sheet.content) / 4
    font = web.get("/assets/fonts/ibm-plex-sans-arabic-arabic-400-normal.woff2", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in font.headers
    assert font.headers["cache-control"] == FOR_GOOD


@pytest.mark.parametrize("path", ["/assets/nothing.css", "/assets/%2e%2e/README.md", "/assets/fonts/nothing.woff2"])
def test_what_is_no_file_of_ours_is_not_there(web: TestClient, path: str) -> None:
    assert web.get(path).status_code == 404


def test_the_page_for_an_unknown_address_finds_its_sheets(web: TestClient) -> None:
    addresses = re.findall(r'"(/assets/[^"]+)"', PAGE)
    assert len(addresses) == 4
    assert {web.get(each).headers["cache-control"] for each in addresses} == {FOR_GOOD}

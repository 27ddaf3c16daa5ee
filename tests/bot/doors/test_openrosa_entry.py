"""Only an app user of the programme comes in: by token, digest, or a password over a safe line."""

from __future__ import annotations

import base64
import json
import re
import time
import zlib

import httpx2
import pytest

from bot.doors.digest import answers_challenge, is_fresh, new_nonce
from referrals.staff.accounts import add_staff, disable
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.submissions.app_users import revoke_app_user, settings_code
from referrals.submissions.records import AppUser
from tests.conftest import FrozenClock
from tests.phones import Phone

PLAIN = "/openrosa/kuwait"
KEY = b"sample key of nonces"


def digest(phone: Phone, username: str = "", password: str = "") -> httpx2.DigestAuth:
    given = phone.credentials
    return httpx2.DigestAuth(username or given.username, password or given.password)


@pytest.mark.parametrize(
    ("realm", "password", "nonce", "cnonce", "algorithm", "response"),
    [
        (  # RFC 2617, 3.5
            "testrealm@host.com",
            "Circle Of Life",
            "dcd98b7102dd2f0e8b11d0f600bfb0c093",
            "0a4f113b",
            "MD5",
            "6629fae49393a05397450978507c4ef1",
        ),
        (  # RFC 7616, 3.9.1
            "http-auth@example.org",
            "Circle of Life",
            "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
            "SHA-256",
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        ),
    ],
)
def test_the_examples_of_both_rfcs_are_right(
    monkeypatch: pytest.MonkeyPatch, realm: str, password: str, nonce: str, cnonce: str, algorithm: str, response: str
) -> None:
    monkeypatch.setattr("bot.doors.digest.REALM", realm)
    given = {"username": "Mufasa", "realm": realm, "nonce": nonce, "uri": "/dir/index.html", "qop": "auth"}
    given |= {"nc": "00000001", "cnonce": cnonce, "algorithm": algorithm, "response": response}
    assert answers_challenge(given, password, "GET", {"/dir/index.html"})
    assert not answers_challenge(given, password + "x", "GET", {"/dir/index.html"})
    assert not answers_challenge(given, password, "POST", {"/dir/index.html"})
    assert not answers_challenge(given, password, "GET", {"/dir/other.html"})


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_digest_opens_the_list(phone: Phone, method: str) -> None:
    answer = phone.client.request(method, f"{PLAIN}/formList?deviceID=x", auth=digest(phone))
    assert answer.status_code == 200


def test_a_digest_may_send(phone: Phone) -> None:
    files = [("xml_submission_file", ("x.xml", phone.visit().encode(), "text/xml"))]
    answer = phone.client.post(f"{PLAIN}/submission", files=files, auth=digest(phone))
    assert answer.status_code == 201
    assert answer.headers["location"] == "http://testserver/openrosa/kuwait/submission"


def test_nobody_is_asked_with_what_openrosa_wants(phone: Phone) -> None:
    answer = phone.client.get(f"{PLAIN}/formList")
    assert answer.status_code == 401
    first, second = answer.headers.get_list("www-authenticate")
    assert re.match(r'Digest realm="Sanad", domain="/openrosa/", qop="auth", nonce="[^"]+", algorithm=MD5$', first)
    assert second.endswith("algorithm=SHA-256")


@pytest.mark.parametrize("wrong", ["password", "username"])
def test_a_wrong_name_or_password_is_challenged_again(phone: Phone, wrong: str) -> None:
    answer = phone.client.get(f"{PLAIN}/formList", auth=digest(phone, **{wrong: "wrong"}))
    assert answer.status_code == 401
    assert "www-authenticate" in answer.headers


def test_a_password_is_not_taken_in_the_clear(phone: Phone) -> None:
    given = (phone.credentials.username, phone.credentials.password)
    answer = phone.client.get(f"{PLAIN}/formList", auth=given)
    assert answer.status_code == 401
    assert not any(each.startswith("Basic") for each in answer.headers.get_list("www-authenticate"))
    safe = phone.client.get(f"https://testserver{PLAIN}/formList", auth=given)
    assert safe.status_code == 200


def test_an_old_nonce_is_stale_and_a_made_up_one_is_wrong(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    auth = digest(phone)
    assert phone.client.get(f"{PLAIN}/formList", auth=auth).status_code == 200
    later = time.time() + 3600
    monkeypatch.setattr("bot.doors.openrosa_entry.time.time", lambda: later)
    header = phone.client.get(f"{PLAIN}/formList").headers["www-authenticate"]
    assert "stale" not in header
    answer = phone.client.get(f"{PLAIN}/formList", auth=auth)  # it still has the old nonce, and asks once more
    assert answer.status_code == 200
    assert "stale=true" in answer.history[0].headers["www-authenticate"]
    nonce = new_nonce(KEY, later)
    assert is_fresh(KEY, nonce, later) is True
    assert is_fresh(KEY, nonce, later + 3600) is False
    assert is_fresh(b"another", nonce, later) is None
    assert is_fresh(KEY, "made up", later) is None


def test_an_answer_counts_for_its_own_address_and_method_only(phone: Phone) -> None:
    challenge = phone.client.get(f"{PLAIN}/formList")
    request = phone.client.build_request("GET", f"{PLAIN}/formList")
    flow = digest(phone).auth_flow(request)
    next(flow)
    shown = flow.send(httpx2.Response(401, headers=challenge.headers, request=request)).headers["authorization"]
    assert phone.client.get(f"{PLAIN}/formList", headers={"Authorization": shown}).status_code == 200
    assert phone.client.head(f"{PLAIN}/formList", headers={"Authorization": shown}).status_code == 401
    assert phone.client.get(f"{PLAIN}/forms/1.xml", headers={"Authorization": shown}).status_code == 401


@pytest.mark.parametrize("header", ["Digest", "Digest x", "Basic !", "Basic eA==", "Bearer x", 'Digest username="a"'])
def test_a_header_that_nobody_can_read_is_challenged(phone: Phone, header: str) -> None:
    assert phone.client.get(f"{PLAIN}/formList", headers={"Authorization": header}).status_code == 401


def test_a_token_that_is_none_is_refused_without_a_challenge(phone: Phone) -> None:
    """As ODK Central does: a challenge would make the phone ask its holder for a password that there is not."""
    for token in ("x" * 64, "short", "ا" * 64):
        answer = phone.client.get(f"/openrosa/key/{token}/kuwait/formList")
        assert answer.status_code == 403
        assert "www-authenticate" not in answer.headers


def test_another_programme_is_not_there(phone: Phone) -> None:
    token = phone.credentials.token
    assert phone.client.get(f"/openrosa/key/{token}/qena/formList").status_code == 404
    assert phone.client.get(f"/openrosa/key/{token}/nothing/formList").status_code == 404
    assert phone.client.get("/openrosa/qena/formList", auth=digest(phone)).status_code == 404


def test_a_revoked_phone_stays_outside(phone: Phone, store: Store, clock: FrozenClock) -> None:
    def revoke(uow: UnitOfWork) -> None:
        revoke_app_user(uow, uow.session.get_one(AppUser, phone.user_id), clock(), actor="operator")

    store.transact(revoke)
    assert phone.get("/formList").status_code == 403
    assert phone.submits(phone.visit()).status_code == 403
    assert phone.client.get(f"{PLAIN}/formList", auth=digest(phone)).status_code == 401
    assert phone.received() == []


def test_the_phone_of_a_disabled_colleague_stays_outside(store: Store, clock: FrozenClock) -> None:
    staff_id = store.transact(lambda uow: add_staff(uow, "mona@sample.invalid", "منى (عيّنة)", None, clock()).id)
    phone = Phone(store, clock, more={"staff_id": staff_id})
    assert phone.get("/formList").status_code == 200
    store.transact(lambda uow: disable(uow, staff_id, clock()))
    assert phone.get("/formList").status_code == 403


def test_guessing_ends(phone: Phone) -> None:
    statuses = [
        phone.client.get(f"https://testserver{PLAIN}/formList", auth=(phone.credentials.username, str(n))).status_code
        for n in range(12)
    ]
    assert statuses == [401] * 10 + [429] * 2
    limited = phone.client.get(f"{PLAIN}/formList", auth=digest(phone))
    assert limited.status_code == 429
    assert limited.headers["retry-after"].isdigit()
    assert phone.get("/formList").status_code == 200  # a token that is right is never made to wait


def test_tokens_are_not_guessed_either(phone: Phone) -> None:
    statuses = {phone.client.get(f"/openrosa/key/{n:064}/kuwait/formList").status_code for n in range(51)}
    assert statuses == {403, 429}


def test_another_version_of_openrosa_is_told_so(phone: Phone) -> None:
    assert phone.get("/formList", headers={"X-OpenRosa-Version": "2.0"}).status_code == 400


def test_the_settings_code_is_what_collect_scans(phone: Phone) -> None:
    code = settings_code("https://sanad.example.org", phone.credentials.token, "kuwait", "زيارات (عيّنة)")
    settings = json.loads(zlib.decompress(base64.b64decode(code)))
    assert settings["general"]["server_url"] == f"https://sanad.example.org{phone.server}"
    assert settings["general"]["form_update_mode"] == "match_exactly"
    assert settings["admin"] == {}
    assert settings["project"] == {"name": "زيارات (عيّنة)"}


@pytest.mark.parametrize(
    "shown",
    ["Digest " + "a" * 30_000, "Digest " + 'a="\\' * 8_000, "Digest " + "a " * 20_000, "Basic " + "A" * 60_000],
)
def test_a_hostile_header_costs_nobody_time(phone: Phone, shown: str) -> None:
    begun = time.perf_counter()
    assert phone.client.get(f"{PLAIN}/formList", headers={"Authorization": shown}).status_code == 401
    assert time.perf_counter() - begun < 20  # no aim: a way to hang shows


def test_a_digest_for_an_address_that_is_none_is_just_wrong(phone: Phone) -> None:
    right = phone.client.get(f"{PLAIN}/formList", auth=digest(phone)).request.headers["authorization"]
    broken = re.sub(r'uri="[^"]*"', 'uri="http://["', right)
    assert phone.client.get(f"{PLAIN}/formList", headers={"Authorization": broken}).status_code == 401

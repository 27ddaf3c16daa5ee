"""Who is at OpenRosa's door: an app user, by the token in the address or by name and password."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from fastapi import Request, Response

from bot.doors.digest import answers_challenge, challenges, is_fresh, new_nonce, read_authorization
from bot.doors.openrosa_answers import envelope
from bot.settings import is_loopback
from referrals.definitions.in_force import programmes
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.submissions.app_users import app_user_by_name, app_user_by_token, is_password, note_used
from referrals.submissions.receiving import Origin
from referrals.submissions.records import AppUser
from referrals.submissions.wrong_tries import has_tried_too_often, note_wrong_try

WAIT_SECONDS = 15 * 60


@dataclass(frozen=True)
class Visitor:
    """An app user at the door of their programme. `base` is the address under which everything of theirs stands."""

    programme_id: str
    programme_name: str
    origin: Origin
    base: str


class Refused(Exception):
    """The request is answered with this and nothing else."""

    def __init__(self, response: Response) -> None:
        super().__init__(str(response.status_code))
        self.response = response


@dataclass
class Entry:
    """Lets app users in. `base_url` is the public address; blank takes the one that was asked for."""

    store: Store
    clock: Callable[[], datetime]
    base_url: str

    def enter(self, request: Request, programme_id: str, token: str = "") -> Visitor:
        """The app user, in a programme of theirs. Raises `Refused`: 401, 403, 404 or 429, never saying more."""
        version = request.headers.get("x-openrosa-version")
        if version not in (None, "1.0"):
            raise Refused(envelope(request, 400, "other_version", {}))
        with self.store.reading() as uow:
            user = self._by_token(uow, request, token) if token else self._by_password(uow, request)
            found = next((each for each in programmes(uow) if each.id == programme_id), None)
        if found is None or user.programme_id != programme_id:
            raise Refused(envelope(request, 404, "not_here", {}))
        now = datetime.now(UTC)
        if user.last_used_at is None or (now - user.last_used_at).total_seconds() > 60:
            self.store.transact(lambda uow: note_used(uow, user.id, now))
        base = self.base_url or f"{request.url.scheme}://{request.url.netloc}"
        place = f"{base}/openrosa/key/{token}/{programme_id}" if token else f"{base}/openrosa/{programme_id}"
        return Visitor(programme_id, found.name_ar, _origin(user, request), place)

    def _by_token(self, uow: UnitOfWork, request: Request, token: str) -> AppUser:
        """ODK Central answers 403, not 401, here: a challenge would make the phone ask for a password."""
        user = app_user_by_token(uow, token)
        if user is not None:
            return user
        address = f"token {_address(request)}"
        if self._is_limited(uow, address, ""):
            raise Refused(_wait(request))
        self._count(address, "")
        raise Refused(envelope(request, 403, "wrong_token", {}))

    def _by_password(self, uow: UnitOfWork, request: Request) -> AppUser:
        header = request.headers.get("authorization", "")
        shown = read_authorization(header) if header else None
        key = uow.vault.digest(b"openrosa nonces").encode()
        safe = request.url.scheme == "https" or is_loopback(f"//{_host(request)}")
        if shown is None or (shown.scheme == "basic" and not safe):
            raise Refused(self._challenge(request, key, safe, "sign_in"))
        if self._is_limited(uow, _address(request), shown.username):
            raise Refused(_wait(request))
        if shown.parameters is None:
            user = is_password(uow, shown.username, shown.password)
        else:
            fresh = is_fresh(key, shown.parameters.get("nonce", ""), time.time())
            if fresh is False:
                raise Refused(self._challenge(request, key, safe, "sign_in", stale=True))
            found = app_user_by_name(uow, shown.username)
            password = found[1] if found else secrets.token_hex(8)
            right = answers_challenge(shown.parameters, password, request.method, self._targets(request))
            user = found[0] if found and right and fresh else None
        if user is None:
            self._count(_address(request), shown.username)
            raise Refused(self._challenge(request, key, safe, "wrong_password"))
        return user

    def _challenge(self, request: Request, key: bytes, safe: bool, why: str, *, stale: bool = False) -> Response:
        response = envelope(request, 401, why, {})
        for value in challenges(new_nonce(key, time.time()), stale=stale, basic=safe):
            response.headers.append("WWW-Authenticate", value)
        return response

    def _targets(self, request: Request) -> set[str]:
        """The address as the client may have written it: with the public address's own path, where there is one."""
        raw = request.scope.get("raw_path") or request.url.path.encode()
        path: str = raw.decode("latin-1").partition("?")[0]
        query = request.scope["query_string"].decode("latin-1")
        target = path + (f"?{query}" if query else "")
        return {target, urlsplit(self.base_url).path + target}

    def _is_limited(self, uow: UnitOfWork, address: str, name: str) -> bool:
        return has_tried_too_often(uow, address, name, datetime.now(UTC))

    def _count(self, address: str, name: str) -> None:
        now = datetime.now(UTC)
        self.store.transact(lambda uow: note_wrong_try(uow, address, name, now))


def _wait(request: Request) -> Response:
    return envelope(request, 429, "too_many_tries", {}, {"Retry-After": str(WAIT_SECONDS)})


def _origin(user: AppUser, request: Request) -> Origin:
    return Origin(
        app_user_id=user.id,
        staff_id=user.staff_id,
        organization_id=user.organization_id,
        location_id=user.location_id,
        forms=tuple(user.forms.split(",")) if user.forms else (),
        device=request.query_params.get("deviceID", ""),
    )


def _host(request: Request) -> str:
    host = request.client.host if request.client else ""
    return f"[{host}]" if ":" in host else host


def _address(request: Request) -> str:
    return request.client.host if request.client else ""

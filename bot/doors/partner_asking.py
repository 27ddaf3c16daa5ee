"""What a partner's request carries, read within bounds; whatever does not fit is refused with a remedy."""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.requests import ClientDisconnect, Request

from referrals.partners.handling import STEPS

JSON = "application/json"
LARGEST_BODY = 16_384
LONGEST_TEXT = 2000
KEY = re.compile(r"[\x21-\x7e]{1,120}")
TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'  # RFC 9110, 8.8.3
TAGS = re.compile(rf"[ \t,]*(?:{TAG}[ \t]*(?:,[ \t,]*|$))*")
OURS = re.compile(r'"(0|[1-9][0-9]{0,17})"')


class Refused(Exception):
    """The request is answered with this status, a reason and a remedy."""

    def __init__(self, status: int, why: str, remedy: str, **more: Any) -> None:
        super().__init__(why)
        self.status, self.told, self.headers = status, {"error": why, "remedy": remedy} | more, dict[str, str]()


async def read_body(request: Request, fields: tuple[str, ...]) -> dict[str, str]:
    """The body of a step: an object of texts. Raises `Refused`: 400, 413, 415."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                raise Refused(413, "the body is too long", f"Send at most {LARGEST_BODY} bytes.")
    except ClientDisconnect as gone:
        raise Refused(400, "the body broke off", "Send it again.") from gone
    if not body:
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise Refused(415, "the body is of another kind", f"Send {JSON}.")
    try:
        told = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as failure:
        raise Refused(400, "the body cannot be read", f"Send {JSON}, an object.") from failure
    named = ", ".join(fields) or "none"
    if not isinstance(told, dict) or not set(told) <= set(fields):
        raise Refused(400, "the body has something else than the step takes", f"Its fields are: {named}.")
    for name, value in told.items():
        if not isinstance(value, str) or len(value) > LONGEST_TEXT or not _is_text(value):
            raise Refused(400, f"{name} is no text of at most {LONGEST_TEXT} characters", "Send a text.")
    return told


def _is_text(value: str) -> bool:
    return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def read_key(request: Request) -> str:
    """The idempotency key, blank where there is none. Raises `Refused`."""
    key: str = request.headers.get("idempotency-key", "")
    if key and not KEY.fullmatch(key):
        raise Refused(400, "the idempotency key is unfit", "Send 1 to 120 characters of ASCII without spaces.")
    return key


def read_match(request: Request) -> frozenset[int] | None:
    """The steps of which `If-Match` wants one to be the latest; None without it, and for «*». Raises `Refused`.

    Compared strongly (RFC 9110, 13.1.1): a weak tag, as a proxy may make of ours, is none of them, nor is another's.
    """
    lines: list[str] = request.headers.getlist("if-match")
    said = ", ".join(lines).strip()
    if not lines or said == "*":
        return None
    if not TAGS.fullmatch(said):
        raise Refused(400, "If-Match is unfit", 'Send an ETag as it was given, such as "17".')
    return frozenset(int(found[1]) for tag in re.finditer(TAG, said) if (found := OURS.fullmatch(tag[0])))


def read_number(text: str) -> int:
    """The number of a referral in an address. Raises `Refused`."""
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise not_here()
    return int(text)


def read_whole(request: Request, name: str, default: int, most: int) -> int:
    """A number of the question, or its default. Raises `Refused`."""
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) > most:
        raise Refused(400, f"{name} is no whole number", "Send digits.")
    return int(text)


def not_here() -> Refused:
    """For an address that is none, and for what is another's."""
    steps = ", ".join(STEPS)
    return Refused(404, "there is nothing at this address", f"GET referrals, referrals/ID; POST referrals/ID/{steps}.")

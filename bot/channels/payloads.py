"""A webhook's body becomes a JSON object that every database can store, or a reason why not."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.channels.failures import UnreadablePayload

MAX_BODY_BYTES = 3 * 1024 * 1024  # Meta: a webhook's payload can be up to 3 MB; Telegram's are far smaller
MAX_NAME = 40  # characters of a field that nobody knows yet, in a trace
SAFE_DEPTH = 300  # levels that every reader and writer of JSON here can go down
_ESCAPED = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")  # only so written can JSON hold what is not storable
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL refuses NUL; a lone surrogate is not UTF-8


def json_object(body: bytes, *, max_bytes: int = MAX_BODY_BYTES) -> dict[str, Any]:
    """The object that `body` holds, cleaned. Raises `UnreadablePayload` when oversized, malformed or no object."""
    if len(body) > max_bytes:
        raise UnreadablePayload(f"oversized: {len(body)} bytes, at most {max_bytes}")
    try:
        payload = json.loads(body)
        cleaned_payload = cleaned(payload) if _needs_cleaning(body) else payload
    except UnicodeDecodeError:
        raise UnreadablePayload("malformed: not UTF-8") from None
    except RecursionError:
        raise UnreadablePayload("malformed: nested too deep") from None
    except ValueError:
        raise UnreadablePayload("malformed: not JSON") from None
    if not isinstance(cleaned_payload, dict):
        raise UnreadablePayload("malformed: not an object")
    return cleaned_payload


def cleaned(value: Any) -> Any:
    """The same JSON value with NUL and lone surrogates of its strings replaced by U+FFFD."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {cleaned(key): cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    return value


def json_text(value: Any) -> str:
    """A JSON value as text, the same for equal values."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plain_name(name: Any) -> str:
    """The name of a field or kind as it may stand in a trace: it was made by whoever sent it."""
    kept = "".join(letter for letter in str(name)[:200] if letter.isascii() and (letter.isalnum() or letter == "_"))
    return kept[:MAX_NAME] or "unnamed"


def _needs_cleaning(body: bytes) -> bool:
    """Whether it may hold what cannot be stored, or be nested so deep that others fail on it: cleaning refuses that."""
    return _ESCAPED.search(body) is not None or body.count(b"[") + body.count(b"{") > SAFE_DEPTH

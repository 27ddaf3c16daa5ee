"""A file of a family as a page plays it: whole, or the part of it that a browser asks for when somebody seeks."""

from __future__ import annotations

import re

from fastapi import Request, Response

from referrals.media.kinds import PLAYED, SHOWN, type_of
from referrals.submissions.content_types import extension_of

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def file_response(request: Request, content: bytes, name: str) -> Response:
    """The file. What a browser cannot be trusted to show or play in our page is only to be saved.

    One range is answered (RFC 9110, 14): 206 with that part, 416 for one outside the file; several at once get it all.
    """
    content_type = type_of(content)
    shown = content_type in PLAYED | SHOWN
    named = f'{"inline" if shown else "attachment"}; filename="{name}.{extension_of(content_type)}"'
    headers = {"content-disposition": named, "accept-ranges": "bytes"}
    asked = request.headers.get("range", "")
    part = _RANGE.fullmatch(asked.strip()) if asked else None
    if part is None or part.group(1) == part.group(2) == "":
        return Response(content, media_type=content_type, headers=headers)
    span = _span(part.group(1), part.group(2), len(content))
    if span is None:
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{len(content)}"})
    first, last = span
    headers["content-range"] = f"bytes {first}-{last}/{len(content)}"
    return Response(content[first : last + 1], 206, media_type=content_type, headers=headers)


def _span(first: str, last: str, length: int) -> tuple[int, int] | None:
    """The first and the last byte; None where the file has none of them."""
    if not first:  # the last so many
        wanted = int(last)
        return (max(length - wanted, 0), length - 1) if wanted and length else None
    start, end = int(first), min(int(last) if last else length - 1, length - 1)
    return (start, end) if start <= end else None

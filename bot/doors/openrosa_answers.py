"""The documents and headers of OpenRosa 1.0: form list, manifest, and the envelope of every answer to a post."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from urllib.parse import quote
from xml.sax.saxutils import escape

from fastapi import Request, Response

from bot.doors.openrosa_words import language_of, sentence
from referrals.submissions.forms_served import ServedForm

XML_TYPE = "text/xml; charset=utf-8"
LISTED = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
ENVELOPE = "http://openrosa.org/http/response"
LONGEST_VALUE = 300  # signs of what was sent that a refusal repeats
ACCEPT_CONTENT_LENGTH = 20_000_000  # what a phone should put into one post: the proxy in front takes 25 MB


def headers(request: Request) -> dict[str, str]:
    """What every answer carries (docs.getodk.org/openrosa-http, openrosa-form-submission); uvicorn adds the date."""
    return {
        "X-OpenRosa-Version": "1.0",
        "X-OpenRosa-Accept-Content-Length": str(ACCEPT_CONTENT_LENGTH),
        "Content-Language": language_of(request.headers.get("accept-language")),
        "Cache-Control": "private, no-cache",  # kept by the phone, asked about each time
        "X-Content-Type-Options": "nosniff",
    }


def envelope(
    request: Request, status: int, key: str, values: Mapping[str, object], more: Mapping[str, str] | None = None
) -> Response:
    """An OpenRosaResponse with one message, in the language that was asked for."""
    shown = {name: value[:LONGEST_VALUE] if isinstance(value, str) else value for name, value in values.items()}
    told = sentence(key, language_of(request.headers.get("accept-language")), shown)
    nature = "submit_success" if status < 400 else "error"
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<OpenRosaResponse xmlns="{ENVELOPE}">'
        f'<message nature="{nature}">{_escaped(told)}</message></OpenRosaResponse>\n'
    )
    return _answer(request, body.encode(), status, {**headers(request), **(more or {})}, XML_TYPE)


def cached(request: Request, body: bytes, content_type: str, more: Mapping[str, str] | None = None) -> Response:
    """A document with its ETag; 304 without a body where the phone has that very one."""
    tag = f'"{md5(body)}"'
    own = {**headers(request), "ETag": tag, **(more or {})}
    known = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=own)
    return _answer(request, body, 200, own, content_type)


def no_content(request: Request, location: str) -> Response:
    """The answer to HEAD /submission: ODK Collect wants 204 and posts to what Location says."""
    return Response(status_code=204, headers={**headers(request), "Location": location})


def form_list(forms: Iterable[ServedForm], base: str, *, verbose: bool, described: str) -> bytes:
    """`base` is where this programme's forms stand, with the token where there is one in the address."""
    listed = "".join(_xform(form, base, described if verbose else "") for form in forms)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<xforms xmlns="{LISTED}">{listed}\n</xforms>\n'.encode()


def manifest(form: ServedForm, base: str) -> bytes:
    """The files of a form with their hashes; entity lists are never among them."""
    files = "".join(
        f"\n  <mediaFile><filename>{_escaped(name)}</filename><hash>md5:{digest}</hash>"
        f"<downloadUrl>{_escaped(f'{base}/forms/{form.definition_id}/media/{quote(name)}')}</downloadUrl></mediaFile>"
        for name, digest in form.files.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest xmlns="{MANIFEST}">{files}\n</manifest>\n'.encode()


def md5(content: bytes) -> str:
    """The only hash that OpenRosa knows; it finds changes and protects nothing."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _xform(form: ServedForm, base: str, described: str) -> str:
    place = f"{base}/forms/{form.definition_id}"
    parts = [
        ("formID", form.form_id),
        ("name", form.title),
        ("version", form.version),
        ("hash", f"md5:{md5(form.xml(f'{base}/submission'))}"),
        *([("descriptionText", described)] if described else []),
        ("downloadUrl", f"{place}.xml"),
        *([("manifestUrl", f"{place}/manifest")] if form.files else []),
    ]
    inner = "".join(f"<{name}>{_escaped(value)}</{name}>" for name, value in parts)
    return f"\n  <xform>{inner}</xform>"


def _answer(request: Request, body: bytes, status: int, own: dict[str, str], content_type: str) -> Response:
    response = Response(body, status, {**own, "Content-Type": content_type})
    if request.method == "HEAD":
        response.body = b""  # Content-Length keeps saying how long it would be
    return response


def _escaped(text: str) -> str:
    """Text as XML may hold it."""
    return escape("".join(sign for sign in text if sign >= " " or sign in "\t\n"))

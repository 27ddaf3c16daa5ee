"""Renders the chat page and its fragments, and says with which headers they go out."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from bot.channels.isolates import Part, parts_of
from bot.channels.web.bubbles import URGENT, Bubble, Timing
from bot.channels.web.visits import Progress
from bot.channels.web.words import PageWords
from referrals.asset_addresses import asset

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# `same-origin` and not `no-referrer`: under the latter browsers send `Origin: null` with our own forms.
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_templates = Environment(
    loader=PackageLoader("bot.channels.web"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
KEPT_WHOLE = frozenset({"date", "reference"})  # a link or a sentence may be longer than a line
_DIALLED = re.compile(r"(?<![\d+])\+?\d{3,15}(?!\d)", re.ASCII)


def _as_read(text: str, *, dialable: bool = False) -> Markup:
    """A text whose phones, references, links and dates keep their order inside Arabic, and do not break over lines.

    In a `dialable` one a hotline's number becomes something to tap.
    """
    return Markup("").join(_part(part, dialable=dialable) for part in parts_of(text))


def _part(part: Part, *, dialable: bool) -> Markup:
    shown = escape(part.text)
    if dialable:
        shown = Markup(_DIALLED.sub(lambda found: f'<a href="tel:{found[0]}" dir="ltr">{found[0]}</a>', str(shown)))
    if not part.kind:
        return shown
    if part.kind == "number":  # overridden and not only isolated: Arabic digits turn round at a blank or a dash
        return Markup('<bdo dir="ltr" class="kept-whole">{}</bdo>').format(shown)
    kept = Markup(' class="kept-whole"' if part.kind in KEPT_WHOLE else "")
    return Markup('<bdi dir="ltr"{}>{}</bdi>').format(kept, shown)


def _as_label(text: str) -> Markup:
    """The same on a button, whose icon and words are laid out side by side: the words stay one piece."""
    shown = _as_read(text)
    return shown if shown == escape(text) else Markup("<span>{}</span>").format(shown)


_templates.filters |= {"as_read": _as_read, "as_label": _as_label}
_templates.globals["asset"] = asset


@dataclass(frozen=True)
class View:
    """All that one page or fragment shows."""

    csrf: str
    once: str
    after: int
    start: str
    subtitle: str
    bubbles: Sequence[Bubble]
    progress: Markup | None
    clock: Markup | None
    waiting: bool = False
    fresh: bool = False


def once() -> str:
    """A name for what the forms of this page will post, so that a double click is one message."""
    return secrets.token_hex(16)


def page(view: View, words: PageWords) -> Response:
    """The whole page."""
    html = _templates.get_template("page.html").render(page=view, words=words, urgent=URGENT)
    return HTMLResponse(html, headers=HEADERS)


def fragment(view: View, words: PageWords, shown: Sequence[int]) -> Response:
    """What is new, for the page that runs our script. It says back in `got` which rows it has then."""
    html = _templates.get_template("fragment.html").render(page=view, words=words)
    place = {"X-Chat-After": str(view.after), "X-Chat-Got": ",".join(map(str, shown))}
    return HTMLResponse(html, headers=HEADERS | place)


def refused(words: PageWords, reason: str, status: int) -> Response:
    """What was posted was not taken; the reason, and a way back."""
    html = _templates.get_template("refused.html").render(words=words, reason=reason)
    return HTMLResponse(html, status_code=status, headers=HEADERS)


def progress_bar(done: Progress | None, words: PageWords, timing: Timing) -> Markup | None:
    """The line under the header while an interview asks."""
    if done is None:
        return None
    number, of = timing.voice.number(done.number), timing.voice.number(done.of)
    bar = Markup(
        '<div class="chat-progress" id="progress" role="region" aria-label="{0}">'
        '<span aria-hidden="true">{0}</span><progress max="{1}" value="{2}" aria-label="{0}">{0}</progress></div>'
    )
    return bar.format(words.progress.format(number=number, of=of), done.of, min(done.number, done.of))


def clock_face(now: datetime, timing: Timing) -> Markup:
    """The demonstration's day and hour."""
    local = timing.local(now).strftime("%Y-%m-%dT%H:%M")
    comma = "،" if timing.language == "ar" else ","
    shown = f"{timing.voice.day(now)}{comma} {timing.hour(now)}"
    return Markup('<time id="clock-now" datetime="{}">{}</time>').format(local, shown)

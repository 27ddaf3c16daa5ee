"""The addresses of the web chat."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.channels.web import posting
from bot.channels.web.chat import Chat
from bot.channels.web.page import HEADERS, fragment, page, refused
from bot.channels.web.pictures import SHOWN_IN_PAGE, Pictures
from bot.channels.web.visitors import Cookies, Visitor, from_our_page, new_visitor
from bot.channels.web.words import page_words
from bot.clock import Clock, ClockRefused
from bot.intake.inbox import Inbox
from referrals.documents.family_papers import KNOWN_NAME
from referrals.store.unit_of_work import Store

ANSWER_WITHIN = 2.0  # seconds that a post waits for its answer; what comes later is polled
MOVES = {"+3h": timedelta(hours=3), "+1d": timedelta(days=1), "+2d": timedelta(days=2)}

LARGEST_ID = 2**63 - 1  # what a 64-bit key can hold; anything beyond is simply not there


def make_chat(store: Store, inbox: Inbox, clock: Clock, *, sender_id: int, secure_cookies: bool) -> APIRouter:
    """The chat page at /chat and all it asks for; assets are served by whoever mounts this."""
    chat = Chat(store, inbox, clock, sender_id)
    cookies = Cookies(secure_cookies)
    router = APIRouter()
    _add_saying(router, chat, cookies)
    _add_clock(router, chat, cookies)
    _add_news(router, chat, cookies)
    _add_pictures(router, chat, cookies)
    _add_pages(router, chat, cookies)  # last: it takes any programme's name as a path
    return router


def _add_pages(router: APIRouter, chat: Chat, cookies: Cookies) -> None:
    def show(request: Request, lang: str, start: str) -> Response:
        visitor = cookies.visitor(request) or new_visitor()
        response = page(*chat.page(visitor, lang, start))
        cookies.keep(response, visitor)
        return response

    @router.api_route("/chat", methods=["GET", "HEAD"])
    def chat_page(request: Request, lang: str = "") -> Response:
        return show(request, lang, "")

    @router.api_route("/chat/{programme}", methods=["GET", "HEAD"])
    def chat_of_programme(request: Request, programme: str, lang: str = "") -> Response:
        if not chat.speaks_for(programme):
            return RedirectResponse("/chat", status_code=303, headers=HEADERS)
        return show(request, lang, programme)


def _add_saying(router: APIRouter, chat: Chat, cookies: Cookies) -> None:
    @router.post("/chat/say")
    async def say(request: Request) -> Response:
        """Takes what was posted, waits a moment for the answer, and shows it."""
        visitor = cookies.visitor(request)
        words = page_words("ar")
        if visitor is None or not from_our_page(request):
            return refused(words, words.refused, 403)
        try:
            posted = await posting.read_post(request)
        except posting.PostTooLarge:
            return refused(words, words.too_large, 413)
        except posting.Unreadable:
            return refused(words, words.refused, 400)
        if not visitor.wrote(posted.text("csrf")):
            return refused(words, words.refused, 403)
        told = await chat.take(visitor, posted)
        await chat.inbox.until_answered([line.id for line in told], ANSWER_WITHIN)
        if request.headers.get("x-requested-with") == "chat":
            shown = await asyncio.to_thread(
                chat.news, visitor, posted.number("after"), posted.text("day"), told, posted.text("label")
            )
            return fragment(*shown)
        anchor = await asyncio.to_thread(chat.first_new, visitor, posted.number("after"))
        return _to_chat(anchor)


def _add_news(router: APIRouter, chat: Chat, cookies: Cookies) -> None:
    @router.get("/chat/new")
    def news(request: Request, after: str = "", got: str = "", day: str = "") -> Response:
        """What the page does not have yet; notes the rows that it says it got."""
        visitor = cookies.visitor(request)
        if visitor is None:
            return Response(status_code=204, headers=HEADERS)
        have = [int(each) for each in got.split(",") if each.isascii() and each.isdigit() and len(each) < 19]
        chat.note_shown(visitor, have[:200])
        cursor = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
        if not chat.clock.movable and not chat.anything_new(visitor, cursor):
            return Response(status_code=204, headers=HEADERS)
        return fragment(*chat.news(visitor, cursor, day))  # a demonstration's clock is shown even without news


def _add_clock(router: APIRouter, chat: Chat, cookies: Cookies) -> None:
    @router.post("/chat/clock")
    async def move_clock(request: Request) -> Response:
        """Moves the demonstration's clock."""
        visitor = cookies.visitor(request)
        words = page_words("ar")
        if not chat.clock.movable:
            return Response(status_code=404, headers=HEADERS)
        try:
            posted = await posting.read_post(request)
        except (posting.PostTooLarge, posting.Unreadable):
            return refused(words, words.refused, 400)
        if visitor is None or not from_our_page(request) or not visitor.wrote(posted.text("csrf")):
            return refused(words, words.refused, 403)
        by = MOVES.get(posted.text("move"))
        if by is not None:
            try:
                await asyncio.to_thread(chat.clock.move, by)
            except ClockRefused:
                return Response(status_code=404, headers=HEADERS)
            chat.inbox.wake()
        return _to_chat("composer")


def _add_pictures(router: APIRouter, chat: Chat, cookies: Cookies) -> None:
    pictures = Pictures(chat.store, chat.clock)

    def file(found: tuple[bytes, str] | None) -> Response:
        if found is None:
            return Response(status_code=404, headers=HEADERS)
        content, kind = found
        inline = kind in SHOWN_IN_PAGE
        headers = HEADERS | {
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Content-Disposition": "inline" if inline else "attachment",
            "Cache-Control": "private, max-age=3600",  # what stands behind such an address never changes
        }
        return Response(content, media_type=kind if inline else "application/octet-stream", headers=headers)

    def known(request: Request) -> Visitor | None:
        return cookies.visitor(request)

    @router.get("/chat/card/{row_id}/{n}.png")
    def card(request: Request, row_id: int, n: int) -> Response:
        visitor = known(request)
        return file(
            pictures.of_message(chat.visit(visitor), row_id, n) if visitor and n >= 0 and row_id <= LARGEST_ID else None
        )

    @router.get("/chat/paper/{row_id}/{n}.pdf")
    def paper(request: Request, row_id: int, n: int) -> Response:
        visitor = known(request)
        mine = visitor and n >= 0 and row_id <= LARGEST_ID
        content = pictures.paper(chat.visit(visitor), row_id, n) if visitor and mine else None
        if content is None:
            return Response(status_code=404, headers=HEADERS)
        headers = HEADERS | {"Content-Disposition": f'attachment; filename="{KNOWN_NAME}"', "Cache-Control": "no-store"}
        return Response(content, media_type="application/pdf", headers=headers)

    @router.get("/chat/media/{media_id}")
    def media(request: Request, media_id: int) -> Response:
        visitor = known(request)
        return file(pictures.of_visitor(chat.visit(visitor), media_id) if visitor and media_id <= LARGEST_ID else None)


def _to_chat(anchor: str) -> Response:
    return RedirectResponse(f"/chat#{anchor}", status_code=303, headers=HEADERS)

"""The pages for an address that is none and for a fault: a person reads where to go, a program hears it as ever."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import HTMLResponse, PlainTextResponse
from starlette.exceptions import HTTPException

from referrals.asset_addresses import asset

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def _page(title: str, text: str, link: str, english: str, english_link: str) -> str:
    return f"""<!doctype html>
<html lang="ar" dir="rtl">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="theme-color" content="#0b5f58">
<title>{title} · خدمة سند</title>
<link rel="stylesheet" href="{asset("bootstrap.rtl.css")}"><link rel="stylesheet" href="{asset("sanad.css")}">
<link rel="stylesheet" href="{asset("console.css")}"></head>
<body class="signin-page">
<main class="signin">
<div class="signin-brand"><img src="{asset("sanad-mark.svg")}" alt="" width="72" height="72"></div>
<h1>{title}</h1>
<p>{text}</p>
<p><a href="/chat">{link}</a></p>
<p lang="en" dir="ltr">{english} <a href="/chat">{english_link}</a></p>
</main>
</body>
</html>
"""


PAGE = _page(
    "لا توجد صفحة هنا",
    "قد يكون العنوان ناقصاً أو قديماً.",
    "ابدؤوا المحادثة مع خدمة سند",
    "There is no page at this address.",
    "Go to the chat",
)
BROKEN = _page(
    "عذراً، حدث عطل عندنا",
    "ربما لم يصل ما أرسلتموه الآن. افتحوا المحادثة بعد دقيقة، وأرسلوه من جديد.",
    "إلى المحادثة",
    "Something broke on our side. What you sent just now may not have arrived: open the chat in a minute.",
    "Go to the chat",
)


def show_the_way(web: FastAPI) -> None:
    """Answers a browser that came to an unknown address, or met a fault, with a page, everybody else as before."""

    async def lost(request: Request, failure: HTTPException) -> Response:
        if failure.status_code == 404 and _reads_pages(request):
            return HTMLResponse(PAGE, status_code=404, headers=HEADERS)
        return await http_exception_handler(request, failure)

    async def broken(request: Request, _: Exception) -> Response:  # it is raised on afterwards, and so logged as ever
        if _reads_pages(request):
            return HTMLResponse(BROKEN, status_code=500, headers=HEADERS)
        return PlainTextResponse("Internal Server Error", status_code=500)

    web.add_exception_handler(HTTPException, lost)  # type: ignore[arg-type] # Starlette types every handler for any exception
    web.add_exception_handler(Exception, broken)


def _reads_pages(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")

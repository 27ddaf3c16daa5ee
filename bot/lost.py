"""The page for an address that is none: a person reads where to go instead, a program gets JSON as from any API."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
PAGE = """<!doctype html>
<html lang="ar" dir="rtl">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>خدمة سند</title>
<link rel="stylesheet" href="/assets/bootstrap.rtl.css"><link rel="stylesheet" href="/assets/sanad.css">
<link rel="stylesheet" href="/assets/console.css"></head>
<body class="signin-page">
<main class="signin">
<div class="signin-brand"><img src="/assets/sanad-mark.svg" alt="" width="72" height="72"></div>
<h1>لا توجد صفحة هنا</h1>
<p>قد يكون العنوان ناقصاً أو قديماً.</p>
<p><a href="/chat">ابدؤوا المحادثة مع خدمة سند</a></p>
<p lang="en" dir="ltr">There is no page at this address. <a href="/chat">Go to the chat</a></p>
</main>
</body>
</html>
"""


def show_the_way(web: FastAPI) -> None:
    """Answers a browser that came to an unknown address with a page, everybody else as before."""

    async def lost(request: Request, failure: HTTPException) -> Response:
        if failure.status_code == 404 and "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(PAGE, status_code=404, headers=HEADERS)
        return await http_exception_handler(request, failure)

    web.add_exception_handler(HTTPException, lost)  # type: ignore[arg-type] # Starlette types every handler for any exception

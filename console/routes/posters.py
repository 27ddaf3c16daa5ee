"""A campaign's poster: somebody writes its title and lines, looks at it, and takes it along as picture or PDF."""

from __future__ import annotations

import base64
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.pages import show
from console.signed_in import SignedIn, may_do, may_see
from console.words import Words
from referrals.documents.paper_facts import PosterFacts
from referrals.senders.links import ChatLink, chat_links
from referrals.staff.roles import Permission

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.MAKE_POSTER))]
Maker = Annotated[SignedIn, Depends(may_do(Permission.MAKE_POSTER))]
Title = Annotated[str, Form(max_length=120)]
Lines = Annotated[str, Form(max_length=600)]
Phone = Annotated[str, Form(max_length=40)]
Channel = Annotated[str, Form(max_length=20)]
MOST_LINES = 4
SOURCE = "poster"
ONLY_HERE = ("127.0.0.1", "localhost", "::1")


@routes.get("/poster")
def poster_page(visit: Reader) -> Response:
    """The form with words to begin with, and how they look."""
    words = Words(visit.voice)
    title, lines = words.t("paper.poster_default_title"), words.t("paper.poster_default_lines")
    return _page(visit, title, lines, "", "")


@routes.post("/poster")
def look(visit: Maker, title: Title = "", lines: Lines = "", phone: Phone = "", channel: Channel = "") -> Response:
    """The same page with the poster as it now is."""
    return _page(visit, title, lines, phone, channel)


@routes.post("/poster/poster.png")
def take_picture(
    visit: Maker, title: Title = "", lines: Lines = "", phone: Phone = "", channel: Channel = ""
) -> Response:
    """The poster as a picture to send around."""
    facts = _facts(visit, title, lines, phone, channel)
    if facts is None:
        return _page(visit, title, lines, phone, channel)
    return _file(_picture(facts), "image/png", "sanad-poster.png")


@routes.post("/poster/poster.pdf")
def take_paper(
    visit: Maker, title: Title = "", lines: Lines = "", phone: Phone = "", channel: Channel = ""
) -> Response:
    """The poster for a printer: A4, its letters sharp at any size."""
    from referrals.documents.paper import paper  # typst is loaded by who prints

    facts = _facts(visit, title, lines, phone, channel)
    if facts is None:
        return _page(visit, title, lines, phone, channel)
    return _file(paper("poster", facts), "application/pdf", "sanad-poster.pdf")


def _page(visit: SignedIn, title: str, lines: str, phone: str, channel: str) -> Response:
    facts = _facts(visit, title, lines, phone, channel)
    values: dict[str, Any] = {"title": title, "lines": lines, "phone": phone, "links": _links(visit)}
    values["channel"] = channel or values["links"][0].channel
    values["only_here"] = opens_only_here(next(each.url for each in values["links"] if each.channel == "web"))
    if facts is None:
        return show(visit, "poster.html", status=422, problem=True, picture="", **values)
    picture = "data:image/png;base64," + base64.b64encode(_picture(facts)).decode()
    return show(visit, "poster.html", problem=False, picture=picture, **values)


def _facts(visit: SignedIn, title: str, lines: str, phone: str, channel: str) -> PosterFacts | None:
    """The poster's facts; None where the title or the lines are missing or too many."""
    written = [line.strip() for line in lines.splitlines() if line.strip()]
    if not title.strip() or not written or len(written) > MOST_LINES:
        return None
    words = Words(visit.voice)
    links = _links(visit)
    link = next((each for each in links if each.channel == channel), links[0])
    return PosterFacts(
        service=words.t("name"),
        programme=visit.settings.name("ar") if visit.settings else "",
        title=title.strip(),
        lines=tuple(written),
        scan=words.t("paper.poster_scan"),
        free=words.t("paper.poster_free"),
        phone_label=words.t("paper.poster_call"),
        phone=phone.strip(),
        qr=link.url,
        address=link.typed if link.channel == "web" else "",
    )


def opens_only_here(url: str) -> bool:
    """Whether a link leads nowhere but to the machine itself: the service was given no public address."""
    return urlsplit(url).hostname in ONLY_HERE


def _links(visit: SignedIn) -> list[ChatLink]:
    settings = visit.settings
    if settings is None:
        raise NotHere
    return visit.console.store.transact(lambda uow: chat_links(uow, settings.id, visit.console.base_url, SOURCE))


def _picture(facts: PosterFacts) -> bytes:
    from referrals.documents.poster import draw_poster  # Pillow is loaded by who draws

    return draw_poster(facts)


def _file(content: bytes, content_type: str, name: str) -> Response:
    return Response(content, media_type=content_type, headers={"content-disposition": f'attachment; filename="{name}"'})

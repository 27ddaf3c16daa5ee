"""Sends to WhatsApp's Cloud API, one request a call; pacing and retries are delivery's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any, Protocol

from bot.channels.failures import DeliveryFailed, FetchFailed, Sent, failed
from bot.channels.fitting import Attachment, Fitted
from bot.channels.isolates import LRI, PDI
from bot.channels.whatsapp_bodies import message_body
from bot.channels.whatsapp_graph import MAX_FILE_BYTES, GraphClient
from bot.channels.whatsapp_templates import KnownTemplate, checked
from referrals.inbound import Address

TRACKER = 512  # characters of biz_opaque_callback_data
NOT_TAKEN = ("media_refused", "parameter_invalid", "file_lost")  # what an upload that is gone is refused with
NO_FLOW = ("flow_blocked", "flow_throttled", "parameter_invalid", "parameter_missing", "unsupported_type", "refused")
NOT_SUPPORTED = ("parameter_invalid", "unsupported_type", "refused")  # what a newer kind of button is refused with


class Memory(Protocol):
    """What one number knows between two sends, and between two processes: its templates and its uploads."""

    async def template(self, name: str, language: str) -> KnownTemplate | None:
        """None where the platform's list does not have it; one without a status where nothing was listed yet."""
        ...

    async def uploaded(self, content: bytes) -> str:
        """The id under which that content still stands at the platform; blank where it does not."""
        ...

    async def note_upload(self, content: bytes, media_id: str) -> None:
        """That content stands at the platform under that id; nowhere when the id is blank."""
        ...


class NoMemory:
    """Knows nothing: every template is the platform's to judge, every file is uploaded."""

    async def template(self, name: str, language: str) -> KnownTemplate | None:
        return KnownTemplate()

    async def uploaded(self, content: bytes) -> str:
        return ""

    async def note_upload(self, content: bytes, media_id: str) -> None:
        return None


class WhatsAppSender:
    """One business number's outgoing side. Cheap until the first call; `close` ends its connections."""

    def __init__(
        self, token: str, phone_id: str, api_base: str, *, memory: Memory | None = None, connections: int = 512
    ) -> None:
        self._phone_id, self._memory = phone_id, memory or NoMemory()
        self._graph = GraphClient(token, api_base, connections=connections)

    async def send(self, address: Address, fitted: Fitted, *, tracker: str = "") -> Sent:
        """The id of the message made. Raises `DeliveryFailed`, with reason `window_closed` when only a template may go.

        `tracker` comes back in every status of the message, so a send whose answer was lost can still be settled.
        """
        if fitted.template:
            fitted = checked(fitted, await self._memory.template(fitted.template, fitted.language))
        try:
            return await self._send(address, fitted, tracker)
        except DeliveryFailed as failure:
            if fitted.screens is not None and failure.reason.startswith(NO_FLOW):
                return await self._send(address, _without_screens(fitted), tracker)
            newer = fitted.ask == "contact" or fitted.link
            if not newer or not failure.reason.startswith(NOT_SUPPORTED):
                raise
        return await self._send(address, _in_words(fitted), tracker)

    async def _send(self, address: Address, fitted: Fitted, tracker: str) -> Sent:
        if fitted.file is None:
            return await self._post(address, fitted, "", tracker)
        known = await self._memory.uploaded(fitted.file.content)
        if known:
            try:
                return await self._post(address, fitted, known, tracker)
            except DeliveryFailed as failure:  # an upload lives for 30 days at most; then it is made again
                if not failure.reason.startswith(NOT_TAKEN):
                    raise
            await self._memory.note_upload(fitted.file.content, "")
        media_id = await self._upload(fitted.file)
        await self._memory.note_upload(fitted.file.content, media_id)
        return await self._post(address, fitted, media_id, tracker)

    async def _post(self, address: Address, fitted: Fitted, media_id: str, tracker: str) -> Sent:
        body = message_body(address, fitted, media_id)
        if tracker:
            body["biz_opaque_callback_data"] = tracker[:TRACKER]
        answered = await self._graph.request("POST", f"{self._phone_id}/messages", json=body)
        messages = answered.get("messages")
        first = messages[0] if isinstance(messages, list) and messages else None
        if not isinstance(first, dict) or not isinstance(first.get("id"), str):
            raise failed("answer_unreadable", "no message id", uncertain=True)
        return Sent((first["id"],))

    async def fetch_media(self, media_id: str) -> bytes:
        """The content of a file that a person sent, at most 20 MB. Raises `FetchFailed`."""
        try:
            told = await self._graph.request("GET", media_id, params={"phone_number_id": self._phone_id})
        except DeliveryFailed as failure:
            raise FetchFailed(failure.reason, permanent=failure.permanent, retry_after=failure.retry_after) from failure
        url, size = told.get("url"), told.get("file_size")
        if not isinstance(url, str) or not self._graph.may_show_token(url):
            raise FetchFailed("no address of the file that our token may be shown to")
        if isinstance(size, int) and size > MAX_FILE_BYTES:
            raise FetchFailed("too large", permanent=True)
        return await self._graph.download(url)

    async def fetch_file(self, file_id: str) -> bytes:
        """The same under the name that every channel has. Raises `FetchFailed`."""
        return await self.fetch_media(file_id)

    async def templates(self, waba_id: str) -> tuple[Mapping[str, Any], ...]:
        """The registered templates as the platform lists them, every page. Raises `DeliveryFailed`."""
        found: list[Mapping[str, Any]] = []
        query = {"limit": "100"}
        while True:
            page = await self._graph.request("GET", f"{waba_id}/message_templates", params=query)
            data, paging = page.get("data"), page.get("paging")
            found += [template for template in data if isinstance(template, dict)] if isinstance(data, list) else []
            cursors = paging.get("cursors") if isinstance(paging, dict) and paging.get("next") else None
            after = cursors.get("after") if isinstance(cursors, dict) else None
            if not isinstance(after, str) or after == query.get("after"):
                return tuple(found)
            query["after"] = after

    async def close(self) -> None:
        """Ends the connections."""
        await self._graph.close()

    async def _upload(self, file: Attachment) -> str:
        """The id of an uploaded file. A lost answer harms nobody here: nothing was shown to anyone yet."""
        import aiohttp

        form = aiohttp.FormData()
        form.add_field("messaging_product", "whatsapp")
        form.add_field("type", file.content_type)
        form.add_field("file", BytesIO(file.content), filename=file.file_name, content_type=file.content_type)
        try:
            answered = await self._graph.request("POST", f"{self._phone_id}/media", data=form)
        except DeliveryFailed as failure:
            failure.uncertain = False
            raise
        media_id = answered.get("id")
        if not isinstance(media_id, str):
            raise failed("file_lost", "no id of the upload")
        return media_id


def _without_screens(fitted: Fitted) -> Fitted:
    """The question alone, where its Flow cannot be opened: it is answered here all the same."""
    lead = fitted.screens.lead if fitted.screens is not None else ""
    return replace(fitted, text=fitted.text.removeprefix(lead), screens=None)


def _in_words(fitted: Fitted) -> Fitted:
    """The same said in a text: a number of this platform that has no such button yet still says all of it."""
    if not fitted.link:
        return replace(fitted, ask="")
    return replace(fitted, text=f"{fitted.text}\n{fitted.link_label}: {LRI}{fitted.link}{PDI}", link="", link_label="")

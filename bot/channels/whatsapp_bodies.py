"""The JSON that the Cloud API wants for each kind of message. Pure."""

from __future__ import annotations

from typing import Any

from bot.channels.fitting import Fitted
from bot.channels.words import words_of
from referrals.inbound import Address
from referrals.messages import OpensScreens

# The media types that the Cloud API shows in the chat.
PICTURES = frozenset({"image/jpeg", "image/png"})
PLAYED = frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"})
FILMS = frozenset({"video/mp4", "video/3gpp"})
PICTURE_BYTES = 5 * 1024 * 1024  # Meta's page on media: larger ones are refused as what they are
PLAYED_BYTES = 16 * 1024 * 1024


def message_body(address: Address, fitted: Fitted, media_id: str = "") -> dict[str, Any]:
    """The body of `POST /{phone_id}/messages`; `media_id` is the uploaded file's.

    A phone goes in `to`, a business-scoped user id in `recipient`: in `to` it is answered 200 and silently dropped.
    """
    recipient = {"recipient": address.value} if address.kind == "bsuid" else {"to": address.value.removeprefix("+")}
    kind, content = _content(fitted, media_id)
    return {"messaging_product": "whatsapp", "recipient_type": "individual", **recipient, "type": kind, kind: content}


def _content(fitted: Fitted, media_id: str) -> tuple[str, dict[str, Any]]:
    if fitted.template:
        return "template", _template(fitted, media_id)
    if media_id:
        return _file(fitted, media_id)
    if fitted.pin is not None:
        named = {"name": fitted.pin.name, "address": fitted.pin.address}
        point = {"latitude": fitted.pin.latitude, "longitude": fitted.pin.longitude}
        return "location", {**point, **{field: words for field, words in named.items() if words}}
    if fitted.screens is not None:
        return "interactive", _interactive("flow", fitted.text, _flow(fitted.screens))
    if fitted.layout == "buttons":
        return "interactive", _interactive("button", fitted.text, {"buttons": _buttons(fitted)})
    if fitted.layout == "rows":
        rows = [_row(choice.id, choice.label, choice.description) for choice in fitted.choices]
        opener = fitted.opener or words_of(fitted.language).choose
        return "interactive", _interactive("list", fitted.text, {"button": opener, "sections": [{"rows": rows}]})
    if fitted.ask == "location":
        action = {"name": "send_location"}
        return "interactive", _interactive("location_request_message", fitted.text, action)
    if fitted.ask == "contact":
        return "interactive", _interactive("request_contact_info", fitted.text, {"name": "request_contact_info"})
    if fitted.link:
        shown = {"display_text": fitted.link_label, "url": fitted.link}
        return "interactive", _interactive("cta_url", fitted.text, {"name": "cta_url", "parameters": shown})
    return "text", {"body": fitted.text, "preview_url": False}


def _interactive(kind: str, text: str, action: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "body": {"text": text}, "action": action}


def _flow(screens: OpensScreens) -> dict[str, Any]:
    """Opens with a question to our endpoint, which knows what is answered already."""
    shown = {"flow_id": screens.id, "flow_token": screens.token, "flow_cta": screens.label}
    return {"name": "flow", "parameters": {"flow_message_version": "3", "flow_action": "data_exchange", **shown}}


def _buttons(fitted: Fitted) -> list[dict[str, Any]]:
    return [{"type": "reply", "reply": {"id": c.id, "title": c.label}} for c in fitted.choices]


def _row(row_id: str, title: str, description: str) -> dict[str, str]:
    row = {"id": row_id, "title": title}
    return {**row, "description": description} if description else row


def _file(fitted: Fitted, media_id: str) -> tuple[str, dict[str, Any]]:
    content: dict[str, Any] = {"id": media_id}
    kind = _kind(fitted.file.content_type, len(fitted.file.content)) if fitted.file is not None else "image"
    if kind == "audio":
        return kind, content  # the platform takes no caption with a recording
    if fitted.text:
        content["caption"] = fitted.text
    if kind == "document" and fitted.file is not None:
        return kind, {**content, "filename": fitted.file.file_name}
    return kind, content


def _kind(content_type: str, size: int) -> str:
    """How WhatsApp shows a file of that type; what it cannot play, or not at that size, is a document to be opened."""
    if content_type in PLAYED and size <= PLAYED_BYTES:
        return "audio"
    if content_type in FILMS and size <= PLAYED_BYTES:
        return "video"
    return "image" if content_type in PICTURES and size <= PICTURE_BYTES else "document"


def _template(fitted: Fitted, media_id: str) -> dict[str, Any]:
    components: list[dict[str, Any]] = []
    if media_id:
        components.append({"type": "header", "parameters": [{"type": "image", "image": {"id": media_id}}]})
    if fitted.parameters:
        components.append({"type": "body", "parameters": [{"type": "text", "text": p} for p in fitted.parameters]})
    for index, choice in enumerate(fitted.choices):
        payload = [{"type": "payload", "payload": choice.id}]
        components.append({"type": "button", "sub_type": "quick_reply", "index": str(index), "parameters": payload})
    template = {"name": fitted.template, "language": {"code": fitted.language}}
    return {**template, "components": components} if components else template

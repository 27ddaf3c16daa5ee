"""Brings Flows and the key that seals them to the platform, by the Graph API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from bot.channels.failures import ChannelFailed, failed
from bot.channels.whatsapp_graph import GraphClient

CATEGORY = "SURVEY"
MOST_ERRORS = 5  # of those the platform found, as many as an operator reads


class FlowRefused(ChannelFailed):
    """The platform found errors in a Flow; nothing was published."""


class FlowPublisher:
    """One number's Flows. `close` ends its connections."""

    def __init__(self, token: str, phone_id: str, waba_id: str, api_base: str) -> None:
        self._graph, self._phone_id, self._waba_id = GraphClient(token, api_base), phone_id, waba_id

    async def upload_key(self, public_key: str) -> None:
        """Says with which key the number's Flows are sealed from now on. Raises `DeliveryFailed`."""
        path = f"{self._phone_id}/whatsapp_business_encryption"
        await self._graph.request("POST", path, data={"business_public_key": public_key})

    async def publish(self, name: str, flow: Mapping[str, Any], endpoint: str) -> str:
        """Makes a Flow, gives it its screens and publishes it; its id. Raises `FlowRefused` and `DeliveryFailed`."""
        wanted = {"name": name, "categories": [CATEGORY], "endpoint_uri": endpoint}
        made = await self._graph.request("POST", f"{self._waba_id}/flows", json=wanted)
        flow_id = made.get("id")
        if not isinstance(flow_id, str):
            raise failed("answer_unreadable", "no id of the flow")
        answered = await self._graph.request("POST", f"{flow_id}/assets", data=_asset(flow))
        wrong = answered.get("validation_errors")
        if isinstance(wrong, list) and wrong:
            raise FlowRefused("; ".join(map(_error, wrong[:MOST_ERRORS])))
        await self._graph.request("POST", f"{flow_id}/publish")
        return flow_id

    async def close(self) -> None:
        """Ends the connections."""
        await self._graph.close()


def _asset(flow: Mapping[str, Any]) -> Any:
    import aiohttp

    form = aiohttp.FormData()
    form.add_field("name", "flow.json")
    form.add_field("asset_type", "FLOW_JSON")
    content = BytesIO(json.dumps(flow, ensure_ascii=False).encode())
    form.add_field("file", content, filename="flow.json", content_type="application/json")
    return form


def _error(found: Any) -> str:
    if not isinstance(found, dict):
        return str(found)[:200]
    pointers = found.get("pointers")
    first = pointers[0] if isinstance(pointers, list) and pointers and isinstance(pointers[0], dict) else {}
    return " ".join(filter(None, (str(found.get("message", "")), str(first.get("path", "")))))[:300]

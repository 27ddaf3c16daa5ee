"""The proxy that the environment names for an address, looked up once: asked at every request it costs two threads."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass


def proxy_for(url: str) -> str | None:
    """The proxy's address; None where HTTP_PROXY, HTTPS_PROXY and NO_PROXY want none."""
    parts = urlsplit(url)
    return _proxy(parts.scheme, parts.netloc.rpartition("@")[2])


@cache
def _proxy(scheme: str, host: str) -> str | None:
    if proxy_bypass(host):
        return None
    return getproxies().get(scheme)

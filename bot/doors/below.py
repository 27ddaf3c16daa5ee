"""Everything below an address belongs to one application, whatever characters stand in it.

Starlette's own `Mount` leaves a path with a line break to nobody, and nobody answers in our words.
"""

from __future__ import annotations

from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import ASGIApp, Receive, Scope, Send


class Below(BaseRoute):
    """`prefix` and all that begins with it and a slash."""

    def __init__(self, prefix: str, app: ASGIApp) -> None:
        self.prefix, self.app = prefix, app

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the path is below; the application then finds the prefix in `root_path`."""
        root = scope.get("root_path", "")
        path: str = scope.get("path", "")
        rest = path[len(root) :] if path.startswith(root) else path
        if scope["type"] == "http" and (rest == self.prefix or rest.startswith(f"{self.prefix}/")):
            return Match.FULL, {"root_path": root + self.prefix, "endpoint": self.app}
        return Match.NONE, {}

    def url_path_for(self, name: str, /, **path_params: object) -> str:  # type: ignore[override] # it names no routes
        raise NoMatchFound(name, dict(path_params))

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def rest_of(scope: Scope) -> str:
    """The path below the address that an application stands at."""
    root: str = scope.get("root_path", "")
    path: str = scope["path"]
    return path[len(root) :] if path.startswith(root) else path

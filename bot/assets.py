"""Serves the files of `web_assets/`: small on a slow line, and asked for once per release."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qs

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from referrals.asset_addresses import FOLDER, mark

FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, no-cache"  # kept, and asked about each time: a file without a mark in its address may change
HEADERS = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}


class Assets(StaticFiles):
    """The files of a folder; one whose address names its content, and a font, is kept by browsers for good."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(HEADERS | {"Cache-Control": _kept(Path(full_path), scope)})
        return response


def add_assets(web: FastAPI) -> None:
    """Mounts them at /assets. Fonts are compressed as they are: only the rest goes out packed."""
    web.mount("/assets/fonts", Assets(directory=FOLDER / "fonts"), name="fonts")
    web.mount("/assets", GZipMiddleware(Assets(directory=FOLDER), minimum_size=1024, compresslevel=6), name="assets")


def _kept(path: Path, scope: Scope) -> str:
    if path.suffix == ".woff2":  # a sheet names a font without a mark: another font gets another name
        return FOR_GOOD
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("v", [""])[0]
    return FOR_GOOD if asked and asked == mark(path.relative_to(FOLDER).as_posix()) else ASK_AGAIN

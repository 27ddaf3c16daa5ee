"""A KoboToolbox on loopback: imports, deployments and the OpenRosa side, strict about keys, projects and versions."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from itertools import count
from os.path import splitext
from typing import Any

import openpyxl
from aiohttp import web
from lxml import etree

from tests.platforms.local_server import Fault, LocalServer
from tests.platforms.openrosa_parts import posted, response

KEY = "sample-kobo-api-key"


@dataclass
class KoboAsset:
    """A project: its sheets by version, what is deployed, its files."""

    uid: str
    name: str
    versions: list[dict[str, list[list[str]]]] = field(default_factory=list)
    deployed: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def version_id(self) -> str:
        return f"v{len(self.versions)}{self.uid}"


class KoboToolbox(LocalServer):
    """`with KoboToolbox() as kobo:` is both of its hosts at once; what it took stands in `submissions`."""

    def __init__(self) -> None:
        super().__init__()
        self.assets: dict[str, KoboAsset] = {}
        self.submissions: dict[str, tuple[bytes, dict[str, bytes]]] = {}
        self.imports: dict[str, list[dict[str, Any]]] = {}
        self.posts = 0
        self._numbers = count(1)

    def routes(self) -> list[web.RouteDef]:
        api = "/api/v2"
        return [
            web.get(f"{api}/assets/", self._guarded("search", self._search)),
            web.post(f"{api}/imports/", self._guarded("import", self._import)),
            web.get(f"{api}/imports/{{task}}/", self._guarded("look", self._look)),
            web.get(f"{api}/assets/{{asset}}/", self._guarded("asset", self._asset)),
            web.post(f"{api}/assets/{{asset}}/files/", self._guarded("file", self._file)),
            web.route("*", f"{api}/assets/{{asset}}/deployment/", self._guarded("deploy", self._deploy)),
            web.post("/api/v1/submissions", self._guarded("submission", self._submit)),
        ]

    def failed(self, fault: Fault) -> web.Response:
        return web.Response(text="<h1>Server Error (500)</h1>", content_type="text/html", status=fault.status)

    def _guarded(self, name: str, answer: Any) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            if request.headers.get("Authorization") != f"Token {KEY}":
                return web.json_response({"detail": "Invalid token."}, status=401)
            return await self.faulty(request, name, lambda: answer(request))

        return handle

    async def _search(self, request: web.Request) -> web.Response:
        wanted = re.fullmatch(r'asset_type:survey AND name:"([^"\\]*)"', request.query["q"])
        if wanted is None:
            return web.json_response({"detail": "Bad search syntax."}, status=400)
        found = [each for each in self.assets.values() if each.name == wanted[1]]
        return web.json_response({"results": [{"uid": each.uid, "name": each.name} for each in found]})

    async def _import(self, request: web.Request) -> web.Response:
        given = await request.post()
        upload = given["file"]
        assert isinstance(upload, web.FileField)
        book = openpyxl.load_workbook(io.BytesIO(upload.file.read()))
        sheets = {page.title: [[str(cell or "") for cell in row] for row in page.values] for page in book.worksheets}
        destination = str(given.get("destination", "")).rstrip("/").rpartition("/")[2]
        uid = destination or f"a{next(self._numbers)}Sample"
        asset = self.assets.setdefault(uid, KoboAsset(uid, splitext(str(given["name"]))[0]))
        asset.name = _title_of(sheets) or asset.name
        asset.versions.append(sheets)
        task = f"i{next(self._numbers)}"
        done = {"status": "complete", "messages": {"updated" if destination else "created": [{"uid": uid}]}}
        self.imports[task] = [{"status": "processing"}, done]
        return web.json_response({"uid": task, "status": "processing"}, status=201)

    async def _look(self, request: web.Request) -> web.Response:
        told = self.imports[request.match_info["task"]]
        return web.json_response(told.pop(0) if len(told) > 1 else told[0])

    async def _asset(self, request: web.Request) -> web.Response:
        asset = self.assets.get(request.match_info["asset"])
        if asset is None:
            return web.json_response({"detail": "Not found."}, status=404)
        deployed = [{"uid": version} for version in reversed(asset.deployed)]
        return web.json_response(
            {
                "uid": asset.uid,
                "has_deployment": bool(asset.deployed),
                "version_id": asset.version_id,
                "deployed_version_id": asset.deployed[-1] if asset.deployed else None,
                "deployed_versions": {"count": len(deployed), "results": deployed},
                "deployment__uuid": f"uuid-of-{asset.uid}" if asset.deployed else None,
            }
        )

    async def _file(self, request: web.Request) -> web.Response:
        given = await request.post()
        upload = given["content"]
        assert isinstance(upload, web.FileField)
        self.assets[request.match_info["asset"]].files[upload.filename] = upload.file.read()
        return web.json_response({}, status=201)

    async def _deploy(self, request: web.Request) -> web.Response:
        asset = self.assets[request.match_info["asset"]]
        given = await request.json()
        if (request.method == "PATCH") != bool(asset.deployed) or not given.get("active"):
            return web.json_response({"detail": "Method not allowed."}, status=405)
        if request.method == "PATCH" and given.get("version_id") != asset.version_id:
            return web.json_response({"detail": "Only the current version_id can be deployed"}, status=500)
        asset.deployed.append(asset.version_id)
        return web.json_response({})

    async def _submit(self, request: web.Request) -> web.Response:
        xml, files = await posted(request, by_file_name=True)
        root = etree.fromstring(xml)
        asset = self.assets.get(str(root.tag))
        if asset is None or not asset.deployed or root.get("id") != asset.uid:
            return response(404, "Form does not exist on this account")
        if (
            root.findtext("formhub/uuid") != f"uuid-of-{asset.uid}"
            or root.findtext("__version__") not in asset.deployed
        ):
            return response(400, "Wrong formhub uuid or version.")
        instance = next((each.text or "" for each in root.iter() if str(each.tag).endswith("instanceID")), "")
        old = next((each.text or "" for each in root.iter() if str(each.tag).endswith("deprecatedID")), "")
        with self.lock:
            self.posts += 1
            known = self.submissions.get(instance)
            if known is not None:
                return response(202 if known[0] == xml else 409, "Duplicate")
            if old and old not in self.submissions:
                return response(403, "Forbidden attempt to edit a submission.")
            _, kept = self.submissions.pop(old, (b"", {}))  # an edit keeps its files that are still named
            self.submissions[instance] = xml, kept | files
        self.announce()
        return response(201, "Successful submission.")


def _title_of(sheets: dict[str, list[list[str]]]) -> str:
    """The title that the sheet `settings` gives: a project is called so, whatever name its import was given."""
    header, *rows = sheets.get("settings") or [[]]
    return rows[0][header.index("form_title")] if rows and "form_title" in header else ""

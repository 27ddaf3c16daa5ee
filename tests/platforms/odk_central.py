"""An ODK Central on loopback: strict about sessions, versions and instance ids, and keeping all that it takes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import web
from lxml import etree

from tests.platforms.local_server import Fault, LocalServer
from tests.platforms.openrosa_parts import posted, response

EMAIL, PASSWORD, PROJECT = "officer@sample.invalid", "a long sample pass phrase", 7
RESPONSE = (
    '<OpenRosaResponse xmlns="http://openrosa.org/http/response"><message nature="{}">{}</message></OpenRosaResponse>'
)
XFORMS = "{http://www.w3.org/2002/xforms}"


@dataclass
class CentralForm:
    """A form of the project: its published versions, its draft, and the files of the draft."""

    versions: dict[str, bytes] = field(default_factory=dict)
    draft: bytes | None = None
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass
class TakenSubmission:
    """A submission as it was taken."""

    form_id: str
    version: str
    xml: bytes
    files: dict[str, bytes]
    first: str
    """The instance id of the submission that it is, or that it corrects."""
    current: bool = True


class OdkCentral(LocalServer):
    """`with OdkCentral() as central:` serves project 7 at `central.project`. What it took stands in `submissions`.

    Behaviour read from Central's own API description and its tests: 404 for a form or version it does not know, 409
    for other XML under a known instance id, 201 for the very same once more. A correction names the version that is
    current (`deprecatedID`), is found below the first one, and takes the place of the one that it names.
    """

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, CentralForm] = {}
        self.submissions: dict[str, TakenSubmission] = {}
        self.posts = 0
        self.sessions: set[str] = set()
        self.refused: list[tuple[str, int]] = []
        self._numbers = count(1)

    @property
    def project(self) -> str:
        return f"{self.url}/v1/projects/{PROJECT}"

    def end_sessions(self) -> None:
        """Everybody has to sign in again."""
        with self.lock:
            self.sessions.clear()

    def routes(self) -> list[web.RouteDef]:
        base = f"/v1/projects/{PROJECT}"
        return [
            web.post("/v1/sessions", self._sign_in),
            web.get(f"{base}/forms/{{form}}", self._guarded("form", self._form)),
            web.get(f"{base}/forms/{{form}}/versions/{{version}}", self._guarded("version", self._version)),
            web.post(f"{base}/forms", self._guarded("create", self._create)),
            web.post(f"{base}/forms/{{form}}/draft", self._guarded("draft", self._draft)),
            web.post(f"{base}/forms/{{form}}/draft/attachments/{{name}}", self._guarded("file", self._file)),
            web.post(f"{base}/forms/{{form}}/draft/publish", self._guarded("publish", self._publish)),
            web.get(f"{base}/forms/{{form}}/submissions/{{instance}}", self._guarded("one", self._one)),
            web.get(
                f"{base}/forms/{{form}}/submissions/{{first}}/versions/{{instance}}", self._guarded("one", self._one)
            ),
            web.post(f"{base}/submission", self._guarded("submission", self._submit)),
        ]

    def failed(self, fault: Fault) -> web.Response:
        return web.json_response({"message": "Internal Server Error"}, status=fault.status)

    async def _sign_in(self, request: web.Request) -> web.Response:
        given = await request.json()
        if given != {"email": EMAIL, "password": PASSWORD}:
            return self._problem("sessions", 401, "Could not authenticate with the provided credentials.")
        token = f"sample-session-{next(self._numbers)}"
        with self.lock:
            self.sessions.add(token)
        return web.json_response({"token": token, "expiresAt": "2099-01-01T00:00:00.000Z"})

    def _guarded(self, name: str, answer: Any) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if token not in self.sessions:
                return self._problem(name, 401, "Could not authenticate with the provided credentials.")
            return await self.faulty(request, name, lambda: answer(request))

        return handle

    async def _form(self, request: web.Request) -> web.Response:
        found = self.forms.get(request.match_info["form"])
        return web.json_response({"xmlFormId": "x"}) if found else self._problem("form", 404, "Not found.")

    async def _version(self, request: web.Request) -> web.Response:
        form = self.forms.get(request.match_info["form"])
        version = request.match_info["version"].replace("___", "")
        if form is None or version not in form.versions:
            return self._problem("version", 404, "Could not find the resource you were looking for.")
        return web.json_response({"version": version})

    async def _create(self, request: web.Request) -> web.Response:
        if request.content_type != "application/xml":
            return self._problem("create", 400, "Expected XML.")
        xml = await request.read()
        form_id, _ = _identity(xml)
        with self.lock:
            if form_id in self.forms:
                return self._problem("create", 409, f"A resource already exists with xmlFormId {form_id}.")
            self.forms[form_id] = CentralForm(draft=xml)
        return web.json_response({"xmlFormId": form_id})

    async def _draft(self, request: web.Request) -> web.Response:
        form = self.forms.get(request.match_info["form"])
        if form is None:
            return self._problem("draft", 404, "Could not find the resource you were looking for.")
        form.draft = await request.read()
        return web.json_response({"success": True})

    async def _file(self, request: web.Request) -> web.Response:
        form = self.forms.get(request.match_info["form"])
        name = request.match_info["name"]
        if form is None or form.draft is None or name.encode() not in form.draft:
            return self._problem("file", 404, "Could not find the resource you were looking for.")
        form.files[name] = await request.read()
        return web.json_response({"name": name, "exists": True})

    async def _publish(self, request: web.Request) -> web.Response:
        form = self.forms.get(request.match_info["form"])
        if form is None or form.draft is None:
            return self._problem("publish", 404, "Could not find the resource you were looking for.")
        _, version = _identity(form.draft)
        if version in form.versions:
            return self._problem("publish", 409, "You tried to publish a version that has already existed.")
        form.versions[version], form.draft = form.draft, None
        return web.json_response({"success": True})

    async def _one(self, request: web.Request) -> web.Response:
        instance = request.match_info["instance"]
        found = self.submissions.get(instance)
        if found is not None and found.first != request.match_info.get("first", instance):
            found = None
        return web.json_response({"instanceId": "x"}) if found else self._problem("one", 404, "Not found.")

    async def _submit(self, request: web.Request) -> web.Response:
        if request.headers.get("X-OpenRosa-Version") != "1.0":
            return self._openrosa(400, "A required header was not sent.")
        return self._taken(*await posted(request))

    def _taken(self, xml: bytes, files: dict[str, bytes]) -> web.Response:
        root = etree.fromstring(xml)
        form_id, version = root.get("id", ""), root.get("version", "")
        instance = next((each.text or "" for each in root.iter() if str(each.tag).endswith("instanceID")), "")
        form = self.forms.get(form_id)
        if form is None or version not in form.versions:
            return self._openrosa(404, f"The form version specified in this submission '{version}' does not exist.")
        old = next((each.text or "" for each in root.iter() if str(each.tag).endswith("deprecatedID")), "")
        with self.lock:
            self.posts += 1
            known, before = self.submissions.get(instance), self.submissions.get(old)
            if old and before is None:
                return self._openrosa(404, f"There is no submission with the deprecatedID {old}.")
            if known is not None and known.xml != xml:
                return self._openrosa(409, "A submission already exists with this ID, but with different XML.")
            if (known is not None and not known.current) or (known is None and before and not before.current):
                return self._openrosa(409, f"The copy you were editing ({old or instance}) is now out of date.")
            if known is None and before is not None:
                before.current = False
            first = before.first if before is not None else instance
            taken = self.submissions.setdefault(instance, TakenSubmission(form_id, version, xml, {}, first))
            named = {text.strip() for text in root.itertext()}
            taken.files.update({name: content for name, content in files.items() if name in named})
        self.announce()
        return self._openrosa(201, "full submission upload was successful!")

    def _openrosa(self, status: int, message: str) -> web.Response:
        if status >= 400:
            self.refused.append(("submission", status))
        return response(status, message)

    def _problem(self, name: str, status: int, message: str) -> web.Response:
        self.refused.append((name, status))
        return web.json_response({"message": message, "code": status + 0.1}, status=status)


def _identity(xml: bytes) -> tuple[str, str]:
    """A form's id and version."""
    root = etree.fromstring(xml)
    instance = next(root.iter(f"{XFORMS}instance"))[0]
    return re.sub(r"\s", "", instance.get("id", "")), instance.get("version", "")

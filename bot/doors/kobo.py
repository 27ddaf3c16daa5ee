"""KoboToolbox: imports a form's version as an asset, deploys it, then posts submissions to the OpenRosa side.

Its project has an id of its own, so the root of a submission is renamed to it and carries the deployment's uuid and
version, as KoboToolbox's own forms do (support.kobotoolbox.org/api; the v2 API has no way to add a submission).
"""

from __future__ import annotations

import asyncio
import io
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientSession, FormData
from lxml import etree

from bot.doors.remote import Answer, PushFailed, UnknownVersion, ask, submission_parts
from dialogs.form import FormError
from dialogs.form.workbook import Cells, Sheet, read_workbook
from dialogs.form.xml import elements, local_name, parse_xml
from referrals.submissions.outgoing import FormToPublish, Outgoing, Remote, Target

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNFIT_IN_A_SEARCH = str.maketrans({'"': "'", "\\": "/"})  # its query language has no way to write them
LOOKS = 40  # at an import that is still being worked on
BETWEEN_LOOKS = 1.5  # seconds


class Kobo:
    """One account of a KoboToolbox server, by its API key."""

    def __init__(self, http: ClientSession, target: Target) -> None:
        self.http, self.target = http, target
        self.api = f"{target.url}/api/v2"

    async def publish(self, form: FormToPublish) -> Remote:
        """The account has this version afterwards, deployed: as a new project, or in the one of versions before."""
        title = project_name(form)
        before = form.before.id if form.before is not None else ""
        asset = before if before and await self._is_there(before) else await self._asset_named(title)
        asset = await self._import(form, title, asset)
        for name, content in form.files.items():
            await self._add_file(asset, name, content)
        await self._deploy(asset)
        return await self._deployed(asset)

    async def submit(self, outgoing: Outgoing, remote: Remote) -> None:
        """Posts it. 202 and 409 say that it is there already; raises `UnknownVersion`."""
        parts = submission_parts(renamed(outgoing.xml, remote), outgoing.files)
        address = f"{outgoing.target.submit_url}/api/v1/submissions"
        answer = await self._ask("POST", address, data=parts, headers={"X-OpenRosa-Version": "1.0"})
        if answer.status in (201, 202, 409):
            return
        if answer.status == 404:
            raise UnknownVersion(f"submitting: 404 {answer.said()}")
        raise answer.failure("submitting")

    async def _is_there(self, asset: str) -> bool:
        return (await self._ask("GET", f"{self.api}/assets/{asset}/?format=json")).status == 200

    async def _asset_named(self, title: str) -> str:
        """A project that an earlier try made before its answer was lost; blank when there is none."""
        query = urlencode({"q": f'asset_type:survey AND name:"{title}"', "format": "json", "limit": 20})
        answer = await self._ask("GET", f"{self.api}/assets/?{query}")
        if answer.status != 200:
            raise answer.failure("looking for the project")
        found = [each for each in answer.json().get("results", []) if each.get("name") == title]
        return str(found[0]["uid"]) if found else ""

    async def _import(self, form: FormToPublish, title: str, asset: str) -> str:
        parts = FormData(quote_fields=False)
        parts.add_field("name", title)
        parts.add_field("library", "false")
        if asset:
            parts.add_field("destination", f"{self.api}/assets/{asset}/")
        parts.add_field("file", workbook(form), filename=f"{form.form_id}.xlsx", content_type=XLSX)
        begun = await self._ask("POST", f"{self.api}/imports/?format=json", data=parts)
        if begun.status not in (200, 201):
            raise begun.failure("sending the form")
        return await self._imported(str(begun.json().get("uid", "")), asset)

    async def _imported(self, task: str, asset: str) -> str:
        for _ in range(LOOKS):
            answer = await self._ask("GET", f"{self.api}/imports/{task}/?format=json")
            if answer.status != 200:
                raise answer.failure("looking at the import")
            told: dict[str, Any] = answer.json()
            if told.get("status") == "complete":
                messages = told.get("messages", {})
                made = [*messages.get("created", []), *messages.get("updated", [])]
                return asset or str(next((each["uid"] for each in made if each.get("uid")), ""))
            if told.get("status") == "error":
                raise PushFailed(f"the form was not imported: {str(told.get('messages'))[:200]}", permanent=True)
            await asyncio.sleep(BETWEEN_LOOKS)
        raise PushFailed("the import takes too long")

    async def _add_file(self, asset: str, name: str, content: bytes) -> None:
        parts = FormData(quote_fields=False)
        parts.add_field("file_type", "form_media")
        parts.add_field("description", name)
        parts.add_field("content", content, filename=name, content_type="application/octet-stream")
        answer = await self._ask("POST", f"{self.api}/assets/{asset}/files/?format=json", data=parts)
        if answer.status not in (200, 201, 400):  # 400: this file is there already
            raise answer.failure(f"sending the form's file {name}")

    async def _deploy(self, asset: str) -> None:
        there = await self._asset(asset)
        method = "PATCH" if there.get("has_deployment") else "POST"
        wanted: dict[str, Any] = {"active": True}
        if method == "PATCH":
            wanted["version_id"] = there.get("version_id")
        answer = await self._ask(method, f"{self.api}/assets/{asset}/deployment/?format=json", body=wanted)
        if answer.status not in (200, 201):
            raise answer.failure("deploying the form")

    async def _deployed(self, asset: str) -> Remote:
        there = await self._asset(asset)
        versions = there.get("deployed_versions", {}).get("results", [])
        version = str(versions[0]["uid"]) if versions else str(there.get("deployed_version_id") or "")
        return Remote(asset, str(there.get("deployment__uuid") or ""), version)

    async def _asset(self, asset: str) -> dict[str, Any]:
        answer = await self._ask("GET", f"{self.api}/assets/{asset}/?format=json")
        if answer.status == 404:
            raise UnknownVersion(f"the project {asset} is gone")
        if answer.status != 200:
            raise answer.failure("reading the project")
        found: dict[str, Any] = answer.json()
        return found

    async def _ask(
        self,
        method: str,
        url: str,
        *,
        data: FormData | None = None,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        let_in = {"Authorization": f"Token {self.target.secret}", **(headers or {})}
        answer = await ask(self.http, method, url, headers=let_in, data=data, body=body)
        if answer.status in (401, 403):
            raise PushFailed(f"{answer.status}: this API key may not do that: {answer.said()}")
        return answer


def project_name(form: FormToPublish) -> str:
    """What the project is called there: the form's title, and its id so that it is found again."""
    title = " ".join(form.title.translate(UNFIT_IN_A_SEARCH).split())
    return f"{title} ({form.form_id})"


def workbook(form: FormToPublish) -> bytes:
    """The form as .xlsx, which is all that KoboToolbox imports, titled as its project.

    KoboToolbox calls a project what the sheet `settings` has as its title, whatever name the import is given. Raises
    `PushFailed` for a form that came as XForm.
    """
    import openpyxl  # only who publishes to KoboToolbox needs it

    try:
        sheets = dict(read_workbook(form.source, name=form.name).sheets)
    except FormError as failure:
        raise PushFailed(f"the form is no XLSForm: {failure}", permanent=True) from failure
    if not sheets:
        raise PushFailed("KoboToolbox takes XLSForms only; this form came as an XForm", permanent=True)
    sheets["settings"] = _titled(sheets.get("settings", Sheet((), ())), project_name(form))
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, sheet in sheets.items():
        page = book.create_sheet(name)
        page.append(list(sheet.header))
        for row in sheet.rows:
            page.append([row.get(column, "") for column in sheet.header])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _titled(settings: Sheet, title: str) -> Sheet:
    """The sheet with this title in place of its own."""
    header = tuple(column for column in settings.header if column.lower() not in ("form_title", "title"))
    first: Cells = settings.rows[0] if settings.rows else {}
    return Sheet((*header, "form_title"), ({**first, "form_title": title},))


def renamed(xml: bytes, remote: Remote) -> bytes:
    """The submission as one of the project: same answers, its root and version those of the deployment."""
    root = parse_xml(xml)
    root.tag = remote.id
    root.set("id", remote.id)
    root.set("version", remote.version)
    for child in elements(root):
        if local_name(child) in ("formhub", "__version__"):
            root.remove(child)
    formhub = etree.Element("formhub")
    etree.SubElement(formhub, "uuid").text = remote.uuid
    root.insert(0, formhub)
    meta = next((child for child in elements(root) if local_name(child) == "meta"), None)
    version = etree.Element("__version__")
    version.text = remote.version
    if meta is not None:
        meta.addprevious(version)
    else:
        root.append(version)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)

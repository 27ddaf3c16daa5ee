"""ODK Central: publishes a form's version, then posts submissions of it (docs.getodk.org/central-api)."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from aiohttp import ClientSession, FormData

from bot.doors.remote import Answer, PushFailed, UnknownVersion, ask, submission_parts
from referrals.submissions.outgoing import FormToPublish, Outgoing, Remote, Target

SUBMIT = {"X-OpenRosa-Version": "1.0"}
NO_VERSION = "___"  # how Central writes a blank version in an address


class Central:
    """One project of a Central server, signed in as a web user of it; a session lasts a day."""

    def __init__(self, http: ClientSession, target: Target, sessions: dict[int, str]) -> None:
        self.http, self.target, self.sessions = http, target, sessions

    async def publish(self, form: FormToPublish) -> Remote:
        """Central has this version afterwards, published. Doing it twice changes nothing."""
        base = f"{self.target.url}/forms"
        mine = f"{base}/{quote(form.form_id, safe='')}"
        there = await self._ask("GET", f"{mine}/versions/{quote(form.version, safe='') or NO_VERSION}")
        if there.status == 200:
            return Remote(form.form_id, "", form.version)
        if there.status != 404:
            raise there.failure("asking for the form")
        await self._draft(base, mine, form)
        for name, content in form.files.items():
            kept = await self._ask("POST", f"{mine}/draft/attachments/{quote(name, safe='')}", content)
            if kept.status not in (200, 404):  # 404: the form does not name this file
                raise kept.failure(f"sending the form's file {name}")
        done = await self._ask("POST", f"{mine}/draft/publish")
        if done.status not in (200, 409):  # 409: somebody published this very version meanwhile
            raise done.failure("publishing the form")
        return Remote(form.form_id, "", form.version)

    async def submit(self, outgoing: Outgoing, _: Remote) -> None:
        """Posts it. Central takes the same submission again without a second one; raises `UnknownVersion`."""
        answer = await self._ask("POST", f"{self.target.url}/submission", outgoing=outgoing)
        if answer.status in (201, 202):
            return
        if answer.status == 404:
            raise UnknownVersion(f"submitting: 404 {answer.said()}")
        if answer.status == 409 and await self._is_there(outgoing):
            return
        if answer.status == 409:
            raise PushFailed(f"submitting: 409 {answer.said()}", permanent=True)
        raise answer.failure("submitting")

    async def _is_there(self, outgoing: Outgoing) -> bool:
        """Whether a submission of this instance id stands there: ours, since nobody else makes such an id.

        Central names a correction below the submission that it corrects.
        """
        form, first = quote(outgoing.form.form_id, safe=""), quote(outgoing.first_id, safe="")
        address = f"{self.target.url}/forms/{form}/submissions/{first}"
        if outgoing.instance_id != outgoing.first_id:
            address += f"/versions/{quote(outgoing.instance_id, safe='')}"
        found = await self._ask("GET", address)
        return found.status == 200

    async def _draft(self, base: str, mine: str, form: FormToPublish) -> None:
        """A draft of this version: of a form that is there, else of a new one."""
        there = await self._ask("GET", mine)
        address = f"{mine}/draft" if there.status == 200 else base
        made = await self._ask("POST", f"{address}?ignoreWarnings=true", form.xml, content_type="application/xml")
        if made.status not in (200, 409):  # 409: an answer was lost, and the form is there already
            raise made.failure("sending the form")

    async def _ask(
        self,
        method: str,
        url: str,
        content: bytes | None = None,
        *,
        content_type: str = "application/octet-stream",
        outgoing: Outgoing | None = None,
    ) -> Answer:
        """A request of the signed-in user; signs in again once where the session has ended."""
        answer = Answer(0, b"")
        for again in (False, True):
            headers = {"Authorization": f"Bearer {await self._session(renew=again)}"}
            data: FormData | bytes | None = content
            if outgoing is not None:
                headers |= SUBMIT
                data = submission_parts(outgoing.xml, outgoing.files)  # made anew: it can be sent only once
            elif content is not None:
                headers |= {"Content-Type": content_type}
            answer = await ask(self.http, method, url, headers=headers, data=data)
            if answer.status != 401:
                break
        if answer.status in (401, 403):
            raise PushFailed(f"{answer.status}: this web user may not do that in the project: {answer.said()}")
        return answer

    async def _session(self, *, renew: bool) -> str:
        known = self.sessions.get(self.target.id)
        if known is not None and not renew:
            return known
        email, colon, password = self.target.secret.partition(":")
        if not colon:
            raise PushFailed("the secret is not email:password of a web user", permanent=True)
        parts = urlsplit(self.target.url)
        login = {"email": email, "password": password}
        answer = await ask(self.http, "POST", f"{parts.scheme}://{parts.netloc}/v1/sessions", body=login)
        if answer.status != 200:
            raise PushFailed(f"signing in: {answer.status} {answer.said()}", away=answer.status >= 500)
        token = str(answer.json().get("token", ""))
        self.sessions[self.target.id] = token
        return token

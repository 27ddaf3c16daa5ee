"""Phones of researchers beside a store: app users, requests as ODK Collect makes them, and filled visit forms."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from bot.doors.openrosa import make_openrosa
from referrals.definitions.in_force import definition_id, form_by_id
from referrals.store.unit_of_work import Store
from referrals.submissions.app_users import Credentials, add_app_user
from referrals.submissions.records import AppUser, ReceivedSubmission, SubmissionFile
from tests.conftest import FrozenClock

JPEG = b"\xff\xd8\xff\xe0" + b"sample picture" * 20
# What ODK Collect sends with every request: its date is localized and in twelve hours, so nobody may read it.
COLLECT = {
    "User-Agent": "org.odk.collect.android/v2026.1.0 Dalvik/2.1.0 (Linux; U; Android 14; sample)",
    "X-OpenRosa-Version": "1.0",
    "Date": "Sun, 01 Nov 2026 07:00:00 GMT",
}


def new_instance() -> str:
    """An instance id as Collect makes them."""
    return f"uuid:{uuid.uuid4()}"


@dataclass
class Phone:
    """One app user's phone at OpenRosa's door."""

    store: Store
    clock: FrozenClock
    programme: str = "kuwait"
    name: str = "هاتف منى (عيّنة)"
    more: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        def add(uow: Any) -> tuple[int, Credentials]:
            user, given = add_app_user(uow, self.programme, self.name, self.clock(), actor="operator", **self.more)
            return user.id, given

        self.user_id, self.credentials = self.store.transact(add)
        app = FastAPI()
        app.include_router(make_openrosa(self.store, self.clock, base_url=""))
        self.client = TestClient(app, headers=COLLECT)

    @property
    def server(self) -> str:
        """The address that the settings code gives it."""
        return f"/openrosa/key/{self.credentials.token}/{self.programme}"

    def get(self, path: str, **given: Any) -> Response:
        return self.client.get(f"{self.server}{path}", **given)

    def submits(
        self, xml: str | bytes, files: Mapping[str, bytes] | None = None, *, incomplete: bool = False, **given: Any
    ) -> Response:
        """One post, with its parts named and ordered as ODK Collect does."""
        content = xml.encode() if isinstance(xml, str) else xml
        parts: list[Any] = [("xml_submission_file", ("visit_2026-11-01.xml", content, "text/xml"))]
        parts += [(name, (name, body, "image/jpeg")) for name, body in (files or {}).items()]
        data = {"*isIncomplete*": "yes"} if incomplete else None
        return self.client.post(f"{self.server}/submission?deviceID=collect%3Asample", files=parts, data=data, **given)

    def visit(self, instance: str = "", **answers: str) -> str:
        """A filled visit form; `photo="x.jpg"` and the like, `deprecated` and `version` as meta and attribute."""
        given = {"version": self.version("visit"), "deprecated": "", "number": "", "photo": "", "words": "", **answers}
        deprecated = f"<orx:deprecatedID>{given['deprecated']}</orx:deprecatedID>" if given["deprecated"] else ""
        return (
            "<?xml version='1.0' ?>"
            f'<data id="{self.programme}_visit" version="{escape(given["version"])}" '
            'xmlns:orx="http://openrosa.org/xforms"><about>'
            f"<application_number>{escape(given['number'])}</application_number>"
            "<visit_date>2026-11-01</visit_date><visit_result>done</visit_result></about>"
            f"<next><family_words>{escape(given['words'])}</family_words><photo>{escape(given['photo'])}</photo></next>"
            f"<orx:meta>{deprecated}<orx:instanceID>{instance or new_instance()}</orx:instanceID></orx:meta></data>"
        )

    def version(self, form: str) -> str:
        """The version of a form that is in force."""
        with self.store.reading() as uow:
            return form_by_id(uow, definition_id(uow, self.programme, "form", form) or 0).version

    def received(self) -> list[ReceivedSubmission]:
        """Every submission that was kept, by id."""
        with self.store.reading() as uow:
            return list(uow.session.scalars(select(ReceivedSubmission).order_by(ReceivedSubmission.id)))

    def files(self) -> list[SubmissionFile]:
        """Every file that a submission named, by id."""
        with self.store.reading() as uow:
            return list(uow.session.scalars(select(SubmissionFile).order_by(SubmissionFile.id)))

    def user(self) -> AppUser:
        with self.store.reading() as uow:
            return uow.session.get_one(AppUser, self.user_id)


def intake(phone: Phone, instance: str = "", **answers: str) -> str:
    """The shortest intake of Kuwait, as Collect would send it."""
    given = {"own_name": "فاطمة عيّنة", "number": "50012345", "size": "5", "place": "", **answers}
    place = f"<place><governorate>{given['place']}</governorate></place>" if given["place"] else ""
    return (
        f'<data id="kuwait_intake" version="{phone.version("intake")}"><who><for_whom>self</for_whom>'
        f"<own_name>{given['own_name']}</own_name><applicant_age>42</applicant_age></who>"
        "<need><main_need>food</main_need><urgent_facts>none</urgent_facts></need>"
        f"<home><household_size>{given['size']}</household_size></home>"
        f"{place}"
        f"<contact><phone>{given['number']}</phone></contact>"
        f"<meta><instanceID>{instance or new_instance()}</instanceID></meta></data>"
    )

"""Kuwait's programme with two centres' desks and a clerk, and a browser that fills pages in as people do."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from lxml.html import HtmlElement, fromstring
from sqlalchemy import func, select

from console.app import make_console
from referrals.directory.records import Location
from referrals.filling.records import DeskFilling
from referrals.staff.accounts import add_membership, add_staff
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.console.conftest import ASSETS, BASE, QUICK, Visitor
from tests.console.world import PASSWORD

STAFF = (
    ("desk@one.invalid", "منى (عيّنة)", "desk", "loc-kuwait-hawalli"),
    ("desk@two.invalid", "هدى (عيّنة)", "desk", "loc-kuwait-salmiya"),
    ("clerk@kuwait.invalid", "سامي (عيّنة)", "clerk", ""),
    ("supervisor@kuwait.invalid", "أمل (عيّنة)", "supervisor", ""),
)
# The shortest whole way: what a question holds, and the choice (by its label) or the words that answer it.
ANSWERS = {
    "لمن هذا الطلب": "لي ولأهل بيتي",
    "طلباً من قبل": "لا",
    "ما اسمكم": "فاطمة عيّنة",
    "كم العمر": "٤٢",
    "ما أهم شيء": "الإيجار أو السكن",
    "ما الأقرب إلى": "دفع الإيجار",
    "شيئاً آخر أيضاً": "لا شيء آخر",
    "شيء من هذا الآن": "لا شيء من هذا",
    "كم عددكم": "خمسة",
    "هل يكفي دخل": "لا",
    "من ينفق": "لا أحد",
    "هل فقدتم": "نعم، بعد وفاة",
    "ديون يصعب": "نعم",
    "رعاية خاصة": "لا",
    "نكتب أهل البيت": "لاحقاً",
    "في أي محافظة": "الجهراء",
    "أين تسكنون": "الجهراء",
    "يستقبلكم": "لا فرق عندي",
    "ما رقم الهاتف": "50012345",
    "يناسبكم هذا الرقم": "نعم",
    "الرقم المدني": "٤٨٢١",
}


@dataclass
class DeskWorld:
    """The store with its staff."""

    store: Store
    clock: FrozenClock
    staff: dict[str, int] = field(default_factory=dict)

    def employ(self) -> DeskWorld:
        def work(uow: UnitOfWork) -> None:
            for email, name, role, location in STAFF:
                person = add_staff(uow, email, name, PASSWORD, self.clock(), passwords=QUICK)
                add_membership(uow, person.id, role, "kuwait", self.clock(), location=location)
                self.staff[email] = person.id

        self.store.transact(work)
        return self

    def app(self) -> FastAPI:
        """The console as the service mounts it."""
        app = FastAPI()
        app.mount("/assets", StaticFiles(directory=ASSETS))
        console = make_console(
            self.store, self.clock, base_url=BASE, secure_cookies=False, session_clock=self.clock, passwords=QUICK
        )
        app.mount("/console", console)
        return app

    def clerk(self, email: str = "desk@one.invalid") -> Clerk:
        """Somebody at the desk, signed in."""
        browser = Clerk(self.app())
        assert browser.signs_in(email)[0] == 303
        return browser

    def employ_at(self, location_id: int) -> Clerk:
        """Somebody at the desk of that centre, signed in."""

        def work(uow: UnitOfWork) -> str:
            place = uow.session.get_one(Location, location_id)
            person = add_staff(uow, "desk@there.invalid", "ليلى (عيّنة)", PASSWORD, self.clock(), passwords=QUICK)
            add_membership(uow, person.id, "desk", "kuwait", self.clock(), location=place.external_id)
            return person.email

        return self.clerk(self.store.transact(work))

    def count(self, record: Any, **having: Any) -> int:
        with self.store.reading() as uow:
            return uow.session.scalar(select(func.count()).select_from(record).filter_by(**having)) or 0

    def one(self, record: Any, **having: Any) -> Any:
        with self.store.reading() as uow:
            return uow.session.scalars(select(record).filter_by(**having).order_by(record.id.desc())).first()

    def filling(self) -> DeskFilling:
        """The newest one."""
        found = self.one(DeskFilling)
        assert isinstance(found, DeskFilling)
        return found


@dataclass
class Question:
    """A question as the page shows it: its key, its words, what stands in its field, the choices by label."""

    key: str
    text: str
    fields: dict[str, list[str]]
    choices: dict[str, str]
    words: str


class Clerk(Visitor):
    """A browser without scripts at the pages of a form."""

    def starts(self) -> str:
        """Through the consent to the first page; its address."""
        self.opens("/console/filling/new")
        status, where = self.sends("/console/filling/new", language="ar", agreed="yes", safe="yes")
        assert status == 303, where
        return self.follows(where)

    def follows(self, where: str) -> str:
        """The address that redirects lead to."""
        response = self.get(where)
        while response.is_redirect:
            where = response.headers["location"]
            response = self.get(where)
        assert response.status_code == 200, where
        return where

    def questions(self, page: str) -> dict[str, Question]:
        """The questions of a page by their words."""
        return {
            question.text: question
            for block in fromstring(page).find_class("filling-ask")
            for question in [_question(block)]
        }

    def fills(self, path: str, answers: dict[str, str] = ANSWERS, do: str = "save", **more: str) -> tuple[int, str]:
        """Fills a page in and sends it: what stands there, and what `answers` says by words of each question."""
        page = self.opens(path)
        sent: dict[str, list[str]] = {"seen": re.findall(r'name="seen" value="(\d+)"', page)[:1]}
        for text, question in self.questions(page).items():
            for name, values in question.fields.items():
                sent.setdefault(name, []).extend(values)
            answer = next((said for words, said in answers.items() if words in text), None)
            if answer is None:
                continue
            if answer in question.choices and f"t-{question.key}" not in question.fields:
                sent[f"v-{question.key}"] = [question.choices[answer]]
            else:
                sent[f"t-{question.key}"] = [answer]
        for name, value in more.items():
            sent[name] = [value]
        return self.sends(path, do=do, **sent)

    def fills_everything(self, path: str, answers: dict[str, str] = ANSWERS) -> str:
        """Page after page to the review; its address."""
        for _ in range(40):
            if path.endswith("/review"):
                return path
            status, where = self.fills(path, answers)
            if status == 303:
                path = where
            else:
                assert "filling-new" in where or "filling.new" in where or status == 200, plain(where)
        raise AssertionError(f"never came to the review; it stands at {path}")

    def submits(self, review: str) -> str:
        """Reads back and files; where that leads."""
        page = self.opens(review)
        seen = re.findall(r'name="seen" value="(\d+)"', page)[0]
        status, where = self.sends(review, seen=seen, read_back="yes")
        assert status == 303, plain(where)
        return where


def _question(block: HtmlElement) -> Question:
    labels = {label.get("for"): words_of(label) for label in block.iter("label")}
    fields: dict[str, list[str]] = {}
    choices: dict[str, str] = {}
    for control in block.iter("input", "textarea", "select"):
        name, value = control.get("name") or "", _value(control)
        if control.get("type") in ("radio", "checkbox"):
            choices[labels.get(control.get("id"), "")] = control.get("value") or ""
            if control.get("checked") is not None:
                fields.setdefault(name, []).append(control.get("value") or "")
        elif control.get("type") != "file":
            fields.setdefault(name, []).append(value)
    choices |= {words_of(option): option.get("value") or words_of(option) for option in block.iter("option")}
    heads = [*block.iter("legend"), *block.iter("label")]
    return Question(
        block.get("data-key") or "", words_of(heads[0] if heads else block), fields, choices, words_of(block)
    )


def _value(control: HtmlElement) -> str:
    if control.tag == "textarea":
        return control.text or ""
    if control.tag == "select":
        return next((option.get("value") or "" for option in control.iter("option") if "selected" in option.attrib), "")
    return control.get("value") or ""


def words_of(element: HtmlElement) -> str:
    """What a reader sees of it."""
    return " ".join(element.text_content().split())


def plain(page: str) -> str:
    """What a reader sees of a page."""
    main = fromstring(page).find(".//main")
    return words_of(main if main is not None else fromstring(page))

"""Staff accounts from the command line: scripts write a password, people get a link."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from bot.cli.opened import open_here
from referrals.staff.first_access import SAMPLE_EMAIL, first_sign_in_token
from referrals.staff.records import Staff, StaffMembership
from referrals.staff.sign_in_links import link_is_open, use_sign_in_link
from tests.bot.cli.conftest import Sanad

PASSWORD = "four random words here\n"
CENTRE = "loc-kuwait-rawda"


def test_a_desk_worker_is_added_with_a_centre_alone(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("staff", "add", "huda@centre.example", "--role", "desk", "--centre", CENTRE, said=PASSWORD) == 0
    capsys.readouterr()
    assert sanad("staff", "list", "--json") == 0
    [found] = map(json.loads, capsys.readouterr().out.splitlines())
    assert found["email"] == "huda@centre.example"
    assert found["memberships"] == [{"role": "desk", "programme": "kuwait", "at": CENTRE}]


def test_adding_somebody_again_gives_one_more_role_and_keeps_the_password(
    sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sanad("staff", "add", "huda@centre.example", "--role", "desk", "--centre", CENTRE, said=PASSWORD) == 0
    with open_here().store.reading() as uow:
        before = uow.session.scalars(select(Staff.password_hash)).one()
    more = ("--role", "supervisor", "--programme", "qena")
    assert sanad("staff", "add", "Huda@Centre.example", *more, said="quite another pass phrase\n") == 0
    assert "keeps its own password" in capsys.readouterr().err
    with open_here().store.reading() as uow:
        assert uow.session.scalars(select(Staff.password_hash)).one() == before
        assert len(uow.session.scalars(select(StaffMembership)).all()) == 2


@pytest.mark.parametrize(
    ("words", "said", "expected"),
    [
        (("--role", "desk", "--centre", CENTRE), "", "no password came in"),
        (("--role", "desk", "--centre", CENTRE), "short\n", "at least 12 characters"),
        (("--role", "king", "--programme", "kuwait"), PASSWORD, "no role"),
        (("--role", "supervisor"), PASSWORD, "name one with --programme; there are: kuwait, qena"),
        (("--role", "desk", "--centre", "nowhere", "--programme", "qena"), PASSWORD, "no location 'nowhere'"),
    ],
)
def test_a_wrong_account_is_refused_with_the_reason(
    sanad: Sanad, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str, expected: str
) -> None:
    assert sanad("staff", "add", "huda@centre.example", *words, said=said) == 2
    assert expected in capsys.readouterr().err


def test_somebody_is_invited_and_somebody_is_let_in_by_a_link(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("staff", "invite", "sami@centre.example", "--role", "desk", "--centre", CENTRE) == 0
    assert "/console/invitation/" in capsys.readouterr().out
    assert sanad("staff", "add", "huda@centre.example", "--role", "desk", "--centre", CENTRE, said=PASSWORD) == 0
    capsys.readouterr()
    assert sanad("staff", "link", "huda@centre.example") == 0
    token = capsys.readouterr().out.strip().rpartition("/")[2]
    here = open_here()
    with here.store.reading() as uow:
        assert link_is_open(uow, token, here.now())


def test_whoever_is_disabled_stays_on_the_list_and_out_of_the_console(
    sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sanad("staff", "add", "huda@centre.example", "--role", "desk", "--centre", CENTRE, said=PASSWORD) == 0
    assert sanad("staff", "disable", "huda@centre.example") == 0
    capsys.readouterr()
    assert sanad("staff", "list") == 0
    assert "huda@centre.example  disabled" in capsys.readouterr().out
    assert sanad("staff", "disable", "nobody@centre.example") == 2


def test_a_demonstration_can_be_entered_once_as_a_sample_supervisor(sanad: Sanad) -> None:
    here = open_here()
    token = here.store.transact(lambda uow: first_sign_in_token(uow, here.now()))
    assert token is not None
    staff_id = here.store.transact(lambda uow: use_sign_in_link(uow, token, here.now()))
    with here.store.reading() as uow:
        assert uow.session.get_one(Staff, staff_id).email == SAMPLE_EMAIL
        rows = uow.session.scalars(select(StaffMembership).filter_by(staff_id=staff_id)).all()
    assert {(row.programme_id, row.role) for row in rows} >= {("kuwait", "supervisor"), ("qena", "supervisor")}


def test_no_sample_opens_the_console_once_somebody_real_works_there(sanad: Sanad) -> None:
    assert sanad("staff", "add", "huda@centre.example", "--role", "desk", "--centre", CENTRE, said=PASSWORD) == 0
    here = open_here()
    assert here.store.transact(lambda uow: first_sign_in_token(uow, here.now())) is None

"""After the master key was changed everything that is sealed opens, and everybody is found, with the new key alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, select

from referrals.directory.records import Organization
from referrals.families.identifiers import block_index, file_under_names
from referrals.families.identities import found_at
from referrals.families.records import ContactPoint, NameKey, PrivateNote
from referrals.families.roster import NAME
from referrals.inbound import Address
from referrals.partners.managing import add_partner, partner_by_token, rotate, secrets_of
from referrals.partners.records import Partner
from referrals.protection.audit_trail.verifying import check
from referrals.protection.keys.key_file import About, put_keys, write_key_file
from referrals.protection.keys.rotating import rotate as rotate_master_key
from referrals.protection.vault import Erased, MasterKeys, OpenVault, WrongKey
from referrals.store.schema import metadata
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.submissions.app_users import add_app_user
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.protection.everything_of_a_family import CHILD, SECRET, WHO, seed

NOT_OF_THE_VAULT = {("data_key", "wrapped"), ("system_key", "wrapped")}
CONTENT_OF_DEFINITIONS = {("definition", "content"), ("definition_attachment", "content")}


@dataclass
class Kept:
    """What was sealed and indexed while the sample was made: the names for a seal, and what was indexed."""

    abouts: set[str] = field(default_factory=set)
    indexed: dict[bytes, tuple[str, str]] = field(default_factory=dict)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    noted, seal, index = Kept(), OpenVault.seal, OpenVault.index

    def sealing(self: OpenVault, data_key_id: int, plain: bytes, about: str) -> bytes:
        noted.abouts.add(about)
        return seal(self, data_key_id, plain, about)

    def indexing(self: OpenVault, kind: str, value: str) -> bytes:
        found = index(self, kind, value)
        noted.indexed[found] = kind, value
        return found

    monkeypatch.setattr(OpenVault, "seal", sealing)
    monkeypatch.setattr(OpenVault, "index", indexing)
    return noted


@pytest.fixture
def tokens(families: Families, kept: Kept) -> dict[str, str]:
    """A family with a row of theirs everywhere, its names filed, and around it a partner and a phone of the field."""
    person = seed(families)

    def work(uow: UnitOfWork) -> dict[str, str]:
        file_under_names(uow, person)
        organization = uow.session.scalars(select(Organization).limit(1)).one()
        partner, _ = add_partner(uow, organization, "نظام الشريك (عيّنة)", families.clock())
        given = rotate(uow, partner, families.clock())  # now it has an older secret too
        add_app_user(uow, "kuwait", "هاتف باحثة (عيّنة)", families.clock(), actor="test")
        uow.flush()
        return {"partner": given.token, "secret": given.secret}

    return families.store.transact(work)


def columns(ending: str) -> Iterator[tuple[Any, Any]]:
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, LargeBinary) and column.name.endswith(ending):
                yield table, column


def opened(uow: UnitOfWork, abouts: set[str]) -> dict[tuple[str, str, bytes], bytes]:
    """Every sealed value of the database and what it says; a value that opens under no name fails."""
    found = {}
    for table, column in columns("_sealed"):
        for value in uow.connection.execute(select(column).where(column.is_not(None))).scalars():
            if value:
                found[table.name, column.name, bytes(value)] = says(uow, bytes(value), abouts, str(column))
    return found


def says(uow: UnitOfWork, value: bytes, abouts: set[str], where: str) -> bytes:
    for about in sorted(abouts):
        try:
            return uow.vault.open(value, about)
        except WrongKey:
            continue
    raise AssertionError(f"{where} opens under no name that anything was sealed with")


def changed(families: Families) -> Store:
    """The same database after `sanad keys rotate`, opened with the new key alone."""
    old, new = families.store.vault.keys.current, MasterKeys.parse(MasterKeys.new()).current
    rotate_master_key(Store(families.store.engine, MasterKeys(new, (old,))), families.clock())
    return Store(families.store.engine, MasterKeys(new))


def test_every_sealed_column_says_the_same_with_the_new_key_alone(
    families: Families, kept: Kept, tokens: dict[str, str]
) -> None:
    with families.store.reading() as uow:
        before = opened(uow, kept.abouts)
    filled = {(table, column) for table, column, _ in before}
    assert {
        *(("person", "name_sealed"), ("private_note", "text_sealed"), ("partner", "secret_sealed")),
        *(("partner", "older_secret_sealed"), ("app_user", "secrets_sealed"), ("push_target", "secret_sealed")),
        *(("contact_point", "value_sealed"), ("identifier", "value_sealed"), ("application", "facts_sealed")),
        *(("referral", "disclosed_sealed"), ("help_request", "text_sealed"), ("media", "content_sealed")),
    } <= filled
    store = changed(families)
    with store.reading() as uow:
        assert opened(uow, kept.abouts) == before
        assert check(uow).broken is None
    with Store(families.store.engine, families.store.vault.keys).reading() as uow, pytest.raises(WrongKey):
        uow.vault.system_key("blind_index")


def test_nothing_is_sealed_in_a_column_that_does_not_say_so() -> None:
    """What the walk above looks through is everything: binary columns are sealed, an index, or nobody's."""
    others = {
        (table.name, column.name) for table, column in columns("") if not column.name.endswith(("_sealed", "_index"))
    }
    assert others == NOT_OF_THE_VAULT | CONTENT_OF_DEFINITIONS


def test_every_blind_index_is_made_the_same_with_the_new_key(
    families: Families, kept: Kept, tokens: dict[str, str]
) -> None:
    store = changed(families)
    with store.reading() as uow:
        walked = set()
        for table, column in columns("_index"):
            for value in uow.connection.execute(select(column).where(column.is_not(None))).scalars():
                assert uow.vault.index(*kept.indexed[bytes(value)]) == bytes(value), str(column)
                walked.add(table.name)
    assert {"identity", "contact_point", "identifier", "name_key", "identity_alias", "claim"} <= walked


def test_who_was_known_is_found_again_and_can_sign_in(families: Families, tokens: dict[str, str]) -> None:
    store = changed(families)
    with store.reading() as uow:
        sender = uow.connection.execute(select(metadata.tables["sender"].c.id)).scalars().first()
        assert sender is not None
        assert found_at(uow, sender, Address("telegram", WHO)) is not None
        phone = uow.vault.index("phone", "+96550012345")
        assert uow.session.scalars(select(ContactPoint).filter_by(value_index=phone)).all()
        kinds = uow.session.scalars(select(NameKey.kind)).all()
        assert kinds
        assert block_index(uow, "ends", "x") != phone
        note = uow.session.scalars(select(PrivateNote)).one()
        assert uow.vault.open_text(note.text_sealed, "private_note.text") == SECRET
        named = uow.connection.execute(select(metadata.tables["person"].c.name_sealed)).scalars().all()
        assert CHILD in [uow.vault.open_text(each, NAME) for each in named if each]
        partner = partner_by_token(uow, tokens["partner"], families.clock())
        assert isinstance(partner, Partner)
        signing = secrets_of(uow, partner, families.clock())
    assert signing[0] == tokens["secret"]
    assert len(signing) == 2
    families.store = store
    assert families.say(WHO, "القائمة"), "they write, and are answered, as if nothing had happened"
    families.all_handled()


def test_the_file_of_keys_beside_the_backups_opens_with_the_new_key(
    families: Families, kept: Kept, tokens: dict[str, str], tmp_path: Path
) -> None:
    with families.store.reading() as uow:
        before = opened(uow, kept.abouts)
    store = changed(families)
    file, about = tmp_path / "sanad.keys", About("sample", 1, families.clock().isoformat())
    store.transact(lambda uow: write_key_file(uow.connection, file, about, families.clock()))
    store.transact(lambda uow: put_keys(uow.connection, file))
    with Store(store.engine, store.vault.keys).reading() as uow:
        assert opened(uow, kept.abouts) == before


def test_it_is_ended_half_way_under_load_and_run_again_twice_and_loses_nothing(
    store: Store, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People come and go while it runs; whoever kills it runs it again, and once too often changes nothing."""
    from concurrent.futures import ThreadPoolExecutor

    from referrals.protection.keys import rotating

    monkeypatch.setattr(rotating, "AT_A_TIME", 7)
    old, new = store.vault.keys.current, MasterKeys.parse(MasterKeys.new()).current
    both = Store(store.engine, MasterKeys(new, (old,)))
    at = clock()
    sealed = [store.transact(lambda uow: _somebody(uow, at)) for _ in range(20)]
    again, batches = rotating._rewrap_some, list[int]()

    def killed(uow: UnitOfWork, keys: MasterKeys) -> int:
        batches.append(again(uow, keys))
        if len(batches) == 2:
            raise KeyboardInterrupt
        return batches[-1]

    monkeypatch.setattr(rotating, "_rewrap_some", killed)
    with pytest.raises(KeyboardInterrupt):
        rotating.rotate(both, at)
    monkeypatch.setattr(rotating, "_rewrap_some", again)
    for key, words in sealed:  # both keys are given: half under the one and half under the other
        assert both.transact(lambda uow, key=key, words=words: uow.vault.open_text(words, "test")) == str(key)  # type: ignore[misc]  # bound at once

    with ThreadPoolExecutor(4) as crowd:
        coming = [crowd.submit(both.transact, lambda uow: _somebody(uow, at)) for _ in range(12)]
        going = [crowd.submit(both.transact, lambda uow, key=key: uow.vault.destroy(key, at)) for key, _ in sealed[:4]]
        runs = [crowd.submit(rotating.rotate, both, at) for _ in range(2)]
        for each in (*coming, *going, *runs):
            each.result()
    sealed += [each.result() for each in coming]
    last = rotating.rotate(both, at)
    assert (last.data_keys, last.system_keys) == (0, 0), "there is nothing left for it to do"
    alone = Store(store.engine, MasterKeys(new))
    for key, words in sealed[4:]:
        assert alone.transact(lambda uow, key=key, words=words: uow.vault.open_text(words, "test")) == str(key)  # type: ignore[misc]  # as above
    for _, words in sealed[:4]:
        with pytest.raises(Erased):
            alone.transact(lambda uow, words=words: uow.vault.open_text(words, "test"))  # type: ignore[misc]  # as above


def _somebody(uow: UnitOfWork, at: datetime) -> tuple[int, bytes]:
    key = uow.vault.new_key(None, at)
    return key, uow.vault.seal_text(key, str(key), "test")

"""Seals and opens fields: AES-GCM under a data key per person, wrapped by the master key; and blind indexes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import struct
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, bindparam, insert, select, update

from dialogs.understanding import FOLDING_VERSION
from referrals.protection.records import DataKey, SystemKey
from referrals.store.compiled import Ready

SEALED_VERSION = 1
_HEADER = struct.Struct(">BQ")  # format version, data key id
_NONCE = 12
_FOLDED = bytes([FOLDING_VERSION])
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)  # made once, not each time
SYSTEM_KEYS = ("blind_index", "numbers", "audit")
CACHED_KEYS = 1024  # an open key takes about 2.5 KB
REMEMBERED_SECONDS = 60.0  # another process may have destroyed a key since: erasure holds everywhere after this


_NEW = Ready(insert(DataKey), ("id", "person_id", "master_key_id", "wrapped", "created_at"))
# the key behind what is opened for every message
_BY_ID = Ready(select(DataKey.wrapped, DataKey.master_key_id).where(DataKey.id == bindparam("id")))


class BadSecretKey(ValueError):
    """SANAD_SECRET_KEY must be 32 random bytes in base64, e.g. made by: openssl rand -base64 32."""


class WrongKey(RuntimeError):
    """A stored field was sealed under another key. Set SANAD_SECRET_KEY to the key this database was made with."""


class Erased(LookupError):
    """This person's key was destroyed at their wish; what was sealed under it is gone for good."""


class Gone(Erased):
    """What stood here has had its time: the programme's retention took it away."""


@dataclass(frozen=True)
class MasterKeys:
    """The key in force, and older ones that may still unwrap until `sanad keys rotate` has run."""

    current: bytes
    older: tuple[bytes, ...] = ()

    @staticmethod
    def parse(text: str) -> MasterKeys:
        """Reads one or several keys in base64, the one in force first, separated by commas."""
        keys = tuple(_decoded(part.strip()) for part in text.split(",") if part.strip())
        if not keys:
            raise BadSecretKey(BadSecretKey.__doc__)
        return MasterKeys(keys[0], keys[1:])

    @staticmethod
    def new() -> str:
        """A fresh key as text, for the key file."""
        return base64.b64encode(os.urandom(32)).decode()

    def by_id(self) -> dict[str, bytes]:
        return {key_id(key): key for key in (self.current, *self.older)}


def key_id(key: bytes) -> str:
    """A name for a master key that tells nothing of it."""
    return hashlib.sha256(b"sanad master key" + key).hexdigest()[:16]


def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError as failure:
        raise BadSecretKey(BadSecretKey.__doc__) from failure
    if len(key) != 32:
        raise BadSecretKey(f"{BadSecretKey.__doc__} It holds {len(key)} bytes.")
    return key


@dataclass
class Vault:
    """Opens and seals. One per store; `within(connection)` gives the view that one unit of work uses."""

    keys: MasterKeys
    _open_keys: OrderedDict[int, tuple[AESGCM, float]] = field(default_factory=OrderedDict)
    _system: dict[str, bytes] = field(default_factory=dict)
    _hashing: hmac.HMAC | None = None

    def within(self, connection: Connection) -> OpenVault:
        return OpenVault(self, connection)

    def remember(self, data_key_id: int, key: AESGCM) -> None:
        self._open_keys[data_key_id] = key, time.monotonic()
        if len(self._open_keys) > CACHED_KEYS:
            self._open_keys.popitem(last=False)

    def remembered(self, data_key_id: int) -> AESGCM | None:
        """The open key, unless it was opened too long ago."""
        known = self._open_keys.get(data_key_id)
        if known is None or time.monotonic() - known[1] > REMEMBERED_SECONDS:
            return None
        return known[0]

    def forget(self, data_key_id: int) -> None:
        self._open_keys.pop(data_key_id, None)


class OpenVault:
    """The vault within one transaction."""

    def __init__(self, vault: Vault, connection: Connection) -> None:
        self._vault = vault
        self._connection = connection

    def new_key(self, person_id: int | None, at: datetime, new_id: int | None = None) -> int:
        """A fresh data key; returns its id, which may have been made before. `person_id` is None for nobody's."""
        new_id = fresh_id() if new_id is None else new_id
        current, secret = self._vault.keys.current, AESGCM.generate_key(256)
        _NEW.all(
            self._connection,
            id=new_id,
            person_id=person_id,
            master_key_id=key_id(current),
            wrapped=_wrap(current, secret),
            created_at=at,
        )
        self._vault.remember(new_id, AESGCM(secret))
        return new_id

    def seal(self, data_key_id: int, plain: bytes, about: str) -> bytes:
        """Ciphertext that only opens with the same `about` (the column it stands in)."""
        nonce = os.urandom(_NONCE)
        sealed = self._key(data_key_id).encrypt(nonce, plain, about.encode())
        return _HEADER.pack(SEALED_VERSION, data_key_id) + nonce + sealed

    def open(self, sealed: bytes, about: str) -> bytes:
        """The plain bytes; raises `Erased` when the key was destroyed, `WrongKey` when the seal does not match."""
        if not sealed:
            raise Gone(Gone.__doc__)
        version, data_key_id = _HEADER.unpack_from(sealed)
        if version != SEALED_VERSION:
            raise WrongKey(f"{WrongKey.__doc__} (sealed format {version})")
        nonce = sealed[_HEADER.size : _HEADER.size + _NONCE]
        try:
            return self._key(data_key_id).decrypt(nonce, sealed[_HEADER.size + _NONCE :], about.encode())
        except InvalidTag as failure:
            raise WrongKey(WrongKey.__doc__) from failure

    def seal_json(self, data_key_id: int, value: Any, about: str) -> bytes:
        return self.seal(data_key_id, _ENCODER.encode(value).encode(), about)

    def open_json(self, sealed: bytes, about: str) -> Any:
        return json.loads(self.open(sealed, about))

    def seal_text(self, data_key_id: int, text: str, about: str) -> bytes:
        return self.seal(data_key_id, text.encode(), about)

    def open_text(self, sealed: bytes | None, about: str) -> str:
        """The text, blank for a column that holds none."""
        return self.open(sealed, about).decode() if sealed else ""

    def index(self, kind: str, value: str) -> bytes:
        """A blind index: finds equal values without telling them; the first byte is the folding's version."""
        return _FOLDED + self._keyed_hash(f"{kind}\0{value}".encode()).digest()

    def digest(self, content: bytes) -> str:
        """A keyed hash for content that must be found again but not guessed from its hash."""
        return self._keyed_hash(content).hexdigest()

    def _keyed_hash(self, content: bytes) -> hmac.HMAC:
        """Begun once with the key, then copied: unlike `hmac.digest` it lets no other thread in for so short a text."""
        begun = self._vault._hashing
        if begun is None:
            begun = self._vault._hashing = hmac.new(self.system_key("blind_index"), digestmod="sha256")
        found = begun.copy()
        found.update(content)
        return found

    def system_key(self, kind: str) -> bytes:
        """32 bytes that were made once for this database (see `make_system_keys`)."""
        known = self._vault._system.get(kind)
        if known is None:
            row = self._connection.execute(select(SystemKey).where(SystemKey.kind == kind)).one()
            known = self._unwrapped(row.wrapped, row.master_key_id)
            self._vault._system[kind] = known
        return known

    def make_system_keys(self) -> None:
        """Makes the keys that are nobody's, where this database has none yet; part of opening a database.

        Those that are there are opened once: raises `WrongKey` at the start, not at the first family's message.
        """
        present = set(self._connection.execute(select(SystemKey.kind)).scalars())
        current = self._vault.keys.current
        for kind in SYSTEM_KEYS:
            if kind in present:
                self.system_key(kind)
            else:
                wrapped = _wrap(current, os.urandom(32))
                self._connection.execute(
                    insert(SystemKey).values(kind=kind, master_key_id=key_id(current), wrapped=wrapped)
                )

    def learn(self, data_key_id: int, wrapped: bytes | None, master_key_id: str | None) -> None:
        """Opens a key whose row was read along with something else; a destroyed one is left for `seal` to refuse."""
        if wrapped is None or master_key_id is None:
            self._vault.forget(data_key_id)
        elif self._vault.remembered(data_key_id) is None:
            self._vault.remember(data_key_id, AESGCM(self._unwrapped(wrapped, master_key_id)))

    def destroy(self, data_key_id: int, at: datetime) -> None:
        """Erasure: the key is overwritten, and everything sealed under it is noise from now on."""
        self._connection.execute(update(DataKey).where(DataKey.id == data_key_id).values(wrapped=None, destroyed_at=at))
        self._vault.forget(data_key_id)

    def _key(self, data_key_id: int) -> AESGCM:
        known = self._vault.remembered(data_key_id)
        if known is not None:
            return known
        row = _BY_ID.first(self._connection, id=data_key_id)
        if row is None:
            raise WrongKey(f"{WrongKey.__doc__} (data key {data_key_id} is not in this database)")
        if row.wrapped is None:
            raise Erased(Erased.__doc__)
        opened = AESGCM(self._unwrapped(row.wrapped, row.master_key_id))
        self._vault.remember(data_key_id, opened)
        return opened

    def _unwrapped(self, wrapped: bytes, master_key_id: str) -> bytes:
        master = self._vault.keys.by_id().get(master_key_id)
        if master is None:
            raise WrongKey(f"{WrongKey.__doc__} (it was made with key {master_key_id})")
        try:
            return AESGCM(master).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], b"data key")
        except InvalidTag as failure:
            raise WrongKey(f"{WrongKey.__doc__} (a wrapped key was damaged)") from failure


def fresh_id() -> int:
    """The id of a key to be made. Random, never counted: an id whose transaction was undone must not come back with
    another key behind it."""
    return int.from_bytes(os.urandom(8)) >> 1


def header_of(data_key_id: int) -> bytes:
    """How everything begins that was sealed under a data key: so it is found without being opened."""
    return _HEADER.pack(SEALED_VERSION, data_key_id)


def sealed_under(sealed: bytes) -> int:
    """The id of the data key that a field was sealed under: whose it is, told without opening it; 0 when emptied."""
    if not sealed:
        return 0
    return int(_HEADER.unpack_from(sealed)[1])


def _wrap(master: bytes, secret: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(master).encrypt(nonce, secret, b"data key")

"""Voice notes as telephones send them: OGG with Opus in it, made here, and the families who send them."""

from __future__ import annotations

import struct
from io import BytesIO
from itertools import count

from PIL import Image
from sqlalchemy import select, update

from referrals.families.identities import data_key_of
from referrals.inbound import MediaKind, MediaRef
from referrals.media.keeping import store_content
from referrals.media.records import Media
from referrals.messages import Message
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.families import Families

SILENCE = b"\xf8\xff\xfe"  # 20 ms of nothing in Opus (RFC 6716), as encoders write it
PACKETS_A_SECOND = 50
SAMPLES = 960  # of 48 kHz in a packet
_files = count(1)


def _crc_table() -> list[int]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = ((value << 1) ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
        table.append(value)
    return table


_TABLE = _crc_table()


def _page(packets: list[bytes], granule: int, number: int, flags: int) -> bytes:
    """One page of OGG (RFC 3533) with these packets, each shorter than 255 bytes."""
    head = b"OggS" + struct.pack("<BBqIII", 0, flags, granule, 7, number, 0)
    page = bytearray(head + bytes([len(packets)]) + bytes(map(len, packets)) + b"".join(packets))
    crc = 0
    for byte in page:
        crc = ((crc << 8) & 0xFFFFFFFF) ^ _TABLE[(crc >> 24) ^ byte]
    page[22:26] = struct.pack("<I", crc)
    return bytes(page)


def opus(seconds: int = 8) -> bytes:
    """A voice note of that length that any browser plays; nothing is heard in it."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 16000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 6) + b"sample" + struct.pack("<I", 0)
    pages = [_page([head], 0, 0, 2), _page([tags], 0, 1, 0)]
    for second in range(seconds):
        last = second == seconds - 1
        granule = (second + 1) * PACKETS_A_SECOND * SAMPLES
        pages.append(_page([SILENCE] * PACKETS_A_SECOND, granule, second + 2, 4 if last else 0))
    return b"".join(pages)


def paper() -> bytes:
    """A small picture of a blank paper."""
    made = BytesIO()
    Image.new("RGB", (320, 200), "white").save(made, "PNG")
    return made.getvalue()


def voice(kind: MediaKind = "audio", album: str = "") -> MediaRef:
    """A file as a messenger announces it."""
    types = {"audio": "audio/ogg", "image": "image/jpeg", "file": "application/pdf", "video": "video/mp4"}
    return MediaRef(kind, f"remote-{next(_files)}", types.get(kind, ""), size=4000, album=album)


def speak(families: Families, who: str, kind: MediaKind = "audio", *, caption: str = "", album: str = "") -> Message:
    """Sends a file and reads what comes back."""
    return families.say(who, caption, media=voice(kind, album))[-1]


def arrive(store: Store, content: bytes | None = None) -> int:
    """Everything that is still at a platform is fetched; how many files there were."""

    def work(uow: UnitOfWork) -> int:
        owed = uow.connection.execute(select(Media.id, Media.person_id).where(Media.state == "owed")).all()
        for row in owed:
            store_content(uow, row.id, data_key_of(uow, row.person_id), opus() if content is None else content)
            uow.connection.execute(update(Media).where(Media.id == row.id).values(attempts=1))
        return len(owed)

    return store.transact(work)


def refer_on(families: Families, who: str, got: list[Message]) -> int:
    """The rest of the way to the first centre that is offered; the referral's id."""
    filed = families.go_on(who, got)
    families._at_once(who, choice=filed[-1].choices[0].id)
    families._at_once(who, choice=families.button(who, "أوافق").id)
    with families.store.reading() as uow:
        return uow.session.scalars(select(Referral.id)).one()

"""Conversations as a social researcher reads them: every `.chat` file is played and must say just what it said."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.transcript import read_transcript
from tests.transcript_player import Player
from tests.transcript_world import World, fresh_store, prepare_database
from tests.wording import complaints

FOLDER = Path(__file__).parent / "transcripts"
CHATS = sorted(FOLDER.glob("*.chat"))
ON_POSTGRES = ("01-kuwait-whole-way.chat", "02-qena-whole-way.chat")


@pytest.mark.parametrize("path", CHATS, ids=[path.stem for path in CHATS])
def test_says_what_was_agreed(path: Path, tmp_path: Path, clock: FrozenClock, record: bool) -> None:
    with fresh_store(tmp_path) as store:
        play(path, store, clock, record=record)


@pytest.mark.parametrize("name", ON_POSTGRES)
def test_says_the_same_on_postgresql(name: str, postgres_url: str, clock: FrozenClock) -> None:
    store = prepare_database(postgres_url)
    try:
        play(FOLDER / name, store, clock)
    finally:
        store.engine.dispose()


def play(path: Path, store: Store, clock: FrozenClock, *, record: bool = False) -> None:
    """Plays a file; fails with a difference that reads like prose, or writes the file again."""
    written = path.read_text(encoding="utf-8")
    transcript = read_transcript(written)
    world = World(store, clock, transcript.programme)
    player = Player(world, transcript)
    try:
        player.play()
    finally:
        world.close()
        now = transcript.text(player.heard)
        if record and now != written:
            path.write_text(now, encoding="utf-8")
    if not record and now != written:
        lines = difflib.unified_diff(
            written.splitlines(), now.splitlines(), f"{path.name} (written)", f"{path.name} (said now)", lineterm=""
        )
        pytest.fail("\n".join(lines), pytrace=False)
    found = [f"{name}: {each}" for name, piece in world.log for each in complaints(piece)]
    assert not found, "\n".join(found)

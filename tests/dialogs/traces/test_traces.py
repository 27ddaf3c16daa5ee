"""What ODK's own engine did with these forms, step by step, is what ours does."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from dialogs.form import Instance, read_form
from dialogs.form.trace import replay
from tests.dialogs.traces.comparing import differences

FOLDER = Path(__file__).parent
FORMS = sorted(path for path in FOLDER.rglob("*.md") if path.with_suffix(".json").exists())
PRELOAD = {"deviceid": "dev:1", "username": "u", "phonenumber": "+201000000000", "email": "a@b.c"}
LISTS = (".csv", ".xml", ".geojson")
INSTANCE_ID = "3b241101-e2bb-4255-8caf-4136c566a962"


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_replay_is_the_trace(path: Path) -> None:
    trace = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    beside = {
        near.name: near.read_bytes() for near in path.parent.iterdir() if near.suffix in (".csv", ".xml", ".geojson")
    }
    form = read_form(path.read_bytes(), name=path.name, attachments=beside)
    now = datetime.fromisoformat(trace["now"])
    instance = Instance.start(form, now=now, time_zone="UTC", instance_id=INSTANCE_ID, preload=PRELOAD)
    done = replay(instance, trace["steps"])
    assert done.refused == ()
    assert differences(trace, done.trace) == []


def test_the_published_counts_are_these() -> None:
    published = (FOLDER.parents[2] / "docs" / "conformance.md").read_text(encoding="utf-8")
    steps = sum(len(json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["steps"]) for path in FORMS)
    assert f"| traces | {len(FORMS)} |" in published
    assert f"| steps of the traces | {steps} |" in published

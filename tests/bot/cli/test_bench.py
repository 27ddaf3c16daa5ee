"""`sanad bench delivery` says every number that it names, with its aim beside; no test says how good they are."""

from __future__ import annotations

import json

import pytest

from bot.benches.delivery import aims_of
from bot.benches.delivery.campaign import measure_beside
from tests.bot.cli.conftest import Sanad


@pytest.mark.parametrize("part", ["telegram", "whatsapp1000"])
def test_each_part_tells_its_numbers_with_their_aims(
    sanad: Sanad, capsys: pytest.CaptureFixture[str], part: str
) -> None:
    assert sanad("bench", "delivery", "--part", part, "--seconds", "0.2", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    aims = {name: aim for name, aim in aims_of([part]).items() if name.startswith(f"{part}_")}
    assert aims and {name: told[f"{name}_aim"] for name in aims} == aims
    assert told[f"{part}_messages_a_second"] > 0
    assert told[f"{part}_out_of_order"] == 0


def test_people_are_answered_while_a_campaign_waits() -> None:
    told = measure_beside(0.8, 40, "whatsapp")
    assert told["campaign_whatsapp_unanswered"] == 0
    assert told["campaign_whatsapp_messages_a_second"] > 0
    assert told["campaign_whatsapp_added_p99_ms"] == pytest.approx(
        told["campaign_whatsapp_p99_with_ms"] - told["campaign_whatsapp_p99_without_ms"]
    )

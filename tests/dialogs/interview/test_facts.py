"""A fact that answers a yes-or-no question: offered back where it says otherwise than the words sound."""

from __future__ import annotations

import pytest

from dialogs.interview import Answered, Misunderstood
from tests.dialogs.interview.chatting import Chat

WHEELCHAIR = """
| survey |
| | type | name | label | required |
| | select_one yes_no | wheelchair | هل يحتاج أحد منكم مكاناً يناسب الكرسي المتحرك؟ | yes |

| choices |
| | list_name | name | label |
| | yes_no | yes | نعم |
| | yes_no | no | لا |
"""


@pytest.mark.parametrize("words", ["ما يمشي", "ابني مشلول", "مش بيمشي لوحده"])
def test_who_cannot_walk_is_no_plain_no(words: str) -> None:
    chat = Chat(WHEELCHAIR)
    chat.say(words)
    assert [option.label for option in chat.one(Misunderstood).candidates] == ["نعم"]


@pytest.mark.parametrize(
    ("words", "value"), [("لا", "no"), ("نعم", "yes"), ("لا بيمشي", "no"), ("لا والله سليم", "no")]
)
def test_a_fact_that_says_the_same_is_taken(words: str, value: str) -> None:
    chat = Chat(WHEELCHAIR)
    chat.say(words)
    assert chat.one(Answered).value == value

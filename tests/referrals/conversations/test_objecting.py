"""A few words undo what we took for a time only where they surely object to it."""

from __future__ import annotations

import pytest

from referrals.conversations.heard import hear
from referrals.conversations.stages.objecting import objects
from referrals.inbound import Content

OBJECTIONS = (
    "لا | غلط | لا مش ده | مش ده الموعد | مش هينفع | ما يناسبني | مو مناسب | لا الوقت ده لا ينفع | not this time"
)
NONE = "لا شكرا | لا بأس | مش عارفة | ما اعرف | لا خلاص تمام | مش ده الوقت؟ | هينفع | ماشي | ابني مش في البيت"


@pytest.mark.parametrize("text", OBJECTIONS.split(" | "))
def test_a_no_that_says_to_what_takes_the_time_back(text: str) -> None:
    assert objects(hear(Content(text=text)))


@pytest.mark.parametrize("text", NONE.split(" | "))
def test_thanks_doubts_and_questions_leave_it_as_it_is(text: str) -> None:
    assert not objects(hear(Content(text=text)))

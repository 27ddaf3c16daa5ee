"""What a message lets them open stands on the chat page as a link: a file of ours, a place on the map."""

from __future__ import annotations

from bot.channels.web.bubbles import Link, _links
from bot.channels.web.words import page_words
from referrals.messages import MediaIntent, Message

WORDS = page_words("ar")
POINT = MediaIntent("point", {"latitude": 29.3, "longitude": 47.6, "name": "مركز (عيّنة)", "address": ""})


def test_a_calendar_file_is_a_link_to_our_own_page() -> None:
    message = Message("هذا ملف الموعد.", link="/calendar/17-abc.ics", link_label="ملف الموعد")
    assert list(_links(1, message, WORDS)) == [Link("/calendar/17-abc.ics", "ملف الموعد")]


def test_a_point_is_a_link_to_a_map_by_its_name_and_no_picture() -> None:
    (link,) = _links(1, Message("المكان هنا.", media=(POINT,)), WORDS)
    assert link.label == "مركز (عيّنة)"
    assert "29.3" in link.address and "47.6" in link.address


def test_a_message_without_any_has_none() -> None:
    assert list(_links(1, Message("أهلاً"), WORDS)) == []

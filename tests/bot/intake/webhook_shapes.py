"""One webhook of every shape that the two platforms document, and of some that they do not. Invented throughout."""

from __future__ import annotations

from typing import Any

PHONE, BSUID, PARENT = "96550000001", "KW.1349120865530274", "KW.ENT.11815799212886844830"
PERSON = {"id": 501, "is_bot": False, "first_name": "عيّنة"}
CHAT = {"id": 501, "type": "private", "first_name": "عيّنة"}
GROUP = {"id": -1002003004005, "type": "supergroup", "title": "مجموعة (عيّنة)", "is_forum": True}
FILE = {"file_id": "F", "file_unique_id": "u"}
SIZE = {**FILE, "width": 9, "height": 9}


def _message(**content: Any) -> dict[str, Any]:
    return {"message_id": 9, "date": 1_760_000_000, "chat": CHAT, "from": PERSON, **content}


def telegram_updates() -> list[dict[str, Any]]:
    """Updates of every field of the Bot API, and messages of every kind, each with an id of its own."""
    member = {"status": "member", "user": PERSON}
    changed = {"chat": CHAT, "from": PERSON, "date": 1_760_000_000, "old_chat_member": member}
    query = {"id": "cb", "from": PERSON, "chat_instance": "1"}
    kept = {"message_id": 7, "date": 0, "chat": CHAT}
    messages = [
        _message(text="السلام عليكم", entities=[{"type": "bold", "offset": 0, "length": 3}]),
        _message(text="/start kuwait-poster7"),
        _message(text="رد", reply_to_message=kept, quote={"text": "س", "position": 0}),
        _message(text="معاد", forward_origin={"type": "hidden_user", "date": 1, "sender_user_name": "س"}),
        _message(text="من بوت", via_bot={"id": 2, "is_bot": True, "first_name": "ب"}),
        _message(text="من قناة", sender_chat={"id": -1, "type": "channel", "title": "ق"}),
        _message(photo=[SIZE], caption="صورة", media_group_id="77"),
        _message(video={**SIZE, "duration": 1}, media_group_id="77"),
        _message(voice={**FILE, "duration": 1}),
        _message(video_note={**FILE, "length": 1, "duration": 1}),
        _message(document={**FILE, "file_name": "ورقة.pdf"}),
        _message(animation={**SIZE, "duration": 1}, document=FILE),
        _message(live_photo={**SIZE, "duration": 1, "photo": [SIZE]}),
        _message(sticker={**SIZE, "type": "regular", "is_animated": False, "is_video": False, "emoji": "👍"}),
        _message(location={"latitude": 29.34, "longitude": 47.67, "live_period": 900}),
        _message(venue={"title": "ت", "address": "ع", "location": {"latitude": 1, "longitude": 1}}),
        _message(contact={"phone_number": "+96550000001", "first_name": "س", "user_id": 501}),
        _message(contact={"phone_number": "+96550000002", "first_name": "س", "vcard": "BEGIN:VCARD"}),
        _message(dice={"emoji": "🎲", "value": 1}),
        _message(poll={"id": "1", "question": "س", "options": []}),
        _message(story={"chat": GROUP, "id": 1}),
        _message(checklist={"title": "ق", "tasks": []}),
        _message(users_shared={"request_id": 1, "users": [{"user_id": 2**53}]}),
        _message(chat_shared={"request_id": 1, "chat_id": -1}),
        _message(web_app_data={"data": "{}", "button_text": "ن"}),
        _message(successful_payment={"currency": "XTR", "total_amount": 1}),
        _message(pinned_message=kept),
        _message(write_access_allowed={"from_request": True}),
        _message(text="في موضوع", chat=GROUP, message_thread_id=5, is_topic_message=True),
        _message(new_chat_members=[{"id": 2, "is_bot": True, "first_name": "نحن"}], chat=GROUP),
        _message(group_chat_created=True, chat={**GROUP, "type": "group"}),
        _message(migrate_to_chat_id=-1002003004005, chat={"id": -4001, "type": "group", "title": "م"}),
        _message(kind_of_next_year={"x": 1}),
    ]
    updates: list[dict[str, Any]] = [
        *({"message": message} for message in messages),
        {"edited_message": _message(text="تصحيح", edit_date=1_760_000_001)},
        {"edited_message": _message(location={"latitude": 29.35, "longitude": 47.67})},
        {"callback_query": {**query, "data": "d:menu:apply", "message": kept}},
        {"callback_query": {**query, "id": "cb2", "data": "x", "inline_message_id": "I"}},
        {"callback_query": {**query, "id": "cb3", "game_short_name": "g"}},
        {"my_chat_member": {**changed, "new_chat_member": {"status": "kicked", "user": PERSON, "until_date": 0}}},
        {"my_chat_member": {**changed, "new_chat_member": member}},
        {"my_chat_member": {**changed, "chat": GROUP, "new_chat_member": member}},
        *({name: _message(text="منشور", chat=GROUP)} for name in ("channel_post", "edited_channel_post")),
        *({name: {**_message(text="س"), "business_connection_id": "B"}} for name in ("business_message",)),
        {"business_connection": {"id": "B", "user": PERSON, "user_chat_id": 501, "date": 1, "is_enabled": True}},
        {"deleted_business_messages": {"business_connection_id": "B", "chat": CHAT, "message_ids": [1]}},
        {"message_reaction": {"chat": CHAT, "message_id": 1, "date": 1, "old_reaction": [], "new_reaction": []}},
        {"message_reaction_count": {"chat": GROUP, "message_id": 1, "date": 1, "reactions": []}},
        {"inline_query": {"id": "1", "from": PERSON, "query": "", "offset": ""}},
        {"chosen_inline_result": {"result_id": "1", "from": PERSON, "query": ""}},
        {"shipping_query": {"id": "1", "from": PERSON, "invoice_payload": "x"}},
        {"pre_checkout_query": {"id": "1", "from": PERSON, "currency": "XTR", "total_amount": 1}},
        {"purchased_paid_media": {"from": PERSON, "paid_media_payload": "x"}},
        {"poll": {"id": "1", "question": "س", "options": [], "total_voter_count": 0}},
        {"poll_answer": {"poll_id": "1", "user": PERSON, "option_ids": []}},
        {"chat_member": {**changed, "new_chat_member": member}},
        {"chat_join_request": {"chat": GROUP, "from": PERSON, "user_chat_id": 501, "date": 1}},
        {"chat_boost": {"chat": GROUP, "boost": {}}},
        {"removed_chat_boost": {"chat": GROUP, "boost_id": "b", "remove_date": 1}},
        {"update_of_next_year": {"x": [1, None, {"y": "ز"}]}},
        {},
        {"message": "no message"},
        {"message": _message(chat={"type": "private"})},
    ]
    return [{"update_id": 900_000_000_000 + place, **update} for place, update in enumerate(updates)]


def _said(kind: str, content: Any = None, **more: Any) -> dict[str, Any]:
    carried = {} if content is None else {kind: content}
    return {"from": PHONE, "timestamp": "1760000000", "type": kind, **carried, **more}


def whatsapp_messages() -> list[dict[str, Any]]:
    """Messages of every type of the Cloud API, each with an id of its own."""
    file = {"id": "M", "mime_type": "image/jpeg", "sha256": "x", "url": "https://media.example/1"}
    ad = {"source_url": "https://fb.example/1", "source_type": "ad", "source_id": "1200", "ctwa_clid": "c"}
    inner = {"type": "text", "text": {"body": "أربعة"}}
    error = [{"code": 131051, "title": "Message type unknown", "error_data": {"details": "x"}}]
    moved = {"body": "changed", "wa_id": "96550000009", "type": "user_changed_number", "previous_user_id": BSUID}
    said = [
        _said("text", {"body": "السلام عليكم"}, context={"forwarded": True, "frequently_forwarded": True}),
        _said("text", {"body": "من إعلان"}, referral=ad),
        _said("text", {"body": "عن سلعة"}, context={"referred_product": {"catalog_id": "1"}}),
        _said("text", {"body": "مخفي"}, **{"from": None, "from_user_id": BSUID, "from_parent_user_id": PARENT}),
        _said("text", {"body": "في مجموعة"}, group_id="G"),
        _said("button", {"text": "نعم", "payload": "نعم"}, context={"from": "1", "id": "wamid.ours"}),
        *(
            _said("interactive", {"type": each, each: {"id": "q", "title": "ن"}})
            for each in ("button_reply", "list_reply")
        ),
        _said(
            "interactive", {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "{}"}}
        ),
        _said("interactive", {"type": "call_permission_reply", "call_permission_reply": {"response": "accept"}}),
        _said("location", {"latitude": 29.34, "longitude": 47.67, "name": "م", "address": "ع"}),
        *(_said(each, file) for each in ("image", "audio", "voice", "video", "document", "sticker")),
        _said("image", {**file, "caption": "صورة"}),
        _said("contacts", [{"name": {"formatted_name": "س"}, "phones": [{"phone": "+965 5000 0002"}]}]),
        _said("contacts", [{"phones": [{"phone": PHONE, "wa_id": PHONE}]}], origin="contact_request"),
        _said("reaction", {"message_id": "wamid.ours", "emoji": "👍"}),
        _said("order", {"catalog_id": "1", "product_items": [{"quantity": 1}]}),
        _said("system", moved),
        _said("system", {"type": "customer_identity_changed", "identity": "x", "wa_id": PHONE}),
        _said("system", {"type": "user_changed_user_id", "user_id": "KW.2", "previous_user_id": BSUID}),
        _said("unsupported", errors=error),
        _said("unknown", errors=error),
        _said("ephemeral", errors=error),
        _said("request_welcome"),
        _said("edit", {"original_message_id": "wamid.1", "message": inner}),
        _said("revoke", {"original_message_id": "wamid.1"}),
        _said("type_of_next_year", {"x": 1}),
        _said("text"),
        {"type": "text"},
    ]
    return [{"id": f"wamid.sample{place}", **message} for place, message in enumerate(said)]


def whatsapp_statuses() -> list[dict[str, Any]]:
    """Statuses of every kind: by phone, by user id, of a group, with prices and errors."""
    price = {"billable": True, "pricing_model": "PMP", "category": "utility", "type": "regular"}
    talk = {"id": "c", "expiration_timestamp": "1760000000", "origin": {"type": "utility"}}
    at = {"id": "wamid.ours", "timestamp": "1760000000", "recipient_id": PHONE}
    failed = [{"code": 131047, "title": "Re-engagement message"}, {"code": 131026}]
    return [
        {**at, "status": "sent", "conversation": talk, "pricing": price},
        {**at, "status": "delivered", "pricing": price},
        {**at, "status": "read"},
        {**at, "id": "wamid.voice", "status": "played"},
        {**at, "id": "wamid.other", "status": "failed", "errors": failed},
        {"id": "wamid.hidden", "status": "sent", "recipient_user_id": BSUID, "recipient_parent_user_id": PARENT},
        {"id": "wamid.group", "status": "delivered", "recipient_type": "group", "recipient_id": "G"},
        {**at, "id": "wamid.third", "status": "deleted"},
        {**at, "id": "wamid.third", "status": "of_next_year"},
        {"status": "sent"},
    ]


def whatsapp_fields() -> list[tuple[str, Any]]:
    """Changes of every other field: (field, value)."""
    template = {"message_template_id": 1, "message_template_name": "reminder", "message_template_language": "ar"}
    about = {"wa_id": PHONE, "category": "marketing_messages", "detail": "x", "timestamp": 1_760_000_000}
    ids = {"wa_id": PHONE, "user_id": {"previous": BSUID, "current": "KW.3"}, "timestamp": "1760000000"}
    return [
        ("message_template_status_update", {**template, "event": "PAUSED", "reason": "NONE"}),
        ("message_template_quality_update", {**template, "new_quality_score": "YELLOW"}),
        ("message_template_components_update", {**template, "message_template_element": "x"}),
        ("template_category_update", {**template, "correct_category": "MARKETING", "new_category": "UTILITY"}),
        (
            "phone_number_quality_update",
            {"display_phone_number": "96522", "event": "FLAGGED", "current_limit": "TIER_1K"},
        ),
        ("phone_number_name_update", {"display_phone_number": "96522", "decision": "APPROVED"}),
        ("account_update", {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": ["SCHEDULE_FOR_DISABLE"]}}),
        ("account_alerts", {"alert_severity": "WARNING", "alert_type": "x", "entity_type": "BUSINESS"}),
        ("account_review_update", {"decision": "REJECTED"}),
        ("business_capability_update", {"max_daily_conversations_per_business": 2000}),
        ("security", {"event": "PIN_CHANGED", "requester": "1"}),
        ("flows", {"event": "FLOW_STATUS_CHANGE", "flow_id": "1", "new_status": "BLOCKED"}),
        ("user_preferences", {"user_preferences": [{**about, "value": "stop"}, {**about, "value": "resume"}]}),
        ("user_id_update", {"user_id_update": [ids]}),
        ("calls", {"calls": [{"id": "wacid.1", "event": "connect", "from": PHONE}]}),
        ("message_echoes", {"message_echoes": [_said("text", {"body": "منا"})]}),
        ("smb_message_echoes", {"message_echoes": [_said("text", {"body": "منا"})]}),
        ("smb_app_state_sync", {"state_sync": []}),
        ("history", {"history": [{"threads": [{"id": PHONE, "messages": [_said("text", {"body": "قديم"})]}]}]}),
        ("group_participants_update", {"groups": []}),
        ("field_of_next_year", {"x": 1}),
    ]

"""Which table is told to a person on their paper, and which is not, and why: the one list of it.

Whoever adds a table that holds something of a person names it here: `test_telling_all.py` fails
until then.
"""

from __future__ import annotations

from collections.abc import Mapping

TOLD: Mapping[str, str] = {
    "person": "name and year of birth",
    "identifier": "that there is one, by its last digits",
    "contact_point": "the telephones",
    "identity": "where they write from, and who reads it",
    "conversation": "the channel and the language",
    "membership": "those of the house whom they told us of",
    "household_target_group": "what was noted about the house",
    "application": "the number and the day",
    "application_event": "its steps",
    "interview_session": "the answers",
    "consent": "given, refused, withdrawn",
    "referral": "where it was sent, and how it stands",
    "appointment": "agreed, moved, missed",
    "visit": "visits at home",
    "waitlist_entry": "where they wait",
    "help_request": "what they asked, and the answer",
    "inbox_message": "their words",
    "outbox_message": "ours",
    "media": "how many files",
    "incident_told": "that something happened to their data",
    "audited_person": "who saw it",
    "audit_event": "who saw or changed it",
}
NOT_TOLD: Mapping[str, str] = {
    "application_need": "derived from the answers, which stand there",
    "info_request": "what is asked again stands among the steps, and the questions in the chat",
    "match_run": "which places were weighed; the one that was chosen stands there, with its reason in the chat",
    "referral_event": "the steps of a referral: how it stands is told; the notes are the centre's",
    "referral_word": "what is to be said of a referral: it is among our words once it was",
    "referral_transfer": "their own answer to it is a consent",
    "reminder": "among our words once it was sent",
    "offered_slot": "among our words",
    "desk_filling": "the answers are the interview's",
    "received_submission": "a form of staff or of a phone in the field; an application by it stands there",
    "submission_file": "counted with the files",
    "outgoing_submission": "a copy for another server of ours",
    "transcription": "the words stand among the answers",
    "flow_offer": "the same interview on another screen",
    "move_code": "six digits that have expired",
    "claim": "who asked for a telephone: it could tell one of a house what another did",
    "duplicate_pair": "it would tell one parent of the other's application",
    "family_merge": "the same",
    "name_key": "noise that only finds names",
    "private_note": "what staff keep for themselves, and could tell of somebody else",
    "opened_again": "that the file was opened stands in who saw it; the reason is the programme's",
    "identity_alias": "another address of the account that stands there",
    "contact_source": "which poster they came by",
    "erasure_request": "they asked for it; once it is done there is no paper",
    "erasure_notice": "names nobody",
    "legal_hold": "a court's or an inquiry's: the programme tells them where it may",
    "data_key": "a key",
    "webhook_delivery": "who was given what stands with the referral",
    "partner_request": "the same",
    "household": "the house is told by who lives there",
    "household_area": "where they live stands among the answers",
    "outbox_attempt": "how often a message was tried",
    "chat_bucket": "how fast we may write there",
    "code_attempt": "how often a code was mistyped",
    "account_notice": "what a platform told of our own account",
}

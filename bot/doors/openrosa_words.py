"""What OpenRosa's door says to whoever holds the phone, in Arabic and English; ODK Collect shows it as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WORDS: Mapping[str, tuple[str, str]] = {
    "received": ("وصلت الاستمارة.", "The form was received."),
    "received_part": ("وصل جزء من الاستمارة، وننتظر بقية الملفات.", "Received; the other files are still awaited."),
    "here_already": ("وصلت هذه الاستمارة من قبل.", "This form was received before."),
    "filed": ("وصل الطلب، ورقمه {number}.", "The application was received. Its number is {number}."),
    "unlinked": (
        "وصلت الاستمارة، ولم نجد طلباً بهذا الرقم. سيربطها المشرف.",
        "Received, but there is no application with that number. A supervisor will link it.",
    ),
    "sign_in": ("أدخلوا اسم المستخدم وكلمة السر.", "A user name and a password are needed."),
    "wrong_password": ("اسم المستخدم أو كلمة السر غير صحيح.", "The user name or the password is wrong."),
    "wrong_token": (
        "هذا الهاتف لم يعد مسموحاً له. اطلبوا رمزاً جديداً من المشرف.",
        "This phone may not send any more. Ask a supervisor for a new code.",
    ),
    "too_many_tries": ("محاولات كثيرة. انتظروا ربع ساعة.", "Too many tries. Wait a quarter of an hour."),
    "not_here": ("لا شيء في هذا العنوان.", "There is nothing at this address."),
    "other_version": ("هذا الخادم يفهم OpenRosa 1.0 فقط.", "This server speaks OpenRosa 1.0."),
    "not_multipart": (
        "الإرسال ليس multipart/form-data.",
        "The body must be multipart/form-data with a part named xml_submission_file.",
    ),
    "compressed": ("لا نقبل إرسالاً مضغوطاً.", "A compressed body is not taken."),
    "broken_multipart": ("وصل الإرسال ناقصاً أو تالفاً.", "The multipart body is cut off or broken."),
    "no_xml_part": ("لا توجد استمارة في الإرسال.", "The part xml_submission_file is missing."),
    "two_xml_parts": ("في الإرسال أكثر من استمارة.", "There is more than one xml_submission_file."),
    "two_files": ("اسم الملف {name} مكرر.", "The file name {name} stands twice."),
    "too_big": ("الإرسال أكبر من {megabytes} ميغابايت.", "The body is larger than {megabytes} MB."),
    "too_big_xml": ("الاستمارة أكبر من {megabytes} ميغابايت.", "The XML is larger than {megabytes} MB."),
    "too_big_file": ("أكبر ملف مسموح {megabytes} ميغابايت.", "A file may have at most {megabytes} MB."),
    "not_xml": ("ملف الاستمارة تالف: {why}", "The submission is no readable XML: {why}"),
    "no_form_id": ("الاستمارة لا تذكر رقم نموذجها.", "The root element has no form id."),
    "no_instance_id": ("الاستمارة بلا instanceID.", "meta/instanceID is missing."),
    "bad_instance_id": ("رقم instanceID غير صالح.", "An instance id has up to 120 characters and no spaces."),
    "encrypted": ("لا نقرأ الاستمارات المشفّرة.", "Encrypted submissions cannot be read here."),
    "unknown_nodes": (
        "في الاستمارة ما ليس في نموذجها: {nodes}",
        "The submission has nodes that its form has not: {nodes}",
    ),
    "unknown_form": ("لا يوجد هنا نموذج {form}.", "There is no form {form} here."),
    "unknown_version": (
        "الإصدار {version} من النموذج {form} غير معروف هنا. حدّثوا النماذج.",
        "Version {version} of the form {form} is not known here.",
    ),
    "unknown_deprecated": (
        "الاستمارة التي تصحّحونها غير موجودة: {instance}",
        "The submission that this one corrects is not here: {instance}",
    ),
    "other_content": (
        "وصلت من قبل استمارة أخرى بالرقم نفسه: {instance}",
        "Another submission stands under this instance id: {instance}",
    ),
    "outdated": (
        "صُحّحت هذه الاستمارة من قبل: {instance}. صحّحوا النسخة الأخيرة.",
        "This submission was corrected already: {instance}. Edit the newest one.",
    ),
    "other_file": ("وصل من قبل ملف آخر بالاسم {name}.", "Another file named {name} was received before."),
}


def language_of(accepted: str | None) -> str:
    """English where the phone asks for it first, else Arabic."""
    return "en" if (accepted or "").strip().lower().startswith("en") else "ar"


def sentence(key: str, language: str, values: Mapping[str, Any]) -> str:
    """The sentence of a key with its values."""
    arabic, english = WORDS[key]
    return (english if language == "en" else arabic).format(**values)

"""The sample forms of these tests: nobody real is asked anything here."""

from __future__ import annotations

FAMILY = """
| survey |
| | type | name | label::Arabic (ar) | required | required_message::Arabic (ar) | relevant | constraint | constraint_message::Arabic (ar) | bind::chat:sensitive | bind::chat:example | bind::chat:danger |
| | note | why | نسأل لنعرف ما تحتاجونه. | | | | | | | | |
| | text | name | ما اسمكم؟ | yes | نحتاج الاسم. | | | | | فاطمة | |
| | select_one support | support | من ينفق على البيت؟ | yes | | | | | | | |
| | integer | orphans | كم عدد الأيتام؟ | yes | | ${support} = 'widow' | . > 0 and . <= 12 | من ١ إلى ١٢. | yes | ٣ | |
| | note | sorry | نشكركم على الثقة. | | | ${support} = 'widow' | | | | | |
| | select_multiple needs | needs | ماذا تحتاجون؟ | yes | | | not(selected(., 'none') and count-selected(.) > 1) | لا شيء وحدها. | | | |
| | date | birth | متى ولدتم؟ | | | | . <= today() | ليس في المستقبل. | | | |
| | select_one safe | safe | هل أنتم في أمان الآن؟ | | | | | | | | no |
| | note | end | شارفنا على النهاية. | | | | | | | | |
| choices |
| | list_name | name | label::Arabic (ar) | aliases |
| | support | father | الأب | أبو العيال\\|جوزي |
| | support | widow | أرملة | جوزي مات\\|المرحوم |
| | support | other | شخص آخر | |
| | needs | rent | الإيجار | |
| | needs | medicine | علاج أو دواء | |
| | needs | school | المدرسة | |
| | needs | none | لا شيء | |
| | safe | yes | نعم | |
| | safe | no | لا | |
"""

HOUSEHOLD = """
| survey |
| | type | name | label::Arabic (ar) | required | constraint | repeat_count |
| | begin_repeat | debt | الديون | | | |
| | integer | amount | كم الدين؟ | yes | | |
| | text | lender | لمن الدين؟ | | | |
| | end_repeat | | | | | |
| | integer | kids | كم طفلاً عندكم؟ | yes | . <= 12 | |
| | begin_repeat | kid | الأطفال | | | ${kids} |
| | text | kid_name | ما اسم الطفل؟ | yes | | |
| | integer | kid_age | كم عمره؟ | yes | . < 18 | |
| | end_repeat | | | | | |
"""

THINGS = """
| survey |
| | type | name | label::Arabic (ar) | required | readonly | default | bind::chat:confirm | bind::chat:quick | bind::chat:quick_ar |
| | integer | people | كم عددكم كلّكم؟ | yes | | | | 1 | أعيش وحدي |
| | geopoint | place | أين تسكنون؟ | | | | | | |
| | image | paper | صورة البطاقة | | | | | | |
| | text | story | احكوا لنا | yes | | | | | |
| | text | phone | ما رقم هاتفكم؟ | | | | yes | | |
| | text | area | ما المنطقة؟ | | | | | | |
| | text | office | مركزكم | | yes | عيّنة | | | |
| | acknowledge | true | هل ما كتبتم صحيح؟ | yes | | | | | |
"""

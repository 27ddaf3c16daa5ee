"""Three invented forms to measure with: 60 questions, 300 questions with 2,000 choices, and a roster («عيّنة»)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

REGIONS, DISTRICTS, VILLAGES = 12, 12, 12  # regions; districts of each; villages of each: 12 + 144 + 1,728 choices
TRADES = 96  # one long list beside the cascade, so that all lists together have 2,000 choices

Row = Sequence[str]

_SURVEY = (
    *("type", "name", "label::Arabic (ar)", "label::English (en)", "hint::Arabic (ar)", "required", "relevant"),
    *("constraint", "constraint_message::Arabic (ar)", "calculation", "choice_filter", "repeat_count"),
)
_CHOICES = ("list_name", "name", "label::Arabic (ar)", "label::English (en)", "region", "district")
_SHORT_LISTS = (
    ("yes_no", "yes", "نعم", "Yes"),
    ("yes_no", "no", "لا", "No"),
    ("income", "salary", "راتب", "A salary"),
    ("income", "pension", "معاش", "A pension"),
    ("income", "daily", "عمل باليوم", "Daily work"),
    ("income", "help", "مساعدة", "Help"),
    ("income", "other", "شيء آخر", "Something else"),
    ("needs", "food", "طعام", "Food"),
    ("needs", "rent", "إيجار", "Rent"),
    ("needs", "medicine", "دواء", "Medicine"),
    ("needs", "school", "مدرسة", "School"),
    ("needs", "repair", "إصلاح البيت", "Repairs"),
    ("needs", "transport", "مواصلات", "Transport"),
    ("needs", "tools", "أدوات عمل", "Tools"),
    ("needs", "furniture", "أثاث", "Furniture"),
    ("needs", "none", "لا شيء", "Nothing"),
    ("relation", "spouse", "زوج أو زوجة", "Spouse"),
    ("relation", "child", "ابن أو ابنة", "Child"),
    ("relation", "parent", "أب أو أم", "Parent"),
    ("relation", "other", "قريب آخر", "Another relative"),
)


def _table(sheet: str, header: Row, rows: Iterable[Row]) -> str:
    lines = [f"| {sheet} | {' | '.join(header)} |"]
    lines += [f"|  | {' | '.join([*row, *[''] * (len(header) - len(row))])} |" for row in rows]
    return "\n".join(lines)


def _book(name: str, survey: Iterable[Row], choices: Iterable[Row]) -> bytes:
    sheets = (
        _table("survey", _SURVEY, survey),
        _table("choices", _CHOICES, choices),
        _table("settings", ("form_id", "version", "default_language"), [(name, "1", "Arabic (ar)")]),
    )
    return "\n\n".join(sheets).encode()


def _row(kind: str, name: str, arabic: str = "", english: str = "", **columns: str) -> Row:
    cells = {"type": kind, "name": name, "label::Arabic (ar)": arabic, "label::English (en)": english}
    named = {"hint": "hint::Arabic (ar)", "message": "constraint_message::Arabic (ar)"}
    cells |= {named.get(column, column): text for column, text in columns.items()}
    return tuple(cells.get(column, "") for column in _SURVEY)


# One section of ten questions; `@` stands for its own prefix, `#` for that of the section before.
_SECTION = (
    _row("begin_group", "@", "القسم @", "Section @", relevant="${#_work} = 'yes' or ${#_people} >= 0"),
    _row("select_one yes_no", "@_work", "هل يعمل أحد في البيت؟", "Does anyone at home work?", required="yes"),
    _row(
        *("integer", "@_people", "كم عددكم؟", "How many are you?"),
        hint="العدد التقريبي يكفي.",
        required="yes",
        constraint=". >= 1 and . <= 40",
        message="اكتبوا عدداً من 1 إلى 40.",
    ),
    _row(
        *("integer", "@_children", "كم طفلاً بين ${@_people}؟", "How many children of ${@_people}?"),
        relevant="${@_people} > 1",
        constraint=". >= 0 and . < ${@_people}",
    ),
    _row("calculate", "@_adults", calculation="${@_people} - coalesce(${@_children}, 0)"),
    _row("select_one income", "@_income", "من أين دخلكم؟", "Where does your income come from?"),
    _row("text", "@_income_other", "اكتبوا من أين.", "Please say where.", relevant="${@_income} = 'other'"),
    _row(
        *("decimal", "@_amount", "كم الدخل في الشهر؟", "How much a month?"),
        relevant="${@_income} != '' and ${@_income} != 'help'",
        constraint=". >= 0 and . < 100000",
    ),
    _row("calculate", "@_share", calculation="if(${@_adults} > 0, round(${@_amount} div ${@_adults}, 2), 0)"),
    _row("note", "@_low", "دخل الفرد ${@_share}.", "That is ${@_share} each.", relevant="${@_share} > 0"),
    _row(
        *("select_multiple needs", "@_needs", "ما الذي ينقصكم؟", "What do you lack?"),
        required="yes",
        constraint="not(selected(., 'none') and count-selected(.) > 1)",
    ),
    _row(
        *("date", "@_since", "منذ متى؟", "Since when?"),
        relevant="not(selected(${@_needs}, 'none'))",
        constraint=". <= today()",
    ),
)
_WORDS = (
    _row("select_one yes_no", "@_debt", "هل عليكم دين؟", "Any debts?"),
    _row("text", "@_more", "هل تريدون إضافة شيء؟", "Anything to add?", constraint="string-length(.) < 500"),
)
_TRADE = (
    _row("select_one trade", "@_trade", "ما العمل؟", "Which trade?"),
    _row("text", "@_where", "أين مكان العمل؟", "Where is the work?"),
)
_REGION = (
    _row("select_one region", "@_region", "في أي محافظة؟", "Which region?"),
    _row("select_one district", "@_district", "في أي مركز؟", "Which district?", choice_filter="region=${@_region}"),
)
_VILLAGE = (
    _row("select_one village", "@_village", "أي قرية؟", "Which village?", choice_filter="district=${#_district}"),
    _row("text", "@_street", "أي شارع؟", "Which street?"),
)
_END = (
    _row("calculate", "@_weight", calculation="count-selected(${@_needs}) * 10 + if(${@_work} = 'yes', 0, 5)"),
    _row("end_group", ""),
)


def _section(n: int, long_lists: bool) -> list[Row]:
    last = {2: _REGION, 3: _VILLAGE, 7: _TRADE}.get(n % 10, _WORDS) if long_lists else _WORDS
    prefix, before = f"s{n}", f"s{max(n - 1, 1)}"
    rows = [*_SECTION, *last, *_END]
    if n == 1:
        rows[0] = _row("begin_group", "@", "القسم @", "Section @")
    return [tuple(cell.replace("@", prefix).replace("#", before) for cell in row) for row in rows]


def _lists(long_lists: bool) -> list[Row]:
    rows: list[Row] = list(_SHORT_LISTS)
    if not long_lists:
        return rows
    for region in range(1, REGIONS + 1):
        rows.append(("region", f"r{region}", f"محافظة {region}", f"Region {region}"))
        for district in range(1, DISTRICTS + 1):
            key = f"r{region}d{district}"
            rows.append(("district", key, f"مركز {region}/{district}", f"District {region}/{district}", f"r{region}"))
            for village in range(1, VILLAGES + 1):
                name = f"{region}/{district}/{village}"
                rows.append(("village", f"{key}v{village}", f"قرية {name}", f"Village {name}", f"r{region}", key))
    return rows + [("trade", f"t{n}", f"مهنة {n}", f"Trade {n}") for n in range(1, TRADES + 1)]


def sixty_questions() -> bytes:
    """Six sections of ten questions each: an XLSForm as Markdown tables."""
    return _book("sample_60", _survey(6, long_lists=False), _lists(long_lists=False))


def three_hundred_questions() -> bytes:
    """Thirty sections and 2,000 choices, most of them in a cascade of region, district and village."""
    return _book("sample_300", _survey(30, long_lists=True), _lists(long_lists=True))


def _survey(sections: int, *, long_lists: bool) -> list[Row]:
    rows = [row for n in range(1, sections + 1) for row in _section(n, long_lists)]
    weights = " + ".join(f"coalesce(${{s{n}_weight}}, 0)" for n in range(1, sections + 1))
    return [*rows, _row("calculate", "weight", calculation=weights)]


def roster(*, counted: bool = False) -> bytes:
    """A household's members, each with calculations of its own, and sums over all; `counted` by a number."""
    return _book("sample_roster", _roster(counted), _lists(long_lists=False))


def _roster(counted: bool) -> list[Row]:
    return [
        _row("integer", "size", "كم عددكم؟", "How many are you?", constraint=". >= 0 and . <= 60"),
        _row("integer", "head_age", "كم عمر رب الأسرة؟", "How old is the head?", constraint=". > 0 and . < 120"),
        _row("begin_repeat", "member", "فرد من البيت", "Member", repeat_count="${size}" if counted else ""),
        _row("text", "member_name", "ما الاسم؟", "Name?"),
        _row("select_one relation", "relation", "ما قرابة ${member_name}؟", "How is ${member_name} related?"),
        _row("integer", "age", "كم عمر ${member_name}؟", "How old is ${member_name}?", constraint=". >= 0 and . < 120"),
        _row("calculate", "adult", calculation="if(${age} >= 18, 1, 0)"),
        _row("calculate", "gap", calculation="${head_age} - ${age}"),
        _row("select_one yes_no", "at_school", "في المدرسة؟", "At school?", relevant="${age} >= 5 and ${age} < 18"),
        _row("end_repeat", ""),
        _row("calculate", "adults", calculation="sum(${adult})"),
        _row("calculate", "oldest", calculation="max(${age})"),
        _row("note", "all", "كتبنا ${adults} من الكبار.", "We wrote down ${adults} adults."),
        _row("text", "more", "هل تريدون إضافة شيء؟", "Anything to add?"),
    ]

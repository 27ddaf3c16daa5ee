"""What an author writes: columns, settings, files, patterns, kinds, lists and repeats."""

from __future__ import annotations

import pytest

from dialogs.checking import findings_of, is_no_form
from dialogs.checking.checks.patterns import judge
from dialogs.form import FormError, read_form
from tests.dialogs.checking.looking import choices, look, survey, told

PLAIN = "type | name | label"
NAME = "text | a | ما الاسم؟"


def test_mistakes_of_loading_come_in_the_same_shape() -> None:
    rows = survey("type | name | label | relevant", "text | group | ما الاسم؟ |", "text | b | ما اللقب؟ | ${grp} = 1")
    with pytest.raises(FormError) as caught:
        read_form(rows.encode(), name="sample.md")
    (finding,) = findings_of(caught.value)
    assert (finding.level, finding.sheet, finding.row, finding.check) == ("error", "survey", 3, "authoring")
    assert "grp" in finding.cause and "Did you mean `group`?" in finding.remedy
    assert not is_no_form(caught.value)


def test_a_file_that_is_no_form_is_told_apart() -> None:
    with pytest.raises(FormError) as caught:
        read_form(b"just words", name="letter.md")
    assert is_no_form(caught.value)


def test_a_chat_column_that_is_misspelt_is_an_error() -> None:
    (said,) = told(look(survey(f"{PLAIN} | bind::chat:sensitve", f"{NAME} | yes")), "columns")
    assert said.startswith("row 1: `bind::chat:sensitve` is no column") and "`bind::chat:sensitive`?" in said
    assert told(look(survey(f"{PLAIN} | bind::chat:sensitive", f"{NAME} | yes")), "columns") == []


def test_a_chat_column_without_its_prefix_reaches_nobody() -> None:
    (said,) = told(look(survey(f"{PLAIN} | chat:why", f"{NAME} | لنعرف")), "columns", "error")
    assert "does not reach the chat. Write `bind::chat:why`." in said


def test_a_column_of_xlsform_that_is_misspelt() -> None:
    (said,) = told(look(survey(f"{PLAIN} | requred", f"{NAME} | yes")), "columns", "warning")
    assert said == "row 1: `requred` is no column of the survey sheet. Did you mean `required`?"
    assert told(look(survey(f"{PLAIN} | required", f"{NAME} | yes")), "columns") == []


def test_a_kind_that_nothing_reads_or_that_is_of_another_type() -> None:
    header = f"{PLAIN} | bind::chat:kind | bind::chat:unit_ar"
    (said,) = told(look(survey(header, f"{NAME} | nationalid | ")), "columns", "warning")
    assert "says «nationalid». Did you mean `national_id`?" in said
    (said,) = told(look(survey(header, "integer | rent | كم الإيجار؟ | birth_date | جنيه")), "columns", "warning")
    assert "`rent` is of type integer. It is read only of date." in said
    assert told(look(survey(header, "integer | rent | كم الإيجار؟ | money | جنيه")), "columns") == []


def test_a_danger_that_is_no_choice() -> None:
    yes_no = choices("list_name | name | label", "yn | yes | نعم", "yn | no | لا")
    header = f"{PLAIN} | bind::chat:danger"
    (said,) = told(look(survey(header, "select_one yn | safe | هل أنتم في أمان؟ | nno"), yes_no), "columns", "error")
    assert "names `nno`, which is none of its choices. Did you mean `no`?" in said
    assert told(look(survey(header, "select_one yn | safe | هل أنتم في أمان؟ | no"), yes_no), "columns") == []


def test_an_example_that_its_own_question_refuses() -> None:
    header = f"{PLAIN} | constraint | bind::chat:example"
    (said,) = told(look(survey(header, "integer | n | كم عددكم؟ | . < 10 | ١٢")), "examples")
    assert "`bind::chat:example` of `n` is «١٢», which it does not take." in said
    assert told(look(survey(header, "integer | n | كم عددكم؟ | . < 10 | ٥")), "examples") == []


def test_settings_are_looked_at() -> None:
    header = "| settings | form_id | version | default_language | public_key |\n"
    body = survey("type | name | label::Arabic (ar)", NAME)
    bare = told(look(body, settings="| settings | form_title |\n| | عيّنة |\n"), "settings")
    assert any("no `version`" in one for one in bare) and any("no `form_id`" in one for one in bare)
    wrong = told(look(body, settings=f"{header}| | sample | 1 | Arabic | |\n"), "settings", "error")
    assert any("`default_language` is `Arabic`, which no column has" in one for one in wrong)
    sealed = told(look(body, settings=f"{header}| | sample | 1 | Arabic (ar) | MIIB |\n"), "settings", "error")
    assert any("`public_key`" in one for one in sealed)
    assert told(look(body, settings=f"{header}| | sample | 1 | Arabic (ar) | |\n"), "settings") == []


def test_arabic_by_another_name_is_a_warning() -> None:
    body = survey("type | name | label::العربية", NAME)
    settings = "| settings | form_id | version | default_language |\n| | sample | 1 | العربية |\n"
    (said,) = told(look(body, settings=settings), "settings", "warning")
    assert "The Arabic columns are called `العربية`" in said


@pytest.mark.parametrize("kind", ["geotrace", "geoshape", "start-geopoint", "audit", "background-audio"])
def test_what_a_chat_cannot_carry_is_refused_with_row_and_remedy(kind: str) -> None:
    name = "audit" if kind == "audit" else "thing"
    (said,) = told(look(survey(PLAIN, NAME, f"{kind} | {name} | ارسموا")), "carrying", "error")
    assert said.startswith(f"row 3: `{kind}` is") and "a chat cannot carry it." in said


def test_appearances_that_a_chat_cannot_show_are_refused() -> None:
    header = f"{PLAIN} | appearance"
    (said,) = told(look(survey(header, "image | sign | وقّعوا هنا | signature")), "carrying", "error")
    assert said.startswith("row 2: `sign` appears as `signature`")
    assert told(look(survey(header, "image | photo | صورة الورقة | new")), "carrying") == []


def test_files_that_are_named_and_not_there() -> None:
    rows = survey(
        "type | name | label | media::image",
        "text | a | ما الاسم؟ | map.png",
        "select_one_from_file places.csv | place | أين تسكنون؟ |",
    )
    found = look(rows, files=["other.csv"])
    assert any("`a` shows `map.png`" in one for one in told(found, "files", "warning"))
    assert told(found, "files", "error") == [
        "row 3: The list `places.csv` does not lie beside the form: there is nothing to choose. Put the file there."
    ]
    places = {"places.csv": "name,label\nqus,قوص\n".encode()}
    assert told(look(rows, files=["map.png", "places.csv"], attachments=places), "files") == []
    assert told(look(rows), "files") == [], "nobody looked beside the form"


@pytest.mark.parametrize(
    ("pattern", "verdict"),
    [
        ("^[0-9]{4}$", ""),
        ("^([0-9٠-٩]{4}|[0-9٠-٩]{12})$", ""),
        ("^[^0-9]{2,80}$", ""),
        ("^(a+)+$", "nested"),
        ("^(([a-z])+.)+[A-Z]([a-z])+$", "slow"),
        ("^(a|a)*c$", "slow"),
        (r"^(\w+\s?)*$", "nested"),
        ("(x+x+)+y", "nested"),
        (r"^(\d{3}-)*\d+$", ""),
        (r"^[a-z]+(\.[a-z]+)*$", ""),
        ("[0-9", "unreadable"),
    ],
)
def test_patterns_are_judged_by_measuring_and_by_their_build(pattern: str, verdict: str) -> None:
    found = judge(pattern)
    assert found == verdict or (verdict == "nested" and found == "slow")


def test_a_slow_pattern_is_told_with_its_row() -> None:
    header = f"{PLAIN} | constraint"
    found = look(survey(header, "text | a | ما الاسم؟ | regex(., '^(([a-z])+.)+[A-Z]([a-z])+$')"))
    assert any(one.startswith("row 2: The pattern in `constraint` of `a` is slow") for one in told(found, "patterns"))
    assert told(look(survey(header, "text | a | ما الاسم؟ | regex(., '^[a-z]+$')")), "patterns") == []


def test_a_long_list_is_noted_unless_it_is_searched() -> None:
    words = "الأولى الثانية الثالثة الرابعة".split()
    rows = [f"town | t{n} | القرية {words[n % 4]} في {'ا' * (n // 4 + 1)}" for n in range(31)]
    listed = choices("list_name | name | label", *rows)
    header = f"{PLAIN} | appearance"
    (said,) = told(look(survey(header, "select_one town | town | أين؟ |"), listed), "lists")
    assert said.startswith("row 2: `town` offers 31 choices at once.")
    assert told(look(survey(header, "select_one town | town | أين؟ | autocomplete"), listed), "lists") == []


def test_nothing_beside_something_needs_a_constraint() -> None:
    header = f"{PLAIN} | constraint"
    listed = choices("list_name | name | label", "sev | a | خبز", "sev | b | دواء", "sev | zero | لا شيء من هذا")
    (said,) = told(look(survey(header, "select_multiple sev | s | ما عندكم؟ |"), listed), "lists", "warning")
    assert "not(selected(., 'zero') and count-selected(.) > 1)" in said
    held = "select_multiple sev | s | ما عندكم؟ | not(selected(., 'zero') and count-selected(.) > 1)"
    assert told(look(survey(header, held), listed), "lists") == []


def test_a_repeat_without_an_end_is_noted_and_one_without_a_limit_warned_of() -> None:
    header = f"{PLAIN} | repeat_count | constraint"
    inside = "text | who | ما اسمه؟ | |", "end_repeat | | | |"
    (open_ended,) = told(look(survey(header, "begin_repeat | kid | طفل | |", *inside)), "repeats", "note")
    assert open_ended.startswith("row 2: The repeat `kid` has no `repeat_count`")
    capped = look(survey(f"{header} | bind::chat:most", "begin_repeat | kid | طفل | | | 6", *inside))
    assert told(capped, "repeats") == []
    counted = "integer | n | كم طفلاً؟ | |", "begin_repeat | kid | طفل | ${n} |", *inside
    (said,) = told(look(survey(header, *counted)), "repeats", "warning")
    assert said.startswith("row 2: `repeat_count` of `kid` reads `n`, which may be any number.")
    limited = "integer | n | كم طفلاً؟ | | . <= 10", *counted[1:]
    assert told(look(survey(header, *limited)), "repeats") == []


def test_a_name_that_leads_nowhere_is_told() -> None:
    found = look(survey(f"{PLAIN} | calculation", NAME, "calculate | c | | /data/nowhere + 1"))
    assert any("nowhere" in one for one in told(found, "authoring"))


def test_a_file_that_a_calculation_reads_is_told_with_its_row() -> None:
    rows = survey(
        f"{PLAIN} | calculation",
        f"{NAME} |",
        "calculate | centre |  | pulldata('centres', 'name', 'code', ${a})",
    )
    (said,) = told(look(rows, files=[]), "authoring", "warning")
    assert said == (
        "row 3: The file `centres.csv` is not attached: its list is empty. "
        "Put the file beside the form, or take out what reads it."
    )


def test_a_list_that_is_not_there_is_told_once() -> None:
    rows = survey(PLAIN, "select_one_from_file places.csv | place | أين تسكنون؟")
    found = look(rows, files=[])
    assert [finding.level for finding in found if "places.csv" in finding.cause] == ["error"]


def test_a_file_is_named_as_it_is_written() -> None:
    rows = survey(PLAIN, "select_one_from_file Places.csv | place | أين تسكنون؟")
    places = {"Places.csv": "name,label\nqus,قوص\nnqd,نقادة\n".encode()}
    assert [str(one) for one in look(rows, files=["Places.csv"], attachments=places) if one.level == "error"] == []

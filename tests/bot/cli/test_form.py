"""`sanad form`: checked, shown, walked through and filled before anybody is asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.cli.conftest import ROOT, Sanad
from tests.transcript import read_transcript

KUWAIT = ROOT / "programmes" / "kuwait"
PROGRAMME_FORMS = sorted((ROOT / "programmes").glob("*/*.md"))
WHEN = ("--now", "2026-11-01T10:00+03:00", "--tz", "Asia/Kuwait")
FORM = """
| survey | type | name | label | required | relevant | constraint | repeat_count |
| | select_one yn | kids | هل عندكم أطفال؟ | yes | | | |
| | integer | count | كم عددهم؟ | yes | ${kids} = 'yes' | . >= 1 and . <= 9 | |
| | begin_repeat | kid | طفل | | ${kids} = 'yes' | | ${count} |
| | text | name | ما اسمه؟ | yes | | | |
| | end_repeat | | | | | | |
| choices | list_name | name | label |
| | yn | yes | نعم |
| | yn | no | لا |
| settings | form_id | version | form_title |
| | sample | 1 | عيّنة |
"""


@pytest.fixture
def form(tmp_path: Path) -> Path:
    file = tmp_path / "sample.md"
    file.write_text(FORM, encoding="utf-8")
    return file


@pytest.mark.parametrize("file", PROGRAMME_FORMS, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_the_forms_of_both_programmes_have_no_errors(
    file: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sanad("form", "check", str(file)) == 0, capsys.readouterr().out
    said = capsys.readouterr().out
    assert "in order" in said and "languages: Arabic (ar), English (en)" in said and "minutes" in said


def test_an_error_is_told_with_row_and_remedy_and_exits_1(
    form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    form.write_text(FORM.replace("${kids} = 'yes' | . >= 1", "${kids} = 'yess' | . >= 1"), encoding="utf-8")
    assert sanad("form", "check", str(form)) == 1
    said = capsys.readouterr().out
    assert "errors (must be mended before it runs in a chat)" in said
    assert "  row 3: `relevant` of `count` compares `kids` with `yess`" in said
    assert "      Did you mean `yes`?" in said


def test_one_question_is_one_question(tmp_path: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    form = tmp_path / "one.md"
    form.write_text("| survey | type | name | label |\n| | text | a | ما الاسم؟ |\n", encoding="utf-8")
    sanad("form", "check", str(form))
    assert "  1 question: 1 text\n" in capsys.readouterr().out


def test_a_form_that_cannot_be_loaded_is_told_in_the_same_shape(
    form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    form.write_text(FORM.replace("${count}", "${cuont}"), encoding="utf-8")
    assert sanad("form", "check", str(form)) == 1
    said = capsys.readouterr().out
    assert "cannot be used as it is" in said and "row 4" in said and "Did you mean" in said


def test_what_is_no_form_is_one_line_and_exits_2(
    tmp_path: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    letter = tmp_path / "letter.md"
    letter.write_text("just words")
    for file in (letter, tmp_path / "nowhere.md"):
        assert sanad("form", "check", str(file)) == 2
        said = capsys.readouterr()
        assert said.out == "" and said.err.count("\n") == 1


def test_findings_come_as_json_for_machines(form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    form.write_text(FORM.replace("هل عندكم أطفال؟", "-"), encoding="utf-8")
    assert sanad("form", "check", str(form), "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["form"]["id"] == "sample" and told["minutes"]["typical"] >= 1 and told["errors"] == 1
    (finding,) = [one for one in told["findings"] if one["level"] == "error"]
    assert (finding["sheet"], finding["row"], finding["name"]) == ("survey", 2, "kids")
    assert finding["cause"] and finding["remedy"] and finding["check"] == "translations"


def test_channels_may_be_chosen(form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    form.write_text(FORM.replace("| نعم |", "| نعم، عندنا أطفال في البيت الآن |"), encoding="utf-8")
    assert sanad("form", "check", str(form), "--channel", "whatsapp") == 0
    assert "whatsapp shows of a choice" in capsys.readouterr().out
    assert sanad("form", "check", str(form), "--channel", "web") == 0
    assert "whatsapp" not in capsys.readouterr().out
    assert sanad("form", "check", str(form), "--channel", "pigeon") == 2
    assert "telegram" in capsys.readouterr().err


def test_a_file_beside_the_form_is_its_list(form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    asked = "select_one_from_file places.csv | place | أين تسكنون؟ | yes | | | |"
    form.write_text(FORM.replace("| choices |", f"| | {asked}\n| choices |", 1), encoding="utf-8")
    assert sanad("form", "check", str(form)) == 1
    assert "places.csv" in capsys.readouterr().out
    (form.parent / "places.csv").write_text("name,label\nqus,قوص\nqift,قفط\n", encoding="utf-8")
    assert sanad("form", "check", str(form)) == 0
    capsys.readouterr()
    assert sanad("form", "walk", str(form), *WHEN) == 0
    assert "[قوص] [قفط]" in capsys.readouterr().out


def test_a_form_is_shown_as_the_chat_it_will_be(form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("form", "show", str(form)) == 0
    assert capsys.readouterr().out == (
        "عيّنة (sample, version 1)\n"
        "3 questions, of which a family is asked 1 to 4\n"
        "about 2 minutes\n"
        "بوت: هل عندكم أطفال؟\n"
        "      [نعم] [لا]\n"
        "      <1. kids; select_one; required>\n"
        "(only if `kids` is «نعم»)\n"
        "بوت: كم عددهم؟\n"
        "      (a whole number)\n"
        "      <2. count; integer; required; taken when the answer is at least 1 and the answer is at most 9>\n"
        "\n"
        "== طفل: as often as: `count` ==  only if `kids` is «نعم»\n"
        "    بوت: ما اسمه؟\n"
        "          (words, or a voice note)\n"
        "          <3. name; text; required>\n"
    )


def test_a_form_is_shown_plainly_a_line_a_question(
    form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sanad("form", "show", str(form), "--plain") == 0
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first == "1. kids (select_one) هل عندكم أطفال؟  {required: true()}"
    assert second.startswith("2. count (integer) كم عددهم؟  {relevant:")


def test_every_way_through_a_form_is_written_as_a_transcript(
    form: Path, tmp_path: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "walks"
    assert sanad("form", "walk", str(form), "--out", str(out), *WHEN) == 0
    assert "2 ways" in capsys.readouterr().err
    first, second = sorted(out.glob("*.chat"))
    assert (first.name, second.name) == ("01-first-choices.chat", "02-kids-no.chat")
    written = first.read_text(encoding="utf-8")
    transcript = read_transcript(written)
    assert transcript.text([step.bot for step in transcript.steps]) == written, "the format of tests/transcripts"
    assert "أسرة: [نعم]\n@ answers.kids = yes\n" in written
    assert "طفل: ٢ من ٢\n" in written and "@ answers.kid[2].name = " in written
    assert written.rstrip().rpartition("\n")[2].startswith("# completed after")
    assert "أسرة: [لا]\n@ answers.kids = no\n" in second.read_text(encoding="utf-8")


def test_the_same_walk_gives_the_same_text(form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("form", "walk", str(form), *WHEN) == 0
    first = capsys.readouterr().out
    assert sanad("form", "walk", str(form), *WHEN) == 0
    assert capsys.readouterr().out == first


def test_a_walk_that_cannot_be_finished_says_so(form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    form.write_text(FORM.replace(". >= 1 and . <= 9", ". >= 1 and . <= 0"), encoding="utf-8")
    assert sanad("form", "walk", str(form), *WHEN) == 1
    assert "stuck at count" in capsys.readouterr().err
    form.write_text(FORM.replace("| ${kids} = 'yes' | . >= 1", "| ${kids} = '' | . >= 1"), encoding="utf-8")
    assert sanad("form", "walk", str(form), *WHEN) == 1
    assert "no way was found to: " in capsys.readouterr().err


@pytest.mark.parametrize("programme", ["kuwait", "qena"])
def test_somebody_at_random_reaches_the_end_of_an_intake(
    programme: str, sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    intake = ROOT / "programmes" / programme / "intake.md"
    words = ("form", "walk", str(intake), "--random", "--seed", "7", *WHEN)
    assert sanad(*words) == 0
    first = capsys.readouterr().out
    assert first.splitlines()[-1].startswith("# completed after")
    assert sanad(*words) == 0
    assert capsys.readouterr().out == first
    assert sanad(*words, "--steps", "3") == 1


def test_answers_in_json_become_a_submission(form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    answers = form.parent / "answers.json"
    answers.write_text(json.dumps({"/data/kids": "yes", "count": 2, "kid": [{"name": "منى"}, {"name": "علي"}]}))
    assert sanad("form", "fill", str(form), "--answers", str(answers), *WHEN) == 0
    said = capsys.readouterr()
    assert "<kids>yes</kids><count>2</count>" in said.out and "<name>علي</name>" in said.out
    assert said.err == ""


def test_numbers_may_stand_in_arabic_digits(form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    answers = form.parent / "answers.json"
    answers.write_text(json.dumps({"kids": "yes", "count": "٢", "kid": [{"name": "منى ٢"}, {"name": "علي"}]}))
    assert sanad("form", "fill", str(form), "--answers", str(answers), *WHEN) == 0
    said = capsys.readouterr().out
    assert "<count>2</count>" in said
    assert "<name>منى ٢</name>" in said


def test_answers_that_are_refused_are_told_with_the_reason(
    form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = form.parent / "answers.json"
    answers.write_text(json.dumps({"kids": "yse", "cuont": 3}))
    assert sanad("form", "fill", str(form), "--answers", str(answers), *WHEN) == 1
    said = capsys.readouterr().err
    assert "not taken: kids = 'yse': yse is not on offer: did you mean yes?" in said
    assert "not taken: cuont: the form has no such question: did you mean count?" in said
    assert "not taken: kids: it is required, and no answer was taken" in said
    answers.write_text(json.dumps({"kids": "yes", "count": 12, "kid": [{"name": "منى"}]}))
    assert sanad("form", "fill", str(form), "--answers", str(answers), *WHEN) == 1
    said = capsys.readouterr().err
    assert "count = '12': it does not meet the constraint" in said
    assert "kid[1]/name = 'منى': there is no such member of the repeat" in said
    answers.write_text(json.dumps({"kids": "no", "count": 2}))
    assert sanad("form", "fill", str(form), "--answers", str(answers), *WHEN) == 1
    assert "count = '2': it is not asked: only if `kids` is «نعم»" in capsys.readouterr().err
    answers.write_text("[]")
    assert sanad("form", "fill", str(form), "--answers", str(answers)) == 2

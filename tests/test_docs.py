"""The documents stay true: what they name is there, what is there they name, and their examples can be typed."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from bot.cli import COMMANDS, make_parser
from bot.settings import read_settings
from dialogs.form import compile_xlsform
from referrals.definitions.settings import read_settings as read_programme

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
FOLDERS = ("bot", "console", "dialogs", "docs", "locales", "programmes", "referrals", "scripts", "tests", "web_assets")

SETTING = re.compile(r"SANAD_[A-Z]+(?:_[A-Z]+)*")
LINK = re.compile(r"(?<!\\)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
SPAN = re.compile(r"`([^`\n]+)`")
BLOCK = re.compile(r"^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"\bmake ([a-z]+)\b")
FOR_TESTS_OR_CODE = {"SANAD_TEST_CHROMIUM", "SANAD_TEST_PICTURES", "SANAD_TEST_POSTGRES_URL", "SANAD_TEST_SEARCH"}


@cache
def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


@cache
def all_documents() -> str:
    return "\n".join(text_of(document) for document in DOCUMENTS)


def settings_in_code() -> set[str]:
    return set(SETTING.findall((ROOT / "bot/settings.py").read_text(encoding="utf-8")))


def code_in(document: str) -> Iterator[str]:
    """Everything that is set as code: spans, fenced and indented blocks."""
    text = text_of(document)
    yield from (block["text"] for block in BLOCK.finditer(text))
    yield from SPAN.findall(BLOCK.sub("", text))
    yield from re.findall(r"^ {4}\S.*$", text, re.MULTILINE)


def typed_lines(document: str) -> Iterator[list[str]]:
    """The words after `sanad` of every example that a reader may type, from the blocks marked `sh`."""
    for block in BLOCK.finditer(text_of(document)):
        for line in block["text"].replace("\\\n", " ").splitlines() if block["kind"] == "sh" else ():
            for part in re.split(r"\s[|;]\s|\s&&\s", line):
                words = shlex.split(part, comments=True)
                words = words[next((i for i, word in enumerate(words) if "=" not in word), len(words)) :]
                if words and words[0].rpartition("/")[2] == "sanad":
                    yield words[1:]


@pytest.mark.parametrize("command", [name for name, _ in COMMANDS])
def test_every_command_is_documented(command: str) -> None:
    assert re.search(rf"\bsanad {command}\b", all_documents()), f"sanad {command} stands in no document"


def test_every_setting_is_documented_in_its_table() -> None:
    rows = set(re.findall(r"^\| `(SANAD_\w+)` \|", text_of("docs/settings.md"), re.MULTILINE))
    assert rows == settings_in_code()


def test_no_document_names_a_setting_that_does_not_exist() -> None:
    named = {re.sub(r"_FILE$", "", name) for name in SETTING.findall(all_documents())}
    whole = {name for name in named if name not in ("SANAD_TELEGRAM", "SANAD_WHATSAPP")}  # SANAD_TELEGRAM_* in prose
    assert whole <= settings_in_code() | FOR_TESTS_OR_CODE


def test_the_defaults_are_what_the_settings_say() -> None:
    found = read_settings({})
    assert (found.data, found.is_sqlite, found.secret_key) == (Path("data"), True, None)
    assert found.database_url.endswith("data/sanad.db")
    assert found.telegram is None and found.whatsapp is None


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    for target in LINK.findall(text_of(document)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / document).parent / path if path else ROOT / document
        assert file.exists(), f"{document} leads to {target}"
        assert not anchor or anchor in _anchors(file), f"{document} leads to {target}: no such heading"


def _anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_is_named_exists(document: str) -> None:
    """Paths that begin with a folder of ours, and names of Python files; `<name>` stands for any."""
    for span in SPAN.findall(BLOCK.sub("", text_of(document))):
        if not re.fullmatch(r"[\w.<>*/-]+", span):
            continue
        pattern = re.sub(r"<\w+>", "*", span).rstrip("/")
        if span.split("/")[0] in FOLDERS and "/" in span:
            assert any(ROOT.glob(pattern)), f"{document} names {span}"
        elif span.endswith(".py"):
            assert any(any(ROOT.glob(f"{folder}/**/{pattern}")) for folder in FOLDERS), f"{document} names {span}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_that_is_named_exists(document: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {name for code in code_in(document) for name in MAKE.findall(code)} <= targets


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_example_can_be_typed(document: str) -> None:
    for words in typed_lines(document):
        try:
            make_parser(words[0]).parse_args(words)
        except SystemExit as ended:
            assert ended.code == 0, f"{document}: sanad {shlex.join(words)}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_centres_and_places_in_examples_are_in_the_sample_directories(document: str) -> None:
    files = {"--centre": "directory/locations", "--organization": "directory/organizations", "--area": "places"}
    for words in typed_lines(document):
        for option, value in pairwise(words):
            if option in files:
                rows = "".join(
                    path.read_text(encoding="utf-8") for path in ROOT.glob(f"programmes/*/{files[option]}.csv")
                )
                assert f"\n{value}," in rows, f"{document}: {option} {value}"


def test_the_form_in_the_how_to_compiles() -> None:
    forms = [block["text"] for block in BLOCK.finditer(text_of("docs/how-to/write-a-form.md"))]
    xml = compile_xlsform(next(form for form in forms if "| survey" in form).encode(), name="rent_check.md")
    assert "rent" in xml


def test_every_key_that_a_programme_needs_is_documented() -> None:
    """Leaving any key out of the real file is refused by its name; the how-to has that name."""
    written = (ROOT / "programmes/qena/programme.toml").read_text(encoding="utf-8")
    read_programme(written)
    code = (ROOT / "referrals/definitions/settings.py").read_text(encoding="utf-8")
    keys = set(re.findall(r"""(?:raw|deadlines|help_desk|travel|retention|row)(?:\[|\.get\()"(\w+)\"""", code))
    how_to = text_of("docs/how-to/add-a-programme.md")
    missing = sorted(key for key in keys if not re.search(rf"\b{key}\b", how_to))
    assert not missing, f"docs/how-to/add-a-programme.md does not name {missing}"


def test_no_document_speaks_of_the_machine_it_was_written_on() -> None:
    home = os.path.expanduser("~").rstrip("/")
    for document in DOCUMENTS:
        assert str(ROOT) not in text_of(document)
        assert not re.search(rf"{re.escape(home)}/", text_of(document))

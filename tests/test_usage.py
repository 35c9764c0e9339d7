"""Help and wrong use: every word that the command line library says of itself is in the reader's language."""

from __future__ import annotations

import re

import pytest

from conftest import run
from tracker.cli.commands import COMMANDS

ENGLISH = re.compile(
    r"Usage|Options|Arguments|Commands|Show this|\[required|default:|env var|Error|Missing|No such|Did you mean"
    r"|Invalid|Try |Got |requires|does not|Possible|ARGS|COMMAND|OPTIONS"
)
"""Words of the library; an update that says them in another way, or elsewhere, is seen here."""

GROUPS = {"units": ("list", "show", "import", "check"), "plans": ("list", "show", "check")}
PAGES = [(), *((name,) for name in COMMANDS), *((name, one) for name, those in GROUPS.items() for one in those)]


@pytest.mark.parametrize("words", PAGES, ids=lambda words: " ".join(words) or "tracker")
def test_a_help_page_has_no_english_word(words: tuple[str, ...]) -> None:
    """Headings, usage, what stands beside options; the twin says it in English."""
    page = run(*words, "--help")
    assert page.status == 0
    assert page.out.startswith(f"Cách dùng: {' '.join(('tracker', *words))} [TÙY CHỌN]")
    assert "\nTùy chọn:\n" in page.out
    assert "--help" in page.out
    assert not ENGLISH.search(page.out)
    assert run("--lang", "en", *words, "--help").out.startswith(f"Usage: {' '.join(('tracker', *words))} [OPTIONS]")


@pytest.mark.parametrize(
    ("words", "vietnamese", "english"),
    [
        (("report",), "Thiếu --year", "--year <int> is missing."),
        (("history",), "Thiếu UNIT", "UNIT <str> is missing."),
        (
            ("chase", "--year", "abc"),
            "Giá trị ghi cho --year <int> không hợp lệ.",
            "The value given for --year <int>",
        ),
        (("report", "--year", 2020, "--format", "x"), "--format <table|json", "The value given for --format <table|"),
        (("report", "--years", 2020), "Không có tùy chọn “--years”. Có phải là: --year?", "There is no option"),
        (
            ("report", "--year", 2020, "--by", "Lan"),
            "Tùy chọn “--by” đứng trước lệnh: tracker --by … report …",
            "The option “--by” stands before the command: tracker --by … report …",
        ),
        (("units", "list", "--db", "x"), "tracker --db … units list …", "tracker --db … units list …"),
        (("reprot",), "Không có lệnh “reprot”. Có phải là: report, export?", "There is no command “reprot”. Did you"),
        (("units", "lst"), "Không có lệnh “lst”. Có phải là: list?", "There is no command “lst”."),
        (("units", "zzz"), "Không có lệnh “zzz”.", "There is no command “zzz”."),
        (("history", "1", "2"), "Thừa tham số: 2.", "Too many arguments: 2."),
        (("history", "1", "2", "3"), "Thừa tham số: 2 3.", "Too many arguments: 2 3."),
        (("ingest", "--returned"), "Sau tùy chọn “--returned” phải có một giá trị.", "“--returned” needs a value"),
        (("report", "--restricted=x"), "Tùy chọn “--restricted” không nhận giá trị", "“--restricted” takes no value"),
        (("--db", "x.db"), "Thiếu lệnh.", "A command is missing."),
    ],
)
def test_wrong_use_is_said_in_the_readers_language(words: tuple[object, ...], vietnamese: str, english: str) -> None:
    """Exit status 2, nothing on stdout; what was wrong, and where help is."""
    for language, said in (("vi", vietnamese), ("en", english)):
        done = run("--lang", language, *words)
        assert (done.status, done.out) == (2, "")
        assert said in done.err
    assert not ENGLISH.search(run(*words).err)


def test_without_a_command_the_help_is_shown() -> None:
    """`tracker` alone, and a group alone."""
    for words in ((), ("plans",)):
        done = run(*words)
        assert done.status == 2
        assert "Tùy chọn:" in done.err + done.out
        assert not ENGLISH.search(done.err + done.out)

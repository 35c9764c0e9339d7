"""Every code has its sentences, in both languages, filled from the facts that the code carries and from no others."""

from __future__ import annotations

import re
import string
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tracker import messages
from tracker.forms.ttc import AGENCIES
from tracker.messages import Catalogue, catalogue, fix, has, lang, message, say, set_language
from tracker.period import Kind
from tracker.problems import CODES, Problem, Scope, Severity, TrackerError, problem

FACTS = {
    "not_a_count": "label found try measure",
    "not_a_date": "label found",
    "not_yes_no": "label found",
    "not_in_list": "label found nearest allowed",
    "formula_without_value": "label",
    "error_value": "label found",
    "missing_value": "label",
    "missing_ttc": "",
    "unknown_form_version": "found expected",
    "unknown_unit": "found nearest",
    "unit_not_in_force": "found name period successors",
    "unit_name_mismatch": "found name nearest",
    "unit_wrong_tier": "form found expected",
    "period_invalid": "found kind expected",
    "revision_conflict": "other form",
    "nil_with_figures": "form",
    "empty_return": "",
    "missing_header": "form missing",
    "copied_from_other_unit": "other other_file",
    "deployed_without_received": "label received at",
    "date_order": "label found other proposed",
    "parts_do_not_add_up": "label found sum parts",
    "part_exceeds_total": "label found total_label total at",
    "reached_exceeds_population": "label found population_label population at",
    "stages_exceed_base": "label found base_label base at",
    "row_outside_period": "label found period proposed",
    "model_closed_with_sessions": "found",
    "unknown_outlet": "found",
    "row_crosses_period": "found period",
    "model_without_sessions": "",
    "integrated_without_host": "",
    "duplicate_row": "other",
    "joint_activity_twice": "found other",
    "value_struck": "label found",
    "hidden_rows": "count",
    "hidden_sheet": "sheet found expected",
    "unknown_column": "found nearest",
    "unknown_row": "found allowed",
    "copied_from_last_period": "other",
    "reached_equals_attendances": "label found",
    "reached_fell": "label found before",
    "population_differs": "label found expected percent",
    "total_row_wrong": "label found sum",
    "implausible_size": "label found",
    "unsigned": "",
    "legacy_encoding": "encoding",
    "period_not_expected": "form found expected",
    "predecessor_and_successor": "other",
    "unit_divided": "found successors",
    "method_missing": "label",
    "evidence_missing": "label",
    "value_repaired": "label found value",
    "zeros_restored": "found value",
    "forecast": "found",
    "late": "received due days",
    "round_average": "found",
    "identical_file": "when",
    "unreadable_file": "",
    "encrypted_file": "",
    "not_a_spreadsheet": "",
    "file_too_large": "limit",
    "several_units": "",
    "personal_data": "where",
    "personal_data_sheet": "where",
}
"""What each code is raised with, `why` apart; a sentence may name these and, below a return, its form and sheet."""

REASONS = {
    "hidden_sheet": "other_body other_period other_plan changed",
    "missing_ttc": "foreign",
    "unknown_unit": "missing",
    "unknown_form_version": "template",
    "not_a_count": "float comma percent negative fraction two_numbers text mark date words multiple",
    "not_a_date": "impossible range lunar no_year year_only",
    "period_invalid": "missing order length year unreadable",
    "date_order": "before_received after_period",
    "duplicate_row": "contradicts",
    "unknown_row": "below commune duty blank",
    "unreadable_file": "empty truncated not_regular link no_permission vanished dtd too_slow too_much_memory crashed"
    " malformed",
    "not_a_spreadsheet": "pdf word image archive empty_archive ole text unknown",
    "file_too_large": "cells cell_text entries unpacked",
}

ERRORS = {
    "template_whom": "",
    "template_no_body": "plan year found",
    "template_year": "plan life year",
    "template_kept": "n path",
    "store_locked": "path",
    "store_damaged": "path",
    "store_foreign": "path",
    "store_too_new": "path",
    "store_missing": "path",
    "store_url": "found",
    "disk_full": "",
    "disk_failed": "path",
    "store_not_writable": "path",
    "cannot_open": "path",
    "server_gone": "path",
    "server_password": "path",
    "server_no_database": "path",
    "server_denied": "path",
    "server_driver": "",
    "backup_exists": "path",
    "no_such_path": "path",
    "nothing_to_read": "path",
    "unknown_plan": "found known",
    "plan_invalid": "path why",
    "unknown_district": "found",
    "unknown_target": "found known",
    "reason_required": "",
    "returned_inside": "path",
    "bad_date": "found",
    "bad_year": "found",
    "bad_language": "found",
    "out_required": "format",
    "not_available_yet": "what",
}

NAMES = {
    "severity": {severity.value for severity in Severity},
    "scope": {scope.value for scope in Scope},
    "status": {"accepted", "partial", "rejected", "quarantined", "unreadable"},
    "verdict": {"met", "not_met", "insufficient_data", "not_yet_due", "not_applicable", "nil"},
    "duty": {"done", "not_done", "insufficient_data"},
    "flag": {
        "not_milestone_year",
        "provisional",
        "regression",
        "reading_dependent",
        "missing_reference",
        "masked",
    },
    "target_kind": {"share", "ratio", "all-of", "months", "persons", "duties", "growth", "measure"},
    "agency": {choice.value for choice in AGENCIES},
    "tier": {"commune", "district", "province"},
    "qualifier": {"exact", "over", "nearly", "about"},
    "period_kind": {kind.name.lower() for kind in Kind},
}


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def sentences_of(code: str, language: str) -> dict[str, str]:
    return {key: text for key, text in catalogue(language).items() if key.startswith(f"problem.{code}.")}


def test_both_languages_have_the_same_keys() -> None:
    """A sentence added to one language only is found here."""
    assert set(catalogue("vi")) == set(catalogue("en"))


def test_both_languages_have_the_same_placeholders() -> None:
    """A figure that one language shows, the other shows too."""
    differing = {
        key
        for key, vietnamese in catalogue("vi").items()
        if placeholders(vietnamese) != placeholders(catalogue("en").get(key, ""))
    }
    assert differing == set()


def test_the_table_of_facts_names_every_code_and_no_other() -> None:
    """Otherwise the tests below would pass over a code."""
    assert set(FACTS) == set(CODES)


def test_the_sentences_are_those_of_the_codes_and_their_reasons() -> None:
    """Every code has message and fix, every reason too, and nothing is left from a code that is gone."""
    expected = {f"problem.{code}.{which}" for code in CODES for which in ("message", "fix")}
    for code, reasons in REASONS.items():
        expected |= {f"problem.{code}.{why}.{which}" for why in reasons.split() for which in ("message", "fix")}
    assert {key for key in catalogue("vi") if key.startswith("problem.")} == expected


@pytest.mark.parametrize("code", CODES)
def test_a_sentence_names_only_the_facts_of_its_code(code: str) -> None:
    """So that no officer ever reads an ellipsis where a figure should be."""
    given = set(FACTS[code].split())
    if CODES[code][1] not in (Scope.FILE, Scope.RETURN):
        given |= {"form", "sheet"}
    for key, sentence in sentences_of(code, "vi").items():
        assert placeholders(sentence) <= given, key


@pytest.mark.parametrize("code", CODES)
def test_no_fact_of_a_code_goes_unsaid(code: str) -> None:
    """What a check took the trouble to find out is shown, in the message, the remedy or a hint."""
    named = set().union(*(placeholders(sentence) for sentence in sentences_of(code, "vi").values()))
    unsaid = set(FACTS[code].split()) - named - set(messages.HINTS)
    assert unsaid == set()


@pytest.mark.parametrize(("group", "names"), NAMES.items())
def test_every_value_of_a_closed_list_has_a_name(group: str, names: set[str]) -> None:
    """Verdicts, statuses, agencies and the like: all of them, and none that the contract does not know."""
    assert {key.partition(".")[2] for key in catalogue("vi") if key.startswith(f"{group}.")} == names


def test_every_error_of_use_and_environment_has_its_sentence() -> None:
    """A wrong option or a full disk is told in a sentence, with the facts that the error carries."""
    said = {key.partition(".")[2]: text for key, text in catalogue("vi").items() if key.startswith("error.")}
    assert {code: placeholders(said.get(code, "")) for code in ERRORS} == {
        code: set(facts.split()) for code, facts in ERRORS.items()
    }


ENGLISH = re.compile(r"\b(the|is|of|and|please|file|cell|sheet|row|unit|error|not|with|this)\b", re.IGNORECASE)
OPTION = re.compile(r"--[\w-]+|{\w+}|“tracker [^”]*”")
VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)


def test_no_english_is_left_in_the_vietnamese() -> None:
    """Cheap: no common English word, and some Vietnamese letter in anything longer than three words."""
    for key, sentence in catalogue("vi").items():
        bare = OPTION.sub("", sentence)
        assert not ENGLISH.search(bare), key
        assert len(bare.split()) < 4 or VIETNAMESE.search(bare), key


def test_the_english_is_vietnamese_only_where_it_quotes_the_form() -> None:
    """Words of the form stand in quotation marks; everything else is English."""
    quoted = re.compile("“[^”]*”")
    left = {
        key
        for key, sentence in catalogue("en").items()
        if key.startswith(("problem.", "error.", *(f"{group}." for group in NAMES)))
        and VIETNAMESE.search(quoted.sub("", sentence))
    }
    assert left == set()


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_each_message_is_one_short_sentence_that_ends_with_a_full_stop(language: str) -> None:
    """An officer reads it in the comment of a cell: short, with typographic quotes and no doubled spaces."""
    for key, sentence in catalogue(language).items():
        if key.startswith(("problem.", "hint.")):
            assert sentence.endswith("."), key
            assert len(sentence) <= 130, key
            assert not re.search(r"  |\"|'|\.\.\.|«|»|\. [A-ZĐ]", sentence), key


def test_the_ward_is_never_told_of_a_system_error() -> None:
    """The words blame nobody and hide nothing."""
    assert not [key for key, sentence in catalogue("vi").items() if "lỗi hệ thống" in sentence.lower()]


def test_a_message_says_what_is_there_and_what_to_do() -> None:
    """The example of the house: more persons reached than live there."""
    found = problem(
        "reached_exceeds_population",
        field="reached_14_60",
        found="5.200",
        label="Người 14–60 được tiếp cận",
        population_label="Dân số 14–60",
        population="5.000",
        at="D10",
    )
    assert message(found) == "“Người 14–60 được tiếp cận” ghi 5.200, nhiều hơn “Dân số 14–60” ở ô D10 (5.000)."
    assert "lượt người" in fix(found)
    set_language("en")
    assert message(found).endswith("says 5.200, more than “Dân số 14–60” in cell D10 (5.000).")


def test_a_reason_chooses_its_own_sentence() -> None:
    """A float in a count is told apart from a text."""
    found = Problem("not_a_count", found="1.234", facts={"label": "Số cuộc", "why": "float", "try": "1234"})
    assert "1234" in fix(found)
    assert message(found) == say("problem.not_a_count.float.message", found="1.234", label="Số cuộc")


@pytest.mark.parametrize("why", ["", "something_new", "message"])
def test_an_unknown_reason_falls_back_to_the_sentence_of_the_code(why: str) -> None:
    """A reader that learns a new reason before the catalogue does still says something true."""
    found = problem("unreadable_file", why=why)
    assert message(found) == "Không đọc được tệp."


def test_the_label_falls_back_to_the_field() -> None:
    """A problem raised without a label still names what it is about."""
    assert "“reached_total”" in message(problem("formula_without_value", field="reached_total"))


def test_a_hint_is_added_only_when_its_fact_is_filled() -> None:
    """An empty `nearest` is no sentence with a hole in it."""
    without = problem(
        "not_in_list", found="hội ngị", label="Loại hoạt động", allowed="hội nghị, hội thảo", nearest=""
    )
    near = problem("not_in_list", found="hội ngị", label="Loại hoạt động", allowed="hội nghị", nearest="hội nghị")
    assert fix(without).endswith("hội nghị, hội thảo.")
    assert fix(near).endswith(" Gần nhất: hội nghị.")


@pytest.mark.parametrize(("code", "fact"), [("unit_divided", "successors"), ("row_outside_period", "proposed")])
def test_successors_and_proposed_dates_are_hints_too(code: str, fact: str) -> None:
    """Whom to ask instead, and which date was probably meant."""
    assert fix(Problem(code, found="1", facts={fact: "Nguyễn Du"})).endswith("Nguyễn Du.")


def test_a_fact_that_is_not_given_prints_an_ellipsis() -> None:
    """A hole in the facts is no reason to fail in front of the user."""
    assert message(problem("not_a_count", label="Số cuộc")) == "“Số cuộc” ghi “…”, không phải là số lượng."


def test_braces_in_a_cell_are_only_text() -> None:
    """What a ward typed is never taken for a placeholder."""
    assert "“{label} {0.x}”" in message(problem("not_yes_no", label="Đã ký", found="{label} {0.x}"))


def test_tiers_are_named_in_words() -> None:
    """The check gives codes; the reader is not to meet "commune" in a Vietnamese sentence."""
    found = problem("unit_wrong_tier", form="B05", found="commune", expected="district, province")
    assert message(found) == "Biểu B05 do cấp huyện, cấp tỉnh lập, trong khi mã đơn vị là của cấp xã."


def test_no_sentence_names_the_content_of_personal_data() -> None:
    """Only where it is; a content given by mistake is not printed."""
    for code in ("personal_data", "personal_data_sheet"):
        found = problem(code, found="012345678901", where="B7, B9")
        assert "012345678901" not in message(found) + fix(found)
        assert "B7, B9" in message(found)


def test_vietnamese_is_spoken_by_default_and_english_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """The option wins over the environment, and an unknown environment changes nothing."""
    assert lang() == "vi"
    monkeypatch.setenv("TRACKER_LANG", "en")
    assert say("verdict.not_met") == "not met"
    set_language("vi")
    assert say("verdict.not_met") == "chưa đạt"
    monkeypatch.setattr(messages, "_chosen", "")
    monkeypatch.setenv("TRACKER_LANG", "fr")
    assert lang() == "vi"


def test_an_unknown_language_is_wrong_use() -> None:
    """It names itself, and the language spoken stays."""
    with pytest.raises(TrackerError) as raised:
        set_language("fr")
    assert say(f"error.{raised.value.code}", **raised.value.facts).startswith("Không có ngôn ngữ “fr”")
    assert lang() == "vi"


def test_a_key_that_no_file_has_is_a_bug() -> None:
    """It shows itself instead of printing a key to an officer."""
    assert not has("verdict.maybe")
    with pytest.raises(KeyError):
        say("verdict.maybe")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_sentence_read_when_it_is_asked_for_is_the_one_in_the_files(language: str) -> None:
    """The files are cut at the heads of their tables; read whole they say the same, in the same order of a table."""
    whole: dict[str, str] = {}
    for file in sorted(Path(messages.__file__).parent.glob(f"{language}.*toml")):
        whole |= _flat(tomllib.loads(file.read_text(encoding="utf-8")))
    alone = {key: Catalogue(language, Path(messages.__file__).parent)[key] for key in [*whole][::40]}
    assert alone == {key: whole[key] for key in alone}
    assert dict(catalogue(language)) == whole


def _flat(table: dict[str, Any], above: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in table.items():
        found |= _flat(value, f"{above}{name}.") if isinstance(value, dict) else {f"{above}{name}": value}
    return found


def test_a_key_that_two_files_have_is_refused_when_its_table_is_read(tmp_path: Path) -> None:
    """Which of two sentences is said must not hang on the names of files; other tables are not even looked at."""
    (tmp_path / "vi.toml").write_text("[a]\nb = 'một'\n[c]\nd = {e = 'hai'}\n", encoding="utf-8")
    (tmp_path / "vi.more.toml").write_text("[a]\nb = 'khác'\n[broken]\nnot toml\n", encoding="utf-8")
    said = Catalogue("vi", tmp_path)
    assert said["c.d.e"] == "hai"
    with pytest.raises(ValueError, match=r"a\.b is already in another file"):
        said["a.b"]


def test_nothing_is_read_before_the_first_sentence() -> None:
    """`tracker --help` pays neither for tomllib nor for the files."""
    code = "import sys, tracker.messages; sys.exit('tomllib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

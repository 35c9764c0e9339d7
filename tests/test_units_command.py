"""`tracker units`: what it prints, what it imports and how it exits."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner, Result

from tracker.cli.units import app
from tracker.messages import lang
from tracker.place import Places, Tier, load, shipped
from tracker.problems import EnvironmentFailedError, TrackerError

HEADER = (
    *("Tỉnh Thành Phố", "Mã TP", "Quận Huyện", "Mã QH"),
    *("Phường Xã", "Mã PX", "Cấp", "Tên Tiếng Anh"),
)
MARCH = date(2025, 3, 6)


@pytest.fixture(autouse=True)
def _vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRACKER_LANG", raising=False)
    monkeypatch.delenv("TRACKER_REGISTRY", raising=False)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def exported(places: Places, on: date, *provinces: str) -> list[tuple[str, ...]]:
    """Rows as GSO exports them: names with their kinds, codes as text."""
    rows: list[tuple[str, ...]] = []
    for province in provinces:
        above = places.unit(province, on)
        assert above
        for unit in places.communes(province, on):
            district = places.unit(unit.parent, on)
            assert district
            parents = (above.full_name, above.code, district.full_name, district.code)
            rows.append((*parents, unit.full_name, unit.code, unit.kind.capitalize(), ""))
    return rows


def book(path: Path, rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER) -> Path:
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("Sheet1")
        for at, row in enumerate((header, *rows)):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell)
    return path


def written(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / "units.csv").read_text("utf-8"))))


# list


def test_the_language_of_these_tests_is_the_default_one() -> None:
    assert lang() == "vi"


def test_a_district_is_listed_as_it_was_on_a_day() -> None:
    result = run("list", "--area", "007", "--on", "31/12/2019")
    assert result.exit_code == 0
    assert "Phường Bùi Thị Xuân" in result.stdout
    assert "20 đơn vị có hiệu lực ngày 31/12/2019" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_without_a_day_the_last_one_known_is_listed() -> None:
    result = run("list", "--area", "007")
    assert "15 đơn vị có hiệu lực ngày 30/06/2025" in result.stdout


def test_json_holds_every_unit_and_nothing_else() -> None:
    result = run("list", "--on", "2024-12-31", "--format", "json")
    listed = json.loads(result.stdout)
    assert listed["on"] == "2024-12-31"
    assert len(listed["units"]) == 579 + 209 + 143
    assert listed["units"][0] == {
        "code": "00001",
        "name": "Phúc Xá",
        "kind": "phường",
        "tier": "commune",
        "parent": "001",
        "province": "01",
        "valid_from": None,
        "valid_to": "2025-06-30",
    }


def test_csv_begins_with_a_bom_and_keeps_the_zeros_of_codes() -> None:
    result = run("list", "--area", "24", "--tier", "district", "--on", "2024-02-01", "--format", "csv")
    assert result.stdout.startswith("\ufeffcode,name,kind,")
    rows = list(csv.DictReader(io.StringIO(result.stdout.removeprefix("\ufeff"))))
    assert len(rows) == 10
    assert next(row for row in rows if row["code"] == "222")["kind"] == "thị xã"


@pytest.mark.parametrize(("tier", "codes"), [("province", ["01"]), ("commune", 526), ("district", 30)])
def test_a_tier_is_chosen(tier: str, codes: list[str] | int) -> None:
    result = run("list", "--area", "01", "--tier", tier, "--format", "json")
    found = [unit["code"] for unit in json.loads(result.stdout)["units"]]
    assert codes in (found, len(found))


def test_a_day_of_which_the_registry_knows_nothing_says_so() -> None:
    result = run("list", "--area", "01", "--on", "2025-07-01")
    assert result.exit_code == 0
    assert "ngày cuối mà danh mục biết là 30/06/2025" in result.stdout


@pytest.mark.parametrize("arguments", [("list", "--area", "99"), ("show", "99999")])
def test_an_unknown_code_is_a_wrong_use(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert isinstance(result.exception, TrackerError)
    assert (result.exception.code, result.exception.exit_status) == ("units_unknown_code", 2)


def test_a_day_that_is_none_is_a_wrong_use() -> None:
    assert run("list", "--on", "2025-02-30").exit_code == 2


# show


def test_show_tells_both_lives_of_a_code_and_the_acts_between() -> None:
    result = run("show", "00292")
    assert result.exit_code == 0
    for text in ("Phường Quỳnh Lôi", "31/12/2024", "Phường Bạch Mai", "1286/NQ-UBTVQH15", "đổi mã"):
        assert text in result.stdout


def test_show_names_the_successors_of_a_divided_ward() -> None:
    result = run("show", "00253")
    assert "895/NQ-UBTVQH14" in result.stdout
    assert "Phường Nguyễn Du (00241), Phường Phạm Đình Hổ (00247)" in result.stdout


def test_show_tells_a_district_by_its_kinds() -> None:
    result = run("show", "222")
    assert "Huyện Việt Yên" in result.stdout
    assert "938/NQ-UBTVQH15" in result.stdout
    assert "17 đơn vị" in result.stdout


def test_english_is_spoken_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_LANG", "en")
    assert "Succeeded by: Phường Nguyễn Du (00241)" in run("show", "00250").stdout


# check


def test_the_shipped_registry_is_sound() -> None:
    result = run("check")
    assert result.exit_code == 0
    assert "Danh mục đúng" in result.stdout


def test_faults_in_rows_of_one_s_own_fail_the_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    header = ",".join(
        (
            "code,name,kind,district_code,district_name,district_kind",
            "province_code,province_name,valid_from,valid_to",
        )
    )
    rows = ["26740,Bến Nghé,phường,760,Quận 1,quận,79,Hồ Chí Minh,2016-01-01,2025-06-30"]
    rows += ["26740,Sài Gòn,phường,,,,79,Hồ Chí Minh,2025-06-01,"]
    (tmp_path / "units.csv").write_text("\n".join([header, *rows, ""]), "utf-8")
    monkeypatch.setenv("TRACKER_REGISTRY", str(tmp_path))
    result = run("check")
    assert result.exit_code == 1
    assert "Mã 26740: Phường Bến Nghé và Phường Sài Gòn" in result.stdout
    assert "1 chỗ sai" in result.stdout


# import


def test_an_export_that_agrees_gets_the_dates_of_the_registry(tmp_path: Path) -> None:
    islands = ("Thành phố Hà Nội", "01", "Huyện đảo Thử", "999", "", "", "", "")
    file = book(tmp_path / "gso.xls", [*exported(shipped(), MARCH, "01", "24", "37"), islands])
    result = run("import", str(file), "--as-of", "2025-03-06", "--out", str(tmp_path / "r"))
    assert result.exit_code == 0
    assert "843 đơn vị cấp xã của 3 tỉnh và 1 huyện đảo" in result.stdout
    assert "Không có gì khác" in result.stdout
    rows = written(tmp_path / "r")
    assert len(rows) == 843
    (bach_mai,) = [row for row in rows if row["code"] == "00292"]
    assert bach_mai == {
        "code": "00292",
        "name": "Bạch Mai",
        "kind": "phường",
        "district_code": "007",
        "district_name": "Hai Bà Trưng",
        "district_kind": "quận",
        "province_code": "01",
        "province_name": "Hà Nội",
        "valid_from": "2025-01-01",
        "valid_to": "2025-06-30",
    }


def test_what_differs_is_listed_and_the_shipped_counts_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = exported(shipped(), MARCH, "24")
    bac_giang = ("Tỉnh Bắc Giang", "24", "Thành phố Bắc Giang", "213")
    ended = [(*bac_giang, f"Xã Đã Hết {code}", code, "Xã", "") for code in ("07693", "07732", "07744")]
    renamed = [(*row[:4], "Xã Tên Khác", *row[5:]) if row[5] == "07714" else row for row in rows if row[5] != "07210"]
    file = book(tmp_path / "gso.xls", [*renamed, *ended])
    result = run("import", str(file), "--as-of", "06/03/2025", "--out", str(tmp_path / "r"))
    assert result.exit_code == 0
    for code in ("07693", "07732", "07744", "07714", "07210"):
        assert code in result.stdout
    assert "5 mã khác" in result.stdout
    monkeypatch.setenv("TRACKER_REGISTRY", str(tmp_path / "r"))
    assert len(load().communes("24", MARCH)) == 192
    assert load().communes("24", date(2025, 7, 1)) == []
    assert run("check").exit_code == 0


def test_a_list_of_later_days_extends_the_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    header = ("Tỉnh Thành Phố", "Mã TP", "Phường Xã", "Mã PX", "Cấp")
    hoan_kiem = ("Thành phố Hà Nội", "01", "Phường Hoàn Kiếm", "00070", "Phường")
    first = book(tmp_path / "a.xls", [hoan_kiem, ("Thành phố Hà Nội", "01", "Xã Cũ", "10000", "Xã")], header)
    second = book(
        tmp_path / "b.xls", [hoan_kiem, ("Thành phố Hà Nội", "01", "Phường Mới", "10000", "Phường")], header
    )
    out = str(tmp_path / "r")
    result = run("import", str(first), "--as-of", "2025-07-01", "--out", out)
    assert "chưa biết trong ngày 01/07/2025: 01" in result.stdout
    assert "2 dòng" in result.stdout
    result = run("import", str(second), "--as-of", "2026-01-01", "--out", out)
    assert "Xã Cũ" in result.stdout
    assert "1 mã khác" in result.stdout
    monkeypatch.setenv("TRACKER_REGISTRY", out)
    places = load()
    assert [unit.full_name for unit in places.units_of_code("10000")][-2:] == ["Xã Cũ", "Phường Mới"]
    assert [unit.valid.last for unit in places.units_of_code("10000")][-2] == date(2025, 12, 31)
    assert len(places.communes("01", date(2025, 7, 1))) == len(places.communes("01", date(2026, 6, 1))) == 2
    assert len(places.communes("01", date(2025, 6, 30))) == 526
    assert run("check").exit_code == 0


def test_codes_that_a_spreadsheet_made_numbers_get_their_zeros_back(tmp_path: Path) -> None:
    path = tmp_path / "gso.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ("Thành phố Hà Nội", 1, "Quận Hai Bà Trưng", 7, "Phường Bạch Mai", 292, "Phường", ""))
    assert run("import", str(path), "--as-of", "2025-01-01", "--out", str(tmp_path / "r")).exit_code == 0
    (row,) = written(tmp_path / "r")
    assert (row["province_code"], row["district_code"], row["code"]) == ("01", "007", "00292")


def test_a_file_that_is_no_workbook_is_refused_with_status_1(tmp_path: Path) -> None:
    file = tmp_path / "gso.xls"
    file.write_text("<html><table></table></html>")
    result = run("import", str(file), "--as-of", "2025-01-01", "--out", str(tmp_path / "r"))
    assert result.exit_code == 1
    assert "Không đọc được" in result.stderr
    assert not (tmp_path / "r").exists()


def test_a_workbook_without_the_columns_is_refused_and_told_which(tmp_path: Path) -> None:
    file = book(tmp_path / "other.xlsx", [], ("Tỉnh Thành Phố", "Mã TP", "Dân số"))
    result = run("import", str(file), "--as-of", "2025-01-01", "--out", str(tmp_path / "r"))
    assert result.exit_code == 1
    assert "thiếu cột: Phường Xã, Mã PX" in result.stderr


def test_a_file_that_is_not_there_and_a_day_left_out_are_wrong_uses(tmp_path: Path) -> None:
    result = run("import", str(tmp_path / "none.xls"), "--as-of", "2025-01-01")
    assert isinstance(result.exception, TrackerError)
    assert result.exception.code == "no_such_path"
    assert run("import", str(tmp_path / "none.xls")).exit_code == 2


def test_a_folder_that_cannot_be_written_is_a_failure_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / "r").write_text("a file, no folder")
    file = book(tmp_path / "gso.xls", exported(shipped(), MARCH, "37"))
    result = run("import", str(file), "--as-of", "2025-03-06", "--out", str(tmp_path / "r"))
    assert isinstance(result.exception, EnvironmentFailedError)
    assert result.exception.exit_status == 3


@pytest.mark.needs("soffice")
def test_a_real_xls_is_read_like_gso_s_own(tmp_path: Path) -> None:
    if not shutil.which("soffice"):
        pytest.skip("no LibreOffice here to write a binary .xls")
    book(tmp_path / "gso.xlsx", exported(shipped(), MARCH, "37"))
    convert = ("soffice", "--headless", "--convert-to", "xls", "--outdir", str(tmp_path), str(tmp_path / "gso.xlsx"))
    subprocess.run(convert, check=True, capture_output=True, timeout=120)
    file = tmp_path / "gso.xls"
    assert file.read_bytes()[:4] == b"\xd0\xcf\x11\xe0"
    result = run("import", str(file), "--as-of", "2025-03-06", "--out", str(tmp_path / "r"))
    assert result.exit_code == 0
    assert len(written(tmp_path / "r")) == len(shipped().communes("37", MARCH)) == 125


def test_every_commune_ever_shipped_can_be_shown() -> None:
    codes = sorted({unit.code for unit in shipped().all_units(Tier.COMMUNE)})
    assert all(run("show", code).exit_code == 0 for code in codes[::97])

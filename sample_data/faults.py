"""One small file for each of the common faults; everything else in the file is in order.

Each file is of another unit and has other figures, so that none is taken for a copy or a version of another.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from expectation import Json
from forms import B05_LINES, HEADERS, Answers, Cell, Row, b01_rows
from ha_noi_outcome import People
from ministry_form import Book, Cover, Formula, write_bare_return, write_csv
from registry import Commune, communes_on

YEAR = 2021
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)

# The lines that Saying.answers() fills; in a bare table the first of them stands in row 2.
B01_CODES = (
    "0101", "0102", "0103", "0104", "0105", "0106", "0107", "0108", "0111", "0112", "0113", "0114", "0115", "0116",
    "0117", "0201", "0202", "0211", "0213", "0214", "0215", "0217",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """A file and all that is wrong with it."""

    file: str
    status: str
    code: str
    scope: str
    form: str | None = None
    cell: str | None = None
    sheet: str | None = None

    def expected(self) -> Json:
        place = {"form": self.form, "sheet": self.sheet or self.form, "cell": self.cell}
        problem = {"code": self.code, "severity": "error", "scope": self.scope, **place}
        return {"file": self.file, "status": self.status, "problems": [problem]}


def write(folder: Path, rng: random.Random, people: Mapping[str, People]) -> list[Json]:
    """Writes the faulty files and gives back their manifest, in order of file name.

    `people` are those of the communes in the province's list, so that held against it the files have no other fault.
    """
    folder.mkdir(parents=True)
    says = Saying(rng, people)
    communes = iter(communes_on("01", LAST)[300:])
    faults = [
        *_faults_of_b01(folder, says, communes),
        *_faults_of_tables(folder, communes),
        *_faults_of_return(folder, says, communes),
        *_faults_of_file(folder, says, communes),
    ]
    return [fault.expected() for fault in sorted(faults, key=lambda fault: fault.file)]


def _cover(commune: Commune) -> Cover:
    return Cover(commune.code, commune.title, FIRST, LAST)


@dataclass(frozen=True, slots=True)
class Saying:
    """Where answers come from: chance, and the people that the province's list has of each commune."""

    rng: random.Random
    people: Mapping[str, People]

    def answers(self, code: str) -> Answers:
        """A B01 in which everything agrees."""
        rng, listed = self.rng, self.people.get(code)
        days = [date(YEAR, month, rng.randint(2, 27)) for month in (2, 4, 3, 5)]
        parts = [rng.randint(101, 400) for _ in range(5)]
        chance = rng.randint(6_000, 9_900)
        everyone, aged = (listed.everyone, listed.aged_14_60) if listed else (chance, chance * 64 // 100)
        reached, under_14, over_60 = aged * 97 // 100, everyone * 7 // 100, everyone * 4 // 100
        values: list[tuple[Cell, Cell]] = [
            *((value, None) for day in days for value in ("có", day)),
            *((count, None) for count in (sum(parts), *parts, sum(parts) - rng.randint(9, 90))),
            (everyone, everyone // 2 + 7),
            (aged, aged // 2 + 5),
            (reached, reached // 2),
            (under_14, None),
            (over_60, None),
            (reached + under_14 + over_60, None),
            ("A", None),
        ]
        return dict(zip(B01_CODES, values, strict=True))


def _cell(code: str, column: str = "D") -> str:
    return f"{column}{B01_CODES.index(code) + 2}"


Change = Callable[[Answers], Answers]


def _count(answers: Answers, code: str) -> int:
    value = answers[code][0]
    if not isinstance(value, int):
        raise TypeError(code)
    return value


def _refuse_documents(answers: Answers) -> Answers:
    changed: Answers = {**answers, "0101": ("không", None)}
    del changed["0102"]
    return changed


def _deploy_early(answers: Answers) -> Answers:
    return {**answers, "0102": (date(YEAR, 5, 20), None), "0104": (date(YEAR, 4, 15), None)}


def _reach_too_many(answers: Answers) -> Answers:
    people = _count(answers, "0202") + 61
    everyone = people + _count(answers, "0213") + _count(answers, "0214")
    return {**answers, "0211": (people, people // 2 - 40), "0215": (everyone, None)}


def _without_0102(code: str) -> str:
    """The cell of a line when 0102 has been left out above it."""
    return f"D{B01_CODES.index(code) + 1}"


def _faults_of_b01(folder: Path, says: Saying, communes: Iterator[Commune]) -> Iterator[Fault]:
    """Faults of one cell or one part of B01; the rest of the form is accepted, so the file is partial."""
    women: Change = lambda a: {**a, "0201": (a["0201"][0], _count(a, "0201") + 35)}  # noqa: E731 -- a table of them
    cases: list[tuple[str, str, str, Change]] = [
        ("not_a_count", "cell", _cell("0117"), lambda a: {**a, "0117": (1.234, None)}),
        ("not_a_date", "cell", _cell("0102"), lambda a: {**a, "0102": ("31/6/2021", None)}),
        ("deployed_without_received", "part", _without_0102("0103"), _refuse_documents),
        ("date_order", "part", _cell("0104"), _deploy_early),
        ("parts_do_not_add_up", "part", _cell("0111"), lambda a: {**a, "0111": (_count(a, "0111") + 30, None)}),
        ("part_exceeds_total", "part", _cell("0201", "E"), women),
        ("reached_exceeds_population", "part", _cell("0211"), _reach_too_many),
    ]
    for code, scope, cell, change in cases:
        fault = Fault(f"{code}.xlsx", "partial", code, scope, "B01", cell)
        commune = next(communes)
        sheets = {"B01": b01_rows(change(says.answers(commune.code)), every_line=False)}
        write_bare_return(folder / fault.file, _cover(commune), sheets)
        yield fault
    for code, formula in (
        ("formula_without_value", Formula("=D10-12", "")),
        ("error_value", Formula("=SUM(#REF!)", "#REF!")),
    ):
        fault = Fault(f"{code}.xlsx", "partial", code, "cell", "B01", _cell("0117"))
        commune = next(communes)
        _write_formula(folder / fault.file, _cover(commune), says.answers(commune.code), formula)
        yield fault


def _write_formula(path: Path, cover: Cover, answers: Answers, formula: Formula) -> None:
    """A B01 whose line 0117 is a formula."""
    rows = [
        tuple(formula if row[1] == "0117" and column == 3 else cell for column, cell in enumerate(row))
        for row in b01_rows(answers, every_line=False)
    ]
    book = Book(path)
    book.bare("TTC", ("Mã", "Nội dung", "Giá trị"), cover.rows())
    book.bare("B01", HEADERS["B01"], rows)
    book.close()


def _model(number: int, kind: str) -> Row:
    day = date(2019, 3, 4 + number)
    name = f"CLB Phòng, chống mua bán người số {number}"
    return (f"M{number}", name, kind, "câu lạc bộ", None, "Hội LHPN", day, "đang hoạt động", None, 4, 31, 22, 97)


def _item(day: date | None, title: str) -> Row:
    source = (None, "Cổng thông tin điện tử", "cổng TTĐT", "khác", "tin")
    return (day, *source, title, "https://tin.example/1", 1, None, "chuyên đề", "có", "cảnh báo thủ đoạn")


def _activity(day: date, people: int) -> Row:
    before: Row = (day, None, "hội nghị", "địa bàn dân cư", "chuyên đề", "UBND xã", 1, people, people // 2)
    return (*before, *(None,) * 13, "không", None)


def _faults_of_tables(folder: Path, communes: Iterator[Commune]) -> Iterator[Fault]:
    """Faults of one row of a table; the row beside it is accepted."""
    kinds = [_model(1, "chuyên sâu"), _model(2, "chuyên đề")]
    yield _write_table(folder, "not_in_list", "cell", "C3", _cover(next(communes)), {"B02": kinds})
    city = Cover("01", "Sở Thông tin và Truyền thông", FIRST, date(YEAR, 3, 31), kind="quý", agency="TTTT")
    items = [_item(date(YEAR, 2, 9), "Di cư lao động an toàn"), _item(None, "Nhận biết thủ đoạn mua bán người")]
    yield _write_table(folder, "missing_value", "cell", "A3", city, {"B03": items})
    commune = communes_on("24", LAST)[50]
    window = Cover(commune.code, commune.title, date(YEAR, 7, 1), date(YEAR, 9, 30), kind="đợt")
    swapped = date(YEAR, 5, 7)  # the fifth of July, typed month first
    activities = [_activity(date(YEAR, 7, 30), 83), _activity(swapped, 61)]
    yield _write_table(folder, "row_outside_period", "row", "A3", window, {"B04": activities})


def _write_table(folder: Path, code: str, scope: str, cell: str, cover: Cover, sheets: dict[str, list[Row]]) -> Fault:
    fault = Fault(f"{code}.xlsx", "partial", code, scope, next(iter(sheets)), cell)
    write_bare_return(folder / fault.file, cover, sheets)
    return fault


def _faults_of_return(folder: Path, says: Saying, communes: Iterator[Commune]) -> Iterator[Fault]:
    """Faults by which a whole form or return is refused."""
    commune, neighbour = next(communes), next(communes)
    wrong_name = replace(_cover(commune), reporter=neighbour.title)
    ended = Cover("00250", "Phường Bùi Thị Xuân", FIRST, LAST)
    nil = replace(_cover(next(communes)), nil=True)
    for code, cover, sheets in (
        ("unit_name_mismatch", wrong_name, {"B01": b01_rows(says.answers(commune.code), every_line=False)}),
        ("unit_not_in_force", ended, {"B01": b01_rows(says.answers(ended.unit), every_line=False)}),
        ("nil_with_figures", nil, {"B02": [_model(3, "chuyên sâu")]}),
    ):
        form = "B02" if code == "nil_with_figures" else None
        fault = Fault(f"{code}.xlsx", "rejected", code, "return", form, sheet=form or "TTC")
        write_bare_return(folder / fault.file, cover, sheets)
        yield fault
    fault = Fault("missing_header.xlsx", "partial", "missing_header", "form", "B02")
    book = Book(folder / fault.file)
    commune = next(communes)
    book.bare("TTC", ("Mã", "Nội dung", "Giá trị"), _cover(commune).rows())
    book.bare("B01", HEADERS["B01"], b01_rows(says.answers(commune.code), every_line=False))
    book.bare("B02", (), [_model(4, "chuyên sâu")])
    book.close()
    yield fault


def _faults_of_file(folder: Path, says: Saying, communes: Iterator[Commune]) -> Iterator[Fault]:
    """A file that is no spreadsheet, one with personal data, and a CSV of which one unit is unknown."""
    fault = Fault("not_a_spreadsheet.xlsx", "unreadable", "not_a_spreadsheet", "file")
    (folder / fault.file).write_bytes(b"%PDF-1.4\n% invented: a scan that was given the name of a workbook\n%%EOF\n")
    yield fault
    fault = Fault("personal_data.xlsx", "quarantined", "personal_data", "file", sheet="B05")
    _write_personal_data(folder / fault.file)
    yield fault
    fault = Fault("one_unknown_unit.csv", "partial", "unknown_unit", "return")
    _write_csv_with_unknown_unit(folder / fault.file, says, next(communes))
    yield fault


def _write_personal_data(path: Path) -> None:
    """A district's counts of cases with a column for names; nobody is named under it."""
    cover = Cover("007", "Quận Hai Bà Trưng", FIRST, LAST)
    rows: list[Row] = [(label, code, "số lượng", 1, 4, 5, 3, 2, 0, 0) for code, label in B05_LINES.items()]
    book = Book(path)
    book.bare("TTC", ("Mã", "Nội dung", "Giá trị"), cover.rows())
    book.bare("B05", (*HEADERS["B05"], "Họ tên nạn nhân"), rows)
    book.close()


def _write_csv_with_unknown_unit(path: Path, says: Saying, commune: Commune) -> None:
    unknown = Cover("99999", "", FIRST, LAST)
    covers = (_cover(commune), unknown)
    write_csv(path, "B01", [(one, b01_rows(says.answers(one.unit), every_line=False)) for one in covers])

"""One plain return of every form, and the ways in which offices lay the same table out.

Headers, line codes and words are those of section 3 of the contract, and what they must be read as stands beside.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import xlsxwriter

from returns_made import HEADERS as _HEADERS
from tracker.forms import FORMS
from tracker.intake.grid import a1
from tracker.reading import raw_text
from tracker.returns import Answered, Received, Record
from tracker.understand import understand

Cell = str | int | float | bool | date | None
Grid = list[list[Cell]]
Facts = dict[str, Answered]

YEAR = ("01/01/2018", "31/12/2018")
HEADERS = {
    **_HEADERS,
    "B05": (
        *("Chỉ tiêu", "Mã số", "Đơn vị tính", "Tồn kỳ trước", "Mới trong kỳ", "Tổng số", "Đã giải quyết"),
        *("Đang giải quyết trong hạn", "Quá hạn", "Chuyển cơ quan khác", "Ghi chú"),
    ),
    "B08": ("Chỉ số", "Số lượng", "Đơn vị tính", "Ghi chú"),
}
FILERS = {
    "B00": ("01", "TTTT"),
    "B00P": ("01", "TTTT"),
    "B01": ("00292", "UBND"),
    "B02": ("00292", "UBND"),
    "B03": ("01", "TTTT"),
    "B04": ("00292", "UBND"),
    "B05": ("007", "UBND"),
    "B06": ("007", "UBND"),
    "B07": ("007", "BCD"),
    "B08": ("37", "LDTBXH"),
}
"""Who may send the form: unit and agency."""

FORM_CODES = tuple(FILERS)
CODED = ("B01", "B05", "B07")
TABLES = tuple(code for code in FORM_CODES if code not in CODED)

DAY = date(2018, 7, 5)


def _rows(form: str, *rows: Mapping[str, Cell]) -> list[list[Cell]]:
    for row in rows:
        assert set(row) <= set(HEADERS[form]), set(row) - set(HEADERS[form])
    return [[row.get(label) for label in HEADERS[form]] for row in rows]


def _coded(form: str, *rows: tuple[str, Mapping[str, Cell]]) -> list[list[Cell]]:
    return _rows(form, *({"Chỉ tiêu": f"Chỉ tiêu số {code}", "Mã số": code, **cells} for code, cells in rows))


ROWS: Mapping[str, list[list[Cell]]] = {
    "B00": _rows(
        "B00",
        {"Mã xã": "00292", "Tên xã": "Quỳnh Lôi", "Trọng điểm": "có", "Căn cứ": "số vụ", "Dân số": 12000,
         "Trong đó: Nữ": 6100, "Dân số 14-60": "8.000", "Ngày số liệu": DAY},
        {"Mã xã": "00286", "Tên xã": "Bạch Mai", "Trọng điểm": "không", "Dân số": 15000, "Dân số dưới 14": 2000,
         "Hiệu lực từ": "01/01/2018"},
    ),
    "B00P": _rows(
        "B00P",
        {"Mã cơ quan": "HN01", "Tên cơ quan": "Báo Hà Nội", "Cấp": "địa phương", "Hiệu lực từ": "01/01/2010"},
        {"Mã cơ quan": "TW02", "Tên cơ quan": "Báo Trung ương", "Cấp": "Trung ương", "Hiệu lực đến": DAY},
    ),
    "B01": _coded(
        "B01",
        ("0101", {"Đơn vị tính": "có/không", "Tổng số": "có"}),
        ("0102", {"Đơn vị tính": "ngày", "Tổng số": "05/07/2018"}),
        ("0112", {"Đơn vị tính": "tờ", "Tổng số": "1.500"}),
        ("0201", {"Đơn vị tính": "người", "Tổng số": 12000, "Trong đó: Nữ": 6000}),
        ("0216", {"Đơn vị tính": "người", "Tổng số": "trên 4.000"}),
        ("0217", {"Tổng số": "A"}),
    ),
    "B02": _rows(
        "B02",
        {"Mã mô hình": "M1", "Tên mô hình": "Câu lạc bộ phòng ngừa", "Loại": "chuyên sâu", "Ngày thành lập": DAY,
         "Tình trạng": "đang hoạt động", "Số buổi": 4, "Thành viên": 40, "Nữ": 25, "Lượt người dự": "1.200"},
        {"Mã mô hình": "M2", "Tên mô hình": "Câu lạc bộ gia đình", "Loại": "lồng ghép",
         "Chương trình lồng ghép": "gia đình văn hóa", "Tình trạng": "tạm dừng", "Số buổi": 2},
    ),
    "B03": _rows(
        "B03",
        {"Ngày đăng": "05/07/2018", "Mã cơ quan": "HN01", "Nhóm phương tiện": "báo chí địa phương",
         "Loại hình": "báo in", "Thể loại": "tin", "Tên tin bài": "Phòng ngừa mua bán người", "Số lần phát": 2},
        {"Ngày đăng": DAY, "Nhóm phương tiện": "Facebook", "Tên tin bài": "Cảnh giác", "Trọng tâm": "chuyên đề",
         "Thời lượng (phút)": 15, "Về địa bàn": "có"},
    ),
    "B04": _rows(
        "B04",
        {"Từ ngày": "05/07/2018", "Đến ngày": "06/07/2018", "Loại hoạt động": "hội nghị", "Môi trường": "trường học",
         "Số cuộc": 2, "Lượt người dự": "trên 310", "Nữ": 150, "Tờ rơi": "1.000", "Hưởng ứng 30/7": "x"},
        {"Từ ngày": date(2018, 9, 30), "Loại hoạt động": "phát thanh", "Hình thức": "lồng ghép", "Số lần phát": 30,
         "Thời lượng (phút)": 5, "Đối tượng": "nhân dân"},
    ),
    "B05": _coded(
        "B05",
        ("0501", {"Đơn vị tính": "tin", "Tồn kỳ trước": 1, "Mới trong kỳ": 4, "Tổng số": 5, "Đã giải quyết": 3,
                  "Đang giải quyết trong hạn": 2, "Quá hạn": 0, "Chuyển cơ quan khác": "-"}),
        ("0502", {"Đơn vị tính": "tin", "Tổng số": 5}),
        ("0531", {"Đơn vị tính": "người", "Tồn kỳ trước": 0, "Mới trong kỳ": 1, "Tổng số": 1}),
    ),
    "B06": _rows(
        "B06",
        {"Mã nhiệm vụ": "HN-V5", "Nhiệm vụ": "Xây dựng kế hoạch", "Đã ban hành kế hoạch": "có", "Số hiệu": "12/KH",
         "Ngày ban hành": DAY, "Đã thực hiện": "rồi"},
        {"Mã nhiệm vụ": "HN-V6", "Nhiệm vụ": "Kiểm tra", "Đã thực hiện": "chưa"},
    ),
    "B07": _coded("B07", ("0701", {"Tổng số": 2}), ("0711", {"Tổng số": "03 buổi"}), ("0713", {"Tổng số": 120})),
    "B08": _rows(
        "B08",
        {"Chỉ số": "Tin bài", "Số lượng": 824, "Đơn vị tính": "tin"},
        {"Chỉ số": "Tờ rơi", "Số lượng": "21.500", "Đơn vị tính": "tờ"},
    ),
}  # fmt: skip

READ_AS: Mapping[str, list[Facts]] = {
    "B00": [
        {"commune": "00292", "commune_name": "Quỳnh Lôi", "hotspot": True, "basis": "số vụ", "population": 12000,
         "population_women": 6100, "population_14_60": 8000, "counted_on": DAY},
        {"commune": "00286", "commune_name": "Bạch Mai", "hotspot": False, "population": 15000,
         "population_under_14": 2000, "valid_from": date(2018, 1, 1)},
    ],
    "B00P": [
        {"outlet": "HN01", "outlet_name": "Báo Hà Nội", "level": "địa phương", "valid_from": date(2010, 1, 1)},
        {"outlet": "TW02", "outlet_name": "Báo Trung ương", "level": "Trung ương", "valid_to": DAY},
    ],
    "B01": [
        {"policy_received": True, "policy_received_date": DAY, "copies_leaflet": 1500, "population": 12000,
         "population_women": 6000, "informed_persons": 4000, "reach_method": "A"},
    ],
    "B02": [
        {"model_code": "M1", "model_name": "Câu lạc bộ phòng ngừa", "kind": "chuyên sâu", "established_on": DAY,
         "status": "đang hoạt động", "sessions": 4, "members": 40, "members_women": 25, "attendances": 1200},
        {"model_code": "M2", "model_name": "Câu lạc bộ gia đình", "kind": "lồng ghép",
         "host_programme": "gia đình văn hóa", "status": "tạm dừng", "sessions": 2},
    ],
    "B03": [
        {"published_on": DAY, "outlet": "HN01", "channel": "báo chí địa phương", "medium": "báo in", "genre": "tin",
         "title": "Phòng ngừa mua bán người", "broadcasts": 2},
        {"published_on": DAY, "channel": "Facebook", "title": "Cảnh giác", "focus": "chuyên đề", "minutes": 15,
         "about_local": "có"},
    ],
    "B04": [
        {"from_date": DAY, "to_date": date(2018, 7, 6), "activity": "hội nghị", "setting": "trường học",
         "sessions": 2, "attendances": 310, "attendances_women": 150, "leaflets": 1000, "response_30_7": True},
        {"from_date": date(2018, 9, 30), "activity": "phát thanh", "mode": "lồng ghép", "broadcasts": 30,
         "minutes": 5, "audience": "nhân dân"},
    ],
    "B05": [
        {"tips_carried": 1, "tips_new": 4, "tips": 5, "tips_resolved": 3, "tips_in_time": 2, "tips_overdue": 0,
         "tips_transferred": 0, "tips_classified": 5, "victims_received_carried": 0, "victims_received_new": 1,
         "victims_received": 1},
    ],
    "B06": [
        {"duty": "HN-V5", "duty_name": "Xây dựng kế hoạch", "plan_issued": True, "document_number": "12/KH",
         "document_date": DAY, "done": True},
        {"duty": "HN-V6", "duty_name": "Kiểm tra", "done": False},
    ],
    "B07": [{"cases_found": 2, "rallies": 3, "banners_billboards": 120}],
    "B08": [
        {"indicator": "Tin bài", "amount": 824, "unit_of_measure": "tin"},
        {"indicator": "Tờ rơi", "amount": 21500, "unit_of_measure": "tờ"},
    ],
}  # fmt: skip
NOTED = {"B07": ["value_repaired"]}
"""Codes of the notes that the plain return itself gives."""


@dataclass(frozen=True)
class Laid:
    """One sheet as written, and where each cell of the sample's rows came to stand, by row and heading from 0."""

    name: str
    grid: Grid
    at: Mapping[tuple[int, int], tuple[int, int]]

    @property
    def header(self) -> int:
        """The row that holds most headings, from 0."""
        return next(number for number, row in enumerate(self.grid) if row)


Layout = Callable[[str], Laid]


def plain(form: str, rows: Sequence[Sequence[Cell]] | None = None) -> Laid:
    """The header in row 1 and the rows under it."""
    rows = ROWS[form] if rows is None else rows
    at = {(i, j): (i + 1, j) for i in range(len(rows)) for j in range(len(HEADERS[form]))}
    return Laid(form, [list(HEADERS[form]), *(list(row) for row in rows)], at)


def moved(laid: Laid, rows: Mapping[int, int], columns: Mapping[int, int]) -> Laid:
    """Rows and columns at other places; those not named stay where they are."""
    height = max(rows.get(n, n) for n in range(len(laid.grid))) + 1
    width = max(columns.get(n, n) for row in laid.grid for n in range(len(row))) + 1
    grid: Grid = [[None] * width for _ in range(height)]
    for i, row in enumerate(laid.grid):
        for j, cell in enumerate(row):
            grid[rows.get(i, i)][columns.get(j, j)] = cell
    at = {key: (rows.get(r, r), columns.get(c, c)) for key, (r, c) in laid.at.items()}
    return replace(laid, grid=grid, at=at)


def down(laid: Laid, by: int, above: Sequence[Sequence[Cell]] = ()) -> Laid:
    """The table `by` rows lower, with `above` at the top of the sheet."""
    lower = moved(laid, {n: n + by for n in range(len(laid.grid))}, {})
    for number, row in enumerate(above[:by]):
        lower.grid[number] = list(row)
    return lower


def right(laid: Laid, by: int) -> Laid:
    width = max(map(len, laid.grid))
    return moved(laid, {}, {n: n + by for n in range(width)})


def spread(laid: Laid, between: Sequence[Sequence[Cell]]) -> Laid:
    """`between` stands between the header and the first row, and between any two rows."""
    step = len(between) + 1
    wide = moved(laid, {n: n * step for n in range(len(laid.grid))}, {})
    for number in range(len(laid.grid) - 1):
        for offset, row in enumerate(between):
            wide.grid[number * step + 1 + offset] = list(row)
    return wide


def after(laid: Laid, below: Sequence[Sequence[Cell]]) -> Laid:
    return replace(laid, grid=[*laid.grid, *(list(row) for row in below)])


def relabelled(laid: Laid, change: Callable[[str], str]) -> Laid:
    header = [change(label) if isinstance(label, str) else label for label in laid.grid[0]]
    return replace(laid, grid=[header, *laid.grid[1:]])


def shuffled(laid: Laid, seed: int) -> Laid:
    width = len(laid.grid[0])
    order = list(range(width))
    random.Random(seed).shuffle(order)
    return moved(laid, {}, dict(enumerate(order)))


def with_column(laid: Laid, at: int, label: str, cells: Sequence[Cell]) -> Laid:
    """One more column before column `at`, with its heading in the first row."""
    width = max(map(len, laid.grid))
    wider = moved(laid, {}, {n: n + 1 for n in range(at, width)})
    for number, row in enumerate(wider.grid):
        row.extend([None] * (at + 1 - len(row)))
        row[at] = label if number == 0 else (cells[number - 1] if number <= len(cells) else None)
    return wider


def numbers(form: str, style: str) -> list[Cell]:
    """The row of column numbers under a header."""
    width = len(HEADERS[form])
    if style == "figures":
        return [number + 1 for number in range(width)]
    if style == "brackets":
        return [f"({number + 1})" for number in range(width)]
    stub: list[Cell] = [*"ABC"[: min(3, width - 1)]]
    rest: list[Cell] = [str(number + 1) for number in range(width - len(stub))]
    if style == "sums" and len(rest) > 2:
        rest[2] = "3=1+2"
    return stub + rest


def without_marks(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D")


def ttc(form: str, **cells: Cell) -> Grid:
    """TTC of the unit that sends the form; `cells` by code add to it or take its place."""
    unit, agency = FILERS[form]
    said: dict[str, Cell] = {
        "T01": "2026.1",
        "T03": unit,
        "T04": agency,
        "T05": "năm",
        "T06": YEAR[0],
        "T07": YEAR[1],
    }
    said |= cells
    return [["Mã", "Nội dung", "Giá trị"], *([code, f"Mục {code}", value] for code, value in said.items())]


def write(path: Path, sheets: Sequence[tuple[str, Grid]]) -> Path:
    """A workbook of these sheets, cells as they are."""
    options = {"default_date_format": "dd/mm/yyyy", "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        for name, grid in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(grid):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, column, cell)
                    elif isinstance(cell, str):
                        sheet.write_string(number, column, cell)
                    elif cell is not None:
                        sheet.write(number, column, cell)
    return path


def received(path: Path, form: str, *laid: Laid, heading: Grid | None = None) -> Received:
    """What a workbook with this form laid out so is understood as."""
    sheets = [("TTC", heading if heading is not None else ttc(form))]
    return understand(write(path, [*sheets, *((one.name, one.grid) for one in laid)]), "return.xlsx")


# What stands around a table

TITLES: Grid = [
    ["ỦY BAN NHÂN DÂN", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["PHƯỜNG QUỲNH LÔI", None, None, "Độc lập - Tự do - Hạnh phúc"],
    [],
    ["Biểu số: 01", None, "BÁO CÁO NĂM 2018"],
    ["Ban hành kèm theo Kế hoạch số 17/KH-UBND"],
]
PREPARER, CHAIR = "Trần Thị Mẫu", "Lê Văn Ví Dụ"
SIGNATURES: dict[str, Grid] = {
    "two signers": [
        [],
        ["Ghi chú: số liệu lấy từ sổ theo dõi"],
        [None, None, "Hà Nội, ngày 05 tháng 12 năm 2018"],
        ["NGƯỜI LẬP BIỂU", None, "TM. ỦY BAN NHÂN DÂN"],
        ["(Ký, ghi rõ họ tên)", None, "CHỦ TỊCH"],
        [],
        [PREPARER, None, CHAIR],
    ],
    "no notes": [["Người lập biểu", None, "KT. CHỦ TỊCH"], [], [PREPARER, None, CHAIR]],
    "the chair to the right": [[None, "Nơi nhận:", None, "CHỦ TỊCH"], [None, "- Như trên;", None, CHAIR]],
    "a body unknown to any list first": [["CÁN BỘ THEO DÕI", None, "TM. ỦY BAN NHÂN DÂN"], [PREPARER, None, CHAIR]],
    "four signers": [
        ["NGƯỜI LẬP BIỂU", "NGƯỜI KIỂM TRA", "CÁN BỘ PHỤ TRÁCH", "CHỦ TỊCH"],
        [PREPARER, PREPARER, PREPARER, CHAIR],
    ],
    "day without a place": [["Ngày 05 tháng 12 năm 2018"], ["NGƯỜI LẬP BIỂU"], [PREPARER]],
}


# What was read


def records(file: Received) -> list[Record]:
    """The records of the one filing of the one return."""
    (one,) = file.returns
    (filing,) = one.filings
    return filing.records


def names_of(form: str) -> dict[tuple[int, int], tuple[int, str]]:
    """Place in the sample to record and field: by Mã số and heading, or by row and heading."""
    fields = [field for field in FORMS[form].fields if field.kept]
    labels = HEADERS[form]
    if form in CODED:
        rows = {row[1]: number for number, row in enumerate(ROWS[form])}
        return {(rows[f.code], labels.index(f.column)): (0, f.name) for f in fields if f.code in rows}
    return {
        (number, labels.index(field.label)): (number, field.name)
        for number in range(len(ROWS[form]))
        for field in fields
    }


def assert_same(file: Received, form: str, laid: Laid, *codes: str) -> None:
    """The records of the plain layout, each answer from the cell where it was written; no other problems."""
    assert sorted(one.code for one in file.problems) == sorted([*codes, *NOTED.get(form, [])])
    found = records(file)
    assert [dict(record.values) for record in found] == READ_AS[form]
    for (i, j), (number, name) in names_of(form).items():
        cell = ROWS[form][i][j]
        if cell is None:
            assert name not in found[number].values
            continue
        origin = found[number].origins[name]
        assert (origin.cell, origin.raw) == (a1(*laid.at[i, j]), raw_text(cell)), name
    assert {record.sheet for record in found} == {laid.name}

"""What the template of Hà Nội's plan asks for, cell by cell: the rules that the three pipelines check.

They are the tool's own rules as far as this template needs them, written down once, so that every pipeline refuses
the same cells. `say` prints what each pipeline has found.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

SHEETS = ("TTC", "B01", "B02", "B04")
"""The sheets that are answered; all others, hidden ones too, are searched for personal data."""
PERSONAL = r"\b(?:\d{9}|\d{12}|0[35789]\d{8})\b|[\w.+-]+@[\w-]+\.\w+"
"""An identity number, a mobile number or an e-mail address."""
YEAR = 2020
WINDOW = (date(YEAR, 7, 1), date(YEAR, 8, 1))  # of the plan: the response to 30 July

LISTS = {
    "yes_no": ("có", "không"),
    "agency": ("UBND",),
    "period": ("tháng", "quý", "năm"),
    "method": ("A", "B", "C", "D"),
    "kind": ("chuyên sâu", "lồng ghép"),
    "status": ("đang hoạt động", "tạm dừng", "đã giải thể"),
    "activity": (
        *("hội nghị", "hội thảo", "lớp tập huấn", "nói chuyện chuyên đề", "sinh hoạt lồng ghép", "hội thi"),
        *("diễn đàn", "tọa đàm", "giao lưu", "đối thoại", "tư vấn trực tiếp", "tuyên truyền lưu động"),
        *("phát thanh", "mít tinh", "văn nghệ thể thao", "ngoại khóa", "cấp phát tài liệu"),
        *("treo băng rôn pano", "đăng mạng xã hội", "ký cam kết", "rà soát trang TTĐT", "khác"),
    ),
}
"""What a cell of a closed list may say; the other kinds are text, count and date."""

TTC = {
    "T01": ("C8", "text"),
    "T02": ("C9", "text"),
    "T03": ("C10", "text"),
    "T04": ("C11", "agency"),
    "T05": ("C12", "period"),
    "T06": ("C13", "date"),
    "T07": ("C14", "date"),
    "T08": ("C15", "count"),
    "T09": ("C16", "count"),
    "T10": ("C17", "date"),
    "T11": ("C18", "yes_no"),
    "T12": ("C19", "text"),
    "T13": ("C20", "yes_no"),
}
"""Cell and kind of each answer of sheet TTC."""

PEOPLE = {**{f"02{n:02}": 18 + n for n in range(1, 5)}, **{f"02{n}": 13 + n for n in range(11, 16)}}
"""Rows of B01 with persons, and the women among them in the next column."""
B01 = {
    **{f"01{n:02}": (f"D{9 + n}", "date" if n % 2 == 0 else "yes_no") for n in range(1, 9)},
    **{code: (f"D{row}", "count") for code, row in PEOPLE.items()},
    **{f"{code}w": (f"E{row}", "count") for code, row in PEOPLE.items()},
    "0217": ("D29", "method"),
    "0218": ("D30", "count"),
}
"""Cell and kind of each answer of sheet B01; "w" marks the women."""
DOCUMENTS = [f"01{n:02}" for n in range(1, 9)]
REACH = [name for name in B01 if name >= "0211"]

_PARTS = (
    *(("0202", "0201"), ("0203", "0202"), ("0204", "0201"), ("0212", "0211")),
    *(("0211", "0202"), ("0212", "0203"), ("0213", "0204"), ("0215", "0201")),
)
WITHIN = [
    *((f"{code}w", code) for code in PEOPLE),
    *_PARTS,
    *((f"{left}w", f"{right}w") for left, right in _PARTS),
]
"""The first is never more than the second."""
SUMS = [(f"0215{mark}", [f"{code}{mark}" for code in ("0211", "0213", "0214")]) for mark in ("", "w")]
"""The first is the sum of the others."""
DEPLOYED = [("0104", "0102"), ("0108", "0106")]
"""The first day is not before the second, and neither is after the period."""
DEPLOYED_WHAT = [("0103", "0101"), ("0107", "0105")]
"""The first is no "có" when the second is "không"."""


@dataclass(frozen=True)
class Table:
    """Columns in their order, with the kind of each, and those that every row must fill."""

    columns: dict[str, str]
    required: tuple[str, ...]


LETTERS = "ABCDEFGH"  # as many as the widest sheet needs
FIRST_ROW = 9  # of both tables, as Excel counts
TABLES = {
    "B02": Table(
        {
            "model_code": "text",
            "model_name": "text",
            "kind": "kind",
            "host_programme": "text",
            "established_on": "date",
            "status": "status",
            "status_changed_on": "date",
            "sessions": "count",
        },
        ("model_name", "kind", "status"),
    ),
    "B04": Table(
        {
            "from_date": "date",
            "to_date": "date",
            "activity": "activity",
            "led_by": "text",
            "sessions": "count",
            "attendances": "count",
            "joint_code": "text",
        },
        ("from_date", "activity"),
    ),
}


def letter(table: str, column: str) -> str:
    """Excel's letter of a table's column."""
    return LETTERS[list(TABLES[table].columns).index(column)]


def files(returns: Path) -> list[Path]:
    return sorted(returns.rglob("*.xlsx"))


def say(bad: Iterable[tuple[str, str, str]], sums: Iterable[tuple[object, ...]]) -> None:
    """Prints bad cells (file, sheet, cell), then each district with its sums.

    These are communes with all four answers on documents "có", communes with an integrated model at work, persons of
    14 to 60 reached (by list or survey), and attendances in the plan's window.
    """
    lines = [("bad", *cell) for cell in sorted(set(bad))] + [("sum", *line) for line in sorted(sums, key=str)]
    sys.stdout.writelines("\t".join(map(str, line)) + "\n" for line in lines)

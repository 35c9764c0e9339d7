"""News items of Hà Nội in 2020 and the list of outlets, all invented: no outlet of these names exists."""

from __future__ import annotations

import random
from datetime import date

from forms import Row

YEAR = 2020
LOCAL_OUTLETS = {
    "HN01": "Báo in mẫu của thành phố",
    "HN02": "Báo điện tử mẫu của thành phố",
    "HN03": "Đài phát thanh, truyền hình mẫu của thành phố",
}
CENTRAL_OUTLET = ("TW01", "Báo mẫu của Trung ương")
OTHER_OUTLET = ("DP01", "Báo mẫu của tỉnh bạn")
MONTHS_WITHOUT_LOCAL_PRESS = (8,)
MONTHS_WITHOUT_LOCAL_AREA = (5,)
"""Months whose items of the city's press are all about other places."""

_TYPES = {"HN01": "báo in", "HN02": "báo điện tử", "HN03": "báo hình"}
_TITLES = ("Nhận biết thủ đoạn mua bán người", "Di cư lao động an toàn", "Đường dây nóng hỗ trợ người dân")


def outlet_rows() -> list[Row]:
    since = date(2018, 1, 1)
    local: list[Row] = [(code, name, "địa phương", since, None) for code, name in LOCAL_OUTLETS.items()]
    return [*local, (*CENTRAL_OUTLET, "Trung ương", since, None), (*OTHER_OUTLET, "địa phương khác", since, None)]


def quarter_rows(rng: random.Random, quarter: int) -> list[Row]:
    """The items that the Department lists for one quarter, by date."""
    rows = [row for month in range(3 * quarter - 2, 3 * quarter + 1) for row in _month(rng, month)]
    return sorted(rows, key=lambda row: str(row[0]))


def _month(rng: random.Random, month: int) -> list[Row]:
    rows: list[Row] = []
    if month not in MONTHS_WITHOUT_LOCAL_PRESS:
        about = "không" if month in MONTHS_WITHOUT_LOCAL_AREA else "có"
        for number, code in enumerate(rng.sample(sorted(LOCAL_OUTLETS), rng.randint(1, 3)), 1):
            day = date(YEAR, month, rng.randint(1, 28))
            group = (code, LOCAL_OUTLETS[code], "báo chí địa phương", _TYPES[code])
            rows.append(_item(rng, day, group, f"{rng.choice(_TITLES)}, bài {month}.{number}", about))
    central = (*CENTRAL_OUTLET, "báo chí Trung ương", "báo in")
    rows.append(_item(rng, date(YEAR, month, 12), central, f"Chuyên trang tháng {month}", "không"))
    if month in (3, *MONTHS_WITHOUT_LOCAL_PRESS):
        other = (*OTHER_OUTLET, "báo chí địa phương khác", "báo in")
        rows.append(_item(rng, date(YEAR, month, 18), other, f"Kinh nghiệm tỉnh bạn tháng {month}", "không"))
    speaker = (None, "Đài truyền thanh xã", "truyền thanh cấp xã", "truyền thanh")
    rows.append(_item(rng, date(YEAR, month, 20), speaker, f"Thông điệp tháng {month}", "có"))
    return rows


def _item(rng: random.Random, day: date, source: tuple[str | None, ...], title: str, about: str) -> Row:
    code, _, _, kind = source
    link = f"https://{code.lower()}.example/{day:%m-%d}" if code else None
    aired = (rng.randint(2, 6), rng.randint(3, 9)) if kind in ("truyền thanh", "báo hình") else (1, None)
    return (day, *source, rng.choice(("tin", "bài")), title, link, *aired, "chuyên đề", about, "cảnh báo thủ đoạn")

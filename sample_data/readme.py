"""The README of the sample data, in Vietnamese and English, with the figures that the generator expects."""

from __future__ import annotations

from collections.abc import Iterator

from expectation import Json

INTRO = {
    "vi": """# Dữ liệu mẫu

**Mọi số liệu ở đây đều là hư cấu.** Không con số, tin bài, mô hình hay văn bản nào là của một đơn vị, tòa soạn hay \
con người có thật; chỉ tên và mã xã, phường, quận, huyện là thật, lấy từ danh mục đi kèm công cụ. Không có dữ liệu \
cá nhân của ai: phần chữ ký để trống, không có họ tên. Tất cả do `python sample_data/make.py` sinh ra với hạt giống \
cố định; chạy lại cho đúng từng byte. Đừng sửa tay các tệp này, hãy sửa chương trình sinh.

| Thư mục | Nội dung |
|---|---|
| `ha-noi-2018-2020/returns/` | Năm 2020, 579 xã, phường, thị trấn. Mỗi quận, huyện một tệp CSV cho B01 và một cho \
B02; riêng quận Hai Bà Trưng (007) và huyện Phúc Thọ (272) mỗi xã một sổ tính trình bày như biểu của bộ, ngành. \
Danh mục địa bàn và cơ quan báo chí, tin bài bốn quý và nhiệm vụ nằm ở tệp riêng |
| `bac-giang-2024/returns/` | Đợt 01/07–30/09/2024, 209 xã, phường, thị trấn: B04 mỗi huyện một CSV, \
riêng 213 và 222 mỗi xã một sổ tính; mười ban chỉ đạo cấp huyện và các sở, ngành gửi B06, B07 |
| `hai-ba-trung-2019/returns/` | Năm 2019, 20 phường của quận: B01 và B04 trong hai tệp CSV, ba phường gửi sổ \
tính; quận gửi B05 (số rất nhỏ, hư cấu) và tin, bài của 2018 và 2019; danh mục dân số ở tệp riêng |
| `ninh-binh-2021/returns/` | Năm 2021, sáu cơ quan cấp tỉnh, mỗi cơ quan một sổ tính; \
có số ghi "trên", "gần" |
| `faulty/` | Mỗi tệp một lỗi thường gặp; `faulty.json` ghi đủ mọi lỗi phải tìm ra |
| `expected.json` | Mỗi chỉ tiêu phải ra con số và kết luận nào, tính từ kế hoạch của chương trình sinh, \
không lấy từ công cụ |

`received.csv` trong mỗi thư mục ghi ngày nhận từng tệp.
""",
    "en": """# Sample data

**Every figure here is invented.** No number, news item, model or document belongs to any real unit, newsroom or \
person; only the names and codes of communes and districts are real, from the registry that comes with the tool. It \
holds nobody's personal data: the signature blocks are empty and there are no names. All of it is made by \
`python sample_data/make.py` from a fixed seed; another run gives the same bytes. Do not edit these files, change \
the generator.

| Folder | What is in it |
|---|---|
| `ha-noi-2018-2020/returns/` | The year 2020, 579 communes. One CSV per district for B01 and one for B02; \
Hai Bà Trưng (007) and Phúc Thọ (272) instead send one workbook per commune, laid out as a ministry's form is. \
The lists of hot-spots and outlets, four quarters of news items and the duties are files of their own |
| `bac-giang-2024/returns/` | The campaign of 01/07–30/09/2024, 209 communes: B04 in one CSV per district, \
one workbook per commune in 213 and 222; B06 and B07 from ten district committees and the agencies |
| `hai-ba-trung-2019/returns/` | The year 2019, 20 wards: B01 and B04 in two CSVs, three wards send workbooks; \
the district sends B05 (very small numbers, invented) and its news items of 2018 and 2019; \
the list of populations is a file of its own |
| `ninh-binh-2021/returns/` | The year 2021, six agencies of the province, one workbook each; \
some figures say "trên" (over) or "gần" (nearly) |
| `faulty/` | One common fault per file; `faulty.json` lists every problem that must be found |
| `expected.json` | The figures and verdict that each target must come to, worked out from the generator's own plan, \
not by the tool |

`received.csv` in each folder says when each file arrived.
""",
}

WHY = {
    "materials": (
        "mọi xã đã báo cáo đều nhận và triển khai đủ hai loại; 8 xã không báo cáo, 1 xã bỏ trống một câu",
        "every commune that answered has both kinds; 8 are silent and 1 left a question blank",
    ),
    "models": ("cả hai phần đều đạt", "both parts are met"),
    "dedicated": (
        "48 trong 150 địa bàn trọng điểm có mô hình chuyên sâu, tối thiểu 45",
        "48 of 150 hot-spots have a dedicated model, 45 would do",
    ),
    "integrated": ("301 trong 579 xã, tối thiểu 290", "301 of 579 communes, 290 would do"),
    "press": (
        "tháng 8 chỉ có báo Trung ương và báo tỉnh bạn, dù báo cáo quý III đã đủ",
        "August has central and other provinces' press only, though the third quarter is reported in full",
    ),
    "reach": (
        "địa bàn im lặng và nơi chỉ ước tính (C, D) làm khoảng số liệu vắt qua 75 %",
        "silent hot-spots and mere estimates (C, D) leave the share on both sides of 75 %",
    ),
    "duties ha-noi-2018-2020": ("một huyện (282) không báo cáo", "one district (282) is silent"),
    "campaign": (
        "huyện 219 trả lời không cho BG-HU5; huyện 220 im lặng",
        "district 219 answers no to BG-HU5; 220 is silent",
    ),
    "response_30_7": (
        "huyện 220 im lặng và không xã nào của huyện đánh dấu hưởng ứng 30/7",
        "district 220 is silent and no commune of it marks a response",
    ),
    "duties bac-giang-2024": (
        "huyện 220 và Sở Ngoại vụ im lặng; BG-PN3 ghi có mà không có ngày",
        "district 220 and the foreign affairs office are silent; BG-PN3 says yes without a date",
    ),
    "informed": (
        "phường 00283 không báo cáo; nếu mọi người dân ở đó đều được cập nhật thì đủ 75 %",
        "ward 00283 is silent; with all of its residents it would be 75 %",
    ),
    "tips": (
        "9 tin báo đều được phân loại; 2 còn trong hạn nên 7 đến hạn",
        "9 tips, all classified; 2 are still in time",
    ),
    "incidents": ("2 vụ việc, 1 chuyển cơ quan khác, 1 đã khởi tố", "2 incidents, 1 passed on, 1 prosecuted"),
    "cases": ("không có vụ án nào: không phát sinh, không phải 100 %", "no case at all: nil, not 100 %"),
    "victims_protected": (
        "cả ba nạn nhân được xác minh, xác định, bảo vệ",
        "all three victims verified and protected",
    ),
    "victims_supported": ("một trong hai người có nhu cầu được hỗ trợ", "one of two with a need was supported"),
    "coverage_grew": (
        "31 tin bài so với 24; một tin ghi hai lần chỉ tính một",
        "31 items against 24; one listed twice counts once",
    ),
}
HEADINGS = {
    "vi": ("Kết quả phải ra", "| Kế hoạch | Chỉ tiêu | Dưới | Trên | Ngưỡng | Kết luận | Vì sao |"),
    "en": ("What must come of it", "| Plan | Target | Lower | Upper | Threshold | Verdict | Why |"),
}
FAULTS = {
    "vi": ("Tệp lỗi", "| Tệp | Trạng thái | Lỗi | Phạm vi | Ô |"),
    "en": ("Faulty files", "| File | Status | Problem | Scope | Cell |"),
}
ASIDES = {
    "vi": """## Những điều đáng xem

- Phường Bùi Thị Xuân (00250) nhập vào Nguyễn Du (00241) từ 01/03/2020; cả hai cùng báo cáo, bản của 00241 được tính.
- 00256 gửi lần 1 thiếu triển khai, lần 2 đã sửa; 00262, 00283 và 09769 gửi muộn, huyện 018 muộn, B02 của 280 muộn \
một ngày.
- 09778 đánh dấu "không phát sinh"; 09775 lập báo cáo trước khi hết kỳ; một xã nhận tài liệu theo bộ tích hợp; một \
địa bàn không ghi phương pháp.
- 07780 (Bắc Giang) báo cáo cả năm: hoạt động ngày 30/6 và 01/10 ở ngoài đợt, 01/7 và 30/9 ở trong, đợt tuyên truyền \
28/6–03/7 bị loại khỏi tổng của đợt.
- Hai xã của huyện 216 cùng kê hội thi HD-216-01; chỉ tính một lần.
- Huyện 215 ghi không cho BG-HU2 nhưng các xã có hoạt động hưởng ứng; huyện 217 ngược lại.
""",
    "en": """## Worth a look

- Bùi Thị Xuân ward (00250) became part of Nguyễn Du (00241) on 01/03/2020; both report, 00241's own return counts.
- 00256 sends a first version without deployment and a corrected second one; 00262, 00283 and 09769 are late, so is \
district 018, and 280's B02 by one day.
- 09778 ticks "nothing to report"; 09775 reports before the period is over; one commune got its documents as a kit; \
one hot-spot names no method.
- 07780 (Bắc Giang) reports the whole year: activities on 30/6 and 01/10 lie outside the window, 01/7 and 30/9 \
inside, and one of 28/6–03/7 is left out of the window's sums.
- Two communes of district 216 list the same contest HD-216-01; it counts once.
- District 215 says no to BG-HU2 although its communes marked activities; in 217 it is the other way round.
""",
}


def readme(plans: list[Json], manifest: list[Json]) -> str:
    return "\n".join(line for language in ("vi", "en") for line in _section(language, plans, manifest))


def _section(language: str, plans: list[Json], manifest: list[Json]) -> Iterator[str]:
    yield INTRO[language]
    title, header = HEADINGS[language]
    yield from (f"## {title}", "", header, "|" + "---|" * 7)
    for plan in plans:
        for target in plan["runs"][0]["targets"]:
            yield from _lines(language, plan["plan"], target)
    yield from ("", ASIDES[language])
    title, header = FAULTS[language]
    yield from (f"## {title}", "", header, "|" + "---|" * 5)
    for fault in manifest:
        problem = fault["problems"][0]
        place = f"{problem['sheet']}!{problem['cell']}" if problem["cell"] else "–"
        yield f"| `{fault['file']}` | {fault['status']} | {problem['code']} | {problem['scope']} | {place} |"
    yield ""


def _lines(language: str, plan: str, target: Json, whole: str = "") -> Iterator[str]:
    """A line for the target and one for each part that has a verdict; a measure has none."""
    if target["verdict"] is None:
        return
    why = WHY.get(f"{target['id']} {plan}") or WHY.get(whole or target["id"]) or WHY[target["id"]]
    figures = " | ".join(target.get(key, "–") for key in ("lower", "upper", "threshold"))
    name = f"{whole} {target['id']}".strip()
    yield f"| {plan} | {name} | {figures} | {target['verdict']} | {why[language == 'en']} |"
    for part in target.get("parts", []):
        if "verdict" in part:
            yield from _lines(language, plan, part, "" if part["id"] in WHY else target["id"])

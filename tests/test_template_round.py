"""A template filled in LibreOffice and saved as .xlsx, .xls and .ods reads back: every value, no problem."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from libreoffice import type_into
from templates_filled import Answers, cells, task_of, write_template
from tracker.returns import Status
from tracker.understand import understand

pytestmark = pytest.mark.needs("soffice")

COMMUNE: Answers = {
    "B01": [
        {
            "policy_received": True,
            "policy_received_date": date(2020, 2, 5),
            "policy_deployed": True,
            "policy_deployed_date": date(2020, 3, 1),
            "behaviour_received": True,
            "behaviour_deployed": False,
            "population": 21_500,
            "population_women": 11_000,
            "population_14_60": 14_200,
            "population_14_60_women": 7_300,
            "population_14_15": 900,
            "population_under_14": 4_100,
            "reached_14_60": 11_000,
            "reached_14_60_women": 6_000,
            "reached_14_15": 700,
            "reached_under_14": 1_000,
            "reached_over_60": 0,
            "reached_total": 12_000,
            "reach_method": "A",
        }
    ],
    "B02": [
        {
            "model_code": "007",
            "model_name": "CLB Phụ nữ với pháp luật",
            "kind": "lồng ghép",
            "host_programme": "Xây dựng nông thôn mới",
            "established_on": date(2017, 3, 8),
            "status": "đang hoạt động",
            "sessions": 6,
        },
        {"model_name": "Tổ tư vấn", "kind": "chuyên sâu", "status": "tạm dừng", "sessions": 2},
    ],
    "B04": [
        {
            "from_date": date(2020, 7, 28),
            "to_date": date(2020, 7, 30),
            "activity": "hội nghị",
            "led_by": "Hội LHPN phường",
            "sessions": 3,
            "attendances": 310,
        },
        {"from_date": date(2020, 12, 31), "activity": "phát thanh", "sessions": 40},
    ],
}

PROVINCE: Answers = {
    "B00": [
        {"hotspot": True, "basis": "Danh mục 2019", "population": 21_500, "population_14_60": 14_200},
        {"hotspot": False, "population": 9_000, "counted_on": date(2020, 12, 31), "source": "Cục Thống kê"},
    ],
    "B00P": [
        {"outlet": "HNM", "outlet_name": "Báo Hà Nội mới", "level": "địa phương", "valid_from": date(2016, 1, 1)}
    ],
    "B03": [
        {
            "published_on": date(2020, 7, 30),
            "outlet": "HNM",
            "medium_name": "Báo Hà Nội mới",
            "channel": "báo chí địa phương",
            "title": "Phòng, chống mua bán người",
            "about_local": "có",
        }
    ],
    "B06": [{"done": True, "document_number": "12/KH-STTTT", "document_date": date(2020, 2, 10)}],
}

DISTRICT: Answers = {
    "B03": [{"published_on": date(2019, 7, 30), "channel": "truyền thanh cấp huyện", "broadcasts": 4, "minutes": 5}],
    "B05": [
        {
            "tips_carried": 2,
            "tips_new": 10,
            "tips": 12,
            "tips_resolved": 9,
            "tips_in_time": 1,
            "tips_overdue": 0,
            "tips_transferred": 2,
            "tips_classified": 12,
            "tips_processed": 9,
            "tips_verified": 9,
            "victims_received": 0,
        }
    ],
}

STEERING: Answers = {
    "B06": [{"done": False}, {"done": True, "started_on": date(2024, 7, 1), "ended_on": date(2024, 9, 30)}],
    "B07": [{"cases_found": 7, "cases_prosecuted": 6, "businesses_inspected": 40, "businesses_in_breach": 3}],
}

AGENCY: Answers = {
    "B03": [{"published_on": date(2021, 3, 4), "channel": "báo chí địa phương", "outlet": "BNB"}],
    "B04": [{"from_date": date(2021, 7, 30), "activity": "lớp tập huấn", "sessions": 12, "attendances": 1470}],
    "B08": [{"indicator": "Tủ sách pháp luật", "amount": 143, "unit_of_measure": "tủ"}],
}

CASES = {
    "ha-noi-commune": ("ha-noi-2018-2020", 2020, "00001", "UBND", COMMUNE),
    "ha-noi-province": ("ha-noi-2018-2020", 2020, "01", "TTTT", PROVINCE),
    "hai-ba-trung-district": ("hai-ba-trung-2019", 2019, "007", "UBND", DISTRICT),
    "bac-giang-district": ("bac-giang-2024", 2024, "217", "BCD", STEERING),
    "ninh-binh-agency": ("ninh-binh-2021", 2021, "37", "LHPN", AGENCY),
}
PRINTED = {"commune", "commune_name", "duty", "duty_name"}
"""What the template itself fills in; asserted elsewhere."""


@pytest.mark.parametrize(("plan", "year", "unit", "agency", "answers"), CASES.values(), ids=CASES)
def test_what_is_typed_in_libreoffice_is_read_from_each_format(
    tmp_path: Path, plan: str, year: int, unit: str, agency: str, answers: Answers
) -> None:
    """Every value comes back under its name, and nothing is said against the file."""
    template = write_template(tmp_path / "template.xlsx", task_of(plan, year, unit, agency))
    typed = {**cells(template, answers), ("TTC", "C17"): date(year + 1, 1, 5), ("TTC", "C20"): "có"}
    copies = [tmp_path / f"filled{suffix}" for suffix in (".xlsx", ".xls", ".ods")]
    type_into(template, typed, copies)
    for copy in copies:
        received = understand(copy, copy.name)
        assert received.problems == [], copy.suffix
        assert received.status is Status.ACCEPTED
        one = received.returns[0]
        assert (one.unit, one.agency, one.year, one.revision) == (unit, agency, year, 1)
        read = {
            filing.form: [
                {name: value for name, value in record.values.items() if name not in PRINTED}
                for record in filing.records
            ]
            for filing in one.filings
        }
        assert read == {form: [dict(record) for record in records] for form, records in answers.items()}, copy.suffix

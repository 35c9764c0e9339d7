"""The dated registry: who existed on a day, whose parent, under which names, and what became of whom."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from tracker import naming, registry
from tracker.period import Period, year_of
from tracker.place import FIRST_DAY, LAST_DAY, Change, Places, Tier, Unit, load, shipped, tier_of_code
from tracker.problems import TrackerError

COLUMNS = "code,name,kind,district_code,district_name,district_kind,province_code,province_name,valid_from,valid_to"


@pytest.fixture(scope="module")
def places() -> Places:
    return shipped()


def names(units: Sequence[Unit]) -> list[str]:
    return [unit.full_name for unit in units]


def own_rows(folder: Path, *rows: str) -> Path:
    (folder / "units.csv").write_text("\n".join((COLUMNS, *rows, "")), "utf-8")
    return folder


# Counts


@pytest.mark.parametrize(
    ("area", "day", "communes"),
    [
        ("01", date(2016, 1, 1), 584),
        ("01", date(2020, 2, 29), 584),
        ("01", date(2020, 3, 1), 579),
        ("01", date(2024, 12, 31), 579),
        ("01", date(2025, 1, 1), 526),
        ("01", date(2025, 6, 30), 526),
        ("24", date(2016, 1, 1), 230),
        ("24", date(2019, 12, 31), 230),
        ("24", date(2020, 1, 1), 209),
        ("24", date(2024, 12, 31), 209),
        ("24", date(2025, 1, 1), 192),
        ("24", date(2025, 6, 30), 192),
        ("37", date(2016, 1, 1), 145),
        ("37", date(2020, 1, 31), 145),
        ("37", date(2020, 2, 1), 143),
        ("37", date(2024, 12, 31), 143),
        ("37", date(2025, 1, 1), 125),
        ("37", date(2025, 6, 30), 125),
        ("007", date(2020, 2, 29), 20),
        ("007", date(2020, 3, 1), 18),
        ("007", date(2024, 12, 31), 18),
        ("007", date(2025, 1, 1), 15),
        ("007", date(2025, 6, 30), 15),
    ],
)
def test_an_area_has_its_number_of_communes_on_both_sides_of_every_change(
    places: Places, area: str, day: date, communes: int
) -> None:
    found = places.communes(area, day)
    assert len(found) == communes
    assert [unit.code for unit in found] == sorted({unit.code for unit in found})


@pytest.mark.parametrize(
    ("province", "day", "districts"),
    [
        ("01", date(2018, 12, 31), 30),
        ("01", date(2025, 1, 1), 30),
        ("24", date(2024, 12, 31), 10),
        ("24", date(2025, 1, 1), 10),  # Yên Dũng went, Chũ came
        ("37", date(2021, 12, 31), 8),
        ("37", date(2025, 1, 1), 7),  # thành phố Ninh Bình and huyện Hoa Lư became thành phố Hoa Lư
    ],
)
def test_a_province_has_its_number_of_districts(places: Places, province: str, day: date, districts: int) -> None:
    assert len(places.districts(province, day)) == districts


def test_districts_share_out_all_communes_of_a_province_on_any_day(places: Places) -> None:
    for day in (date(2019, 6, 1), date(2024, 2, 1), date(2025, 1, 1)):
        of_districts = [u for d in places.districts("24", day) for u in places.communes(d.code, day)]
        assert sorted(u.code for u in of_districts) == [u.code for u in places.communes("24", day)]


def test_nothing_is_known_after_the_last_day_of_the_districts(places: Places) -> None:
    assert places.last_known_day() == date(2025, 6, 30)
    assert places.communes("01", date(2025, 7, 1)) == []
    assert places.districts("01", date(2025, 7, 1)) == []
    assert places.unit("01", date(2025, 7, 1)) is None


def test_the_shipped_registry_is_sound(places: Places) -> None:
    assert registry.findings(places) == []


def test_names_are_stored_composed(places: Places) -> None:
    assert all(unicodedata.is_normalized("NFC", unit.name) for tier in Tier for unit in places.all_units(tier))


# Units, codes that are used again, parents


def test_a_code_means_something_only_with_a_day(places: Places) -> None:
    last_of_2024, first_of_2025 = places.unit("00292", date(2024, 12, 31)), places.unit("00292", date(2025, 1, 1))
    assert last_of_2024 is not None
    assert first_of_2025 is not None
    assert (last_of_2024.full_name, first_of_2025.full_name) == ("Phường Quỳnh Lôi", "Phường Bạch Mai")
    assert places.unit("00286", date(2025, 1, 1)) is None


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [("09727", "Xuân Phú", "Xuân Đình"), ("09733", "Sen Chiểu", "Sen Phương"), ("10282", "Văn Nhân", "Nam Tiến")],
)
def test_a_kept_code_has_a_new_name_from_the_day_of_the_merger(
    places: Places, code: str, before: str, after: str
) -> None:
    assert [unit.name for unit in places.in_period(code, year_of(2020))] == [before, after]
    old, new = places.unit(code, date(2020, 2, 29)), places.unit(code, date(2020, 3, 1))
    assert old is not None
    assert new is not None
    assert (old.name, new.name) == (before, after)


def test_a_district_changes_its_kind_and_keeps_its_code(places: Places) -> None:
    assert names(places.units_of_code("222")) == ["Huyện Việt Yên", "Thị xã Việt Yên"]
    assert places.units_of_code("222")[1].valid.first == date(2024, 2, 1)


def test_a_commune_goes_to_another_district(places: Places) -> None:
    assert places.district_of("07714", date(2024, 12, 31)) == "221"
    assert places.district_of("07714", date(2025, 1, 1)) == "213"
    assert places.district_of("07714", date(2030, 1, 1)) == ""


def test_a_district_that_never_changed_has_one_life(places: Places) -> None:
    (life,) = places.units_of_code("007")
    assert life.valid == Period(FIRST_DAY, date(2025, 6, 30))
    assert (life.tier, life.parent, life.province) == (Tier.DISTRICT, "01", "01")


def test_a_commune_is_its_own_area_and_a_district_its_own(places: Places) -> None:
    day = date(2019, 12, 31)
    assert names(places.communes("00286", day)) == ["Phường Bạch Mai"]
    assert names(places.districts("007", day)) == ["Quận Hai Bà Trưng"]
    assert names(places.provinces(day)) == ["Thành phố Hà Nội", "Tỉnh Bắc Giang", "Tỉnh Ninh Bình"]


def test_the_length_of_a_code_says_its_tier() -> None:
    assert [tier_of_code(code) for code in ("01", "007", "00286", "1", "0028")] == [
        Tier.PROVINCE,
        Tier.DISTRICT,
        Tier.COMMUNE,
        None,
        None,
    ]


# What became of a unit


@pytest.mark.parametrize(
    ("code", "after", "heirs"),
    [
        ("00250", date(2021, 12, 31), ["Phường Nguyễn Du"]),
        ("00250", date(2020, 2, 1), ["Phường Nguyễn Du"]),
        ("00253", date(2021, 1, 1), ["Phường Nguyễn Du", "Phường Phạm Đình Hổ"]),
        ("09736", date(2020, 12, 31), ["Xã Xuân Đình"]),
        ("00286", date(2025, 3, 1), ["Phường Bạch Mai"]),
        ("00286", date(2025, 1, 10), ["Phường Bạch Mai"]),  # GSO's number came in February
        ("07234", date(2024, 12, 31), ["Thị trấn Phồn Xương"]),
        ("07732", date(2025, 1, 1), ["Phường Nham Biền"]),  # merged in 2020, a phường since 2025
        ("00223", date(2025, 6, 30), ["Phường Thịnh Quang"]),
        ("221", date(2025, 1, 1), ["Thành phố Bắc Giang"]),
        ("369", date(2025, 1, 1), ["Thành phố Hoa Lư"]),
        ("00241", date(2025, 7, 1), []),
        ("99999", date(2020, 1, 1), []),
    ],
)
def test_successors_are_followed_to_units_in_force(places: Places, code: str, after: date, heirs: list[str]) -> None:
    assert names(places.successors(code, after)) == heirs


@pytest.mark.parametrize(
    ("code", "on", "merged"),
    [
        ("00241", date(2020, 2, 29), ()),
        ("00241", date(2020, 3, 1), ("00250",)),  # 00253 was divided, 00241 is its own
        ("00241", date(2020, 12, 31), ("00250",)),
        ("00241", date(2021, 12, 31), ()),
        ("00247", date(2020, 12, 31), ()),
        ("09727", date(2020, 12, 31), ("09736",)),
        ("07681", date(2020, 12, 31), ("07732", "07744")),
        ("00292", date(2025, 6, 30), ("00286",)),
        ("00292", date(2025, 1, 15), ("00286",)),
        ("00235", date(2025, 6, 30), ("00223",)),
    ],
)
def test_only_what_was_merged_wholly_in_the_year_answers_for_a_unit(
    places: Places, code: str, on: date, merged: tuple[str, ...]
) -> None:
    assert places.merged_into(code, on) == merged


@pytest.mark.parametrize(
    ("code", "period", "divided"),
    [
        ("00253", year_of(2020), True),
        ("00253", Period(date(2020, 1, 1), date(2020, 2, 29)), True),
        ("00253", Period(date(2020, 3, 1), date(2020, 12, 31)), False),  # no day of it in force
        ("00253", year_of(2019), False),
        ("14644", year_of(2020), True),
        ("00274", year_of(2024), False),
        ("00274", Period(date(2024, 12, 15), date(2025, 12, 14)), True),
        ("00235", year_of(2025), False),  # the code was kept
        ("00250", year_of(2020), False),
    ],
)
def test_a_divided_unit_is_known_in_the_year_of_its_division(
    places: Places, code: str, period: Period, divided: bool
) -> None:
    assert (places.divided(code, period) is not None) is divided


# Names


@pytest.mark.parametrize(
    "text",
    [
        "Bạch Mai",
        "Phường Bạch Mai",
        "PHƯỜNG BẠCH MAI",
        "phuong bach mai",
        "P. Bạch Mai",
        "P.Bạch Mai",
        "  Phường   Bạch\u00a0Mai ",
        "UBND phường Bạch Mai",
        "UBND Bạch Mai",
        "Ủy ban nhân dân phường Bạch Mai",
        "Uỷ ban nhân dân P. Bạch Mai",
        "HĐND và UBND phường Bạch Mai",
        "UBND phường Bạch Mai, quận Hai Bà Trưng",
        "Phường Bạch Mai - Q. Hai Bà Trưng - TP. Hà Nội",
        "Phường Bạch Mai (Hai Bà Trưng, Hà Nội)",
        "UBND phường Bạch Mai, thành phố Hà Nội",
        "BCĐ phường Bạch Mai",
        "BCĐ 138 phường Bạch Mai",
        "Ban Chỉ đạo phòng, chống tội phạm và tệ nạn xã hội phường Bạch Mai",
        "Ban chỉ đạo PCMBN Bạch Mai",
        unicodedata.normalize("NFD", "UBND Phường Bạch Mai"),
    ],
)
def test_a_ward_may_write_its_name_in_many_ways(places: Places, text: str) -> None:
    assert places.matches_name("00286", text, year_of(2019))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Phường",
        "UBND",
        "Bạch",
        "Bạch Mai 2",
        "Xã Bạch Mai",
        "Phường Bách Khoa",
        "Phường Quỳnh Mai",
        "Phường Bạch Mai, quận Hoàn Kiếm",
        "Công an phường Bạch Mai",
        "UBND quận Hai Bà Trưng",
        "BCĐ khu vực Bạch Mai",  # after other words only a kind tells that the name begins
        "Phường Bạch May",
    ],
)
def test_another_name_is_never_taken_for_it(places: Places, text: str) -> None:
    assert not places.matches_name("00286", text, year_of(2019))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("00358", "Phương Liệt"),
        ("00358", "Phường Phương Liệt"),
        ("09784", "Thị trấn Phùng"),
        ("09784", "TT. Phùng"),
        ("09784", "TT Phùng, H. Đan Phượng"),
        ("00088", "Phường Hàng Bài"),
        ("00088", "Phường hàng bài"),
        ("07540", "UBND xã Xa Lý"),
        ("07540", "Xa Ly"),
        ("00172", "Phường Yên Hòa"),
        ("00172", "Phường Yên Hoà"),
        ("07840", "TT Thắng"),
        ("007", "UBND quận Hai Bà Trưng"),
        ("007", "Q. Hai Bà Trưng, Hà Nội"),
        ("007", "BCĐ 138 quận Hai Bà Trưng"),
        ("213", "TP. Bắc Giang"),
        ("269", "TX Sơn Tây"),
        ("01", "UBND thành phố Hà Nội"),
        ("01", "TP Hà Nội"),
        ("24", "Ủy ban nhân dân tỉnh Bắc Giang"),
    ],
)
def test_names_that_begin_like_a_kind_and_kinds_that_are_shortened(places: Places, code: str, text: str) -> None:
    assert places.matches_name(code, text, year_of(2021))


@pytest.mark.parametrize(
    ("text", "code"), [("Đồng Tâm", "00280"), ("Ðồng Tâm", "00280"), ("đồng tâm", "00280"), ("Dong Tam", "00280")]
)
def test_the_letter_đ_is_the_same_in_all_its_codes(places: Places, text: str, code: str) -> None:
    assert places.matches_name(code, text, year_of(2019))


def test_a_name_counts_when_it_was_in_force_on_some_day_of_the_period(places: Places) -> None:
    assert places.matches_name("09727", "Xã Xuân Phú", year_of(2020))
    assert places.matches_name("09727", "Xã Xuân Đình", year_of(2020))
    assert not places.matches_name("09727", "Xã Xuân Phú", year_of(2021))
    assert not places.matches_name("09727", "Xã Xuân Đình", year_of(2019))


def test_a_code_with_the_name_that_it_has_in_another_year_is_a_mismatch(places: Places) -> None:
    assert places.matches_name("00292", "Phường Quỳnh Lôi", year_of(2024))
    assert not places.matches_name("00292", "Phường Bạch Mai", year_of(2024))
    assert places.matches_name("00292", "Phường Bạch Mai", year_of(2025))
    assert not places.matches_name("00292", "Phường Quỳnh Lôi", year_of(2025))


def test_a_commune_may_name_the_district_that_it_is_moved_to(places: Places) -> None:
    assert places.matches_name("14740", "Xã Yên Mỹ - huyện Yên Mô", year_of(2021))
    assert places.matches_name("07714", "Xã Xuân Phú, thành phố Bắc Giang", year_of(2025))
    assert not places.matches_name("07714", "Xã Xuân Phú, thành phố Bắc Giang", year_of(2023))


def test_every_unit_is_known_by_its_own_name(places: Places) -> None:
    for tier in Tier:
        for unit in places.all_units(tier):
            assert places.matches_name(unit.code, f"UBND {unit.full_name.upper()}", unit.valid)


def test_numbered_wards_match_their_number_alone() -> None:
    chain = [("phường", "1"), ("quận", "3")]
    assert naming.says("Phường 1", chain)
    assert naming.says("P. 01, Q. 3", chain)
    assert not naming.says("Phường 11", chain)
    assert not naming.says("Phường 1l", chain)


# Aliases


@pytest.mark.parametrize(
    ("code", "name", "year", "known"),
    [
        ("00067", "UBND P. Chương Dương Độ", 2018, ("00067", "Chương Dương")),
        ("07540", "Xã Sa Lý", 2023, ("07540", "Xa Lý")),
        ("07540", "Xã Xa Lý", 2025, ("07540", "Sa Lý")),
        ("07540", "Xã Xa Lý", 2023, None),
        ("00292", "Phường Bạch Mai", 2024, ("00286", "Bạch Mai")),
        ("00292", "Phường Bạch Mai", 2025, None),
        ("00292", "Phường Quỳnh Lôi", 2024, None),
        ("00292", "Phường Minh Khai", 2024, None),
        ("00292", "", 2024, None),
        ("07234", "", 2020, ("07288", "Phồn Xương")),
        ("07234", "TT Phồn Xương", 2021, ("07288", "Phồn Xương")),
        ("07234", "", 2019, None),  # thị trấn Cầu Gồ
        ("07369", "Thị trấn Kép", 2019, None),
        ("07369", "Thị trấn Kép", 2020, ("07399", "Kép")),
        ("00286", "", 2025, None),
        ("00241", "Nguyễn Dư", 2019, None),
    ],
)
def test_variants_of_gso_lead_to_the_registry_s_own_code_and_name(
    places: Places, code: str, name: str, year: int, known: tuple[str, str] | None
) -> None:
    assert places.alias(code, name, year_of(year)) == known


# Near names


@pytest.mark.parametrize(
    ("text", "area", "proposed"),
    [
        ("Phường Bạch May", "007", "Phường Bạch Mai"),
        ("Quỳn Loi", "01", "Phường Quỳnh Lôi"),
        ("Quỳn Loi", "", "Phường Quỳnh Lôi"),
        ("UBND xã Yên Mĩi - huyện Yên Mô", "377", "Xã Yên Mỹ"),
        ("UBND phường Bách Mai, quận HBT", "007", "Phường Bạch Mai"),
        ("Phương Liệtt", "01", "Phường Phương Liệt"),
    ],
)
def test_a_near_name_is_proposed_and_not_accepted(places: Places, text: str, area: str, proposed: str) -> None:
    near = places.near_names(text, area, date(2021, 12, 31))
    assert near[0].full_name == proposed
    assert len(near) <= 3
    assert not any(places.matches_name(unit.code, text, year_of(2021)) for unit in near)


def test_nothing_is_proposed_for_a_name_that_resembles_none(places: Places) -> None:
    assert places.near_names("Trường Sa", "007", date(2021, 12, 31)) == []


def test_a_numbered_ward_is_never_proposed_for_another_number(tmp_path: Path) -> None:
    rows = [f"2670{n},Phường {n},phường,760,Quận 1,quận,79,Hồ Chí Minh,2016-01-01,2025-06-30" for n in (1, 2)]
    numbered = load(own_rows(tmp_path, *(row.replace(",Phường ", ",") for row in rows)))
    day = date(2021, 1, 1)
    assert names(numbered.near_names("Phường 1", "79", day)) == ["Phường 1"]
    assert numbered.near_names("Phường 3", "79", day) == []
    assert numbered.near_names("Phường 1l", "79", day) == []


# Rows of one's own


def test_own_rows_add_the_days_that_the_shipped_facts_do_not_cover(tmp_path: Path) -> None:
    own = load(
        own_rows(
            tmp_path,
            "00070,Hoàn Kiếm,phường,,,,01,Hà Nội,2025-07-01,",
            "00004,Ba Đình,phường,,,,01,Hà Nội,2025-03-01,",
            "07693,Đã Hết,xã,221,Yên Dũng,huyện,24,Bắc Giang,2025-01-01,2025-03-31",
        )
    )
    assert len(own.communes("01", date(2025, 6, 30))) == 526
    assert len(own.communes("24", date(2025, 2, 1))) == 192
    assert names(own.communes("01", date(2025, 7, 1))) == ["Phường Ba Đình", "Phường Hoàn Kiếm"]
    assert own.districts("01", date(2025, 7, 1)) == []
    assert own.last_known_day() == LAST_DAY


def test_a_province_without_districts_is_the_parent_of_its_communes(tmp_path: Path) -> None:
    own = load(own_rows(tmp_path, "00070,Hoàn Kiếm,phường,,,,01,Hà Nội,2025-07-01,"))
    assert own.district_of("00070", date(2026, 1, 1)) == "01"
    assert own.matches_name("00070", "UBND phường Hoàn Kiếm, TP. Hà Nội", year_of(2026))
    assert own.units_of_code("01")[0].valid == Period(FIRST_DAY, LAST_DAY)


def test_the_environment_may_name_the_folder_and_a_changed_file_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_REGISTRY", str(own_rows(tmp_path, "00070,Cũ,phường,,,,01,Hà Nội,2025-07-01,")))
    assert names(load().communes("01", date(2026, 1, 1))) == ["Phường Cũ"]
    own_rows(tmp_path, "00070,Mới Hơn,phường,,,,01,Hà Nội,2025-07-01,")
    assert names(load().communes("01", date(2026, 1, 1))) == ["Phường Mới Hơn"]


def test_a_folder_without_a_registry_is_a_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(TrackerError) as raised:
        load(tmp_path)
    assert raised.value.code == "units_registry_missing"


@pytest.mark.parametrize("row", ["00070,A,xã,,,,01,Hà Nội,01/07/2025,", "00070,A,xã"])
def test_a_row_that_cannot_be_read_is_named(tmp_path: Path, row: str) -> None:
    with pytest.raises(TrackerError) as raised:
        load(own_rows(tmp_path, row))
    assert raised.value.code == "units_registry_row"
    assert raised.value.facts["row"] == "2"


def test_changes_of_one_s_own_are_followed_and_wrong_ones_are_named(tmp_path: Path) -> None:
    header = "effective_date,resolution,action,level,province_code,from_codes,to_codes"
    own_rows(tmp_path, "00070,Hoàn Kiếm,phường,,,,01,Hà Nội,2025-07-01,")
    changes = tmp_path / "changes.csv"
    changes.write_text(f"{header}\n2025-07-01,1656/NQ-UBTVQH15,merge,commune,01,00088 00067,00070\n", "utf-8")
    assert names(load(tmp_path).successors("00088", date(2025, 12, 31))) == ["Phường Hoàn Kiếm"]
    assert load(tmp_path).merged_into("00070", date(2025, 12, 31)) == ("00067", "00088")
    changes.write_text(f"{header}\n01/07/2025,,merge,commune,01,00088,00070\n", "utf-8")
    with pytest.raises(TrackerError, match="units_registry_row"):
        load(tmp_path)


def test_a_registry_that_is_no_text_is_a_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_bytes(b"code\xff\xfe\x00")
    with pytest.raises(TrackerError, match="units_registry_missing"):
        load(tmp_path)


# The check


def _with(places: Places, *, units: Sequence[Unit] = (), changes: Sequence[Change] = ()) -> set[str]:
    known = [unit for tier in Tier for unit in places.all_units(tier)]
    broken = Places([*known, *units], [*places.changes, *changes], places.aliases)
    return {finding.key for finding in registry.findings(broken)}


def test_the_check_finds_each_kind_of_fault(places: Places) -> None:
    ward = places.units_of_code("00286")[0]
    change = places.changes[0]
    assert "units_overlap" in _with(places, units=[ward._replace(name="Khác")])
    assert "units_wrong_code" in _with(places, units=[ward._replace(code="0286")])
    assert "units_wrong_kind" in _with(places, units=[ward._replace(code="99999", kind="phố")])
    assert "units_wrong_dates" in _with(
        places, units=[ward._replace(code="99999", valid=Period(date(2020, 1, 1), date(2019, 1, 1)))]
    )
    assert "units_without_parent" in _with(places, units=[ward._replace(code="99999", parent="999")])
    assert "units_same_name" in _with(places, units=[ward._replace(code="99999")])
    assert "units_wrong_count" in _with(places, units=[ward._replace(code="99999")])
    assert "units_change_from" in _with(places, changes=[change._replace(from_codes=("99999",))])
    assert "units_change_to" in _with(places, changes=[change._replace(to_codes=("99999",))])

"""B01 · Tài liệu và người dân được tiếp cận: what a commune received, deployed and whom it reached."""

from tracker.form import Compare, DeployedRule, FigureRule, Form, Kind, Layout, choices, persons, row

DOCUMENTS, COPIES, POPULATION, REACH, INFORMED = "documents", "copies", "population", "reach", "informed"

METHODS = choices(
    "A=danh sách=A danh sách",
    "B=khảo sát mẫu=B khảo sát mẫu=khảo sát",
    "C=suy từ lượt=C suy từ lượt",
    "D=độ phủ phương tiện=D độ phủ phương tiện",
)
_COPIES = ("copies_leaflet", "copies_poster", "copies_handbook", "copies_media", "copies_other")
_STOCKS = (
    *("population", "population_14_60", "population_14_15", "population_under_14"),
    *("reached_14_60", "reached_14_15", "reached_under_14", "reached_over_60", "reached_total"),
)
"""What a commune reports year after year and what so far: last year's figure helps to see a slip."""


def _both(compare: Compare, left: str, *right: str) -> tuple[FigureRule, FigureRule]:
    """The same rule for everybody and for the women among them."""
    women = tuple(f"{name}_women" for name in right)
    return FigureRule(compare, left, right), FigureRule(compare, f"{left}_women", women)


def _women_of(*totals: str) -> tuple[FigureRule, ...]:
    return tuple(FigureRule(Compare.PART_OF, f"{total}_women", (total,)) for total in totals)


FORM = Form(
    code="B01",
    title="Tài liệu và người dân được tiếp cận",
    layout=Layout.ROWS,
    one_record=True,
    header=("Chỉ tiêu", "Mã số", "Đơn vị tính", "Tổng số", "Trong đó: Nữ", "Ghi chú"),
    header_also={"Trong đó: Nữ": ("Nữ",), "Tổng số": ("Số lượng",)},
    tiers=("commune",),
    parts=(DOCUMENTS, COPIES, POPULATION, REACH, INFORMED),
    fields=(
        row("0101", "policy_received", "Đã nhận tài liệu chính sách, pháp luật", Kind.YES_NO, DOCUMENTS),
        row("0102", "policy_received_date", "Ngày nhận tài liệu chính sách", Kind.DATE, DOCUMENTS),
        row("0103", "policy_deployed", "Đã triển khai tài liệu chính sách, pháp luật", Kind.YES_NO, DOCUMENTS),
        row("0104", "policy_deployed_date", "Ngày triển khai tài liệu chính sách", Kind.DATE, DOCUMENTS),
        row("0105", "behaviour_received", "Đã nhận tài liệu thay đổi hành vi", Kind.YES_NO, DOCUMENTS),
        row("0106", "behaviour_received_date", "Ngày nhận tài liệu thay đổi hành vi", Kind.DATE, DOCUMENTS),
        row("0107", "behaviour_deployed", "Đã triển khai tài liệu thay đổi hành vi", Kind.YES_NO, DOCUMENTS),
        row("0108", "behaviour_deployed_date", "Ngày triển khai tài liệu thay đổi hành vi", Kind.DATE, DOCUMENTS),
        row("0109", "integrated_kit", "Nhận theo bộ tích hợp", Kind.YES_NO, DOCUMENTS),
        row("0111", "copies_received", "Tài liệu đã nhận, tổng số", Kind.COUNT, COPIES, unit="bản"),
        row("0112", "copies_leaflet", "Tờ rơi, tờ gấp", Kind.COUNT, COPIES, unit="bản"),
        row("0113", "copies_poster", "Poster, áp phích", Kind.COUNT, COPIES, unit="bản"),
        row("0114", "copies_handbook", "Sổ tay, sách", Kind.COUNT, COPIES, unit="bản"),
        row("0115", "copies_media", "Đĩa, video clip", Kind.COUNT, COPIES, unit="bản"),
        row("0116", "copies_other", "Tài liệu khác", Kind.COUNT, COPIES, unit="bản"),
        row("0117", "copies_distributed", "Tài liệu đã cấp phát", Kind.COUNT, COPIES, unit="bản"),
        *persons("0201", "population", "Dân số thường trú", POPULATION),
        *persons("0202", "population_14_60", "Dân số 14–60 tuổi", POPULATION),
        *persons("0203", "population_14_15", "Dân số 14–dưới 16 tuổi", POPULATION),
        *persons("0204", "population_under_14", "Dân số dưới 14 tuổi", POPULATION),
        *persons("0211", "reached_14_60", "Người 14–60 tuổi được tiếp cận", REACH),
        *persons("0212", "reached_14_15", "Người 14–dưới 16 tuổi được tiếp cận", REACH),
        *persons("0213", "reached_under_14", "Người dưới 14 tuổi được tiếp cận", REACH),
        *persons("0214", "reached_over_60", "Người trên 60 tuổi được tiếp cận", REACH),
        *persons("0215", "reached_total", "Người được tiếp cận, mọi lứa tuổi", REACH),
        row("0216", "informed_persons", "Người được cập nhật tài liệu truyền thông", Kind.PERSONS, INFORMED),
        row("0217", "reach_method", "Phương pháp xác định", Kind.CHOICE, REACH, choices=METHODS),
        row("0218", "survey_n", "Cỡ mẫu", Kind.COUNT, REACH, unit="người"),
    ),
    last_period={name: (name,) for name in (*_STOCKS, *(f"{name}_women" for name in _STOCKS))},
    deployed_rules=(
        DeployedRule("policy_received", "policy_deployed"),
        DeployedRule("behaviour_received", "behaviour_deployed"),
    ),
    figure_rules=(
        FigureRule(Compare.ADDS_UP, "copies_received", _COPIES),
        *_women_of("population", "population_14_60", "population_14_15", "population_under_14"),
        *_both(Compare.PART_OF, "population_14_60", "population"),
        *_both(Compare.PART_OF, "population_14_15", "population_14_60"),
        *_both(Compare.PART_OF, "population_under_14", "population"),
        *_women_of("reached_14_60", "reached_14_15", "reached_under_14", "reached_over_60", "reached_total"),
        *_both(Compare.PART_OF, "reached_14_15", "reached_14_60"),
        *_both(Compare.ADDS_UP, "reached_total", "reached_14_60", "reached_under_14", "reached_over_60"),
        *_both(Compare.WITHIN_POPULATION, "reached_14_60", "population_14_60"),
        *_both(Compare.WITHIN_POPULATION, "reached_14_15", "population_14_15"),
        *_both(Compare.WITHIN_POPULATION, "reached_under_14", "population_under_14"),
        *_both(Compare.WITHIN_POPULATION, "reached_total", "population"),
        FigureRule(Compare.WITHIN_POPULATION, "informed_persons", ("population",)),
    ),
)

"""B05 · Tin báo, vụ việc, nạn nhân: counts only, never a person."""

from collections.abc import Iterator

from tracker.form import Compare, Field, FigureRule, Form, Kind, Layout, row

TIPS, INCIDENTS, CASES, VICTIMS = "tips", "incidents", "cases", "victims"

FLOW = {
    "Tồn kỳ trước": "_carried",
    "Mới trong kỳ": "_new",
    "Tổng số": "",
    "Đã giải quyết": "_resolved",
    "Đang giải quyết trong hạn": "_in_time",
    "Quá hạn": "_overdue",
    "Chuyển cơ quan khác": "_transferred",
}
_STOCKS = {
    "0501": ("tips", "Tin báo, tố giác", TIPS),
    "0511": ("incidents_with_signs", "Vụ việc có dấu hiệu tội phạm", INCIDENTS),
    "0521": ("cases_for_indictment", "Vụ án đến hạn truy tố", CASES),
    "0523": ("cases_for_trial", "Vụ án đến hạn xét xử", CASES),
    "0531": ("victims_received", "Nạn nhân đã tiếp nhận", VICTIMS),
}
_COUNTS = {
    "0502": ("tips_classified", "Tin báo đã phân loại", TIPS),
    "0503": ("tips_processed", "Tin báo đã xử lý", TIPS),
    "0504": ("tips_verified", "Tin báo đã xác minh", TIPS),
    "0512": ("prosecuted", "Vụ việc đã khởi tố", INCIDENTS),
    "0522": ("indicted", "Vụ án đã truy tố", CASES),
    "0524": ("tried", "Vụ án đã xét xử", CASES),
    "0525": ("tried_exemplary", "Vụ án xét xử điểm", CASES),
    "0526": ("tried_mobile", "Vụ án xét xử lưu động", CASES),
    "0532": ("female", "Nạn nhân nữ", VICTIMS),
    "0533": ("under_16", "Nạn nhân dưới 16 tuổi", VICTIMS),
    "0534": ("aged_16_17", "Nạn nhân 16–17 tuổi", VICTIMS),
    "0535": ("victims_verified", "Nạn nhân đã xác minh", VICTIMS),
    "0536": ("identification_concluded", "Đã kết luận xác định (là hoặc không là nạn nhân)", VICTIMS),
    "0537": ("concluded_victims", "Được xác định là nạn nhân", VICTIMS),
    "0538": ("victims_protected", "Nạn nhân được bảo vệ", VICTIMS),
    "0539": ("victims_need_support", "Nạn nhân có nhu cầu hỗ trợ", VICTIMS),
    "0540": ("victims_supported", "Nạn nhân được hỗ trợ", VICTIMS),
}
_MEASURE = {TIPS: "tin", INCIDENTS: "vụ", CASES: "vụ", VICTIMS: "người"}
_WITHIN = {
    "tips_classified": "tips",
    "tips_processed": "tips",
    "tips_verified": "tips",
    "prosecuted": "incidents_with_signs",
    "indicted": "cases_for_indictment",
    "tried": "cases_for_trial",
    "tried_exemplary": "tried",
    "tried_mobile": "tried",
    "victims_verified": "victims_received",
    "identification_concluded": "victims_received",
    "concluded_victims": "identification_concluded",
    "victims_protected": "concluded_victims",
    "victims_need_support": "victims_received",
    "victims_supported": "victims_need_support",
}


def _fields() -> Iterator[Field]:
    for code, (name, label, part) in sorted({**_STOCKS, **_COUNTS}.items()):
        for heading, suffix in FLOW.items():
            if code in _STOCKS or not suffix:
                title = f"{label}: {heading.lower()}" if suffix else label
                yield row(code, name + suffix, title, Kind.COUNT, part, column=heading, unit=_MEASURE[part])


def _balance() -> Iterator[FigureRule]:
    for name, _, _ in _STOCKS.values():
        yield FigureRule(Compare.ADDS_UP, name, (f"{name}_carried", f"{name}_new"))
        ends = ("_resolved", "_in_time", "_overdue", "_transferred")
        yield FigureRule(Compare.ADDS_UP, name, tuple(name + end for end in ends))


FORM = Form(
    code="B05",
    title="Tin báo, vụ việc, nạn nhân",
    layout=Layout.ROWS,
    one_record=True,
    header=("Chỉ tiêu", "Mã số", "Đơn vị tính", *FLOW, "Ghi chú"),
    tiers=("district", "commune"),
    answered_by_nil=True,
    parts=(TIPS, INCIDENTS, CASES, VICTIMS),
    fields=tuple(_fields()),
    small_cells=tuple(one.name for one in _fields() if one.code >= "0511"),
    last_period={f"{name}_carried": (f"{name}_in_time", f"{name}_overdue") for name, _, _ in _STOCKS.values()},
    figure_rules=(
        *_balance(),
        *(FigureRule(Compare.PART_OF, part, ("victims_received",)) for part in ("female", "under_16", "aged_16_17")),
        *(FigureRule(Compare.WITHIN_BASE, left, (base,)) for left, base in _WITHIN.items()),
    ),
)

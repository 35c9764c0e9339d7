"""B07 · Số liệu đợt: what a campaign found and did, in counts."""

from tracker.form import Compare, FigureRule, Form, Kind, Layout, row

_MEASURES = {
    **dict.fromkeys(("0701", "0702", "0705"), "vụ"),
    **dict.fromkeys(("0703", "0704", "0708", "0709"), "người"),
    **dict.fromkeys(("0706", "0707"), "cơ sở"),
    "0711": "cuộc",
    "0712": "sản phẩm",
    "0713": "chiếc",
}
_ROWS = {
    "0701": ("cases_found", "Vụ phát hiện"),
    "0702": ("cases_prosecuted", "Vụ khởi tố"),
    "0703": ("suspects", "Đối tượng"),
    "0704": ("victims_rescued", "Nạn nhân được giải cứu"),
    "0705": ("cases_under_16", "Trong đó vụ mua bán người dưới 16 tuổi"),
    "0706": ("businesses_inspected", "Cơ sở kinh doanh được kiểm tra"),
    "0707": ("businesses_in_breach", "Cơ sở vi phạm"),
    "0708": ("illegal_exits", "Người địa phương xuất cảnh trái phép"),
    "0709": ("women_married_abroad", "Phụ nữ lấy chồng nước ngoài"),
    "0711": ("rallies", "Mít tinh, lễ phát động"),
    "0712": ("media_products", "Sản phẩm truyền thông"),
    "0713": ("banners_billboards", "Băng rôn, pano"),
}

FORM = Form(
    code="B07",
    title="Số liệu đợt",
    layout=Layout.ROWS,
    one_record=True,
    header=("Chỉ tiêu", "Mã số", "Đơn vị tính", "Tổng số", "Ghi chú"),
    tiers=("district", "province"),
    answered_by_nil=True,
    small_cells=tuple(name for code, (name, _) in _ROWS.items() if code <= "0705"),
    fields=tuple(
        row(code, name, label, Kind.COUNT, "", unit=_MEASURES[code]) for code, (name, label) in _ROWS.items()
    ),
    figure_rules=(
        FigureRule(Compare.PART_OF, "cases_under_16", ("cases_found",)),
        FigureRule(Compare.PART_OF, "businesses_in_breach", ("businesses_inspected",)),
    ),
)

"""B07 · Số liệu đợt: what a campaign found and did, in counts."""

from tracker.form import Compare, FigureRule, Form, Kind, Layout, row

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
    fields=tuple(row(code, name, label, Kind.COUNT, "") for code, (name, label) in _ROWS.items()),
    figure_rules=(
        FigureRule(Compare.PART_OF, "cases_under_16", ("cases_found",)),
        FigureRule(Compare.PART_OF, "businesses_in_breach", ("businesses_inspected",)),
    ),
)

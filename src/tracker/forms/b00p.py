"""B00P · Danh mục cơ quan báo chí: the press agencies and whose they are, from the province. Reference data."""

from tracker.form import Kind, choices, column, table

LOCAL, CENTRAL, OTHER = "địa phương", "Trung ương", "địa phương khác"

FORM = table(
    column("outlet", "Mã cơ quan", Kind.CODE, required=True),
    column("outlet_name", "Tên cơ quan", Kind.TEXT),
    column("level", "Cấp", Kind.CHOICE, required=True, choices=choices(LOCAL, f"{CENTRAL}=TW=TƯ", OTHER)),
    column("valid_from", "Hiệu lực từ", Kind.DATE),
    column("valid_to", "Hiệu lực đến", Kind.DATE),
    code="B00P",
    title="Danh mục cơ quan báo chí",
    tiers=("province",),
    period_bound=False,
    spans=(("valid_from", "valid_to"),),
    listed_by=("outlet", "valid_from", "valid_to"),
    core=("outlet_name", "valid_from", "valid_to"),
)

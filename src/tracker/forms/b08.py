"""B08 · Chỉ số khác: any counted quantity that no other form has."""

from tracker.form import Kind, column, table

FORM = table(
    column("indicator", "Chỉ số", Kind.TEXT, required=True),
    column("amount", "Số lượng", Kind.COUNT, required=True),
    column("unit_of_measure", "Đơn vị tính", Kind.TEXT),
    column("note", "Ghi chú", Kind.NOTE),
    code="B08",
    title="Chỉ số khác",
    tiers=("province", "district", "commune"),
    core=("unit_of_measure", "note"),
)

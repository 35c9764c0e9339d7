"""B06 · Nhiệm vụ: which duties of the plan were done, and what shows it."""

from tracker.form import Kind, column, table

FORM = table(
    column("duty", "Mã nhiệm vụ", Kind.CODE, required=True),
    column("duty_name", "Nhiệm vụ", Kind.TEXT),
    column("plan_issued", "Đã ban hành kế hoạch", Kind.YES_NO),
    column("document_number", "Số hiệu", Kind.TEXT),
    column("document_date", "Ngày ban hành", Kind.DATE),
    column("done", "Đã thực hiện", Kind.YES_NO, required=True),
    column("started_on", "Ngày bắt đầu", Kind.DATE),
    column("ended_on", "Ngày kết thúc", Kind.DATE),
    column("evidence", "Minh chứng", Kind.NOTE),
    code="B06",
    title="Nhiệm vụ",
    tiers=("district", "province"),
    spans=(("started_on", "ended_on"),),
    core=("duty_name", "document_number", "document_date", "started_on", "ended_on", "evidence"),
    printed=("duty", "duty_name"),
)

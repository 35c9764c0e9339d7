"""B02 · Mô hình: the prevention models of a commune."""

from tracker.form import Compare, FigureRule, Kind, choices, column, table

DEDICATED, INTEGRATED = "chuyên sâu", "lồng ghép"
ACTIVE, PAUSED, CLOSED = "đang hoạt động", "tạm dừng", "đã giải thể"

FORM = table(
    column("model_code", "Mã mô hình", Kind.CODE),
    column("model_name", "Tên mô hình", Kind.TEXT, required=True),
    column(
        "kind", "Loại", Kind.CHOICE, required=True, choices=choices(DEDICATED, INTEGRATED), also=("Loại mô hình",)
    ),
    column("style", "Hình thức", Kind.TEXT),
    column("host_programme", "Chương trình lồng ghép", Kind.TEXT),
    column("led_by", "Đơn vị chủ trì", Kind.TEXT),
    column("established_on", "Ngày thành lập", Kind.DATE),
    column("status", "Tình trạng", Kind.CHOICE, required=True, choices=choices(ACTIVE, PAUSED, f"{CLOSED}=giải thể")),
    column("status_changed_on", "Ngày thay đổi tình trạng", Kind.DATE),
    column("sessions", "Số buổi", Kind.COUNT, unit="buổi"),
    column("members", "Thành viên", Kind.COUNT, unit="người"),
    column("members_women", "Nữ", Kind.COUNT, unit="người"),
    column("attendances", "Lượt người dự", Kind.COUNT, unit="lượt người"),
    code="B02",
    title="Mô hình",
    tiers=("commune",),
    answered_by_nil=True,
    core=("model_code", "host_programme", "established_on", "status_changed_on", "sessions"),
    lines=20,
    last_period={name: (name,) for name in ("model_code", "model_name", "kind", "status")},
    figure_rules=(FigureRule(Compare.PART_OF, "members_women", ("members",)),),
)

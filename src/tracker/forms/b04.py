"""B04 · Hoạt động truyền thông: sessions, broadcasts, leaflets, pledges."""

from tracker.form import Compare, FigureRule, Kind, choices, column, table

ACTIVITIES = choices(
    "hội nghị",
    "hội thảo",
    "lớp tập huấn=tập huấn",
    "nói chuyện chuyên đề",
    "sinh hoạt lồng ghép",
    "hội thi",
    "diễn đàn",
    "tọa đàm",
    "giao lưu",
    "đối thoại",
    "tư vấn trực tiếp",
    "tuyên truyền lưu động=tuyền truyền lưu động",
    "phát thanh",
    "mít tinh",
    "văn nghệ thể thao=văn nghệ, thể thao",
    "ngoại khóa",
    "cấp phát tài liệu",
    "treo băng rôn pano=treo băng rôn, pano=treo băng zôn pano",
    "đăng mạng xã hội",
    "ký cam kết",
    "rà soát trang TTĐT=rà soát trang thông tin điện tử",
    "khác",
)
FIVE_SETTINGS = ("địa bàn dân cư", "trường học", "cơ quan", "đơn vị", "doanh nghiệp")
SETTINGS = choices(
    *FIVE_SETTINGS, "cơ sở lưu trú", "cơ sở bảo trợ", "nhà văn hóa", "nơi công cộng", "không gian mạng"
)

FORM = table(
    column("from_date", "Từ ngày", Kind.DATE, required=True),
    column("to_date", "Đến ngày", Kind.DATE),
    column("activity", "Loại hoạt động", Kind.CHOICE, required=True, choices=ACTIVITIES),
    column("setting", "Môi trường", Kind.CHOICE, choices=SETTINGS),
    column("mode", "Hình thức", Kind.CHOICE, choices=choices("chuyên đề", "lồng ghép")),
    column("led_by", "Đơn vị chủ trì", Kind.TEXT),
    column("sessions", "Số cuộc", Kind.COUNT, unit="cuộc"),
    column("attendances", "Lượt người dự", Kind.COUNT, unit="lượt người"),
    column("attendances_women", "Nữ", Kind.COUNT, unit="lượt người"),
    column("attendances_under_16", "Dưới 16 tuổi", Kind.COUNT, unit="lượt người"),
    column("staff_turns", "Lượt cán bộ", Kind.COUNT, unit="lượt cán bộ"),
    column("audience", "Đối tượng", Kind.TEXT),
    column("leaflets", "Tờ rơi", Kind.COUNT, unit="tờ"),
    column("books", "Sách, bộ tài liệu", Kind.COUNT, unit="cuốn, bộ"),
    column("banners", "Băng rôn", Kind.COUNT, unit="chiếc", also=("Băng zôn",)),
    column("billboards", "Pano", Kind.COUNT, unit="chiếc", also=("Panoo",)),
    column("broadcasts", "Số lần phát", Kind.COUNT, unit="lần"),
    column("minutes", "Thời lượng (phút)", Kind.COUNT),
    column("items", "Tin, bài", Kind.COUNT, unit="tin, bài"),
    column("facebook_pages", "Trang Facebook", Kind.COUNT, unit="trang"),
    column("zalo_groups", "Nhóm Zalo", Kind.COUNT, unit="nhóm"),
    column("pledges", "Bản cam kết", Kind.COUNT, unit="bản"),
    column("response_30_7", "Hưởng ứng 30/7", Kind.YES_NO),
    column("joint_code", "Mã hoạt động chung", Kind.CODE),
    code="B04",
    title="Hoạt động truyền thông",
    tiers=("province", "district", "commune"),
    answered_by_nil=True,
    core=("to_date", "led_by", "sessions", "attendances", "joint_code"),
    lines=50,
    dated_by=("from_date", "to_date"),
    spans=(("from_date", "to_date"),),
    figure_rules=(
        FigureRule(Compare.PART_OF, "attendances_women", ("attendances",)),
        FigureRule(Compare.PART_OF, "attendances_under_16", ("attendances",)),
    ),
)

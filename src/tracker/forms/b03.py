"""B03 · Tin, bài: what press, loudspeakers and pages carried."""

from tracker.form import Kind, choices, column, table

LOCAL_PRESS = "báo chí địa phương"
CHANNELS = choices(
    LOCAL_PRESS,
    "báo chí Trung ương=báo chí TW",
    "báo chí địa phương khác",
    "truyền thanh cấp huyện",
    "truyền thanh cấp xã",
    "cổng TTĐT=cổng thông tin điện tử=trang TTĐT",
    "Facebook",
    "Zalo",
    "khác",
)
MEDIA = choices("báo in", "báo điện tử", "báo nói", "báo hình", "tạp chí", "truyền thanh", "mạng xã hội", "khác")
GENRES = choices("tin", "bài", "phóng sự", "chuyên trang", "chuyên mục", "video clip", "thông điệp", "khác")

FORM = table(
    column("published_on", "Ngày đăng", Kind.DATE, required=True),
    column("outlet", "Mã cơ quan", Kind.CODE),
    column("medium_name", "Tên phương tiện", Kind.TEXT),
    column("channel", "Nhóm phương tiện", Kind.CHOICE, required=True, choices=CHANNELS),
    column("medium", "Loại hình", Kind.CHOICE, choices=MEDIA),
    column("genre", "Thể loại", Kind.CHOICE, choices=GENRES),
    column("title", "Tên tin bài", Kind.TEXT, also=("Tên tin, bài",)),
    column("link", "Liên kết", Kind.NOTE),
    column("broadcasts", "Số lần phát", Kind.COUNT, unit="lần"),
    column("minutes", "Thời lượng (phút)", Kind.COUNT),
    column("focus", "Trọng tâm", Kind.CHOICE, choices=choices("chuyên đề", "lồng ghép")),
    column("about_local", "Về địa bàn", Kind.CHOICE, choices=choices("có=x=v=1", "không=0", "không rõ")),
    column("topic", "Chủ đề", Kind.TEXT),
    code="B03",
    title="Tin, bài",
    tiers=("province", "district", "commune"),
    answered_by_nil=True,
    core=("outlet", "medium_name", "title", "link"),
    lines=150,
    dated_by=("published_on",),
    same_when=("outlet", "published_on", "title"),
)

"""TTC · Thông tin chung: who reports, for when. Source: the contract, section 3."""

from tracker.form import Field, Form, Kind, Layout, choices

VERSION = "2026.1"
AGENCIES = choices(
    "UBND=Ủy ban nhân dân=UBND xã=UBND phường=UBND thị trấn=UBND quận=UBND huyện",
    "BCD=BCĐ=Ban Chỉ đạo",
    "CA=Công an",
    "TTTT=Sở Thông tin và Truyền thông=Sở TT&TT=Thông tin và Truyền thông",
    "VHTTDL=Sở Văn hóa, Thể thao và Du lịch=Sở VHTT&DL",
    "DL=Sở Du lịch=Du lịch",
    "GDDT=GDĐT=GD&ĐT=Sở Giáo dục và Đào tạo=Sở GD&ĐT",
    "NGV=Ngoại vụ=Sở Ngoại vụ",
    "TP=Tư pháp=Sở Tư pháp",
    "LHPN=Hội LHPN=Hội Liên hiệp Phụ nữ",
    "LDTBXH=LĐTBXH=LĐ-TB&XH=Sở Lao động - Thương binh và Xã hội=Sở LĐTBXH",
    "MTTQ=Mặt trận Tổ quốc=UBMTTQ=Ủy ban Mặt trận Tổ quốc",
    "BDBP=BĐBP=Bộ đội Biên phòng",
    "DTN=ĐTN=Đoàn Thanh niên",
    "CD=CĐ=Công đoàn",
    "PTTH=Đài Phát thanh và Truyền hình=Đài PT-TH",
    "VKS=Viện kiểm sát=VKSND",
    "TAND=Tòa án=Tòa án nhân dân",
    "BC=Cơ quan báo chí=Báo chí",
)
PERIOD_KINDS = choices("tháng", "quý", "6 tháng=sáu tháng=nửa năm", "năm=cả năm", "đợt=đợt cao điểm")


def _answer(code: str, name: str, label: str, kind: Kind, **about: object) -> Field:
    return Field(name, label, kind, code=code, column="Giá trị", **about)  # type: ignore[arg-type]  # keywords of Field


FORM = Form(
    code="TTC",
    title="Thông tin chung",
    layout=Layout.KEYED,
    header=("Mã", "Nội dung", "Giá trị"),
    tiers=("province", "district", "commune"),
    fields=(
        _answer("T01", "form_version", "Phiên bản biểu", Kind.CODE),
        _answer("T02", "reporter_name", "Đơn vị báo cáo", Kind.TEXT),
        _answer("T03", "reporter_code", "Mã đơn vị", Kind.CODE, required=True),
        _answer("T04", "agency", "Cơ quan báo cáo", Kind.CHOICE, choices=AGENCIES),
        _answer("T05", "period_type", "Loại kỳ báo cáo", Kind.CHOICE, choices=PERIOD_KINDS),
        _answer("T06", "period_from", "Từ ngày", Kind.DATE, required=True),
        _answer("T07", "period_to", "Đến ngày", Kind.DATE, required=True),
        _answer("T08", "year", "Năm báo cáo", Kind.COUNT),
        _answer("T09", "revision", "Lần báo cáo", Kind.COUNT),
        _answer("T10", "prepared_on", "Ngày lập", Kind.DATE),
        _answer("T11", "nil_return", "Không phát sinh trong kỳ", Kind.YES_NO),
        _answer("T12", "preparer_position", "Chức vụ người lập", Kind.NOTE),
        _answer("T13", "signed", "Đã ký, đóng dấu", Kind.YES_NO),
        _answer("T14", "outlet", "Mã cơ quan báo chí", Kind.CODE),
    ),
)

"""The words of the forms as an office prints them: headers, line codes, labels and units of count."""

from __future__ import annotations

from datetime import date

Cell = str | int | float | date | None
Row = tuple[Cell, ...]

KEY = ("Mã đơn vị", "Từ ngày", "Đến ngày", "Cơ quan báo cáo", "Loại kỳ")
"""What precedes a form's header in a CSV."""

HEADERS: dict[str, tuple[str, ...]] = {
    "B00": (
        "Mã xã", "Tên xã", "Trọng điểm", "Căn cứ", "Văn bản", "Hiệu lực từ", "Hiệu lực đến", "Dân số",
        "Trong đó: Nữ", "Dân số 14-60", "Nữ 14-60", "Dân số 14-dưới 16", "Dân số dưới 14", "Ngày số liệu", "Nguồn",
    ),
    "B00P": ("Mã cơ quan", "Tên cơ quan", "Cấp", "Hiệu lực từ", "Hiệu lực đến"),
    "B01": ("Chỉ tiêu", "Mã số", "Đơn vị tính", "Tổng số", "Trong đó: Nữ", "Ghi chú"),
    "B02": (
        "Mã mô hình", "Tên mô hình", "Loại", "Hình thức", "Chương trình lồng ghép", "Đơn vị chủ trì",
        "Ngày thành lập", "Tình trạng", "Ngày thay đổi tình trạng", "Số buổi", "Thành viên", "Nữ", "Lượt người dự",
    ),
    "B03": (
        "Ngày đăng", "Mã cơ quan", "Tên phương tiện", "Nhóm phương tiện", "Loại hình", "Thể loại", "Tên tin bài",
        "Liên kết", "Số lần phát", "Thời lượng (phút)", "Trọng tâm", "Về địa bàn", "Chủ đề",
    ),
    "B04": (
        "Từ ngày", "Đến ngày", "Loại hoạt động", "Môi trường", "Hình thức", "Đơn vị chủ trì", "Số cuộc",
        "Lượt người dự", "Nữ", "Dưới 16 tuổi", "Lượt cán bộ", "Đối tượng", "Tờ rơi", "Sách, bộ tài liệu", "Băng rôn",
        "Pano", "Số lần phát", "Thời lượng (phút)", "Tin, bài", "Trang Facebook", "Nhóm Zalo", "Bản cam kết",
        "Hưởng ứng 30/7", "Mã hoạt động chung",
    ),
    "B05": (
        "Chỉ tiêu", "Mã số", "Đơn vị tính", "Tồn kỳ trước", "Mới trong kỳ", "Tổng số", "Đã giải quyết",
        "Đang giải quyết trong hạn", "Quá hạn", "Chuyển cơ quan khác", "Ghi chú",
    ),
    "B06": (
        "Mã nhiệm vụ", "Nhiệm vụ", "Đã ban hành kế hoạch", "Số hiệu", "Ngày ban hành", "Đã thực hiện",
        "Ngày bắt đầu", "Ngày kết thúc", "Minh chứng",
    ),
    "B07": ("Chỉ tiêu", "Mã số", "Đơn vị tính", "Tổng số", "Ghi chú"),
    "B08": ("Chỉ số", "Số lượng", "Đơn vị tính", "Ghi chú"),
}  # fmt: skip

TITLES = {
    "B00": "Danh mục địa bàn, dân số",
    "B00P": "Danh mục cơ quan báo chí",
    "B01": "Tài liệu và người dân được tiếp cận",
    "B02": "Mô hình phòng, chống mua bán người",
    "B03": "Tin, bài về phòng, chống mua bán người",
    "B04": "Hoạt động truyền thông",
    "B06": "Nhiệm vụ được giao",
    "B07": "Số liệu đợt cao điểm",
}

B01_LINES: dict[str, tuple[str, str]] = {
    "0101": ("Đã nhận tài liệu chính sách, pháp luật", "có/không"),
    "0102": ("Ngày nhận", "ngày"),
    "0103": ("Đã triển khai tài liệu chính sách, pháp luật", "có/không"),
    "0104": ("Ngày triển khai", "ngày"),
    "0105": ("Đã nhận tài liệu truyền thông thay đổi hành vi", "có/không"),
    "0106": ("Ngày nhận", "ngày"),
    "0107": ("Đã triển khai tài liệu truyền thông thay đổi hành vi", "có/không"),
    "0108": ("Ngày triển khai", "ngày"),
    "0109": ("Nhận theo bộ tích hợp", "có/không"),
    "0111": ("Tài liệu đã nhận, tổng số", "bản"),
    "0112": ("Tờ rơi, tờ gấp", "bản"),
    "0113": ("Poster, áp phích", "bản"),
    "0114": ("Sổ tay, sách", "bản"),
    "0115": ("Đĩa, video clip", "bản"),
    "0116": ("Tài liệu khác", "bản"),
    "0117": ("Tài liệu đã cấp phát", "bản"),
    "0201": ("Dân số thường trú", "người"),
    "0202": ("Dân số 14–60 tuổi", "người"),
    "0203": ("Trong đó: 14–dưới 16 tuổi", "người"),
    "0204": ("Dân số dưới 14 tuổi", "người"),
    "0211": ("Người 14–60 tuổi được tiếp cận", "người"),
    "0212": ("Trong đó: 14–dưới 16 tuổi", "người"),
    "0213": ("Người dưới 14 tuổi được tiếp cận", "người"),
    "0214": ("Người trên 60 tuổi được tiếp cận", "người"),
    "0215": ("Người được tiếp cận, mọi lứa tuổi", "người"),
    "0216": ("Người được cập nhật tài liệu truyền thông", "người"),
    "0217": ("Phương pháp xác định (A, B, C, D)", "chữ"),
    "0218": ("Cỡ mẫu (nếu B)", "người"),
}

B05_LINES: dict[str, str] = {
    "0501": "Tin báo, tố giác",
    "0511": "Vụ việc có dấu hiệu",
    "0521": "Vụ án đề nghị truy tố",
    "0531": "Nạn nhân tiếp nhận",
}

B07_LINES: dict[str, tuple[str, str]] = {
    "0701": ("Vụ phát hiện", "vụ"),
    "0702": ("Vụ khởi tố", "vụ"),
    "0703": ("Đối tượng", "đối tượng"),
    "0704": ("Nạn nhân được giải cứu", "người"),
    "0705": ("Trong đó: vụ mua bán người dưới 16 tuổi", "vụ"),
    "0706": ("Cơ sở kinh doanh được kiểm tra", "cơ sở"),
    "0707": ("Cơ sở vi phạm", "cơ sở"),
    "0708": ("Người địa phương xuất cảnh trái phép", "người"),
    "0709": ("Phụ nữ lấy chồng nước ngoài", "người"),
    "0711": ("Mít tinh, lễ phát động", "cuộc"),
    "0712": ("Sản phẩm truyền thông", "sản phẩm"),
    "0713": ("Băng rôn, pano", "chiếc"),
}

Answers = dict[str, tuple[Cell, Cell]]
"""Of B01, by line code: the total (or the answer) and how many of them are women."""


def b01_rows(answers: Answers, *, every_line: bool) -> list[Row]:
    """B01 as rows, with the blank lines too (a workbook) or only those answered (a CSV)."""
    return [
        (label, code, unit, *answers.get(code, (None, None)), None)
        for code, (label, unit) in B01_LINES.items()
        if every_line or code in answers
    ]


def b07_rows(counts: dict[str, int]) -> list[Row]:
    return [(label, code, unit, counts.get(code), None) for code, (label, unit) in B07_LINES.items()]

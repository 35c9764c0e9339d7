"""B00 · Danh mục địa bàn, dân số: the hot-spots and the populations, from the province. Reference data."""

from tracker.form import Compare, FigureRule, Kind, column, table

FORM = table(
    column("commune", "Mã xã", Kind.CODE, required=True, also=("Mã đơn vị hành chính cấp xã",)),
    column("commune_name", "Tên xã", Kind.TEXT),
    column("hotspot", "Trọng điểm", Kind.YES_NO),
    column("basis", "Căn cứ", Kind.TEXT),
    column("document", "Văn bản", Kind.TEXT),
    column("valid_from", "Hiệu lực từ", Kind.DATE),
    column("valid_to", "Hiệu lực đến", Kind.DATE),
    column("population", "Dân số", Kind.PERSONS),
    column("population_women", "Trong đó: Nữ", Kind.PERSONS),
    column("population_14_60", "Dân số 14-60", Kind.PERSONS),
    column("population_14_60_women", "Nữ 14-60", Kind.PERSONS),
    column("population_14_15", "Dân số 14-dưới 16", Kind.PERSONS),
    column("population_under_14", "Dân số dưới 14", Kind.PERSONS),
    column("counted_on", "Ngày số liệu", Kind.DATE),
    column("source", "Nguồn", Kind.TEXT),
    code="B00",
    title="Danh mục địa bàn, dân số",
    tiers=("province",),
    period_bound=False,
    spans=(("valid_from", "valid_to"),),
    listed_by=("commune", "counted_on", "valid_from", "valid_to"),
    core=("commune_name", "counted_on", "source"),
    printed=("commune", "commune_name"),
    figure_rules=(
        FigureRule(Compare.PART_OF, "population_women", ("population",)),
        FigureRule(Compare.PART_OF, "population_14_60", ("population",)),
        FigureRule(Compare.PART_OF, "population_14_60_women", ("population_14_60",)),
        FigureRule(Compare.PART_OF, "population_14_15", ("population_14_60",)),
        FigureRule(Compare.PART_OF, "population_under_14", ("population",)),
    ),
)

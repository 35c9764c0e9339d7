"""A pipeline by somebody who wants speed: fastexcel reads every sheet as text, polars checks and adds up.

python benchmarks/with_polars.py PROVINCE
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl

import asked

KEY = ["file", "row"]
Places = dict[str, tuple[str, str]]


def read(returns: Path) -> dict[str, pl.DataFrame]:
    """Of each sheet all rows of all files, as text: columns file, row (as Excel counts), 0, 1, 2 …"""
    sheets: dict[str, list[pl.DataFrame]] = {}
    for path in asked.files(returns):
        book = fastexcel.read_excel(path)
        file = pl.lit(path.relative_to(returns).as_posix()).alias("file")
        for name in book.sheet_names:
            frame = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
            frame.columns = [str(number) for number in range(frame.width)]
            sheets.setdefault(name, []).append(frame.with_row_index("row", 1).with_columns(file))
    return {name: pl.concat(frames, how="diagonal") for name, frames in sheets.items()}


def personal(name: str, sheet: pl.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Cells (file, sheet, cell) that look like personal data."""
    for number, letter in enumerate(asked.LETTERS[: sheet.width - len(KEY)]):
        hits = sheet.filter(pl.col(str(number)).str.contains(asked.PERSONAL))
        yield from ((file, name, f"{letter}{row}") for file, row in hits.select(KEY).iter_rows())


def wide(sheet: pl.DataFrame, places: Places) -> pl.DataFrame:
    """One row each file, a column each answer."""
    answers = [
        sheet.filter(pl.col("row") == int(cell[1:])).select("file", pl.col(str(ord(cell[0]) - ord("A"))).alias(name))
        for name, (cell, _) in places.items()
    ]
    return pl.concat(answers, how="align_left").sort("file")


def rows_of(sheet: pl.DataFrame, code: str) -> pl.DataFrame:
    """The rows of a table down to the first blank one."""
    names = list(asked.TABLES[code].columns)
    rows = sheet.filter(pl.col("row") >= asked.FIRST_ROW).sort(KEY)
    rows = rows.select(*KEY, *(pl.col(str(number)).alias(name) for number, name in enumerate(names)))
    filled = pl.any_horizontal(pl.col(names).is_not_null())
    return rows.filter(filled.cum_min().over("file"))


def typed(frame: pl.DataFrame, kinds: dict[str, str]) -> pl.DataFrame:
    """Counts as numbers and days as days; whatever is neither becomes null."""
    days = [name for name, kind in kinds.items() if kind == "date"]
    counts = [name for name, kind in kinds.items() if kind == "count"]
    return frame.with_columns(
        pl.col(days).str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False).dt.date(),
        pl.col(counts).cast(pl.Int64, strict=False).pipe(lambda number: pl.when(number >= 0).then(number)),
    )


def kinds_of(places: Places) -> dict[str, str]:
    return {name: kind for name, (_, kind) in places.items()}


# --- checks: the name of a cell, and where it is wrong ----------------------------------------------------------

Checks = Iterator[tuple[str, pl.Expr]]


def kind_checks(kinds: dict[str, str], required: Sequence[str] = ()) -> Checks:
    """For frames that hold each answer twice: as text under its name, and typed under "typed …"."""
    for name, kind in kinds.items():
        cell = pl.col(name)
        if kind in ("count", "date"):
            yield name, cell.is_not_null() & pl.col(f"typed {name}").is_null()
        elif kind in asked.LISTS:
            yield name, cell.is_not_null() & ~cell.is_in(asked.LISTS[kind])
        if name in required:
            yield name, cell.is_null()


def ttc_checks(units: pl.DataFrame) -> Checks:
    known = units.select(pl.concat_str("code", pl.lit(" UBND "), "name")).to_series()
    yield "T03", pl.col("district").is_null()
    yield "T02", ~pl.concat_str("T03", "T02", separator=" ").is_in(known.implode())
    yield "T06", pl.col("typed T06") > pl.col("typed T07")
    yield "T08", pl.col("typed T08") != pl.col("typed T07").dt.year()
    yield "T09", pl.col("typed T09") < 1


def b01_checks() -> Checks:
    for left, right in asked.WITHIN:
        yield left, pl.col(f"typed {left}") > pl.col(f"typed {right}")
    for total, parts in asked.SUMS:
        added = pl.sum_horizontal((pl.col(f"typed {part}") for part in parts), ignore_nulls=False)
        yield total, pl.col(f"typed {total}") != added
    for deployed, received in asked.DEPLOYED:
        day, before, last = pl.col(f"typed {deployed}"), pl.col(f"typed {received}"), pl.col("typed T07")
        yield deployed, (day < before) | (day > last)
        yield received, before > last
    for deployed, received in asked.DEPLOYED_WHAT:
        yield deployed, (pl.col(deployed) == "có") & (pl.col(received) == "không")


def day_checks() -> Checks:
    day, end = pl.col("typed from_date"), pl.col("typed to_date")
    yield "from_date", (day < pl.col("typed T06")) | (day > pl.col("typed T07"))
    yield "to_date", (end < day) | (end > pl.col("typed T07"))


def both(frame: pl.DataFrame, kinds: dict[str, str]) -> pl.DataFrame:
    """The frame with its typed columns beside the raw ones."""
    return frame.with_columns(typed(frame, kinds).select(pl.col(list(kinds)).name.prefix("typed ")))


def failing(frame: pl.DataFrame, checks: Iterable[tuple[str, pl.Expr]], key: list[str]) -> Iterator[tuple[Any, ...]]:
    """The key of each row that fails, and the name of the cell."""
    numbered = list(checks)
    wrong = (found.fill_null(value=False).alias(str(number)) for number, (_, found) in enumerate(numbered))
    marked = frame.select(*key, *wrong)
    for number, (name, _) in enumerate(numbered):
        for row in marked.filter(pl.col(str(number))).select(key).iter_rows():
            yield (*row, name)


# --- the whole --------------------------------------------------------------------------------------------------


def main(province: Path) -> None:
    sheets = read(province / "returns")
    units = pl.read_csv(province / "units.csv", infer_schema=False)
    ttc = both(wide(sheets["TTC"], asked.TTC), kinds_of(asked.TTC)).join(
        units.unique("code").select("code", "district"),
        left_on="T03",
        right_on="code",
        how="left",
        maintain_order="left",
    )
    period = ttc.select("file", "typed T06", "typed T07")
    b01 = both(wide(sheets["B01"], asked.B01), kinds_of(asked.B01)).join(period, on="file")
    tables = {
        code: both(rows_of(sheets[code], code), table.columns).join(period, on="file", maintain_order="left")
        for code, table in asked.TABLES.items()
    }
    bad = {cell for name, sheet in sheets.items() for cell in personal(name, sheet)}
    ttc_all = [*kind_checks(kinds_of(asked.TTC), ("T03", "T06", "T07")), *ttc_checks(units)]
    bad |= {(str(file), "TTC", asked.TTC[str(name)][0]) for file, name in failing(ttc, ttc_all, ["file"])}
    b01_all = [*kind_checks(kinds_of(asked.B01)), *b01_checks()]
    bad |= {(str(file), "B01", asked.B01[str(name)][0]) for file, name in failing(b01, b01_all, ["file"])}
    for code, table in asked.TABLES.items():
        checks = [*kind_checks(table.columns, table.required), *(day_checks() if code == "B04" else ())]
        for file, row, name in failing(tables[code], checks, KEY):
            bad.add((str(file), code, f"{asked.letter(code, str(name))}{row}"))
    asked.say(bad, sums(ttc, b01, tables, bad))


def sums(
    ttc: pl.DataFrame, b01: pl.DataFrame, tables: dict[str, pl.DataFrame], bad: set[tuple[str, str, str]]
) -> list[tuple[object, ...]]:
    """By district, without what was refused: a part of B01 with a bad cell, a row with one."""

    def spoilt(names: list[str]) -> pl.Expr:
        cells = {asked.B01[name][0] for name in names}
        return pl.col("file").is_in([file for file, sheet, cell in bad if sheet == "B01" and cell in cells])

    def kept(code: str) -> pl.DataFrame:
        rows = [(file, int(cell[1:])) for file, sheet, cell in bad if sheet == code]
        refused = pl.DataFrame(rows, schema={"file": pl.String, "row": pl.UInt32}, orient="row")
        names = ["file", *asked.TABLES[code].columns]
        return tables[code].join(refused, on=KEY, how="anti").unique(names, maintain_order=True)

    documents = pl.all_horizontal(pl.col(["0101", "0103", "0105", "0107"]) == "có").fill_null(value=False)
    reached = pl.when(pl.col("0217").is_in(["A", "B"]) & ~spoilt(asked.REACH)).then(pl.col("typed 0211"))
    answers = b01.select("file", documents & ~spoilt(asked.DOCUMENTS), reached.fill_null(0).alias("reached"))
    models = kept("B02").filter(
        pl.col("kind") == "lồng ghép",
        pl.col("status") == "đang hoạt động",
        pl.col("typed sessions") >= 1,
        pl.col("typed established_on") <= pl.date(asked.YEAR, 12, 31),
    )
    day, (first, last) = pl.col("typed from_date"), asked.WINDOW
    inside = kept("B04").filter(day >= first, pl.col("typed to_date").fill_null(day) <= last)
    attended = inside.group_by("file").agg(pl.col("typed attendances").sum().alias("attended"))
    table = (
        ttc.filter(pl.col("T05") == "năm", pl.col("typed T08") == asked.YEAR)
        .select("file", "district")
        .join(answers, on="file")
        .with_columns(pl.col("file").is_in(models["file"].implode()).alias("integrated"))
        .join(attended, on="file", how="left")
        .group_by("district")
        .agg(pl.col("0101", "integrated", "reached", "attended").sum())
    )
    return list(table.iter_rows())


if __name__ == "__main__":
    main(Path(sys.argv[1]))

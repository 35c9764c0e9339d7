"""A pipeline by somebody who knows pandas well: it reads with calamine and checks whole columns at a time.

python benchmarks/with_calamine.py PROVINCE
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

import asked
from pandas_frames import Frames, is_count, is_day, kinds_of, read, sums, typed

Wrong = Iterator[tuple[str, "pd.Series[bool]"]]
"""A column and, by row, whether its cell is wrong."""


def wrong_kind(raw: pd.DataFrame, kinds: dict[str, str], required: tuple[str, ...] = ()) -> Wrong:
    for name, kind in kinds.items():
        cells = raw[name]
        if kind == "count":
            yield name, cells.notna() & ~is_count(cells)
        elif kind == "date":
            yield name, cells.notna() & ~is_day(cells)
        elif kind in asked.LISTS:
            yield name, cells.notna() & ~cells.isin(asked.LISTS[kind])
        if name in required:
            yield name, cells.isna()


def wrong_in_ttc(ttc: pd.DataFrame, units: pd.DataFrame) -> Wrong:
    known = units["code"] + " UBND " + units["name"]
    yield "T03", ~ttc["T03"].isin(units["code"])
    yield "T02", ~(ttc["T03"] + " " + ttc["T02"]).isin(known)
    yield "T06", ttc["T06"] > ttc["T07"]
    yield "T08", ~ttc["T08"].eq(ttc["T07"].dt.year)
    yield "T09", ~ttc["T09"].ge(1)


def wrong_in_b01(b01: pd.DataFrame, last: pd.Series[Any]) -> Wrong:
    for left, right in asked.WITHIN:
        yield left, b01[left] > b01[right]
    for total, parts in asked.SUMS:
        yield total, b01[total].ne(b01[parts].sum(axis=1)) & b01[[total, *parts]].notna().all(axis=1)
    for deployed, received in asked.DEPLOYED:
        yield deployed, (b01[deployed] < b01[received]) | (b01[deployed] > last)
        yield received, b01[received] > last
    for deployed, received in asked.DEPLOYED_WHAT:
        yield deployed, b01[deployed].eq("có") & b01[received].eq("không")


def wrong_days(rows: pd.DataFrame, ttc: pd.DataFrame) -> Wrong:
    first, last = rows["file"].map(ttc["T06"]), rows["file"].map(ttc["T07"])
    yield "from_date", (rows["from_date"] < first) | (rows["from_date"] > last)
    yield "to_date", (rows["to_date"] < rows["from_date"]) | (rows["to_date"] > last)


def bad_cells(frames: Frames, units: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    ttc = typed(frames.ttc, kinds_of(asked.TTC))
    b01 = typed(frames.b01, kinds_of(asked.B01))
    for sheet, places, found in (
        ("TTC", asked.TTC, wrong_kind(frames.ttc, kinds_of(asked.TTC), ("T03", "T06", "T07"))),
        ("TTC", asked.TTC, wrong_in_ttc(ttc, units)),
        ("B01", asked.B01, wrong_kind(frames.b01, kinds_of(asked.B01))),
        ("B01", asked.B01, wrong_in_b01(b01, ttc["T07"])),
    ):
        for name, wrong in found:
            yield from ((str(file), sheet, places[name][0]) for file in wrong.index[wrong])
    for code, table in asked.TABLES.items():
        rows = frames.tables[code]
        wrong_here = [*wrong_kind(rows, table.columns, table.required)]
        if code == "B04":
            wrong_here += wrong_days(typed(rows, table.columns), ttc)
        for name, wrong in wrong_here:
            for file, row in rows.loc[wrong, ["file", "row"]].itertuples(index=False, name=None):
                yield file, code, f"{asked.letter(code, name)}{row}"


def main(province: Path) -> None:
    units = pd.read_csv(province / "units.csv", dtype=str)
    frames = read(province / "returns", "calamine")
    bad = {*bad_cells(frames, units), *frames.personal}
    asked.say(bad, sums(frames, bad, units))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

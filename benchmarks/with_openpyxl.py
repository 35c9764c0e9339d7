"""A pipeline as many would write it: pandas reads with openpyxl, pandera checks, pandas adds up.

python benchmarks/with_openpyxl.py PROVINCE
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

import asked
from pandas_frames import Frames, is_count, is_day, kinds_of, read, sums, typed


def check_of(kind: str) -> pa.Check | None:
    if kind == "count":
        return pa.Check(is_count)
    if kind == "date":
        return pa.Check(is_day)
    return pa.Check.isin(asked.LISTS[kind]) if kind in asked.LISTS else None


def schema_of(kinds: dict[str, str], required: tuple[str, ...]) -> pa.DataFrameSchema:
    """What each cell may hold."""
    return pa.DataFrameSchema(
        {name: pa.Column(object, check_of(kind), nullable=name not in required) for name, kind in kinds.items()}
    )


def relations_of_b01(last: pd.Series[Any]) -> pa.DataFrameSchema:
    """What the cells of one B01 demand of each other; each check has the name of the cell to blame."""
    checks = [
        *(pa.Check(lambda f, a=a, b=b: ~(f[a] > f[b]), name=a) for a, b in asked.WITHIN),
        *(
            pa.Check(lambda f, a=a, b=b: f[a].eq(f[b].sum(axis=1)) | f[[a, *b]].isna().any(axis=1), name=a)
            for a, b in asked.SUMS
        ),
        *(pa.Check(lambda f, a=a, b=b: ~(f[a] < f[b]), name=a) for a, b in asked.DEPLOYED),
        *(pa.Check(lambda f, a=a: ~(f[a] > last), name=a) for pair in asked.DEPLOYED for a in pair),
        *(pa.Check(lambda f, a=a, b=b: ~(f[a].eq("có") & f[b].eq("không")), name=a) for a, b in asked.DEPLOYED_WHAT),
    ]
    return pa.DataFrameSchema(checks=checks)


def relations_of_ttc(units: pd.DataFrame) -> pa.DataFrameSchema:
    known = units["code"] + " UBND " + units["name"]
    return pa.DataFrameSchema(
        checks=[
            pa.Check(lambda f: f["T03"].isin(units["code"]), name="T03"),
            pa.Check(lambda f: (f["T03"] + " " + f["T02"]).isin(known), name="T02"),
            pa.Check(lambda f: ~(f["T06"] > f["T07"]), name="T06"),
            pa.Check(lambda f: f["T08"].eq(f["T07"].dt.year), name="T08"),
            pa.Check(lambda f: f["T09"].ge(1), name="T09"),
        ]
    )


def failures(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> Iterator[tuple[Any, str]]:
    """Index and column of each cell that fails."""
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        named = cases["column"].where(cases["schema_context"].eq("Column"), cases["check"])
        yield from set(zip(cases["index"], named, strict=True))


def bad_cells(frames: Frames, units: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    ttc = typed(frames.ttc, kinds_of(asked.TTC))
    for sheet, places, raw, relations, needed in (
        ("TTC", asked.TTC, frames.ttc, relations_of_ttc(units), ("T03", "T06", "T07")),
        ("B01", asked.B01, frames.b01, relations_of_b01(ttc["T07"]), ()),
    ):
        kinds = kinds_of(places)
        wrong = {*failures(schema_of(kinds, needed), raw), *failures(relations, typed(raw, kinds))}
        yield from ((file, sheet, places[name][0]) for file, name in wrong)
    for code, table in asked.TABLES.items():
        rows = frames.tables[code]
        wrong = set(failures(schema_of(table.columns, table.required), rows))
        if code == "B04":
            wrong |= set(failures(inside_the_period(rows, ttc), typed(rows, table.columns)))
        for index, column in wrong:
            row = rows.loc[index]
            yield str(row["file"]), code, f"{asked.letter(code, column)}{row['row']}"


def inside_the_period(rows: pd.DataFrame, ttc: pd.DataFrame) -> pa.DataFrameSchema:
    first, last = rows["file"].map(ttc["T06"]), rows["file"].map(ttc["T07"])
    return pa.DataFrameSchema(
        checks=[
            pa.Check(lambda f: ~((f["from_date"] < first) | (f["from_date"] > last)), name="from_date"),
            pa.Check(lambda f: ~((f["to_date"] < f["from_date"]) | (f["to_date"] > last)), name="to_date"),
        ]
    )


def main(province: Path) -> None:
    units = pd.read_csv(province / "units.csv", dtype=str)
    frames = read(province / "returns", "openpyxl")
    bad = {*bad_cells(frames, units), *frames.personal}
    asked.say(bad, sums(frames, bad, units))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""The workbooks of a folder as pandas frames, and the sums by district: common to the pipelines that use pandas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

import asked

_PERSONAL = re.compile(asked.PERSONAL)


@dataclass
class Frames:
    """Raw cells, blank ones as NaN. `ttc` and `b01`: a row each file; `tables`: a row each row, with file and number.

    `personal` are cells of any sheet (file, sheet, cell) that look like personal data.
    """

    ttc: pd.DataFrame
    b01: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    personal: set[tuple[str, str, str]]


def read(returns: Path, engine: Literal["openpyxl", "calamine"]) -> Frames:
    files: list[str] = []
    ttc, b01 = [], []
    tables: dict[str, list[pd.DataFrame]] = {code: [] for code in asked.TABLES}
    personal: set[tuple[str, str, str]] = set()
    for path in asked.files(returns):
        name = path.relative_to(returns).as_posix()
        sheets: dict[str, pd.DataFrame] = pd.read_excel(
            path,
            sheet_name=None,
            header=None,
            dtype=object,
            keep_default_na=False,
            na_values=[""],
            engine=engine,
        )
        files.append(name)
        ttc.append(_cells(sheets["TTC"], asked.TTC))
        b01.append(_cells(sheets["B01"], asked.B01))
        for code, rows in tables.items():
            rows.append(_rows(sheets[code], code, name))
        personal |= {(name, sheet, cell) for sheet, cells in sheets.items() for cell in _personal(cells)}
    index = pd.Index(files, name="file")
    return Frames(
        pd.DataFrame(ttc, index=index, dtype=object),
        pd.DataFrame(b01, index=index, dtype=object),
        {code: pd.concat(rows, ignore_index=True) for code, rows in tables.items()},
        personal,
    )


def _personal(sheet: pd.DataFrame) -> list[str]:
    cells = pd.Series(sheet.to_numpy(object).ravel())
    hits = cells.map(lambda cell: isinstance(cell, str) and bool(_PERSONAL.search(cell)))
    places = zip(*np.unravel_index(np.flatnonzero(hits), sheet.shape), strict=True)
    return [f"{asked.LETTERS[column]}{row + 1}" for row, column in places]


def _cells(sheet: pd.DataFrame, places: dict[str, tuple[str, str]]) -> dict[str, Any]:
    return {name: sheet.iat[int(cell[1:]) - 1, ord(cell[0]) - ord("A")] for name, (cell, _) in places.items()}


def _rows(sheet: pd.DataFrame, code: str, file: str) -> pd.DataFrame:
    """The rows of a table down to the first blank one."""
    columns = list(asked.TABLES[code].columns)
    rows = sheet.iloc[asked.FIRST_ROW - 1 :, : len(columns)].set_axis(columns, axis="columns")
    rows = rows[rows.notna().any(axis="columns").cummin()]
    return rows.assign(file=file, row=rows.index + 1)


def typed(frame: pd.DataFrame, kinds: dict[str, str]) -> pd.DataFrame:
    """Counts as numbers and days as days; whatever is neither becomes missing."""
    done = frame.copy()
    for name, kind in kinds.items():
        if kind == "count":
            done[name] = pd.to_numeric(frame[name], errors="coerce")
        elif kind == "date":
            done[name] = pd.to_datetime(frame[name].where(is_day(frame[name])))
    return done


def is_day(cells: pd.Series[Any]) -> pd.Series[bool]:
    return cells.map(lambda cell: isinstance(cell, pd.Timestamp) or hasattr(cell, "year")).astype(bool)


def is_count(cells: pd.Series[Any]) -> pd.Series[bool]:
    """Whole and not negative; no text that only looks like a number."""
    numbers = pd.to_numeric(cells.where(~cells.map(lambda cell: isinstance(cell, str))), errors="coerce")
    return numbers.ge(0) & numbers.mod(1).eq(0)


def kinds_of(places: dict[str, tuple[str, str]]) -> dict[str, str]:
    return {name: kind for name, (_, kind) in places.items()}


def sums(frames: Frames, bad: set[tuple[str, str, str]], units: pd.DataFrame) -> list[tuple[Any, ...]]:
    """By district, without what was refused: a part of B01 with a bad cell, a row with one."""
    year = frames.ttc[(frames.ttc["T05"] == "năm") & (frames.ttc["T08"] == asked.YEAR)]
    returns = pd.DataFrame({"district": year["T03"].map(units.drop_duplicates("code").set_index("code")["district"])})
    b01 = typed(frames.b01, kinds_of(asked.B01)).loc[returns.index]
    refused = pd.DataFrame(sorted(bad), columns=["file", "sheet", "cell"])

    def spoilt(names: list[str]) -> pd.Series[Any]:
        cells = {asked.B01[name][0] for name in names}
        files = refused[(refused["sheet"] == "B01") & refused["cell"].isin(cells)]["file"]
        return pd.Series(returns.index.isin(files), returns.index)

    done = b01[["0101", "0103", "0105", "0107"]] == "có"
    returns["materials"] = done.all(axis="columns") & ~spoilt(asked.DOCUMENTS)
    counted = b01["0217"].isin(["A", "B"]) & ~spoilt(asked.REACH)
    returns["reached"] = b01["0211"].where(counted, 0).fillna(0).astype(int)
    models, activities = (_kept(frames, code, refused) for code in ("B02", "B04"))
    at_work = models["kind"].eq("lồng ghép") & models["status"].eq("đang hoạt động") & models["sessions"].ge(1)
    returns["integrated"] = returns.index.isin(
        models[at_work & models["established_on"].le(f"{asked.YEAR}-12-31")]["file"]
    )
    first, last = map(pd.Timestamp, asked.WINDOW)
    inside = activities["from_date"].ge(first) & activities["to_date"].fillna(activities["from_date"]).le(last)
    attended = activities[inside].groupby("file")["attendances"].sum()
    returns["attended"] = attended.reindex(returns.index).fillna(0).astype(int)
    table = returns.groupby("district")[["materials", "integrated", "reached", "attended"]].sum()
    return list(table.itertuples(name=None))


def _kept(frames: Frames, code: str, refused: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table without a bad cell, each once."""
    rows = typed(frames.tables[code], asked.TABLES[code].columns)
    here = refused[refused["sheet"] == code]
    keys = set(zip(here["file"], here["cell"].str[1:].astype(int), strict=True))
    kept = rows[[key not in keys for key in zip(rows["file"], rows["row"], strict=True)]]
    return kept.drop_duplicates([name for name in kept.columns if name != "row"])

"""`tracker export`: the store as tidy CSV tables with a code book."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.session import SESSION, out
from tracker.cli.writing_out import failed, whole
from tracker.messages import say
from tracker.problems import TrackerError
from tracker.writing import count

if TYPE_CHECKING:
    from tracker.export import Kept, Table
    from tracker.store import Store

CODE_BOOK = "codebook"


def export(folder: Path, *, restricted: bool) -> list[tuple[str, int]]:
    """Writes every table into the folder and returns their names with their rows; each is written whole or not."""
    from tracker.export import TABLES

    if folder.exists() and not folder.is_dir():
        raise TrackerError("not_a_folder", path=str(folder))
    with SESSION.reading() as store:
        kept = _kept(store, restricted=restricted)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            written = [(table.name, _write(folder, table, kept)) for table in TABLES]
            written.append((CODE_BOOK, _write_lines(folder / f"{CODE_BOOK}.csv", _code_book(TABLES))))
        except OSError as error:
            raise failed(error, folder) from error
    return written


def _kept(store: Store, *, restricted: bool) -> Kept:
    from tracker.crosschecks import Cross
    from tracker.export import Kept
    from tracker.place import load
    from tracker.plans import schedules

    versions, places = store.filings(), load()
    cross = Cross(versions, store.names(), store, places, schedules())
    return Kept(
        versions=versions,
        arrivals=store.arrivals(),
        decisions=store.decisions(),
        waivers=store.waivers(),
        acts=store.acts(),
        problems=store.problems(store.hashes()),
        beside=cross.problems({one.sha256 for one in versions}, with_dates=True),
        records=lambda ids: store.records(ids, origins=True),
        places=places,
        restricted=restricted,
    )


def _write(folder: Path, table: Table, kept: Kept) -> int:
    from tracker.export import plain
    from tracker.report.csv import escaped

    rows = ([escaped(plain(row[name])) for name in table.columns] for row in table.rows(kept))
    return _write_lines(folder / f"{table.name}.csv", _with_header(table.columns, rows))


def _with_header(columns: Iterable[str], rows: Iterable[list[str]]) -> Iterator[list[str]]:
    yield list(columns)
    yield from rows


def _code_book(tables: Iterable[Table]) -> Iterator[list[str]]:
    """A line for each column of each table; what the fields of the forms mean is in the table of fields."""
    yield ["table", "column", "meaning"]
    for table in tables:
        yield [table.name, "", say(f"export.table.{table.name}")]
        for column in table.columns:
            yield [table.name, column, say(f"export.column.{column}")]


def _write_lines(path: Path, lines: Iterable[list[str]]) -> int:
    """CSV in UTF-8 with a BOM; the number of its rows."""
    rows = -1  # the header is none
    with whole(path) as file:
        file.write(b"\xef\xbb\xbf")
        for line in lines:
            file.write(_csv(line))
            rows += 1
    return rows


def _csv(line: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(line)
    return text.getvalue().encode("utf-8")


def export_command(
    folder: Annotated[Path, typer.Option("--out", help=say("export.help_out"))],
    restricted: Annotated[bool, typer.Option("--restricted", help=say("cli.help_restricted"))] = False,
) -> None:
    written = export(folder, restricted=restricted)
    for name, rows in written:
        out(f"{folder / name}.csv: {count(rows)}")
    out(say("export.done", folder=folder))


def register(app: typer.Typer) -> None:
    """Adds `export` to the command line."""
    app.command("export", help=say("export.help"))(export_command)

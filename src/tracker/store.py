"""The office's memory of who reported what, when, and which version counts. Source: the contract, section 8.

Only this module writes, with `store_writing` as its hand. A file is one transaction, all or nothing; what counts is a
query over what was received, so the order of arrival never matters. SQLite and a PostgreSQL server run through the
same code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tracker import __version__, migrations
from tracker.acts import REPLACE, RESTORE, WITHDRAW, Act, Acting, Arrival, Decision
from tracker.intake.parcels import Hashes
from tracker.period import Period
from tracker.problems import Problem, TrackerError
from tracker.returns import Packed, Status, Waiver
from tracker.store_address import Address
from tracker.store_copy import put_by
from tracker.store_engine import Connection, engine, let_readers_through, refuse_damaged, said_clearly
from tracker.store_filings import (
    FAR,
    bearing_on,
    beside,
    day,
    filings,
    of_units,
    versions,
)
from tracker.store_query import Query, in_parts, portions
from tracker.store_rows import (
    QUALIFIERS,
    Filed,
    Known,
    Origins,
    file_row,
    kept_name,
    problem_of,
    waiver_rows,
)
from tracker.store_tables import ACT, ARRIVAL, DECISION, FILE, VERSION, WAIVER, Table, moment
from tracker.store_writing import inserted, put, save_filings
from tracker.versions import Fate, Version, copy_key, in_order, settle

__all__ = ["QUALIFIERS", "REPLACE", "RESTORE", "WITHDRAW", "Known", "Store"]


class Store:
    """A store at a place: opened, made when it is not there, brought up to date when an older version wrote it.

    Raises EnvironmentFailedError for one that cannot be read, and TrackerError when it is not there and `make` is
    False. What is written names the act of `acting`, which is itself written with the first thing that is.
    """

    def __init__(self, place: str, acting: Acting | None = None, *, make: bool = True) -> None:
        self.address = Address.of(place)
        self.acting = acting or Acting("", "")
        self._act: int | None = None
        self._sound = False
        self.put_by: Path | None = None  # the copy of the older version, when the store was brought up to date
        self._snapshot: Connection | None = None
        if not make and self.file and not self.file.exists():
            raise TrackerError("store_missing", path=str(self.address))
        self.engine = engine(self.address)
        try:
            self._prepare(make=make)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self.engine.close()

    @property
    def file(self) -> Path | None:
        """Where a SQLite store lies; None for one on a server."""
        return self.address.file

    def _prepare(self, *, make: bool) -> None:
        with self.reading() as connection:
            version = migrations.version_of(connection)
        if version is None and not make:
            raise TrackerError("store_missing", path=str(self.address))
        with said_clearly(self.engine):
            if version != VERSION:
                with self.writing() as connection:
                    migrations.bring_up_to_date(connection, keep=self._keep)
            if self.file:
                let_readers_through(self.file)

    def _keep(self, version: int) -> None:
        if self.file:  # a server has backups of its own
            self.put_by = put_by(self.file, version)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it, or on any error nothing; the first one looks whether the store is sound."""
        assert self._snapshot is None, "a snapshot is for reading"
        before = self._act
        try:
            with said_clearly(self.engine), self.engine.transaction(write=True) as connection:
                if not self._sound:
                    refuse_damaged(connection)
                    self._sound = True
                yield connection
        except BaseException:
            self._act = before
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent state of the store from start to end; within a snapshot, that of the snapshot."""
        with said_clearly(self.engine):
            if self._snapshot is not None:
                yield self._snapshot
            else:
                with self.engine.transaction(write=False) as connection:
                    yield connection

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read inside is of one state of the store, whatever others write meanwhile."""
        with self.reading() as connection:
            before, self._snapshot = self._snapshot, connection
            try:
                yield
            finally:
                self._snapshot = before

    # --- writing ------------------------------------------------------------------------------------------------

    def hashes(self) -> Hashes:
        """The hashes of every file that the store holds."""
        with self.reading() as connection:
            return Hashes(connection.firsts("SELECT sha256 FROM file"))

    def sizes(self) -> frozenset[int]:
        """The sizes of these files."""
        with self.reading() as connection:
            return frozenset(connection.firsts("SELECT DISTINCT size FROM file"))

    def known(self, hashes: Iterable[str]) -> dict[str, Known]:
        """What the store holds of each of these files that it has, by hash."""
        first = "(SELECT min(received_on) FROM arrival WHERE arrival.file_id = file.id)"
        query = Query(f"SELECT id, sha256, size, status, returns, problems, {first} FROM file")
        with self.reading() as connection:
            found = map(_known, in_parts(connection, query, "sha256", sorted(set(hashes))))
            return {one.sha256: one for one in found}

    def save(self, one: Packed, received_on: date) -> bool:
        """Stores a file with all it says; False when the store had it already."""
        return bool(self.save_many([(one, received_on)]))

    def save_many(self, files: Sequence[tuple[Packed, date]]) -> list[str]:
        """Stores files in their order with all they say, in one transaction; the hashes of those that were new.

        Where another process was quicker, only the name and the day under which we received a file may be new.
        """
        with self.writing() as connection:
            hashes = sorted({one.sha256 for one, _ in files})
            numbers = dict(in_parts(connection, Query("SELECT sha256, id FROM file"), "sha256", hashes))
            had = sorted(numbers.values())
            new: dict[str, Packed] = {}
            for one, _ in files:
                if one.sha256 not in numbers:
                    new.setdefault(one.sha256, one)
            numbers |= zip(new, inserted(connection, FILE, map(file_row, new.values())), strict=True)
            came = dict.fromkeys((numbers[one.sha256], kept_name(one), day) for one, day in files)
            self._arrive(connection, came, had)
            saved = [(numbers[sha256], one) for sha256, one in new.items()]
            self._give_reasons(connection, saved, save_filings(connection, saved))
        return list(new)

    def _arrive(self, connection: Connection, came: Iterable[tuple[int, str, date]], had: Sequence[int]) -> None:
        """Writes down under which names and on which days files came, as far as that is new of those it `had`."""
        query = Query("SELECT file_id, name, received_on FROM arrival")
        known = {(file_id, name, day(on)) for file_id, name, on in in_parts(connection, query, "file_id", had)}
        rows = [dict(zip(("file_id", "name", "received_on"), one, strict=True)) for one in came if one not in known]
        if rows:
            about = {"act_id": self.act(connection)}
            put(connection, ARRIVAL, [row | about for row in rows])

    def _give_reasons(
        self, connection: Connection, saved: Iterable[tuple[int, Packed]], filings: Mapping[int, list[Filed]]
    ) -> None:
        """Writes each reason down with the filing of its form, else with any of its unit; none without a filing."""
        rows = [row for number, one in saved for row in waiver_rows(one.reasons, filings.get(number, ()))]
        if rows:
            about = {"made_at": datetime.now(UTC), "act_id": self.act(connection)}
            put(connection, WAIVER, [row | about for row in rows])

    def decide(self, filing_ids: Iterable[int], action: str, reason: str) -> None:
        """Puts a person's decision about filings on the record: REPLACE, WITHDRAW or RESTORE; no row changes."""
        about = {"action": action, "reason": reason, "made_at": datetime.now(UTC), "made_by": self.acting.by}
        if wanted := sorted(set(filing_ids)):
            with self.writing() as connection:
                about["act_id"] = self.act(connection)
                put(connection, DECISION, [{"filing_id": one, **about} for one in wanted])

    def act(self, connection: Connection) -> int:
        """The number of this command's act, which whatever it writes is to name; written when first asked for."""
        if self._act is None:
            acting = self.acting
            said = dict(sorted(acting.said.items()))
            row = {"made_at": datetime.now(UTC), "made_by": acting.by, "tool": __version__}
            (self._act,) = inserted(connection, ACT, [{**row, "command": acting.command, "said": said}])
        return self._act

    # --- reading ------------------------------------------------------------------------------------------------

    def filings(
        self,
        *,
        forms: Sequence[str] = (),
        known_on: date | None = None,
        units: Iterable[str] | None = None,
        speaking_of: Period | None = None,
    ) -> list[Version]:
        """Every filing received by `known_on`, settled: what became of each version of each key.

        Of some `units` it costs what these have sent: theirs, and of others those that are copies of a form of
        theirs or report a joint activity of theirs. With days that they are to be `speaking_of`, those whose period
        has one of these, or that name one of their years; and lists and what has no period, which may speak of any.
        In the order of form, unit, agency, outlet, period, revision and receipt, which is the same however they came.
        """
        asked = filings(forms, known_on or FAR, speaking_of)
        with self.reading() as connection:
            if units is None:
                return settle(sorted(versions(asked.rows(connection)), key=in_order))
            mine = frozenset(units)
            partners, others = beside(connection, mine)
            own, theirs = of_units(connection, asked, mine), of_units(connection, asked, others)
        settled = settle(sorted([*own, *theirs], key=in_order))
        if not others:
            return settled
        copies = {copy_key(one) for one in settled if one.unit in mine and one.fate is Fate.COPIED}
        return [
            one
            for one in settled
            if one.unit not in others or one.id in partners or (one.fate is Fate.COPIED and copy_key(one) in copies)
        ]

    def bearing_on(self, hashes: Iterable[str], *, merged: Iterable[str], provinces: Iterable[str]) -> list[Version]:
        """The filings by which those of some files are judged, settled, in the order of `filings`.

        `merged` are the units that were merged with those of the files, `provinces` those whose lists hold for them.
        It costs what it gives, however much else the store holds.
        """
        with self.reading() as connection:
            bearing = bearing_on(connection, hashes, merged=merged, provinces=provinces)
        return settle(sorted(bearing, key=in_order))

    def names(self, hashes: Iterable[str] | None = None) -> dict[str, str]:
        """The name under which each file (of `hashes`, or of all) first came, by its hash."""
        arrived = sorted(self.arrivals(hashes), key=lambda one: (one.received_on, one.name), reverse=True)
        return {one.sha256: one.name for one in arrived}

    def arrivals(self, hashes: Iterable[str] | None = None) -> list[Arrival]:
        """Every name and day under which a file (of `hashes`, or any) came, in the order in which they came in."""
        columns = "file.sha256, arrival.name, arrival.received_on, arrival.act_id, arrival.id"
        query = Query(f"SELECT {columns} FROM arrival JOIN file ON file.id = arrival.file_id")
        with self.reading() as connection:
            rows = (
                query.rows(connection)
                if hashes is None
                else in_parts(connection, query, "file.sha256", sorted(set(hashes)))
            )
            in_turn = sorted(rows, key=lambda row: row[-1])
        return [Arrival(sha256, name, date.fromisoformat(on), act) for sha256, name, on, act, _ in in_turn]

    def joint(self, filing_ids: Iterable[int]) -> list[tuple[int, str]]:
        """Filings, of those asked about, with the folded code of each joint activity that they report."""
        query = Query("SELECT filing_id, code FROM joint")
        with self.reading() as connection:
            return sorted(in_parts(connection, query, "filing_id", sorted(set(filing_ids))))

    def acts(self) -> list[Act]:
        """Every command that wrote something, in the order in which they did."""
        return [Act(**row | {"said": json.loads(row["said"])}) for row in self._told(ACT)]

    def decisions(self) -> list[Decision]:
        """Every decision about a filing, in the order in which they were made."""
        return [Decision(**row) for row in self._told(DECISION)]

    def _told(self, table: Table) -> list[dict[str, Any]]:
        """All rows of a table with a moment, in their order."""
        with self.reading() as connection:
            rows = connection.rows(f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY id")
        told = [dict(zip(table.columns, row, strict=True)) for row in rows]
        return [row | {"made_at": moment(row["made_at"])} for row in told]

    def records(self, filing_ids: Sequence[int], *, origins: bool = False) -> Iterator[Mapping[str, Any]]:
        """Records of filings in their order: filing_id, sheet, row, answers (a dict), and origins when asked for."""
        query = Query(f"SELECT filing_id, sheet, row, answers{', origins' if origins else ''} FROM record")
        with self.reading() as connection:
            for part in portions(sorted(filing_ids)):
                rows = query.among("filing_id", part).rows(connection, order="filing_id, id")
                read = _read_all([row[3] for row in rows])
                for (filing, sheet, row, _, *elsewhere), answers in zip(rows, read, strict=True):
                    said = {"filing_id": filing, "sheet": sheet, "row": row, "answers": answers}
                    if origins:
                        said["origins"] = Origins(*elsewhere)
                    yield said

    def kept(self, filing_ids: Iterable[int]) -> Iterator[tuple[int, dict[str, list[Any]]]]:
        """Filings of which it is kept, in their order, with the answers of their records by field."""
        query = Query("SELECT filing_id, answers FROM kept")
        with self.reading() as connection:
            for part in portions(sorted(filing_ids)):
                among = frozenset(part)
                found = _among(query, part).rows(connection, order="filing_id")
                rows = [(number, text) for number, text in found if number in among]
                read = _read_all([text for _, text in rows])
                yield from zip((number for number, _ in rows), read, strict=True)

    def problems(self, hashes: Iterable[str]) -> dict[str, list[Problem]]:
        """By hash of each file asked about: what was wrong with it when it first came, in that order."""
        query = Query("SELECT sha256, problems FROM file")
        with self.reading() as connection:
            found = in_parts(connection, query, "sha256", sorted(set(hashes)))
            return {sha256: list(map(problem_of, json.loads(problems))) for sha256, problems in found}

    def waivers(self, units: Iterable[str] | None = None) -> list[Waiver]:
        """Every reason on record (of some units) with the filing that it came with, in the order of their coming."""
        names = [one.name for one in fields(Waiver)]
        columns = (f"{'waiver' if name in WAIVER.columns else 'filing'}.{name}" for name in names)
        query = Query(
            f"SELECT {', '.join(columns)}, waiver.id FROM waiver JOIN filing ON filing.id = waiver.filing_id"
        )
        with self.reading() as connection:
            rows = (
                query.rows(connection)
                if units is None
                else in_parts(connection, query, "filing.unit", sorted(set(units)))
            )
            in_turn = sorted(rows, key=lambda row: row[-1])
        return [_waiver(dict(zip(names, row[:-1], strict=True))) for row in in_turn]


def _among(query: Query, wanted: Sequence[int]) -> Query:
    """Filings by numbers that rise; those that lie close together are asked for from the first to the last.

    So do the logs of an area that came in one year. To name each would take twice as long as to pass over the few
    that lie between.
    """
    close = wanted[-1] - wanted[0] < 2 * len(wanted)
    if close:
        return query.where("filing_id BETWEEN ? AND ?", wanted[0], wanted[-1])
    return query.among("filing_id", wanted)


def _read_all(texts: Iterable[str]) -> list[Any]:
    """What many texts of JSON say: read as one, which is several times faster than one by one."""
    text = f"[{','.join(texts)}]"
    read: list[Any] = json.loads(text) if len(text) < _LONG else _read_much(text)
    return read


_LONG = 100_000
"""Characters below which the reader for much text takes longer to load than it saves."""


def _read_much(text: str) -> Any:
    """The same, faster and in less memory: a text that comes again and again is there once."""
    from pydantic_core import from_json

    return from_json(text)


def _known(row: tuple[Any, ...]) -> Known:
    number, sha256, size, status, returns, problems, first = row
    said = list(map(problem_of, json.loads(problems)))
    return Known(number, sha256, size, Status(status), json.loads(returns), said, date.fromisoformat(first))


def _waiver(said: dict[str, Any]) -> Waiver:
    days = {name: day(said[name]) for name in ("period_from", "period_to")}
    return Waiver(**said | days | {"made_at": moment(said["made_at"])})

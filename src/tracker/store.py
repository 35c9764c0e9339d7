"""The office's memory of who reported what, when, and which version counts. Source: the contract, section 8.

Only this module writes, with `store_writing` as its hand. A file is one transaction, all or nothing; what counts is a
query over what was received, so the order of arrival never matters. SQLite and a PostgreSQL server run through the
same code.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Label, Row, Select, case, func, insert, select

from tracker import __version__, migrations
from tracker.acts import Act, Acting, Arrival, Decision
from tracker.intake.parcels import Hashes
from tracker.problems import Problem, TrackerError
from tracker.returns import Packed, Status, Waiver
from tracker.store_copy import put_by
from tracker.store_engine import (
    database_url,
    let_readers_through,
    opened,
    parsed,
    readers,
    refuse_damaged,
    said_clearly,
    shown,
    writers,
)
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
from tracker.store_tables import ACT, ARRIVAL, DECISION, FILE, FILING, JOINT, RECORD, VERSION, WAIVER
from tracker.store_writing import inserted, save_filings
from tracker.versions import COPY_FIGURES, COPY_FORM, Fate, Version, copy_key, in_order, settle

__all__ = ["QUALIFIERS", "REPLACE", "RESTORE", "WITHDRAW", "Known", "Store", "database_url"]

REPLACE, WITHDRAW, RESTORE = "replace", "withdraw", "restore"
"""What a person may decide about a filing: it counts against others, it does not count, it may count again."""

FAR = date(9999, 12, 31)
AT_ONCE = 500  # numbers or hashes asked for in one statement

_NUMBERS = select(FILE.c.sha256, FILE.c.id)
_ARRIVED = select(ARRIVAL.c.file_id, ARRIVAL.c.name, ARRIVAL.c.received_on)


class Store:
    """A store at a place: opened, made when it is not there, brought up to date when an older version wrote it.

    Raises EnvironmentFailedError for one that cannot be read, and TrackerError when it is not there and `make` is
    False. What is written names the act of `acting`, which is itself written with the first thing that is.
    """

    def __init__(self, url: str, acting: Acting | None = None, *, make: bool = True) -> None:
        self.url = parsed(url)
        self.acting = acting or Acting("", "")
        self._act: int | None = None
        self._sound = False
        self.put_by: Path | None = None  # the copy of the older version, when the store was brought up to date
        self._snapshot: Connection | None = None
        if not make and self.file and not self.file.exists():
            raise TrackerError("store_missing", path=shown(self.url))
        with said_clearly(self.url):
            self.engine = opened(self.url)
        self._readers, self._writers = readers(self.engine), writers(self.engine)
        try:
            self._prepare(make=make)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self.engine.dispose()

    @property
    def file(self) -> Path | None:
        """Where a SQLite store lies; None for one in memory or on a server."""
        return Path(self.url.database) if self.url.drivername == "sqlite" and self.url.database else None

    def _prepare(self, *, make: bool) -> None:
        with self.reading() as connection:
            version = migrations.version_of(connection)
        if version is None and not make:
            raise TrackerError("store_missing", path=shown(self.url))
        with said_clearly(self.url):
            if version != VERSION:
                with self.writing() as connection:
                    migrations.bring_up_to_date(connection, keep=self._keep)
            if self.file:
                let_readers_through(self.engine)

    def _keep(self, version: int) -> None:
        if self.file:  # a server has backups of its own
            self.put_by = put_by(self.file, version)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it, or on any error nothing; the first one looks whether the store is sound."""
        assert self._snapshot is None, "a snapshot is for reading"
        before = self._act
        try:
            with said_clearly(self.url), self._writers.begin() as connection:
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
        with said_clearly(self.url):
            if self._snapshot is not None:
                yield self._snapshot
            else:
                with self._readers.connect() as connection, connection.begin():
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
            return Hashes(connection.execute(select(FILE.c.sha256)).scalars())

    def sizes(self) -> frozenset[int]:
        """The sizes of these files."""
        with self.reading() as connection:
            return frozenset(connection.execute(select(FILE.c.size).distinct()).scalars())

    def known(self, hashes: Iterable[str]) -> dict[str, Known]:
        """What the store holds of each of these files that it has, by hash."""
        query = (
            select(FILE, func.min(ARRIVAL.c.received_on).label("first"))
            .join(ARRIVAL, ARRIVAL.c.file_id == FILE.c.id)
            .group_by(FILE.c.id)
        )
        with self.reading() as connection:
            rows = _in_parts(connection, query, FILE.c.sha256, sorted(set(hashes)))
            return {row.sha256: _known(row) for row in rows}

    def save(self, one: Packed, received_on: date) -> bool:
        """Stores a file with all it says; False when the store had it already."""
        return bool(self.save_many([(one, received_on)]))

    def save_many(self, files: Sequence[tuple[Packed, date]]) -> list[str]:
        """Stores files in their order with all they say, in one transaction; the hashes of those that were new.

        Where another process was quicker, only the name and the day under which we received a file may be new.
        """
        with self.writing() as connection:
            hashes = sorted({one.sha256 for one, _ in files})
            numbers = dict(map(tuple, _in_parts(connection, _NUMBERS, FILE.c.sha256, hashes)))
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
        known = {tuple(row) for row in _in_parts(connection, _ARRIVED, ARRIVAL.c.file_id, had)}
        rows = [
            {"file_id": file_id, "name": name, "received_on": day}
            for file_id, name, day in came
            if (file_id, name, day) not in known
        ]
        if rows:
            about = {"act_id": self.act(connection)}
            connection.execute(insert(ARRIVAL), [row | about for row in rows])

    def _give_reasons(
        self, connection: Connection, saved: Iterable[tuple[int, Packed]], filings: Mapping[int, list[Filed]]
    ) -> None:
        """Writes each reason down with the filing of its form, else with any of its unit; none without a filing."""
        rows = [row for number, one in saved for row in waiver_rows(one.reasons, filings.get(number, ()))]
        if rows:
            about = {"made_at": datetime.now(UTC), "act_id": self.act(connection)}
            connection.execute(insert(WAIVER), [row | about for row in rows])

    def decide(self, filing_ids: Iterable[int], action: str, reason: str) -> None:
        """Puts a person's decision about filings on the record: REPLACE, WITHDRAW or RESTORE; no row changes."""
        about = {"action": action, "reason": reason, "made_at": datetime.now(UTC), "made_by": self.acting.by}
        if wanted := sorted(set(filing_ids)):
            with self.writing() as connection:
                about["act_id"] = self.act(connection)
                connection.execute(insert(DECISION), [{"filing_id": one, **about} for one in wanted])

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
        about: Collection[str] = (),
        lists: Sequence[str] = (),
    ) -> list[Version]:
        """Every filing received by `known_on`, settled: what became of each version of each key.

        Of some `units` it costs what these have sent: theirs, and of others those that are copies of a form of
        theirs or report a joint activity of theirs. Where only what bears on some files is wanted, which `about`
        names by hash, it is of the years that they speak of, of those before and of those that share a joint
        activity; forms that are `lists` are of every year. In the order of form, unit, agency, outlet, period,
        revision and receipt, which is the same however they came.
        """
        until = known_on or FAR
        with self.reading() as connection:
            if units is None:
                return settle(sorted(_versions(connection, _filings(forms, until)), key=in_order))
            mine = sorted(set(units))
            partners = _partners(connection, mine)
            copied = _units_with_copies(connection, mine)
            others = {*copied, *partners.values()} - set(mine)
            query = _filings(forms, until)
            if about:
                query = query.where(_bears_on(_years(connection, about, list(partners)), lists))
            own = _of_units(connection, query, mine)
            beside = _of_units(connection, query, sorted(others))
        settled = settle(sorted([*own, *beside], key=in_order))
        copies = {copy_key(one) for one in settled if one.unit in mine and one.fate is Fate.COPIED}
        return [
            one
            for one in settled
            if one.unit not in others or one.id in partners or (one.fate is Fate.COPIED and copy_key(one) in copies)
        ]

    def names(self, hashes: Iterable[str] | None = None) -> dict[str, str]:
        """The name under which each file (of `hashes`, or of all) first came, by its hash."""
        arrived = sorted(self.arrivals(hashes), key=lambda one: (one.received_on, one.name), reverse=True)
        return {one.sha256: one.name for one in arrived}

    def arrivals(self, hashes: Iterable[str] | None = None) -> list[Arrival]:
        """Every name and day under which a file (of `hashes`, or any) came, in the order in which they came in."""
        query = select(FILE.c.sha256, ARRIVAL.c.name, ARRIVAL.c.received_on, ARRIVAL.c.act_id, ARRIVAL.c.id)
        query = query.join(ARRIVAL, ARRIVAL.c.file_id == FILE.c.id)
        with self.reading() as connection:
            rows = (
                connection.execute(query)
                if hashes is None
                else _in_parts(connection, query, FILE.c.sha256, sorted(set(hashes)))
            )
            return [Arrival(*row[:-1]) for row in sorted(rows, key=lambda row: row[-1])]

    def joint(self, filing_ids: Iterable[int]) -> list[tuple[int, str]]:
        """Filings, of those asked about, with the folded code of each joint activity that they report."""
        query = select(JOINT.c.filing_id, JOINT.c.code)
        with self.reading() as connection:
            rows = _in_parts(connection, query, JOINT.c.filing_id, sorted(set(filing_ids)))
            return sorted(tuple(row) for row in rows)

    def acts(self) -> list[Act]:
        """Every command that wrote something, in the order in which they did."""
        with self.reading() as connection:
            return [Act(**row._mapping) for row in connection.execute(select(ACT).order_by(ACT.c.id))]

    def decisions(self) -> list[Decision]:
        """Every decision about a filing, in the order in which they were made."""
        with self.reading() as connection:
            return [Decision(**row._mapping) for row in connection.execute(select(DECISION).order_by(DECISION.c.id))]

    def records(self, filing_ids: Sequence[int], *, origins: bool = False) -> Iterator[Mapping[str, Any]]:
        """Records of filings in their order: filing_id, sheet, row, answers (a dict), and origins when asked for."""
        columns = [RECORD.c.filing_id, RECORD.c.sheet, RECORD.c.row, RECORD.c.answers]
        if origins:
            columns.append(RECORD.c.origins)
        wanted = sorted(filing_ids)
        with self.reading() as connection:
            for start in range(0, len(wanted), AT_ONCE):
                query = (
                    select(*columns)
                    .where(RECORD.c.filing_id.in_(wanted[start : start + AT_ONCE]))
                    .order_by(RECORD.c.filing_id, RECORD.c.id)
                )
                for filing, sheet, row, answers, *elsewhere in connection.execute(query):
                    said = {"filing_id": filing, "sheet": sheet, "row": row, "answers": json.loads(answers)}
                    if origins:
                        said["origins"] = Origins(*elsewhere)
                    yield said

    def problems(self, hashes: Iterable[str]) -> dict[str, list[Problem]]:
        """By hash of each file asked about: what was wrong with it when it first came, in that order."""
        wanted = sorted(set(hashes))
        found: dict[str, list[Problem]] = {}
        with self.reading() as connection:
            for start in range(0, len(wanted), AT_ONCE):
                asked = FILE.c.sha256.in_(wanted[start : start + AT_ONCE])
                query = select(FILE.c.sha256, FILE.c.problems).where(asked)
                found |= {row.sha256: [problem_of(one) for one in row.problems] for row in connection.execute(query)}
        return found

    def waivers(self, units: Iterable[str] | None = None) -> list[Waiver]:
        """Every reason on record (of some units) with the filing that it came with, in the order of their coming."""
        of_filing = ("unit", "agency", "outlet", "form", "period_from", "period_to")
        said = ("filing_id", "code", "sheet", "cell", "field", "found", "reason", "made_at")
        query = select(*(FILING.c[name] for name in of_filing), *(WAIVER.c[name] for name in said))
        query = query.join(FILING, FILING.c.id == WAIVER.c.filing_id).order_by(WAIVER.c.id)
        if units is not None:
            query = query.where(FILING.c.unit.in_(sorted(set(units))))
        with self.reading() as connection:
            return [Waiver(**row._mapping) for row in connection.execute(query)]


def _known(row: Row[*tuple[Any, ...]]) -> Known:
    problems = list(map(problem_of, row.problems))
    return Known(row.id, row.sha256, row.size, Status(row.status), row.returns, problems, row.first)


# --- what counts ------------------------------------------------------------------------------------------------


def _filings(forms: Sequence[str], known_on: date) -> Select[Any]:
    """All filings that had come by `known_on`, with the latest decisions about each."""
    first = (
        select(func.min(ARRIVAL.c.received_on))
        .where(ARRIVAL.c.file_id == FILING.c.file_id)
        .correlate(FILING)
        .scalar_subquery()
    )
    latest = (
        select(DECISION.c.filing_id, *(_latest(action) for action in (REPLACE, WITHDRAW, RESTORE)))
        .group_by(DECISION.c.filing_id)
        .subquery()
    )
    known = {
        **{column.name: column for column in FILING.c},
        "sha256": FILE.c.sha256,
        "received_on": first.label("received_on"),
        "withdrawn": func.coalesce(latest.c[WITHDRAW] > latest.c[RESTORE], False).label("withdrawn"),
        "replaced": func.coalesce(latest.c[REPLACE], 0).label("replaced"),
    }
    query = (
        select(*(known[one.name] for one in fields(Version) if one.name in known))
        .join(FILE, FILE.c.id == FILING.c.file_id)
        .outerjoin(latest, latest.c.filing_id == FILING.c.id)
    )
    if known_on < FAR:
        query = query.where(first <= known_on)
    return query.where(FILING.c.form.in_(forms)) if forms else query


def _versions(connection: Connection, query: Select[Any]) -> list[Version]:
    return [Version(*row) for row in connection.execute(query)]


def _of_units(connection: Connection, query: Select[Any], units: Sequence[str]) -> list[Version]:
    return [Version(*row) for row in _in_parts(connection, query, FILING.c.unit, units)]


def _partners(connection: Connection, units: Sequence[str]) -> dict[int, str]:
    """The filings that report a joint activity of some units, each with its own unit."""
    theirs = select(JOINT.c.code).join(FILING, FILING.c.id == JOINT.c.filing_id).distinct()
    codes = sorted({code for (code,) in _in_parts(connection, theirs, FILING.c.unit, units)})
    sharing = select(FILING.c.id, FILING.c.unit).join(JOINT, JOINT.c.filing_id == FILING.c.id)
    return dict(tuple(row) for row in _in_parts(connection, sharing, JOINT.c.code, codes))


def _years(connection: Connection, hashes: Collection[str], filing_ids: Sequence[int]) -> set[int | None]:
    """The years that some files and some filings speak of; None is one, too: of a return that names none."""
    years = select(FILING.c.year).distinct()
    of_files = years.join(FILE, FILE.c.id == FILING.c.file_id)
    rows = [*_in_parts(connection, of_files, FILE.c.sha256, sorted(hashes))]
    return {year for (year,) in [*rows, *_in_parts(connection, years, FILING.c.id, filing_ids)]}


def _bears_on(years: set[int | None], lists: Sequence[str]) -> ColumnElement[bool]:
    """Filings of some years or of those before: what is accepted is of the year in which its period ends."""
    named = {year for year in years if year is not None}
    found = FILING.c.year.in_(sorted(named | {year - 1 for year in named})) | FILING.c.form.in_(lists)
    return found | FILING.c.year.is_(None) if None in years else found


def _units_with_copies(connection: Connection, units: Sequence[str]) -> set[str]:
    """The units that have sent the same as one of `units`, where that cannot be by chance (see `versions.settle`)."""
    own, other = FILING.alias(), FILING.alias()
    same = (other.c.form == own.c.form) & (other.c.content == own.c.content) & (other.c.unit != own.c.unit)
    query = select(other.c.unit).distinct().select_from(own).join(other, same)
    query = query.where(own.c.form == COPY_FORM, own.c.figures >= COPY_FIGURES)
    return {unit for (unit,) in _in_parts(connection, query, own.c.unit, units)}


def _in_parts(
    connection: Connection, query: Select[Any], column: Column[Any], wanted: Sequence[Any]
) -> Iterator[Row[*tuple[Any, ...]]]:
    """The rows whose `column` is one of `wanted`, asked for in portions that any engine takes."""
    for start in range(0, len(wanted), AT_ONCE):
        yield from connection.execute(query.where(column.in_(wanted[start : start + AT_ONCE]))).all()


def _latest(action: str) -> Label[int]:
    """The number of the latest decision of this kind, 0 where there is none."""
    return func.max(case((DECISION.c.action == action, DECISION.c.id), else_=0)).label(action)

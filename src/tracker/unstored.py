"""What a store would say of the files that were read, without one: for checking without storing.

It answers as `store.Store` does, out of the same rows; nothing of a database is needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, date, datetime
from typing import Any

from tracker.acts import Acting
from tracker.intake.parcels import Hashes
from tracker.returns import Packed, Waiver
from tracker.store_rows import Known, Origins, kept_name, waiver_rows
from tracker.versions import Version, in_order, settle

OF_STORE_ONLY = ("return_no", "prepared_on")
"""Columns of a filing that its version does not have."""


class Unstored:
    """The files of one command, as if they were stored."""

    def __init__(self) -> None:
        self.acting = Acting("", "")
        self._files: dict[str, Known] = {}
        self._names: dict[str, tuple[date, str]] = {}
        self._versions: list[dict[str, Any]] = []
        self._records: dict[int, Sequence[tuple[str, int, str, str]]] = {}
        self._joint: list[tuple[int, str]] = []
        self._waivers: list[Waiver] = []
        self._settled: list[Version] | None = None

    def close(self) -> None:
        """Nothing is open."""

    def snapshot(self) -> AbstractContextManager[None]:
        return nullcontext()

    # --- writing ------------------------------------------------------------------------------------------------

    def save_many(self, files: Sequence[tuple[Packed, date]]) -> None:
        """Takes files with all they say; of one that was there already only the name and the day may be new."""
        self._settled = None
        for one, received_on in files:
            arrived = (received_on, kept_name(one))
            self._names[one.sha256] = min(arrived, self._names.get(one.sha256, arrived))
            if one.sha256 not in self._files:
                self._save(one, received_on)

    def _save(self, file: Packed, received_on: date) -> None:
        about = (file.sha256, file.size, file.status, file.returns, file.problems, received_on)
        self._files[file.sha256] = Known(len(self._files) + 1, *about)
        before = len(self._versions)
        for row, records, joint, _ in file.filings:
            number = len(self._versions) + 1
            said = {name: value for name, value in row.items() if name not in OF_STORE_ONLY}
            self._versions.append({"id": number, "sha256": file.sha256, **said})
            self._records[number] = records
            self._joint += [(number, code) for code in joint]
        self._keep_reasons(file, self._versions[before:])

    def _keep_reasons(self, file: Packed, filings: Sequence[Mapping[str, Any]]) -> None:
        of_filing = {one["id"]: one for one in filings}
        keys = [(one["id"], one["form"], one["unit"]) for one in filings]
        for row in waiver_rows(file.reasons, keys):
            own = of_filing[row["filing_id"]]
            about = {name: own[name] for name in ("unit", "agency", "outlet", "form", "period_from", "period_to")}
            self._waivers.append(Waiver(**about, **row, made_at=datetime.now(UTC)))

    # --- reading ------------------------------------------------------------------------------------------------

    def hashes(self) -> Hashes:
        return Hashes(self._files)

    def sizes(self) -> frozenset[int]:
        return frozenset(one.size for one in self._files.values())

    def known(self, hashes: Iterable[str]) -> dict[str, Known]:
        """As a store says it."""
        return {one: self._files[one] for one in hashes if one in self._files}

    def bearing_on(self, hashes: Iterable[str], *, merged: Iterable[str], provinces: Iterable[str]) -> list[Version]:
        """Every filing, settled, in the order of a store: whatever bears on some files is among them."""
        if self._settled is None:
            rows = [Version(**row, received_on=self._names[row["sha256"]][0]) for row in self._versions]
            self._settled = settle(sorted(rows, key=in_order))
        return self._settled

    def names(self, hashes: Iterable[str]) -> dict[str, str]:
        """The name under which each file first came, by its hash."""
        return {sha256: self._names[sha256][1] for sha256 in hashes}

    def joint(self, filing_ids: Iterable[int]) -> list[tuple[int, str]]:
        """As a store says it."""
        wanted = set(filing_ids)
        return sorted((number, code) for number, code in self._joint if number in wanted)

    def records(self, filing_ids: Sequence[int], *, origins: bool = False) -> Iterator[Mapping[str, Any]]:
        """Records of filings in their order, as a store gives them."""
        for number in sorted(filing_ids):
            for sheet, row, answers, elsewhere in self._records.get(number, ()):
                said = {"filing_id": number, "sheet": sheet, "row": row, "answers": json.loads(answers)}
                if origins:
                    said["origins"] = Origins(elsewhere)
                yield said

    def waivers(self, units: Iterable[str]) -> list[Waiver]:
        wanted = set(units)
        return [one for one in self._waivers if one.unit in wanted]

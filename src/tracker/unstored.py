"""What a store would say of the files that were read, without one: for checking without storing.

It answers as `store.Store` does, out of the same rows; nothing of a database is needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any

from tracker.acts import Acting
from tracker.returns import Received, Waiver
from tracker.store_rows import Known, filing_row, joint_rows, kept_name, record_row, summary, waiver_rows
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
        self._records: dict[int, list[dict[str, Any]]] = {}
        self._joint: list[tuple[int, str]] = []
        self._waivers: list[Waiver] = []

    def close(self) -> None:
        """Nothing is open."""

    def snapshot(self) -> AbstractContextManager[None]:
        return nullcontext()

    # --- writing ------------------------------------------------------------------------------------------------

    def save(self, received: Received, received_on: date) -> bool:
        """Takes a file with all it says; False when it was there already, and only the day may be new."""
        arrived = (received_on, kept_name(received))
        self._names[received.sha256] = min(arrived, self._names.get(received.sha256, arrived))
        if received.sha256 in self._files:
            return False
        returns = [summary(one) for one in received.returns]
        about = (received.sha256, received.size, received.status, returns, list(received.problems), received_on)
        self._files[received.sha256] = Known(len(self._files) + 1, *about)
        before = len(self._versions)
        for one in received.returns:
            for filing in one.filings:
                row = filing_row(one, filing, received.status)
                number = len(self._versions) + 1
                said = {name: value for name, value in row.items() if name not in OF_STORE_ONLY}
                self._versions.append({"id": number, "sha256": received.sha256, **said})
                self._records[number] = [record_row(number, record) for record in filing.records]
                self._joint += [(number, row["code"]) for row in joint_rows(number, filing)]
        self._keep_reasons(received, self._versions[before:])
        return True

    def _keep_reasons(self, received: Received, filings: Sequence[Mapping[str, Any]]) -> None:
        of_filing = {one["id"]: one for one in filings}
        keys = [(one["id"], one["form"], one["unit"]) for one in filings]
        for row in waiver_rows(received.reasons, keys):
            own = of_filing[row["filing_id"]]
            about = {name: own[name] for name in ("unit", "agency", "outlet", "form", "period_from", "period_to")}
            self._waivers.append(Waiver(**about, **row, made_at=datetime.now(UTC)))

    # --- reading ------------------------------------------------------------------------------------------------

    def hashes(self) -> frozenset[str]:
        return frozenset(self._files)

    def known(self, sha256: str) -> Known | None:
        return self._files.get(sha256)

    def filings(self, *, units: Iterable[str]) -> list[Version]:
        """Every filing, settled, in the order of a store; what lies beside the `units` asked for is here, too."""
        rows = [Version(**row, received_on=self._names[row["sha256"]][0]) for row in self._versions]
        return settle(sorted(rows, key=in_order))

    def names(self, hashes: Iterable[str]) -> dict[str, str]:
        """The name under which each file first came, by its hash."""
        return {sha256: self._names[sha256][1] for sha256 in hashes}

    def joint(self, filing_ids: Iterable[int]) -> list[tuple[int, str]]:
        """As a store says it."""
        wanted = set(filing_ids)
        return sorted((number, code) for number, code in self._joint if number in wanted)

    def records(self, filing_ids: Sequence[int], *, origins: bool = False) -> Iterator[Mapping[str, Any]]:
        """Records of filings in their order, as a store gives them."""
        for row in chain.from_iterable(self._records.get(one, ()) for one in sorted(filing_ids)):
            said = {name: row[name] for name in ("filing_id", "sheet", "row")}
            said["answers"] = json.loads(row["answers"])
            if origins:
                said["origins"] = json.loads(row["origins"])
            yield said

    def waivers(self, units: Iterable[str]) -> list[Waiver]:
        wanted = set(units)
        return [one for one in self._waivers if one.unit in wanted]

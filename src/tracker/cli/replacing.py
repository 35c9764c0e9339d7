"""`ingest --replace`: decides that the files given count, and says of which forms they do not even so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tracker.cli.outcomes import LOST, Outcomes
from tracker.cli.session import note
from tracker.intake.parcels import Hashes
from tracker.messages import say
from tracker.store import REPLACE, Store
from tracker.versions import ACCEPTED, Fate

if TYPE_CHECKING:
    from tracker.versions import Version

Overruled = tuple[str, "Version", "Version | None"]
"""A file as it is shown, a form of it that does not count, and the version that counts instead, if any does."""


def replace(store: Store, outcomes: Outcomes, reason: str) -> None:
    """The decision, where another content, a copy or an earlier decision for another file stands against these."""
    given = Hashes(one.sha256 for one in outcomes.taken if one.sha256)
    wanted = {one.id for _, one, counting in _overruled(store, outcomes) if _may_be_decided(one, counting, given)}
    store.decide(wanted, REPLACE, reason)
    left = list(_overruled(store, outcomes))
    for one in left:
        note(_said(*one))
    if not wanted and not left:
        note(say("replace.nothing"))


def _overruled(store: Store, outcomes: Outcomes) -> Iterator[Overruled]:
    """Forms of the files given that were accepted, and whose content does not count."""
    for portion in outcomes.portions():
        shown = {one.sha256: one.shown for one in portion if one.sha256}
        known = store.known(shown)
        filings = store.filings(units={said["unit"] for one in known.values() for said in one.returns})
        counting = {one.key: one for one in filings if one.counts}
        for one in filings:
            other = counting.get(one.key)
            if one.sha256 in known and one.status == ACCEPTED and (other is None or other.content != one.content):
                yield shown[one.sha256], one, other


def _may_be_decided(one: Version, counting: Version | None, given: Hashes) -> bool:
    """Not where a higher revision counts, nor where what counts instead was given in the same breath."""
    if one.fate.value in LOST:
        return True
    chosen_before = counting is not None and counting.revision == one.revision and counting.sha256 not in given
    return one.fate is Fate.SUPERSEDED and chosen_before


def _said(path: str, one: Version, counting: Version | None) -> str:
    from tracker.cli.history import period_words, unit_name
    from tracker.history import HASH_SHOWN

    about = {"path": path, "form": one.form, "period": period_words(one), "code": one.unit}
    about["unit"] = unit_name(one.unit, one.period_to)
    if counting is not None:
        return say("replace.other_counts", name=counting.sha256[:HASH_SHOWN], revision=counting.revision, **about)
    if one.fate is Fate.WITHDRAWN:
        return say("replace.withdrawn", name=one.sha256[:HASH_SHOWN], **about)
    return say("replace.none_counts", **about)

"""The rows that are stored of a file: the very text that stores and digests were made of, however it is written."""

from __future__ import annotations

import hashlib
import json
import pickle
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tracker.forms import FORMS
from tracker.parse import content_of
from tracker.period import Kind, Period
from tracker.returns import Answered, Filing, Packed, Received, Record, Return, told
from tracker.store_rows import packed

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ['"', "\\", "\x00\x1f\x7f", "\u2028", "😀Ộ"]
)
ANSWERS = TEXTS | st.integers(0, 10**15) | st.booleans() | st.dates(date(1900, 1, 1), date(2100, 12, 31))
LETTERS = st.sampled_from(["A", "XFD"])
QUALIFIERS = st.sampled_from(["exact", "over", "nearly", "about"])


@st.composite
def records(draw: st.DrawFn) -> Record:
    """A record of B04 with any answers in any order; each with the cell it came from."""
    names = draw(st.lists(st.sampled_from([*FORMS["B04"].by_name]), unique=True))
    values: dict[str, Answered] = {name: draw(ANSWERS) for name in names}
    said = {name: told(name, value, draw(TEXTS), draw(QUALIFIERS)) for name, value in values.items()}
    letters = {name: draw(LETTERS) for name in names}
    places = {name: f"{draw(LETTERS)}7" for name in names if draw(st.booleans())}
    elsewhere = {name: draw(st.just("") | TEXTS) for name in names if draw(st.booleans())}
    return Record(draw(TEXTS), draw(st.integers(1, 10**6)), letters, values, said, places, elsewhere)


FILINGS = st.builds(
    Filing,
    st.just("B04"),
    st.lists(records(), max_size=4),
    none=st.booleans(),
    refused_parts=st.sets(st.sampled_from(["reach", "documents", ""])),
    refused_undated=st.booleans(),
)


def plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def stored(filing: Filing) -> Packed:
    one = Return("00004", "UBND", "", Period(date(2026, 1, 1), date(2026, 12, 31)), Kind.YEAR, 2026, 1)
    one.filings = [filing]
    return packed(Received("a.xlsx", "0" * 64, 1, returns=[one]))


@given(FILINGS)
def test_a_record_is_stored_as_the_text_that_json_writes(filing: Filing) -> None:
    """No space, no escape that is not needed, in the order of the answers; the qualifiers at the end."""
    rows = stored(filing).filings[0].records
    for record, (sheet, row, answers, origins) in zip(filing.records, rows, strict=True):
        said = {name: plain(value) for name, value in record.values.items()}
        qualified = {name: one.qualifier for name, one in record.origins.items() if one.qualifier != "exact"}
        places = {
            name: [one.cell, one.raw, one.sheet] if one.sheet else [one.cell, one.raw]
            for name, one in record.origins.items()
        }
        assert (sheet, row) == (record.sheet, record.row)
        assert answers == as_json(said | ({"~": qualified} if qualified else {}))
        assert origins == as_json(places)


def as_json(said: object) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


@given(FILINGS)
def test_the_content_of_a_filing_is_the_hash_that_older_stores_hold(filing: Filing) -> None:
    """A file that came before is known again by what it says: the text under the hash may not change by a space."""
    said = sorted(
        json.dumps(
            {name: [plain(value), record.qualifier(name)] for name, value in sorted(record.values.items())},
            ensure_ascii=False,
        )
        for record in filing.records
    )
    refused = [sorted(filing.refused_parts), len(filing.refused_days), filing.refused_undated]
    text = json.dumps([filing.none, said, refused], ensure_ascii=False)
    assert content_of(filing) == hashlib.sha256(text.encode()).hexdigest()


@given(FILINGS)
def test_what_is_packed_arrives_in_another_process_as_it_left(filing: Filing) -> None:
    """Records travel as plain tuples, which is cheaper; every value is the same."""
    one = stored(filing)
    arrived = pickle.loads(pickle.dumps(one))
    assert arrived == one
    assert {type(row) for row in arrived.filings[0].records} <= {tuple}

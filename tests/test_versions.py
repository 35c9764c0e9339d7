"""Which version counts: the rule itself, on rows as the store gives them, in every order."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.forms import FORMS
from tracker.versions import LISTS, Fate, Version, settle

BASE = Version(
    id=1,
    unit="00271",
    agency="UBND",
    outlet="",
    form="B01",
    period_from=date(2018, 1, 1),
    period_to=date(2018, 12, 31),
    kind="năm",
    year=2018,
    revision=1,
    nil=False,
    status="accepted",
    none=False,
    refused_parts=(),
    refused_days=(),
    refused_undated=False,
    content="a",
    figures=9,
    sha256="f1",
    received_on=date(2018, 11, 1),
)


def versions(*told: dict[str, object]) -> list[Version]:
    """Versions of one key, each told by what is special about it."""
    rows = []
    for number, about in enumerate(told, start=1):
        usual = {"id": number, "sha256": f"f{number}", "received_on": date(2018, 11, number)}
        rows.append(BASE._replace(**{**usual, **about}))  # type: ignore[arg-type]  # fields by name
    return rows


def fates(rows: list[Version]) -> list[str]:
    """In the order given, and checked to be the same in every other order."""
    said = {one.id: one.fate.value for one in settle(rows)}
    for order in itertools.permutations(rows):
        settled = settle(order)
        assert [one.id for one in settled] == [one.id for one in order]
        assert {one.id: one.fate.value for one in settled} == said
    return [said[one.id] for one in rows]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([{}], ["counts"]),
        ([{}, {"revision": 2, "content": "b"}], ["superseded", "counts"]),
        ([{"revision": 3}, {"revision": 2, "content": "b"}], ["counts", "superseded"]),
        ([{}, {}], ["counts", "same_again"]),
        # the right kind of period after a wrong one, and never twice of one kind
        ([{"kind": "đợt"}, {}, {}], ["counts", "counts", "same_again"]),
        ([{"kind": "đợt"}, {}, {"revision": 2}], ["superseded", "superseded", "counts"]),
        (
            [{"kind": "quý", "form": "B04"}, {"form": "B04"}],
            ["counts", "same_again"],
        ),  # its rows are dated
        ([{"kind": "đợt"}, {"content": "b"}], ["conflicting", "conflicting"]),
        ([{}, {"content": "b"}], ["conflicting", "conflicting"]),
        ([{}, {"content": "b"}, {}], ["conflicting", "conflicting", "conflicting"]),
        ([{}, {"content": "b"}, {"revision": 2}], ["superseded", "superseded", "counts"]),
        # a conflict of corrections: the unit itself has taken back what it said before
        (
            [{}, {"revision": 2, "content": "b"}, {"revision": 2, "content": "c"}],
            ["superseded", *["conflicting"] * 2],
        ),
        # nothing of it was ever without conflict
        (
            [{}, {"content": "b"}, {"revision": 2}, {"revision": 2, "content": "c"}],
            ["conflicting"] * 4,
        ),
        # the first conflict had ended before the second came
        (
            [{}, {"content": "b"}, {"revision": 2}, {"revision": 3}, {"revision": 3, "content": "c"}],
            ["superseded"] * 3 + ["conflicting"] * 2,
        ),
        ([{}, {"revision": 2, "status": "rejected"}], ["counts", "rejected"]),
        ([{}, {"revision": 2, "status": "quarantined"}], ["counts", "quarantined"]),
        ([{}, {"revision": 2, "content": "b", "withdrawn": True}], ["counts", "withdrawn"]),
        ([{}, {"content": "b", "withdrawn": True}], ["counts", "withdrawn"]),
        ([{}, {"content": "b", "status": "rejected"}], ["counts", "rejected"]),
        ([{}, {"content": "b", "replaced": 4}], ["superseded", "counts"]),
        ([{"replaced": 5}, {"content": "b", "replaced": 4}], ["counts", "superseded"]),
        # a decision is about one revision: a higher one still goes before it
        (
            [{}, {"content": "b", "replaced": 4}, {"revision": 2, "content": "c"}],
            ["superseded", "superseded", "counts"],
        ),
    ],
)
def test_the_highest_accepted_revision_counts(told: list[dict[str, object]], expected: list[str]) -> None:
    """And nothing else; different contents under one revision cancel each other until someone decides."""
    assert fates(versions(*told)) == expected


@pytest.mark.parametrize(
    "about",
    [
        *({"unit": "00256"}, {"agency": "BCD"}, {"outlet": "HN01"}, {"form": "B02"}),
        *({"period_to": date(2018, 12, 30)}, {"period_from": date(2018, 1, 2)}),
    ],
)
def test_versions_of_other_keys_do_not_meet(about: dict[str, object]) -> None:
    """Unit, agency, outlet, form and both ends of the period make the key."""
    assert fates(versions({}, {"content": "b", **about})) == ["counts", "counts"]


def test_of_equal_versions_the_one_that_came_first_counts() -> None:
    """By the day, then by the file; whichever row the store holds first."""
    rows = versions({"received_on": date(2018, 12, 1)}, {"received_on": date(2018, 11, 1)})
    assert fates(rows) == ["same_again", "counts"]
    same_day = versions(
        {"received_on": date(2018, 11, 1), "sha256": "b"}, {"sha256": "a", "received_on": date(2018, 11, 1)}
    )
    assert fates(same_day) == ["same_again", "counts"]


@pytest.mark.parametrize(
    ("about", "copied"),
    [
        ({}, True),
        ({"figures": 4}, False),
        ({"content": "b"}, False),
        ({"form": "B02"}, False),
        ({"period_from": date(2018, 1, 2)}, False),
        ({"replaced": 3}, False),
        ({"withdrawn": True}, False),
        ({"status": "rejected"}, False),
    ],
)
def test_a_copy_is_an_equal_b01_of_another_unit_and_the_same_days(about: dict[str, object], copied: bool) -> None:
    """With five figures above 0, standing, and not let through by the analyst."""
    first, second = versions({}, {"unit": "00256"})
    changed = second._replace(**about)  # type: ignore[arg-type]  # fields by name
    both = [first._replace(form=changed.form), changed]
    assert (Fate.COPIED.value in fates(both)) == copied
    if copied:
        assert fates(both) == ["copied", "copied"]


def test_only_the_versions_that_would_count_are_compared_for_copies() -> None:
    """A copy that its sender has corrected stands in nobody's way."""
    rows = versions({}, {"unit": "00256"}, {"unit": "00256", "revision": 2, "content": "b"})
    assert fates(rows) == ["counts", "superseded", "counts"]


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "unit": st.sampled_from(["00256", "00271"]),
                "revision": st.integers(1, 3),
                "content": st.sampled_from("ab"),
                "status": st.sampled_from(["accepted", "accepted", "rejected"]),
                "withdrawn": st.sampled_from([False, False, True]),
            }
        ),
        max_size=4,
    )
)
def test_at_most_one_version_of_a_key_counts_in_any_order(told: list[dict[str, object]]) -> None:
    """Whatever came: one, or none; and never one below a standing revision, be that in conflict or not."""
    rows = versions(*told)
    said = dict(zip([one.id for one in rows], fates(rows), strict=True))
    for unit in ("00256", "00271"):
        counting = [one for one in rows if one.unit == unit and said[one.id] == "counts"]
        assert len(counting) <= 1
        for one in counting:
            higher = [other for other in rows if other.unit == unit and other.revision > one.revision]
            assert {said[other.id] for other in higher} <= {"rejected", "withdrawn"}


def test_lists_are_the_forms_that_are_of_no_period() -> None:
    """What asks the store for them need not load the forms."""
    assert set(LISTS) == {form.code for form in FORMS.values() if not form.period_bound}

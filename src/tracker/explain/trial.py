"""A test of records as it was put: what each row that a rule asked says to each question, and in which cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tracker.explain import cells
from tracker.explain.context import Case, Said
from tracker.explanation import Line, Step
from tracker.form import PROVINCE_CODE
from tracker.messages import say
from tracker.plan import AllTest, AnyTest, FieldTest, RecordTest
from tracker.report import wording
from tracker.rule import record_truth
from tracker.writing import count

if TYPE_CHECKING:
    import pandas as pd

    from tracker.ledger import Filed

BRIEF_ROWS = 2
ROWS_SHOWN = 50


def questions(test: RecordTest) -> Iterator[FieldTest]:
    """The single questions that a test is made of, in its order."""
    if isinstance(test, AllTest):
        for one in test.all:
            yield from questions(one)
    elif isinstance(test, AnyTest):
        for one in test.any:
            yield from questions(one)
    else:
        yield test


@dataclass
class Trial:
    """A test, the filings of one form that it was put to, and the rows of them that may answer it.

    `others` are tests of other readings, whose questions are shown beside those of the deciding one; `also` are
    fields that tell a row from others, such as the date and the title of an item.
    """

    case: Case
    form: str
    filings: Sequence[Filed]
    rows: pd.DataFrame
    where: RecordTest
    others: Sequence[RecordTest] = ()
    also: Sequence[str] = ()

    @cached_property
    def used(self) -> frozenset[int]:
        return frozenset(one.id for one in self.filings)

    @cached_property
    def _asked(self) -> list[FieldTest]:
        """Every question once; of a page only those of the deciding reading."""
        tests = [self.where, *(() if self.case.brief else self.others)]
        return list(dict.fromkeys(one for test in tests for one in questions(test)))

    @cached_property
    def _said(self) -> list[tuple[FieldTest, Mapping[int, bool | None]]]:
        return [(one, self._truth(one)) for one in self._asked]

    @cached_property
    def passes(self) -> Mapping[int, bool | None]:
        """Whether each row passes, by its label."""
        return self._truth(self.where)

    def _truth(self, test: RecordTest) -> Mapping[int, bool | None]:
        import pandas as pd

        truth = record_truth(test, self.rows, self.case.context.scoring.asking())
        return {
            int(label): None if pd.isna(said) else bool(said) for label, said in zip(truth.index, truth, strict=True)
        }

    @cached_property
    def _by_filing(self) -> Mapping[int, list[tuple[int, Said]]]:
        found: dict[int, list[tuple[int, Said]]] = {}
        for label, record in self.case.context.traced(self.form, self.filings, self.rows):
            found.setdefault(int(record["filing_id"]), []).append((label, record))
        return found

    def records(self, filing: int) -> list[tuple[int, Said]]:
        """The rows of a filing by label, those that pass first."""
        rank = {True: 0, None: 1, False: 2}
        return sorted(self._by_filing.get(filing, []), key=lambda row: (rank[self.passes[row[0]]], row[0]))

    def cells(self, version: Any, under: str) -> list[Line]:
        """What a version says to the test: the cells of its record, or of each of its rows."""
        rows = self.records(version.id)
        if self.case.context.form(self.form).one_record:
            return [line for label, record in rows for line in self._of_row(version, label, record, under)]
        return self.of_rows(version, rows, under)

    def of_rows(self, version: Any, rows: Sequence[tuple[int, Said]], under: str) -> list[Line]:
        """A line for each row with its cells under it; of a page only the first, and only what decides."""
        shown = rows[: BRIEF_ROWS if self.case.brief else ROWS_SHOWN]
        if self.case.brief and shown and self.passes[shown[0][0]]:
            shown = shown[:1]
        found = [self._row(version, label, record, under) for label, record in shown]
        left = len(rows) - len(shown)
        if left and not (self.case.brief and shown and self.passes[shown[0][0]]):
            found.append(Line(Step.NOTE, f"{under}/more", say("explain.more_rows", n=count(left))))
        return found

    def _row(self, version: Any, label: int, record: Said, under: str) -> Line:
        truth = cells.truth_word(self.passes[label])
        key = f"{under}/{record['sheet']}.{record['row']}"
        told = self._of_row(version, label, record, key)
        if self.case.brief:
            return Line(Step.CELL, key, ", ".join(one.text for one in told))
        text = cells.row_words(f"explain.row.{truth}", version, record)
        facts = {"sheet": record["sheet"], "row": str(record["row"]), "truth": truth}
        return Line(Step.NOTE, key, text, facts, told)

    def _of_row(self, version: Any, label: int, record: Said, under: str) -> list[Line]:
        """The cell of every question; of a page, in a row that does not pass, only those that keep it from that."""
        asked = cells.Asked(version, record, under, self._masked(version))
        table = not self.case.context.form(self.form).one_record
        failing = self.case.brief and table and self.passes[label] is not True
        named = [name for name in self.also if name in record["origins"]]
        found = {name: cells.cell(self.case, asked, name) for name in named}
        for question, said in self._said:
            truth = said[label]
            if failing and truth is True:
                continue
            if question.field not in found or not found[question.field].facts.get("truth"):
                found[question.field] = cells.cell(self.case, asked, question.field, cells.truth_word(truth))
            if question.dated in record["origins"] and not self.case.brief:
                found.setdefault(question.dated, cells.cell(self.case, asked, question.dated))
        return list(found.values())

    def _masked(self, version: Any) -> str:
        """What a test asks of victims or cases is told below province level without its figures."""
        below = len(version.unit) > PROVINCE_CODE and not self.case.context.restricted
        return wording.MASKED if below else ""


# --- a test in words --------------------------------------------------------------------------------------------


def asks(case: Case, form: str, test: RecordTest, key: str) -> Line:
    """What a record must say to pass."""
    return Line(Step.NOTE, key, say("explain.asks", form=form, test=words(case, form, test)))


def figure(case: Case, form: str, field: str, where: RecordTest | None) -> str:
    """A field that is added up, and of which rows."""
    said = say("explain.figure", label=case.context.label(form, field), form=form)
    return said if where is None else say("explain.figure_of", figure=said, test=words(case, form, where))


def words(case: Case, form: str, test: RecordTest) -> str:
    if isinstance(test, AllTest):
        return say("explain.and").join(_inside(case, form, one) for one in test.all)
    if isinstance(test, AnyTest):
        return say("explain.or").join(_inside(case, form, one) for one in test.any)
    label = case.context.label(form, test.field)
    if test.listed_as:
        return say("explain.asked.listed", label=label, level=test.listed_as)
    if test.filled:
        return say("explain.asked.filled", label=label)
    if test.at_least is not None:
        return say("explain.asked.at_least", label=label, n=count(test.at_least))
    if test.at_most is not None:
        return say("explain.asked.at_most", label=label, n=count(test.at_most))
    if test.by_as_of:
        return say("explain.asked.by_as_of", label=label)
    if test.in_year:
        return say("explain.asked.in_year", label=label)
    return say("explain.asked.is", label=label, value=cells.read_as(test.equals))


def _inside(case: Case, form: str, test: RecordTest) -> str:
    said = words(case, form, test)
    return said if isinstance(test, FieldTest) else f"({said})"

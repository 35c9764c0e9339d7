"""The marked copy of one file: pure and picklable, so that it is made in a child process like the reading.

The ward's own package is edited where there is one and it is understood; else a workbook with the same content is
made and marked in the same way. A sheet with personal data is in no copy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.intake.content import Place, content_of, name_of
from tracker.intake.grid import At, Book, Unreadable
from tracker.intake.guard import place
from tracker.intake.kind import Kind, kind_of
from tracker.marked import package, rebuilt
from tracker.marked.comments import Note
from tracker.marked.listing import Explained, Listing, sheet_part
from tracker.marked.markup import NotEditableError
from tracker.marked.own import Returned, without_own_sheet
from tracker.marked.styles import Styles
from tracker.messages import fix, message, say, speaking
from tracker.parse import looks_right, personal_sheets
from tracker.problems import Problem, Severity
from tracker.reading import raw_text

MOST_COMMENTS = 10_000
_LONGEST_NOTE = 1500


@dataclass(frozen=True, slots=True)
class Order:
    """A file to be marked: where it is, its errors and open warnings, and what to say above them."""

    place: Place
    problems: tuple[Problem, ...]
    about: tuple[str, ...]
    revision: str
    language: str


@dataclass(frozen=True, slots=True)
class Copy:
    """The bytes of a marked copy; none where there is nothing that may be given back. `is_own` says that they are
    the ward's own package.
    """

    data: bytes = b""
    is_own: bool = False


def copy_of(order: Order, shown: str) -> Copy:
    """Makes the marked copy of a file; `shown` is its name for people."""
    from tracker.intake.read import read_bytes

    with speaking(order.language):
        try:
            data = content_of(order.place)
            book = read_bytes(data, name_of(order.place), score=looks_right)
        except Unreadable:
            return Copy()
        returned = without_own_sheet(book)
        personal, of_victims = personal_sheets(returned.book)
        kept = tuple(sheet for sheet in returned.book.sheets if sheet.name not in personal)
        if of_victims or not kept:
            return Copy()
        if kind_of(data) is Kind.XLSX and not personal:
            own = _own_package(data, returned, order)
            if own:
                return Copy(own, is_own=True)
        return Copy(_new_package(replace(returned.book, sheets=kept), order, shown, tuple(sorted(personal))))


def given_up(_shown: str, _why: str) -> Copy:
    """What there is of a file that killed or hung whoever marked it."""
    return Copy()


def _own_package(data: bytes, returned: Returned, order: Order) -> bytes:
    """The ward's own package with marks; b"" where it cannot be edited, or would then read otherwise."""
    from tracker.intake.read import read_bytes

    marking = _Marking(returned.book, order, returned.names)
    try:
        made = marking.mark(data, earlier=returned.sheets)
        again = without_own_sheet(read_bytes(made, name_of(order.place)))
    except (NotEditableError, Unreadable):
        return b""
    return made if again.book == returned.book else b""


def _new_package(book: Book, order: Order, shown: str, left_out: tuple[str, ...]) -> bytes:
    """A new workbook with the same content, marked, without the sheets `left_out`."""
    names = rebuilt.names_of(book, say("marked.csv_sheet"))
    notes = [say("marked.copied", name=shown.rpartition("/")[2])]
    if left_out:
        notes.append(say("marked.left_out", sheets=", ".join(f"“{name}”" for name in left_out)))
    return _Marking(book, order, names).mark(rebuilt.workbook(book, names), notes=notes)


class _Marking:
    """What is marked in one copy, and under which names its sheets stand there."""

    def __init__(self, book: Book, order: Order, names: Sequence[str]) -> None:
        self.book, self.order = book, order
        self.names: dict[str, str] = {}
        for sheet, name in zip(book.sheets, names, strict=True):
            self.names.setdefault(sheet.name, name)

    def mark(self, data: bytes, *, earlier: tuple[str, ...] = (), notes: Sequence[str] = ()) -> bytes:
        listing = Listing(
            self._explained(notes),
            self.order.problems,
            self._link,
            lambda name: self.names.get(name, name),
            self._stands,
            was_csv=self.book.is_csv,
        )
        taken = {name.casefold() for name in self.names.values()}
        titles = (say("marked.sheet"), *(f"{say('marked.sheet')} ({n})" for n in range(2, 1000)))
        return package.marked(
            data,
            self._marks(),
            title=next(one for one in titles if one.casefold() not in taken),
            listing=lambda styles: self._sheet(listing, styles),
            earlier=earlier,
        )

    def _sheet(self, listing: Listing, styles: Styles) -> bytes:
        """Our sheet speaks of sheets as the copy names them, since that is what comes back."""
        renamed = [replace(one, sheet=self._comes_back_as(one.sheet)) for one in listing.problems]
        return sheet_part(replace(listing, problems=renamed), styles)

    def _comes_back_as(self, name: str) -> str:
        return name if self.book.is_csv else self.names.get(name, name)

    def _link(self, sheet: str, cell: str) -> str:
        """Where a problem is to be put right: its cell, else its sheet; "" where the copy does not have it."""
        shown = {self._comes_back_as(name): there for name, there in self.names.items()}.get(sheet, "")
        quoted = shown.replace("'", "''")
        return f"'{quoted}'!{cell or 'A1'}" if shown else ""

    def _stands(self, sheet: str, cell: str) -> str | None:
        """What is written in a cell; None where there is no cell."""
        of_name = {self._comes_back_as(one.name): one for one in self.book.sheets}
        if not cell or sheet not in of_name:
            return None
        at = place(cell)
        value = of_name[sheet].at(*at)
        return of_name[sheet].errors.get(at, "" if value is None else raw_text(value))

    def _marks(self) -> dict[str, dict[At, tuple[Severity, Note | None]]]:
        at_cell: dict[tuple[str, str], list[Problem]] = {}
        for one in self.order.problems:
            if one.cell and one.sheet in self.names:
                at_cell.setdefault((self.names[one.sheet], one.cell), []).append(one)
        marks: dict[str, dict[At, tuple[Severity, Note | None]]] = {}
        for number, ((sheet, cell), problems) in enumerate(at_cell.items()):
            severity = min(one.severity for one in problems)
            note = _note(severity, problems) if number < MOST_COMMENTS else None
            marks.setdefault(sheet, {})[place(cell)] = (severity, note)
        return marks

    def _explained(self, notes: Sequence[str]) -> Explained:
        errors = sum(one.is_error for one in self.order.problems)
        counts = say("marked.count", errors=str(errors), warnings=str(len(self.order.problems) - errors))
        steps = [say("marked.step_go"), say("marked.step_fix"), self.order.revision, say("marked.step_send")]
        numbered = tuple(f"{n}. {step}" for n, step in enumerate(steps, 1))
        return Explained(say("marked.title"), (*self.order.about, counts), (*numbered, *notes))


def _note(severity: Severity, problems: Sequence[Problem]) -> Note:
    said: Mapping[str, None] = dict.fromkeys(f"{message(one)} {fix(one)}" for one in problems)
    warned = severity is Severity.WARNING
    text = "\n".join(said)[:_LONGEST_NOTE]
    title = say("marked.comment_warning" if warned else "marked.comment_error")
    return Note(title, f"{text}\n{say('marked.comment_reason')}" if warned else text)

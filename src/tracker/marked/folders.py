"""What goes back to whom: a folder for each district with marked copies, notes where there is none, and a list.

Nothing is ever overwritten: a file that is there already with the same bytes stays, one with others makes way by a
number in the name of the new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.intake.arrivals import SENT
from tracker.intake.content import Place
from tracker.intake.workers import in_children
from tracker.marked.covering import Line, covering_list
from tracker.messages import fix, lang, message, say
from tracker.naming import file_name
from tracker.place import Places, Tier, Unit
from tracker.problems import Problem, Severity, TrackerError
from tracker.report.characters import printable
from tracker.returns import Status

if TYPE_CHECKING:
    from tracker.marked.copies import Copy, Order

NOTE = ".ghi-chu.txt"
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_LONGEST_NAME = 100
_EDITABLE = frozenset({".xlsx", ".xlsm"})
SECONDS = 120.0  # of one copy: a file with twenty thousand problems takes a tenth
ONE_BY_ONE = 24  # up to so many files one process is as quick as several


@dataclass(frozen=True)
class GoingBack:
    """One file that goes back: where it is, what became of it, and what is open in it.

    `next_revision` is the one that a correction needs: None where the present one may stay, 0 where the file holds
    several returns that each need their own.
    """

    place: Place
    path: str
    status: Status
    returns: Sequence[Mapping[str, Any]]
    problems: tuple[Problem, ...]
    next_revision: int | None = None
    sha256: str = ""

    @property
    def errors(self) -> int:
        return sum(one.is_error for one in self.problems)

    @property
    def name(self) -> str:
        """As it was sent; a quarantined file, whose own name may be a victim's, goes by its hash (section 9)."""
        name = self.path.rpartition("/")[2]
        if self.status is not Status.QUARANTINED:
            return name
        suffix = Path(name).suffix.lower()
        return f"tep-cach-ly-{self.sha256[:12]}{suffix if suffix in SENT else ''}"


@dataclass(frozen=True, slots=True)
class Written:
    """How much was written."""

    copies: int = 0
    notes: int = 0
    lists: int = 0


def open_problems(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """What a unit must still see to: errors, and warnings that no reason answers."""
    return tuple(one for one in problems if one.severity is not Severity.INFO and not one.waiver)


def refuse_inside(folder: Path, given: Sequence[Path]) -> None:
    """Copies are never written among the files that they are of. Raises TrackerError."""
    here = folder.resolve()
    for path in given:
        there = path.resolve()
        if (path.is_dir() and here.is_relative_to(there)) or here == there:
            raise TrackerError("returned_inside", path=str(folder))


def give_back(files: Sequence[GoingBack], folder: Path, places: Places, *, workers: int) -> Written:
    """Writes the copies, notes and lists. Raises OSError as the system does."""
    from tracker.marked.copies import Order

    homes = [_Home(one.returns, places) for one in files]
    orders = [
        (Order(one.place, one.problems, home.about, _revision(one), lang()), printable(one.path))
        for one, home in zip(files, homes, strict=True)
    ]
    lines: dict[str, list[Line]] = {}
    titles: dict[str, str] = {}
    copies = notes = 0
    for one, home, copy in zip(files, homes, _copies(files, orders, workers), strict=True):
        into = folder / home.folder
        written = (
            _write_copy(into, one, copy) if copy.data else _put(into, _stem(one.name, NOTE), NOTE, _note(one, home))
        )
        copies, notes = copies + bool(copy.data), notes + (not copy.data)
        lines.setdefault(home.folder, []).append(_line(one, home, written.name, copy))
        titles[home.folder] = home.title
    for name, of_district in sorted(lines.items()):
        _put(folder / name, say("marked.list.file"), ".xlsx", covering_list(titles[name], of_district))
    return Written(copies, notes, len(lines))


def _copies(files: Sequence[GoingBack], orders: Sequence[tuple[Order, str]], workers: int) -> Iterator[Copy]:
    """The copy of each file in order, made in child processes; none of what was quarantined or not read."""
    from tracker.marked.copies import Copy, copy_of, given_up

    tasks = [order for one, order in zip(files, orders, strict=True) if _may_be_copied(one)]
    made = in_children(copy_of, tasks, given_up, workers=1 if len(tasks) <= ONE_BY_ONE else workers, seconds=SECONDS)
    for one in files:
        yield next(made) if _may_be_copied(one) else Copy()


def _may_be_copied(one: GoingBack) -> bool:
    return one.status not in (Status.QUARANTINED, Status.UNREADABLE)


def _revision(one: GoingBack) -> str:
    if one.next_revision is None:
        return say("marked.revision_keep")
    if not one.next_revision:
        return say("marked.revision_raise_each")
    return say("marked.revision_raise", next=str(one.next_revision))


# --- whose ------------------------------------------------------------------------------------------------------


class _Home:
    """Whose a file is: the units of its returns, and the district that sends it back to them."""

    def __init__(self, returns: Sequence[Mapping[str, Any]], places: Places) -> None:
        self._places = places
        self.returns = returns
        self.units = [(one, self._unit(one)) for one in returns]

    def _unit(self, said: Mapping[str, Any]) -> Unit | None:
        lives = self._places.units_of_code(said["unit"])
        last = date.fromisoformat(said["period_to"]) if said["period_to"] else None
        return next(
            (one for one in reversed(lives) if last and one.valid.first <= last), lives[-1] if lives else None
        )

    @cached_property
    def area(self) -> Unit | None:
        """The district, or the province of units of several; None when no unit is known."""
        known = [unit for _, unit in self.units if unit]
        own = {unit.code if unit.tier is not Tier.COMMUNE else unit.parent for unit in known}
        above = {unit.province for unit in known}
        code = next(iter(own)) if len(own) == 1 else next(iter(above)) if len(above) == 1 else ""
        lives = self._places.units_of_code(code)
        on = max((unit.valid.first for unit in known), default=date.min)
        return next((one for one in reversed(lives) if one.valid.first <= on), lives[-1] if lives else None)

    @property
    def folder(self) -> str:
        if self.area is None:
            return say("marked.list.unknown")
        return file_name(self.area.code, self.area.full_name)

    @property
    def title(self) -> str:
        return f"{self.area.full_name} ({self.area.code})" if self.area else say("marked.list.unknown_name")

    @property
    def about(self) -> tuple[str, ...]:
        if len(self.units) > 1:
            return (say("marked.about_several", n=str(len(self.units))),)
        return tuple(
            say(
                "marked.about",
                unit=self.unit_names,
                agency=self.agencies,
                period=self.periods,
                revision=str(one["revision"]),
            )
            for one in self.returns
        )

    @property
    def unit_names(self) -> str:
        named = dict.fromkeys(
            f"{unit.full_name} ({unit.code})" if unit else said["unit"] for said, unit in self.units
        )
        return _few(named)

    @property
    def agencies(self) -> str:
        return _few(dict.fromkeys(say(f"agency.{one['agency']}") for one in self.returns))

    @property
    def periods(self) -> str:
        return _few(dict.fromkeys(_period(one) for one in self.returns))

    @property
    def forms(self) -> str:
        return ", ".join(dict.fromkeys(form for one in self.returns for form in one["forms"]))


def _few(words: Mapping[str, None], most: int = 3) -> str:
    shown = ", ".join(list(words)[:most])
    return f"{shown}, …" if len(words) > most else shown


def _period(said: Mapping[str, Any]) -> str:
    days = [
        f"{date.fromisoformat(said[name]):%d/%m/%Y}" if said[name] else "…" for name in ("period_from", "period_to")
    ]
    return "–".join(days)


def _line(one: GoingBack, home: _Home, written: str, copy: Copy) -> Line:
    how = "copy_edited" if copy.is_own else "copy_made" if copy.data else "note"
    return Line(
        codes=" ".join(sorted({said["unit"] for said in one.returns})),
        unit=home.unit_names,
        agency=home.agencies,
        period=home.periods,
        forms=home.forms,
        status=one.status,
        errors=one.errors,
        warnings=len(one.problems) - one.errors,
        returned=written,
        received=printable(one.name),
        how=say(f"marked.list.{how}"),
    )


# --- files ------------------------------------------------------------------------------------------------------


def _write_copy(folder: Path, one: GoingBack, copy: Copy) -> Path:
    suffix = Path(one.name).suffix
    kept = suffix if copy.is_own and suffix.lower() in _EDITABLE else ".xlsx"
    return _put(folder, _stem(Path(one.name).stem, kept), kept, copy.data)


def _stem(name: str, suffix: str) -> str:
    """A name that every system takes."""
    safe = _FORBIDDEN.sub("_", printable(name)).strip(" .")
    return safe[: _LONGEST_NAME - len(suffix)].rstrip(" .") or "_"


def _put(folder: Path, stem: str, suffix: str, data: bytes) -> Path:
    """Writes a file under the first name that is free, or that the same bytes have already."""
    folder.mkdir(parents=True, exist_ok=True)
    n = 1
    while True:
        path = folder / (f"{stem}{suffix}" if n == 1 else f"{stem} ({n}){suffix}")
        try:
            _create(path, data)
        except FileExistsError:
            if path.is_file() and path.read_bytes() == data:
                return path
            n += 1
        else:
            return path


def _create(path: Path, data: bytes) -> None:
    """Writes a new file; of one that could not be written whole nothing stays behind."""
    file = path.open("xb")
    try:
        with file:
            file.write(data)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _note(one: GoingBack, home: _Home) -> bytes:
    """A text for people: whose file it is, where it is wrong and what to do, never what stands there."""
    said = dict.fromkeys(f"{message(it)} {fix(it)}" for it in one.problems)
    lines = [
        say("marked.note.head", name=printable(one.name)),
        *home.about,
        "",
        *said,
        "",
        say("marked.note.end"),
        "",
    ]
    return ("\ufeff" + "\r\n".join(lines)).encode("utf-8", "replace")

"""The chase in words: as tables for a terminal, as JSON, as rows for CSV and for a spreadsheet to send out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from tracker.messages import lang, say
from tracker.report import wording
from tracker.report.outline import TONES, Cell, Column, Grid, Tone
from tracker.report.problems import grouped
from tracker.writing import count, day

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.asks import Ask, Note
    from tracker.chase import Chase, PlanChase, Pursuit
    from tracker.problems import Problem
    from tracker.shortfall import Lack

LISTED = 15  # units of one list in a terminal; the files have them all
ERRORS_SAID = 2
DAYS = ("found", "received", "first", "last")
"""Facts that may be days, in ISO."""
COUNTS = ("n", "left")


def names(one: PlanChase, on: date) -> Callable[[str], str]:
    """The name of a place on a day; its code where the registry has none."""

    def name(code: str) -> str:
        unit = one.places.unit(code, on)
        return unit.full_name if unit else code

    return name


# --- sentences --------------------------------------------------------------------------------------------------


def lack_text(lack: Lack, name: Callable[[str], str], *, errors: int | None = None) -> str:
    """What is lacking, in one sentence; of the errors behind it at most `errors` are said, the rest counted."""
    facts = _facts(lack.facts)
    facts["form"] = lack.form
    if agency := lack.facts.get("agency"):
        facts["agency"] = wording.agency(agency)
    if merged := lack.facts.get("merged"):
        facts["merged"] = ", ".join(map(name, merged.split(", ")))
    if part := lack.facts.get("part"):
        facts["part"] = say(f"part.{part}") if lack.code == "part_blank" else part
    key = "not_sent_merged" if merged else lack.code
    text = say(f"chase.lack.{key}", **facts)
    if lack.problems:
        text = f"{text}: {_errors(lack.problems, errors)}"
    return say("chase.of", unit=name(lack.facts["of"]), text=text) if lack.facts.get("of") else text


def _errors(problems: Sequence[Problem], limit: int | None) -> str:
    said = grouped(problems)
    shown = said[:limit]
    texts = [f"{one.where} {one.message}".strip() for one in shown]
    if more := len(said) - len(shown):
        texts.append(say("chase.more_errors", n=count(more)))
    return "; ".join(text.rstrip(".") for text in texts)


def lacks_text(ask: Ask, name: Callable[[str], str], *, errors: int | None = None) -> str:
    return "; ".join(lack_text(lack, name, errors=errors) for lack in ask.lacks)


def note_text(note: Note) -> str:
    facts = _facts(note.facts)
    if months := note.facts.get("months"):
        facts["months"] = ", ".join(wording.month(month) for month in months.split(", "))
    return say(f"chase.note.{note.code}", **facts)


def _facts(facts: Mapping[str, str]) -> dict[str, object]:
    said: dict[str, object] = dict(facts)
    said.update((name, day(on)) for name in DAYS if (on := _day(facts.get(name, ""))))
    said.update((name, count(int(facts[name]))) for name in COUNTS if name in facts)
    return said


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2020-12-31") else None
    except ValueError:
        return None


def body(ask: Ask, name: Callable[[str], str]) -> str:
    """Who is asked: the unit; an agency of it by name; the month."""
    text = name(ask.unit)
    if ask.agency not in ("", "UBND"):
        text = f"{wording.agency(ask.agency)} – {text}"
    return f"{text} ({item(ask)})" if ask.item else text


def item(ask: Ask) -> str:
    return wording.month(ask.item) or ask.item


def verdict_line(one: Pursuit) -> str:
    """How many it takes, of what, in one sentence; where nothing helps, that."""
    if one.way.value == "nothing":
        return say("chase.line.nothing")
    if one.to_meet is None and one.to_miss is None:
        return say(f"chase.line.{'parts' if one.parts else 'masked' if one.masked else 'unknown'}")
    what = "months" if one.score.kind == "months" else one.way.value
    which = "both" if one.to_meet and one.to_miss else "meet" if one.to_meet else "miss"
    return say(f"chase.line.{what}_{which}", meet=count(one.to_meet or 0), miss=count(one.to_miss or 0))


# --- tables -----------------------------------------------------------------------------------------------------


def grids(chase: Chase, one: PlanChase) -> Iterator[Grid]:
    """The targets with how many it takes, then a list for each that something can be done about."""
    name = names(one, chase.as_of)
    yield _summary(one)
    for label, pursuit in _labelled(one.pursuits):
        if pursuit.asks:
            yield _list(label, pursuit, name)


def _labelled(pursuits: Iterable[Pursuit]) -> Iterator[tuple[str, Pursuit]]:
    """Every list with its heading: the target's label, and the part's."""
    for one in pursuits:
        label = one.score.label.said(lang())
        if not one.parts:
            yield label, one
        for part in one.parts:
            yield f"{label} · {part.score.label.said(lang())}", part


def _summary(one: PlanChase) -> Grid:
    columns = [
        Column(say("outline.target")),
        Column(say("outline.figure"), whole=True),
        Column(say("outline.threshold"), right=True, whole=True),
        Column(say("outline.verdict"), whole=True),
        Column(say("chase.column.how")),
    ]
    rows = [row for pursuit in one.pursuits for row in _summary_rows(pursuit, 0)]
    return Grid("", columns, rows)


def _summary_rows(one: Pursuit, level: int) -> Iterator[Sequence[Cell]]:
    tone = TONES.get(one.score.verdict, Tone.QUIET) if one.score.verdict else Tone.PLAIN
    alone = [note_text(note) for note in one.notes] if one.way.value == "nothing" else []
    yield (
        Cell(one.score.label.said(lang()), level=level),
        Cell(wording.figure(one.score)),
        Cell(wording.threshold(one.score)),
        Cell(wording.verdict(one.score.verdict), tone),
        Cell(" ".join(alone) or verdict_line(one)),
    )
    for part in one.parts:
        yield from _summary_rows(part, level + 1)


def _list(label: str, one: Pursuit, name: Callable[[str], str]) -> Grid:
    gains = len({ask.gain for ask in one.asks}) > 1 or any((ask.gain or 0) > 1 for ask in one.asks)
    due = any(ask.due for ask in one.asks)
    columns = [Column(""), Column(say("outline.district")), Column(say("chase.column.unit"))]
    columns += [Column(say("chase.column.gain"), right=True, whole=True)] if gains else []
    columns += [Column(say("chase.column.lacks"))]
    columns += [Column(say("outline.due"), whole=True)] if due else []
    rows = []
    for number, ask in enumerate(one.asks[:LISTED], start=1):
        cells = [Cell(count(number), Tone.QUIET), Cell(name(ask.district)), Cell(body(ask, name))]
        cells += [Cell(count(ask.gain) if ask.gain is not None else wording.MASKED)] if gains else []
        cells += [Cell(lacks_text(ask, name, errors=ERRORS_SAID))]
        cells += [Cell(day(ask.due) if ask.due else wording.NOTHING)] if due else []
        rows.append(cells)
    notes = [verdict_line(one), *(note_text(note) for note in one.notes)]
    if len(one.asks) > LISTED:
        crowds = Counter(ask.district for ask in one.asks).most_common()
        said = ", ".join(f"{name(district)} {count(n)}" for district, n in crowds)
        notes = [say("chase.more", n=count(len(one.asks) - LISTED)), say("chase.crowds", districts=said), *notes]
    if one.spare:
        notes.append(say("chase.spare", n=count(one.spare)))
    heading = f"{label}: {say(f'chase.way.{one.way.value}')}"
    return Grid(heading, columns, list(rows), notes)


def next_step(chase: Chase) -> str:
    """What an analyst would sensibly do after reading the lists."""
    if not chase.plans:
        return say("outline.nothing", year=chase.year)
    asked = any(one.asks for plan in chase.plans for _, one in _labelled(plan.pursuits))
    return say("chase.next_send" if asked else "chase.next_report", year=chase.year)


# --- as JSON ----------------------------------------------------------------------------------------------------


def as_json(chase: Chase, *, version: str, language: str) -> dict[str, Any]:
    """The chase report, as `schemas/chase-report.json` says."""
    return {
        "tool": {"name": "tracker", "version": version},
        "year": chase.year,
        "as_of": chase.as_of.isoformat(),
        "known_on": chase.known_on.isoformat() if chase.known_on else None,
        "plans": [
            {
                "id": one.plan.id,
                "title": one.plan.title.said(language),
                "registry": {"date": chase.as_of.isoformat(), "units": one.communes},
                "targets": [_pursuit(pursuit, names(one, chase.as_of)) for pursuit in one.pursuits],
            }
            for one in chase.plans
        ],
    }


def _pursuit(one: Pursuit, name: Callable[[str], str]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": one.score.id,
        "label": one.score.label.said(lang()),
        "citation": one.score.cite,
        "kind": one.score.kind,
        "verdict": one.score.verdict.value if one.score.verdict else None,
        "way": one.way.value,
        "to_meet": one.to_meet,
        "to_miss": one.to_miss,
        "spare": one.spare,
        "notes": [{"code": note.code, "text": note_text(note)} for note in one.notes],
        "units": [_ask(ask, name) for ask in one.asks],
    }
    if one.masked:
        said["masked"] = True
    if one.parts:
        said["parts"] = [_pursuit(part, name) for part in one.parts]
    return said


def _ask(ask: Ask, name: Callable[[str], str]) -> dict[str, Any]:
    return {
        "unit": ask.unit,
        "name": name(ask.unit),
        "agency": ask.agency or None,
        "district": ask.district,
        "district_name": name(ask.district),
        "item": ask.item or None,
        "form": ask.form,
        "gain": ask.gain,
        "loss": ask.loss,
        "for_met": ask.for_met,
        "for_not_met": ask.for_not_met,
        "standing": ask.nearness.name.lower(),
        "due": ask.due.isoformat() if ask.due else None,
        "lacks": [{"code": lack.code, "form": lack.form, "text": lack_text(lack, name)} for lack in ask.lacks],
    }


# --- as rows ----------------------------------------------------------------------------------------------------

COLUMNS = (
    "plan", "year", "as_of", "known_on", "target", "part", "verdict", "way", "district", "district_name", "unit",
    "unit_name", "agency", "item", "form", "order", "gain", "loss", "for_met", "for_not_met", "standing", "lacks",
    "due",
)  # fmt: skip


def as_csv(chase: Chase) -> str:
    """UTF-8 text with a BOM, one row for each unit of each list; no cell is taken for a formula."""
    import csv
    import io

    from tracker.report.csv import escaped

    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for one in chase.plans:
        for row in _rows(chase, one):
            writer.writerow({key: escaped(str(cell)) for key, cell in row.items()})
    return "\ufeff" + text.getvalue()


def _rows(chase: Chase, one: PlanChase) -> Iterator[dict[str, Any]]:
    name = names(one, chase.as_of)
    about = {
        "plan": one.plan.id,
        "year": chase.year,
        "as_of": chase.as_of.isoformat(),
        "known_on": chase.known_on.isoformat() if chase.known_on else "",
    }
    for target, part, pursuit in _placed(one.pursuits):
        for number, ask in enumerate(pursuit.asks, start=1):
            said = _ask(ask, name)
            texts = {key: "" if said[key] is None else said[key] for key in said if key in COLUMNS}
            yield {
                **about,
                **texts,
                "target": target,
                "part": part,
                "verdict": pursuit.score.verdict.value if pursuit.score.verdict else "",
                "way": pursuit.way.value,
                "unit_name": said["name"],
                "order": number,
                "lacks": lacks_text(ask, name),
            }


def _placed(pursuits: Iterable[Pursuit]) -> Iterator[tuple[str, str, Pursuit]]:
    for one in pursuits:
        if not one.parts:
            yield one.score.id, "", one
        for part in one.parts:
            yield one.score.id, part.score.id, part


SHEET_COLUMNS = {
    "district": 20, "unit": 26, "code": 8, "target": 30, "way": 14, "order": 8, "gain": 10, "for_met": 9,
    "for_not_met": 11, "form": 9, "lacks": 70, "due": 12,
}  # fmt: skip
"""Columns of the sheet to send out, with their widths in characters."""


def sheet_rows(chase: Chase, one: PlanChase) -> list[list[str | int | date | None]]:
    """The rows of the sheet of one plan, by district, unit, target and order."""
    name = names(one, chase.as_of)
    found: list[tuple[Any, list[str | int | date | None]]] = []
    for place, (label, pursuit) in enumerate(_labelled(one.pursuits)):
        for number, ask in enumerate(pursuit.asks, start=1):
            said: list[str | int | date | None] = [
                name(ask.district),
                body(ask, name),
                ask.unit,
                label,
                say(f"chase.way.{pursuit.way.value}"),
                number,
                wording.MASKED if ask.gain is None else ask.gain,
                say("chase.yes") if ask.for_met else "",
                say("chase.yes") if ask.for_not_met else "",
                ask.form,
                lacks_text(ask, name),
                ask.due,
            ]
            found.append(((ask.district, ask.unit, ask.agency, place, number), said))
    return [row for _, row in sorted(found, key=lambda one: one[0])]

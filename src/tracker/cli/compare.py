"""`tracker compare`: why figures moved between two receipt dates, between two years, or with other boundaries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.chase import deliver
from tracker.cli.report import YEARS, came_of, chosen, meant
from tracker.cli.session import SESSION, day_of, json_text
from tracker.messages import lang, say
from tracker.problems import TrackerError

if TYPE_CHECKING:
    from rich.console import Console

    from tracker.compare import Cause, Comparison, PlanComparison, State
    from tracker.place import Places
    from tracker.plan import Plan
    from tracker.rule import Score
    from tracker.store import Store
    from tracker.versions import Version


@dataclass(frozen=True)
class Asked:
    """What is to be held against what, as the options say it."""

    year: int
    plans: Sequence[str] = ()
    as_of: date | None = None
    first: date | None = None
    last: date | None = None
    base_year: int | None = None
    communes_of: date | None = None
    plan_before: str = ""
    restricted: bool = False

    @property
    def day(self) -> date:
        return self.as_of or date(self.year, 12, 31)


@dataclass
class Scorer:
    """Scores a plan on what counted; records are read from the store once."""

    store: Store
    places: Places
    _records: dict[int, list[Mapping[str, Any]]] = field(default_factory=dict)
    _scores: dict[tuple[object, ...], dict[str, Score]] = field(default_factory=dict)

    def scores(self, plan: Plan, versions: Sequence[Version], year: int, as_of: date) -> dict[str, Score]:
        """Every target with a threshold, by its id; the same scores for the same returns."""
        from tracker.forms import FORMS
        from tracker.forms.b04 import FIVE_SETTINGS
        from tracker.ledger import Ledger
        from tracker.plan import MeasureTarget
        from tracker.scores import Scoring, score_target

        counting = [one for one in versions if one.counts]
        key = (id(plan), year, as_of, tuple(one.id for one in counting))
        if key not in self._scores:
            scoring = Scoring(plan, Ledger(counting, self._load, FORMS), self.places, year, as_of, FIVE_SETTINGS)
            judged = [target for target in plan.targets if not isinstance(target, MeasureTarget)]
            self._scores[key] = {target.id: score_target(scoring, target) for target in judged}
        return self._scores[key]

    def state(self, asked: Asked, plan: Plan, cause: Cause | None, scores: dict[str, Score], **about: Any) -> State:
        """The scores with what of them may be shown."""
        from tracker.compare import State
        from tracker.report.disclosure import masked

        shown = masked(list(scores.values()), plan, restricted=asked.restricted)
        return State(cause, scores, {one.id: one for one in shown}, **about)

    def _load(self, filings: Sequence[int]) -> Iterable[Mapping[str, Any]]:
        unread = [one for one in filings if one not in self._records]
        self._records |= {one: [] for one in unread}
        for record in self.store.records(unread):
            self._records[record["filing_id"]].append(record)
        return (record for one in sorted(filings) for record in self._records[one])


def build(asked: Asked) -> Comparison:
    """The comparison asked for. Raises TrackerError where the options do not say one."""
    from tracker.compare import Comparison, Mode
    from tracker.place import load
    from tracker.plans import load as load_plan

    mode = Mode(_mode(asked))
    places = load()
    with SESSION.reading() as store:
        all_plans = [*meant(asked.plans, asked.year), *map(load_plan, filter(None, [asked.plan_before]))]
        years = (asked.year, *filter(None, [asked.base_year]))
        versions = came_of(store, all_plans, years, places, asked.last)
        plans = chosen(asked.plans, asked.year, versions, places)
        if asked.plan_before and all(load_plan(asked.plan_before).id != plan.id for plan in plans):
            raise TrackerError("compare_plan_before", found=asked.plan_before)
        told = {Mode.RECEIPTS: _of_receipts, Mode.YEARS: _of_years, Mode.COMMUNES: _of_communes}[mode]
        scorer = Scorer(store, places)
        found = [_plan_comparison(asked, plan, list(told(asked, plan, versions, scorer)), places) for plan in plans]
        files = store.names({one.sha256 for one in versions})
    return Comparison(
        mode, asked.year, asked.day, found, asked.first, asked.last, asked.base_year, asked.communes_of, files
    )


def _mode(asked: Asked) -> str:
    """Exactly one of the three; another version of the plan only between receipt dates."""
    for year in (asked.year, *([asked.base_year] if asked.base_year is not None else [])):
        if year not in YEARS:
            raise TrackerError("bad_year", found=str(year))
    dates = asked.first is not None or asked.last is not None
    modes = {"receipts": dates, "years": asked.base_year is not None, "communes": asked.communes_of is not None}
    meant = [mode for mode, given in modes.items() if given]
    if len(meant) != 1 or (asked.plan_before and not dates):
        raise TrackerError("compare_what")
    if dates and (asked.first is None or asked.last is None or asked.first > asked.last):
        raise TrackerError("compare_dates")
    if asked.base_year == asked.year:
        raise TrackerError("compare_years")
    return meant[0]


def _plan_comparison(asked: Asked, plan: Plan, states: list[State], places: Places) -> PlanComparison:
    from tracker.compare import Homes, PlanComparison, Telling
    from tracker.plan import MeasureTarget

    def home(unit: str) -> str:
        return places.district_of(unit, asked.day) if len(unit) == len("00001") else unit

    homes = Homes(home, lambda unit: places.merged_into(unit, asked.day))
    targets = [target for target in plan.targets if not isinstance(target, MeasureTarget)]
    days = [
        _basis(asked, asked.base_year) if asked.base_year is not None else asked.day,
        asked.communes_of or asked.day,
    ]
    before, after = (len(places.communes(plan.area, day)) for day in days)

    def name(code: str) -> str:
        unit = next((one for day in reversed(days) if (one := places.unit(code, day))), None)
        return unit.full_name if unit else code

    told = Telling(states, homes, asked.restricted).movements(targets)
    return PlanComparison(plan, (before, after), told, name)


def _basis(asked: Asked, year: int) -> date:
    """The same day of another year; 28 February for a day that only leap years have."""
    try:
        return asked.day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


# --- the states of each mode ------------------------------------------------------------------------------------


def _of_receipts(asked: Asked, plan: Plan, versions: Sequence[Version], scorer: Scorer) -> Iterator[State]:
    """Data first, under the old rules; then the rules; boundaries are the same on one day of judgement."""
    from tracker.compare import Cause, changes, receipts

    assert asked.first is not None
    assert asked.last is not None
    old = _earlier(asked, plan)
    before: list[Version] = []
    for cause, counted in receipts(versions, scorer.store.decisions(), asked.first, asked.last):
        scores = scorer.scores(old, counted, asked.year, asked.day)
        yield scorer.state(asked, old, cause, scores, changes=changes(before, counted, asked.year) if cause else [])
        before = counted
    ruled = scorer.scores(plan, before, asked.year, asked.day)
    for cause in (Cause.RULES, Cause.BOUNDARIES):
        yield scorer.state(asked, plan, cause, ruled)


def _earlier(asked: Asked, plan: Plan) -> Plan:
    """The plan as it was before; the same plan where no other version of it is given."""
    from tracker.plans import load

    earlier = load(asked.plan_before) if asked.plan_before else plan
    return earlier if earlier.id == plan.id else plan


def _of_years(asked: Asked, plan: Plan, versions: Sequence[Version], scorer: Scorer) -> Iterator[State]:
    """The base year on its own units, then on those of the other year, then the other year's answers."""
    from tracker.compare import Cause, Change

    assert asked.base_year is not None
    basis = _basis(asked, asked.base_year)
    own = scorer.scores(plan, versions, asked.base_year, basis)
    yield scorer.state(asked, plan, None, own)
    yield _restated(asked, plan, own, scorer, (basis, asked.day))
    counting = [one for one in versions if one.counts]
    said = [Change(one, counts=False) for one in counting if one.year == asked.base_year]
    said += [Change(one, counts=True) for one in counting if one.year == asked.year]
    now = scorer.scores(plan, versions, asked.year, asked.day)
    yield scorer.state(asked, plan, Cause.ANSWERS, now, changes=said)


def _of_communes(asked: Asked, plan: Plan, versions: Sequence[Version], scorer: Scorer) -> Iterator[State]:
    assert asked.communes_of is not None
    own = scorer.scores(plan, versions, asked.year, asked.day)
    yield scorer.state(asked, plan, None, own)
    yield _restated(asked, plan, own, scorer, (asked.day, asked.communes_of))


def _restated(
    asked: Asked, plan: Plan, scores: Mapping[str, Score], scorer: Scorer, days: tuple[date, date]
) -> State:
    """The scores on the units of another day. Raises TrackerError for a day of which the registry knows nothing."""
    from tracker.compare import Cause
    from tracker.restated import lineage, restated

    basis, day = days
    if not scorer.places.communes(plan.area, day):
        raise TrackerError("compare_no_units", day=day.isoformat())
    line = lineage(scorer.places, plan.area, basis, day)
    found = {target.id: restated(scores[target.id], target, line) for target in plan.targets if target.id in scores}
    restated_scores = {name: one.score for name, one in found.items()}
    return scorer.state(asked, plan, Cause.BOUNDARIES, restated_scores, restated=found)


# --- the command ------------------------------------------------------------------------------------------------


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MD = "md"


def compare_command(
    year: Annotated[int, typer.Option(help=say("cli.help_year"))],
    first: Annotated[str | None, typer.Option("--from", help=say("compare.help_from"))] = None,
    last: Annotated[str | None, typer.Option("--to", help=say("compare.help_to"))] = None,
    base_year: Annotated[int | None, typer.Option(help=say("compare.help_base_year"))] = None,
    communes_of: Annotated[str | None, typer.Option(help=say("compare.help_communes_of"))] = None,
    plan: Annotated[list[str] | None, typer.Option(help=say("cli.help_plan"))] = None,
    plan_before: Annotated[str, typer.Option(help=say("compare.help_plan_before"))] = "",
    as_of: Annotated[str | None, typer.Option(help=say("cli.help_as_of"))] = None,
    format: Annotated[Format, typer.Option(help=say("cli.help_format"))] = Format.TABLE,
    restricted: Annotated[bool, typer.Option("--restricted", help=say("cli.help_restricted"))] = False,
    out_file: Annotated[Path | None, typer.Option("--out", help=say("cli.help_out"))] = None,
) -> None:
    asked = Asked(
        year,
        plan or [],
        as_of=day_of(as_of),
        first=day_of(first),
        last=day_of(last),
        base_year=base_year,
        communes_of=day_of(communes_of),
        plan_before=plan_before,
        restricted=restricted,
    )
    comparison = build(asked)
    deliver(_shaped(comparison, format), lambda screen: _draw(comparison, screen), out_file)


def register(app: typer.Typer) -> None:
    """Adds `compare` to the command line."""
    app.command("compare", help=say("compare.help"))(compare_command)


def _shaped(comparison: Comparison, shape: Format) -> str | None:
    """The comparison in a file's shape; None for tables, which are drawn."""
    from tracker import __version__
    from tracker.report import comparison as shapes

    match shape:
        case Format.JSON:
            return json_text(shapes.as_json(comparison, version=__version__, language=lang()))
        case Format.CSV:
            return shapes.as_csv(comparison)
        case Format.MD:
            return shapes.as_markdown(comparison)
    return None


def _draw(comparison: Comparison, screen: Console) -> None:
    from tracker.report.comparison import basis, grids, next_step
    from tracker.report.terminal import print_grid

    for one in comparison.plans:
        screen.print(one.plan.title.said(lang()), style="bold")
        screen.print(basis(comparison, one))
        screen.print()
        for grid in grids(comparison, one):
            print_grid(grid, screen)
    screen.print(next_step(comparison))

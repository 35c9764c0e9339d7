"""Hà Nội, 2020: the figures and verdicts that a report must give, from the plan of outcomes alone."""

from __future__ import annotations

from fractions import Fraction

from expectation import Filing, Json, Span, share, total
from ha_noi_outcome import LAST, SILENT_DISTRICT, YEAR, Outcome
from press import MONTHS_WITHOUT_LOCAL_AREA, MONTHS_WITHOUT_LOCAL_PRESS
from registry import by_district

MATERIALS, DEDICATED_SHARE = Fraction(1), Fraction(3, 10)
INTEGRATED_SHARE, REACH_SHARE = Fraction(1, 2), Fraction(3, 4)


def expected(outcome: Outcome, filing: Filing) -> Json:
    """One run of `tracker report`: its arguments and what must be in it."""
    return {
        "year": YEAR,
        "args": ["--as-of", LAST.isoformat()],
        "registry_units": len(outcome.communes),
        "submission": filing.counts(),
        "targets": [
            _materials(outcome),
            _models(outcome),
            _press(),
            _reach(outcome),
            _duties(outcome),
            {"id": "response", "verdict": None},
        ],
    }


def _shares_by_district(codes: dict[str, bool | None], outcome: Outcome, threshold: Fraction) -> Json:
    districts: Json = {}
    for district, communes in by_district(outcome.communes).items():
        answers = [codes[c.code] for c in communes if c.code in codes]
        districts[district] = share(answers).judged(threshold)
    return districts


def _materials(outcome: Outcome) -> Json:
    unknown = outcome.silent | {outcome.half_answered}
    answers = {c.code: None if c.code in unknown else True for c in outcome.communes}
    span = share(answers.values())
    either = share(None if code in outcome.silent else True for code in answers)
    return {
        "id": "materials",
        **span.judged(MATERIALS),
        "readings": [span.reading("both_kinds", MATERIALS), either.reading("any_kind", MATERIALS)],
        "flags": _flags("not_milestone_year", "provisional", "regression", "reading_dependent"),
        "districts": _shares_by_district(dict(answers), outcome, MATERIALS),
    }


def _models(outcome: Outcome) -> Json:
    def answer(code: str, having: frozenset[str]) -> bool | None:
        return code in having if outcome.answers_models(code) else None

    codes = [commune.code for commune in outcome.communes]
    dedicated = {code: answer(code, outcome.dedicated) for code in codes if code in outcome.hot_spots}
    integrated = {code: answer(code, outcome.integrated) for code in codes}
    in_hot_spots = share(integrated[code] for code in dedicated)
    everywhere = share(integrated.values())
    parts: list[Json] = [
        {
            "id": "dedicated",
            **share(dedicated.values()).judged(DEDICATED_SHARE),
            "flags": _flags("missing_reference"),
            "districts": _shares_by_district(dedicated, outcome, DEDICATED_SHARE),
        },
        {
            "id": "integrated",
            **everywhere.judged(INTEGRATED_SHARE),
            "readings": [
                everywhere.reading("all_communes", INTEGRATED_SHARE),
                in_hot_spots.reading("hotspots", INTEGRATED_SHARE),
            ],
            "flags": _flags("reading_dependent"),
            "districts": _shares_by_district(integrated, outcome, INTEGRATED_SHARE),
        },
    ]
    return {"id": "models", "verdict": _all_of(parts), "no_figures": True, "parts": parts}


def _all_of(parts: list[Json]) -> str:
    """One part that is not met fails the whole; otherwise one that is undecided leaves it undecided."""
    verdicts = {part["verdict"] for part in parts}
    return next((worse for worse in ("not_met", "insufficient_data") if worse in verdicts), "met")


def _press() -> Json:
    held = 12 - len(MONTHS_WITHOUT_LOCAL_PRESS)
    span = Span(held, held, 12, 0)
    local = held - len(MONTHS_WITHOUT_LOCAL_AREA)
    since_2018 = Span(held, held + 24, 36, 24)  # nothing has come in for 2018 and 2019
    return {
        "id": "press",
        **span.judged(Fraction(1)),
        "readings": [
            span.reading("any_outlet", Fraction(1)),
            Span(local, local, 12, 0).reading("about_local", Fraction(1)),
        ],
        "flags": _flags("provisional", "reading_dependent", "missing_reference"),
        "parts": [{"id": "since_2018", "counts": False, **since_2018.figures()}],
    }


def _span(reached: int | None, population: int, *, known: bool) -> Span:
    """What one commune adds: its figure, at most its figure, or anything up to its population."""
    if reached is None:
        return Span(0, population, population, 1)
    most = min(reached, population)
    return Span(most if known else 0, most, population, 0)


def _reach_spans(outcome: Outcome, group: str) -> dict[str, Span]:
    """By hot-spot, the people of one group (a field that People and Reached share) who were reached."""
    spans = {}
    for code in sorted(outcome.hot_spots):
        reached, population = outcome.reached.get(code), getattr(outcome.people[code], group)
        known = reached is not None and reached.method in ("A", "B")
        spans[code] = _span(getattr(reached, group, None), population, known=known)
    return spans


def _reach(outcome: Outcome) -> Json:
    spans = _reach_spans(outcome, "aged_14_60")
    span, everyone = total(spans.values()), total(_reach_spans(outcome, "everyone").values())
    parts = {"women": "women_14_60", "aged_14_15": "aged_14_15", "under_14": "under_14", "all_ages": "everyone"}
    districts: Json = {}
    for district, communes in by_district(outcome.communes).items():
        inside = total(spans[c.code] for c in communes if c.code in spans)
        districts[district] = inside.judged(REACH_SHARE)
    return {
        "id": "reach",
        **span.judged(REACH_SHARE),
        "readings": [span.reading("aged_14_60", REACH_SHARE), everyone.reading("all_ages", REACH_SHARE)],
        "flags": {"reading_dependent": True, "missing_reference": False},
        "parts": [
            {"id": part, "counts": False, **total(_reach_spans(outcome, group).values()).figures()}
            for part, group in parts.items()
        ],
        "districts": districts,
    }


def _duties(outcome: Outcome) -> Json:
    city = (("HN-V1", "TTTT"), ("HN-V2", "LHPN"), ("HN-V4", "BC"), ("HN-V6", "MTTQ"))
    duties = [{"id": duty, "agency": agency, "unit": "01", "verdict": "done"} for duty, agency in city]
    for district in by_district(outcome.communes):
        verdict = "insufficient_data" if district == SILENT_DISTRICT else "done"
        duties.append({"id": "HN-V5", "agency": "UBND", "unit": district, "verdict": verdict})
    span = share(None if duty["verdict"] == "insufficient_data" else True for duty in duties)
    return {"id": "duties", **span.judged(Fraction(1)), "duties": duties}


def _flags(*absent: str) -> dict[str, bool]:
    return dict.fromkeys(absent, False)

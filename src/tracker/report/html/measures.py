"""Duties by body, and figures without a threshold: totals, and tables of what they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tracker.messages import has, lang, say
from tracker.report import wording
from tracker.report.html.said import Scene, done, sentence, shares, text
from tracker.report.html.view import Body, Duties, Duty, Measure, Table, Total, Value
from tracker.rule import Bounds, Done, DutyScore, Score, ValueScore
from tracker.writing import count

COMPANIONS = ("upper", "missing", "of")
"""Endings of keys that say something of another figure: "active_communes_of" of "active_communes"."""

WIDE = 5
"""From so many groups on they stand under each other; fewer stand side by side, and the figures go down."""

Families = dict[str, list[ValueScore]]


# --- duties -------------------------------------------------------------------------------------------------------


def duties(scene: Scene) -> list[Duties]:
    return [
        Duties(score.id, score.label.said(lang()), _duty_rows(scene, score))
        for score in scene.plan.scores
        if score.duties
    ]


def _duty_rows(scene: Scene, score: Score) -> list[Duty]:
    by_duty: dict[tuple[str, str], list[DutyScore]] = {}
    for one in score.duties:
        by_duty.setdefault((one.id, one.agency), []).append(one)
    return [
        Duty(
            id=name,
            label=wording.duty_label(scene.plan.plan, name).removeprefix(f"{name} "),
            agency=wording.agency(agency),
            done=f"{count(sum(one.verdict is Done.DONE for one in bodies))}/{count(len(bodies))}",
            bodies=[_body(scene, score, one) for one in sorted(bodies, key=_todo_first)],
            href=scene.where(f"{score.id}/{name}", score.id),
        )
        for (name, agency), bodies in by_duty.items()
    ]


def _todo_first(one: DutyScore) -> tuple[int, str]:
    return (Done.NOT_DONE, Done.INSUFFICIENT, Done.DONE).index(one.verdict), one.unit


def _body(scene: Scene, score: Score, one: DutyScore) -> Body:
    state, href = done(one.verdict), scene.where(f"{score.id}/{one.unit}")
    return Body(one.unit, scene.name(one.unit), state.code, state.word, href)


# --- figures without a threshold ------------------------------------------------------------------------------------


def measures(scene: Scene) -> list[Measure]:
    return [_measure(scene, score) for score in scene.plan.scores if score.values]


def _measure(scene: Scene, score: Score) -> Measure:
    families: Families = {}
    for one in score.values:
        families.setdefault(one.key, []).append(one)
    return Measure(
        target=score.id,
        label=score.label.said(lang()),
        cite=sentence(score.cite),
        totals=[_total(scene, score, key, families) for key in families if _has_total(key, families)],
        tables=[_table(scene, score, kind, families) for kind in _kinds(families)],
        masked=any(one.masked for one in score.values),
        href=scene.where(score.id),
    )


def _belongs(key: str, families: Families) -> bool:
    main, _, last = key.rpartition("_")
    return last in COMPANIONS and main in families


def _has_total(key: str, families: Families) -> bool:
    return not _belongs(key, families) and any(not one.group for one in families[key])


def _total(scene: Scene, score: Score, key: str, families: Families) -> Total:
    whole = next(one for one in families[key] if not one.group)
    beside = [(name, families[f"{key}_{name}"][0]) for name in COMPANIONS if f"{key}_{name}" in families]
    found = {name: one.value for name, one in beside}
    companions = [_value(scene, score, one, _beside(name, found)) for name, one in beside]
    return Total(whole.label.said(lang()), _value(scene, score, whole), _share(whole.value, found), companions)


def _beside(name: str, found: Mapping[str, int | None]) -> str:
    """What a companion is to its figure: without an upper bound the plan names the number, and nothing is a share."""
    return text("beside.named" if name == "of" and "upper" not in found else f"beside.{name}")


def _share(low: int | None, found: Mapping[str, int | None]) -> str:
    high, of = found.get("upper"), found.get("of")
    return "" if low is None or high is None or of is None else shares(Bounds(low, high, of, 0))


def _value(scene: Scene, score: Score, one: ValueScore, beside: str = "") -> Value:
    unit = "" if beside else one.unit.said(lang())
    href = scene.where(f"{score.id}/{one.key}", score.id)
    return Value(one.key, one.group, wording.value(one), unit, href, beside)


def _kinds(families: Families) -> list[str]:
    """What figures are grouped by, each once: a table for each."""
    return list(dict.fromkeys(one.group_kind for family in families.values() for one in family if one.group))


def _table(scene: Scene, score: Score, kind: str, families: Families) -> Table:
    """Figures by the groups of one kind; the longer side goes down the page."""
    found = {
        key: {one.group: one for one in family if one.group and one.group_kind == kind}
        for key, family in families.items()
    }
    found = {key: groups for key, groups in found.items() if groups}
    if ", " in kind:
        return _long_table(scene, score, kind, list(found.values()))
    groups = sorted({group for by_group in found.values() for group in by_group})
    names = [_name(scene, kind, group, found.values()) for group in groups]
    heads = [_head(next(iter(by_group.values()))) for by_group in found.values()]
    cells = [
        [_value(scene, score, by_group[group]) if group in by_group else None for by_group in found.values()]
        for group in groups
    ]
    caption, word = text("by", what=_kind_words(kind)), _kind_words(kind)
    if len(groups) < WIDE and len(heads) > 2:
        turned = [(head, [row[at] for row in cells]) for at, head in enumerate(heads)]
        return Table(caption, text("figure"), names, [("", turned)])
    return Table(caption, sentence(word), heads, [("", list(zip(names, cells, strict=True)))])


def _long_table(scene: Scene, score: Score, kind: str, found: Sequence[dict[str, ValueScore]]) -> Table:
    """Groups of two kinds, such as agency and activity: a body for each of the first, a row for each figure of it."""
    bodies: dict[str, list[tuple[str, Sequence[Value | None]]]] = {}
    for by_group in found:
        for one in by_group.values():
            first, _, rest = scene.names.group(one).partition(" · ")
            label = one.label.said(lang())
            row = (f"{label}: {rest}" if rest else label, [_value(scene, score, one)])
            bodies.setdefault(first, []).append(row)
    words = _kind_words(kind)
    return Table(text("by", what=words), text("figure"), [text("amount")], sorted(bodies.items()))


def _kind_words(kind: str) -> str:
    """ "agency, activity" in words; a field that has no word of its own here is a kind."""
    named = (f"page.group.{one}" for one in kind.split(", "))
    return ", ".join(dict.fromkeys(say(key) if has(key) else text("group.other") for key in named))


def _head(one: ValueScore) -> str:
    label, unit = one.label.said(lang()), one.unit.said(lang())
    return label if unit.casefold() in label.casefold() else f"{label} ({unit})"


def _name(scene: Scene, kind: str, group: str, found: Iterable[dict[str, ValueScore]]) -> str:
    """The group in words; an activity that reaches over an end of the window by its unit and days."""
    if kind == "crossing":
        unit, _, days = group.partition(" · ")
        return f"{scene.name(unit)}, {days}"
    return scene.names.group(next(by_group[group] for by_group in found if group in by_group))

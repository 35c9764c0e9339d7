"""The page of explanations: general rules, then every entry with its unit, its meaning and what it must agree with.

All of it comes from the declarations of the forms and the plan; only the meanings are sentences of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.form import Compare, Field, FigureRule, Form, Kind
from tracker.messages import lang, say
from tracker.plan import Duty
from tracker.template.asked import Asked
from tracker.template.entry import sentences
from tracker.template.page import A4, protect, row_height
from tracker.template.style import Styles

WIDTHS = (30.0, 11.0, 72.0)
GENERAL = ("colours", "blank", "numbers", "persons", "none", "again", "whole", "privacy")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page; `style` names how it is written."""

    style: str
    texts: tuple[str, ...]


def lines(asked: Iterable[Asked], duties: Sequence[Duty], year: int) -> list[Line]:
    """The page, form by form."""
    found = [Line("text", (f"{number}. {say(f'template.general.{key}')}",)) for number, key in enumerate(GENERAL, 1)]
    for one in asked:
        found.append(Line("form", (f"{one.form.code} · {one.form.title}",)))
        found.append(Line("head", (say("template.entry"), say("template.unit"), say("template.meaning"))))
        found += [_entry(one, each, year) for each in one.fields]
        if duties and one.form.code == "B06":
            found += [Line("entry", (duty.id, "", _duty(duty))) for duty in duties]
    return found


def _duty(duty: Duty) -> str:
    return say("template.duty", label=duty.label.said(lang()), cite=duty.cite)


def _entry(asked: Asked, one: Field, year: int) -> Line:
    label = f"{one.code} {one.label}".strip()
    if one.name in asked.form.printed:
        return Line("entry", (label, one.measure, say("template.printed")))
    said = dict.fromkeys((*sentences(asked.form, one, year), *_rules(asked, one)))
    return Line("entry", (label, one.measure, " ".join(said)))


def _rules(asked: Asked, one: Field) -> Iterator[str]:
    """What the entry must agree with, and the values of its list."""
    shown = {field.name for field in asked.fields}
    for rule in asked.form.figure_rules:
        if rule.left == one.name and shown.issuperset(rule.right):
            yield _rule(asked.form, one, rule)
    for deployed in asked.form.deployed_rules:
        if deployed.deployed == one.name:
            yield say("template.rule.deployed", other=_named(asked.form.by_name[deployed.received], one))
    if one.kind is Kind.CHOICE:
        yield say("template.rule.values", values=", ".join(choice.value for choice in one.choices))


def _rule(form: Form, left: Field, rule: FigureRule) -> str:
    parts = " + ".join(_named(form.by_name[name], left) for name in rule.right)
    if rule.compare is Compare.ADDS_UP:
        return say("template.rule.adds_up", parts=parts)
    return say("template.rule.at_most", other=parts)


def _named(one: Field, beside: Field) -> str:
    """A code, the heading of another column in the same row, or a label."""
    if not one.code:
        return f"“{one.label}”"
    return one.code if one.code != beside.code else f"“{one.column}”"


# --- drawing ----------------------------------------------------------------------------------------------------


def draw(sheet: Any, styles: Styles, content: Sequence[Line]) -> None:
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    sheet.merge_range(0, 0, 0, 2, say("template.explanations_title").upper(), styles["title"])
    sheet.set_row(0, 26)
    for row, line in enumerate(content, 1):
        _draw_line(sheet, styles, row, line)
    sheet.set_paper(A4)
    sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f'&R&"Times New Roman,Italic"&10{say("template.page")}')
    sheet.freeze_panes(1, 0)
    sheet.hide_gridlines(2)
    protect(sheet)


def _draw_line(sheet: Any, styles: Styles, row: int, line: Line) -> None:
    if len(line.texts) == 1:
        style = styles["section" if line.style == "form" else "block"]
        sheet.merge_range(row, 0, row, 2, line.texts[0], style)
        sheet.set_row(row, row_height(line.texts[0], sum(WIDTHS) * 1.1))
        return
    style = styles["head" if line.style == "head" else "label"]
    for place, text in enumerate(line.texts):
        sheet.write_string(row, place, text, style)
    sheet.set_row(row, max(row_height(text, width) for text, width in zip(line.texts, WIDTHS, strict=True)))

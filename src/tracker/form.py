"""The vocabulary that forms are declared in: fields of a kind, columns, rows, parts and rules.

One `Form` yields the reader's labels, the Pydantic model of a record and its JSON Schema. It knows no file, no cell
and no plan. Source of every form: the contract, section 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.folding import fold, fold_label

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import CoreSchema, SchemaValidator


SMALL = range(1, 5)
"""Figures of victims and cases that may point to a person."""

PROVINCE_CODE = 2  # digits; units with longer codes lie below the province, where small figures are masked


class Kind(StrEnum):
    """What an answer is, and so how its cell is read."""

    COUNT = "count"
    PERSONS = "persons"
    YES_NO = "yes-no"
    DATE = "date"
    CHOICE = "choice"
    CODE = "code"
    TEXT = "text"
    NOTE = "note"  # read by nobody: never kept, so that a name typed there is never stored


_MEASURES = {Kind.PERSONS: "người", Kind.YES_NO: "có/không", Kind.DATE: "ngày"}


class Choice(NamedTuple):
    """A value of a closed list: how it is stored, and other ways to write it."""

    value: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One answer of a form: a column of a table form, or a cell of a row-coded one; equal only to itself."""

    name: str
    label: str
    kind: Kind
    choices: tuple[Choice, ...] = ()
    required: bool = False
    part: str = ""
    code: str = ""
    column: str = ""
    also: tuple[str, ...] = ()
    unit: str = ""

    @property
    def measure(self) -> str:
        """What it is counted in, as a form prints it under Đơn vị tính; "" where nothing is to be said."""
        return self.unit or _MEASURES.get(self.kind, "")

    @property
    def kept(self) -> bool:
        return self.kind is not Kind.NOTE


def choices(*values: str) -> tuple[Choice, ...]:
    """A closed list, each value optionally with other spellings after "=": "tạm dừng=tạm ngừng"."""
    split = (value.split("=") for value in values)
    return tuple(Choice(first, tuple(also)) for first, *also in split)


class Compare(StrEnum):
    """What a rule between the figures of one record demands; the value is the code when it does not hold."""

    ADDS_UP = "parts_do_not_add_up"
    PART_OF = "part_exceeds_total"
    WITHIN_POPULATION = "reached_exceeds_population"
    WITHIN_BASE = "stages_exceed_base"


class FigureRule(NamedTuple):
    """`left` against the sum of `right`: equal for ADDS_UP, at most for the others.

    The fault shows at `left`, and the part of `left` is refused. ADDS_UP is checked where every part is filled;
    where some are blank, the filled ones must still not exceed the total.
    """

    compare: Compare
    left: str
    right: tuple[str, ...]


class DeployedRule(NamedTuple):
    """A document is deployed only when received, not before it, and both within the period."""

    received: str
    deployed: str


class Layout(StrEnum):
    TABLE = "table"  # one row each thing
    ROWS = "rows"  # found by Mã số, one figure a cell
    KEYED = "keyed"  # TTC: a code and a value


@dataclass(frozen=True)
class Form:
    """One form of the contract.

    `tiers` says whose units may file it; `small_cells` are the fields that speak of victims or cases, masked when
    they are small; `spans` are pairs of days of which the second is never before the first; `listed_by` tells the
    entries of a list apart, of which all else is said once. For templates: `core` are fields that always stand in
    one, whatever the plan uses, `printed` those that it fills in, `lines` the rows that it offers, and `last_period`
    says which figures of the last return (their sum) help to fill a field.
    """

    code: str
    title: str
    layout: Layout
    fields: tuple[Field, ...]
    header: tuple[str, ...]
    tiers: tuple[str, ...]
    answered_by_nil: bool = False
    period_bound: bool = True
    one_record: bool = False
    figure_rules: tuple[FigureRule, ...] = ()
    deployed_rules: tuple[DeployedRule, ...] = ()
    parts: tuple[str, ...] = ()
    dated_by: tuple[str, ...] = ()
    spans: tuple[tuple[str, str], ...] = ()
    listed_by: tuple[str, ...] = ()
    same_when: tuple[str, ...] = ()
    small_cells: tuple[str, ...] = ()
    header_also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    core: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()
    lines: int = 30
    last_period: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        return {one.name: one for one in self.fields}

    @cached_property
    def by_code(self) -> Mapping[tuple[str, str], Field]:
        """Field by (row code, folded column label) of a row-coded form."""
        return {(one.code, fold_label(one.column)): one for one in self.fields}

    @cached_property
    def row_codes(self) -> frozenset[str]:
        return frozenset(one.code for one in self.fields)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Folded heading, and each other way to write it, to the heading as the form prints it."""
        found: dict[str, str] = {}
        for label in self.header:
            for text in (label, *self.header_also.get(label, ())):
                found[fold_label(text)] = label
        return found

    @cached_property
    def folded_labels(self) -> frozenset[str]:
        """Every way to write a heading, folded."""
        return frozenset(self.labels)

    @cached_property
    def required_labels(self) -> tuple[str, ...]:
        if self.layout is Layout.TABLE:
            return tuple(one.label for one in self.fields if one.required)
        return ("Mã", "Giá trị") if self.layout is Layout.KEYED else ("Mã số", "Tổng số")

    @property
    def kept_fields(self) -> Iterator[Field]:
        return (one for one in self.fields if one.kept)

    @cached_property
    def model(self) -> type[BaseModel]:
        """The Pydantic model of one record: field names to validated values, blank as None."""
        from pydantic import ConfigDict, create_model

        definitions: dict[str, Any] = {one.name: _annotation(one) for one in self.kept_fields}
        return create_model(
            self.code,
            __config__=ConfigDict(strict=True, extra="forbid", frozen=True, title=f"{self.code}: {self.title}"),
            __doc__=f"One record of {self.code}, {self.title}.",
            **definitions,
        )

    @cached_property
    def border(self) -> SchemaValidator:
        """What a list of records must be, as the model says it of one; blank answers are left out.

        Pydantic's own engine is given what Pydantic would give it for a TypedDict: every process that reads returns
        asks for this, and the engine alone is there in a third of the time of the whole.
        """
        from pydantic_core import SchemaValidator
        from pydantic_core.core_schema import list_schema, typed_dict_field, typed_dict_schema

        answers = {one.name: typed_dict_field(_answer_schema(one), required=one.required) for one in self.kept_fields}
        record = typed_dict_schema(answers, extra_behavior="forbid", config={"strict": True})
        return SchemaValidator(list_schema(record))

    def schema(self) -> dict[str, Any]:
        """JSON Schema (draft 2020-12) of one record."""
        schema = self.model.model_json_schema()
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _annotation(one: Field) -> tuple[Any, Any]:
    from pydantic import Field as PydanticField

    base = _answer_type(one)
    title = f"{one.code} · {one.label}" if one.code else one.label
    about = PydanticField(title=title) if one.required else PydanticField(default=None, title=title)
    return (base, about) if one.required else (base | None, about)


def _answer_schema(one: Field) -> CoreSchema:
    """The same as `_answer_type`, in the words of Pydantic's engine."""
    from pydantic_core import core_schema

    match one.kind:
        case Kind.COUNT | Kind.PERSONS:
            return core_schema.int_schema(ge=0)
        case Kind.YES_NO:
            return core_schema.bool_schema()
        case Kind.DATE:
            return core_schema.date_schema()
        case Kind.CHOICE:
            return core_schema.literal_schema([choice.value for choice in one.choices])
        case _:
            return core_schema.str_schema()


def _answer_type(one: Field) -> Any:
    from typing import Annotated, Literal

    from pydantic import Field as PydanticField

    match one.kind:
        case Kind.COUNT | Kind.PERSONS:
            return Annotated[int, PydanticField(ge=0)]
        case Kind.YES_NO:
            return bool
        case Kind.DATE:
            return date
        case Kind.CHOICE:
            return Literal[tuple(choice.value for choice in one.choices)]
        case _:
            return str


def table(*fields: Field, same_when: tuple[str, ...] = (), dated_by: tuple[str, ...] = (), **about: Any) -> Form:
    """A form with one row each thing; its header is its fields' labels."""
    header = tuple(one.label for one in fields)
    also = {one.label: one.also for one in fields if one.also}
    return Form(
        layout=Layout.TABLE,
        fields=fields,
        header=header,
        header_also=also,
        same_when=same_when,
        dated_by=dated_by,
        **about,
    )


def column(name: str, label: str, kind: Kind, **about: Any) -> Field:
    return Field(name, label, kind, **about)


def row(code: str, name: str, label: str, kind: Kind, part: str, *, column: str = "Tổng số", **about: Any) -> Field:
    return Field(name, label, kind, code=code, part=part, column=column, **about)


def persons(code: str, name: str, label: str, part: str) -> tuple[Field, Field]:
    """A row of persons: Tổng số, and Trong đó: Nữ as `<name>_women`."""
    total = row(code, name, label, Kind.PERSONS, part)
    women = row(code, f"{name}_women", f"{label}, nữ", Kind.PERSONS, part, column="Trong đó: Nữ")
    return total, women


def nearest_choice(one: Field, text: str) -> str | None:
    """The value of the closed list that `text` writes, or None."""
    wanted = fold(text)
    for choice in one.choices:
        if wanted in (fold(choice.value), *map(fold, choice.also)):
            return choice.value
    return None

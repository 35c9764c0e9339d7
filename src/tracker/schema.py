"""JSON Schemas (draft 2020-12) of what goes in and comes out: forms, plans, and the reports that are JSON.

The forms and the plan say their own schema; the reports are declared here, as closed objects: a key that is not
declared is refused, so that a report cannot grow one in silence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, get_args

from tracker.asks import Way
from tracker.compare import Cause, Mode
from tracker.explanation import Step
from tracker.forms import FORMS, TTC
from tracker.forms.ttc import AGENCIES
from tracker.plan import Set
from tracker.plan import schema as plan_schema
from tracker.problems import CODES, Scope, Severity
from tracker.restated import Origin
from tracker.returns import Status
from tracker.rule import Done, Flag, Verdict
from tracker.shortfall import Nearness
from tracker.submission import STATES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PRIVATE = ("personal_data", "personal_data_sheet")
"""Codes that never say what was found."""

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
COUNT: Schema = {"type": "integer", "minimum": 0}
COUNT_OR_NULL: Schema = {"type": ["integer", "null"], "minimum": 0}
BOOLEAN: Schema = {"type": "boolean"}
NUMBER_OR_NULL: Schema = {"type": ["integer", "null"]}
DAY: Schema = {"type": "string", "format": "date"}
DAY_OR_NULL: Schema = {"type": ["string", "null"], "format": "date"}
FRACTION: Schema = {"type": "string", "pattern": "^[0-9]+/[1-9][0-9]*$"}
KINDS = ("share", "all-of", "months", "persons", "duties", "growth", "measure")
QUALIFIERS = ("exact", "over", "nearly", "about")


@cache
def texts() -> Mapping[str, str]:
    """Every schema as the text of its file, by the file's name."""
    schemas = {f"form-{code}.json": form.schema() for code, form in {"TTC": TTC, **FORMS}.items()}
    schemas |= {
        "plan.json": {"$schema": DIALECT, **_with_short_form(plan_schema())},
        "check-report.json": check_report(),
        "score-report.json": score_report(),
        "status-report.json": status_report(),
        "explain-report.json": explain_report(),
        "chase-report.json": chase_report(),
        "compare-report.json": compare_report(),
    }
    return {name: json.dumps(one, ensure_ascii=False, indent=2) + "\n" for name, one in sorted(schemas.items())}


def _with_short_form(declared: Any) -> Any:
    """A plan may write `over = "communes"` for `over = { of = "communes" }`; Pydantic tells only of the long form."""
    if isinstance(declared, list):
        return [_with_short_form(one) for one in declared]
    if not isinstance(declared, dict):
        return declared
    if declared.get("$ref") == "#/$defs/Chosen":
        return {"anyOf": [_one_of(get_args(Set)), declared]}
    return {key: _with_short_form(one) for key, one in declared.items()}


def shipped() -> Path:
    """The folder of the schemas that came with the tool: in the package, or beside it in a checkout."""
    inside = Path(__file__).parent / "schemas"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "schemas"


def stale(folder: Path) -> list[str]:
    """Names of the files that are missing, differ, or belong to a schema that is gone."""
    left = {file.name for file in folder.glob("*.json")} - set(texts())
    return sorted(left | {name for name, text in texts().items() if _read(folder / name) != text})


def write(folder: Path) -> list[str]:
    """Writes every schema and removes those that are gone; gives the names written."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale(folder):
        if name not in texts():
            (folder / name).unlink()
    for name, text in texts().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return list(texts())


def _read(file: Path) -> str | None:
    return file.read_bytes().decode("utf-8", errors="replace") if file.is_file() else None


# --- the reports ------------------------------------------------------------------------------------------------


def check_report() -> Schema:
    """What `tracker check` and `tracker ingest` print with --format json."""
    return _root(
        "Check report",
        {"tool": _tool(), "files": _list(_file()), "summary": _summary()},
    )


def _file() -> Schema:
    filed = {
        "unit": TEXT,
        "agency": TEXT,
        "outlet": TEXT,
        "period_from": DAY_OR_NULL,
        "period_to": DAY_OR_NULL,
        "revision": {"type": "integer"},
        "forms": _list(_one_of(sorted(FORMS))),
        "status": _enum(Status),
    }
    return _object(
        {
            "path": TEXT,
            "sha256": {"type": ["string", "null"], "pattern": "^[0-9a-f]{64}$"},
            "status": _enum(Status),
            "returns": _list(_object(filed)),
            "problems": _list(_problem()),
        }
    )


def _problem() -> Schema:
    said = _object(
        {
            "code": _one_of(CODES),
            "severity": _enum(Severity),
            "scope": _enum(Scope),
            "form": TEXT_OR_NULL,
            "sheet": TEXT_OR_NULL,
            "cell": {"type": ["string", "null"], "pattern": "^[A-Z]+[1-9][0-9]*$"},
            "field": TEXT_OR_NULL,
            "message": TEXT,
            "fix": TEXT,
        },
        {
            "found": {**TEXT, "description": "What stands there; never given for personal data."},
            "waiver": {
                **TEXT,
                "description": "The unit's reason for a warning, while the value that it is for stands.",
            },
        },
    )
    private = {"properties": {"code": _one_of(PRIVATE)}}
    return {**said, "if": private, "then": {"not": {"required": ["found"]}}}


def _summary() -> Schema:
    counts = {"files": COUNT, **{status.value: COUNT for status in Status}}
    return _object({**counts, "problems": _object({severity.value: COUNT for severity in Severity})})


def score_report() -> Schema:
    """What `tracker report` prints with --format json."""
    plan = {
        "id": TEXT,
        "title": TEXT,
        "citation": TEXT,
        "registry": _registry(),
        "submission": _list(_object({"form": TEXT, **_filed()})),
        "targets": _list({"$ref": "#/$defs/target"}),
    }
    top = {"tool": _tool(), "year": _year(), "as_of": DAY, "known_on": DAY_OR_NULL, "plans": _list(_object(plan))}
    definitions = {"figures": _figures(), "target": _target(), "district": _district()}
    return {**_root("Score report", top), "$defs": definitions}


def _figures() -> Schema:
    """Figures of a target, a part or a district; a masked one has null for them and no bounds."""
    known = {
        "numerator": COUNT_OR_NULL,
        "denominator": COUNT_OR_NULL,
        "missing": COUNT,
        "lower": FRACTION,
        "upper": FRACTION,
        "threshold": FRACTION,
        "need": COUNT,
        "masked": {"const": True},
        "verdict": {"enum": [*(verdict.value for verdict in Verdict), None]},
    }
    hidden = {"properties": {"numerator": {"type": "null"}, "denominator": {"type": "null"}}}
    bounds = [{"required": [name]} for name in ("lower", "upper", "need", "missing")]
    shown = {"properties": {"numerator": COUNT, "denominator": COUNT}}
    return {
        "type": "object",
        "properties": known,
        "required": ["verdict"],
        "if": {"required": ["masked"]},
        "then": {**hidden, "not": {"anyOf": bounds}},
        "else": shown,
    }


def _target() -> Schema:
    return {
        "$ref": "#/$defs/figures",
        "properties": {
            "id": TEXT,
            "label": TEXT,
            "citation": TEXT,
            "kind": _one_of(KINDS),
            "flags": _list(_enum(Flag), unique=True),
            "counts": {"type": "boolean"},
            "readings": _list(
                _object({"id": TEXT, "verdict": _enum(Verdict)}, {"lower": FRACTION, "upper": FRACTION})
            ),
            "parts": _list({"$ref": "#/$defs/target"}),
            "districts": _list({"$ref": "#/$defs/district"}),
            "duties": _list(_object({"id": TEXT, "agency": _agency(), "unit": TEXT, "verdict": _enum(Done)})),
            "values": _list(_value()),
        },
        "required": ["id", "label", "citation", "kind", "flags"],
        "unevaluatedProperties": False,
    }


def _district() -> Schema:
    return {
        "$ref": "#/$defs/figures",
        "properties": {"code": TEXT, "name": TEXT},
        "required": ["code", "name"],
        "unevaluatedProperties": False,
    }


def _value() -> Schema:
    said = _object(
        {
            "key": TEXT,
            "label": TEXT,
            "value": COUNT_OR_NULL,
            "qualifier": _one_of(QUALIFIERS),
            "unit": TEXT,
            "group": TEXT_OR_NULL,
        },
        {"masked": {"const": True}},
    )
    hidden = {"properties": {"value": {"type": "null"}}}
    return {**said, "if": {"required": ["masked"]}, "then": hidden, "else": {"properties": {"value": COUNT}}}


def status_report() -> Schema:
    """What `tracker status` prints with --format json."""
    wanting = {"unit": TEXT, "name": TEXT, "agency": _agency(), "state": _one_of(("returned", "missing"))}
    form = {
        "form": TEXT,
        "due": DAY_OR_NULL,
        **_filed(),
        "districts": _list(_object({"code": TEXT, "name": TEXT, **_filed()})),
        "wanting": _list(_object(wanting)),
    }
    plan = {"id": TEXT, "title": TEXT, "registry": _registry(), "forms": _list(_object(form))}
    top = {"tool": _tool(), "year": _year(), "known_on": DAY_OR_NULL, "plans": _list(_object(plan))}
    return _root("Status report", top)


def chase_report() -> Schema:
    """What `tracker chase` prints with --format json; of a masked list the units have no figures."""
    asked = {
        **dict.fromkeys(("unit", "name", "district", "district_name", "form"), TEXT),
        **dict.fromkeys(("agency", "item"), TEXT_OR_NULL),
        **dict.fromkeys(("gain", "loss"), COUNT_OR_NULL),
        **dict.fromkeys(("for_met", "for_not_met"), BOOLEAN),
        "standing": _one_of(nearness.name.lower() for nearness in Nearness),
        "due": DAY_OR_NULL,
        "lacks": _list(_object({"code": TEXT, "form": TEXT, "text": TEXT})),
    }
    target = _object(
        {
            **_headed(),
            "verdict": {"enum": [*(verdict.value for verdict in Verdict), None]},
            "way": _enum(Way),
            **dict.fromkeys(("to_meet", "to_miss"), COUNT_OR_NULL),
            "spare": COUNT,
            "notes": _list(_object({"code": TEXT, "text": TEXT})),
            "units": _list(_object(asked)),
        },
        {"masked": {"const": True}, "parts": _list({"$ref": "#/$defs/target"})},
    )
    plan = {"id": TEXT, "title": TEXT, "registry": _registry(), "targets": _list({"$ref": "#/$defs/target"})}
    top = {"tool": _tool(), "year": _year(), "as_of": DAY, "known_on": DAY_OR_NULL, "plans": _list(_object(plan))}
    return {**_root("Chase report", top), "$defs": {"target": target}}


def compare_report() -> Schema:
    """What `tracker compare` prints with --format json: `possible` is the numerator with every missing answer a yes.

    The figures of the causes add up to those after less those before; null where a side has none, or is masked.
    """
    names = ("numerator", "possible", "denominator", "missing")
    side = _object({**dict.fromkeys(names, COUNT_OR_NULL), "verdict": {"enum": [*map(str, Verdict), None]}})
    answer = {
        **_object({**dict.fromkeys(names[:3], COUNT), "missing": BOOLEAN}),
        "type": ["object", "null"],
    }
    came = {
        **dict.fromkeys(("form", "unit", "agency", "file", "sha256"), TEXT),
        "revision": {"type": "integer"},
        "received": DAY,
        "counts": BOOLEAN,
    }
    unit = _object(
        {
            **dict.fromkeys(("key", "name"), TEXT),
            **dict.fromkeys(("before", "after"), answer),
            "origin": {"enum": [*map(str, Origin), None]},
            "returns": _list(_object(came)),
        }
    )
    moved = {"cause": _enum(Cause), **dict.fromkeys(names, NUMBER_OR_NULL), "units": _list(unit)}
    target = _object(
        {**_headed(), "before": side, "after": side, "causes": _list(_object(moved))},
        {"masked": {"const": True}, "parts": _list({"$ref": "#/$defs/target"})},
    )
    communes = _object({"before": COUNT, "after": COUNT})
    plan = {"id": TEXT, "title": TEXT, "communes": communes, "targets": _list({"$ref": "#/$defs/target"})}
    top = {
        "tool": _tool(),
        "mode": _enum(Mode),
        "year": _year(),
        "base_year": NUMBER_OR_NULL,
        "as_of": DAY,
        **dict.fromkeys(("from", "to", "communes_of"), DAY_OR_NULL),
        "plans": _list(_object(plan)),
    }
    return {**_root("Comparison", top), "$defs": {"target": target}}


def _headed() -> Schema:
    return {"id": TEXT, "label": TEXT, "citation": TEXT, "kind": _one_of(KINDS)}


def explain_report() -> Schema:
    """What `tracker explain` prints with --format json: a line, and under it what it rests on, down to cells."""
    line = {
        "step": _enum(Step),
        "key": TEXT,
        "text": TEXT,
        "facts": {"type": "object", "additionalProperties": TEXT},
        "below": _list({"$ref": "#/$defs/line"}),
    }
    top = {"tool": _tool(), "year": _year(), "as_of": DAY, "known_on": DAY_OR_NULL}
    top |= {"plan": _object({"id": TEXT, "title": TEXT}), "target": TEXT, "unit": TEXT_OR_NULL}
    top |= {"explanation": {"$ref": "#/$defs/line"}}
    return {**_root("Explanation", top), "$defs": {"line": _object(line)}}


# --- what they are made of --------------------------------------------------------------------------------------


def _root(title: str, properties: Schema) -> Schema:
    return {"$schema": DIALECT, "title": title, **_object(properties)}


def _object(required: Schema, optional: Schema | None = None) -> Schema:
    properties = {**required, **(optional or {})}
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _list(items: Schema, *, unique: bool = False) -> Schema:
    return {"type": "array", "items": items, **({"uniqueItems": True} if unique else {})}


def _enum(names: type[StrEnum]) -> Schema:
    return {"enum": [name.value for name in names]}


def _one_of(values: Any) -> Schema:
    return {"enum": list(values)}


def _tool() -> Schema:
    return _object({"name": {"const": "tracker"}, "version": TEXT})


def _year() -> Schema:
    return {"type": "integer", "minimum": 2000, "maximum": 2100}


def _registry() -> Schema:
    return _object({"date": DAY, "units": COUNT})


def _agency() -> Schema:
    return _one_of(choice.value for choice in AGENCIES)


def _filed() -> Schema:
    return {"expected": COUNT, **dict.fromkeys(STATES, COUNT)}

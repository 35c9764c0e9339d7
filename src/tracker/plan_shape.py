"""Faults in the shape of a plan file: what Pydantic holds against the declaration, each with its key path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

Fault = tuple[str, str, Mapping[str, str]]
"""Where (a key path, "" for the whole file), the key of the sentence, and the facts that fill it."""

_BRANCHES: Mapping[str, tuple[str, str]] = {
    "FieldTest": ("field", ""),
    "AllTest": ("all", ""),
    "AnyTest": ("any", ""),
    "AnyOfTests": ("any", ""),
    "FormTest": ("form", ""),
    "DutyTest": ("duty", ""),
    "ShareTarget": ("kind", "share"),
    "RatioTarget": ("kind", "ratio"),
    "PersonsTarget": ("kind", "persons"),
}
"""The key (and its value) that a table must have for a complaint about this alternative to be meant for it."""


def shape_faults(error: ValidationError, raw: Mapping[str, Any]) -> list[Fault]:
    """One fault for each key path and kind; a table that is none of the alternatives is one fault itself."""
    found: dict[tuple[str, str], Fault] = {}
    nothing_known: list[str] = []
    for one in error.errors():
        path, is_meant = _path(one["loc"], raw)
        if is_meant:
            key, facts = _sentence(one)
            found.setdefault((path, key), (path, key, facts))
        else:
            nothing_known.append(path)
    for path in dict.fromkeys(nothing_known):
        deeper = (*(meant for meant, _ in found), *(other for other in nothing_known if other != path))
        if not any(other.startswith(path) for other in deeper):
            found[path, "no_alternative"] = (path, "no_alternative", {})
    return list(found.values())


def _path(steps: Sequence[int | str], raw: Any) -> tuple[str, bool]:
    """The key path in the file, and whether the fault is about what stands there or an alternative to it.

    Pydantic's own path also names the alternatives of a union; they are no keys of the file.
    """
    text, node = "", raw
    for number, step in enumerate(steps):
        if isinstance(node, list) and isinstance(step, int):
            text, node = f"{text}[{step}]", node[step]
        elif isinstance(node, dict) and step in node:
            text, node = f"{text}.{step}", node[step]
        elif isinstance(node, dict) and step in _BRANCHES:
            if not _is_branch(node, *_BRANCHES[str(step)]):
                return text.lstrip("."), False
        elif isinstance(node, dict) and number == len(steps) - 1:
            text = f"{text}.{step}"
    return text.lstrip("."), True


def _is_branch(node: Mapping[str, Any], key: str, value: str) -> bool:
    return key in node and (not value or node[key] == value)


_NEEDED: Mapping[str, str] = {
    "string": "text",
    "int": "number",
    "bool": "yes_no",
    "date": "day",
    "tuple": "list",
    "list": "list",
    "model": "table",
    "dict": "table",
}
"""What a key needs, by how the type of Pydantic's complaint begins."""


def _sentence(one: Any) -> tuple[str, Mapping[str, str]]:
    given = "" if isinstance(one["input"], dict | list) else str(one["input"])
    match one["type"]:
        case "missing" | "union_tag_not_found":
            return "missing_key", {}
        case "extra_forbidden":
            return "unknown_key", {}
        case "literal_error" | "union_tag_invalid":
            allowed = one["ctx"].get("expected") or one["ctx"].get("expected_tags", "")
            found = one["ctx"].get("tag") or given
            allowed = str(allowed).replace("'", "").replace(" or ", ", ")
            return "not_allowed", {"found": str(found), "allowed": allowed}
        case "value_error":  # raised by ours alone, and for nothing else
            return "share_as_text", {"found": given}
        case "greater_than_equal" | "less_than_equal":
            limits = {"ge": "at_least", "le": "at_most"}
            return next(
                (f"number_{said}", {"found": given, "limit": str(one["ctx"][key])})
                for key, said in limits.items()
                if key in one["ctx"]
            )
    kind = next((kind for start, kind in _NEEDED.items() if one["type"].startswith(start)), "other")
    return f"needs_{kind}", {"found": given}

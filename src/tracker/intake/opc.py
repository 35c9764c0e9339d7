"""Where the parts of an .xlsx stand: relationships say, and not every program puts them where Excel does.

`in_place` gives the package as Excel writes it, for readers that look nowhere else, and that give up a workbook for a
sheet of macros. Knows nothing of cells.
"""

from __future__ import annotations

import posixpath
from html import escape
from xml.parsers import expat

from tracker.intake.remembered import remembered

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_ROOT = "_rels/.rels"
_PLACES = {"sharedStrings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
_KINDS = {"xlMacrosheet": "dialogsheet", "xlIntlMacrosheet": "dialogsheet"}  # of Excel 4: no cells for us, either
_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

Relation = tuple[str, str, str]
"""Id, the last word of the type ("worksheet"), and the path of the part as it is written."""


def in_place(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The parts with workbook, strings and styles under the names that Excel gives them, and links that say so.

    A package that is so already, or in which no link leads to a workbook, is given back as it is.
    """
    names = {name.lower(): name for name in parts}
    workbook = next((path for _, kind, path in _relations(parts.get(_ROOT, b""), "") if kind == "officeDocument"), "")
    folder, base = posixpath.split(workbook)
    relations = names.get(f"{folder}/_rels/{base}.rels".lower(), "")
    if workbook.lower() not in names or not relations:
        return parts
    links = _relations(parts[relations], folder)
    moved = {names[workbook.lower()]: WORKBOOK, relations: RELATIONS}
    moved |= {
        names[path.lower()]: _PLACES[kind] for _, kind, path in links if kind in _PLACES and path.lower() in names
    }
    odd = b"./" in parts[relations] or any(kind in _KINDS for _, kind, _ in links)
    if not odd and all(old.lower() == new.lower() for old, new in moved.items()):
        return parts
    taken = {place.lower() for place in moved.values()}
    kept = {name: part for name, part in parts.items() if name in moved or name.lower() not in taken}
    placed = {moved.get(name, name): part for name, part in kept.items()}
    said = [
        (id_, _KINDS.get(kind, kind), _PLACES.get(kind, names.get(path.lower(), path))) for id_, kind, path in links
    ]
    root = [("rId1", "officeDocument", WORKBOOK)]
    return {**placed, RELATIONS: _written(said), _ROOT: _written(root)}


@remembered(most=64, longest=65_536)
def _relations(part: bytes, folder: str) -> tuple[Relation, ...]:
    """The links of one part to others of the package, not those to the outside; none where it cannot be read."""
    found: list[Relation] = []

    def start(tag: str, at: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "Relationship" and at.get("TargetMode") != "External":
            kind = at.get("Type", "").rpartition("/")[2]
            found.append((at.get("Id", ""), kind, _path(at.get("Target", ""), folder)))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, ValueError, LookupError):
        return ()
    return tuple(found)


def _path(target: str, folder: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _written(relations: list[Relation]) -> bytes:
    links = "".join(
        f'<Relationship Id="{escape(id_)}" Type="{escape(_TRANSITIONAL + kind)}" Target="/{escape(path)}"/>'
        for id_, kind, path in relations
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_PACKAGE}">{links}</Relationships>'.encode()

"""A workbook's own package with marks in it: a zip rewritten part by part, where only what must change is changed.

Changed are the formats (styles), the marked sheets, their comments, and what lists the parts; one sheet is added as
the first. Every other part stays byte for byte. What is built otherwise than is understood here raises
NotEditableError before anything is written.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tracker.intake.grid import At
from tracker.intake.guard import ZIP_DAMAGE
from tracker.intake.marks import sheet_parts
from tracker.marked.cells import Worksheet, edited
from tracker.marked.comments import Note, new_drawing, new_part, with_boxes, with_notes
from tracker.marked.markup import (
    RELATIONSHIPS,
    Element,
    NotEditableError,
    Splice,
    appended,
    prefix_of,
    retagged,
    root,
    said,
    spliced,
)
from tracker.marked.styles import Styles
from tracker.problems import Severity

_TYPES = "[Content_Types].xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_SHEET_TYPE = _OFFICE + "spreadsheetml.worksheet+xml"
_COMMENTS_TYPE = _OFFICE + "spreadsheetml.comments+xml"
_VML_TYPE = _OFFICE + "vmlDrawing"
_BLOCKS_OF_A_SHEET = 64  # of a thousand numbers of shapes each

Marks = Mapping[At, tuple[Severity, Note | None]]
"""By cell of a sheet: how grave, and what its comment says."""


@dataclass(slots=True)
class Package:
    """The parts of a workbook: what was there, and what is new or other now."""

    data: bytes
    parts: dict[str, bytes] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    changed: dict[str, bytes] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
                self.parts = {one.filename: archive.read(one) for one in archive.infolist() if not one.is_dir()}
        except (*ZIP_DAMAGE, RuntimeError) as cause:  # in a part that no reader of cells looks at
            raise NotEditableError from cause
        self.names = {name.lower(): name for name in self.parts}

    def __getitem__(self, name: str) -> bytes:
        """A part by its name, in whatever case. Raises NotEditableError when it is not there."""
        found = self.find(name)
        if not found:
            raise NotEditableError
        return self.changed.get(found, self.parts.get(found, b""))

    def __setitem__(self, name: str, part: bytes) -> None:
        name = self.find(name) or name
        self.names[name.lower()] = name
        if self.parts.get(name) != part:
            self.changed[name] = part

    def find(self, name: str) -> str:
        return self.names.get(name.lower(), "")

    def free(self, pattern: str) -> str:
        """The first name of a pattern like "xl/comments{}.xml" that no part has."""
        return next(name for n in range(1, 100_000) if not self.find(name := pattern.format(n)))

    def written(self) -> bytes:
        """The zip, with the dates that its entries had; new ones have none."""
        into = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self.data)) as old, zipfile.ZipFile(into, "w") as new:
            for entry in (one for one in old.infolist() if one.filename in self.parts.keys() - self.removed):
                same = zipfile.ZipInfo(entry.filename, entry.date_time)
                same.compress_type, same.external_attr = entry.compress_type, entry.external_attr
                new.writestr(same, self.changed.get(entry.filename, self.parts[entry.filename]))
            for name in (one for one in self.changed if one not in self.parts):
                made = zipfile.ZipInfo(name, _EPOCH)
                made.compress_type = zipfile.ZIP_DEFLATED
                new.writestr(made, self.changed[name])
        return into.getvalue()

    # --- what leads where ---------------------------------------------------------------------------------------

    def relations(self, part: str) -> Relations:
        folder, name = posixpath.split(part)
        return Relations(self, f"{folder}/_rels/{name}.rels", folder)

    def declare(self, *, part: str = "", extension: str = "", content_type: str) -> None:
        """Says in the table of contents what kind a new part, or every file of an extension, is."""
        top = root(self[_TYPES])
        x = top.prefix.encode()
        if extension:
            known = {one.attributes.get("Extension", "").lower() for one in top.named("Default")}
            if extension in known:
                return
            text = b'<%sDefault Extension="%s" ContentType="%s"/>' % (x, said(extension), said(content_type))
            where = min((one.start for one in top.children), default=top.opened)
            self[_TYPES] = spliced(self[_TYPES], [Splice(where, where, text)])
            return
        text = b'<%sOverride PartName="/%s" ContentType="%s"/>' % (x, said(part), said(content_type))
        self[_TYPES] = spliced(self[_TYPES], [appended(self[_TYPES], top, text)])

    def drop(self, part: str) -> None:
        """Takes a part out, with its relations and what the table of contents says of it."""
        folder, name = posixpath.split(part)
        for gone in filter(None, (self.find(part), self.find(f"{folder}/_rels/{name}.rels"))):
            self.removed.add(gone)
        top = root(self[_TYPES])
        of_part = [
            one for one in top.named("Override") if one.attributes.get("PartName", "").lower() == f"/{part}".lower()
        ]
        self[_TYPES] = spliced(self[_TYPES], [Splice(one.start, one.end) for one in of_part])


class Relations:
    """The relations of one part, read from its .rels part, which may not be there yet."""

    def __init__(self, package: Package, name: str, folder: str) -> None:
        self._package, self._name, self._folder = package, name, folder
        self._part = (
            package[name]
            if package.find(name)
            else (
                b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
                b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
            )
        )
        self._top = root(self._part)

    def target(self, kind: str = "", id_: str = "") -> str:
        """The part that the first relation of a kind, or the one of an id, leads to; "" for none."""
        for one in self._top.named("Relationship"):
            of_kind = one.attributes.get("Type", "").endswith(f"/{kind}")
            if of_kind if kind else one.attributes.get("Id") == id_:
                return self._path(one)
        return ""

    def add(self, kind: str, part: str) -> str:
        """A relation to a new part; its id."""
        used = {one.attributes.get("Id", "").lower() for one in self._top.named("Relationship")}
        id_ = next(f"rId{n}" for n in range(1, 100_000) if f"rid{n}" not in used)
        text = b'<%sRelationship Id="%s" Type="%s/%s" Target="/%s"/>' % (
            self._top.prefix.encode(), id_.encode(), RELATIONSHIPS.encode(), kind.encode(), said(part),
        )  # fmt: skip
        self._write(spliced(self._part, [appended(self._part, self._top, text)]))
        return id_

    def remove(self, part: str) -> None:
        gone = [one for one in self._top.named("Relationship") if self._path(one).lower() == part.lower()]
        self._write(spliced(self._part, [Splice(one.start, one.end) for one in gone]))

    def _write(self, part: bytes) -> None:
        self._part, self._top = part, root(part)
        self._package[self._name] = part

    def _path(self, one: Element) -> str:
        target = one.attributes.get("Target", "")
        return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{self._folder}/{target}")


# --- the workbook -----------------------------------------------------------------------------------------------


def marked(
    data: bytes,
    marks: Mapping[str, Marks],
    *,
    title: str,
    listing: Callable[[Styles], bytes],
    earlier: tuple[str, ...] = (),
) -> bytes:
    """The workbook with these cells marked, by sheet, and a first sheet called `title` that `listing` writes.

    `earlier` are sheets of ours that an earlier copy left; they and their marks are taken out.
    """
    package = Package(data)
    styles_part = package.find("xl/styles.xml")
    styles = Styles(package[styles_part])
    parts = {one.name: one.path for one in sheet_parts(package.parts)}
    for name in earlier:
        _remove_sheet(package, name, parts.get(name, ""))
    for number, (name, path) in enumerate(one for one in parts.items() if one[0] not in earlier):
        if not path and name in marks:
            raise NotEditableError
        if path:
            _mark_sheet(package, path, marks.get(name, {}), styles, number)
    _add_sheet(package, title, listing(styles))
    package[styles_part] = styles.written()
    return package.written()


def _mark_sheet(package: Package, path: str, marks: Marks, styles: Styles, number: int) -> None:
    sheet = Worksheet(package[path], {row for row, _ in marks}, styles.ours)
    if sheet.marked_before:
        sheet = Worksheet(package[path], {row for row, _ in (*marks, *sheet.marked_before)}, styles.ours)
    shown: dict[At, list[tuple[Severity, Note | None]]] = {}
    for at, said_of in marks.items():
        shown.setdefault(sheet.shown_at(at), []).append(said_of)
    formats = {at: _format(styles, min(it[0] for it in all_)) for at, all_ in shown.items()}
    formats |= {at: styles.plain for at in sheet.marked_before if at not in formats}
    notes = {at: _one_note(all_) for at, all_ in shown.items()}
    commented = {at: note for at, note in notes.items() if note is not None}
    splices = [*sheet.unselected(), *sheet.restyled(formats)]
    splices += _comment(package, path, sheet, commented, number)
    package[path] = edited(package[path], splices)


def _format(styles: Styles, severity: Severity) -> Callable[[int], int]:
    return lambda number: styles.marked(number, severity)


def _one_note(all_: list[tuple[Severity, Note | None]]) -> Note | None:
    """One comment of those on cells that are merged into one: each once."""
    notes = list(dict.fromkeys(note for _, note in sorted(all_, key=lambda it: it[0]) if note))
    return Note(notes[0].title, "\n".join(note.text for note in notes)) if notes else None


def _comment(package: Package, path: str, sheet: Worksheet, notes: Mapping[At, Note], number: int) -> list[Splice]:
    """Writes the comments of a sheet; the splice that leads to their boxes, where it has none yet."""
    relations = package.relations(path)
    comments, drawing_id = relations.target("comments"), sheet.comments_reference()
    if not comments and not notes:
        return []
    text = package[comments] if comments else new_part()
    text, gone = with_notes(text, notes)
    if not notes and not gone:
        if comments:
            package[comments] = text
        return []
    if not comments:
        comments = package.free("xl/comments{}.xml")
        package.declare(part=comments, content_type=_COMMENTS_TYPE)
        relations.add("comments", comments)
    package[comments] = text
    drawing = relations.target(id_=drawing_id) if drawing_id else ""
    boxes = package[drawing] if drawing_id else new_drawing(number * _BLOCKS_OF_A_SHEET + 1)
    boxes = with_boxes(boxes, notes, gone, sheet.layout)
    if drawing_id:
        package[drawing] = boxes
        return []
    drawing = package.free("xl/drawings/vmlDrawing{}.vml")
    package[drawing] = boxes
    package.declare(extension="vml", content_type=_VML_TYPE)
    return [sheet.refer_to_comments(relations.add("vmlDrawing", drawing))]


def _add_sheet(package: Package, title: str, part: bytes) -> None:
    path = package.free("xl/worksheets/sheet{}.xml")
    package[path] = part
    package.declare(part=path, content_type=_SHEET_TYPE)
    workbook = package.find("xl/workbook.xml")
    id_ = package.relations(workbook).add("worksheet", path)
    text = package[workbook]
    top = root(text)
    listed = _sheets(top)
    ids = [int(one.attributes.get("sheetId", "0")) for one in listed.named("sheet")]
    r = prefix_of(top, RELATIONSHIPS) or prefix_of(listed, RELATIONSHIPS)
    declared = b"" if r else b' xmlns:r="%s"' % RELATIONSHIPS.encode()
    new = b'<%ssheet name="%s" sheetId="%d"%s %sid="%s"/>' % (
        listed.prefix.encode(), said(title), max(ids, default=0) + 1, declared, (r or "r:").encode(), id_.encode(),
    )  # fmt: skip
    splices = [Splice(listed.opened, listed.opened, new), *_moved(text, top, lambda number: number + 1)]
    splices += [retagged(text, one, {"activeTab": None, "firstSheet": None}) for one in top.all("workbookView")]
    package[workbook] = spliced(text, splices)


def _remove_sheet(package: Package, name: str, path: str) -> None:
    workbook = package.find("xl/workbook.xml")
    text = package[workbook]
    top = root(text)
    sheets = _sheets(top).named("sheet")
    number, gone = next((n, one) for n, one in enumerate(sheets) if one.attributes.get("name") == name)
    splices = [Splice(gone.start, gone.end)]
    splices += [
        Splice(one.start, one.end) for one in _local_names(top) if int(one.attributes["localSheetId"]) == number
    ]
    kept = _moved(text, top, lambda old: old - (old > number), without=number)
    package[workbook] = spliced(text, [*splices, *kept])
    package.relations(workbook).remove(path)
    package.drop(path)


def _sheets(top: Element) -> Element:
    found = top.named("sheets")
    if not found or not found[0].children:
        raise NotEditableError
    return found[0]


def _local_names(top: Element) -> list[Element]:
    """Names that hold on one sheet, which they name by its number."""
    return [one for one in top.all("definedName") if one.attributes.get("localSheetId", "").isdigit()]


def _moved(text: bytes, top: Element, to: Callable[[int], int], without: int | None = None) -> list[Splice]:
    """The names of single sheets, after a sheet came or went."""
    found = []
    for one in _local_names(top):
        number = int(one.attributes["localSheetId"])
        if number != without:
            found.append(retagged(text, one, {"localSheetId": str(to(number))}))
    return found

"""Comments of one sheet: the part that holds their text and the old drawing that holds their boxes.

A ward's own comment stays, and ours is written under it; ours of an earlier copy is known by how it begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.intake.grid import At, a1
from tracker.marked.cells import Layout
from tracker.marked.markup import MAIN, Element, NotEditableError, Splice, appended, root, said, spliced
from tracker.messages import LANGUAGES, catalogue

AUTHOR = "tracker"
_WIDTH, _LINE, _CHARACTERS, _MOST_LINES = 300, 15, 46, 24
"""Pixels of a comment's box and of a line in it, characters of a line, lines shown at most."""

_SHAPE = re.compile(rb"<v:shape\b.*?</v:shape\s*>", re.DOTALL)
_SHAPE_AT = re.compile(rb"<x:Row>\s*(\d+)\s*</x:Row>\s*<x:Column>\s*(\d+)\s*</x:Column>")
_SHAPE_ID = re.compile(rb"_x0000_s(\d+)")
_SHAPES_OF_A_BLOCK = 1024
_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


@dataclass(frozen=True, slots=True)
class Note:
    """What a comment says: how grave, then a sentence or more on lines of their own."""

    title: str
    text: str


def openings() -> tuple[str, ...]:
    """How our comments begin, in every language."""
    keys = ("marked.comment_error", "marked.comment_warning")
    return tuple(catalogue(language)[key] for language in LANGUAGES for key in keys)


def new_part() -> bytes:
    return (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        b'<comments xmlns="%s"><authors/><commentList/></comments>' % MAIN.encode()
    )


def with_notes(part: bytes, notes: Mapping[At, Note]) -> tuple[bytes, set[str]]:
    """The comments with our notes and without those of an earlier copy; the cells that have no comment any more."""
    top = root(part)
    x = top.prefix.encode()
    lists = {one.name: one for one in top.children}
    if not {"authors", "commentList"} <= lists.keys():
        raise NotEditableError
    author = len(lists["authors"].children)
    splices = [appended(part, lists["authors"], b"<%sauthor>%s</%sauthor>" % (x, AUTHOR.encode(), x))]
    waiting = {a1(*at): note for at, note in notes.items()}
    gone = set()
    for comment in lists["commentList"].named("comment"):
        cell = comment.attributes.get("ref", "").replace("$", "")
        whole = _text(comment)
        own = _before_ours(whole)
        note = waiting.pop(cell, None)
        if own == whole and note is None:
            continue
        if not own.strip() and note is None:
            gone.add(cell)
            splices.append(Splice(comment.start, comment.end))
            continue
        texts = comment.named("text")
        if not texts:
            raise NotEditableError
        splices.append(_rewritten(part, texts[0], x, own, whole, note))
    added = b"".join(
        b'<%scomment ref="%s" authorId="%d"><%stext>%s</%stext></%scomment>'
        % (x, cell.encode(), author, x, _runs(x, note), x, x)
        for cell, note in waiting.items()
    )
    if added:
        splices.append(appended(part, lists["commentList"], added))
    elif len(splices) == 1:
        return part, gone
    return spliced(part, splices), gone


def _rewritten(part: bytes, text: Element, x: bytes, own: str, whole: str, note: Note | None) -> Splice:
    """The ward's own words, as they are where nothing of ours stood under them, and our note."""
    ours = _runs(x, note) if note else b""
    if own == whole:
        bare = [one for one in text.children if one.name == "t"]
        inside = part[text.opened : text.closing]
        if bare:  # a text without runs must become a run before another can follow it
            inside = b"<%sr>%s</%sr>" % (x, inside, x)
        gap = b'<%sr><%st xml:space="preserve">&#10;</%st></%sr>' % (x, x, x, x)
        return Splice(text.opened, text.closing, inside + gap + ours)
    kept = b'<%sr><%st xml:space="preserve">%s</%st></%sr>' % (x, x, said(own.rstrip() + "\n"), x, x)
    return Splice(text.opened, text.closing, (kept if own.strip() else b"") + ours)


def _text(comment: Element) -> str:
    return "".join(one.text for one in comment.all("t"))


def _before_ours(text: str) -> str:
    """What stands in a comment before anything of ours."""
    places = [at for opening in openings() if (at := text.find(opening)) >= 0]
    return text[: min(places)] if places else text


def _runs(x: bytes, note: Note) -> bytes:
    look = b'<%ssz val="9"/><%scolor indexed="81"/><%srFont val="Tahoma"/><%sfamily val="2"/>' % (x, x, x, x)
    bold = b'<%sr><%srPr><%sb/>%s</%srPr><%st xml:space="preserve">%s</%st></%sr>'
    plain = b'<%sr><%srPr>%s</%srPr><%st xml:space="preserve">%s</%st></%sr>'
    return bold % (x, x, x, look, x, x, said(note.title + "\n"), x, x) + plain % (
        x, x, look, x, x, said(note.text), x, x,
    )  # fmt: skip


# --- the drawing ------------------------------------------------------------------------------------------------


def new_drawing(number: int) -> bytes:
    """A drawing without shapes; `number` tells its shapes from those of the other sheets."""
    return (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
        ' xmlns:x="urn:schemas-microsoft-com:office:excel">'
        f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{number}"/></o:shapelayout>{_TYPE}</xml>'
    ).encode()


def with_boxes(drawing: bytes, notes: Mapping[At, Note], gone: Iterable[str], layout: Layout) -> bytes:
    """The drawing with a box for each note that has none yet, and without those of comments that are gone."""
    removed = set(gone)
    boxed: set[At] = set()

    def kept(match: re.Match[bytes]) -> bytes:
        at = _SHAPE_AT.search(match[0])
        if at is None:
            return match[0]
        place = (int(at[1]), int(at[2]))
        if a1(*place) in removed:
            return b""
        boxed.add(place)
        return match[0]

    drawing = _SHAPE.sub(kept, drawing)
    end = drawing.rfind(b"</xml>")
    if end < 0:
        raise NotEditableError
    numbers = [int(one) for one in _SHAPE_ID.findall(drawing)]
    block = re.search(rb'<o:idmap\b[^>]*\bdata="(\d+)', drawing)
    first = max([*numbers, (int(block[1]) if block else 1) * _SHAPES_OF_A_BLOCK]) + 1
    needed = b"" if b'id="_x0000_t202"' in drawing else _TYPE.encode()
    new = [at for at in sorted(notes) if at not in boxed]
    shapes = b"".join(_box(first + n, at, notes[at], layout) for n, at in enumerate(new))
    whole = drawing[:end] + (needed + shapes if shapes else b"") + drawing[end:]
    return _with_blocks(whole, {(first + n) // _SHAPES_OF_A_BLOCK for n in range(len(new))})


def _with_blocks(drawing: bytes, used: Iterable[int]) -> bytes:
    """The drawing with all blocks of numbers that its shapes use, which it must name."""

    def named(match: re.Match[bytes]) -> bytes:
        blocks = dict.fromkeys([*match[2].split(b","), *(b"%d" % one for one in sorted(used))])
        return match[1] + b",".join(blocks) + b'"'

    return re.sub(rb'(<o:idmap\b[^>]*\bdata=")([0-9,]+)"', named, drawing, count=1)


def lines_of(note: Note) -> int:
    paragraphs = [note.title, *note.text.split("\n")]
    return min(sum(len(one) // _CHARACTERS + 1 for one in paragraphs), _MOST_LINES)


def _box(number: int, at: At, note: Note, layout: Layout) -> bytes:
    row, column = at
    height = (lines_of(note) + 1) * _LINE
    left, right = column + 1, column + 1
    top = max(row - 1, 0)
    bottom, width, tall = top, _WIDTH + 15, height + 4
    while width > layout.width(right):
        width -= layout.width(right)
        right += 1
    while tall > layout.height(bottom):
        tall -= layout.height(bottom)
        bottom += 1
    size = f"width:{_WIDTH * 3 // 4}pt;height:{height * 3 // 4}pt;z-index:{number % _SHAPES_OF_A_BLOCK}"
    style = f"position:absolute;margin-left:80pt;margin-top:5pt;{size};visibility:hidden"
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="{style}" fillcolor="#ffffe1" o:insetmode="auto">'
        '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{left}, 15, {top}, 4, {right}, {width}, {bottom}, {tall}</x:Anchor>"
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    ).encode()

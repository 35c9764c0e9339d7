"""XML parts edited as text: where each element stands in the bytes, so that all the rest stays byte for byte.

Prefixes are respected: what is added to a part speaks with the prefix of what stands there. Text that is added is
ASCII with character references, and so right in any encoding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from xml.parsers import expat

from tracker.report.characters import printable

RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

_TAG = re.compile(rb"""<[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*>""")
_ATTRIBUTE = rb"""\s+%s\s*=\s*(?:"[^"]*"|'[^']*')"""


class NotEditableError(Exception):
    """A package that is built otherwise than is understood here; it is built anew instead."""


@dataclass(slots=True)
class Element:
    """One element: its name with prefix, its attributes, and the offsets of its two tags."""

    tag: str
    attributes: dict[str, str]
    start: int
    opened: int
    closing: int = 0
    end: int = 0
    text: str = ""
    children: list[Element] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.tag.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """ "x:" of "x:sheet"; "" without one."""
        before, colon, _ = self.tag.rpartition(":")
        return before + colon

    def named(self, name: str) -> list[Element]:
        return [one for one in self.children if one.name == name]

    def all(self, name: str) -> Iterator[Element]:
        for one in self.children:
            if one.name == name:
                yield one
            yield from one.all(name)


@dataclass(frozen=True, slots=True, order=True)
class Splice:
    """Bytes that take the place of those from `start` to `end`."""

    start: int
    end: int
    text: bytes = b""


def spliced(part: bytes, splices: Iterable[Splice]) -> bytes:
    """The part with all replacements; those at one place come in the order of their text."""
    pieces, at = [], 0
    for one in sorted(splices):
        if one.start < at:
            raise NotEditableError
        pieces += [part[at : one.start], one.text]
        at = one.end
    return b"".join([*pieces, part[at:]])


def tag_end(part: bytes, start: int) -> int:
    """The offset behind the tag that begins at `start`."""
    match = _TAG.match(part, start)
    if match is None:
        raise NotEditableError
    return match.end()


def parse(part: bytes, parser: expat.XMLParserType) -> None:
    """Runs a parser over a whole part. Raises NotEditableError."""
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, ValueError, LookupError) as cause:
        raise NotEditableError from cause


def root(part: bytes) -> Element:
    """The whole tree of a small part. Raises NotEditableError."""
    parser = expat.ParserCreate()
    top = Element("", {}, 0, 0)
    open_: list[Element] = [top]

    def start(tag: str, attributes: dict[str, str]) -> None:
        at = parser.CurrentByteIndex
        one = Element(tag, attributes, at, tag_end(part, at))
        open_[-1].children.append(one)
        open_.append(one)

    def end(_tag: str) -> None:
        close(part, open_.pop(), parser.CurrentByteIndex)

    def text(said: str) -> None:
        open_[-1].text += said

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parse(part, parser)
    return top.children[0]


def close(part: bytes, one: Element, at: int) -> None:
    """Notes where an element ends; a tag that closes itself is its own end."""
    if is_closed(part, one):
        one.closing = one.end = one.opened
    else:
        one.closing, one.end = at, tag_end(part, at)


def is_closed(part: bytes, one: Element) -> bool:
    return part[one.opened - 2 : one.opened] == b"/>"


def appended(part: bytes, parent: Element, inside: bytes) -> Splice:
    """Puts `inside` at the end of an element, also of one that is written as `<a/>`."""
    if is_closed(part, parent):
        tag = part[parent.start : parent.opened - 2].rstrip()
        return Splice(parent.start, parent.opened, b"%s>%s</%s>" % (tag, inside, parent.tag.encode()))
    return Splice(parent.closing, parent.closing, inside)


def with_attributes(tag: bytes, changes: Mapping[str, str | None]) -> bytes:
    """A start tag with these attributes set where they stand, else at its end; removed where they are None."""
    for name, value in changes.items():
        found = re.search(_ATTRIBUTE % name.encode(), tag)
        new = b"" if value is None else b' %s="%s"' % (name.encode(), said(value))
        at = (found.start(), found.end()) if found else (len(tag) - 1 - tag.endswith(b"/>"),) * 2
        tag = tag[: at[0]] + new + tag[at[1] :]
    return tag


def retagged(part: bytes, one: Element, changes: Mapping[str, str | None]) -> Splice:
    """The start tag of an element with attributes changed."""
    return Splice(one.start, one.opened, with_attributes(part[one.start : one.opened], changes))


def said(text: str) -> bytes:
    """Text for a part, line breaks kept: nothing that XML forbids, nothing outside ASCII."""
    plain = "\n".join(map(printable, text.split("\n")))
    return escape(plain).encode("ascii", "xmlcharrefreplace").replace(b"\n", b"&#10;")


def prefix_of(element: Element, namespace: str) -> str | None:
    """The prefix, with its colon, that an element declares for a namespace; None when it declares none."""
    for name, value in element.attributes.items():
        if value == namespace and (name == "xmlns" or name.startswith("xmlns:")):
            return "" if name == "xmlns" else f"{name[6:]}:"
    return None

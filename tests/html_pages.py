"""The pages of the sample data, made once, and a page read into a tree of elements by the standard library alone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from conftest import run

SAMPLE = Path(__file__).resolve().parents[1] / "sample_data"
YEARS = {
    "ha-noi-2018-2020": 2020,
    "hai-ba-trung-2019": 2019,
    "ninh-binh-2021": 2021,
    "bac-giang-2024": 2024,
}
VOID = {"meta", "link", "br", "img", "hr", "input"}


@dataclass
class Node:
    """An element with its attributes and what stands in it."""

    tag: str
    attrs: dict[str, str]
    inside: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        yield self
        for one in self.inside:
            if isinstance(one, Node):
                yield from one.walk()

    def own(self, *borders: str) -> Iterator[Node]:
        """Everything inside but what stands under an element with one of these attributes."""
        for one in self.inside:
            if isinstance(one, Node) and not set(borders) & set(one.attrs):
                yield one
                yield from one.own(*borders)

    def all(self, tag: str = "", **wanted: str) -> list[Node]:
        """Elements by tag and attributes; `data_is` stands for data-is."""
        asked = {name.replace("_", "-"): value for name, value in wanted.items()}
        return [
            one
            for one in self.walk()
            if one is not self and tag in ("", one.tag) and all(one.attrs.get(k) == v for k, v in asked.items())
        ]

    def one(self, tag: str = "", **wanted: str) -> Node:
        found = self.all(tag, **wanted)
        assert len(found) == 1, f"{len(found)} elements {tag} {wanted}"
        return found[0]

    @property
    def text(self) -> str:
        parts = (one if isinstance(one, str) else one.text for one in self.inside)
        return " ".join("".join(parts).split())

    @property
    def classes(self) -> set[str]:
        return set(self.attrs.get("class", "").split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        assert len(node.attrs) == len(attrs), f"an attribute twice in {tag}: {attrs}"
        self.open[-1].inside.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read(html: str) -> Node:
    """The page as a tree. Raises AssertionError where elements are not closed in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == [reader.root], f"not closed: {[one.tag for one in reader.open]}"
    return reader.root


# --- the sample data ----------------------------------------------------------------------------------------------


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="pages-")


@cache
def db() -> Path:
    """The clean sample returns of all plans in one store."""
    store = Path(_folder().name, "store.db")
    done = run("--db", store, "ingest", *(SAMPLE / plan / "returns" for plan in YEARS), "--format", "json")
    assert done.status == 0, done.err
    return store


@cache
def page(plan: str, language: str = "vi") -> str:
    done = run(
        *("--lang", language, "--db", db(), "report", "--year", YEARS[plan], "--plan", plan, "--format", "html")
    )
    assert done.status == 0, done.err
    return done.out


@cache
def tree(plan: str, language: str = "vi") -> Node:
    return read(page(plan, language))


@cache
def figures(plan: str) -> Mapping[str, Any]:
    """The same report as JSON: the plan's part of it."""
    done = run("--db", db(), "report", "--year", YEARS[plan], "--plan", plan, "--format", "json")
    [found] = done.json()["plans"]
    return dict(found)

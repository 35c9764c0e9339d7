"""The page of every problem that can be said of a return: code, weight, an example of its message, its remedy.

Made from the codes and the sentences themselves; only the figures of the examples stand in `examples.toml`. To make
it anew: `python -m tracker.report.catalogue docs/danh-muc-loi.md`.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

from tracker.messages import LANGUAGES, catalogue, fix, message, say, speaking
from tracker.problems import CODES, Problem, Severity, problem

TITLE = """# Danh mục lỗi

Mọi điều mà `tracker check` và `tracker ingest` có thể nói về một báo cáo: mã, mức độ, phạm vi bị từ chối, câu báo
lỗi kèm ví dụ và cách sửa; tiếng Việt trước, tiếng Anh sau. *Every problem with an example and its remedy, in
Vietnamese and then in English.*

Lỗi từ chối phạm vi nhỏ nhất chứa nó; phạm vi ấy được coi là *thiếu*, không bao giờ là 0 hay “không”. Cảnh báo và ghi
chú không từ chối gì. *An error refuses the smallest scope that holds it, which then counts as missing, never as 0 or
"no"; warnings and notes refuse nothing.*

Trang này được tạo tự động, đề nghị không sửa tay. *This page is generated.*
"""

Facts = Mapping[str, str]


def page() -> str:
    """The whole page as Markdown, gravest problems first, in the order of the codes."""
    parts = [TITLE]
    for severity in Severity:
        parts.append(f"## {_both(f'severity.{severity.value}').capitalize()}\n")
        parts += [_entry(code) for code, (usual, _) in CODES.items() if usual is severity]
    return "\n".join(parts)


def _both(key: str) -> str:
    """The word of a key in both languages: "lỗi / error"."""
    said = []
    for language in LANGUAGES:
        with speaking(language):
            said.append(say(key))
    return " / ".join(said)


def _entry(code: str) -> str:
    severity, scope = CODES[code]
    weight = f"{_both(f'severity.{severity.value}')} · {_both(f'scope.{scope.value}')}"
    lines = [f"### `{code}`", "", weight, ""]
    for one in _examples(code):
        for number, language in enumerate(LANGUAGES):
            with speaking(language):
                text = f"{message(one)} → {fix(one)}"
            lines.append(f"- {text}" if number == 0 else f"  *{text}*")
    return "\n".join([*lines, ""])


def _examples(code: str) -> Iterator[Problem]:
    """The code without a reason, then with each reason that has a sentence of its own."""
    table = _facts_of_examples()[code]
    usual = {name: value for name, value in table.items() if isinstance(value, str)}
    yield _example(code, usual)
    for why in _reasons(code):
        special = table.get(why, {})
        assert isinstance(special, Mapping)
        yield _example(code, {**usual, **special, "why": why})


def _example(code: str, facts: Facts) -> Problem:
    places = {name: facts[name] for name in ("form", "sheet", "found") if name in facts}
    rest = {name: value for name, value in facts.items() if name not in places}
    return problem(code, facts=rest, **places)  # type: ignore[arg-type]  # only words


def _reasons(code: str) -> list[str]:
    start, end = f"problem.{code}.", ".message"
    keys = (key for key in catalogue(LANGUAGES[0]) if key.startswith(start) and key.endswith(end))
    return [key.removeprefix(start).removesuffix(end) for key in keys if key.count(".") == 3]


def _facts_of_examples() -> Mapping[str, Mapping[str, str | Facts]]:
    return tomllib.loads(files("tracker.report").joinpath("examples.toml").read_text(encoding="utf-8"))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8", newline="\n")

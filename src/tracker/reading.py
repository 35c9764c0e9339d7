"""What one cell says, read by the kind of its field. Source: the contract, section 4.

Nothing doubtful is guessed: a cell that can be read in two ways is a fault that says what to type instead.
Knows no place and no form; blank and "not known" are both None.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TypeAlias

from tracker.folding import fold, tidy
from tracker.form import Field, Kind
from tracker.period import Period
from tracker.returns import Answered, Told, told

Cell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta

EXACT, OVER, NEARLY, ABOUT = "exact", "over", "nearly", "about"
YEARS = range(1900, 2101)
LARGEST = 10**15  # beyond it a spreadsheet has lost digits


@dataclass(slots=True)
class Answer:
    """A cell that was read; `repaired` when something around the figure had to be left out."""

    value: Answered
    qualifier: str = EXACT
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be read: the problem's code, why, and what to type (`attempt`) where that is likely."""

    code: str
    why: str = ""
    attempt: str = ""
    nearest: str = ""


def facts_of(field: Field, fault: Fault) -> dict[str, str]:
    """What is said of a fault beside what was found: why, what to type, what is allowed."""
    facts = {name: said for name, said in (("why", fault.why), ("try", fault.attempt)) if said}
    if fault.code == "not_in_list":
        facts |= {"nearest": fault.nearest, "allowed": ", ".join(choice.value for choice in field.choices)}
    return facts


BLANK = Answer(None)
_SHORT = 40  # characters
_MOST = 8192  # cells
_UNKNOWN = re.compile(r"^(?:[.…?]+|n/?a)$", re.IGNORECASE)
_DASH = re.compile(r"^[-‐-―−]+$")


def raw_text(value: object) -> str:
    """The cell as a person sees it: 5048, 23/03/2018, text as typed."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, date):  # a datetime, too
        return f"{value.day:02}/{value.month:02}/{value.year:04}"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value)


@dataclass(slots=True)
class Said:
    """A filled cell: as a person sees it, what it answers, and what is kept of it where all is plain.

    Not plain is what gives no answer, or one with something left out, and what may be a spreadsheet's error. The same
    for all cells that say the same, so nobody changes it.
    """

    raw: str
    answer: Answer | Fault
    plain: Told | None


def read(field: Field, value: Cell) -> Answer | Fault:
    """What a filled cell answers to `field`."""
    return said(field, value).answer


def said(field: Field, value: Cell) -> Said:
    """What a filled cell says, as an answer to `field`."""
    return SAID[field, type(value), value]


class _Said(dict[tuple[Field, type, Cell], Said]):
    """What a filled cell says, as an answer to a field: by field, type and value, since 1 equals True.

    What may stand in many cells of many files is kept: "có", 12, "hội nghị"; never a long text. All is forgotten at
    once when it has become much.
    """

    def __missing__(self, key: tuple[Field, type, Cell]) -> Said:
        field, kind, value = key
        found = _said(field, value)
        if kind is int or kind is date or (kind is str and len(found.raw) <= _SHORT):
            if len(self) >= _MOST:
                self.clear()
            self[key] = found
        return found


SAID: Mapping[tuple[Field, type, Cell], Said] = _Said()
"""The same as `said` without the call, for the many cells of a table: `SAID[field, type(value), value]`."""


def _said(field: Field, value: Cell) -> Said:
    raw, answer = raw_text(value), _read(field, value)
    if isinstance(answer, Fault) or answer.value is None:
        return Said(raw, answer, None)
    plain = not answer.repaired and "#" not in raw
    return Said(raw, answer, told(field.name, answer.value, raw, answer.qualifier) if plain else None)


def _read(field: Field, value: Cell) -> Answer | Fault:
    if isinstance(value, str):
        value = tidy(value)
        if not value or _UNKNOWN.match(value):
            return BLANK
    return _READERS[field.kind](field, value)


# --- counts -----------------------------------------------------------------------------------------------------

_QUALIFIERS = {
    OVER: ("trên", "hơn", "nhiều hơn", ">"),
    NEARLY: ("gần", "xấp xỉ dưới"),
    ABOUT: ("khoảng", "độ khoảng", "ước", "ước khoảng", "~", "≈"),
}
_WORDS = sorted(((word, name) for name, words in _QUALIFIERS.items() for word in words), key=lambda x: -len(x[0]))
_NONE_IN_COUNT = {"khong", "khong co", "ko", "ko co", "khong phat sinh"}
_MULTIPLES = {"nghin", "ngan", "tram", "trieu", "tr", "ty", "ti", "chuc", "muoi", "ta", "van"}
_CHANGES = {"tro len", "tro xuong", "du kien", "hon", "ruoi", "moi"}
_RAISED = re.compile("[\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]")  # a footnote's mark is no digit of the figure
_WHOLE = re.compile(r"^\d+$")
_DOTS = re.compile(r"^[1-9]\d{0,2}(?:\.\d{3})+$")
_SPACES = re.compile(r"^[1-9]\d{0,2}(?: \d{3})+$")
_COMMAS = re.compile(r"^[1-9]\d{0,2}(?:,\d{3})+$")
_DECIMAL = re.compile(r"^\d+[.,]\d+$")
_FIGURE = re.compile(r"^[\d.,' ]*\d")
_LETTERS_AS_DIGITS = re.compile(r"^[OoLlIi]+$")  # 1OO for 100


def read_count(_: Field, value: Cell) -> Answer | Fault:
    """A whole number from 0, with its qualifier."""
    if isinstance(value, bool):
        return Fault("not_a_count", "text")
    if isinstance(value, int):
        return _within(value)
    if isinstance(value, float):
        return _float_fault(value)
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", _RAISED.sub("*", value)).replace("’", "'")
        return _count_of_text(text.removeprefix("'").strip())
    return Fault("not_a_count", "date")


def _within(number: int, qualifier: str = EXACT, *, repaired: bool = False) -> Answer | Fault:
    if number < 0:
        return Fault("not_a_count", "negative")
    return Answer(number, qualifier, repaired) if number < LARGEST else Fault("not_a_count", "text")


def _float_fault(value: float) -> Fault:
    if value < 0:
        return Fault("not_a_count", "negative")
    if value < 1:
        return Fault("not_a_count", "percent")
    thousand = value * 1000
    if value < LARGEST and abs(thousand - round(thousand)) < 1e-6:
        return Fault("not_a_count", "float", str(round(thousand)))
    return Fault("not_a_count", "fraction")


def _count_of_text(text: str) -> Answer | Fault:
    folded = fold(text)
    if _DASH.match(text) or folded in _NONE_IN_COUNT:
        return Answer(0)
    if folded in {"x", "v"} or text in {"✓", "✔", "+"}:
        return Fault("not_a_count", "mark")
    if text[:1] in {"-", "−", "–"} and text[1:2].isdigit():
        return Fault("not_a_count", "negative")
    qualifier, rest = _qualified(text)
    figure = _FIGURE.match(rest)
    if figure is None:
        return Fault("not_a_count", "words")
    number, unit = figure.group().strip(), rest[figure.end() :].strip(" .,;:")
    if any(c.isdigit() for c in unit):
        return Fault("not_a_count", "two_numbers")
    if unit == "%":
        return Fault("not_a_count", "percent")
    if unit and (not _is_unit_word(unit) or _LETTERS_AS_DIGITS.match(rest[figure.end() :])):
        return Fault("not_a_count", "words" if fold(unit) else "text")
    return _number(number, qualifier, repaired=bool(unit))


def _qualified(text: str) -> tuple[str, str]:
    lowered = text.lower()
    for word, name in _WORDS:
        if lowered.startswith(word):
            rest = text[len(word) :].lstrip()
            if rest[:1].isdigit():
                return name, rest
    return EXACT, text


def _is_unit_word(text: str) -> bool:
    """ "đại biểu", "lớp", "tờ/hộ": words that name what is counted and do not change how many.

    A single letter names nothing: "5k" and "1O" are other figures than 5 and 1.
    """
    words = f" {fold(text)} "
    multiplies = any(words.startswith(f" {one} ") for one in _MULTIPLES)
    changes = any(f" {one} " in words for one in _CHANGES)
    return len(words) > 3 and not multiplies and not changes and not set(text) & set("+<>=~%*")


def _number(text: str, qualifier: str, *, repaired: bool) -> Answer | Fault:
    if "'" in text:
        text, repaired = text.replace("'", " "), True
    if _WHOLE.match(text):
        return _within(int(text.lstrip("0")[:32] or "0"), qualifier, repaired=repaired)
    if _DOTS.match(text) or _SPACES.match(text):
        return _within(int(re.sub(r"\D", "", text)[:32]), qualifier, repaired=repaired)
    if _COMMAS.match(text):
        return Fault("not_a_count", "comma", re.sub(r"\D", "", text)[:32])
    if _DECIMAL.match(text):
        return Fault("not_a_count", "percent" if text.startswith("0") else "fraction")
    return Fault("not_a_count", "two_numbers")


# --- yes or no --------------------------------------------------------------------------------------------------

_YES = {"co", "x", "v", "1", "roi", "da", "da co", "co roi", "yes", "y", "true"}
_NO = {"khong", "ko", "k", "0", "chua", "chua co", "khong co", "no", "n", "false"}
_MARKS = set("✓✔☑☒+")


def read_yes_no(_: Field, value: Cell) -> Answer | Fault:
    if isinstance(value, bool):
        return Answer(value)
    if isinstance(value, int) and value in (0, 1):
        return Answer(bool(value))
    if isinstance(value, str):
        folded = fold(value)
        if folded in _YES or value in _MARKS:
            return Answer(True)
        if folded in _NO:
            return Answer(False)
    return Fault("not_yes_no")


# --- dates ------------------------------------------------------------------------------------------------------

NO_YEAR = "no_year"
_EPOCH = date(1899, 12, 30)
_SERIALS = range(20000, 73416)  # 1954 to 2100: outside, a number in a date cell is not a serial
_DAY_FIRST = re.compile(
    r"^(\d{1,2}) ?[/.\- ] ?(\d{1,2}) ?[/.\- ] ?(\d{4}|\d{2})(?: \d{1,2}[:h]\d{2}(?:[:m]\d{2})?)?$"
)
_ISO = re.compile(  # the day of a moment far from here (Z) is known only when it is midnight, as programs write days
    r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?|T00:00:00(?:\.0+)?Z)?$"
)
_IN_WORDS = re.compile(r"^(?:ngay ?)?(\d{1,2}) ?thang ?(\d{1,2}) ?nam ?(\d{4})$")
_LEADING = re.compile(r"^(?:['’]|ng[àa]y )\s*", re.IGNORECASE)  # "ngày 5/7/2024"; Excel's sign that a cell is text
_WITHOUT_YEAR = re.compile(
    r"^(?:(\d{1,2}) ?[/.\-] ?(\d{1,2})|(?:ng[àa]y ?)?(\d{1,2}) ?th[áa]ng ?(\d{1,2}))$", re.IGNORECASE
)
_YEAR_ONLY = re.compile(r"^(?:nam )?\d{4}$")


def read_date(_: Field, value: Cell) -> Answer | Fault:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return Answer(value) if value.year in YEARS else Fault("not_a_date", "impossible")
    if isinstance(value, str) and re.fullmatch(r"\d{5}", value):
        value = int(value)  # in a CSV a serial can only be text
    if isinstance(value, int | float) and not isinstance(value, bool):
        if int(value) in _SERIALS:
            return Answer(_EPOCH + timedelta(days=int(value)))
        return Fault("not_a_date", "year_only" if value in YEARS else "")
    return _date_of_text(value) if isinstance(value, str) else Fault("not_a_date")


def _date_of_text(text: str) -> Answer | Fault:
    text = _without_signs(text)
    folded = fold(text)
    if "am lich" in folded:
        return Fault("not_a_date", "lunar")
    if match := _DAY_FIRST.match(text) or _IN_WORDS.match(folded):
        day, month, year = map(int, match.groups())
        return _date(year + 2000 if year < 100 else year, month, day)
    if match := _ISO.match(text):
        year, month, day = map(int, match.groups())
        return _date(year, month, day)
    if _YEAR_ONLY.match(folded):
        return Fault("not_a_date", "year_only")
    if _day_and_month(text):
        return Fault("not_a_date", NO_YEAR)
    return Fault("not_a_date", "range" if len(re.findall(r"\d{1,2}[/.]\d{1,2}", text)) > 1 else "")


def day_within(period: Period | None, text: str) -> Answer | None:
    """The one day of a period that "30-9" can be; None where it has none, or several.

    For the days of rows that must lie within the period of their return: for no other is its year the only one.
    """
    found = _day_and_month(_without_signs(tidy(text)))
    if period is None or found is None:
        return None
    day, month = found
    read = [_date(year, month, day) for year in range(period.first.year, period.last.year + 1)]
    told = [one.value for one in read if isinstance(one, Answer)]
    days = [one for one in told if isinstance(one, date) and one in period]
    return Answer(days[0], repaired=True) if len(days) == 1 else None


def _day_and_month(text: str) -> tuple[int, int] | None:
    match = _WITHOUT_YEAR.match(text)
    if match is None:
        return None
    day, month = (int(one) for one in match.groups() if one)
    return (day, month) if 1 <= month <= 12 else None  # "18-24" is none


def _without_signs(text: str) -> str:
    """The text without the word "ngày", the sign that asks a spreadsheet to keep it, and a full stop at its end."""
    text = unicodedata.normalize("NFKC", text).replace("–", "-").rstrip(".,; ")
    return _LEADING.sub("", text)


def _date(year: int, month: int, day: int) -> Answer | Fault:
    try:
        found = date(year, month, day)
    except ValueError:
        return Fault("not_a_date", "impossible")
    return Answer(found) if year in YEARS else Fault("not_a_date", "impossible")


def swapped(day: date) -> date | None:
    """Day and month the other way round, where that is a date: 07/05/2024 for 05/07/2024."""
    try:
        return date(day.year, day.day, day.month)
    except ValueError:
        return None


# --- lists, codes, text -----------------------------------------------------------------------------------------


@cache
def _spellings(field: Field) -> Mapping[str, str]:
    return {fold(text): one.value for one in field.choices for text in (one.value, *one.also)}


def read_choice(field: Field, value: Cell) -> Answer | Fault:
    spellings = _spellings(field)
    found = spellings.get(fold(raw_text(value)))
    if found is not None:
        return Answer(found)
    from rapidfuzz import process

    near = process.extractOne(fold(raw_text(value)), list(spellings), score_cutoff=60)
    return Fault("not_in_list", nearest=spellings[near[0]] if near else "")


def read_text(_: Field, value: Cell) -> Answer | Fault:
    return Answer(raw_text(value))  # a text is tidy by now


def read_code(_: Field, value: Cell) -> Answer | Fault:
    """A code as typed, without the apostrophe that asks a spreadsheet to keep its zeros."""
    return Answer(raw_text(value).lstrip("'’ ") or None)


_READERS: Mapping[Kind, Callable[[Field, Cell], Answer | Fault]] = {
    Kind.COUNT: read_count,
    Kind.PERSONS: read_count,
    Kind.YES_NO: read_yes_no,
    Kind.DATE: read_date,
    Kind.CHOICE: read_choice,
    Kind.CODE: read_code,
    Kind.TEXT: read_text,
    Kind.NOTE: read_text,
}


def combined(qualifiers: set[str]) -> str:
    """The qualifier of a sum: exact with over is over, exact with nearly is nearly, any other mixture is about."""
    marked = qualifiers - {EXACT}
    if not marked:
        return EXACT
    return marked.pop() if len(marked) == 1 else ABOUT

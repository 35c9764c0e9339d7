"""What came and what is wrong with it: who filed, faults, quality signals, the files behind the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tracker.messages import fix, message, say
from tracker.report import wording
from tracker.report.content import Fault, Signal, Source
from tracker.report.html import charts
from tracker.report.html.said import COMMUNE_CODE, Scene, by_district, number, spoken, text
from tracker.report.html.view import File, Filed, Form, Remark, Remarks
from tracker.submission import STATES, Filer, Submission
from tracker.writing import count, day

TO_CHASE = ("late", "returned", "missing")
MOST_FAULTS = 500
"""So many faults are told one by one; the rest are counted by kind like all."""


# --- who filed ----------------------------------------------------------------------------------------------------


def forms(scene: Scene) -> list[Form]:
    return [_form(scene, line) for line in scene.plan.submissions]


def _form(scene: Scene, line: Submission) -> Form:
    return Form(
        form=line.form,
        due=day(line.due) if line.due else wording.NOTHING,
        expected=count(len(line.filers)),
        states=[_filed(scene, line, state) for state in STATES],
        drawing=charts.stack([(state, line.count(state)) for state in STATES]),
    )


def _filed(scene: Scene, line: Submission, state: str) -> Filed:
    filers = [one for one in line.filers if one.state == state]
    names = _filers(scene, filers) if state in TO_CHASE else ""
    return Filed(state, say(f"filing.{state}"), count(len(filers)), names)


def _filers(scene: Scene, filers: Sequence[Filer]) -> str:
    """By district: "Quận Ba Đình: Phường A, Phường B"; an agency with its unit."""
    said = []
    for home, units in by_district(scene, dict.fromkeys(one.unit for one in filers)):
        names = ", ".join(_filer(scene, one) for one in filers if one.unit in set(units))
        said.append(f"{scene.names.place(home)}: {names}" if home else names)
    return "; ".join(said)


def _filer(scene: Scene, one: Filer) -> str:
    name = scene.name(one.unit)
    return name if len(one.unit) == COMMUNE_CODE else f"{wording.agency(one.agency)} ({name})"


# --- faults and signals -------------------------------------------------------------------------------------------


def fault_kinds(scene: Scene) -> list[tuple[str, str, str]]:
    """Each kind of fault with its gravity and how many there are, in the order in which they are listed."""
    counts = Counter((one.problem.severity.value, one.problem.code) for one in scene.plan.faults)
    return [
        (spoken(f"fault.{code}", {}), say(f"severity.{severity}"), count(n)) for (severity, code), n in counts.items()
    ]


def faults(scene: Scene) -> tuple[list[Remarks], str]:
    """By district; of very many the first, and how many were left off."""
    told = scene.plan.faults[:MOST_FAULTS]
    left = len(scene.plan.faults) - len(told)
    said = text("faults_left", n=number("faults", left)) if left else ""
    return _by_home(scene, [(one.unit, _fault(scene, one)) for one in told]), said


def _fault(scene: Scene, one: Fault) -> Remark:
    it = one.problem
    waived = text("waived", why=one.waiver) if one.waiver else ""
    return Remark(
        unit=scene.name(one.unit) if one.unit else "",
        agency=wording.agency(one.agency) if one.agency not in ("", "UBND") else "",
        severity=it.severity.value,
        code=it.code,
        kind=spoken(f"fault.{it.code}", {}),
        where=_where(it.form, it.sheet, it.cell),
        said=" ".join(part for part in (message(it), fix(it), waived) if part),
        name=_last(one.name),
        anchor=_file_anchor(scene, one.sha256),
    )


def signals(scene: Scene) -> list[Remarks]:
    return _by_home(scene, [(one.unit, _signal(scene, one)) for one in scene.plan.signals])


def _signal(scene: Scene, one: Signal) -> Remark:
    return Remark(
        unit=scene.name(one.unit) if one.unit else "",
        agency="",
        severity="signal",
        code=one.code,
        kind=spoken(f"signal_kind.{one.code}", {}),
        where=_where(one.form, one.sheet, one.cell),
        said=spoken(f"signal.{one.code}", {"found": one.raw, **one.facts}),
        name=_last(one.name),
    )


def _where(form: str, sheet: str, cell: str) -> str:
    """ "B01, sheet B.01, cell D14", what of it there is."""
    parts = [form, text("sheet", sheet=sheet) if sheet else "", text("cell", cell=cell) if cell else ""]
    return ", ".join(part for part in parts if part)


def _by_home(scene: Scene, told: Iterable[tuple[str, Remark]]) -> list[Remarks]:
    rows: dict[str, list[Remark]] = {}
    for unit, remark in told:
        rows.setdefault(unit, []).append(remark)
    found = []
    for home, units in by_district(scene, sorted(rows)):
        inside = [remark for unit in units for remark in rows[unit]]
        found.append(Remarks(scene.names.place(home) if home else "", count(len(inside)), inside))
    return found


# --- sources ------------------------------------------------------------------------------------------------------


def files(scene: Scene) -> list[File]:
    """Each file once: its hash, when it came, and what became of what it holds."""
    by_file: dict[tuple[str, str], list[Source]] = {}
    for one in scene.plan.sources:
        by_file.setdefault((_last(one.name), one.sha256), []).append(one)
    return [_file(scene, name, sha256, held) for (name, sha256), held in sorted(by_file.items())]


def _file(scene: Scene, name: str, sha256: str, held: Sequence[Source]) -> File:
    counts = Counter((one.form, one.fate) for one in held)
    units = {form: {one.unit for one in held if one.form == form} for form, _ in counts}
    holds = [
        text("holds", form=form, who=_who(scene, units[form]), n=count(n), fate=spoken(f"annex.fate.{fate}", {}))
        for (form, fate), n in sorted(counts.items())
    ]
    received = ", ".join(day(on) for on in sorted({one.received_on for one in held}))
    return File(_file_anchor(scene, sha256), name, sha256, received, holds)


def _last(name: str) -> str:
    """A file's own name: where it lay on the machine that read it is nobody's business."""
    return name.replace("\\", "/").rpartition("/")[2]


def _who(scene: Scene, units: set[str]) -> str:
    return scene.name(min(units)) if len(units) == 1 else number("units", len(units))


def _file_anchor(scene: Scene, sha256: str) -> str:
    return scene.anchor("file", sha256[:16])

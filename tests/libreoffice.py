"""LibreOffice without a window: converts, types into cells as its user would, and saves.

    convert(book, "ods", folder)                                   -> folder/book.ods; also pdf, xls, xlsx …
    type_into(book, {("B01", "D7"): 12, ("TTC", "C9"): date(2020, 1, 1)}, [folder / "a.xls", folder / "a.ods"])
    pictures(book, folder)                                         -> every printed page as a PNG, to look at

Tests that use it carry `@pytest.mark.needs("soffice")`. Each process has a profile of its own, so that runs side by
side do not meet. Nothing but LibreOffice Calc is needed: what is typed goes through a macro in its Basic, in the
profile; `pictures` alone needs pypdfium2 and pillow, and no test uses it.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

Typed = Mapping[tuple[str, str], int | float | str | date]
"""By sheet and cell: a number, a day, or text as it would be typed ("=1+1" is a formula, "007" the number 7)."""

_FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xls": "MS Excel 97",
    ".ods": "calc8",
    ".pdf": "calc_pdf_Export",
}
_SECONDS = 120
_EPOCH = date(1899, 12, 30)

_MACRO = r"""
Sub Main(Optional orders As String, Optional answers As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  Dim saved(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  saved(0).Name = "FilterName"
  files = CreateUnoService("com.sun.star.ucb.SimpleFileAccess")
  source = CreateUnoService("com.sun.star.io.TextInputStream")
  source.setInputStream(files.openFileRead(orders))
  source.setEncoding("UTF-8")
  answer = FreeFile
  Open ConvertFromURL(answers) For Output As #answer
  On Error Goto Failed
  Do While Not source.isEOF()
    words = Split(source.readLine(), Chr(9))
    Select Case words(0)
      Case "open"
        book = StarDesktop.loadComponentFromURL(words(1), "_blank", 0, hidden())
      Case "number", "text"
        cell = book.Sheets.getByName(words(1)).getCellRangeByName(words(2))
        If book.Sheets.getByName(words(1)).isProtected() And cell.CellProtection.IsLocked Then
          Print #answer, words(1) & "!" & words(2) & " is locked"
        ElseIf words(0) = "number" Then
          cell.setValue(Val(words(3)))
        Else
          cell.FormulaLocal = words(3)
        End If
      Case "save"
        saved(0).Value = words(2)
        book.storeToURL(words(1), saved())
    End Select
  Loop
  book.close(True)
  Print #answer, "done"
  Close #answer
  Exit Sub
Failed:
  Print #answer, Error$ & " in line " & Erl
  Close #answer
End Sub
"""

_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Typing"/></library:library>
"""

_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Typing" script:language="StarBasic">{}
</script:module>
"""


def convert(path: Path, kind: str, folder: Path) -> Path:
    """The same document as `kind` (pdf, xlsx, xls, ods …) in a folder, under the same stem."""
    folder.mkdir(parents=True, exist_ok=True)
    done = _soffice("--convert-to", kind, "--outdir", str(folder), str(path))
    written = folder / f"{path.stem}.{kind}"
    assert written.exists(), f"LibreOffice wrote no {written.name} of {path.name}: {done}"
    return written


def type_into(path: Path, typed: Typed, saved: Sequence[Path]) -> None:
    """Opens a workbook, types into its cells, and saves it under each name, in the format its suffix says.

    AssertionError: a cell is locked in a protected sheet, or LibreOffice did not get to the end.
    """
    orders: list[tuple[str, ...]] = [("open", path.resolve().as_uri())]
    orders += [_order(sheet, cell, value) for (sheet, cell), value in typed.items()]
    orders += [("save", copy.resolve().as_uri(), _FILTERS[copy.suffix]) for copy in saved]
    with tempfile.TemporaryDirectory() as folder:
        ordered, answered = Path(folder) / "orders.txt", Path(folder) / "answers.txt"
        ordered.write_text("\n".join("\t".join(order) for order in orders), encoding="utf-8")
        _macro()
        done = _soffice(f'macro:///Standard.Typing.Main("{ordered.as_uri()}","{answered.as_uri()}")')
        answer = answered.read_text(encoding="utf-8").splitlines() if answered.exists() else [done]
    assert answer == ["done"], answer
    assert all(copy.exists() for copy in saved), "LibreOffice did not save every copy"


def pictures(path: Path, folder: Path, scale: float = 1.5) -> list[Path]:
    """Each printed page of a document as a PNG in a folder."""
    import pypdfium2  # type: ignore[import-untyped,import-not-found,unused-ignore]  # absent from most machines

    printed = path if path.suffix == ".pdf" else convert(path, "pdf", folder)
    drawn = [folder / f"{path.stem}-{number:02}.png" for number in range(1, len(pypdfium2.PdfDocument(printed)) + 1)]
    for page, picture in zip(pypdfium2.PdfDocument(printed), drawn, strict=True):
        page.render(scale=scale).to_pil().save(picture)
    return drawn


def _order(sheet: str, cell: str, value: int | float | str | date) -> tuple[str, str, str, str]:
    if isinstance(value, str):
        return "text", sheet, cell, value
    number = (value - _EPOCH).days if isinstance(value, date) else value
    return "number", sheet, cell, repr(number)


@functools.cache
def _profile() -> Path:
    """A profile for this process alone; LibreOffice fills it at its first start."""
    folder = Path(tempfile.mkdtemp(prefix="libreoffice-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@functools.cache
def _macro() -> None:
    """Puts the macro into the profile, after the first start, which would overwrite it."""
    basic = _profile() / "user" / "basic" / "Standard"
    if not basic.exists():
        _soffice("--terminate_after_init")
    text = _MACRO.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    (basic / "Typing.xba").write_text(_MODULE.format(text), encoding="utf-8")
    (basic / "script.xlb").write_text(_LIBRARY, encoding="utf-8")


def _soffice(*arguments: str) -> str:
    command = ["soffice", f"-env:UserInstallation={_profile().as_uri()}", "--headless", "--norestore", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as running:
        try:
            said, _ = running.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)  # soffice is a script: its child would outlive it
            raise
    return said

"""PostgreSQL as the shared server: the same reports, its failures said in a sentence, no password ever shown."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import HA_NOI, run
from returns_made import YES, documents, write_book
from servers import PASSWORD, USER, Server
from stored import HERE, ON, THERE, asking, counts, many, of_all_kinds, report, said, settled, started, tables

SHAPES = ("json", "csv", "md", "table")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return of_all_kinds(tmp_path_factory.mktemp("kinds") / "sent")


@pytest.fixture
def url(server: Server) -> str:
    """An empty database."""
    return server.fresh()


def clean(text: str) -> bool:
    """Whether neither the password nor a traceback is shown."""
    return not any(word in text for word in (PASSWORD, PASSWORD.split("@")[0], "m%E1%BA%ADt", "Traceback"))


# The same results


def test_both_engines_give_the_same_reports_byte_for_byte(files: list[Path], url: str, tmp_path: Path) -> None:
    """One data set, in two orders of arrival, in every shape; and the same words about every file."""
    db = str(tmp_path / "s.db")
    for where, order in ((db, files), (url, files[::-1])):
        for path in order:
            run("--db", where, "ingest", path, *ON)
    assert settled(db) == settled(url)
    again = [run("--db", where, "ingest", *files, *ON, "--format", "json") for where in (db, url)]
    assert again[0] == again[1]
    for shape in SHAPES:
        command = ("report", "--year", 2018, "--plan", HA_NOI, "--format", shape)
        assert run("--db", db, *command) == run("--db", url, *command)
    command = ("status", "--year", 2018, "--plan", HA_NOI, "--format", "json")
    assert run("--db", db, *command) == run("--db", url, *command)


def test_the_reports_are_the_same_whenever_they_are_run(files: list[Path], url: str) -> None:
    """Nothing of the moment, of the connection or of the plan of a query reaches a report."""
    run("--db", url, "ingest", *files, *ON)
    first = report(url)
    with asking(url) as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    assert report(url) == first


def test_text_that_only_one_engine_minds_is_kept_alike(url: str, tmp_path: Path) -> None:
    """A character that no PostgreSQL text may hold, a figure beyond its integers, a half of a character."""
    lines = "don_vi_ma,loai_ky,nam,ky,ma_dong,gia_tri"
    odd = tmp_path / "a.csv"
    rows = [f"{HERE},năm,2018,,0201,99999999999999", f"{THERE}\0,năm,2018,,0201,7", "\ud83d,năm,99999999999,,0201,7"]
    odd.write_bytes("\n".join([lines, *rows]).encode("utf-8", "surrogatepass"))
    ends = [run("--db", where, "ingest", odd, *ON, "--format", "json") for where in (str(tmp_path / "s.db"), url)]
    assert ends[0].status in {0, 1}
    assert ends[0] == ends[1]


def test_a_bare_address_means_the_driver_that_we_bring(url: str) -> None:
    """`postgresql://` is what a server's administrator writes down."""
    bare = url.replace("postgresql+psycopg://", "postgresql://")
    assert run("--db", url, "ingest", Path(__file__).parents[1] / "sample_data" / "hai-ba-trung-2019").status == 0
    assert run("--db", bare, "status", "--year", 2019).status == 0


# What fails


def failed(address: str, expected: dict[str, str], *command: object) -> None:
    """Exit status 3 and a sentence in either language without the password, also with the technical detail."""
    for lang, words in expected.items():
        done = run("--lang", lang, "--db", address, *(command or ("status", "--year", 2018)))
        assert (done.status, done.out) == (3, "")
        assert words in done.err
        assert clean(done.err)
    line = [sys.executable, "-m", "tracker", "--debug", "--db", address, "status", "--year", "2018"]
    debugged = subprocess.run(line, capture_output=True, text=True, encoding="utf-8")
    assert PASSWORD not in debugged.stderr
    assert "m%E1%BA%ADt" not in debugged.stderr


def test_a_wrong_password_is_said(server: Server, url: str) -> None:
    """And is not repeated."""
    wrong = server.url(url.rpartition("/")[2], password="sai:" + PASSWORD)
    failed(wrong, {"vi": "mật khẩu này", "en": "name or password"})


def test_a_database_that_is_not_there_is_said(server: Server) -> None:
    """By its address without user and password."""
    failed(server.url("khong_co"), {"vi": f"127.0.0.1:{server.port}/khong_co", "en": "has no store"})


def test_a_server_that_is_not_there_is_said(server: Server) -> None:
    """Nothing listens: no long wait."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
        address = f"postgresql+psycopg://{USER}:x@127.0.0.1:{port}/kho"
        failed(address, {"vi": "Không kết nối được", "en": "cannot be made or is lost"})


def test_a_user_who_may_only_read_reports_and_is_told_when_writing(server: Server, url: str, tmp_path: Path) -> None:
    """The director's account: `report` works, `ingest` ends with status 3 and leaves the store alone."""
    run("--db", url, "ingest", write_book(tmp_path / "a.xlsx", documents(HERE, YES, 2018)), *ON)
    name = url.rpartition("/")[2]
    reader = f"doc_{name}"
    server.execute(f"CREATE ROLE {reader} LOGIN PASSWORD 'xem'")
    server.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader}", name)
    theirs = server.url(name, user=reader, password="xem")
    before = tables(url)
    assert report(theirs) == report(url)
    new = write_book(tmp_path / "b.xlsx", documents(THERE, YES, 2018))
    failed(theirs, {"vi": "không có quyền", "en": "may not write"}, "ingest", new)
    assert tables(url) == before


def test_without_the_driver_the_extra_to_install_is_named(tmp_path: Path) -> None:
    """A plain installation has none; only an address of a server needs it."""
    script = "import sys; sys.modules['psycopg'] = None; from tracker.__main__ import main; sys.exit(main())"
    address = f"postgresql+psycopg://{USER}:bi-mat@127.0.0.1/kho"
    line = [sys.executable, "-c", script, "--db", address, "status", "--year", "2018"]
    done = subprocess.run(line, capture_output=True, text=True, encoding="utf-8", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert 'pip install "pcmbn-tracker[postgres]"' in done.stderr
    assert "bi-mat" not in done.stderr


# A connection that is lost

MANY = 160
"""Files of a run that is cut: several batches."""


@pytest.fixture
def restless(server: Server) -> Iterator[Server]:
    """The server, running again at the end whatever a test did to it."""
    yield server
    server.stop()
    server.start()


def cut(url: str, folder: Path, stop: object) -> tuple[int, str]:
    """How `ingest` ended when `stop` came as soon as the first file was in."""
    with started(url, folder) as process:
        while process.poll() is None and not counts(url).get("file"):
            pass
        assert callable(stop)
        stop()
        _, err = process.communicate(timeout=60)
    return process.returncode, err


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["shut down", "power failure"])
def test_a_server_that_stops_under_a_run_ends_it_clearly_and_another_run_completes_it(
    restless: Server, tmp_path: Path, how: signal.Signals
) -> None:
    """Exit status 3, whole files only, and the end state of a run that nothing disturbed."""
    folder, url, whole = many(tmp_path / "sent", MANY), restless.fresh(), restless.fresh()
    run("--db", whole, "ingest", folder, *ON)
    status, err = cut(url, folder, lambda: restless.stop(how=how))
    restless.start()
    assert (status, "Mất kết nối" in err or "mất kết nối" in err) == (3, True), err
    assert clean(err)
    part = counts(url)
    assert part["file"] == part["arrival"] == part["filing"] == part["record"] < MANY
    assert run("--db", url, "ingest", folder, *ON).status == 0
    assert said(url) == said(whole)


def test_a_connection_that_the_administrator_ends_ends_the_run_clearly(server: Server, tmp_path: Path) -> None:
    """The server goes on; the run says what happened and nothing is half-written."""
    folder, url = many(tmp_path / "sent", MANY), server.fresh()
    name = url.rpartition("/")[2]
    ending = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    status, err = cut(url, folder, lambda: server.execute(ending))
    assert (status, "mất kết nối" in err) == (3, True), err
    part = counts(url)
    assert part["file"] == part["arrival"] == part["filing"] == part["record"] < MANY
    assert run("--db", url, "ingest", folder, *ON).status == 0
    assert counts(url)["file"] == MANY

"""Where a store is, as it was said and as it is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import run
from tracker.problems import TrackerError
from tracker.store_address import Address


@pytest.mark.parametrize(
    ("said", "file"),
    [
        ("tracker.db", "tracker.db"),
        ("kho/số liệu 100%.db", "kho/số liệu 100%.db"),
        ("sqlite:///kho.db", "kho.db"),
        ("sqlite:////var/kho.db", "/var/kho.db"),
        ("sqlite:///a%20b.db", "a%20b.db"),
    ],
)
def test_a_file_is_the_one_that_is_named(said: str, file: str) -> None:
    """A path as it stands; after `sqlite:///` as well."""
    address = Address.of(said)
    assert (address.file, address.server, str(address)) == (Path(file), "", file)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("postgresql+psycopg://may-chu/kho", "may-chu/kho"),
        ("postgresql://may-chu:5433/kho", "may-chu:5433/kho"),
        ("postgres://người:b%C3%AD%40m%E1%BA%ADt@may-chu/kho", "may-chu/kho"),
        ("postgresql://u:secret@[::1]:5432/kho?sslmode=require", "[::1]:5432/kho"),
        ("postgresql:///kho?host=/run/postgresql&password=secret", "localhost/kho"),
        ("postgresql://u:se@cret@may-chu/kho", "may-chu/kho"),
        ("postgresql://u:se/cret@may-chu/kho", "may-chu/kho"),
        ("postgresql://u:se?secret@may-chu/kho", "…"),
        ("postgresql://may-chu/kho?password=se@cret", "…"),
    ],
)
def test_a_server_is_shown_without_what_is_secret(said: str, shown: str) -> None:
    """Neither user, password nor options, also where a sign in them should have been encoded."""
    address = Address.of(said)
    assert (address.file, address.server.partition("://")[0], str(address)) == (None, "postgresql", shown)


@pytest.mark.parametrize("said", ["sqlite://", "sqlite:///", "sqlite:///s.db?timeout=9", "mysql://h/d", "x//://x"])
def test_what_is_no_store_is_wrong_use(said: str) -> None:
    """Neither a file nor a server that we know."""
    with pytest.raises(TrackerError) as refused:
        Address.of(said)
    assert refused.value.code == "store_url"


@pytest.mark.parametrize(
    "said",
    [
        "postgresql://u:se%cret@h/d",
        "postgresql://u:100%cd@h/d",
        "postgresql://u:12/cret@h:5432/d",
        "postgresql://localhost:99999999/cret@h:5432/d",
        "postgresql://u@localhost:cret?application_name=x@h/d",
        "postgresql://u:\udcffcret@h/d",
    ],
)
def test_a_password_that_is_not_encoded_is_wrong_use_and_not_repeated(said: str) -> None:
    """The driver would take a part of it for the name of a server, a port or a database, and go there."""
    done = run("--lang", "en", "--db", said, "status", "--year", 2018)
    assert (done.status, "cannot be used" in done.err, "cret" in done.err) == (2, True, False)

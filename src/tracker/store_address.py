"""Where a store is, as `--db` says it: a file of SQLite, or a database on a PostgreSQL server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from tracker.problems import TrackerError

_FILE = "sqlite:///"
_SERVERS = ("postgresql+psycopg", "postgresql", "postgres")


@dataclass(frozen=True, slots=True)
class Address:
    """A file, or the URL of a server's database as PostgreSQL's own programs read it; one of the two."""

    file: Path | None = None
    server: str = ""

    @classmethod
    def of(cls, place: str) -> Address:
        """A path, whatever signs are in it, or a URL. Raises TrackerError for a URL of neither."""
        scheme, found, rest = place.partition("://")
        if not found:
            return cls(file=Path(place))
        if place.startswith(_FILE) and place != _FILE and "?" not in place:  # no file of ours has options
            return cls(file=Path(place.removeprefix(_FILE)))
        if scheme in _SERVERS:
            return cls(server=f"postgresql://{rest}")
        raise TrackerError("store_url", found=f"{scheme}://…")

    def __str__(self) -> str:
        """As it may be printed: no user, no password, no options."""
        if self.file:
            return self.file.as_posix()
        before, _, after = self.server.partition("://")[2].partition("?")
        if "@" in after and "@" not in before:  # a sign that should have been encoded: of what, nobody can tell
            return "…"
        host, _, database = before.rpartition("@")[2].partition("/")
        return f"{host or 'localhost'}/{unquote(database)}"

"""The files of the store, should they lie in the folder that is read: no returns, whatever their neighbours."""

from __future__ import annotations

from glob import escape
from pathlib import Path

from tracker.intake.content import Place

_BESIDE = ("", "-wal", "-shm", "-journal")
_SQLITE = "sqlite:///"


class StoreFiles:
    """The store at a place, what its database keeps beside it and the copies of its older versions.

    They are known by where they are, however the folder or the store was named.
    """

    def __init__(self, place: str) -> None:
        self._folders: dict[str, set[Path]] = {}
        path = Path(place.removeprefix(_SQLITE))
        for file in (path, path.resolve()) if "://" not in str(path) else ():
            folder = file.parent.resolve()
            copies = folder.glob(f"{escape(file.stem)}.version-*{escape(file.suffix)}")
            for name in (*(f"{file.name}{suffix}" for suffix in _BESIDE), *(copy.name for copy in copies)):
                self._folders.setdefault(name, set()).add(folder)

    def __contains__(self, place: Place) -> bool:
        folders = self._folders.get(place.name)
        return folders is not None and isinstance(place, Path) and place.parent.resolve() in folders

"""The files of the store, should they lie in the folder that is read: no returns, whatever their neighbours."""

from __future__ import annotations

from glob import escape, glob
from pathlib import Path

from tracker.intake.content import Member, Place, name_of
from tracker.store_address import Address

_BESIDE = ("", "-wal", "-shm", "-journal")


class StoreFiles:
    """The store at a place, what its database keeps beside it and the copies of its older versions.

    They are known by where they are, however the folder or the store was named.
    """

    def __init__(self, place: str) -> None:
        self._folders: dict[str, set[Path]] = {}
        path = Address.of(place).file
        for file in (path, path.resolve()) if path else ():
            folder = file.parent.resolve()
            # Unlike those of a Path, these also pass over a folder that may not be read.
            copies = glob(f"{escape(file.stem)}.version-*{escape(file.suffix)}", root_dir=folder)  # noqa: PTH207
            for name in (*(f"{file.name}{suffix}" for suffix in _BESIDE), *copies):
                self._folders.setdefault(name, set()).add(folder)

    def __contains__(self, place: Place) -> bool:
        folders = self._folders.get(name_of(place))
        return folders is not None and not isinstance(place, Member) and Path(place).parent.resolve() in folders

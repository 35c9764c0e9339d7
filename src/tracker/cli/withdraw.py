"""`tracker withdraw`: takes a return out of the count, or puts it back, on the record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.session import SESSION, out
from tracker.messages import say
from tracker.problems import TrackerError

if TYPE_CHECKING:
    from tracker.store import Store
    from tracker.versions import Version


def withdraw(asked: str, reason: str, *, undo: bool) -> list[str]:
    """Records the decision and says what counts now. Raises TrackerError where there is nothing to decide."""
    from tracker.history import digest_of, named
    from tracker.store import RESTORE, WITHDRAW

    if not reason.strip():
        raise TrackerError("reason_required")
    store = SESSION.store(must_exist=True)
    store.acting.said.update(reason=reason.strip(), **{"return": asked.strip()}, **({"undo": True} if undo else {}))
    hashes = [one for one in store.hashes() if one.startswith(digest_of(asked))]
    versions = _of_files(store, hashes)
    found = named(versions, asked)
    wanted = [one for one in found if one.status == "accepted" and one.withdrawn is undo]
    if not wanted:
        raise TrackerError("nothing_withdrawn" if undo else "nothing_to_withdraw", found=asked)
    store.decide([one.id for one in wanted], RESTORE if undo else WITHDRAW, reason.strip())
    keys = {one.key for one in wanted}
    rivals = {one.sha256 for one in versions if one.key in keys}
    return list(_said(wanted, _of_files(store, rivals), undo=undo))


def _of_files(store: Store, hashes: Collection[str]) -> list[Version]:
    """The filings of some files, and what stands against them."""
    from tracker.cli.outcomes import period_of
    from tracker.crosschecks import bearing_on
    from tracker.place import load

    returns = {(said["unit"], period_of(said)) for known in store.known(hashes).values() for said in known.returns}
    return bearing_on(store, hashes, returns, load())


def _said(decided: Sequence[Version], versions: Sequence[Version], *, undo: bool) -> list[str]:
    from tracker.cli.history import period_words, unit_name
    from tracker.history import names_of_returns

    names = names_of_returns(versions)
    first = decided[0]
    about = {"unit": unit_name(first.unit, first.period_to), "code": first.unit}
    forms = ", ".join(one.form for one in decided)
    lines = [say("withdraw.undone" if undo else "withdraw.done", name=names[first.id], forms=forms, **about)]
    for one in decided:
        counting = next((it for it in versions if it.counts and it.key == one.key), None)
        facts = {"form": one.form, "period": period_words(one)}
        if counting is None:
            lines.append(say("withdraw.nothing_counts", **facts))
        else:
            lines.append(say("withdraw.counts_now", name=names[counting.id], revision=counting.revision, **facts))
    return [*lines, say("withdraw.next_step", code=first.unit, year=first.year or "…")]


def withdraw_command(
    asked: Annotated[str, typer.Argument(help=say("withdraw.help_return"), metavar="RETURN")],
    reason: Annotated[str, typer.Option(help=say("withdraw.help_reason"))],
    undo: Annotated[bool, typer.Option("--undo", help=say("withdraw.help_undo"))] = False,
) -> None:
    out("\n".join(withdraw(asked, reason, undo=undo)))


def register(app: typer.Typer) -> None:
    """Adds `withdraw` to the command line."""
    app.command("withdraw", help=say("withdraw.help"))(withdraw_command)

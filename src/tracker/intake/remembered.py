"""What was worked out of some bytes once, kept for the next file that holds the same: parts of one template do."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")


def remembered(*, most: int, longest: int) -> Callable[[Callable[Given, Found]], Callable[Given, Found]]:
    """Keeps the `most` answers asked for last; of more bytes than `longest` none, so that memory stays flat.

    For pure functions of positional arguments that give what nobody changes, and never for what a person typed.
    """

    def keeping(work: Callable[Given, Found]) -> Callable[Given, Found]:
        known = lru_cache(maxsize=most)(work)

        @wraps(work)
        def answer(*given: Given.args, **named: Given.kwargs) -> Found:
            if sum([len(one) for one in given if isinstance(one, bytes)]) > longest:
                return work(*given, **named)
            return known(*given, **named)  # type: ignore[arg-type]  # whoever asks gives what can be a key

        return answer

    return keeping

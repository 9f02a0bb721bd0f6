"""What the property tests share: the bounds that make them the same on every machine, and texts worth trying."""

import copy
import math
import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from whence.values.base import EPOCH

Property = Callable[[Callable[..., Any]], Callable[..., Any]]


def bounded(examples: int = 100) -> Property:
    """So many examples, drawn the same way each time: a failure here is one everywhere, and no clock decides.

    `npm run fuzz` draws more, and others: FUZZ says how many times as many.
    """
    times = int(os.environ.get("FUZZ") or 1)
    return settings(max_examples=examples * times, deadline=None, derandomize=times == 1, database=None)


TEXTS = st.text(max_size=300)
"""Any text at all, without halves of characters."""

LINES = st.lists(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), max_size=40), max_size=30)
"""Lines of anything."""

MOMENTS = st.integers(10**11, 253_402_128_000 * 10**6).map(lambda ticks: EPOCH + timedelta(microseconds=ticks))
"""Moments that a memory may tell of: from 1970 to 9999."""

NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12)
"""Names of files, functions and labels."""


def made_of(*pieces: str, most: int = 30, other: int = 4) -> st.SearchStrategy[str]:
    """Texts of these pieces in any order, with a few other characters among them: where parsers go astray."""
    return st.lists(st.one_of(st.sampled_from(pieces), st.text(max_size=other)), max_size=most).map("".join)


def lined(*lines: str, most: int = 25) -> st.SearchStrategy[str]:
    """Texts of these lines in any order, some of them broken off."""
    whole = st.sampled_from(lines)
    cut = st.tuples(whole, st.integers(0, 200)).map(lambda pair: pair[0][: pair[1]])
    return st.lists(st.one_of(whole, cut, st.text(max_size=20)), max_size=most).map("\n".join)


PLAIN_VALUES: tuple[Any, ...] = (None, True, 0, -1, 1.5, 10**400, math.nan, math.inf, "", "text", [], {}, [[]], [None])
"""Values that JSON can say, and what Python's reader takes besides, such as NaN."""


def objects_of(keys: Sequence[str], words: Sequence[str], most: int = 14) -> st.SearchStrategy[dict[str, Any]]:
    """Objects, nested, whose keys and words a format knows, and other values where it expects those.

    Each is drawn as a short list of steps (put here, go into an object or array, put and go back), which is much
    quicker than to draw trees.
    """
    step = st.tuples(st.sampled_from(keys), st.sampled_from((*words, *PLAIN_VALUES)), st.integers(0, 5))
    return st.lists(step, max_size=most).map(_built)


def _built(steps: Sequence[tuple[str, Any, int]]) -> dict[str, Any]:
    top: dict[str, Any] = {}
    way: list[Any] = [top]
    for key, value, move in steps:
        inner: Any = {} if move == 3 else [] if move == 4 else copy.deepcopy(value)
        if isinstance(way[-1], dict):
            way[-1][key] = inner
        else:
            way[-1].append(inner)
        if move in (3, 4):
            way.append(inner)
        elif move == 5 and len(way) > 1:
            way.pop()
    return top


JSON = st.one_of(
    st.sampled_from(PLAIN_VALUES), objects_of(("a", "b", "kind", "id"), ("x", "note")), st.text(max_size=20)
)
"""Anything that JSON can say."""

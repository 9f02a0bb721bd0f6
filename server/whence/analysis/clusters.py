"""Clusters: what is alike, gathered in one pass; pure functions over unit vectors."""

import math
import zlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

DIMENSION = 1024
"""Numbers of a vector of words. Of some 15 words each, few fall together."""

Rows = NDArray[np.float32]


def word_vectors(texts: Sequence[Sequence[str]]) -> Rows:
    """A unit vector for each text, given as its terms, (n, DIMENSION): texts that share rare words are near.

    Words are weighted by tf-idf and hashed to places and signs (K. Weinberger et al., "Feature Hashing for Large Scale
    Multitask Learning", 2009). It tells how alike texts of one collection are, and no more; it is no embedding.
    """
    spread = Counter(word for text in texts for word in set(text))
    rows = np.zeros((len(texts), DIMENSION), np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word, count in Counter(text).items():
            place = zlib.crc32(word.encode("utf-8", "replace"))
            weight = (1 + math.log(count)) * math.log(1 + len(texts) / spread[word])
            row[place % DIMENSION] += weight if place & (1 << 31) else -weight
    return unit(rows)


def unit(rows: Rows) -> Rows:
    """The rows with length 1; one of zeros stays so."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Rows = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return scaled


def both(one: Rows, other: Rows) -> Rows:
    """Rows whose products are the mean of those of two; where one has a row of zeros the other stands alone."""
    lone = np.stack([~one.any(axis=1), ~other.any(axis=1)])
    share = np.where(lone[0] | lone[1], np.float32(1), np.float32(math.sqrt(0.5)))[:, None]
    return np.hstack([one * share, other * share])


def gather(rows: Rows, least: float, same: Sequence[str] = ()) -> list[list[int]]:
    """The rows in groups of what is alike, in one pass: those that come first found the groups.

    A row joins the group to whose members it is nearest on average (average linkage), if that is near enough. This
    makes no chains, as joining the nearest single member would, and takes n rows times the number of groups.

    Args:
        rows: vectors, (n, dimension), those first that are to be in the middle.
        least: the least mean product with the members of a group.
        same: a name for each row; those of one name, if it is not empty, are in one group whatever their vectors say.

    Returns:
        The groups, each with its rows in their order.
    """
    products = rows @ rows.T
    sums = np.zeros_like(products)  # for each group the products of all rows with its members, added up
    sizes = np.zeros(len(rows), np.float32)
    groups: list[list[int]] = []
    named: dict[str, int] = {}
    for at in range(len(rows)):
        name = same[at] if same else ""
        chosen = named.get(name) if name else None
        if chosen is None and groups:
            near = sums[: len(groups), at] / sizes[: len(groups)]
            best = int(near.argmax())
            chosen = best if near[best] >= least else None
        if chosen is None:
            chosen = len(groups)
            groups.append([])
        groups[chosen].append(at)
        sums[chosen] += products[at]
        sizes[chosen] += 1
        if name:
            named.setdefault(name, chosen)
    return groups

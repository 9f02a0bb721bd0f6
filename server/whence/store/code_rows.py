"""What a file and an entity of the code index are as values and as rows. Importing this does not load LanceDB."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from whence.store.conditions import places
from whence.store.rows import text_hash

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A file as it was indexed."""

    path: str
    """Relative to the work tree's top, with forward slashes."""

    size: int
    """Bytes."""

    modified: int
    """Time of its last change, in ns."""

    digest: str
    """Hash of its content; empty for one that was not read."""

    language: str
    """Its language's name; empty for one that is left out."""

    payload: str
    """What it brings in, as JSON; or why it is left out."""


@dataclass(frozen=True, slots=True)
class Piece:
    """An entity as it is searched."""

    path: str
    """Its file."""

    language: str
    """The file's language."""

    key: str
    """Its own name as exact lookups compare it."""

    words: str
    """The terms to find it by, separated by spaces."""

    payload: str
    """The entity itself, as JSON."""

    text: str = field(default="", compare=False)
    """What is embedded; empty when it was read back."""


@dataclass(frozen=True, slots=True)
class Match:
    """A piece that a search found, with its measures."""

    piece: Piece
    """The piece."""

    bm25: float = 0.0
    """Full-text score; 0 where it was found otherwise."""

    cosine: float | None = None
    """Cosine with the query's vector, where both have one."""

    exact: bool = False
    """Whether it was found by its name."""


def to_rows(pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    """Rows whose ids name the entity by file and names, so that a line inserted above changes none of them."""
    counts: dict[str, int] = {}
    found = []
    for each in pieces:
        stem = f"{each.path}#{each.key}"
        number = counts[stem] = counts.get(stem, 0) + 1
        found.append(
            {
                "id": f"{stem}#{number}",
                "path": each.path,
                "places": places([each.path]),
                "language": each.language,
                "key": each.key,
                "words": each.words,
                "payload": each.payload,
                "text_hash": text_hash(each.text),
                "model": None,
                "vector": None,
            }
        )
    return found


def to_file_row(each: CodeFile) -> dict[str, Any]:
    """The row of a file."""
    return {
        "id": each.path,
        "size": each.size,
        "modified": each.modified,
        "digest": each.digest,
        "language": each.language,
        "payload": each.payload,
    }


def to_pieces(table: "pa.Table") -> list[Piece]:
    """The entities of rows that were read back."""
    columns = (table[name].to_pylist() for name in ("path", "language", "key", "words", "payload"))
    return [Piece(*row) for row in zip(*columns, strict=True)]


def to_matches(
    table: "pa.Table", vector: NDArray[np.float32] | None, bm25: Literal["", "_score"] = "", *, exact: bool = False
) -> list[Match]:
    """What a search found.

    Args:
        table: the rows, with their vectors.
        vector: the query's, where it has one.
        bm25: the column of full-text scores, where there is one.
        exact: whether they were found by name.
    """
    scores = table[bm25].to_pylist() if bm25 else [0.0] * table.num_rows
    cosines: list[float | None] = [
        None if own is None or vector is None or len(own) != len(vector) else float(np.dot(own, vector))
        for own in table["vector"].to_pylist()
    ]
    return [
        Match(piece, score, cosine, exact)
        for piece, score, cosine in zip(to_pieces(table), scores, cosines, strict=True)
    ]

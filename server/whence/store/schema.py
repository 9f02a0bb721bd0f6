"""The columns of the two tables. Loads pyarrow, so only what needs it imports this."""

import pyarrow as pa

MARK = "whence.format"
"""Metadata of a table's column `payload`: the table's format, so that it is created with its mark in one commit."""

FORMAT = 3
"""Of the memories. With a higher one comes a step that migrates them (`opening`)."""

DERIVED_FORMAT = 7
"""Of the passages. Another one has them made anew: raise it when a passage is cut or worded in another way."""

_KEY = {"lance-schema:unenforced-primary-key:position": "1"}
"""Declares the primary key in the schema a table is created with, and so in the same commit. With it, two processes
that insert the same id at once conflict and one tries again; without it the row is there twice."""

_TIME = pa.timestamp("us", tz="UTC")
_LIST = pa.list_(pa.string())

MEMORIES = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False, metadata=_KEY),
        pa.field("kind", pa.string()),
        pa.field("title", pa.string()),
        pa.field("created_at", _TIME),
        pa.field("updated_at", _TIME),
        pa.field("author", pa.string()),
        pa.field("importance", pa.int8()),
        pa.field("pinned", pa.bool_()),
        pa.field("archived", pa.bool_()),
        pa.field("deleted_at", _TIME),
        pa.field("folder", pa.string()),
        pa.field("labels", _LIST),
        pa.field("files", _LIST),
        pa.field("places", _LIST),
        pa.field("session", pa.string()),
        pa.field("source", pa.string()),
        pa.field("open", pa.bool_()),
        pa.field("state", pa.string()),
        pa.field("keys", _LIST),
        pa.field("targets", _LIST),
        pa.field("cites", pa.bool_()),
        pa.field("payload", pa.string(), metadata={MARK: str(FORMAT)}),
        pa.field("digest", pa.string()),
    ]
)
"""The table of truth. No column has an index: one on `id` sends merges down a path that skips the primary key (34 rows
of 500 came out twice in a test with three processes), and the others cost each write more than they save a read."""


REMOVED = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False, metadata=_KEY),
        pa.field("at", _TIME),
    ]
)
"""Of a team's database: the memories that somebody removed for good, and when."""

LEDGER = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False, metadata=_KEY),
        pa.field("at", _TIME),
        pa.field("project", pa.string()),
        pa.field("operation", pa.string()),
        pa.field("model", pa.string()),
        pa.field("attempts", pa.int32()),
        pa.field("tokens_in", pa.int64()),
        pa.field("tokens_out", pa.int64()),
        pa.field("usd", pa.float64()),
        pa.field("seconds", pa.float64()),
        pa.field("outcome", pa.string()),
    ]
)
"""One row for each request to a model; `usd` is null where the price is not known."""


def passages_schema(dimension: int) -> pa.Schema:
    """The derived table, with vectors of so many numbers. Its payload is the passage but for its words and weights.

    Taking a column of 200 rows costs 0.3 ms, of long texts 2; one payload beside the words is 3 ms a search less than a
    column for each field.
    """
    return pa.schema(
        [
            pa.field("id", pa.string(), nullable=False, metadata=_KEY),
            pa.field("memory", pa.string()),
            pa.field("kind", pa.string()),
            pa.field("created_at", _TIME),
            pa.field("archived", pa.bool_()),
            pa.field("author", pa.string()),
            pa.field("labels", _LIST),
            pa.field("places", _LIST),
            pa.field("folder", pa.string()),
            pa.field("session", pa.string()),
            pa.field("state", pa.string()),
            pa.field("importance", pa.int8()),
            pa.field("words", pa.string()),
            pa.field("weights", pa.binary()),
            pa.field("payload", pa.string(), metadata={MARK: str(DERIVED_FORMAT)}),
            pa.field("memory_updated_at", _TIME),
            pa.field("text_hash", pa.string()),
            *vector_fields(dimension),
        ]
    )


def vector_fields(dimension: int) -> list[pa.Field]:
    """The columns that depend on the embedding model."""
    return [pa.field("model", pa.string()), pa.field("vector", pa.list_(pa.float32(), dimension))]


CODE_FORMAT = 4
"""Of the tables of code. Another one has them made anew: raise it when files are read in another way."""

FILES = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False, metadata=_KEY),
        pa.field("size", pa.int64()),
        pa.field("modified", pa.int64()),
        pa.field("digest", pa.string()),
        pa.field("language", pa.string()),
        pa.field("payload", pa.string(), metadata={MARK: str(CODE_FORMAT)}),
    ]
)
"""The files of a work tree, by their path, with what they bring in as JSON."""


def entities_schema(dimension: int) -> pa.Schema:
    """What the files define, with vectors of so many numbers."""
    return pa.schema(
        [
            pa.field("id", pa.string(), nullable=False, metadata=_KEY),
            pa.field("path", pa.string()),
            pa.field("places", _LIST),
            pa.field("language", pa.string()),
            pa.field("key", pa.string()),
            pa.field("words", pa.string()),
            pa.field("payload", pa.string(), metadata={MARK: str(CODE_FORMAT)}),
            pa.field("text_hash", pa.string()),
            *vector_fields(dimension),
        ]
    )

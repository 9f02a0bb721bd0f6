"""What a table's searches need besides its rows: the indexes of words and of vectors, and room for vectors."""

from typing import Any

from whence.store.lance import Table
from whence.store.lancedb_import import FTS, IvfSq
from whence.store.schema import vector_fields


def index_words(table: Table, *, anew: bool = False) -> None:
    """See to the full-text index. A search needs one, even over an empty table.

    Tokens are what spaces separate: who writes `words` has already split, folded and stemmed them.
    """
    config = FTS(
        base_tokenizer="whitespace",
        max_token_length=None,
        lower_case=False,
        stem=False,
        remove_stop_words=False,
        ascii_folding=False,
    )

    async def index(handle: Any) -> None:
        if anew or not any(each.columns == ["words"] for each in await handle.list_indices()):
            await handle.create_index("words", config=config, replace=anew)

    table.call("written", index)


_INDEXED = "whence.indexed"
"""The word of metadata that tells how many vectors the index was built over."""


def indexed(table: Table) -> int:
    """Over how many vectors the index was built; 0 where there is none."""
    return int(table.marked("vector", _INDEXED) or 0)


def index_vectors(table: Table, count: int) -> None:
    """Build the index of vectors, or build it anew over what the table holds now, which are so many vectors."""
    config = IvfSq(distance_type="cosine")
    table.call("written", lambda handle: handle.create_index("vector", config=config, replace=True))
    table.mark("vector", _INDEXED, str(count))


def drop_vectors_index(table: Table) -> bool:
    """Drop the index of vectors, and say whether there was one. A search then compares all vectors."""

    async def drop(handle: Any) -> bool:
        names = [each.name for each in await handle.list_indices() if each.columns == ["vector"]]
        for name in names:
            await handle.drop_index(name)
        return bool(names)

    there = table.call("written", drop)
    if there:
        table.mark("vector", _INDEXED, "0")
    return there


def unindexed(table: Table) -> int:
    """Rows that the full-text index does not hold yet; a search reads them one by one."""

    async def count(handle: Any) -> int:
        counts = [each.num_unindexed_rows for each in await handle.list_indices() if each.columns == ["words"]]
        return max((int(each or 0) for each in counts), default=0)

    return table.call("read", count)


def set_dimension(table: Table, dimension: int) -> None:
    """Drop all vectors and make room for ones of so many numbers. Text stays searchable all the while."""

    async def change(handle: Any) -> None:
        schema = await handle.schema()
        if "vector" in schema.names and schema.field("vector").type.list_size != dimension:
            await handle.drop_columns(["model", "vector"])
            schema = await handle.schema()
        if "vector" not in schema.names:
            await handle.add_columns(vector_fields(dimension))

    table.call("written", change)

"""Which memories the derived table does not hold as they are; compared by column, since there may be 100,000."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def compared(made: pa.Table, current: pa.Table) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """What the passages that were made have to do with the memories that there are.

    Args:
        made: `memory` and `memory_updated_at` of every passage.
        current: `id` and `updated_at` of every memory that is to have passages.

    Returns:
        Ids of memories of which there are passages and which are gone, and ids of those whose passages are missing or
        were made of another state of them.
    """
    owner = pc.index_in(made["memory"], value_set=current["id"]).fill_null(-1).to_numpy()
    there = owner >= 0
    written, newest = (column.cast("int64").to_numpy() for column in (made["memory_updated_at"], current["updated_at"]))
    fresh = np.zeros(len(newest), bool)
    fresh[owner[there]] = True
    fresh[owner[there][written[there] != newest[owner[there]]]] = False
    return made["memory"].filter(pa.array(~there)).unique(), current["id"].filter(pa.array(~fresh))

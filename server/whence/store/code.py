"""The code index on disk: the files of one work tree, what they define, and the vectors of that.

All of it is derived from the files and can be dropped. It lies in a database of its own for each work tree: clones and
work trees of a project share its memories, but not the state of their files, and a team's memory on an object store
has no use for one machine's. Importing this does not load LanceDB.
"""

import logging
import os
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from whence.store import rows
from whence.store.code_rows import CodeFile, Match, Piece, to_file_row, to_matches, to_pieces, to_rows
from whence.store.conditions import among, both, holding, literal, place
from whence.store.maintenance import Pace, due, maintain, one_process, renew
from whence.values.errors import StorageError

if TYPE_CHECKING:
    import pyarrow as pa

    from whence.store.lance import Table

log = logging.getLogger(__name__)

_LOST = "The code index is damaged. Index the workspace again; it is made anew from the files."

_AT_ONCE = 2000
"""Values of one condition."""

_COLUMNS = ("payload", "path", "language", "key", "words")


class CodeStore:
    """The code index of one work tree, for as many threads and processes as wish; each call is one commit or read.

    Raises (any call):
        StorageError: the database can't be read or written; it says what to try.
    """

    def __init__(self, files: "Table", entities: "Table") -> None:
        self._files, self._entities = files, entities
        self._maintaining = threading.Lock()
        self._paces = {each.name: Pace() for each in (files, entities)}

    @classmethod
    def open(cls, folder: Path, dimension: int = 384) -> "CodeStore":
        """Open the index in this folder, and make what is missing; what is damaged or of another version is made anew.

        Args:
            folder: of this index alone.
            dimension: numbers of a vector, for an index that has none yet.
        """
        os.environ.setdefault("LANCEDB_LOG", "off")
        from whence.store.connection import connect
        from whence.store.indexes import index_words
        from whence.store.lance import Table
        from whence.store.schema import FILES, entities_schema

        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError("The folder for the code index can't be made: check the data folder.") from error
        connection = connect(str(folder), None)
        files = Table(connection, "files", folder / "files.lance", _LOST)
        entities = Table(connection, "entities", folder / "entities.lance", _LOST)
        sound = _opened(files, FILES)
        if not _opened(entities, entities_schema(dimension), anew=not sound) and sound:
            files.create(FILES, anew=True)  # files that look indexed, without their entities
        index_words(entities)
        return cls(files, entities)

    @classmethod
    def readable(cls, folder: Path) -> bool:
        """Whether all of an index can be read; nothing is made or mended. Reads every row."""
        from whence.store.connection import connect
        from whence.store.lance import Table

        try:
            for name in ("files", "entities"):
                table = Table(connect(str(folder), None), name, folder / f"{name}.lance", _LOST)
                if table.exists():
                    table.read(table.schema.names)
        except StorageError:
            return False
        return True

    def close(self) -> None:
        """Let go of the database."""
        self._files.close()
        self._entities.close()

    # ------------------------------------------------------------ files

    @property
    def version(self) -> int:
        """Changes with every commit to the files, by any process."""
        return self._files.version

    @property
    def complete(self) -> bool:
        """Whether the work tree was once indexed to the end."""
        return self._files.marked("payload", "whence.complete") == "1"

    def finish(self) -> None:
        """Mark the work tree as indexed to the end."""
        if not self.complete:
            self._files.mark("payload", "whence.complete", "1")

    def stamps(self, paths: Iterable[str] | None = None) -> dict[str, tuple[int, int, str]]:
        """Size, time and digest of the files as they were indexed, of these or of all."""
        columns = ["id", "size", "modified", "digest"]
        if paths is None:
            tables = [self._files.read(columns)]
        else:
            tables = [self._files.read(columns, among("id", part)) for part in _parts(list(paths))]
        return {
            id: (size, modified, digest)
            for table in tables
            for id, size, modified, digest in zip(*(table[name].to_pylist() for name in columns), strict=True)
        }

    def files(self) -> list[CodeFile]:
        """All files, in order of their paths."""
        table = self._files.read(["id", "size", "modified", "digest", "language", "payload"])
        columns = (table[name].to_pylist() for name in ("id", "size", "modified", "digest", "language", "payload"))
        return sorted((CodeFile(*row) for row in zip(*columns, strict=True)), key=lambda each: each.path)

    def left_out(self) -> list[tuple[str, str]]:
        """The files that are not indexed, as (path, payload)."""
        table = self._files.read(["id", "payload"], "language = ''")
        return list(zip(table["id"].to_pylist(), table["payload"].to_pylist(), strict=True))

    def put(self, files: Sequence[CodeFile], pieces: Sequence[Piece]) -> None:
        """Replace these files and all they define. A piece whose text has a vector anywhere keeps it.

        The files come last, so that one whose pieces were not written counts as never indexed.
        """
        if not files:
            return
        written = to_rows(pieces)
        here = among("path", [each.path for each in files])
        old = self._entities.read(["id"], here)["id"].to_pylist() if self._entities.count() else []
        if old or self._has_vectors():
            self._keep_vectors(written)
        gone = set(old) - {row["id"] for row in written}
        if written:
            self._entities.merge(written, dropping=here if gone else None)
        elif gone:
            self._entities.delete(here)
        self._files.merge([to_file_row(each) for each in files])

    def touch(self, files: Sequence[CodeFile]) -> None:
        """Note that these files look different and are the same."""
        if files:
            stamps = [{"id": each.path, "size": each.size, "modified": each.modified} for each in files]
            self._files.merge(stamps, insert=False)

    def forget(self, paths: Sequence[str]) -> None:
        """Forget files and all they define."""
        for part in _parts(paths):
            self._entities.delete(among("path", part))
            self._files.delete(among("id", part))

    # ------------------------------------------------------------ entities

    def count(self) -> tuple[int, int]:
        """How many files are indexed, and how many entities they define."""
        return self._files.count("language != ''"), self._entities.count()

    def some(self, count: int) -> list[Piece]:
        """So many entities, evenly spread over the files; all of a smaller index."""
        from whence.store.whole import spread  # loads LanceDB

        return to_pieces(spread(self._entities, [*_COLUMNS], count))

    def pieces(self, path: str) -> list[Piece]:
        """What one file defines."""
        return to_pieces(self._entities.read([*_COLUMNS], f"path = {literal(path)}"))

    def by_words(
        self,
        tokens: str,
        files: Sequence[str],
        languages: Sequence[str],
        limit: int,
        vector: NDArray[np.float32] | None,
    ) -> list[Match]:
        """Entities that hold any of these tokens, best first; a token said twice counts twice."""
        if not tokens.strip():
            return []
        where = _where(files, languages)
        found = self._entities.by_words(tokens, 1.0, [*_COLUMNS, "vector"], where, limit)
        return to_matches(found, vector, bm25="_score")

    def by_vector(
        self, model: str, vector: NDArray[np.float32], files: Sequence[str], languages: Sequence[str], limit: int
    ) -> list[Match]:
        """Entities nearest in meaning, nearest first."""
        if vector.shape != (rows.dimension_of(self._entities),):
            return []
        where = both(f"model = {literal(model)}", _where(files, languages))
        found = self._entities.by_vector(vector, [*_COLUMNS], where, limit)
        distances = found["_distance"].to_pylist()
        return [
            Match(piece, cosine=1.0 - distance) for piece, distance in zip(to_pieces(found), distances, strict=True)
        ]

    def by_name(
        self,
        keys: Sequence[str],
        files: Sequence[str],
        languages: Sequence[str],
        limit: int,
        vector: NDArray[np.float32] | None,
    ) -> list[Match]:
        """Entities of exactly these names."""
        if not keys:
            return []
        where = both(among("key", keys), _where(files, languages))
        return to_matches(self._entities.read([*_COLUMNS, "vector"], where, limit=limit), vector, exact=True)

    # ------------------------------------------------------------ vectors

    def unembedded(self, model: str, limit: int) -> list[tuple[str, str]]:
        """Entities without a vector of this model, as (handle, text); `put_vectors` takes the handle back."""
        where = f"model IS NULL OR model != {literal(model)}"
        table = self._entities.read(["id", "text_hash", "payload"], where, limit=limit)
        columns = (table[name].to_pylist() for name in ("id", "text_hash", "payload"))
        return [(f"{id}@{hash}", rows.to_text(payload)) for id, hash, payload in zip(*columns, strict=True)]

    def put_vectors(self, model: str, vectors: Sequence[tuple[str, NDArray[np.float32]]]) -> None:
        """Write vectors of entities that `unembedded` named; those whose text has changed since are left alone."""
        from whence.store.indexes import set_dimension

        if vectors:
            dimension = len(vectors[0][1])
            if rows.dimension_of(self._entities) != dimension:
                set_dimension(self._entities, dimension)
            named = ((handle.rpartition("@"), vector) for handle, vector in vectors)
            self._entities.set_vectors(
                model,
                {id: (hash, vector) for (id, _, hash), vector in named},
                only_if="target.text_hash = source.text_hash",
            )

    def embedded(self, model: str) -> int:
        """How many entities have a vector of this model."""
        return self._entities.count(f"model = {literal(model)}")

    # ------------------------------------------------------------ upkeep

    def maintain(self, force: bool = False) -> bool:
        """Tidy up where that is due, or everywhere if `force`; cheap when it is not. Whether anything was done."""
        with self._maintaining:
            renew((self._files, self._entities), self._paces)
            pending = [each for each in (self._files, self._entities) if force or due(each, self._paces[each.name])]
            if not pending:
                return False
            with one_process(self._files.folder) as mine:
                if not mine:
                    return False
                done = [maintain(each, self._paces[each.name], vectors=each is self._entities) for each in pending]
        return any(done)

    # ------------------------------------------------------------ inside

    def _has_vectors(self) -> bool:
        return self._entities.count("model IS NOT NULL") > 0

    def _keep_vectors(self, written: list[dict[str, Any]]) -> None:
        wanted = sorted({row["text_hash"] for row in written})
        known: dict[str, tuple[str, Any]] = {}
        for part in _parts(wanted):
            where = both("model IS NOT NULL", among("text_hash", part))
            table = self._entities.read(["text_hash", "model", "vector"], where)
            columns = (table[name].to_pylist() for name in ("text_hash", "model", "vector"))
            known |= {hash: (model, vector) for hash, model, vector in zip(*columns, strict=True)}
        for row in written:
            row["model"], row["vector"] = known.get(row["text_hash"], (None, None))


def _opened(table: "Table", schema: "pa.Schema", *, anew: bool = False) -> bool:
    """Have the table there with the right columns. Whether it was; one that was not is empty now."""
    from whence.store.schema import CODE_FORMAT, MARK, vector_fields

    try:
        there = table.exists()
        known = table.schema if there else None
        if known is not None and "vector" in schema.names and "vector" in known.names:
            size = known.field("vector").type.list_size
            schema_there = [field for field in schema if field.name not in ("model", "vector")] + vector_fields(size)
        else:
            schema_there = list(schema)
        fits = (
            known is not None
            and {each.name: each.type for each in known} == {each.name: each.type for each in schema_there}
            and table.marked("payload", MARK) == str(CODE_FORMAT)
        )
    except StorageError as error:
        log.warning("the code index is damaged and is made anew: %s", error)
        table.drop()
        there = fits = False
    if not there:
        table.create(schema)
    elif not fits or anew:
        table.create(schema, anew=True)
    return fits and not anew


def _where(files: Sequence[str], languages: Sequence[str]) -> str:
    named = [each for each in map(place, files) if each]
    return both(holding("places", named) if named else "", among("language", languages) if languages else "")


def _parts(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))

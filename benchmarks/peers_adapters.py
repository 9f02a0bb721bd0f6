"""The databases that `peers.py` measures, each behind the same five calls, and the vectors that all of them hold.

Runs in the peers' own environments, so it imports the standard library, numpy and, when asked for, the peer. Nobody
embeds anything: a text's vector is looked up, or drawn from the text as seed where none is known.
"""

import importlib
import zlib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import numpy as np

Row = dict[str, Any]

DIMENSION, CANDIDATES, BATCH = 384, 100, 2000
K = 60
"""Of reciprocal rank fusion, as its authors and the peers that ship it have it."""


class Vectors:
    """A vector of unit length for every text."""

    def __init__(self, file: str = "") -> None:
        self._at: dict[str, int] = {}
        if file:
            held = np.load(file)
            self._at = {text: number for number, text in enumerate(held["texts"].tolist())}
            self._known = held["vectors"]

    def of(self, text: str) -> Any:
        """The vector of one."""
        if (at := self._at.get(text)) is not None:
            return self._known[at]
        made = np.random.default_rng(zlib.crc32(text.encode())).standard_normal(DIMENSION, dtype=np.float32)
        return made / np.linalg.norm(made)

    def all(self, texts: Sequence[str]) -> Any:
        """The vectors of several, (count, dimension)."""
        return np.stack([self.of(each) for each in texts])


class Peer(Protocol):
    """What every peer can be asked; `load` returns when all is on disk and found."""

    def load(self, rows: Sequence[Row]) -> None:
        """Take many texts."""

    def write(self, row: Row) -> None:
        """Take one, as its users would; it outlives the process when this returns."""

    def search(self, words: str, vector: Any, kind: str) -> list[str]:
        """Ids of the texts that answer best by words and meaning, of one kind if it is given."""

    def count(self) -> int:
        """How many there are."""

    def rest(self) -> None:
        """Tidy up, as its users would have it done now and then."""

    def close(self) -> None:
        """Let go of all."""


def fused(*rankings: Sequence[str]) -> list[str]:
    """Ids by the sum of 1 / (60 + rank)."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, id in enumerate(ranking, 1):
            scores[id] = scores.get(id, 0.0) + 1 / (K + rank)
    return sorted(scores, key=lambda id: -scores[id])


def batches(rows: Sequence[Row], size: int = BATCH) -> list[Sequence[Row]]:
    """The rows by so many."""
    return [rows[at : at + size] for at in range(0, len(rows), size)]


class Sqlite:
    """FTS5 and sqlite-vec in one file: WAL, an fsync at every commit, the kind as a column of both."""

    def __init__(self, folder: Path, vectors: Vectors) -> None:
        self.vectors = vectors
        self.connection = importlib.import_module("sqlite3").connect(folder / "texts.db")
        self.connection.enable_load_extension(True)
        importlib.import_module("sqlite_vec").load(self.connection)
        for statement in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "CREATE TABLE texts (number INTEGER PRIMARY KEY, id TEXT, kind TEXT, text TEXT)",
            "CREATE INDEX kinds ON texts (kind)",
            "CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='porter unicode61')",
            f"CREATE VIRTUAL TABLE meanings USING vec0(embedding float[{DIMENSION}] distance_metric=cosine, kind text)",
        ):
            self.connection.execute(statement)

    def load(self, rows: Sequence[Row]) -> None:
        """As `Peer.load`."""
        for part in batches(rows):
            with self.connection:
                for row in part:
                    self._add(row)

    def write(self, row: Row) -> None:
        """As `Peer.write`."""
        with self.connection:
            self._add(row)

    def _add(self, row: Row) -> None:
        at = self.connection.execute(
            "INSERT INTO texts (id, kind, text) VALUES (?, ?, ?)", (row["id"], row["kind"], row["text"])
        ).lastrowid
        self.connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (at, row["text"]))
        blob = self.vectors.of(row["text"]).astype(np.float32).tobytes()
        self.connection.execute(
            "INSERT INTO meanings (rowid, embedding, kind) VALUES (?, ?, ?)", (at, blob, row["kind"])
        )

    def search(self, words: str, vector: Any, kind: str) -> list[str]:
        """As `Peer.search`."""
        wanted = " OR ".join('"' + word.replace('"', '""') + '"' for word in words.split())
        of_kind = ("AND kind = ?", [kind]) if kind else ("", [])
        # The plus keeps SQLite from going through the index of kinds and asking for each of their texts by itself.
        by_words = self.connection.execute(
            f"SELECT texts.number FROM words JOIN texts ON texts.number = words.rowid "
            f"WHERE words MATCH ? {of_kind[0].replace('kind', '+texts.kind')} ORDER BY bm25(words) LIMIT {CANDIDATES}",
            [wanted, *of_kind[1]],
        )
        by_meaning = self.connection.execute(
            f"SELECT rowid FROM meanings WHERE embedding MATCH ? AND k = {CANDIDATES} {of_kind[0]} ORDER BY distance",
            [vector.astype(np.float32).tobytes(), *of_kind[1]],
        )
        best = fused([str(each) for (each,) in by_words], [str(each) for (each,) in by_meaning])[:CANDIDATES]
        marks = ", ".join("?" * len(best))
        found = dict(self.connection.execute(f"SELECT number, id || '' FROM texts WHERE number IN ({marks})", best))
        self.connection.execute(f"SELECT text FROM texts WHERE number IN ({marks})", best).fetchall()
        return [found[int(each)] for each in best]

    def count(self) -> int:
        """As `Peer.count`."""
        return int(self.connection.execute("SELECT count(*) FROM texts").fetchone()[0])

    def rest(self) -> None:
        """As `Peer.rest`."""

    def close(self) -> None:
        """As `Peer.close`."""
        self.connection.close()


class Chroma:
    """A persistent client. Its full text ranks nothing: the nearest, and the nearest with one of the words, fused."""

    def __init__(self, folder: Path, vectors: Vectors) -> None:
        chromadb = importlib.import_module("chromadb")
        self.vectors = vectors
        self.client = chromadb.PersistentClient(
            str(folder), settings=chromadb.config.Settings(anonymized_telemetry=False)
        )
        self.texts = self.client.create_collection(
            "texts", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )

    def load(self, rows: Sequence[Row]) -> None:
        """As `Peer.load`."""
        for part in batches(rows):
            self._add(part)

    def write(self, row: Row) -> None:
        """As `Peer.write`."""
        self._add([row])

    def _add(self, rows: Sequence[Row]) -> None:
        texts = [row["text"] for row in rows]
        self.texts.add(
            ids=[row["id"] for row in rows],
            documents=texts,
            embeddings=self.vectors.all(texts),
            metadatas=[{"kind": row["kind"]} for row in rows],
        )

    def search(self, words: str, vector: Any, kind: str) -> list[str]:
        """As `Peer.search`."""
        holding = [{"$contains": word} for word in dict.fromkeys(words.split()) if len(word) > 2]
        asked: dict[str, Any] = {"query_embeddings": [vector.tolist()], "n_results": CANDIDATES}
        if kind:
            asked["where"] = {"kind": kind}
        nearest = self.texts.query(**asked, include=["documents"])["ids"][0]
        if not holding:
            return list(nearest)
        where = {"$or": holding} if len(holding) > 1 else holding[0]
        with_words = self.texts.query(**asked, where_document=where, include=["documents"])["ids"][0]
        return fused(nearest, with_words)[:CANDIDATES]

    def count(self) -> int:
        """As `Peer.count`."""
        return int(self.texts.count())

    def rest(self) -> None:
        """As `Peer.rest`."""

    def close(self) -> None:
        """As `Peer.close`."""
        self.client.close()


class Lance:
    """LanceDB as its guide has it: full text and vectors in one table, a vector index from 20,000 rows on."""

    def __init__(self, folder: Path, vectors: Vectors) -> None:
        self.vectors, self.pa = vectors, importlib.import_module("pyarrow")
        self.lancedb = importlib.import_module("lancedb")
        pa = self.pa
        text = [pa.field(name, pa.string()) for name in ("id", "kind", "text")]
        self.schema = pa.schema([*text, pa.field("vector", pa.list_(pa.float32(), DIMENSION))])
        self.table = self.lancedb.connect(folder).create_table("texts", schema=self.schema)

    def load(self, rows: Sequence[Row]) -> None:
        """As `Peer.load`."""
        for part in batches(rows):
            self._add(part)
        self.table.create_fts_index("text", replace=True)
        self.table.create_scalar_index("kind", index_type="BITMAP")
        if len(rows) >= 20_000:
            self.table.create_index(metric="cosine", index_type="IVF_FLAT")
        self.table.optimize()

    def write(self, row: Row) -> None:
        """As `Peer.write`."""
        self._add([row])

    def _add(self, rows: Sequence[Row]) -> None:
        full = [
            {**{name: row[name] for name in ("id", "kind", "text")}, "vector": self.vectors.of(row["text"])}
            for row in rows
        ]
        self.table.add(self.pa.Table.from_pylist(full, schema=self.schema))

    def search(self, words: str, vector: Any, kind: str) -> list[str]:
        """As `Peer.search`."""
        match = importlib.import_module("lancedb.query").MatchQuery(words, "text")
        asked = self.table.search(query_type="hybrid").vector(vector).text(match).distance_type("cosine")
        if kind:
            asked = asked.where(f"kind = '{kind}'", prefilter=True)
        return list(asked.select(["id", "text"]).limit(CANDIDATES).to_arrow()["id"].to_pylist())

    def count(self) -> int:
        """As `Peer.count`."""
        return int(self.table.count_rows())

    def rest(self) -> None:
        """As `Peer.rest`."""
        self.table.optimize(cleanup_older_than=timedelta(0))

    def close(self) -> None:
        """As `Peer.close`."""

"""The memories for assistants that `peers.py` measures, and Whence, behind the same five calls as the databases."""

import asyncio
import hashlib
import importlib
import os
import sqlite3
import time
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers_adapters import CANDIDATES, DIMENSION, Row, Vectors, batches


class McpMemoryService:
    """Its sqlite-vec storage, with our vectors for its model; its hybrid search knows partitions: one for a kind."""

    def __init__(self, folder: Path, vectors: Vectors) -> None:
        os.environ |= {"MCP_MEMORY_BASE_DIR": str(folder), "HOME": str(folder)}
        storage = importlib.import_module("mcp_memory_service.storage.sqlite_vec")
        self.memory = importlib.import_module("mcp_memory_service.models.memory").Memory

        class Model:
            def encode(self, texts: Sequence[str], **_: Any) -> Any:
                return vectors.all(texts)

        async def ready(held: Any) -> None:
            held.embedding_model, held.embedding_dimension = Model(), DIMENSION

        kind_of_storage = type("Storage", (storage.SqliteVecMemoryStorage,), {"_initialize_embedding_model": ready})
        self.loop = asyncio.new_event_loop()
        self.storage = kind_of_storage(str(folder / "texts.db"))
        self.run(self.storage.initialize())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Wait for what it does."""
        return self.loop.run_until_complete(work)

    def _made(self, row: Row) -> Any:
        digest = hashlib.sha256((row["id"] + row["text"]).encode()).hexdigest()
        return self.memory(content=row["text"], content_hash=digest, tags=[row["kind"]], metadata={"id": row["id"]})

    def load(self, rows: Sequence[Row]) -> None:
        """As `Peer.load`."""
        for kind in sorted({row["kind"] for row in rows}):
            for part in batches([row for row in rows if row["kind"] == kind]):
                told = self.run(self.storage.store_batch([self._made(row) for row in part], store=kind))
                _all(told)

    def write(self, row: Row) -> None:
        """As `Peer.write`."""
        _all([self.run(self.storage.store(self._made(row), skip_semantic_dedup=True, store=row["kind"]))])

    def search(self, words: str, vector: Any, kind: str) -> list[str]:
        """As `Peer.search`."""
        found = self.run(self.storage.retrieve_hybrid(words, n_results=CANDIDATES // 2, store=kind or None))
        return [each.memory.metadata["id"] for each in found]

    def count(self) -> int:
        """As `Peer.count`."""
        return int(self.run(self.storage.count_all_memories(store=None)))

    def rest(self) -> None:
        """As `Peer.rest`."""

    def close(self) -> None:
        """As `Peer.close`."""
        self.loop.close()


def _all(told: Sequence[tuple[bool, str]]) -> None:
    if refused := [message for kept, message in told if not kept]:
        raise RuntimeError(f"{len(refused)} texts were refused: {refused[0]}")


class BasicMemory:
    """Its tools for assistants, called in its own process: notes are Markdown files, with our vectors for its model."""

    def __init__(self, folder: Path, vectors: Vectors) -> None:
        self.home = folder / "notes"
        self.home.mkdir()
        os.environ |= {"HOME": str(folder), "BASIC_MEMORY_HOME": str(self.home), "BASIC_MEMORY_LOG_LEVEL": "ERROR"}
        provider: Any = importlib.import_module("basic_memory.repository.fastembed_provider").FastEmbedEmbeddingProvider

        async def one(_: Any, text: str) -> list[float]:
            return list(map(float, vectors.of(text)))

        async def several(_: Any, texts: Sequence[str]) -> list[list[float]]:
            return [list(map(float, each)) for each in vectors.all(texts)]

        provider.embed_query, provider.embed_documents = one, several
        self.tools = importlib.import_module("basic_memory.mcp.tools")
        self.database = importlib.import_module("basic_memory.cli.commands.db")
        self.files = importlib.import_module("basic_memory.index.note_content_materialization")
        self.tasks = importlib.import_module("basic_memory.index.local_schedulers")
        self.loop = asyncio.new_event_loop()
        configuration = importlib.import_module("basic_memory.config").ConfigManager().config
        start = importlib.import_module("basic_memory.services.initialization").initialize_app
        self.run(start(configuration))
        self.configuration = configuration

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Wait for what it does."""
        return self.loop.run_until_complete(work)

    def load(self, rows: Sequence[Row]) -> None:
        """As `Peer.load`."""
        for row in rows:
            head = f"---\ntitle: {row['id']}\ntype: {row['kind']}\npermalink: {row['id'].lower()}\n---\n\n"
            (self.home / f"{row['id']}.md").write_text(head + row["text"] + "\n", encoding="utf-8")
        self.run(self.database._reindex(self.configuration, search=True, embeddings=True, full=True, project=None))

    def write(self, row: Row) -> None:
        """As `Peer.write`."""
        self.run(self._write(row))

    async def _write(self, row: Row) -> None:
        await self.tools.write_note(
            title=row["id"], content=row["text"], directory="later", note_type=row["kind"], output_format="json"
        )
        await self.files.drain_pending_materializations()

    def search(self, words: str, vector: Any, kind: str) -> list[str]:
        """As `Peer.search`."""
        found = self.run(
            self.tools.search_notes(
                query=words, search_type="hybrid", note_types=[kind] if kind else [], page_size=20, output_format="json"
            )
        )
        return [each["title"] for each in found["results"]]

    def count(self) -> int:
        """As `Peer.count`."""
        with sqlite3.connect(self.configuration.database_path) as connection:  # no tool of its own counts
            return int(connection.execute("SELECT count(*) FROM entity").fetchone()[0])

    def rest(self) -> None:
        """As `Peer.rest`."""

    def close(self) -> None:
        """As `Peer.close`."""
        self.run(self.tasks.drain_background_tasks())
        self.run(importlib.import_module("basic_memory.db").shutdown_db())
        self.loop.close()


class Whence:
    """The product: memories of their kinds, written by its writer and searched by its engine."""

    def __init__(self, folder: Path, vectors: Vectors) -> None:
        os.environ["WHENCE_HOME"] = str(folder / "home")
        importlib.import_module("whence.faces.footprint").bound()  # as our servers do
        (folder / "project").mkdir()
        cache = importlib.import_module("tests.model_cache")
        models = importlib.import_module("whence.background.embedding_model")

        class Known:
            name, dimension = cache.NAME, DIMENSION

            def embed(self, texts: Sequence[str]) -> Any:
                return vectors.all(texts)

        models.embedders[cache.cached_model()] = Known()
        os.environ["WHENCE_CACHE"] = str(cache.CACHE.parent)
        memory = importlib.import_module("whence.values.memory").Memory
        self.parsed = importlib.import_module("pydantic").TypeAdapter(memory).validate_python
        self.engine = importlib.import_module("whence.faces.library.engine").Engine(folder / "project")

    def load(self, rows: Sequence[Row]) -> None:
        """As `Peer.load`."""
        for part in batches(rows):
            self.engine.project.writer.write([self.parsed(row["memory"]) for row in part])
        if not self.engine.settle(7200, vectors=True):
            raise RuntimeError("not indexed in two hours")
        self.engine.project.store.maintain(force=True)
        self.engine.project.store.passages.columns.renew()

    def write(self, row: Row) -> None:
        """As `Peer.write`."""
        self.engine.remember({"kind": "note", "content": row["text"]})

    def search(self, words: str, vector: Any, kind: str) -> list[str]:
        """As `Peer.search`."""
        found = self.engine.search(words, kinds=(kind,) if kind else (), limit=20)
        return [each.id for each in found.hits]

    def count(self) -> int:
        """As `Peer.count`."""
        return int(self.engine.project.store.care.total())

    def rest(self) -> None:
        """As `Peer.rest`: versions are kept for half a minute, lest a reader need them, and so is what tidying left."""
        for _ in range(2):  # as the background does when writing rests
            time.sleep(importlib.import_module("whence.store.maintenance").KEEP.total_seconds() + 1)
            self.engine.project.store.maintain(force=True)

    def close(self) -> None:
        """As `Peer.close`."""
        self.engine.close()

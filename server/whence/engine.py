"""The engine: one method per operation, for every face.

An `Engine` is one open project. Its methods are synchronous and safe from any thread; faces own concurrency. What a
method returns is a value of `protocol`; what it raises is a `WhenceError` whose text can be shown.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import Field

from whence import __version__, memory
from whence.errors import InvalidRequest, NotFound, StorageError
from whence.indexing import Indexer
from whence.memory import KINDS, MemoryBase
from whence.operations import Operation, Progress, operation, operations
from whence.projects import Project, cache_home, locate
from whence.protocol import (
    Acknowledged,
    Candidate,
    Children,
    ContextBlock,
    Detail,
    Filter,
    Focus,
    Form,
    FormField,
    KindCount,
    Location,
    SearchResult,
    Status,
    TreeNode,
)
from whence.recorder import Recorder
from whence.retrieval import context as contexts
from whence.retrieval import document, outline, ranking, words
from whence.settings import Settings
from whence.store import Store
from whence.values import Time, Words, now, one_line, unique
from whence.writer import Writer

log = logging.getLogger(__name__)

BIN_DAYS = 30
"""Days that a deleted memory can be restored."""

_CANDIDATES = 100
"""Passages that storage is asked for by each measure. 200 gain at most .003 nDCG@10 on any question set, and double
the work of ranking."""

Ids = Annotated[tuple[str, ...], Field(min_length=1, max_length=10_000)]


class Engine:
    """One project's memory.

    Args:
        folder: a folder of the project.
        settings: options; defaults without.
        capture: whether to notice changes by itself. The language server does, a one-shot command line doesn't.
        trusted: whether the workspace is. Without trust nothing of it is read or run: no git, no capture.
        changed: called from other threads with the ids of memories written, empty where only the status changed; it
            must be quick.

    Raises:
        StorageError: the data folder or the database can't be opened.
    """

    def __init__(
        self,
        folder: Path,
        settings: Settings | None = None,
        *,
        capture: bool = False,
        trusted: bool = True,
        changed: Callable[[tuple[str, ...]], None] = lambda ids: None,
    ) -> None:
        self.settings = settings or Settings()
        self.project: Project = locate(folder, use_git=trusted)
        self._changed = changed
        self._storage = _database(self.settings, self.project)
        self.store = Store.open(self._storage)
        self.writer = Writer(self.store, self._written)
        self.indexer = Indexer(
            self.store,
            self.settings.embedding,
            cache_home() / "models",
            lambda: self._changed(()),
            background=capture,
        )
        self._helpers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="whence-search")
        self.recorder: Recorder | None = None
        if capture and trusted and self.settings.capture.enabled:
            self.recorder = Recorder(
                self.project.root,
                project=self.project.id,
                state=self.project.home / "capture",
                settings=self.settings.capture,
                store=self.store,
                writer=self.writer,
            )
        self.indexer.start()
        if self.recorder:
            self.recorder.start()
        if capture:
            self._empty_bin()

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what is waiting and stop every thread."""
        if self.recorder:
            self.recorder.close()
        self.indexer.close()
        self._helpers.shutdown()
        self.writer.close()
        self.store.close()

    def settle(self, timeout: float, *, vectors: bool = False) -> bool:
        """Wait until everything noticed so far is stored and found by words, and by meaning if `vectors`.

        Args:
            timeout: seconds for each of the steps.
            vectors: whether to wait for vectors too.
        """
        recorded = self.recorder is None or self.recorder.settle(timeout)
        return recorded and self.indexer.settle(timeout, vectors=vectors)

    # ------------------------------------------------------------ finding

    @operation
    def search(
        self,
        query: str,
        kinds: Words = (),
        files: Words = (),
        labels: Words = (),
        since: Time | None = None,
        until: Time | None = None,
        archived: bool = False,
        limit: Annotated[int, Field(ge=1, le=200)] | None = None,
        focus: Focus | None = None,
    ) -> SearchResult:
        """Find memories by words and by meaning, best first; an empty query lists the newest.

        Args:
            query: what to look for: words, an identifier, an error message, a sentence.
            kinds: only these kinds of memory.
            files: only memories that concern these files or files in these folders.
            labels: only memories with one of these labels.
            since: only memories of this moment or later.
            until: only memories from before this moment.
            archived: whether archived memories may answer too.
            limit: the most hits to return.
            focus: where the user is; memories near it count a little more.
        """
        chosen = Filter(
            kinds=_known_kinds(kinds), files=files, labels=labels, since=since, until=until, archived=archived
        )
        most = limit or self.settings.search.limit
        if not query.strip():
            newest = self.store.newest(chosen, limit=most)
            return SearchResult(
                hits=tuple(ranking.listed(each) for each in newest),
                mode="time",
                note="" if newest else self._nothing(chosen),
            )
        return self._find(query, chosen, most, focus or Focus())

    @operation
    def context(
        self,
        query: str,
        budget: Annotated[int, Field(ge=1, le=200_000)] | None = None,
        kinds: Words = (),
        files: Words = (),
        labels: Words = (),
        since: Time | None = None,
        focus: Focus | None = None,
    ) -> ContextBlock:
        """Put the memories that matter for a task into one Markdown block within a budget of tokens.

        Args:
            query: what the context is for: a task, a question, an error.
            budget: the most tokens that the block may take.
            kinds: only these kinds of memory.
            files: only memories that concern these files or files in these folders.
            labels: only memories with one of these labels.
            since: only memories of this moment or later.
            focus: where the user is; memories near it count a little more.
        """
        found = self.search(query, kinds=kinds, files=files, labels=labels, since=since, limit=50, focus=focus)
        whole = {each.id: each for each in self.store.get([hit.id for hit in found.hits])}
        items = [
            contexts.ContextItem(memory=whole[hit.id], snippet=hit.snippet, score=hit.score)
            for hit in found.hits
            if hit.id in whole
        ]
        block = contexts.assemble(items, budget or self.settings.context.budget, query)
        return block if block.note or not found.note else block.model_copy(update={"note": found.note})

    @operation
    def get(self, id: str) -> Detail:
        """Show one memory whole: its fields, and how it reads as Markdown.

        Args:
            id: the memory.

        Raises:
            NotFound: there is no such memory.
        """
        found = self._one(id)
        targets = {each.id: each.title for each in self.store.get([link.target for link in found.links])}
        return Detail.model_validate(
            {"memory": found, "markdown": document.document(found, targets), "icon": type(found).icon}
        )

    @operation
    def children(self, parent: str = "") -> Children:
        """List the rows of the tree below a row.

        Args:
            parent: id of the row; empty for the top of the tree.

        Raises:
            InvalidRequest: the id is not one of a row.
        """
        return Children(nodes=tuple(self._located(node) for node in outline.children(parent, self.store)))

    @operation
    def status(self) -> Status:
        """Tell the state of the project's memory: counts, capture, search by meaning, where it lives."""
        counts = self.store.counts()
        embedding = self.indexer.status()
        messages = unique([embedding.message, *(self.recorder.messages if self.recorder else ())])
        busy = self.indexer.busy or (embedding.state == "ready" and embedding.embedded < embedding.passages)
        return Status(
            version=__version__,
            state="indexing" if busy else "ready",
            project=self.project.id,
            name=self.project.name,
            total=sum(counts.values()),
            kinds=tuple(
                KindCount(kind=kind, label=cls.label, count=counts.get(kind, 0)) for kind, cls in KINDS.items()
            ),
            capture=self.recorder.state if self.recorder else "off",
            embedding=embedding,
            storage=self._storage,
            messages=messages,
        )

    # ------------------------------------------------------------ keeping

    @operation
    def form(self, kind: str) -> Form:
        """Tell what to ask a person who records a memory of a kind by hand.

        Args:
            kind: the kind of memory.
        """
        cls = KINDS.get(kind)
        if cls is None or not cls.form:
            raise InvalidRequest(f"No memory of kind {one_line(kind, 40)!r} is recorded by hand.")
        return Form(kind=kind, title=cls.form_title, fields=tuple(_question(cls, name) for name in cls.form))

    @operation
    def remember(self, memory: dict[str, Any]) -> Acknowledged:
        """Keep a new memory; it is on disk, with every secret redacted, when this returns.

        Args:
            memory: its fields, `kind` among them; ids and dates are filled in where absent.

        Raises:
            InvalidRequest: a field is missing or wrong; nothing was kept.
        """
        given = _parse({"author": self.project.author, **memory, "project": self.project.id})
        self.writer.write([given])
        return Acknowledged(ids=(given.id,), note=f"Kept “{given.title}”.")

    @operation
    def update(self, id: str, changes: dict[str, Any]) -> Acknowledged:
        """Change fields of a memory, such as `pinned`, `archived`, `labels`, `importance` or its content.

        Args:
            id: the memory.
            changes: the fields to replace, with their new values.

        Raises:
            NotFound: there is no such memory.
            InvalidRequest: a field is unknown, fixed or wrong; nothing was changed.
        """
        fixed = {"id", "kind", "project", "createdAt", "created_at", "updatedAt", "updated_at"} & changes.keys()
        if fixed:
            raise InvalidRequest(f"{', '.join(sorted(fixed))} of a memory can't be changed.")

        def change(current: MemoryBase) -> MemoryBase:
            values = current.model_dump(by_alias=True)
            if current.title == one_line(current.default_title(), memory.MAX_TITLE):
                values["title"] = ""  # made from the content, and so made anew from the new content
            return _parse({**values, **_camel(current, changes)})

        changed = self.writer.update(id, change)
        return Acknowledged(ids=(changed.id,), note=f"Changed “{changed.title}”.")

    @operation
    def forget(self, ids: Ids) -> Acknowledged:
        """Move memories to the bin, from which `restore` brings them back for 30 days.

        Args:
            ids: the memories.

        Raises:
            NotFound: one of them doesn't exist; none was moved.
        """
        at = now()
        return self._bin(ids, lambda each: each.model_copy(update={"deleted_at": at}), "Deleted")

    @operation
    def restore(self, ids: Ids) -> Acknowledged:
        """Bring memories back from the bin.

        Args:
            ids: the memories.

        Raises:
            NotFound: one of them is not there any more; none was restored.
        """
        return self._bin(ids, lambda each: each.model_copy(update={"deleted_at": None}), "Restored")

    @operation
    def rebuild(self, progress: Progress = lambda message, share: None) -> Acknowledged:
        """Drop the search index and make it anew from the memories, which stay as they are."""
        progress("Dropping the old index", 0.0)
        self.store.drop_derived()
        total, done = sum(self.store.counts().values()), 0
        while ids := self.store.stale(200):
            progress(f"Indexing {total} memories", min(done / max(total, 1), 1.0))
            if not self.indexer.index(ids):
                raise StorageError("The search index could not be written. The log tells why; the memories are safe.")
            done += len(ids)
        self.store.maintain(force=True)
        return Acknowledged(note=f"The search index of {total} memories was made anew.")

    # ------------------------------------------------------------ noticing

    def saved(self, path: Path) -> None:
        """Tell that the editor saved a file; returns at once."""
        if self.recorder:
            self.recorder.saved(path)

    def opened(self, path: Path, text: str) -> None:
        """Tell that the editor opened a file with this text; returns at once."""
        if self.recorder:
            self.recorder.opened(path, text)

    # ------------------------------------------------------------ inside

    def _written(self, ids: tuple[str, ...]) -> None:
        self.indexer.written(ids)
        self._changed(ids)

    def _find(self, query: str, chosen: Filter, most: int, focus: Focus) -> SearchResult:
        terms = words.query_terms(query)
        by_words = self._helpers.submit(self.store.by_words, terms, chosen, _CANDIDATES)
        vector = self.indexer.vector([ranking.query_text(query)])
        candidates: list[Candidate] = []
        if vector is not None:
            candidates += self.store.by_vector(self.settings.embedding.model, vector[0], chosen, _CANDIDATES)
        candidates += by_words.result()
        hits = ranking.rank(
            candidates,
            query=query,
            focus=focus,
            now=now(),
            recency_weight=self.settings.search.recency_weight,
            limit=most,
        )
        note = "" if hits else self._nothing(chosen)
        return SearchResult(hits=tuple(hits), mode="words" if vector is None else "words and meaning", note=note)

    def _nothing(self, chosen: Filter) -> str:
        if not any(self.store.counts().values()):
            return "Nothing is remembered yet. Save a file, commit, or write a note, and search again."
        if chosen != Filter(archived=chosen.archived):
            return "Nothing fits within these filters. Try without them."
        return "Nothing fits. Try other words, or fewer."

    def _one(self, id: str) -> MemoryBase:
        found = self.store.get([id])
        if not found:
            raise NotFound(f"There is no memory {one_line(id, 60)}.")
        return found[0]

    def _bin(self, ids: Sequence[str], change: Callable[[MemoryBase], MemoryBase], verb: str) -> Acknowledged:
        wanted = unique(ids)
        found = {each.id: each for each in self.store.get(wanted)}
        if missing := [id for id in wanted if id not in found]:
            raise NotFound(f"There is no memory {one_line(missing[0], 60)}; nothing was changed.")
        for id in wanted:
            self.writer.update(id, change)
        self.indexer.index(wanted[:200])  # at once, so that no search that comes after this finds what was deleted
        what = f"“{found[wanted[0]].title}”" if len(wanted) == 1 else f"{len(wanted)} memories"
        return Acknowledged(ids=wanted, note=f"{verb} {what}.")

    def _empty_bin(self) -> None:
        try:
            if old := self.store.deleted_before(now() - timedelta(days=BIN_DAYS)):
                self.writer.write(purge=old)
        except StorageError as error:
            log.warning("the bin could not be emptied: %s", error)

    def _located(self, node: TreeNode) -> TreeNode:
        if node.location is None:
            return node
        uri = self.project.root.joinpath(node.location.path).as_uri()
        return node.model_copy(update={"location": Location(path=node.location.path, line=node.location.line, uri=uri)})


OPERATIONS: dict[str, Operation] = operations(Engine)
"""Every operation by name; faces offer these and nothing else."""


def _database(settings: Settings, project: Project) -> str:
    if settings.storage.uri:
        return f"{settings.storage.uri.rstrip('/')}/{project.id}"
    return str(project.home / "memory")


def _known_kinds(kinds: Words) -> Words:
    for kind in kinds:
        if kind not in KINDS:
            raise InvalidRequest(f"There is no kind {one_line(kind, 40)!r}; there are {', '.join(KINDS)}.")
    return kinds


def _parse(values: dict[str, Any]) -> MemoryBase:
    try:
        return memory.parse(values)
    except RecursionError:
        raise InvalidRequest("The memory is nested too deeply.") from None


def _camel(current: MemoryBase, changes: dict[str, Any]) -> dict[str, Any]:
    aliases = {name: field.alias or name for name, field in type(current).model_fields.items()}
    return {aliases.get(name, name): value for name, value in changes.items()}


def _question(cls: type[MemoryBase], name: str) -> FormField:
    field = cls.model_fields[name]
    choices = tuple(str(each) for each in get_args(field.annotation) if isinstance(each, str))
    return FormField(
        name=field.alias or name,
        prompt=field.description or name,
        shape="choice" if choices else "line",
        required=field.is_required(),
        choices=choices,
        default=str(field.default) if choices else "",
    )

"""Finding: search, context, one memory, the tree, the state."""

from typing import Annotated

from pydantic import Field

from whence import __version__
from whence.engine.searching import Searching
from whence.errors import InvalidRequest
from whence.memory import KINDS, MemoryBase
from whence.operations import operation
from whence.protocol import (
    Children,
    ContextBlock,
    Detail,
    Filter,
    Focus,
    KindCount,
    Location,
    Related,
    SearchResult,
    Status,
    TreeNode,
)
from whence.retrieval import context as contexts
from whence.retrieval import document, outline
from whence.values import Time, Words, one_line, unique


class Finding(Searching):
    """What is asked of a project's memory."""

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
        turns: bool = False,
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
            turns: whether each turn of a conversation answers for itself, instead of the best one for all.
        """
        chosen = Filter(
            kinds=_known_kinds(kinds), files=files, labels=labels, since=since, until=until, archived=archived
        )
        return self.look_for(query, chosen, limit, focus, turns=turns)

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
        self.recalls.note(source.id for source in block.sources)
        note = block.note or found.note
        return block.model_copy(update={"note": note, "confidence": found.confidence, "weak": found.weak})

    @operation
    def get(self, id: str) -> Detail:
        """Show one memory whole: its fields, and how it reads as Markdown.

        Args:
            id: the memory.

        Raises:
            NotFound: there is no such memory.
        """
        found = self.one(id)
        self.recalls.note([id])
        recall = self.recalls.of([id]).get(id)
        targets = {each.id: each.title for each in self.store.get([link.target for link in found.links])}
        related = tuple(
            Related(id=each.id, kind=each.kind, title=each.title, relation=link.relation, created_at=each.created_at)
            for each in self.store.linking([id])
            if each.deleted_at is None
            for link in each.links
            if link.target == id
        )
        return Detail.model_validate(
            {
                "memory": found,
                "markdown": document.document(found, targets, related=related),
                "icon": type(found).icon,
                "related": related,
                "recalls": recall.count if recall else 0,
                "recalled_at": recall.last if recall else None,
            }
        )

    @operation
    def children(self, parent: str = "") -> Children:
        """List the rows of the tree below a row.

        Args:
            parent: id of the row; empty for the top of the tree.

        Raises:
            InvalidRequest: the id is not one of a row.
        """
        nodes = outline.children(parent, self.store, find=self._fitting)
        return Children(nodes=tuple(self._located(node) for node in nodes))

    @operation
    def status(self) -> Status:
        """Tell the state of the project's memory: counts, capture, search by meaning, where it lives."""
        counts = self.store.counts()
        embedding = self.indexer.status()
        capturing = self.recorder.messages if self.recorder else ()
        messages = unique([embedding.message, *capturing, self.autosave.message if self.autosave else ""])
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
            storage=self.storage,
            messages=messages,
        )

    def _fitting(self, text: str) -> list[MemoryBase]:
        """The memories that fit a text, those whose title holds it first."""
        found = self.store.get([hit.id for hit in self.search(text, limit=100).hits])
        titled = {each.id for each in found if text.casefold() in each.title.casefold()}
        return sorted(found, key=lambda each: each.id not in titled)

    def _located(self, node: TreeNode) -> TreeNode:
        if node.location is None:
            return node
        uri = self.project.root.joinpath(node.location.path).as_uri()
        return node.model_copy(update={"location": Location(path=node.location.path, line=node.location.line, uri=uri)})


def _known_kinds(kinds: Words) -> Words:
    for kind in kinds:
        if kind not in KINDS:
            raise InvalidRequest(f"There is no kind {one_line(kind, 40)!r}; there are {', '.join(KINDS)}.")
    return kinds

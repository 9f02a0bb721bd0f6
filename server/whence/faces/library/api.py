"""The Python API: `with Whence("folder") as memory: memory.remember("...")`.

A plain, synchronous front to the engine for scripts. What it doesn't name is there as `memory.engine`, whose methods
are the operations. It opens a project's memory and notices nothing by itself; the editor does that.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from whence.faces.library.engine import Engine

if TYPE_CHECKING:
    from whence.values.memory import MemoryBase
    from whence.values.protocol import ContextBlock, Hit, Status
    from whence.values.reports.provenance import Why

_SECONDS = 10.0
"""How long a search waits for what was written just before it to be found by words."""


class Whence:
    """A project's memory.

    Args:
        folder: a folder of the project.
        settings: options by group, such as `{"embedding": {"model": "none"}}`; they go before those of `whence.toml`
            and of the environment.

    Raises:
        InvalidSettings: an option is unknown or has a value that can't be used.
        StorageError: there is no such folder, or the memory can't be opened.
    """

    def __init__(self, folder: "str | PathLike[str]" = ".", settings: Mapping[str, Any] | None = None) -> None:
        from whence.engine.configuration import settings_for

        chosen = settings_for(Path(folder), settings, giver="settings")
        self.engine: Engine = Engine(Path(folder), chosen)
        """Every operation, as a method."""
        self._open, self._fresh = True, False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """See to it that what was written is found, and stop. Closing twice does nothing more."""
        if self._open:
            self._open = False
            self._settle()
            self.engine.close()

    def remember(self, text: str, kind: str = "note", **fields: Any) -> str:
        """Keep a memory; it is on disk, with every secret redacted, when this returns.

        Args:
            text: its content: of a note the words, of a decision what was decided, of a bug the message.
            kind: which kind of memory.
            fields: further fields, such as `title`, `labels`, `files`, `importance`, `metadata`.

        Returns:
            Its id.

        Raises:
            InvalidRequest: a field is missing or wrong; nothing was kept.
        """
        first = self.engine.form(kind).fields[0].name
        return self._kept(self.engine.remember({**fields, "kind": kind, first: text}).ids)

    def decide(self, title: str, decision: str, rationale: str = "", **fields: Any) -> str:
        """Keep a decision and why it was made. Returns its id.

        Raises:
            InvalidRequest: a field is missing or wrong; nothing was kept.
        """
        return self._kept(
            self.engine.remember(
                {**fields, "kind": "decision", "title": title, "decision": decision, "rationale": rationale}
            ).ids
        )

    def search(
        self,
        query: str = "",
        *,
        kinds: Iterable[str] = (),
        files: Iterable[str] = (),
        labels: Iterable[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        authors: Iterable[str] = (),
    ) -> "list[Hit]":
        """Find memories by words and by meaning, best first; without a query the newest. As many as the settings say.

        Raises:
            InvalidRequest: a kind is unknown.
        """
        self._settle()
        found = self.engine.search(
            query,
            kinds=tuple(kinds),
            files=tuple(files),
            labels=tuple(labels),
            since=since.astimezone() if since else None,
            until=until.astimezone() if until else None,
            limit=limit,
            authors=tuple(authors),
        )
        return list(found.hits)

    def context(self, query: str, budget: int | None = None, **filters: Any) -> "ContextBlock":
        """Put what matters for a task into one Markdown block (`.markdown`) within a budget of tokens.

        Args:
            query: what the context is for.
            budget: the most tokens; without, as many as the settings say.
            filters: `kinds`, `files`, `labels`, `since`, `authors`, as of `search`.
        """
        self._settle()
        return self.engine.context(query, budget, **filters)

    def why(self, file: str, start: int | None = None, end: int | None = None) -> "Why":
        """Tell why lines of a file are there (`.markdown`): the changes that made them, and what led to those.

        Args:
            file: the file, relative to the project.
            start: the first line, from 1; without, the whole file.
            end: the last line; without, the first.

        Raises:
            NotFound: there is no such file.
        """
        if start is None:
            return self.engine.why(file)
        return self.engine.why(file, start, start if end is None else end)

    def get(self, id: str) -> "MemoryBase":
        """The memory of this id.

        Raises:
            NotFound: there is none.
        """
        return self.engine.get(id).memory

    def update(self, id: str, **changes: Any) -> None:
        """Change fields of a memory, such as `pinned`, `labels` or its content.

        Raises:
            NotFound: there is no such memory.
            InvalidRequest: a field is unknown, fixed or wrong; nothing was changed.
        """
        self._kept(self.engine.update(id, changes).ids)

    def forget(self, *ids: str) -> None:
        """Move memories to the bin, from which `restore` brings them back for 30 days.

        Raises:
            NotFound: one of them doesn't exist; none was moved.
        """
        self.engine.forget(ids)

    def restore(self, *ids: str) -> None:
        """Bring memories back from the bin.

        Raises:
            NotFound: one of them is not there any more; none was restored.
        """
        self.engine.restore(ids)

    def status(self) -> "Status":
        """The state of the memory: counts, search by meaning, where it lives."""
        return self.engine.status()

    def _kept(self, ids: tuple[str, ...]) -> str:
        self._fresh = True
        return ids[0]

    def _settle(self) -> None:
        """Wait until what was written is found by words; its vectors follow while there is nothing else to do."""
        if self._fresh:
            self._fresh = False
            self.engine.settle(_SECONDS, vectors=True)

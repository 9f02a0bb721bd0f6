"""The clients of Sekha's Python SDK: `MemoryController` and `SyncSekhaClient` wait, `SekhaClient` is awaited."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Self

from whence.faces import client
from whence.faces.dialects.sekha_sdk import calls
from whence.faces.dialects.sekha_sdk.answers import answer
from whence.faces.dialects.sekha_sdk.calls import Ask, Call
from whence.faces.dialects.sekha_sdk.config import ClientConfig
from whence.faces.dialects.sekha_sdk.errors import named


class _Methods(ABC):
    """What all of them can be asked. What a method gives is an `Answer`, of a `SekhaClient` to be awaited."""

    def __init__(self, config: ClientConfig) -> None:
        self.config = config

    @abstractmethod
    def _run(self, call: Call) -> Any: ...

    # ------------------------------------------------------------ conversations

    def create(
        self,
        messages: Sequence[Any],
        label: str | None = None,
        folder: str | None = None,
        importance_score: float | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> Any:
        """Keep a conversation, under the configuration's label where none is said."""
        said = {"label": label, "folder": folder, "importance_score": importance_score, "metadata": metadata}
        return self.create_conversation({"messages": messages, **said})

    def create_conversation(self, conversation: Any) -> Any:
        """Keep a conversation: a `NewConversation`, or a dictionary."""
        return self._run(calls.create(conversation, self.config.default_label))

    def get_conversation(self, id: str) -> Any:
        """A conversation with all that was said."""
        return self._run(calls.one("GET /api/v1/conversations/{id}", id))

    def list_conversations(self, **chosen: Any) -> Any:
        """A page of conversations: `label`, `folder`, `pinned`, `archived`, `page`, `page_size`."""
        return self._run(calls.listed(**chosen))

    def count_conversations(self, label: str | None = None, folder: str | None = None) -> Any:
        """How many conversations there are."""
        return self._run(calls.counted(label, folder))

    def delete_conversation(self, id: str) -> Any:
        """Move a conversation to the bin."""
        return self._run(calls.one("DELETE /api/v1/conversations/{id}", id))

    def update_label(self, id: str, label: str, folder: str | None = None) -> Any:
        """Give a conversation another label, and another folder where one is said."""
        return self._run(calls.updated(id, label, folder))

    def update_folder(self, id: str, folder: str) -> Any:
        """Put a conversation into another folder."""
        return self._run(calls.one("PUT /api/v1/conversations/{id}/folder", id, {"folder": folder}))

    def pin(self, id: str) -> Any:
        """Keep a conversation on top."""
        return self._run(calls.one("PUT /api/v1/conversations/{id}/pin", id))

    def archive(self, id: str) -> Any:
        """Put a conversation away."""
        return self._run(calls.one("PUT /api/v1/conversations/{id}/archive", id))

    # ------------------------------------------------------------ search

    def query(self, query: str, **chosen: Any) -> Any:
        """Find conversations by words and by meaning: `limit`, `offset`, `filters`, `label`."""
        return self._run(calls.queried(query, **chosen))

    def smart_query(self, query: str, **chosen: Any) -> Any:
        """The same."""
        return self.query(query, **chosen)

    def search(self, query: str, label: str | None = None, limit: int = 10) -> Any:
        """The conversations that answer, best first."""
        return self._run(calls.searched(query, label, limit))

    def full_text_search(self, query: str, limit: int = 10) -> Any:
        """Find conversations by words alone."""
        return self._run(calls.words(query, limit))

    def assemble_context(
        self,
        query: str,
        labels: Sequence[str] | None = None,
        token_budget: int | None = None,
        preferred_labels: Sequence[str] | None = None,
        excluded_folders: Sequence[str] | None = None,
    ) -> Any:
        """What matters for a task, within a budget of tokens, which is 8,000 without one."""
        return self._run(calls.context(query, labels, token_budget, preferred_labels, excluded_folders))

    # ------------------------------------------------------------ upkeep

    def summarize(self, id: str, level: str = "daily") -> Any:
        """What a conversation's last day, week or month came to."""
        return self._run(calls.summarized(id, level))

    def get_pruning_suggestions(self, threshold_days: int = 90, importance_threshold: float | None = None) -> Any:
        """The conversations that may be archived, each with the reason; nothing happens to them."""
        return self._run(calls.prunable(threshold_days, importance_threshold))

    def prune_execute(self, ids: Sequence[str]) -> Any:
        """Archive conversations; pinned ones stay."""
        return self._run(calls.pruned(ids))

    def suggest_labels(self, id: str) -> Any:
        """Labels that a conversation may have, the likeliest first."""
        return self._run(calls.labels_for(id))

    def auto_label(self, id: str, threshold: float = 0.7) -> Any:
        """Give a conversation the likeliest label if it is as likely as that; the label, or None."""
        return self._run(calls.auto_labelled(id, threshold))

    def score_message_importance(self, id: str) -> Any:
        """How much a message matters, from 1 to 10."""
        return self._run(calls.scored(id))

    def export(self, label: str | None = None, format: str = "markdown", folder: str | None = None) -> Any:
        """The conversations with a label, or all, as one text."""
        return self._run(calls.exported(label, folder, format))


class MemoryController(_Methods):
    """Asks, and waits for answers.

    Raises:
        ValueError: the configuration's address or key can't be one.
    """

    def __init__(self, config: ClientConfig) -> None:
        super().__init__(config)
        self._client = client.Client(config.base_url, config.api_key, **_options(config))

    def async_client(self) -> "SekhaClient":
        """One to be awaited, with the same configuration."""
        return SekhaClient(self.config)

    def _run(self, call: Call) -> Any:
        told: Any = None
        while True:
            try:
                ask: Ask = call.send(told)
            except StopIteration as done:
                return done.value
            try:
                found = self._client.send(ask.route, query=ask.query, body=ask.body, **ask.parts)
            except client.ClientError as error:
                raise named(error) from error
            told = answer(client.plain(found))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class SyncSekhaClient(MemoryController):
    """The same by its other name."""


class SekhaClient(_Methods):
    """Asks, and its answers are awaited.

    Raises:
        ValueError: the configuration's address or key can't be one.
    """

    def __init__(self, config: ClientConfig) -> None:
        super().__init__(config)
        self._client = client.AsyncClient(config.base_url, config.api_key, **_options(config))

    async def _run(self, call: Call) -> Any:
        told: Any = None
        while True:
            try:
                ask: Ask = call.send(told)
            except StopIteration as done:
                return done.value
            try:
                found = await self._client.send(ask.route, query=ask.query, body=ask.body, **ask.parts)
            except client.ClientError as error:
                raise named(error) from error
            told = answer(client.plain(found))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _options(config: ClientConfig) -> dict[str, Any]:
    return {"timeout": config.timeout, "retries": config.max_retries, "per_minute": config.per_minute}

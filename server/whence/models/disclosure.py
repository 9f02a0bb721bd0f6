"""What leaves this machine: texts without secrets and paths, and passages to a provider's embedding model."""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from whence.models.completion import Models
from whence.models.estimates import estimate
from whence.models.spending import Paid, Spending
from whence.secrets.redaction import redact
from whence.values.errors import ApprovalNeeded, BudgetSpent, Cancelled, ModelUnavailable, StorageError
from whence.values.tokens import count_tokens

_PASSAGE_TOKENS = 400
"""Tokens that a passage not yet read is taken to have, at most."""

_QUERY_SECONDS = 3.0
"""Seconds that a search waits for the vector of its query; after that it goes by words alone."""

_KEPT = 256
"""Vectors of queries that are kept, so that one asked again costs nothing."""


def outgoing(text: str, root: Path) -> str:
    """Text as it may leave the machine: without secrets, the project's folder as `.`, the user's home as `~`."""
    return redact(placeless(text, root)).text


def placeless(text: str, root: Path) -> str:
    """Text with the project's folder as `.` and the user's home as `~`, however they are written."""
    for place, name in _places(root, Path.home()):
        text = place.sub(name, text)
    return text


@lru_cache(maxsize=8)
def _places(root: Path, home: Path) -> tuple[tuple[re.Pattern[str], str], ...]:
    found = []
    for place, name in ((root, "."), (home, "~")):
        if len(place.parts) < 2:  # a home of `/` is no name to look for
            continue
        written = {str(place), place.as_posix(), str(place).replace("\\", "\\\\"), quote(place.as_posix(), safe="/:")}
        # `/tmp` also stands within `/var/tmp`; a longer path is one wherever it stands, as behind a compiler's `-I`.
        before = r"(?<![\w.~-])" if len(place.parts) < 4 else ""
        longest = "|".join(map(re.escape, sorted(written, key=len, reverse=True)))
        found.append((re.compile(rf"{before}(?:{longest})(?![\w-]|\.\w)"), name))
    return tuple(found)


class ProviderEmbedder:
    """A provider's embedding model, as an `models.embedding.Embedder`: with consent, ledger and redaction.

    Consent is asked once, before the first passages are sent, for all that wait for a vector.

    Args:
        name: its litellm name.
        models: the way to it.
        spending: consent and ledger.
        root: the project's folder, which no text names when it leaves.
        closing: set when requests under way shall end.
    """

    def __init__(self, name: str, models: Models, spending: Spending, root: Path, closing: threading.Event) -> None:
        self._name, self._models, self._spending, self._root, self._closing = name, models, spending, root, closing
        self._dimension = 0
        self._agreed = False
        self._queries: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The model's litellm name."""
        return self._name

    @property
    def dimension(self) -> int:
        """Numbers of a vector; 0 until `open`."""
        return self._dimension

    def open(self, passages: int) -> None:
        """Ask the user, and the model how many numbers a vector of it has.

        Args:
            passages: how many wait for a vector.

        Raises:
            ApprovalNeeded: the user does not want that, or can't be asked.
            BudgetSpent: it does not fit into the budget.
            ModelUnavailable: it can't be used.
        """
        asked = estimate("embed", self._name, max(passages, 1) * _PASSAGE_TOKENS)
        if not self._agreed and not self._spending.consents(asked):
            raise ApprovalNeeded(f"You chose not to use the embedding model {self._name}.", asked)
        self._agreed = True
        self._dimension = int(self._embed(["dimension"]).shape[1])

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of passages, (texts, dimension), each of length 1.

        Raises:
            ModelUnavailable: the provider failed, the vectors have another dimension than before, or models are off.
            BudgetSpent: they don't fit into what is left of the budget.
        """
        vectors = self._embed(texts)
        if vectors.shape[1] != self._dimension:
            raise ModelUnavailable(
                f"The embedding model {self._name} answers vectors of {vectors.shape[1]} numbers now, not of "
                f"{self._dimension} as before. Reopen the project to make all vectors anew."
            )
        return vectors

    def query(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """Vectors of queries, for one who waits; None where they can't be had soon, or there was no consent."""
        with self._lock:
            found = [self._queries.get(text) for text in texts]
        missing = [text for text, vector in zip(texts, found, strict=True) if vector is None]
        if missing and not self._agreed:
            return None
        try:
            fresh = self._embed(missing, attempts=1, seconds=_QUERY_SECONDS) if missing else None
        except (ModelUnavailable, BudgetSpent, StorageError, Cancelled):
            return None
        if fresh is not None and fresh.shape[1] != self._dimension:
            return None
        with self._lock:
            for number, text in enumerate(missing):
                assert fresh is not None
                self._queries[text] = fresh[number]
            result = [self._queries[text] for text in texts]
            while len(self._queries) > _KEPT:
                self._queries.popitem(last=False)
        return np.stack(result)

    def _embed(
        self, texts: Sequence[str], *, attempts: int | None = None, seconds: float | None = None
    ) -> NDArray[np.float32]:
        clean = [outgoing(text, self._root) or " " for text in texts]
        asked = estimate("embed", self._name, sum(count_tokens(text) + 1 for text in clean))

        def check() -> None:
            if self._closing.is_set():
                raise Cancelled("The project is being closed.")
            self._spending.check()

        def call(attempted: Callable[[], None]) -> Paid:
            answer = self._models.embed(
                self._name, clean, attempts=attempts, seconds=seconds, check=check, attempted=attempted
            )
            return Paid(answer.vectors, asked.tokens_in if answer.tokens_in is None else answer.tokens_in, 0)

        vectors: NDArray[np.float32] = self._spending.pay(asked, self._models.longest, call).value
        return vectors

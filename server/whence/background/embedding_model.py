"""The embedding model: made once for all projects, opened once for all of this process, and how far it is."""

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from whence.values.errors import ApprovalNeeded, MissingKey, ModelUnavailable, StorageError, UnknownModel
from whence.values.settings import EmbeddingSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from whence.models.disclosure import ProviderEmbedder
    from whence.models.embedding import Embedder
    from whence.store import Store

log = logging.getLogger(__name__)

State = Literal["off", "waiting", "preparing", "ready", "unavailable"]
"""How far the model is."""

embedders: dict[Path, "Embedder"] = {}
"""The models that are open, by folder: one copy serves all projects of this process."""
_used: dict[Path, float] = {}
"""When each of them was used last, by `time.monotonic()`."""
_lock = threading.Lock()


def opened(folder: Path, name: str) -> "Embedder":
    """The model in a folder, opened unless it is.

    Raises:
        ModelUnavailable: it can't be opened.
    """
    from whence.models.embedding import load

    with _lock:
        if folder not in embedders:
            embedders[folder] = load(folder, name)
        _used[folder] = time.monotonic()
        return embedders[folder]


def let_go_unused(seconds: float) -> bool:
    """Let go of the models that nobody used for so many seconds; tells whether there were any. Who embeds goes on."""
    with _lock:
        unused = [folder for folder, at in _used.items() if time.monotonic() - at >= seconds]
        for folder in unused:
            del embedders[folder], _used[folder]
    return bool(unused)


class _Local:
    """A model on this machine that is in memory while it is used: the next text opens what was let go, in 0.3 s."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self.name = folder, name
        self.dimension = opened(folder, name).dimension

    @property
    def at_hand(self) -> bool:
        return self._folder in embedders

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        vectors = opened(self._folder, self.name).embed(texts)
        opened(self._folder, self.name)  # many texts take long: it was used until now
        return vectors


def provision(
    cache: Path, name: str, began: "Callable[[subprocess.Popen[str]], None]", told: Callable[[str], None]
) -> str | None:
    """Have the model made in a process of its own, whose memory the system gets back. The failure, if any.

    Args:
        cache: folder in which models are kept, for all projects.
        name: the model.
        began: given the process, so that it can be ended.
        told: given a sentence that says how far it is, again and again.
    """
    # -P: the current folder is a workspace, whose files must not be taken for modules.
    command = [
        sys.executable,
        "-P",
        "-m",
        "whence.models.provisioning",
        str(cache),
        name,
    ]
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        errors="replace",
        creationflags=flags,
    ) as child:
        began(child)
        last = ""
        assert child.stdout is not None
        for line in child.stdout:
            last = line.strip() or last
            try:
                told(str(json.loads(line)["message"]))
            except (ValueError, KeyError, TypeError):
                continue
        code = child.wait()
    if code == 0:
        return None
    try:
        return str(json.loads(last)["message"])
    except (ValueError, KeyError, TypeError):
        return "The embedding model could not be prepared. Run `whence status` for the state, then try again."


class EmbeddingModel:
    """The embedding model of one project: one on this machine or a provider's, and how far it is.

    Args:
        store: the database, which has room for vectors of one dimension.
        settings: which model, and whether it may be fetched.
        cache: folder in which models are kept, for all projects.
        changed: called when its state changed; it must be quick.
        stop: set once the project is being closed; what fails from then on is not told.
        replaces: whether vectors of another model than the settings' are to be replaced.
        provider: the embedding model of a provider that is to be used, instead of one on this machine.
    """

    def __init__(
        self,
        store: "Store",
        settings: EmbeddingSettings,
        cache: Path,
        changed: Callable[[], None],
        stop: threading.Event,
        *,
        replaces: bool,
        provider: "ProviderEmbedder | None",
    ) -> None:
        self._store, self._settings, self._cache = store, settings, cache
        self._changed, self._stop, self._replaces = changed, stop, replaces
        self.provider = provider
        """The provider's model, where that is used."""
        self.state: State = "off" if settings.model == "none" else "waiting"
        """How far it is."""
        self.message = "Search by meaning is switched off (embedding model: none)." if self.state == "off" else ""
        """Why it is so, as sentences for the user."""
        self.embedder: Embedder | ProviderEmbedder | _Local | None = None
        """What makes vectors, once the model could be opened."""
        self._child: subprocess.Popen[str] | None = None

    def close(self) -> None:
        """End the process that makes the model, where one does."""
        if (child := self._child) is not None:
            child.terminate()  # it cleans up after itself

    def yields(self) -> bool:
        """Whether the database has vectors of another model, which are not for this process to replace."""
        if self._replaces or not (other := self._store.passages.embedded_by_others(self._settings.model)):
            return False
        self.embedder = None
        self.fail(
            f"The vectors here are of the model {other}, and this program is set to {self._settings.model}: it leaves "
            f"them alone and searches by words. Set embedding.model to {other}, or run `whence rebuild` for new ones."
        )
        return True

    def prepare(self, told: Callable[[str], None] = lambda message: None) -> bool:
        """Have the model on disk and open. False, and the reason in the status, where it can't be had."""
        if self.yields():
            return False
        if self.provider is not None:
            return self._open_provider(self.provider)
        from whence.models.embedding import known

        try:
            known(self._settings.model)
        except ModelUnavailable as error:
            self.fail(f"{error} Search uses words alone.")
            return False
        if not self.on_disk():
            if not self._settings.download:
                self.fail(
                    "The embedding model is not on this machine, and fetching it is switched off "
                    "(whence.embedding.download). Search uses words alone."
                )
                return False
            self._set("preparing", "The embedding model is being fetched and prepared.")
            if (failure := self._provision(told)) is not None:
                self.fail(f"{failure} Search uses words alone until then.")
                return False
        return self.open()

    def _open_provider(self, provider: "ProviderEmbedder") -> bool:
        """Have the user's consent, and room for the provider's vectors."""
        passages, embedded = self._store.passages.embedding_progress(provider.name)
        try:
            provider.open(passages - embedded)
            self._store.passages.set_dimension(provider.dimension)
        except (MissingKey, UnknownModel, ApprovalNeeded) as error:
            self.fail(f"{error} Search uses words alone.")
            return False
        self.embedder = provider
        self._set("ready", "")
        return True

    @property
    def at_hand(self) -> bool:
        """Whether a model on this machine is in memory, so that a text takes some milliseconds."""
        return isinstance(self.embedder, _Local) and self.embedder.at_hand

    def on_disk(self) -> bool:
        """Whether the model is on this machine; of a provider's, whether it may be asked."""
        if self.provider is not None:
            return self.embedder is not None
        from whence.models.provisioning import provisioned

        return provisioned(self._cache, self._settings.model) is not None

    def open(self) -> bool:
        """Open the model that is on this machine. False, and the reason in `message`, where that can't be done."""
        from whence.models.provisioning import provisioned

        name = self._settings.model
        try:
            folder = provisioned(self._cache, name)
            if folder is None:
                self.fail(f"The embedding model {name} is not complete. Search uses words alone.")
                return False
            embedder = _Local(folder, name)
            self._store.passages.set_dimension(embedder.dimension)
        except (ModelUnavailable, StorageError) as error:
            self.fail(str(error))
            return False
        self.embedder = embedder
        self._set("ready", "")
        return True

    def _provision(self, told: Callable[[str], None]) -> str | None:
        """Have the model made, and tell how far that is. The failure, if any."""

        def began(child: "subprocess.Popen[str]") -> None:
            self._child = child

        def preparing(message: str) -> None:
            self._set("preparing", message)
            told(message)

        failure = provision(self._cache, self._settings.model, began, preparing)
        self._child = None
        return failure

    def lose(self, message: str) -> None:
        """Note that a model on this machine fails, and why; it is prepared anew when there are vectors to make."""
        self.embedder = None
        self.fail(f"{message} Search uses words alone until then.")

    def fail(self, message: str) -> None:
        """Note that the model can't be had, and why; nothing while the project is being closed."""
        if not self._stop.is_set():
            log.warning("%s", message)
            self._set("unavailable", message)

    def _set(self, state: State, message: str) -> None:
        self.state, self.message = state, message
        self._changed()

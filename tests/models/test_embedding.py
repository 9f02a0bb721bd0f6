"""Texts as vectors, by the real model."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tests.model_cache import CACHE, NAME, cached_model
from tests.patience import PATIENCE
from whence.models.embedding import GRAPH, MANIFEST, MAX_TOKENS, TOKENIZER, Embedder, load, sha256
from whence.models.provisioning import provisioned
from whence.values.errors import ModelUnavailable

TEXTS = [
    "close the connection pool on shutdown",
    "x",
    "why do we use UTC everywhere?",
    "long " * 500,
    "retry with backoff",
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load(cached_model(), NAME)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A model's folder that a test may spoil."""
    return Path(shutil.copytree(cached_model(), tmp_path / "caché of models" / NAME))


def test_vectors_are_rows_of_length_one(embedder: Embedder):
    vectors = embedder.embed(TEXTS)
    assert (embedder.name, embedder.dimension) == (NAME, 384)
    assert vectors.shape == (5, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-5)


def test_no_texts_give_no_rows(embedder: Embedder):
    assert embedder.embed([]).shape == (0, 384)


def test_a_text_has_one_vector_whatever_its_neighbours_and_the_session(embedder: Embedder):
    together = embedder.embed(TEXTS)
    assert np.array_equal(embedder.embed(TEXTS[::-1]), together[::-1])
    assert np.array_equal(np.concatenate([embedder.embed([text]) for text in TEXTS]), together)
    assert np.array_equal(load(cached_model(), NAME).embed(TEXTS), together)


def test_more_threads_within_a_text_give_the_same_meaning(embedder: Embedder):
    cosines = (load(cached_model(), NAME, threads=2).embed(TEXTS) * embedder.embed(TEXTS)).sum(axis=1)
    assert cosines == pytest.approx(np.ones(5), abs=1e-3)


def test_several_threads_may_share_an_embedder(embedder: Embedder):
    expected = embedder.embed(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(lambda _: embedder.embed(TEXTS), range(8)):
            assert np.array_equal(vectors, expected)


@pytest.mark.parametrize(
    ("query", "near", "far"),
    [
        ("user cannot sign in", "Fix the login form rejecting valid passwords", "Bump the version of the docs theme"),
        ("where is money rounded?", "Round prices to cents in the cart total", "Rename the CI job"),
        ("database choice", "We store everything in PostgreSQL because reports need joins", "Add a dark theme"),
        ("make it faster", "Cache the parsed templates, which halves the response time", "Correct a typo"),
        ("memory leak", "The listener was never removed, so the heap grew", "Translate the menu to German"),
    ],
)
def test_what_is_near_in_meaning_is_near(embedder: Embedder, query: str, near: str, far: str):
    vector, close, distant = embedder.embed([query, near, far])
    assert vector @ close > vector @ distant + 0.1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(" \n\t ", id="blanks"),
        pytest.param("nul \0 inside", id="a NUL"),
        pytest.param("caf\udce9.py", id="a lone surrogate, as in a file name that is not UTF-8"),
        pytest.param("👩‍👩‍👧‍👦 日本語 עברית", id="other scripts"),
        pytest.param("x" * 100_000, id="one word of 100,000 letters"),
        pytest.param("word and symbol() " * 6_000, id="100,000 characters"),
    ],
)
def test_any_text_has_a_vector(embedder: Embedder, text: str):
    assert np.linalg.norm(embedder.embed([text])[0]) == pytest.approx(1, abs=1e-5)


def test_a_text_is_read_up_to_the_limit_of_tokens(embedder: Embedder):
    words = "word " * (MAX_TOKENS - 2)  # two tokens mark the beginning and the end
    cut, more, fewer = embedder.embed([words, words + "something else entirely", words[: -len("word ")]])
    assert np.array_equal(cut, more)
    assert not np.array_equal(cut, fewer)


def test_an_unknown_model_is_refused_with_the_names_of_the_known():
    with pytest.raises(ModelUnavailable, match=r"no embedding model 'gpt'. Known models: all-MiniLM-L6-v2"):
        load(CACHE / "gpt", "gpt")


@pytest.mark.parametrize("name", [GRAPH, TOKENIZER, MANIFEST])
def test_a_damaged_file_is_noticed_and_the_folder_no_longer_counts(copy: Path, name: str):
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 0xFF  # of the same size, so that only the checksum tells
    (copy / name).write_bytes(data)
    with pytest.raises(ModelUnavailable, match="damaged"):
        load(copy, NAME)
    assert provisioned(copy.parent, NAME) is None


@pytest.mark.parametrize("name", [GRAPH, TOKENIZER])
def test_files_that_the_libraries_cannot_read_are_an_error_with_advice(copy: Path, name: str):
    (copy / name).write_bytes(b"neither a graph nor a tokenizer")
    manifest = json.loads((copy / MANIFEST).read_text("utf-8"))
    manifest["files"][name] = {"size": (copy / name).stat().st_size, "sha256": sha256(copy / name)}
    (copy / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(ModelUnavailable, match=r"cannot be opened by onnxruntime .* Repair"):
        load(copy, NAME)


def test_embedding_is_silent_and_opens_no_connection_and_no_process(copy: Path):
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "def watch(event, _):\n"
        "    if event.startswith(('socket.', 'subprocess.', 'os.system', 'os.posix_spawn', 'urllib.')):\n"
        "        raise SystemExit(f'{event} was called')\n"
        "sys.addaudithook(watch)\n"
        "from whence.models.embedding import load\n"
        f"assert load(Path(sys.argv[1]), {NAME!r}).embed(['a text', 'another']).shape == (2, 384)\n"
    )
    command = [sys.executable, "-W", "error", "-c", script, str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_onnxruntime_keeps_no_account_of_this_machine_for_its_maker(copy: Path, tmp_path: Path):
    # Its library does so from its import on, below Python, where no audit hook sees it: by the files that it queues.
    home = tmp_path / "home"
    home.mkdir()
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from whence.models.embedding import load\n"
        f"load(Path(sys.argv[1]), {NAME!r}).embed(['a text'])\n"
    )
    own = dict.fromkeys(("HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "XDG_CACHE_HOME", "TMPDIR"), str(home))
    environment = {**os.environ, **own, "ORT_DISABLE_TELEMETRY": "0"}
    subprocess.run([sys.executable, "-c", script, str(copy)], check=True, timeout=PATIENCE, env=environment)
    assert list(home.rglob("*")) == []

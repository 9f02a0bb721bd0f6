"""The Python API, promise by promise."""

import asyncio
import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import whence
from whence import CodeContext, CodeMemorySystem, MemorySystem, ScoredMemory, Whence
from whence.values.errors import NotFound

SOURCES = {
    "auth.py": "class Auth:\n    def login(self):\n        check_password()\n\ndef check_password():\n    pass\n",
    "app.js": "function renderPage() {\n  return 1;\n}\n",
    "app.ts": "export interface Shape {\n  size: number;\n}\nexport function area(s: Shape) {\n  return s.size;\n}\n",
    "App.java": "public class App {\n  int run() { return 1; }\n}\n",
    "main.c": "int main(void) {\n  return 0;\n}\n",
    "main.cpp": "int compute(int x) {\n  return x;\n}\n",
    "main.go": "package main\n\nfunc Serve() int {\n\treturn 1\n}\n",
    "lib.rs": "pub fn parse_line() -> i32 {\n    1\n}\n",
    "app.rb": "def greet\n  1\nend\n",
    "app.php": "<?php\nfunction send_mail() {\n  return 1;\n}\n",
    "App.cs": "class Program {\n  int Run() { return 1; }\n}\n",
}


def scorer(**scores: float) -> Any:
    """A small model that gives a memory the score of the first word that it holds."""

    async def score(prompt: str) -> str:
        memory = prompt.rsplit("Memory:\n", 1)[1]
        found = next((each for word, each in scores.items() if word in memory), 0.0)
        return f'Sure: {{"score": {found}, "reasoning": "it speaks of that"}}'

    return score


@pytest.fixture
def system(tmp_path: Path) -> Iterator[MemorySystem]:
    with MemorySystem(db_path=str(tmp_path / "memories.db"), embedding="none") as opened:
        yield opened


@pytest.fixture
def code(tmp_path: Path) -> Iterator[CodeMemorySystem]:
    with CodeMemorySystem(db_path=str(tmp_path / "code.db"), embedding="none") as opened:
        yield opened


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sörce code"
    for name, text in {
        **SOURCES,
        "tests/test_auth.py": "def test_login():\n    pass\n",
        "read.me": "nothing\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


# ---------------------------------------------------------------- the promised shapes


def test_the_constructors_have_every_argument_and_default_that_is_promised() -> None:
    def defaults(cls: type) -> dict[str, Any]:
        found = list(inspect.signature(cls).parameters.values())
        return {each.name: each.default for each in found if each.kind is each.POSITIONAL_OR_KEYWORD}

    shared = {"relevance_threshold": 0.7, "batch_size": 10, "retry_attempts": 3, "retry_delay": 1.0}
    assert defaults(MemorySystem) == {"small_model_fn": None, "db_path": "memories.db", "max_memories": 10, **shared}
    boosts = {"enable_caching": True, "enable_dependency_boost": True, "enable_recency_boost": True}
    amounts = {"dependency_boost_amount": 0.15, "recency_boost_amount": 0.10, "recency_days": 7}
    assert defaults(CodeMemorySystem) == {
        "small_model_fn": None,
        "db_path": "code_memories.db",
        "max_memories": 15,
        **(shared | boosts | amounts),
    }
    names = ["memory_id", "text", "metadata", "timestamp", "relevance_score", "reasoning"]
    assert list(inspect.signature(ScoredMemory).parameters) == names
    assert CodeContext("why?") == CodeContext("why?", None, None, None, None, None)


def test_importing_whence_is_cheap() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, whence; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    assert not {"pydantic", "lancedb", "numpy", "whence.engine", "asyncio"} & set(done.stdout.split())
    assert {"Whence", "MemorySystem", "CodeMemorySystem"} <= set(dir(whence))
    with pytest.raises(AttributeError, match="Nonesuch"):
        whence.Nonesuch  # type: ignore[attr-defined] # noqa: B018 - that it is not there is the point


# ---------------------------------------------------------------- MemorySystem


def test_a_memory_is_added_read_updated_and_deleted(system: MemorySystem) -> None:
    id = system.add_memory("Python uses dynamic typing", metadata={"topic": "python", "level": [1, None]})
    found = system.get_memory(id)
    assert found is not None
    assert found.keys() == {"id", "text", "metadata", "timestamp"}
    assert (found["text"], found["metadata"]) == ("Python uses dynamic typing", {"topic": "python", "level": [1, None]})
    assert system.update_memory(id, text="Python has type hints")
    assert system.update_memory(id, metadata={"updated": True})
    changed = system.get_memory(id)
    assert changed is not None
    assert (changed["text"], changed["metadata"]) == ("Python has type hints", {"updated": True})
    assert system.get_stats()["total_memories"] == 1
    assert system.delete_memory(id)
    assert system.get_memory(id) is None
    assert not system.delete_memory(id)
    assert not system.update_memory(id, text="x")
    assert not system.delete_memory("nonesuch")
    assert system.get_stats()["total_memories"] == 0


@pytest.mark.parametrize("text", ["", "  \n", None], ids=repr)
def test_an_empty_text_raises_value_error(system: MemorySystem, text: Any) -> None:
    with pytest.raises(ValueError, match="empty"):
        system.add_memory(text)
    with pytest.raises(ValueError, match="JSON"):
        system.add_memory("x", metadata={"x": object()})


def test_secrets_in_metadata_are_redacted_whatever_their_keys_are_called(system: MemorySystem) -> None:
    secret = "sk-" + "proj-" + "a8Fk3" * 8
    id = system.add_memory("x", metadata={"id": secret, "deep": [{"kind": f"key {secret}"}], "password": "hunter2xyz!"})
    found = system.get_memory(id)
    assert found is not None
    assert secret not in str(found)
    assert "hunter2xyz!" not in str(found)


def test_without_a_small_model_relevance_comes_from_retrieval(system: MemorySystem) -> None:
    system.add_memory("Returns are accepted within 30 days of purchase")
    system.add_memory("The transformer uses attention")
    found = asyncio.run(system.retrieve_relevant_memories("returns of a purchase"))
    assert [each.text for each in found] == ["Returns are accepted within 30 days of purchase"]
    assert found[0].relevance_score == 1.0
    assert found[0].reasoning


def test_a_small_model_scores_and_the_threshold_and_the_maximum_hold(tmp_path: Path) -> None:
    model = scorer(alpha=0.9, beta=0.8, gamma=0.4)
    with MemorySystem(model, str(tmp_path / "m"), retry_delay=0.0, embedding="none") as system:
        for word in ("gamma", "alpha", "beta"):
            system.add_memory(f"about {word}")
        found = asyncio.run(system.retrieve_relevant_memories("no word in common"))
        assert [(each.text, each.relevance_score) for each in found] == [("about alpha", 0.9), ("about beta", 0.8)]
        system.update_retrieval_config(max_memories=1, relevance_threshold=0.3)
        assert len(asyncio.run(system.retrieve_relevant_memories("x"))) == 1
        assert system.get_stats() == {
            "total_memories": 3,
            "relevance_threshold": 0.3,
            "max_memories": 1,
            "batch_size": 10,
            "retry_attempts": 3,
            "retry_delay": 0.0,
        }
        shown = system.format_memories_for_prompt(found)
        assert "0.90" in shown
        assert "0.90" not in system.format_memories_for_prompt(found, include_scores=False)


def test_a_query_gives_the_primary_model_the_memories_and_the_task(system: MemorySystem) -> None:
    system.add_memory("FastAPI is a web framework")

    async def primary(prompt: str) -> str:
        return f"answer to: {prompt}"

    answer = asyncio.run(system.query("a web framework", "Explain REST", primary))
    assert "FastAPI is a web framework" in answer
    assert "Explain REST" in answer


def test_a_model_that_fails_is_asked_again_with_doubling_pauses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def rest(seconds: float) -> None:
        pauses.append(seconds)

    calls = 0

    async def failing(prompt: str) -> str:
        nonlocal calls
        calls += 1
        raise ConnectionError("busy")

    with MemorySystem(failing, str(tmp_path / "m"), retry_attempts=4, retry_delay=2.0, embedding="none") as system:
        system.add_memory("anything")
        monkeypatch.setattr("whence.faces.dialects.memory_system.base.asyncio.sleep", rest)
        with pytest.raises(ConnectionError, match="busy"):
            asyncio.run(system.retrieve_relevant_memories("anything"))
    assert (calls, pauses) == (4, [2.0, 4.0, 8.0])


def test_no_more_than_a_batch_is_scored_at_once(tmp_path: Path) -> None:
    now = most = 0

    async def counting(prompt: str) -> str:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.001)
        now -= 1
        return "0.9"

    with MemorySystem(counting, str(tmp_path / "m"), batch_size=3, embedding="none") as system:
        for number in range(10):
            system.add_memory(f"memory {number}")
        assert len(asyncio.run(system.retrieve_relevant_memories("memory"))) == 10
    assert most == 3


@pytest.mark.parametrize(
    "wrong",
    [{"relevance_threshold": 1.5}, {"max_memories": 0}, {"batch_size": "x"}, {"retry_attempts": 1.5}, {"colour": 1}],
    ids=str,
)
def test_a_wrong_configuration_raises_value_error_and_changes_nothing(
    system: MemorySystem, wrong: dict[str, Any]
) -> None:
    before = system.get_stats()
    with pytest.raises(ValueError, match=next(iter(wrong))):
        system.update_retrieval_config(**{"retry_delay": 9.0, **wrong})
    assert system.get_stats() == before


def test_a_closed_system_is_reopened_with_what_it_held_also_after_a_move(tmp_path: Path) -> None:
    system = MemorySystem(db_path=str(tmp_path / "a"), embedding="none")
    id = system.add_memory("kept")
    system.close()
    system.close()
    (tmp_path / "a").rename(tmp_path / "b")
    with MemorySystem(db_path=str(tmp_path / "b"), embedding="none") as again:
        assert again.get_memory(id) is not None
    (tmp_path / "file.db").write_text("x")
    with pytest.raises(ValueError, match="is a file"):
        MemorySystem(db_path=str(tmp_path / "file.db"))


# ---------------------------------------------------------------- CodeMemorySystem


@pytest.mark.parametrize("name", SOURCES)
def test_all_ten_languages_are_indexed(code: CodeMemorySystem, sources: Path, name: str) -> None:
    assert code.index_file(str(sources / name))


def test_indexing_twice_doubles_nothing(code: CodeMemorySystem, sources: Path) -> None:
    first = code.index_repository(str(sources))
    assert len(set(first)) == len(first) == code.get_stats()["total_code_memories"]
    assert code.index_repository(str(sources)) == first
    assert set(code.index_file(str(sources / "auth.py"))) < set(first)
    assert code.get_stats()["total_code_memories"] == len(first)


def test_patterns_leave_out_and_folders_are_entered_only_if_asked(code: CodeMemorySystem, sources: Path) -> None:
    everything = code.index_repository(str(sources))
    without = code.index_repository(str(sources), exclude_patterns=["*/tests/*"])
    flat = code.index_repository(str(sources), recursive=False)
    assert len(everything) == len(without) + 1 == len(flat) + 1
    with pytest.raises(FileNotFoundError):
        code.index_repository(str(sources / "nonesuch"))


def test_reindexing_replaces_what_a_file_defines(code: CodeMemorySystem, sources: Path) -> None:
    file = sources / "auth.py"
    code.index_file(str(file))
    file.write_text("def only_this():\n    pass\n", encoding="utf-8")
    (id,) = code.reindex_file(str(file))
    assert code.get_stats()["total_code_memories"] == 1
    found = asyncio.run(code.retrieve_relevant_memories("only_this"))
    assert [each.memory_id for each in found] == [id]
    assert found[0].metadata is not None
    assert found[0].metadata["qualified_name"] == "only_this"


def test_an_unsupported_type_raises_value_error_and_a_missing_file_file_not_found(
    code: CodeMemorySystem, sources: Path
) -> None:
    with pytest.raises(ValueError, match="languages"):
        code.index_file(str(sources / "read.me"))
    with pytest.raises(FileNotFoundError):
        code.index_file(str(sources / "nonesuch.py"))


def test_documentation_and_debugging_are_kept_and_counted_apart(code: CodeMemorySystem, sources: Path) -> None:
    code.index_file(str(sources / "auth.py"))
    doc = code.add_documentation_memory(
        "API Authentication", "It uses JWT.", file_path="src/auth.py", metadata={"s": 1}
    )
    bug = code.add_debugging_session("None in validate_token", "AttributeError: no id", "Added a null check")
    stats = code.get_stats()
    assert (stats["total_code_memories"], stats["total_non_code_memories"], stats["total_memories"]) == (3, 2, 5)
    found = asyncio.run(code.retrieve_relevant_memories("null check AttributeError"))
    assert found[0].memory_id == bug
    (first, *_) = asyncio.run(code.retrieve_relevant_memories("JWT authentication"))
    assert first.memory_id == doc
    assert first.metadata is not None
    assert first.metadata["category"] == "documentation"
    with pytest.raises(ValueError, match="content"):
        code.add_documentation_memory("title", " ")


def test_scores_are_cached_until_the_code_or_the_question_changes(tmp_path: Path, sources: Path) -> None:
    calls = 0

    async def counting(prompt: str) -> str:
        nonlocal calls
        calls += 1
        return '{"score": 0.9, "reasoning": "yes"}'

    with CodeMemorySystem(counting, str(tmp_path / "c"), embedding="none") as code:
        code.index_file(str(sources / "auth.py"))
        for _ in range(2):
            assert len(asyncio.run(code.retrieve_relevant_memories("login"))) == 3
        assert (calls, code.get_stats()["cache_stats"]["size"]) == (3, 3)
        (sources / "auth.py").write_text(SOURCES["auth.py"].replace("pass", "return 7"), encoding="utf-8")
        code.index_file(str(sources / "auth.py"))
        asyncio.run(code.retrieve_relevant_memories("login"))
        assert calls == 6
        code.clear_cache()
        assert code.get_stats()["cache_stats"]["size"] == 0


def test_what_the_current_file_uses_and_what_is_recent_count_more(tmp_path: Path, sources: Path) -> None:
    model = scorer(check_password=0.5, greet=0.5)
    with CodeMemorySystem(model, str(tmp_path / "c"), relevance_threshold=0.0, embedding="none") as code:
        os.utime(sources / "app.rb", (0, 0))
        os.utime(sources / "auth.py", (0, 0))
        code.index_file(str(sources / "app.rb"))
        code.index_file(str(sources / "auth.py"))
        user = sources / "user.py"
        user.write_text("from auth import check_password\n", encoding="utf-8")

        def scores() -> dict[str, float]:
            asked = CodeContext("how?", current_file=str(user), errors="E", accessed_files=["a", "b"])
            found = asyncio.run(code.retrieve_relevant_memories(asked))
            return {str((each.metadata or {})["qualified_name"]): round(each.relevance_score, 2) for each in found}

        assert scores()["check_password"] == 0.65
        assert scores()["greet"] == 0.5
        code.update_retrieval_config(enable_dependency_boost=False)
        assert scores()["check_password"] == 0.5
        os.utime(sources / "app.rb")
        (sources / "app.rb").write_text("def greet\n  2\nend\n", encoding="utf-8")
        code.reindex_file(str(sources / "app.rb"))
        assert scores()["greet"] == 0.6


def test_a_query_about_code_fills_the_template(code: CodeMemorySystem, sources: Path) -> None:
    code.index_file(str(sources / "auth.py"))

    async def primary(prompt: str) -> str:
        return prompt

    usual = asyncio.run(code.query(CodeContext("what does check_password do?", errors="E42"), primary))
    assert "def check_password" in usual
    assert "E42" in usual
    own = asyncio.run(code.query("check_password", primary, "Q={query} M={memories} {other}"))
    assert own.startswith("Q=check_password M=[1]")
    assert own.endswith("{other}")


# ---------------------------------------------------------------- Whence


def test_whence_remembers_finds_and_tells_why(repository: Path) -> None:
    settings = {"embedding": {"model": "none"}}
    with Whence(repository, settings) as memory:
        id = memory.remember("The cache is written through", labels=["cache"], importance=8)
        decided = memory.decide("Use LRU", "We evict the least used.", "It is simple.", files=["app.py"])
        assert [hit.id for hit in memory.search("written cache", labels=["cache"])] == [id]
        assert {hit.id for hit in memory.search()} == {id, decided}
        assert "The cache is written through" in memory.context("cache", budget=500).markdown
        assert memory.get(id).importance == 8
        memory.update(id, pinned=True)
        assert memory.get(id).pinned
        assert memory.why("app.py", 1).file == "app.py"
        memory.forget(decided)
        assert memory.status().total == 1
        memory.restore(decided)
        with pytest.raises(NotFound):
            memory.get("nonesuch")
    with Whence(str(repository), settings) as again:
        assert again.status().total == 2

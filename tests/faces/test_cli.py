import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests import forked
from tests.conftest import Git
from tests.model_cache import cached_model
from tests.patience import PATIENCE
from tests.provider import Provider
from whence.background.indexer import Indexer
from whence.engine import OPERATIONS
from whence.faces.cli.main import app
from whence.faces.cli.overview import overview


def whence(*words: str, cwd: Path, stdin: str | None = None, ok: bool = True) -> subprocess.CompletedProcess[str]:
    done = forked.run(
        [sys.executable, "-m", "whence", *words],
        cwd=cwd,
        text=True,
        encoding="utf-8",
        input=stdin,
        env={**os.environ, "COLUMNS": "200", "PYTHONIOENCODING": "utf-8"},
    )
    assert not ok or done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(autouse=True)
def without_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words are enough for all of these, and each process would load the model."""
    monkeypatch.setenv("WHENCE_EMBEDDING_MODEL", "none")


def test_a_command_does_not_wait_for_all_that_others_left_to_be_indexed(repository: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("whence.faces.cli.main._BRIEFLY", 0.1)
        patch.setattr(Indexer, "_catch_up", lambda indexer: indexer._stop.wait())
        done = CliRunner().invoke(app, ["remember", "The cache is written through", "-p", str(repository), "--json"])
    assert done.exit_code == 0, done.output
    (id,) = json.loads(done.stdout)["ids"]
    assert id in whence("search", "written", "cache", cwd=repository).stdout


def test_a_note_is_kept_found_shown_and_put_into_context(repository: Path) -> None:
    kept = json.loads(
        whence(
            "remember",
            "The cache is",
            "written through",
            "-l",
            "cache",
            "--field",
            "folder=team/web",
            "--json",
            cwd=repository,
        ).stdout
    )
    (id,) = kept["ids"]
    found = whence("search", "written", "cache", cwd=repository)
    assert "The cache is written through" in found.stdout
    assert id in found.stdout
    as_json = json.loads(whence("search", "cache", "--label", "cache", "--json", cwd=repository).stdout)
    assert [hit["id"] for hit in as_json["hits"]] == [id]
    assert whence("show", id, cwd=repository).stdout.startswith("The cache is written through\n\nNote · ")
    context = whence("context", "cache", "--budget", "500", cwd=repository)
    assert "The cache is written through" in context.stdout
    excluded = whence("context", "cache", "--exclude-folder", "team", "--json", cwd=repository).stdout
    assert (json.loads(excluded)["markdown"], json.loads(excluded)["sources"]) == ("", [])
    assert "1 notes" in whence("status", cwd=repository).stdout
    assert "1 memories" in whence("rebuild", cwd=repository).stdout
    assert id in whence("search", "cache", cwd=repository).stdout


def test_a_decision_takes_its_fields(repository: Path) -> None:
    words = (
        "remember",
        "-k",
        "decision",
        "--field",
        "rationale=no server to run",
        "Use LanceDB",
        "--importance",
        "8",
        "--json",
    )
    (id,) = json.loads(whence(*words, cwd=repository).stdout)["ids"]
    shown = json.loads(whence("show", id, "--json", cwd=repository).stdout)["memory"]
    assert (shown["decision"], shown["rationale"], shown["importance"]) == ("Use LanceDB", "no server to run", 8)


@pytest.mark.quick
def test_standard_input_is_kept(repository: Path) -> None:
    whence("remember", "-", cwd=repository, stdin="from a pipe: größer\nsecond line\n")
    assert "from a pipe: größer" in whence("search", "pipe", cwd=repository).stdout


def test_whole_paths_and_days_in_words_are_understood_in_a_folder_below(repository: Path) -> None:
    (below := repository / "below").mkdir()
    (below / "app.py").write_text("x = 1\n", encoding="utf-8")
    whence("remember", "kept below", "--file", str(below / "app.py"), cwd=below)
    words = ("search", "kept", "--file", str(below), "--since", "2 days ago", "--kind", "all")
    assert "kept below" in whence(*words, cwd=below).stdout


def test_another_folder_is_named_with_project(repository: Path, tmp_path: Path) -> None:
    whence("remember", "kept there", "--project", str(repository), cwd=tmp_path)
    assert "kept there" in whence("search", "kept", "-p", str(repository), cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("search", "x", "--kind", "riddle"), 1, "riddle"),
        (("search", "x", "--since", "someday"), 2, "someday"),
        (("search",), 2, "query"),
        (("remember", "x", "--field", "nonsense"), 2, "name=value"),
        (("remember", "x", "--field", "nonsense=1"), 1, "nonsense"),
        (("remember", "x", "-k", "riddle"), 1, "riddle"),
        (("remember", "  "), 1, "content"),
        (("show", "nothing"), 1, "no memory"),
        (("search", "x", "--project", "/no/such/folder"), 1, "folder"),
        (("unheard-of",), 2, "unheard-of"),
    ],
)
def test_a_mistake_is_explained_with_an_exit_code(
    repository: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    done = whence(*words, cwd=repository, ok=False)
    assert done.returncode == code
    assert message in done.stderr


def test_nothing_found_says_so_and_is_no_failure(repository: Path) -> None:
    done = whence("search", "anything", cwd=repository)
    assert done.stdout == ""
    assert "Nothing is remembered yet" in done.stderr


def test_every_operation_has_a_command_with_its_help(repository: Path) -> None:
    listed = whence("--help", cwd=repository).stdout
    named = {"get": "show"}
    for name in OPERATIONS.keys() - {"children", "form", "keep_draft"}:
        assert f" {named.get(name, name).replace('_', '-')} " in listed
    assert "30 days" in whence("forget", "--help", cwd=repository).stdout


def test_what_a_quick_look_left_out_can_be_asked_for(repository: Path, git: Git) -> None:
    (repository / "limits.py").write_text("".join(f"LIMIT_{n} = {n}\n" for n in range(600)), encoding="utf-8")
    git("add", "limits.py", cwd=repository)
    git("commit", "-qm", "Set limits", cwd=repository)
    assert whence("why", "limits.py", cwd=repository).stderr.endswith("whence why --thorough limits.py\n")
    assert "thorough" not in whence("why", "limits.py", "--thorough", cwd=repository).stderr.lower()


def test_a_comment_is_printed_unwrapped_as_it_goes_into_a_file(repository: Path) -> None:
    said = " ".join(["Charges are tried twice"] * 20)
    assert whence("as-comment", said, "python", cwd=repository).stdout == f"# {said}\n"
    assert "No comments of json" in whence("as-comment", said, "json", cwd=repository).stdout


def test_derived_commands_change_a_memory(repository: Path) -> None:
    (id,) = json.loads(whence("remember", "to be changed", "--json", cwd=repository).stdout)["ids"]
    assert "Changed" in whence("update", id, '{"importance": 9, "labels": ["a"]}', cwd=repository).stdout
    shown = json.loads(whence("show", id, "--json", cwd=repository).stdout)["memory"]
    assert (shown["importance"], shown["labels"]) == (9, ["a"])
    assert "Deleted" in whence("forget", id, cwd=repository).stdout
    assert whence("search", "changed", cwd=repository).stdout == ""
    assert json.loads(whence("restore", id, "--json", cwd=repository).stdout)["ids"] == [id]
    assert id in whence("search", "changed", cwd=repository).stdout
    assert "no JSON" in whence("update", id, "nonsense", cwd=repository, ok=False).stderr


def test_help_and_version_are_there(repository: Path) -> None:
    assert "remember" in whence("--help", cwd=repository).stdout
    assert whence("--version", cwd=repository).stdout.strip()


# ---------------------------------------------------------------- models


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """A model that costs something, and is asked about every time."""
    with Provider() as running:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-" + "proj-" + "q8W2e7R4t9Y1u6I3o5P0")
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        for name, value in {
            "MODEL": "openai/gpt-4o-mini",
            "SPENDING_THRESHOLD": "0",
            "EMBEDDING_MODEL": "none",
        }.items():
            monkeypatch.setenv(f"WHENCE_{name}", value)
        yield running


def test_nobody_to_agree_is_a_refusal_with_its_own_exit_code(repository: Path, provider: Provider) -> None:
    whence("remember", "The cache is written through", cwd=repository)
    done = whence("ask", "Is the cache written through?", cwd=repository, stdin="", ok=False)
    assert done.returncode == 3
    told = " ".join(done.stderr.split())
    assert "at most $" in told
    assert "was not sent" in told
    assert "--yes" in told
    assert not provider.seen
    done = whence("ask", "Is the cache written through?", "--yes", cwd=repository, stdin="")
    assert "at most $" in done.stderr
    assert provider.seen
    costs = whence("costs", cwd=repository).stdout
    assert "openai/gpt-4o-mini" in costs
    assert "This day: $" in costs
    assert "switched off" in whence("stop-models", cwd=repository).stdout
    assert "may be asked again" in whence("resume-models", cwd=repository).stdout


def test_in_a_terminal_it_is_asked_and_what_would_be_sent_is_shown(repository: Path, provider: Provider) -> None:
    whence("remember", "The cache is written through", cwd=repository)
    said = in_terminal("ask", "Is the cache written through?", cwd=repository, answers=("s", "n"))
    assert "at most $" in said
    assert "From the project's memory" in said
    assert "You chose not to ask the model" in said
    assert not provider.seen


def in_terminal(*words: str, cwd: Path, answers: tuple[str, ...]) -> str:
    """What a terminal shows of a command whose questions are answered in turn."""
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "whence", *words]
    environment = {**os.environ, "COLUMNS": "200", "TERM": "dumb"}
    shown, waiting = b"", list(answers)
    with subprocess.Popen(command, cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as child:
        os.close(theirs)
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # the other side is closed
                break
            if not part:
                break
            shown += part
            if waiting and shown.count(b"Send it?") > len(answers) - len(waiting):
                os.write(ours, waiting.pop(0).encode() + b"\n")
    os.close(ours)
    assert child.returncode == 0, shown.decode()
    return " ".join(shown.decode().split())


# ---------------------------------------------------------------- what a shell wants to know


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("search --kind de", ["decision"]),
        ("ask --kinds ses", ["session"]),
        ("search --set search.l", ["search.limit="]),
        ("standup --si", ["--since"]),
    ],
)
def test_the_shell_completes_words(
    repository: Path, monkeypatch: pytest.MonkeyPatch, words: str, offered: list[str]
) -> None:
    monkeypatch.setenv("_WHENCE_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"whence {words}")
    monkeypatch.setenv("COMP_CWORD", str(len(words.split())))
    assert whence(cwd=repository).stdout.split() == offered


def test_completion_can_be_installed(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert (
        "complete -o default -F _whence_completion whence" in whence("--show-completion", "bash", cwd=repository).stdout
    )
    whence("--install-completion", "bash", cwd=repository)
    assert "_whence_completion" in (tmp_path / ".bash_completions" / "whence.sh").read_text(encoding="utf-8")


def test_the_help_tells_the_exit_codes(repository: Path) -> None:
    told = " ".join(whence("--help", cwd=repository).stdout.split())
    for code in ("0 it was done", "1 it failed", "2 the words", "3 a model", "130 it was interrupted"):
        assert code in told


def test_the_help_and_the_version_load_no_library() -> None:
    for word in ("--help", "-h", "--version"):
        code = f"import sys; sys.argv[1:] = [{word!r}]; from whence.__main__ import main; main(); print(*sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        loaded = set(done.stdout.splitlines()[-1].split())
        assert "sys" in loaded
        assert not loaded & {"pydantic", "typer", "rich", "click", "numpy", "whence.engine"}, word


@pytest.mark.parametrize("width", [20, 60, 300])
def test_the_help_fits_the_terminal(width: int) -> None:
    lines = overview(width).splitlines()
    assert max(map(len, lines)) <= min(max(width, 44), 110)
    assert any(line.startswith("  why") for line in lines)


READING = """
import sys, whence.__main__
class Input:
    def read(self):
        print("reading", flush=True)
        return sys.__stdin__.read()
sys.stdin = Input()
whence.__main__.main()
"""


def test_an_interrupted_command_says_so_by_its_exit_code(repository: Path) -> None:
    command = [sys.executable, "-c", READING, "remember", "-"]
    with subprocess.Popen(command, cwd=repository, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"reading\n"
        child.send_signal(signal.SIGINT)
        assert child.wait(PATIENCE) == 130


def test_an_import_ends_with_questions_and_the_commands_that_ask_them(repository: Path, git: Git) -> None:
    folder = repository / "shop"
    folder.mkdir()
    for number in range(4):
        lines = "".join(f"    rounded += {line}\n" for line in range(number + 1))
        (folder / "basket.py").write_text(f"def total(rounded):\n{lines}    return rounded\n", encoding="utf-8")
        git("add", ".", cwd=repository)
        git("commit", "-qm", f"Round, step {number}\n\nThe gateway counts in whole cents.", cwd=repository)
    done = whence("import-history", "--later", cwd=folder)
    assert "5 commits: 5 changes" in done.stdout
    assert "A question to try\n\n1. Why is total as it is?\n" in done.stdout
    assert "whence:/" not in done.stdout + done.stderr
    assert done.stdout.count("Imported 5 commits.") == 1 and "Imported" not in done.stderr
    (command,) = [line.removeprefix("1. whence ") for line in done.stderr.splitlines() if line.startswith("1. ")]
    assert command == "why basket.py:1-6"
    assert "The gateway counts in whole cents." in whence(*command.split(), cwd=folder).stdout


@pytest.mark.parametrize(("words", "share"), [((), 1.0), (("--later",), 0.0)], ids=["at once", "later"])
def test_an_import_is_found_by_meaning_when_it_ends(
    repository: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], share: float
) -> None:
    monkeypatch.setenv("WHENCE_EMBEDDING_MODEL", cached_model().name)
    assert "Imported 1 commit" in whence("import-history", *words, cwd=repository).stdout
    made = json.loads(whence("status", "--json", cwd=repository).stdout)["embedding"]
    assert made["embedded"] == share * made["passages"] and made["passages"] > 0


def test_an_import_without_a_model_says_why_it_is_found_by_words_alone(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHENCE_CACHE", str(tmp_path / "no models here"))
    monkeypatch.setenv("WHENCE_EMBEDDING_MODEL", "all-MiniLM-L6-v2")
    done = whence("import-history", "--set", "embedding.download=false", cwd=repository)
    assert "Imported 1 commit" in done.stdout
    assert "fetching it is switched off" in done.stderr
    assert "Add the sum" in whence("search", "sum", cwd=repository).stdout


def test_what_fits_badly_is_told_as_such(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHENCE_EMBEDDING_MODEL", cached_model().name)
    whence("import-history", cwd=repository)
    whence("remember", "The sum of two numbers is taken in app.py", cwd=repository)
    done = whence("search", "numbers for a cake of apples and wine", cwd=repository)
    assert ("Nothing fits well" in done.stderr, bool(done.stdout)) == (True, True)

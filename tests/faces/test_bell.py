"""The bell at the door: commands that read are answered by who has the project open, as they would themselves."""

import json
import os
import re
import signal
import socket
import stat
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread
from mcp.client.client import Client

from tests import forked
from tests.conftest import Git
from tests.faces.test_mcp import talk
from tests.opened import Engine
from tests.patience import PATIENCE, until
from tests.rpc import LspClient
from whence.__main__ import _answer
from whence.engine import OPERATIONS
from whence.faces.bell import pipes, sockets, wire
from whence.faces.bell.porter import hang
from whence.faces.bell.visitor import ask, ring
from whence.faces.cli.response import answer
from whence.faces.mcp.host import Host
from whence.values.homes import data_folder, data_home
from whence.values.memory import Note
from whence.values.settings import parse
from whence.values.version import VERSION

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="bells are pipes there")

HEAVY = {"lancedb", "pyarrow", "numpy", "pydantic", "typer", "rich", "subprocess", "typing", "pathlib"}
COMMAND = (
    "import sys\n"
    "from whence.__main__ import main\n"
    "loaded, sys.argv[1:] = sys.argv[1], sys.argv[2:]\n"
    "try:\n"
    "    main()\n"
    "finally:\n"
    "    open(loaded, 'w').write(' '.join(sys.modules))\n"
)
ALONE = {"WHENCE_SEARCH_LIMIT": "20"}
"""An environment in which a command opens the memory by itself: the option has its default, but no server knows it."""


@pytest.fixture(autouse=True)
def without_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words are enough, and each process would load the model."""
    monkeypatch.setenv("WHENCE_EMBEDDING_MODEL", "none")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def engine(home: Path, repository: Path) -> Iterator[Engine]:
    with Engine(repository, parse({"embedding": {"model": "none"}})) as engine:
        engine.writer.write([Note(content="Zebra caches are written through")])
        engine.settle(PATIENCE)
        yield engine


def rung(engine: Engine) -> Path:
    """The bell that is hung up for an open project."""
    before = set(bells())
    hang(engine.project, answer)
    (bell,) = set(bells()) - before
    return bell


def bells() -> list[Path]:
    folder = data_home() / "bells"
    return sorted(folder.iterdir()) if folder.exists() else []


def command(*words: str, loaded: Path) -> list[str]:
    return [sys.executable, "-c", COMMAND, str(loaded), *words]


def _opener(environment: dict[str, str]) -> type["subprocess.Popen[bytes]"]:
    """What starts a command: what a process loads matters only where somebody may answer it."""
    return forked.Popen if ALONE.items() <= environment.items() else subprocess.Popen


def piped(*words: str, cwd: Path, loaded: Path, **environment: str) -> tuple[int, bytes, bytes]:
    """A command between pipes: its exit code, and what it printed."""
    with _opener(environment)(
        command(*words, loaded=loaded),
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
    ) as done:
        out, errors = done.communicate()
    assert b"Traceback" not in errors, errors
    return done.returncode, out, errors


def typed(*words: str, cwd: Path, loaded: Path, **environment: str) -> tuple[int, bytes, bytes]:
    """The same in a terminal of 60 columns that has 256 colours."""
    import fcntl  # which Windows has not
    import termios

    mine, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 24, 60, 0, 0))
    with _opener(environment)(
        command(*words, loaded=loaded),
        cwd=cwd,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", **environment},
    ) as running:
        os.close(theirs)
        shown = b""
        try:
            while more := os.read(mine, 65_536):
                shown += more
        except OSError:  # as Linux says that the last one has left a terminal
            pass
        os.close(mine)
    return running.returncode, shown, b""


Run = Callable[..., tuple[int, bytes, bytes]]


def rounded(said: tuple[int, bytes, bytes]) -> tuple[int, str, str]:
    """The same with scores that do not tell how many seconds old a memory is.

    Nor does it tell that a process which just opened the memory has not looked yet whether there is something to index.
    """
    code, *streams = said
    out, err = (re.sub(r"\d+\.\d{4,}", lambda found: f"{float(found[0]):.3f}", each.decode()) for each in streams)
    return code, out.replace('"state": "indexing"', '"state": "ready"'), err


def at_the_bell(run: Run, *words: str, loaded: Path, **how: Any) -> tuple[int, bytes, bytes] | None:
    """What a command prints that is answered; None where the server was too slow, so that it opened the memory."""
    said = run(*words, loaded=loaded, **how)
    return None if HEAVY & set(loaded.read_text().split()) else said


ASCII = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}


def test_an_answer_at_the_bell_is_the_one_that_the_command_gives(home: Path, repository: Path, tmp_path: Path) -> None:
    (repository / "deep").mkdir()
    loaded = tmp_path / "loaded"
    with LspClient(home) as server:
        server.start(repository)
        note = {"kind": "note", "content": "Größe – the zebra cache is written through, since reads are many."}
        (id,) = server.request("whence/remember", {"memory": note})["ids"]
        server.until("the note", lambda: server.request("whence/search", {"query": "zebra"})["hits"])
        until(bells, "a bell")
        cases: list[tuple[Run, list[str], Path, dict[str, str]]] = [
            (piped, ["search", "-n", "1", "--json", "größe"], repository, ASCII),
            (piped, ["search", "nothing like it", "--set", "search.limit=3", "-p", "."], repository / "deep", {}),
            (typed, ["search", "zebra"], repository, {"COLORTERM": "truecolor"}),
            (piped, ["context", "zebra", "--budget", "500"], repository, {}),
            (piped, ["why", "../app.py:1-2"], repository / "deep", {"COLUMNS": "50"}),
            (typed, ["why", str(repository / "app.py")], tmp_path, {}),
            (typed, ["show", id, "--project", str(repository)], tmp_path, {}),
            (piped, ["show", "nobody"], repository, {}),
            (piped, ["status", "--json"], repository, {}),
            (piped, ["ask", "Why is the zebra cache written through?"], repository, {}),
        ]
        for run, words, folder, environment in cases:
            if words[0] == "why" and folder == tmp_path:
                words = [*words, "-p", str(repository)]
            alone = run(*words, cwd=folder, loaded=loaded, **environment, **ALONE)
            assert "typer" in loaded.read_text().split(), "this one was to open the memory by itself"
            asked = until(partial(at_the_bell, run, *words, cwd=folder, loaded=loaded, **environment), f"{words}")
            assert rounded(asked) == rounded(alone), words
            assert alone[1] or alone[2]


def test_a_killed_server_leaves_nothing_that_hurts_and_the_other_one_answers(
    home: Path, repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(repository)
    with LspClient(home) as first, LspClient(home) as second:
        for server in (first, second):
            server.start(repository)
            server.request("whence/status")
        until(lambda: len(bells()) == 2, "two bells")
        until(lambda: ask(["status"]) == 0, "an answer")
        first.kill()
        assert len(bells()) == 2, "it had no time to take its own down"
        capsys.readouterr()
        until(lambda: ask(["status"]) == 0, "the other one's answer")
        assert "Memories" in capsys.readouterr().out
        second.kill()
        # A git that it was just starting may hold the socket for a moment.
        until(
            lambda: ask(["status"]) is None and not bells(), "the bell to be taken down by whoever finds nobody there"
        )
    code, said, _ = piped("status", cwd=repository, loaded=tmp_path / "loaded")
    assert (code, b"Memories" in said) == (0, True)


def test_a_server_that_hangs_is_not_waited_for(home: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    with LspClient(home) as server:
        server.start(repository)
        server.request("whence/status")
        until(bells, "a bell")
        os.kill(server.process.pid, signal.SIGSTOP)
        try:
            assert ask(["status"]) is None
        finally:
            os.kill(server.process.pid, signal.SIGCONT)
        assert len(bells()) == 1, "it may go on"


class Stranger:
    """A bell that is hung up here, and who answers it says what a test wants said."""

    def __init__(self, root: Path, *says: dict[str, Any], stays: bool = False) -> None:
        folder = data_home() / "bells"
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        self._listener = sockets.Listener(str(folder), str(root.resolve()))
        self._says, self._leaving = says, threading.Event()
        if not stays:
            self._leaving.set()
        self.heard: list[Any] = []
        self._thread = threading.Thread(target=self._answer)
        self._thread.start()

    def _answer(self) -> None:
        line = self._listener.accept()
        assert line is not None
        try:
            for message in self._says:
                line.send(message)
                self.heard.append(line.receive(PATIENCE))
        except OSError:
            pass  # who rang has hung up
        self._leaving.wait()
        line.close()

    def __enter__(self) -> "Stranger":
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        self._thread.join()
        self._listener.close()
        self._listener.release()


@pytest.mark.parametrize(
    "says",
    [
        pytest.param([{"version": "0.0.9"}], id="another version"),
        pytest.param([{"whence": VERSION}], id="no greeting"),
        pytest.param([], id="nothing, and hangs up"),
    ],
)
def test_who_is_not_this_version_is_told_nothing(
    repository: Path, monkeypatch: pytest.MonkeyPatch, says: list[dict[str, Any]]
) -> None:
    monkeypatch.chdir(repository)
    with Stranger(repository, *says) as stranger:
        assert ask(["search", "what nobody else is to know"]) is None
    assert stranger.heard == []


@pytest.mark.parametrize(
    "says", [{}, {"code": "all is well"}, {"code": 0, "told": [["out"]]}, {"code": 0, "told": [["file", "text"]]}]
)
def test_an_answer_that_is_none_is_not_printed(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], says: dict[str, Any]
) -> None:
    monkeypatch.chdir(repository)
    with Stranger(repository, {"version": VERSION}, says):
        assert ask(["search", "zebra"]) is None
    assert capsys.readouterr() == ("", "")


def test_who_falls_silent_while_answering_is_left(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    with Stranger(repository, {"version": VERSION}, stays=True) as silent:
        assert ask(["status"]) is None
    assert silent.heard[0]["words"] == ["status"]


def test_a_bell_is_for_this_user_alone(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    bell = rung(engine)
    assert stat.S_IMODE(bell.stat().st_mode) == 0o600
    assert stat.S_IMODE(bell.parent.stat().st_mode) == 0o700
    monkeypatch.chdir(engine.place.root)
    until(lambda: ask(["status"]) == 0, "an answer")
    bell.parent.chmod(0o755)
    assert ask(["status"]) is None, "others could have hung it up"
    hang(engine.project, answer)
    assert bells() == [bell]


def test_the_process_at_the_other_end_is_known_by_its_user() -> None:
    one, other = socket.socketpair()
    with one, other:
        assert sockets.same_user(one)


def test_a_bell_comes_down_with_its_project(home: Path, repository: Path) -> None:
    with Engine(repository, parse({"embedding": {"model": "none"}})) as engine:
        rung(engine)
    assert bells() == []
    assert not [each.name for each in threading.enumerate() if each.name.startswith("whence-bell")]


def test_a_folder_with_a_long_name_has_a_bell(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WHENCE_HOME", str(tmp_path / ("deep" * 20) / ("down" * 20)))
    monkeypatch.chdir(repository)
    with Engine(repository, parse({"embedding": {"model": "none"}})) as engine:
        bell = rung(engine)
        assert len(os.fsencode(bell)) > 108
        assert stat.S_IMODE(bell.stat().st_mode) == 0o600
        until(lambda: ask(["status", "--json"]) == 0, "an answer")
        assert json.loads(capsys.readouterr().out)["project"] == engine.place.id
        assert Path.cwd() == repository


def request(bell: Path, *words: str, folder: Path, **other: Any) -> dict[str, Any] | None:
    """What is answered at a bell to words typed in a folder."""
    line = sockets.connect(str(bell))
    assert line is not None
    shown = {"terminal": False, "encoding": "utf-8"}
    look = {"out": shown, "err": shown, "variables": {}, "size": None}
    asked = {"words": words, "folder": str(folder), "look": look, "surroundings": wire.surroundings(), **other}
    try:
        assert line.receive(PATIENCE) == {"version": VERSION}
        line.send(asked)
        while (said := line.receive(PATIENCE)) is None:
            continue
        return said or None
    finally:
        line.close()


def test_what_would_come_out_otherwise_is_left_to_the_command(
    engine: Engine, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bell, root = rung(engine), engine.place.root
    assert request(bell, "search", "zebra", folder=root)
    # Options by which something else would be opened, or a model be asked.
    for option in (
        "storage.uri=/elsewhere",
        "embedding.model=all-MiniLM-L6-v2",
        "code.index=true",
        "search.scored=true",
    ):
        assert request(bell, "search", "zebra", "--set", option, folder=root) is None, option
    assert request(bell, "ask", "Why zebras?", folder=root)
    assert request(bell, "ask", "Why zebras?", "--set", "model=openai/gpt-4o", folder=root) is None
    assert request(bell, "ask", "Why zebras?", "--keep", folder=root) is None, "nothing is written for a visitor"
    # Words that are wrong are explained where they were typed.
    assert request(bell, "search", folder=root) is None
    assert request(bell, "search", "zebra", "--no-such-option", folder=root) is None
    assert request(bell, "remember", "A note", folder=root) is None
    # Another environment, or none.
    assert request(bell, "search", "zebra", folder=root, surroundings={}) is None
    assert (
        request(bell, "search", "zebra", folder=root, surroundings={**(wire.surroundings() or {}), "TZ": "X"}) is None
    )
    monkeypatch.setenv("GIT_CONFIG_COUNT", "0")
    assert wire.surroundings() is None
    assert request(bell, "search", "zebra", folder=root) is None
    monkeypatch.delenv("GIT_CONFIG_COUNT")
    # Other projects: one within, a work tree beside, a folder that git ignores, one that is not there.
    git("init", "-q", str(root / "within"))
    git("worktree", "add", "-q", str(tmp_path / "beside"), cwd=root)
    (root / ".gitignore").write_text("ignored\n", encoding="utf-8")
    (root / "ignored").mkdir()
    (root / "own").mkdir()
    assert request(bell, "search", "zebra", folder=root / "own")
    for folder in (root / "within", tmp_path / "beside", root / "ignored", root / "gone", tmp_path):
        assert request(bell, "search", "zebra", folder=folder) is None, folder.name
    assert engine.search("zebra").hits, "and all the while it is open as before"


def test_what_a_command_does_by_itself_is_not_asked(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    rung(engine)
    monkeypatch.chdir(engine.place.root)
    until(lambda: ask(["ask", "Why zebras?"]) == 0, "an answer")
    for word in ("--help", "-h", "--keep", "--yes", "-y", "-"):
        assert ask(["ask", "Why zebras?", word]) is None, word


def test_what_is_no_request_is_not_answered_and_harms_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    bell = rung(engine)
    deep = b"[" * 100_000 + b"\n"
    for raw in (b"", b"\n", b"null\n", b"[]\n", b'{"words": 3}\n', b'{"surroundings": {}}\n', b"\xff\xfe\n", deep):
        with socket.socket(socket.AF_UNIX) as ringing:
            ringing.settimeout(PATIENCE)
            ringing.connect(str(bell))
            ringing.sendall(raw)
            ringing.shutdown(socket.SHUT_WR)
            while ringing.recv(65_536):
                pass
    monkeypatch.chdir(engine.place.root)
    until(lambda: ask(["status"]) == 0, "an answer")


def test_a_workspace_that_is_not_trusted_has_no_bell(home: Path, repository: Path) -> None:
    with LspClient(home) as server:
        server.start(repository, trusted=False)
        server.request("whence/status")
        assert bells() == []


def test_the_server_of_programs_has_a_bell_too(home: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    with ExitStack() as stack:
        serving = [sys.executable, "-m", "whence", "serve", "--port", "0"]
        running = stack.enter_context(subprocess.Popen(serving, cwd=repository, stderr=subprocess.DEVNULL))
        stack.callback(running.kill)
        until(bells, "a bell")
        until(lambda: ask(["status"]) == 0, "an answer")


def test_the_server_of_assistants_has_a_bell_once_its_memory_is_open(
    home: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)

    async def steps(client: Client) -> tuple[list[Path], bool]:
        before = bells()
        await client.call_tool("search", {"query": "zebra"})
        return before, await to_thread.run_sync(lambda: until(lambda: ask(["status"]) == 0))

    assert talk(repository, steps) == ([], True)
    assert bells() == []


def test_tools_that_read_are_answered_by_who_has_the_project_open(engine: Engine) -> None:
    """As the same tools answer where nobody else has it open; nothing is opened for them."""
    (note,) = engine.search("zebra").hits
    asked: list[tuple[str, dict[str, Any]]] = [
        ("search", {"query": "zebra"}),
        ("search", {"query": "zebra", "limit": "no number"}),
        ("get", {"ids": [note.id]}),
        ("get", {"ids": ["nothing"]}),
        ("context", {"query": "caches"}),
        ("why", {"file": str(engine.place.root / "app.py"), "start": 1, "end": 2}),
        ("project_context", {}),
    ]
    alone = Host(engine.place.root)
    try:
        own = [alone.call(name, given, lambda message, share: None) for name, given in asked]
    finally:
        alone.close()
    hang(engine.project, _answer)
    host = Host(engine.place.root, elsewhere=partial(ring, telling="text"))
    assert [host.call(name, given, lambda message, share: None) for name, given in asked] == own
    assert [each.is_error for each in own] == [False, True, False, True, False, False, False]
    assert not host._projects
    host.close()


def test_an_assistant_s_server_opens_nothing_until_it_writes_and_finds_that_at_once(
    home: Path, repository: Path
) -> None:
    with LspClient(home) as server:
        server.start(repository)
        server.request("whence/remember", {"memory": {"kind": "note", "content": "Zebra caches are written through"}})

        async def steps(client: Client) -> list[int]:
            counts = [len(bells())]
            for word in ("zebra", "okapi"):
                if word == "okapi":
                    await client.call_tool("remember", {"kind": "note", "content": "Okapi caches are not"})
                told = await client.call_tool("search", {"query": word})
                assert f"{word.capitalize()} caches" in str(told.content)
                counts.append(len(bells()))
            return counts

        assert talk(repository, steps) == [1, 1, 2]


def test_the_quick_way_to_the_data_folder_leads_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("WHENCE_HOME")
    for name, value in (
        ("XDG_DATA_HOME", str(tmp_path)),
        ("XDG_DATA_HOME", "relative"),
        ("HOME", str(tmp_path)),
        ("HOME", ""),
    ):
        monkeypatch.setenv(name, value)
        assert data_folder() == str(data_home()), f"{name}={value}"
    monkeypatch.setenv("WHENCE_HOME", str(tmp_path / "a" / ".." / "b"))
    assert data_folder() == str(data_home()) == str(tmp_path.resolve() / "b")


def test_every_command_that_may_be_asked_for_is_one(home: Path) -> None:
    from whence.faces.bell import COMMANDS
    from whence.faces.cli.command_names import COMMANDS as ALL

    assert set(ALL) >= COMMANDS
    assert {"search", "context", "why", "ask"} <= set(OPERATIONS)


def test_a_bell_on_a_pipe(tmp_path: Path) -> None:
    """As on Windows, with a socket in the place of the pipe, which is all that differs."""
    listener = pipes.Listener(str(tmp_path), str(tmp_path))
    (bell,) = [each for each in tmp_path.iterdir() if not each.name.startswith(".")]
    assert stat.S_IMODE(bell.stat().st_mode) == 0o600
    told = json.loads(bell.read_text())

    def answer_two() -> None:
        for _ in range(2):
            line = listener.accept()
            assert line is not None
            line.send({"version": VERSION})
            try:
                heard.append(line.receive(PATIENCE))
                line.send(None)
                line.send({"code": 0})
            except PermissionError:
                heard.append("a stranger")
            line.close()

    heard: list[Any] = []
    thread = threading.Thread(target=answer_two)
    thread.start()
    line = pipes.connect(str(bell))
    assert line is not None
    assert line.receive(PATIENCE) == {"version": VERSION}
    line.send({"words": ["größe", "\udcff"]})
    assert [line.receive(PATIENCE), line.receive(PATIENCE)] == [None, {"code": 0}]
    line.close()
    stranger = pipes.Pipe(pipes.Client(told["address"]), "guessed", told["server"])
    stranger.receive(PATIENCE)
    stranger.send({"words": ["search"]})
    thread.join()
    assert heard == [{"words": ["größe", "\udcff"]}, "a stranger"]
    waiting = threading.Thread(target=lambda: heard.append(listener.accept()))
    waiting.start()
    listener.close()
    waiting.join()
    assert heard[-1] is None
    listener.release()
    assert not bell.exists()
    bell.write_text(json.dumps(told), encoding="utf-8")
    assert pipes.connect(str(bell)) is None
    assert not bell.exists()

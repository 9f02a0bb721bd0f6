import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.engine.test_transcript_offer import transcript
from tests.opened import Engine
from tests.patience import PATIENCE, until
from tests.rpc import LspClient, RpcError
from whence.faces.lsp.server import make_server
from whence.values.memory import Note
from whence.values.settings import parse


@pytest.fixture
def start(home: Path) -> Iterator[Callable[..., LspClient]]:
    clients: list[LspClient] = []

    def run(*folders: Path, **options: Any) -> LspClient:
        clients.append(LspClient(home))
        clients[-1].start(*folders, **options)
        return clients[-1]

    yield run
    for client in clients:
        with client:
            pass


@pytest.fixture
def client(start: Callable[..., LspClient], repository: Path) -> LspClient:
    return start(repository)


def titles(client: LspClient, query: str = "", **params: Any) -> list[str]:
    return [hit["title"] for hit in client.request("whence/search", {"query": query, **params})["hits"]]


@pytest.mark.quick
def test_a_saved_file_is_found(client: LspClient, repository: Path) -> None:
    client.request("whence/status")
    (repository / "new module.py").write_text("class RateLimiter:\n    pass\n", encoding="utf-8")
    client.save(repository / "new module.py")
    client.until("the save to be found", lambda: titles(client, "rate limiter"))
    assert any(n["method"] == "whence/changed" and n["params"]["ids"] for n in client.notifications)
    assert client.stop() == 0


def test_the_first_question_needs_no_import(client: LspClient, repository: Path) -> None:
    """The first that a new user asks, while nothing is remembered: git alone answers."""
    why = client.request("whence/why", {"file": (repository / "app.py").as_uri(), "start": 2})
    (band,) = why["bands"]
    assert (band["title"], band["author"], band["lines"], band["id"]) == ("Add the sum", "Test Author", [2], "")
    assert why["onlyGit"] == [band["commit"]]
    changed = client.request("whence/lineChange", {"file": (repository / "app.py").as_uri(), "line": 2})
    assert "+    return a + b" in changed["diff"]
    status = client.request("whence/status")
    assert (status["total"], status["imported"]) == (0, False)


def test_a_saved_file_is_checked_against_the_rules(client: LspClient, repository: Path) -> None:
    def marks() -> list[list[dict[str, Any]]]:
        told = [each["params"] for each in client.notifications if each["method"] == "textDocument/publishDiagnostics"]
        return [each["diagnostics"] for each in told if each["uri"].endswith("cart.py")]

    client.request("whence/recordRule", {"pattern": "print(", "reason": "The log has a place of its own"})
    path = repository / "cart.py"
    path.write_text("x = 1\nprint(x)\n", encoding="utf-8")
    client.save(path)
    client.until("the line to be marked", marks)
    ((mark,),) = marks()
    assert mark["range"]["start"]["line"] == 1
    assert mark["message"] == "No line may hold print(: The log has a place of its own"
    path.write_text("x = 1\n", encoding="utf-8")
    client.save(path)
    client.until("the mark to be gone", lambda: len(marks()) == 2)
    assert marks()[1] == []


def test_a_report_leads_to_the_forge(start: Callable[..., LspClient], repository: Path) -> None:
    subprocess.run(["git", "-C", repository, "remote", "add", "origin", "git@github.com:shop/cart.git"], check=True)
    client = start(repository)
    client.request("whence/remember", {"memory": {"kind": "decision", "decision": "Sum in cents (#12)"}})
    page = client.request("whence/standup")["markdown"]
    assert "Sum in cents ([#12](https://github.com/shop/cart/issues/12))" in page


def test_what_is_refused_is_no_error_in_the_log(client: LspClient) -> None:
    with pytest.raises(RpcError, match="no memory"):
        client.request("whence/get", {"id": "01a2296b-51d2-747f-b7fc-7b2cade4056f"})

    def told(kind: int) -> list[str]:
        logged = [each["params"] for each in client.notifications if each["method"] == "window/logMessage"]
        return [each["message"] for each in logged if each["type"] == kind]

    client.until("what the log says", lambda: any("whoever asked was told why" in each for each in told(3)))
    assert told(1) == []


def test_every_operation_answers(client: LspClient) -> None:
    ask = client.request
    (id,) = ask("whence/remember", {"memory": {"kind": "note", "content": "the first note"}})["ids"]
    client.until("the note to be found", lambda: titles(client, "first note"))
    assert ask("whence/context", {"query": "first note"})["sources"][0]["id"] == id
    assert ask("whence/get", {"id": id})["memory"]["content"] == "the first note"
    assert ask("whence/update", {"id": id, "changes": {"pinned": True}})["ids"] == [id]
    group = next(node["id"] for node in ask("whence/children")["nodes"] if node["label"] == "Notes")
    assert ask("whence/children", {"parent": group})["nodes"][0]["memory"] == id
    assert ask("whence/forget", {"ids": [id]})["ids"] == [id]
    assert ask("whence/children")["nodes"][-1]["label"] == "Bin"
    assert ask("whence/restore", {"ids": [id]})["ids"] == [id]
    assert ask("whence/form", {"kind": "note"})["fields"]
    assert ask("whence/status")["total"] == 1
    assert "1 memories" in ask("whence/rebuild", {"workDoneToken": "t"})["note"]
    progress = [n["params"]["value"]["kind"] for n in client.notifications if n["method"] == "$/progress"]
    assert progress[0] == "begin"
    assert progress[-1] == "end"


def test_files_are_named_by_uri_from_any_folder_of_the_project(
    start: Callable[..., LspClient], repository: Path, tmp_path: Path
) -> None:
    inside = repository / "süb folder"
    inside.mkdir()
    client = start(inside)
    here, elsewhere = (inside / "app.py").as_uri(), (tmp_path / "other.py").as_uri()
    note = {"kind": "note", "content": "about the file", "files": [here]}
    (id,) = client.request("whence/remember", {"memory": note})["ids"]
    assert client.request("whence/get", {"id": id})["memory"]["files"] == ["süb folder/app.py"]
    client.until("the note to be found", lambda: titles(client, "about the file", files=[here]))
    assert titles(client, "about the file", files=["süb folder"], focus={"file": here})
    assert client.request("whence/search", {"query": "note on a file", "focus": {"file": elsewhere}})["hits"]
    (hit,) = client.request("whence/search", {"query": "about the file", "focus": {"recent": [here]}})["hits"]
    assert "edited lately" in hit["why"]


@pytest.mark.parametrize(
    ("method", "params", "code", "message"),
    [
        ("whence/search", None, -32602, "query"),
        ("whence/search", [], -32602, "one object"),
        ("whence/search", "x", -32602, "one object"),
        ("whence/search", {"query": {"jsonrpc": "2.0", "method": "x", "id": 1}}, -32602, "query"),
        ("whence/search", {"query": "x", "limit": "many"}, -32602, "limit"),
        ("whence/search", {"query": "x", "kinds": ["riddle"]}, -32602, "riddle"),
        ("whence/search", {"query": "x", "workspaceFolder": "file:///elsewhere"}, -32602, "workspaceFolder"),
        ("whence/get", {"id": "none"}, -32001, "no memory"),
        ("whence/get", {"id": 7}, -32602, "id"),
        ("whence/remember", {"memory": {"kind": "note"}}, -32602, "content"),
        ("whence/children", {"parent": "nonsense"}, -32602, "row"),
        ("whence/forget", {"ids": []}, -32602, "ids"),
        ("whence/nothing", {}, -32601, "whence/nothing"),
        ("textDocument/hover", {"wrong": True}, -32601, "textDocument/hover"),
        ("window/workDoneProgress/cancel", {"wrong": True}, -32602, "workDoneProgress"),
    ],
)
def test_a_malformed_request_is_told_what_is_wrong(
    client: LspClient, method: str, params: Any, code: int, message: str
) -> None:
    with pytest.raises(RpcError, match=message) as error:
        client.request(method, params)
    assert error.value.code == code
    assert "Traceback" not in error.value.raw
    assert 'File "' not in error.value.raw
    assert str(Path(sys.prefix).parent) not in error.value.raw


def test_broken_messages_do_not_stop_the_server(client: LspClient) -> None:
    client.send(b"{not json")
    client.send({"jsonrpc": "2.0"})
    client.send({"jsonrpc": "1.0", "id": 5, "method": "whence/search"})
    client.notify("whence/search", {"query": 1})
    client.notify("textDocument/didSave", {"wrong": 1})
    client.notify("textDocument/didSave", {"textDocument": {"uri": "untitled:Untitled-1"}})
    client.notify("workspace/didChangeConfiguration", "nonsense")
    assert client.request("whence/status")["state"] in ("ready", "indexing")


def test_requests_before_the_memory_is_open_wait_for_it(start: Callable[..., LspClient], repository: Path) -> None:
    client = start(repository)
    assert client.request("whence/status", {})["total"] == 0


def test_without_a_folder_every_request_says_so(start: Callable[..., LspClient]) -> None:
    client = start()
    with pytest.raises(RpcError, match="Open a folder"):
        client.request("whence/search", {"query": "x"})
    assert client.stop() == 0


def test_each_folder_is_its_project(start: Callable[..., LspClient], repository: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    client = start(repository, other)
    first, second = repository.as_uri(), other.as_uri()
    (a,) = client.request("whence/remember", {"workspaceFolder": first, "memory": {"kind": "note", "content": "one"}})[
        "ids"
    ]
    (b,) = client.request("whence/remember", {"workspaceFolder": second, "memory": {"kind": "note", "content": "two"}})[
        "ids"
    ]
    assert titles(client, workspaceFolder=first) == ["one"]
    assert titles(client, workspaceFolder=second) == ["two"]
    assert client.request("whence/get", {"id": b})["memory"]["content"] == "two"
    roots = client.request("whence/children")["nodes"]
    assert [node["label"] for node in roots] == [repository.name, "other"]
    groups = client.request("whence/children", {"parent": roots[1]["id"]})["nodes"]
    (group,) = [each for each in groups if each["label"] == "Notes"]
    (leaf,) = client.request("whence/children", {"parent": group["id"]})["nodes"]
    assert leaf["memory"] == b != a
    alone = {"file": (other / "app.py").as_uri()}
    (root,) = client.request("whence/children", alone)["nodes"]
    assert root["label"] == "other"
    (hint,) = client.request("whence/children", {"parent": root["id"], **alone})["nodes"]
    assert hint["command"] == "whence.why", "nothing is remembered of this file"
    client.notify(
        "workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [{"uri": second, "name": "x"}]}}
    )
    client.until("the folder to close", lambda: client.request("whence/children")["nodes"][0]["label"] == "Now")


def test_settings_arrive_and_wrong_ones_are_named(client: LspClient, repository: Path) -> None:
    client.request("whence/status")
    client.notify(
        "workspace/didChangeConfiguration",
        {"settings": {"capture": {"enabled": False}, "embedding": {"model": "none"}}},
    )
    client.until("capture to stop", lambda: client.request("whence/status")["capture"] == "off")
    client.notify("workspace/didChangeConfiguration", {"settings": {"capture": {"burstMinutes": "soon"}}})
    client.until("the message", lambda: any("burstMinutes" in json.dumps(n) for n in client.notifications))


def test_a_rebuild_can_be_cancelled(client: LspClient, repository: Path) -> None:
    with Engine(repository, parse({"embedding": {"model": "none"}})) as engine:
        engine.writer.write([Note(content=f"n{n}") for n in range(2000)])
        assert engine.settle(PATIENCE)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(client.request, "whence/rebuild", {"workDoneToken": "stop me"})
        client.until("progress", lambda: any(n["method"] == "$/progress" for n in client.notifications))
        client.notify("window/workDoneProgress/cancel", {"token": "stop me"})
        with pytest.raises(RpcError, match="Stopped") as error:
            asked.result(60)
    assert error.value.code == -32800
    client.until("all to be found again", lambda: len(titles(client, "n7", limit=200)) == 1)


def test_who_gives_up_while_the_memory_opens_ends_it_for_nobody(client: LspClient, repository: Path) -> None:
    for number in range(5):
        asked = {"jsonrpc": "2.0", "id": f"early-{number}", "method": "whence/status", "params": {}}
        client.send(asked)
        client.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": f"early-{number}"}})
    assert client.request("whence/status")["state"] in ("ready", "indexing")
    (repository / "late.py").write_text("late = 1\n", encoding="utf-8")
    client.save(repository / "late.py")
    client.until("the save", lambda: titles(client, "late"))


def test_a_pipe_that_was_closed_is_refused_nothing_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    server = make_server()
    asked: list[int] = []

    def refuse() -> None:
        asked.append(1)
        server.report_server_error(ValueError("write to closed file"), None)

    monkeypatch.setattr(server.protocol, "refuse_broken", refuse)
    for expected in (1, 2):
        server.report_server_error(ValueError("write to closed file"), None)
        assert len(asked) == expected


def test_an_untrusted_workspace_is_remembered_but_not_looked_into(
    start: Callable[..., LspClient], repository: Path
) -> None:
    client = start(repository, trusted=False)
    assert client.request("whence/status")["capture"] == "off"


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be reaped doesn't."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


def test_the_server_ends_when_its_input_ends(client: LspClient, repository: Path) -> None:
    client.request("whence/status")
    (repository / "last.py").write_text("LAST = 1\n", encoding="utf-8")
    client.save(repository / "last.py")
    assert client.process.stdin is not None
    client.process.stdin.close()
    assert client.process.wait(timeout=PATIENCE) is not None


def test_the_server_ends_with_a_killed_editor(home: Path, tmp_path: Path) -> None:
    """The editor is a process that starts the server and is killed; something else keeps the pipe open."""
    read, write = os.pipe()
    answers = tmp_path / "answers"
    script = (
        "import subprocess, sys, time\n"
        "server = [sys.executable, '-m', 'whence', 'lsp']\n"
        "child = subprocess.Popen(server, stdin=int(sys.argv[1]), stdout=open(sys.argv[2], 'wb'))\n"
        "print(child.pid, flush=True)\ntime.sleep(600)\n"
    )
    editor = subprocess.Popen(
        [sys.executable, "-c", script, str(read), str(answers)], pass_fds=[read], stdout=subprocess.PIPE, text=True
    )
    assert editor.stdout is not None
    pid = int(editor.stdout.readline())
    try:
        params = {"processId": editor.pid, "rootUri": None, "capabilities": {}}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).encode()
        os.write(write, b"Content-Length: %d\r\n\r\n" % len(body) + body)
        until(lambda: answers.stat().st_size, "the server to be there")
        editor.kill()
        editor.wait()
        until(lambda: not alive(pid), "the server to end")
    finally:
        editor.stdout.close()
        os.close(read)
        os.close(write)
        if alive(pid):
            os.kill(pid, signal.SIGKILL)


def burst(client: LspClient, folder: Path, name: str, kill_after: int) -> list[str]:
    """Save and remember from four threads, and kill the server after some answers. Ids that were acknowledged."""
    acknowledged: list[str] = []

    def save(n: int) -> None:
        path = folder / f"{name} {n}.py"
        path.write_text(f"VALUE_{n} = {n}\n", encoding="utf-8")
        try:
            client.save(path)
            answer = client.request("whence/remember", {"memory": {"kind": "note", "content": f"{name} {n}"}})
        except (RpcError, OSError):
            return  # killed before it could answer
        acknowledged.extend(answer["ids"])

    with ThreadPoolExecutor(4) as pool:
        for n in range(8):
            pool.submit(save, n)
        client.until("some answers", lambda: len(acknowledged) >= kill_after)
        client.kill()
        client.until("the others to give up", client.abandon)
    return acknowledged


def test_killing_the_server_during_bursts_loses_no_acknowledged_memory(home: Path, repository: Path) -> None:
    acknowledged: list[str] = []
    with ExitStack() as stack:
        # A process takes a second or more to import all; it does that while the one before it works.
        coming = stack.enter_context(LspClient(home))
        for round in range(6):
            client, coming = coming, stack.enter_context(LspClient(home))
            client.start(repository)
            client.request("whence/status")
            acknowledged += burst(client, repository, f"burst {round}", 1 + round)
        coming.start(repository)
        for id in acknowledged:
            assert coming.request("whence/get", {"id": id})["memory"]["id"] == id
        assert len(acknowledged) >= 20
        assert len(set(titles(coming, kinds=["note"], limit=200))) >= len(acknowledged)


def test_two_servers_and_a_command_line_write_at_once(start: Callable[..., LspClient], repository: Path) -> None:
    servers = [start(repository), start(repository)]
    written: list[str] = []

    def through_server(n: int) -> None:
        answer = servers[n % 2].request("whence/remember", {"memory": {"kind": "note", "content": f"server {n}"}})
        written.extend(answer["ids"])

    def through_terminal(n: int) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "whence", "remember", f"terminal {n}", "--project", str(repository), "--json"],
            capture_output=True,
            text=True,
            check=True,
        )
        written.extend(json.loads(done.stdout)["ids"])

    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(through_server, n) for n in range(60)] + [
            pool.submit(through_terminal, n) for n in range(4)
        ]
        for job in jobs:
            job.result()
    assert len(set(written)) == 64
    for server in servers:
        assert server.request("whence/status")["total"] == 64
        listed = [hit["id"] for hit in server.request("whence/search", {"query": "", "limit": 200})["hits"]]
        assert sorted(listed) == sorted(written)
        server.until("all to be found by words", lambda server=server: len(titles(server, "terminal")) == 4)


def test_one_of_two_windows_captures_and_the_other_takes_over(
    start: Callable[..., LspClient], repository: Path
) -> None:
    first = start(repository)
    first.until("capture", lambda: first.request("whence/status")["capture"] == "on")
    second = start(repository)
    second.until("the lock", lambda: second.request("whence/status")["capture"] == "elsewhere")
    (repository / "seen once.py").write_text("ONCE = 1\n", encoding="utf-8")
    for client in (first, second):
        client.save(repository / "seen once.py")
    first.until("the save", lambda: titles(first) == ["Created seen once.py"])
    first.kill()
    second.until("taking over", lambda: second.request("whence/status")["capture"] == "on")
    assert titles(second) == ["Created seen once.py"]


def test_what_another_process_writes_is_announced(client: LspClient, repository: Path) -> None:
    client.request("whence/status")

    def announced() -> int:
        return sum(each["method"] == "whence/changed" for each in client.notifications)

    client.until("the start to settle", lambda: client.request("whence/status")["state"] == "ready")
    client.request("whence/remember", {"memory": {"kind": "note", "content": "ours"}})
    client.until("ours to be indexed", lambda: titles(client, "ours"))
    before = announced()
    command = [sys.executable, "-m", "whence", "remember", "theirs", "--project", str(repository)]
    subprocess.run(command, capture_output=True, check=True)
    client.until("the news", lambda: announced() > before)
    assert titles(client, "theirs") == ["theirs"]


@pytest.mark.parametrize("by", ["the button", "the palette"])
def test_a_memory_that_cannot_be_opened_is_offered_its_backup(
    start: Callable[..., LspClient], repository: Path, home: Path, by: str
) -> None:
    with Engine(repository, parse({"embedding": {"model": "none"}})) as engine:
        engine.remember({"kind": "note", "content": "The cache is written through"})
        engine.backup()
    for file in home.glob("projects/*/memory/memories.lance/_versions/*"):
        file.write_bytes(b"nonsense")
    client = LspClient(home)
    with client:
        client.replies["window/showMessageRequest"] = {"title": "Restore Memory"} if by == "the button" else None
        client.start(repository)
        if by == "the palette":
            with pytest.raises(RpcError, match="has 1 memory") as told:
                client.request("whence/status")
            assert told.value.code == -32008
            assert str(home) not in told.value.raw
            assert client.request("whence/restoreBackup")["memories"] == 1

        def restored() -> bool:
            try:
                return titles(client) == ["The cache is written through"]
            except RpcError:
                return False

        client.until("the memory to be there", restored)
        assert client.stop() == 0


@pytest.mark.parametrize(("answer", "kept"), [("Keep", 1), ("Not for This Project", 0), (None, 0)], ids=ascii)
def test_transcripts_are_offered_to_be_kept_once(repository: Path, home: Path, answer: str | None, kept: int) -> None:
    transcript(repository, "Stop after three attempts")

    def asked(client: LspClient) -> list[str]:
        asking = [each for each in client.notifications if each["method"] == "window/showMessageRequest"]
        return [each["params"]["message"] for each in asking]

    with LspClient(home) as client:
        client.replies["window/showMessageRequest"] = {"title": answer} if answer else None
        client.start(repository)
        (told,) = client.until("the question", lambda: asked(client))
        assert "1 transcript of assistants about this project" in told
        if kept:
            client.until("the transcript", lambda: titles(client) == ["Stop after three attempts"])
        assert client.stop() == 0
    with LspClient(home) as client:
        client.start(repository)
        assert len(titles(client)) == kept
        assert client.stop() == 0
        assert asked(client) == [], "it is asked once"

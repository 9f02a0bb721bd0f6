"""Messages that are none: each is answered with what is wrong with it, and tells nothing of the machine."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faces.test_http import served
from tests.patience import PATIENCE
from tests.rpc import LspClient

STRANGE_IDS = ({"a": 1}, [1], None, 7.5, True)
DEEP = b"[" * 100_000


def answers(command: list[str], sent: list[bytes], *, framed: bool, last: int) -> tuple[list[dict[str, Any]], str]:
    """All that a server says to these messages until it answers the last, and what it says on standard error output."""
    body = b"".join(b"Content-Length: %d\r\n\r\n" % len(each) + each if framed else each + b"\n" for each in sent)
    told: list[dict[str, Any]] = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        assert server.stdin and server.stdout and server.stderr
        server.stdin.write(body)
        server.stdin.flush()
        while not told or told[-1].get("id") != last:
            line = server.stdout.readline()
            if framed:
                length = int(line.removeprefix(b"Content-Length: "))
                while server.stdout.readline().strip():
                    pass
                line = server.stdout.read(length)
            told.append(json.loads(line))
        server.stdin.close()
        server.wait(PATIENCE)
        return told, server.stderr.read().decode()


def request(id: Any, method: Any = "whence/status", **more: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": id, "method": method, **more}).encode()


def test_the_language_server_answers_what_is_no_request(repository: Path) -> None:
    begin = {"processId": None, "rootUri": repository.as_uri(), "capabilities": {}}
    sent = [
        request(1, "initialize", params=begin),
        *(request(id) for id in STRANGE_IDS),
        request(2, ["x"]),
        request(3, "textDocument/hover", params=5),
        DEEP,
        request({"a": 1}, "shutdown"),
        b'{"jsonrpc":"2.0","id":{"a":1},"result":1}',
        b'{"jsonrpc":"2.0","method":"$/cancelRequest"}',
        request("a" * 100, "$/cancelRequest", params={"id": {}}),
        request(4, "nothing/here"),
        request(5, "shutdown"),
        request(6),
        b'{"jsonrpc":"2.0","method":"exit"}',
    ]
    told, errors = answers([sys.executable, "-m", "whence", "lsp"], sent, framed=True, last=6)
    refused = [(each["id"], each["error"]["code"]) for each in told if "error" in each]
    assert refused.count((None, -32600)) == len(STRANGE_IDS) + 2
    assert {(2, -32600), (3, -32601), (None, -32700), (4, -32601), (6, -32600)} <= set(refused)
    assert {each["id"] for each in told if "result" in each} == {1, 5}, "it goes on, and leaves as it is told"
    shown = json.dumps(told) + errors
    assert "Traceback" not in shown
    assert str(Path(sys.prefix)) not in shown
    assert "site-packages" not in shown


def test_what_fails_inside_is_told_without_the_place_where_it_failed(repository: Path, tmp_path: Path) -> None:
    with LspClient(tmp_path / "home") as client:
        client.start(repository)
        # Of a response to a request of ours that pygls can't read, and of a progress token that can be no key.
        client.send({"jsonrpc": "2.0", "method": "window/workDoneProgress/cancel", "params": {"token": {"a": []}}})
        client.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": None})
        client.send({"jsonrpc": "2.0", "method": "workspace/didChangeWorkspaceFolders", "params": {"event": 5}})
        assert client.request("whence/status", {})["total"] == 0
        told = json.dumps(client.notifications) + "".join(client.errors)
        assert "Traceback" not in told
        assert str(Path(os.__file__).parent) not in told
        assert client.stop() == 0


def test_the_server_for_assistants_answers_what_is_no_request(repository: Path) -> None:
    hello = {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    sent = [
        request(1, "initialize", params=hello),
        b'{"jsonrpc":"2.0","method":"notifications/initialized"}',
        *(request(id, "tools/list") for id in STRANGE_IDS),
        *(b"{bad", DEEP, b"\xff", b'{"jsonrpc":"2.0","id":"\\ud800","method":"ping"}'),
        *(b"[]", b"5"),
        request(2, ["x"]),
        request(3, "tools/call", params=5),
        b'{"id":4,"method":"ping"}',
        request(5, "ping"),
    ]
    command = [sys.executable, "-m", "whence", "mcp", "-p", str(repository)]
    told, errors = answers(command, sent, framed=False, last=5)
    refused = [(each["id"], each["error"]["code"]) for each in told if "error" in each]
    assert refused.count((None, -32600)) == len(STRANGE_IDS) + 2
    assert refused.count((None, -32700)) == 4
    assert {(2, -32600), (3, -32600), (4, -32600)} <= set(refused)
    assert {each["id"] for each in told if "result" in each} == {1, 5}
    assert "Traceback" not in json.dumps(told) + errors


@pytest.mark.parametrize("body", [b"{bad", b"[]", b"5", b"\xff", DEEP, b'{"query":' + b"[" * 5000 + b"]" * 5000 + b"}"])
def test_rest_answers_what_is_no_request(repository: Path, body: bytes) -> None:
    for client in served(repository):
        code, _, text = client.raw("POST", "/api/v1/operations/search", body)
        assert code in (400, 422), text
        assert set(json.loads(text)) == {"error", "code"}
        assert client("POST", "/api/v1/operations/status", {})["total"] == 0

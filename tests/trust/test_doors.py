"""Who is let in: keys that are compared in one time, and pages of other sites."""

import hmac
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from tests.faces.test_http import KEY, served
from whence.faces.http.door import Door
from whence.faces.mcp.over_http import _Guarded


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The lengths of what was compared in a time that tells nothing of it."""
    seen: list[tuple[int, int]] = []
    real = hmac.compare_digest

    def watched(one: Any, other: Any) -> bool:
        seen.append((len(one), len(other)))
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    return seen


def test_keys_are_compared_in_a_time_that_tells_nothing(compared: list[tuple[int, int]]) -> None:
    for given, known in ((KEY, True), (KEY[:-1], False), ("", False), (KEY + "x", False), ("é" * 40, False)):
        header = (b"authorization", f"Bearer {given}".encode())
        request = Request({"type": "http", "headers": [header]})
        assert Door(KEY, 0, 100).bears_key(request) is known
    assert compared == [(32, 32)] * 5, "digests of one length, whatever was given"
    compared.clear()
    for given, known in ((KEY, True), (KEY[:-1] + "!", False)):
        guarded = _Guarded(lambda scope, receive, send: None, KEY)  # type: ignore[arg-type,return-value] # never called
        assert guarded._known({"headers": [(b"authorization", f"Bearer {given}".encode())]}) is known
    assert len(compared) == 2


def test_no_page_of_another_site_may_read_an_answer_of_rest(repository: Path) -> None:
    """A browser sends the key for nobody, and hands no answer to a page without these headers (Fetch, "CORS")."""
    for client in served(repository):
        for method in ("GET", "OPTIONS", "POST"):
            for path in ("/health", "/docs", "/openapi.json", "/api/v1/memories"):
                _, headers, _ = client.raw(method, path, b"{}" if method == "POST" else None, Origin="http://evil.test")
                assert not [name for name in headers if name.lower().startswith("access-control-")]
        client.key = ""
        code, _, _ = client.raw("POST", "/api/v1/operations/status", b"{}", Origin="http://evil.test")
        assert code == 401


def test_a_name_that_was_led_to_this_machine_opens_nothing(repository: Path) -> None:
    """A page of evil.test, whose name answers 127.0.0.1 by now, is of one origin with the server (DNS rebinding)."""
    for client in served(repository):
        port = client.base.rpartition(":")[2]
        for host in ("evil.test", f"evil.test:{port}", f"127.0.0.1.evil.test:{port}", "[", ""):
            for path in ("/health", "/docs", "/openapi.json", "/api/v1/memories", "/nowhere"):
                assert client.raw("GET", path, Host=host)[0] in (400, 421), (host, path)
        for host in (f"localhost:{port}", f"127.0.0.1:{port}", "127.0.0.1", f"[::1]:{port}"):
            assert client.raw("GET", "/health", Host=host)[0] == 200

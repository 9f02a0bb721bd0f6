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

"""What costs money over MCP: the client asks its user where it can; elsewhere the reply says what was left undone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import types as wire
from mcp.client.client import Client

from tests.assistants import piped
from tests.faces.test_mcp import TOKEN, http, said
from tests.patience import PATIENCE
from tests.pictures import png
from tests.provider import Provider
from tests.thinking import KEY

MODEL = "openai/gpt-4o"
SEEN = {
    "error_type": "CartError",
    "message": "the cart is empty",
    "file": "app.py",
    "line": 2,
    "cause": "Nobody added.",
}
DRAWN = {
    "title": "Shop",
    "components": [{"name": "Gateway", "role": "Lets requests in"}, {"name": "Store", "role": ""}],
    "relations": [{"origin": "Gateway", "target": "Store", "what": "asks"}],
    "pattern": "Layers",
}


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with Provider() as running:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        monkeypatch.setenv("WHENCE_EMBEDDING_MODEL", "none")
        monkeypatch.setenv("WHENCE_VISION_MODEL", MODEL)
        yield running


@pytest.fixture
def shot(tmp_path: Path) -> Path:
    path = tmp_path / "shot.png"
    path.write_bytes(png(300, 200))
    return path


def talk(
    folder: Path, calls: list[tuple[str, dict[str, Any]]], answer: str, *words: str, mode: Any = "auto"
) -> tuple[list[str], list[str]]:
    """What tools reply to a client whose user answers questions so, and what the user was asked."""
    asked: list[str] = []

    async def asks(context: Any, params: wire.ElicitRequestParams) -> wire.ElicitResult:
        asked.append(params.message)
        return wire.ElicitResult(action=answer)  # type: ignore[arg-type] # one of the protocol's three words

    async def run() -> list[str]:
        with anyio.fail_after(2 * PATIENCE):
            able = asks if answer else None
            async with Client(piped(folder, *words), mode=mode, elicitation_callback=able) as client:
                return [said(await client.call_tool(tool, given)) for tool, given in calls]

    return anyio.run(run), asked


def failing(shot: Path) -> dict[str, Any]:
    unknown = {"error_type": "Unknown", "message": "See screenshot", "stack_trace": "", "file_path": "unknown"}
    return {**unknown, "line_number": 0, "screenshot": str(shot)}


@pytest.mark.parametrize("mode", ["auto", "legacy"], ids=["asked by the answer", "asked by a request"])
def test_a_user_who_agrees_has_the_screenshot_read(repository: Path, provider: Provider, shot: Path, mode: str) -> None:
    provider.say(json.dumps(SEEN))
    calls = [("coding_record_error", failing(shot))]
    (reply,), asked = talk(repository, calls, "accept", "--tools", "coding", mode=mode)
    assert len(asked) == 1
    assert "1 picture" in asked[0] or "2 pictures" in asked[0]
    assert asked[0].endswith("Send it?")
    assert "Type: CartError\nLocation: app.py:2" in reply
    assert f"Read from the screenshot by {MODEL}" in reply
    assert len(provider.seen) == 1


@pytest.mark.parametrize("answer", ["decline", "cancel", ""], ids=["who declines", "who leaves", "who can't be asked"])
def test_a_user_who_does_not_agree_has_the_error_kept_unread(
    repository: Path, provider: Provider, shot: Path, answer: str
) -> None:
    (reply,), asked = talk(repository, [("coding_record_error", failing(shot))], answer, "--tools", "coding")
    assert len(asked) == bool(answer)
    assert "✅ Error recorded: " in reply
    assert "⚠️ The screenshot was not read." in reply
    if not answer:
        assert "To allow it without being asked, set `spending.auto_approve` to true." in reply
    assert not provider.seen


def test_a_diagram_is_read_with_the_same_consent(repository: Path, provider: Provider, shot: Path) -> None:
    provider.say(json.dumps(DRAWN))
    calls = [("coding_analyze_architecture_diagram", {"image_path": str(shot)})]
    (reply,), asked = talk(repository, calls, "accept", "--tools", "coding")
    assert len(asked) == 1
    assert "Components (2):\n- Gateway: Lets requests in\n- Store" in reply
    assert "- Gateway → Store: asks" in reply
    assert "Architecture Pattern: Layers" in reply
    (refused,), asked = talk(repository, calls, "", "--tools", "coding")
    assert "was not sent" in refused
    assert "spending.auto_approve" in refused


@pytest.mark.parametrize("answer", ["accept", ""], ids=["asked", "not to be asked"])
def test_a_session_that_would_cost_more_than_the_threshold(repository: Path, provider: Provider, answer: str) -> None:
    calls = [
        ("session", {"action": "start", "goal": "Bound the cart"}),
        ("remember", {"kind": "decision", "content": "Carts hold 100 items"}),
        ("session", {"action": "end"}),
    ]
    told = {"goal": "x", "done": ["The cart was bounded by hand"], "decisions": [], "errors": [], "left_open": []}
    provider.say(json.dumps({**told, "recommendations": []}))
    options = ("--set", f"model={MODEL}", "--set", "spending.threshold=0")
    replies, asked = talk(repository, calls, answer, *options)
    if answer:
        assert len(asked) == 1
        assert "The cart was bounded by hand" in replies[-1]
    else:
        assert not provider.seen
        assert "needs your approval, and was not sent. To allow it without being asked, raise" in replies[-1]
        assert "`spending.threshold`" in replies[-1]
        assert "Carts hold 100 items" in replies[-1]


def test_each_client_over_http_is_asked_about_its_own_calls(repository: Path, provider: Provider, shot: Path) -> None:
    import httpx2
    from mcp.client.streamable_http import streamable_http_client

    provider.default = type(provider.default)(json.dumps(SEEN))
    asked: dict[str, list[str]] = {"one": [], "two": []}

    async def one(url: str, name: str, action: str) -> str:
        async def asks(context: Any, params: wire.ElicitRequestParams) -> wire.ElicitResult:
            asked[name].append(params.message)
            return wire.ElicitResult(action=action)  # type: ignore[arg-type] # one of the protocol's three words

        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}, timeout=PATIENCE) as sender,
            Client(streamable_http_client(url, http_client=sender), elicitation_callback=asks) as client,
        ):
            return said(await client.call_tool("coding_record_error", failing(shot)))

    async def both(url: str) -> list[str]:
        with anyio.fail_after(2 * PATIENCE):
            return [await one(url, "one", "accept"), await one(url, "two", "decline")]

    with http(repository, "--tools", "coding", "--exports", str(shot.parent), WHENCE_MCP_TOKEN=TOKEN) as url:
        first, second = anyio.run(both, url)
    assert "Read from the screenshot" in first
    assert "was not read" in second
    assert [len(each) for each in asked.values()] == [1, 1]

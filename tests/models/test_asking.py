from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from pygls.exceptions import JsonRpcException

from tests.provider import Provider
from tests.rpc import LspClient
from whence.faces.lsp.server import approval
from whence.values.completion import CompletionAnswer, CompletionRequest, PromptMessage
from whence.values.errors import MalformedAnswer, ProviderFailed

KEY = "sk-" + "proj-" + "q8W2e7R4t9Y1u6I3o5P0"
UNPRICED = {"embedding": {"model": "openai/unheard-of-embedder"}}


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        yield running


@pytest.mark.parametrize(
    ("asks", "method", "yes", "no"),
    [
        (True, "whence/approve", {"approved": True}, {"approved": False}),
        (False, "window/showMessageRequest", {"title": "Send"}, None),
    ],
    ids=["an editor that knows our request", "any other editor"],
)
def test_the_editor_is_asked_before_anything_is_sent(
    home: Path, repository: Path, provider: Provider, asks: bool, method: str, yes: object, no: object
) -> None:
    secrets = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": provider.url}

    def asked(client: LspClient) -> list[dict[str, Any]]:
        return [each for each in client.notifications if each["method"] == method]

    def state(client: LspClient) -> str:
        return client.request("whence/status")["embedding"]["state"]

    with LspClient(home) as client:
        client.replies[method] = no
        client.start(repository, settings=UNPRICED, asks=asks, secrets=secrets)
        client.request("whence/remember", {"memory": {"kind": "note", "content": "Bananas ripen"}})
        client.until("a refusal", lambda: state(client) == "unavailable")
        assert "unheard-of-embedder" in str(asked(client)[0]["params"])
        assert not provider.seen
        client.replies[method] = yes
        client.notify("whence/secrets", {**secrets, "OTHER_API_KEY": "x"})
        client.until("vectors", lambda: state(client) == "ready")
        client.until("a request", lambda: provider.seen)
        assert provider.seen[0].authorization == f"Bearer {KEY}"
        assert client.stop() == 0
        assert KEY not in str(client.notifications) + "".join(map(str, client.errors))


def test_a_server_leaves_while_the_editor_still_thinks(home: Path, repository: Path, provider: Provider) -> None:
    class Silent(LspClient):
        def send(self, message: Any) -> None:
            if not (isinstance(message, dict) and "result" in message and message["id"] in self.ignored):
                super().send(message)

        @property
        def ignored(self) -> list[Any]:
            return [each["id"] for each in self.notifications if each["method"] == "whence/approve"]

    with Silent(home) as client:
        client.start(repository, settings=UNPRICED, asks=True, secrets={"OPENAI_API_KEY": KEY})
        client.request("whence/remember", {"memory": {"kind": "note", "content": "Bananas ripen"}})
        client.until("a question", lambda: client.ignored)
        assert client.stop() == 0


class Connection:
    """The other end of a request, as the library hands it over."""

    def __init__(self, answer: Any) -> None:
        self.protocol = self
        self.answer = answer
        self.sent: list[tuple[str, Any]] = []

    def from_thread(self, call: Callable[[], None]) -> None:
        call()

    def send_request(self, method: str, params: Any) -> "Future[Any]":
        self.sent.append((method, params))
        answer: Future[Any] = Future()
        if isinstance(self.answer, Exception):
            answer.set_exception(self.answer)
        else:
            answer.set_result(self.answer)
        return answer


REQUEST = CompletionRequest(messages=(PromptMessage(role="user", content="Hello"),), answer_tokens=5)


def test_the_editor_s_model_is_asked_as_the_protocol_says() -> None:
    connection = Connection({"text": "Hi.", "model": "m", "tokensIn": 3})
    assert approval.completer(connection)(REQUEST) == CompletionAnswer(text="Hi.", model="m", tokens_in=3)
    assert connection.sent == [
        (
            "whence/complete",
            {"messages": [{"role": "user", "content": "Hello"}], "pictures": [], "answerTokens": 5},
        )
    ]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (JsonRpcException("No model is allowed.", -32000), ProviderFailed),
        (None, MalformedAnswer),
        ({"text": 3}, MalformedAnswer),
        ({"model": "m"}, MalformedAnswer),
    ],
    ids=["an error", "nothing", "no text", "a field that is missing"],
)
def test_an_editor_that_gives_no_answer_is_told(answer: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        approval.completer(Connection(answer))(REQUEST)

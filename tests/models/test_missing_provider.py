"""An environment without litellm, as the extension makes it: what works, what is said, and how it comes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from pygls.exceptions import JsonRpcException

from tests.patience import PATIENCE
from tests.provider import Provider
from whence.faces.lsp import approval
from whence.values.completion import ProviderRequest
from whence.values.errors import ModelUnavailable, ProviderNotInstalled

KEY = "sk-" + "proj-" + "q8W2e7R4t9Y1u6I3o5P0"
MODEL = "openai/gpt-4o-mini"

WITHOUT = """
import sys
from pathlib import Path
sys.modules["litellm"] = None  # importing it fails, and looking for it finds nothing
from tests.engine.test_spending import ask
from tests.opened import Engine
from whence.models.completion import Models
from whence.values.completion import PromptMessage
from whence.values.errors import ProviderNotInstalled
from whence.values.settings import ModelsSettings, parse
asked = []
ASKED = [PromptMessage(role="user", content="Hello")]
"""


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        yield running


def run(code: str, folder: Path, **environment: str) -> list[str]:
    """What a process prints whose Python lacks litellm."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT + code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "WHENCE_HOME": str(folder / "home"), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=2 * PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.quick
def test_tokens_and_prices_are_known_without_it(tmp_path: Path) -> None:
    printed = run(
        f"""
from whence.models.estimates import estimate
from whence.models.prices import price
from whence.models.vocabulary import counter
print(counter()("def parse(text): return text"), price({MODEL!r}).token_in > 0)
print(estimate("summarize", {MODEL!r}, 1000, 100).usd > 0)
""",
        tmp_path,
    )
    tokens, priced = printed[0].split()
    assert 5 <= int(tokens) <= 12
    assert [priced, *printed[1:]] == ["True", "True"]


def test_a_model_is_not_asked_and_that_is_said_with_a_code_of_its_own(tmp_path: Path) -> None:
    printed = run(
        f"""
models = Models(ModelsSettings())
for ask in (lambda: models.complete({MODEL!r}, ASKED), lambda: models.check({MODEL!r})):
    try:
        ask()
    except ProviderNotInstalled as error:
        print(error.code, error)
""",
        tmp_path,
    )
    assert len(printed) == 2
    assert all(line.startswith(f"-32007 The model {MODEL} is asked with the package litellm") for line in printed)
    assert issubclass(ProviderNotInstalled, ModelUnavailable)


def test_an_editor_fetches_it_and_the_model_answers_without_a_new_start(provider: Provider, tmp_path: Path) -> None:
    printed = run(
        f"""
def fetch(request):
    asked.append(request.model)
    del sys.modules["litellm"]
    return True
models = Models(ModelsSettings(attempts=1), fetch=fetch)
print(models.complete({MODEL!r}, ASKED).text, models.complete({MODEL!r}, ASKED).text, asked)
""",
        tmp_path,
        OPENAI_API_KEY=KEY,
        OPENAI_BASE_URL=provider.url,
    )
    assert printed == [f"Good. Good. ['{MODEL}']"]


def test_who_refuses_is_asked_once_and_gets_answers_without_a_model(repository: Path, tmp_path: Path) -> None:
    printed = run(
        f"""
settings = parse({{"model": {MODEL!r}, "embedding": {{"model": "none"}}}})
folder = Path({str(repository)!r})
with Engine(folder, settings, approve=lambda estimate: True, fetch=lambda request: asked.append(1)) as engine:
    for _ in range(2):
        print(engine.think(ask()).note)
    print(len(asked))
""",
        tmp_path,
    )
    assert printed[-1] == "1"
    assert all(
        "litellm, which is not installed here" in line and "made without a model" in line for line in printed[:-1]
    )


class Connection:
    """The editor's end of a request, as the library hands it over."""

    def __init__(self, answer: Any) -> None:
        self.protocol = self
        self.answer = answer
        self.sent: list[tuple[str, Any]] = []

    def from_thread(self, call: Any) -> None:
        call()

    def send_request(self, method: str, params: Any) -> "Future[Any]":
        self.sent.append((method, params))
        answer: Future[Any] = Future()
        if isinstance(self.answer, Exception):
            answer.set_exception(self.answer)
        else:
            answer.set_result(self.answer)
        return answer


@pytest.mark.quick
@pytest.mark.parametrize(
    ("answer", "there"),
    [
        ({"approved": True}, True),
        ({"approved": False}, False),
        (None, False),
        (JsonRpcException("no network", -32000), False),
    ],
    ids=["it was installed", "the user said no", "nothing", "it failed"],
)
def test_the_editor_is_asked_as_the_protocol_says(answer: Any, there: bool) -> None:
    connection = Connection(answer)
    assert approval.fetcher(connection)(ProviderRequest(model=MODEL)) is there
    assert connection.sent == [("whence/install", {"model": MODEL})]

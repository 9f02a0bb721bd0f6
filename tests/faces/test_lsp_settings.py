"""The language server as other editors set it: what they send, and when, over stdio."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rpc import LspClient

OFF = {"capture": {"enabled": False}, "embedding": {"model": "none"}}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[LspClient]:
    with LspClient(tmp_path / "home") as client:
        yield client


def begin(client: LspClient, folder: Path, options: Any, *, asks_back: bool = False) -> None:
    capabilities = {"workspace": {"configuration": True}} if asks_back else {}
    client.request(
        "initialize",
        {
            "processId": os.getpid(),
            "rootUri": folder.as_uri(),
            "capabilities": capabilities,
            "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name}],
            "initializationOptions": options,
        },
    )
    client.notify("initialized", {})


def told(client: LspClient, word: str) -> bool:
    logged = (each for each in client.notifications if each["method"] == "window/logMessage")
    return any(word in json.dumps(each, ensure_ascii=False) for each in logged)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"whence": OFF}, id="under the name"),
        pytest.param({"whence.capture.enabled": False, "whence.embedding.model": "none"}, id="dotted"),
        pytest.param(OFF, id="bare"),
    ],
)
def test_initialization_options_are_understood(client: LspClient, repository: Path, options: Any) -> None:
    begin(client, repository, options)
    assert client.request("whence/status")["capture"] == "off"


def test_an_editor_that_is_asked_for_its_settings_is_heard(client: LspClient, repository: Path) -> None:
    client.replies["workspace/configuration"] = [OFF]
    begin(client, repository, None, asks_back=True)
    assert client.request("whence/status")["capture"] == "off"
    client.replies["workspace/configuration"] = [{"capture": {"enabled": True}, "embedding": {"model": "none"}}]
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.until("capture to begin", lambda: client.request("whence/status")["capture"] != "off")


def test_who_asks_while_settings_change_is_answered(client: LspClient, repository: Path) -> None:
    begin(client, repository, OFF)
    for number in range(8):
        client.notify(
            "workspace/didChangeConfiguration", {"settings": {"whence": {**OFF, "search": {"limit": number + 1}}}}
        )
        for _ in range(4):
            assert client.request("whence/status")["total"] == 0


def test_changes_are_understood_and_an_unknown_shape_is_told_in_the_log(client: LspClient, repository: Path) -> None:
    begin(client, repository, {"whence": {"embedding": {"model": "none"}}})
    assert client.request("whence/status")["capture"] != "off"
    client.notify("workspace/didChangeConfiguration", {"settings": {"zls": {}, "whence": OFF}})
    client.until("capture to stop", lambda: client.request("whence/status")["capture"] == "off")
    client.notify("workspace/didChangeConfiguration", {"settings": {"zls": {"enable": True}}})
    client.until("the right shape", lambda: told(client, "whence.capture.enabled"))
    assert client.request("whence/status")["capture"] == "off"

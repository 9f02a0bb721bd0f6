"""The check-up of a team's store: whether it answers, what it has, and what to do where it can't be used."""

import socket
from pathlib import Path

import pytest

from tests.object_store import environment, running
from tests.opened import Engine
from whence.engine.doctor import examine
from whence.project.location import locate
from whence.values.reports.upkeep import Finding
from whence.values.settings import parse


def found(folder: Path, storage: dict[str, object]) -> list[Finding]:
    check = examine(folder, {"embedding": {"model": "none"}, "storage": storage})
    return [each for each in check.findings if each.topic == "team"]


def test_the_check_up_asks_the_teams_store_and_changes_nothing_there(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(tmp_path) as objects:
        for name, value in environment(objects.port).items():
            monkeypatch.setenv(name, value)
        objects.bucket("shop")
        with Engine(repository, parse({"embedding": {"model": "none"}})) as engine:
            engine.remember({"kind": "note", "content": "The cache is written through"})
        assert found(repository, {}) == []
        (unnamed,) = found(repository, {"uri": "s3://shop", "projects": ["another"]})
        assert unnamed.state == "ok" and "nothing of it goes there" in unnamed.message
        (empty,) = found(repository, {"uri": "s3://shop"})
        assert empty.state == "ok" and "nothing yet. It was never compared with." in empty.message
        assert not objects.objects("shop")
        with Engine(repository, parse({"embedding": {"model": "none"}, "storage": {"uri": "s3://shop"}})) as engine:
            engine.sync()
        (filled,) = found(repository, {"uri": "s3://shop"})
        assert filled.state == "ok" and "has 1 memory. It was last compared at" in filled.message
        (wrong,) = found(repository, {"uri": "s3://shopp"})
        assert wrong.state == "warn" and "kept here" in wrong.message and "storage.uri" in wrong.repair
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for name, value in environment(port).items():  # nobody listens there any more
        monkeypatch.setenv(name, value)
    (away,) = found(repository, {"uri": "s3://shop"})
    assert away.state == "warn" and f"s3://shop/{locate(repository).id} can't be used" in away.message

"""What servers take of the machine; `benchmarks/day.py` has the figures of a long day."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.model_cache import CACHE, cached_model
from tests.rpc import LspClient

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="threads are told by /proc")


@pytest.fixture
def client(home: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LspClient]:
    cached_model()
    monkeypatch.setenv("WHENCE_CACHE", str(CACHE.parent))
    with LspClient(home, [sys.executable, "-m", "whence", "lsp"]) as client:
        client.start(repository, settings={"embedding": {"model": "all-MiniLM-L6-v2"}})
        client.until("the start", lambda: client.request("whence/status")["state"] == "ready")
        yield client
        client.stop()


def threads(pid: int) -> Counter[str]:
    """How many threads of each name."""
    return Counter((each / "comm").read_text().strip() for each in Path(f"/proc/{pid}/task").iterdir())


def test_a_language_server_has_few_threads_of_its_own_and_of_each_library(client: LspClient, repository: Path) -> None:
    for number in range(12):
        path = repository / f"file{number}.py"
        path.write_text(f"value = {number}\n")
        client.save(path)
        client.request("whence/search", {"query": "which file has the value"})
    client.until("vectors", lambda: client.request("whence/status")["embedding"]["embedded"] == 12)
    found = threads(client.process.pid)
    assert found["python"] <= 28, found
    assert found["lance-cpu"] <= 3, found
    assert found["jemalloc_bg_thd"] == 0, found
    told = Path(f"/proc/{client.process.pid}/environ").read_bytes()
    assert b"ARROW_DEFAULT_MEMORY_POOL" not in told, "this test must not give it what the server gives itself"


def test_a_language_server_keeps_no_large_pages_of_an_allocator_that_it_hardly_uses(
    client: LspClient, repository: Path
) -> None:
    for number in range(12):
        path = repository / f"file{number}.py"
        path.write_text(f"value = {number}\n")
        client.save(path)
        client.request("whence/search", {"query": "which file has the value"})
    sizes = Path(f"/proc/{client.process.pid}/smaps").read_text().splitlines()
    largest = max(int(line.split()[1]) for line in sizes if line.startswith("Size:"))
    assert largest < 1 << 20, "mimalloc reserves a gigabyte at once"


def test_what_the_environment_says_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    from whence.faces.footprint import bound

    monkeypatch.setenv("LANCE_IO_THREADS", "7")
    monkeypatch.setenv("LANCE_CPU_THREADS", "5")
    bound()
    assert (os.environ["LANCE_IO_THREADS"], os.environ["LANCE_CPU_THREADS"]) == ("7", "5")

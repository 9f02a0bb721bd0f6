"""The Python client of the REST face: against a real server, and against one that answers as a test says."""

import ast
import asyncio
import inspect
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import whence
from tests.faces.scripted import scripted
from tests.faces.test_http import KEY, served
from tests.patience import until
from whence import client
from whence.engine import OPERATIONS
from whence.faces.client import names, pace
from whence.faces.client.errors import of_answer
from whence.faces.client.records import camel, snake

OK = (200, {"ids": [], "note": "Done."})
STUB = Path(client.__file__).parent / "memory.pyi"


@pytest.fixture
def url(repository: Path) -> Iterator[str]:
    for server in served(repository):
        yield server.base


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause before a request is sent again."""
    monkeypatch.setattr(pace, "FIRST_PAUSE", 0.0)


# ---------------------------------------------------------------- what it can be asked


def test_a_day_with_the_client_that_waits(url: str) -> None:
    with client.Client(url, KEY) as memory:
        kept = memory.remember({"kind": "decision", "title": "Use JWT", "decision": "We use JWT.", "importance": 8})
        (id,) = kept.ids
        (hit,) = until(lambda: memory.search("JWT", kinds=["decision"], limit=3).hits, "the decision")
        assert (hit.id, hit.title) == (id, "Use JWT")
        told = memory.get(id).memory
        assert (told.kind, told.importance, told.created_at) == ("decision", 8, told["createdAt"])
        memory.organize(ids=[id], pinned=True, add_labels=["Security"])
        listed = memory.request("GET /api/v1/memories", query={"pinned": True, "labels": "Security"})
        assert [each.memory.id for each in listed.results] == [id]
        assert memory.request("PATCH /api/v1/memories/{id}", id=id, body={"importance": 9}).ids == (id,)
        assert memory.status().total == 1
        with pytest.raises(client.NotFound, match="no memory"):
            memory.get("none")


def test_a_day_with_the_client_that_is_awaited(url: str) -> None:
    async def day() -> None:
        async with client.AsyncClient(url, KEY) as memory:
            kept = await asyncio.gather(
                *(memory.remember({"kind": "note", "content": f"The cart holds {at} things."}) for at in range(5))
            )
            assert len({each.ids for each in kept}) == 5
            assert (await memory.status()).total == 5
            found = await memory.request("GET /api/v1/memories", query={"kinds": "note"})
            assert found.total == len(found.results) == 5
            with pytest.raises(client.InvalidRequest, match="budget"):
                await memory.context("cart", budget="plenty")

    asyncio.run(day())


def test_an_export_comes_piece_by_piece_and_can_be_left_early(url: str) -> None:
    said = "The cart is emptied at logout. " * 2000
    body = {"label": "Cart", "messages": [{"role": "user", "content": said}]}
    with client.Client(url, KEY) as memory:
        for _ in range(5):
            memory.request("POST /api/v1/conversations", body=body)
        with memory.stream("GET /api/v1/export", accept="text/markdown") as pieces:
            whole = list(pieces)
        assert len(whole) > 1
        assert "".join(whole).count("\n## Cart") == 5
        with memory.stream("POST /api/v1/export", accept="text/markdown", body={"label": "Cart"}) as pieces:
            assert next(pieces).startswith("# Conversations")
        assert memory.status().total == 5
        with pytest.raises(client.NotFound), memory.stream("GET /api/v1/nowhere"):
            pass

    async def awaited() -> str:
        async with client.AsyncClient(url, KEY) as memory, memory.stream("GET /api/v1/export", accept="*/*") as pieces:
            return "".join([piece async for piece in pieces])

    assert '"conversation_count": 5' in asyncio.run(awaited())


def test_what_the_server_passes_over_is_a_warning(url: str) -> None:
    with client.Client(url, KEY) as memory, pytest.warns(client.WithoutEffect, match="without effect: colour"):
        memory.request("POST /api/v1/query", body={"query": "cart", "colour": "red"})


def test_requests_share_a_connection() -> None:
    async def awaited(url: str) -> None:
        async with client.AsyncClient(url, KEY) as memory:
            for _ in range(5):
                await memory.status()

    with scripted(OK) as server:
        with client.Client(server.url, KEY) as memory:
            for _ in range(5):
                memory.status()
        assert (len(server.heard), server.connections) == (5, 1)
        asyncio.run(awaited(server.url))
        assert (len(server.heard), server.connections) == (10, 2)


def test_threads_share_a_client(url: str) -> None:
    with client.Client(url, KEY) as memory, ThreadPoolExecutor(8) as pool:
        ids = pool.map(lambda at: memory.remember({"kind": "note", "content": f"Note {at}"}).ids, range(40))
        assert len(set(ids)) == 40


@pytest.mark.parametrize(
    ("given", "named", "told"),
    [
        (("a", (), (), (), None, None, False, 1, None, False, (), "more"), {}, "takes 11 arguments"),
        ((), {"quary": "a"}, "takes no argument 'quary': it takes query, kinds"),
        (("a",), {"query": "b"}, "was given 'query' twice"),
    ],
)
def test_an_operation_is_called_as_a_function_is(given: tuple[Any, ...], named: dict[str, Any], told: str) -> None:
    with client.Client("http://127.0.0.1:9", KEY) as memory, pytest.raises(TypeError, match=told):
        memory.search(*given, **named)


def test_a_client_has_every_operation_and_nothing_else() -> None:
    taken = {name: tuple(operation.params.model_fields) for name, operation in OPERATIONS.items()}
    assert taken == names.OPERATIONS
    with client.Client("http://127.0.0.1:9", KEY) as memory:
        assert set(OPERATIONS) <= set(dir(memory))
        with pytest.raises(AttributeError, match="frobnicate"):
            memory.frobnicate()  # type: ignore[attr-defined] # that is what is tried
        assert not hasattr(memory, "_secret")
    own = {name for name, _ in inspect.getmembers(client.Client, inspect.isfunction)}
    assert not own & set(OPERATIONS), "a method of the client hides an operation"


def test_the_stub_types_every_operation_and_route_of_both_clients() -> None:
    classes = [node for node in ast.parse(STUB.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)]
    assert [each.name for each in classes] == ["Client", "AsyncClient"]
    for each in classes:
        methods = [node for node in each.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        assert {node.name for node in methods} == {"request", *OPERATIONS}
        for node in methods:
            if node.name != "request":
                assert [argument.arg for argument in node.args.args[1:]] == list(names.OPERATIONS[node.name])
    ast.parse(STUB.with_name("api.pyi").read_text(encoding="utf-8"))


def test_it_is_imported_from_the_package_and_loads_nothing_of_the_server() -> None:
    assert whence.client is client
    assert "client" in dir(whence)
    code = "import sys; from whence import client; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "httpx" in loaded
    assert not {"pydantic", "lancedb", "starlette", "whence.engine", "whence.faces.http"} & set(loaded)


# ---------------------------------------------------------------- what may go wrong


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, client.InvalidRequest),
        (422, client.InvalidRequest),
        (401, client.NotAllowed),
        (403, client.NotAllowed),
        (404, client.NotFound),
        (413, client.AnswerError),
        (302, client.AnswerError),
    ],
)
def test_a_refusal_is_an_error_of_its_own_class_and_is_not_repeated(
    status: int, error: type[client.AnswerError]
) -> None:
    with scripted((status, {"error": "That won't do.", "code": status})) as server:
        with client.Client(server.url, KEY) as memory, pytest.raises(error, match=r"That won't do\.") as raised:
            memory.status()
        assert type(raised.value) is error
        assert raised.value.status == status
        assert len(server.heard) == 1


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"error": 5}', '{"error":' * 100_000, "ü"])
def test_an_answer_that_tells_nothing_is_told_by_its_status(body: str) -> None:
    assert str(of_answer(500, body, {})) == "The server answered 500."


@pytest.mark.parametrize("body", ["<html>hello</html>", "{", "[" * 100_000])
def test_what_is_not_json_is_an_error(body: str) -> None:
    with scripted((200, body)) as server, client.Client(server.url, KEY) as memory:
        with pytest.raises(client.AnswerError, match="not JSON") as raised:
            memory.status()
        assert raised.value.body == body


def again(server: Any, work: Callable[[client.Client], Any], **options: Any) -> int:
    """How often a request was sent until it was answered, or no more."""
    with client.Client(server.url, KEY, **options) as memory, suppress(client.ClientError):
        work(memory)
    return len(server.heard)


READS: list[Callable[[client.Client], Any]] = [
    lambda memory: memory.search("cart"),
    lambda memory: memory.request("GET /api/v1/stats"),
    lambda memory: memory.request("POST /api/v1/query", body={"query": "cart"}),
]
WRITES: list[Callable[[client.Client], Any]] = [
    lambda memory: memory.remember({"kind": "note", "content": "x"}),
    lambda memory: memory.request("DELETE /api/v1/memories/{id}", id="x"),
    lambda memory: memory.request("POST /api/v1/conversations", body={"messages": []}),
]


@pytest.mark.parametrize("trouble", ["drop", (500, {"error": "Oh."}), (503, "down")], ids=["dropped", "500", "503"])
@pytest.mark.usefixtures("hasty")
def test_what_reads_is_sent_again_and_what_writes_is_not(trouble: Any) -> None:
    for read in READS:
        with scripted(trouble, trouble, OK) as server:
            assert again(server, read) == 3
        with scripted(trouble) as server:
            assert again(server, read, retries=2) == 3
        with scripted(trouble) as server:
            assert again(server, read, retries=0) == 1
    for write in WRITES:
        with scripted(trouble, OK) as server:
            assert again(server, write) == 1


@pytest.mark.parametrize("work", [*READS, *WRITES])
def test_what_came_too_often_is_sent_again_when_the_server_says(
    work: Callable[[client.Client], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    with scripted((429, {"error": "Later."}, {"Retry-After": "7"}), OK) as server:
        assert again(server, work) == 2
    assert waited == [7.0]
    with scripted((429, {"error": "Later."}, {"Retry-After": "7"})) as server:
        with client.Client(server.url, KEY, retries=0) as memory, pytest.raises(client.TooManyRequests) as raised:
            work(memory)
        assert raised.value.retry_after == 7.0


def test_what_did_not_arrive_is_sent_again_also_where_it_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    with client.Client(f"http://127.0.0.1:{port}", KEY) as memory, pytest.raises(client.NoAnswer):
        memory.remember({"kind": "note", "content": "x"})
    assert len(waited) == 3
    for at, pause in enumerate(waited):
        assert pace.FIRST_PAUSE * 2**at / 2 <= pause <= pace.FIRST_PAUSE * 2**at


def test_a_server_that_is_silent_is_given_up_in_time() -> None:
    with scripted("silence") as server:
        with (
            client.Client(server.url, KEY, timeout=0.2, retries=0) as memory,
            pytest.raises(client.TimedOut, match=r"within 0\.2 s"),
        ):
            memory.status()
        assert issubclass(client.TimedOut, client.NoAnswer)

        async def awaited() -> None:
            async with client.AsyncClient(server.url, KEY, timeout=0.2, retries=0) as memory:
                await memory.status()

        with pytest.raises(client.TimedOut):
            asyncio.run(awaited())


def test_a_stream_that_breaks_off_is_an_error() -> None:
    with scripted("half") as server, client.Client(server.url, KEY) as memory:
        with pytest.raises(client.NoAnswer), memory.stream("GET /api/v1/export") as pieces:
            list(pieces)
        assert len(server.heard) == 1


@pytest.mark.usefixtures("hasty")
def test_the_awaited_client_has_the_same_patience() -> None:
    async def work(url: str) -> None:
        async with client.AsyncClient(url, KEY) as memory:
            assert (await memory.status()).note == "Done."

    with scripted("drop", (502, "x"), OK) as server:
        asyncio.run(work(server.url))
        assert len(server.heard) == 3


def test_the_key_goes_with_every_request_and_nowhere_else() -> None:
    with scripted((302, "", {"Location": "http://127.0.0.1:9/elsewhere"})) as server:
        with client.Client(server.url + "/", KEY) as memory, pytest.raises(client.AnswerError):
            memory.request("GET /api/v1/memories/{id}", id="a/b?c=ü")
        assert server.headers[0]["authorization"] == f"Bearer {KEY}"
        assert server.heard == [("GET", "/api/v1/memories/a%2Fb%3Fc%3D%C3%BC", None)]


@pytest.mark.parametrize(("url", "key"), [("localhost:8080", KEY), ("", KEY), ("http://x", ""), ("http://x", "ü")])
def test_an_address_or_a_key_that_can_be_none_is_refused_at_once(url: str, key: str) -> None:
    for cls in (client.Client, client.AsyncClient):
        with pytest.raises(ValueError, match=r"address|key"):
            cls(url, key)


def test_requests_keep_to_their_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    turns = pace.Pace(60)
    assert [turns.wait() for _ in range(60)] == [0.0] * 60
    assert [turns.wait(), turns.wait()] == [1.0, 2.0]
    clock[0] += 2
    assert turns.wait() == 1.0
    clock[0] += 3600
    assert turns.wait() == 0.0
    assert {pace.Pace(0).wait() for _ in range(5000)} == {0.0}


def test_a_client_waits_for_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    with scripted(OK) as server, client.Client(server.url, KEY, per_minute=2) as memory:
        for _ in range(3):
            memory.status()
    assert len(waited) == 1
    assert 0 < waited[0] <= 30


def test_threads_take_turns_at_one_pace() -> None:
    turns, taken = pace.Pace(100), []
    threads = [threading.Thread(target=lambda: taken.append(turns.wait())) for _ in range(150)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert 45 <= sum(each > 0 for each in taken) <= 50


# ---------------------------------------------------------------- records


def test_a_record_reads_json_as_attributes() -> None:
    told = client.Record({"createdAt": "now", "hits": [{"id": "a"}], "counts": {"x": 1}, "items": 2, "none": None})
    assert (told.created_at, told["createdAt"], told.items, told.none) == ("now", "now", 2, None)
    assert told.hits[0].id == "a"
    assert told.counts["x"] == 1
    assert set(told) == {"createdAt", "hits", "counts", "items", "none"}
    assert "hits" in told
    assert len(told) == 5
    assert "created_at" in dir(told)
    assert told == client.Record(client.plain(told))
    assert client.plain({"a": [told.hits[0]], "b": told.hits}) == {"a": [{"id": "a"}], "b": [{"id": "a"}]}
    with pytest.raises(AttributeError, match="no field 'missing'"):
        _ = told.missing


@pytest.mark.parametrize(
    ("one", "other"), [("created_at", "createdAt"), ("id", "id"), ("min_importance_x", "minImportanceX")]
)
def test_names_are_turned_about(one: str, other: str) -> None:
    assert (camel(one), snake(other)) == (other, one)


def test_it_is_found_under_its_short_name_and_is_the_same_module() -> None:
    code = (
        "from whence.client import Client; import whence.client, whence.faces.client as real\n"
        "from whence import client\n"
        "assert client is real is whence.client and Client is real.Client and real.__spec__.name == real.__name__"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(ModuleNotFoundError, match=r"whence\.nonesuch"):
        import_module("whence.nonesuch")

"""The REST face, over a real server in a process of its own, or the same application in a thread of the test's."""

import json
import os
import random
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import uvicorn

from tests.opened import Engine
from tests.patience import PATIENCE
from whence.engine import OPERATIONS
from whence.faces.dialects import sekha
from whence.faces.http import memories
from whence.faces.http import server as http
from whence.faces.http.door import key_of
from whence.faces.places import confined
from whence.values.errors import InvalidSettings
from whence.values.memory import KINDS
from whence.values.settings import parse

KEY = "k" * 20 + "0123456789abcdef"
TALK = {
    "label": "Project:AI",
    "folder": "/team/codebase",
    "importance": 7,
    "messages": [
        {"role": "user", "content": "How do we validate tokens?"},
        {
            "role": "assistant",
            "content": "We decided on JWT validation, because refresh token rotation prevents theft.",
        },
    ],
    "metadata": {"type": "code_change"},
}


class Client:
    """Says what a test wants said, and hears status, headers and text."""

    def __init__(self, port: int, key: str | None = KEY) -> None:
        self.base, self.key = f"http://127.0.0.1:{port}", key
        self.port = port

    def raw(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any, str]:
        said = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        request = Request(self.base + path, data=body, method=method, headers={**said, **headers})
        try:
            with urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.headers, error.read().decode()

    def __call__(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        data = None if body is None else json.dumps(body).encode()
        code, _, text = self.raw(method, path, data)
        assert code == status, text
        return json.loads(text)


def served(folder: Path, exports: Path | None = None, **options: Any) -> Iterator[Client]:
    settings = parse({"embedding": {"model": "none"}})
    with (
        Engine(folder, settings, reach=confined(exports)) as engine,
        socket.create_server(("127.0.0.1", 0), backlog=2048) as listening,
    ):
        app = http.make_app(engine.project, KEY, sekha.ROUTES, **{"per_minute": 0, **options})
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", backlog=2048))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield Client(listening.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def client(repository: Path) -> Iterator[Client]:
    yield from served(repository)


@pytest.mark.quick
def test_a_conversation_is_kept_shown_listed_counted_and_deleted(client: Client) -> None:
    kept = client("POST", "/api/v1/conversations", TALK, 201)
    assert kept.keys() == {
        *("id", "conversation_id", "label", "folder", "status", "archived", "importance_score", "message_count"),
        *("created_at", "updated_at", "metadata"),
    }
    assert (kept["id"], kept["label"], kept["status"], kept["message_count"]) == (
        kept["conversation_id"],
        "Project:AI",
        "active",
        2,
    )
    one = f"/api/v1/conversations/{kept['id']}"
    whole = client("GET", one)
    assert whole.keys() == kept.keys() | {"messages"}
    assert [(each["role"], each["content"]) for each in whole["messages"]] == [
        (each["role"], each["content"]) for each in TALK["messages"]
    ]
    listed = client("GET", "/api/v1/conversations?label=Project:AI&folder=/team")
    assert listed.keys() == {"query", "results", "conversations", "total", "page", "page_size"}
    assert [each["id"] for each in listed["conversations"]] == [kept["id"]]
    assert client("GET", "/api/v1/conversations/count?label=Project:AI") == {
        "count": 1,
        "label": "Project:AI",
        "folder": None,
    }
    assert client("DELETE", one) == {"success": True, "id": kept["id"], "updated": ["deleted"]}
    assert client("GET", one, status=404)["code"] == 404
    assert client("GET", "/api/v1/conversations")["total"] == 0


def test_a_conversation_is_relabelled_filed_pinned_and_archived_each_alone(client: Client) -> None:
    id = client("POST", "/api/v1/conversations", TALK, 201)["id"]
    one = f"/api/v1/conversations/{id}"
    assert client("PUT", f"{one}/folder", {"folder": "/other/place"})["updated"] == ["folder"]
    assert client("GET", one)["label"] == "Project:AI"
    assert client("GET", one)["folder"] == "/other/place"
    assert client("PUT", f"{one}/label", {"label": "New"}) == {"success": True, "id": id, "updated": ["label"]}
    assert client("PUT", f"{one}/label", {"label": "Newer", "folder": "/x"})["updated"] == ["label", "folder"]
    assert (client("GET", one)["label"], client("GET", one)["folder"]) == ("Newer", "/x")
    for verb, status in (("pin", "pinned"), ("unpin", "active"), ("archive", "archived"), ("unarchive", "active")):
        assert client("PUT", f"{one}/{verb}")["success"] is True
        assert client("GET", one)["status"] == status
    client("PUT", f"{one}/archive")
    assert client("GET", "/api/v1/conversations")["total"] == 0
    assert client("GET", "/api/v1/conversations?archived=true")["total"] == 1
    assert client("GET", "/api/v1/conversations?pinned=true")["total"] == 0


def test_pages_hold_what_they_say(client: Client) -> None:
    for number in range(5):
        client("POST", "/api/v1/conversations", {**TALK, "label": f"L{number}"}, 201)
    pages = [client("GET", f"/api/v1/conversations?page={page}&page_size=2") for page in (1, 2, 3, 4)]
    assert [[each["label"] for each in page["conversations"]] for page in pages] == [
        ["L4", "L3"],
        ["L2", "L1"],
        ["L0"],
        [],
    ]
    assert {page["total"] for page in pages} == {5}
    found = client("POST", "/api/v1/query", {"query": "token", "limit": 2, "offset": 2})
    assert (found["total"], found["page"], found["page_size"], len(found["results"])) == (5, 2, 2, 2)


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 2),
        ({"folder": "/team/codebase"}, 1),
        ({"folder": "/team"}, 2),
        ({"folder": "/te"}, 0),
        ({"label": "Project:AI"}, 1),
        ({"labels": ["Project:AI", "Other"]}, 2),
        ({"min_importance": 8}, 1),
        ({"since": (datetime.now() - timedelta(days=1)).isoformat()}, 2),  # noqa: DTZ005 - as the guide writes it
        ({"since": (datetime.now() + timedelta(days=1)).isoformat()}, 0),  # noqa: DTZ005
        ({"until": "2020-01-01"}, 0),
        ({"pinned": True}, 0),
        ({"archived": True}, 0),
    ],
)
def test_filters_filter(filled: Client, filters: dict[str, Any], count: int) -> None:
    for route in ("/query", "/query/smart"):
        found = filled("POST", f"/api/v1{route}", {"query": "token", "filters": filters})
        assert (found["total"], len(found["results"])) == (count, count)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One server for tests that only read."""
    folder = tmp_path_factory.mktemp("read only")
    before = os.environ.get("WHENCE_HOME")
    os.environ["WHENCE_HOME"] = str(tmp_path_factory.mktemp("home"))
    try:
        for client in served(folder):
            client("POST", "/api/v1/conversations", TALK, 201)
            other = {**TALK, "label": "Other", "folder": "/team/bugs", "importance": 9}
            client("POST", "/api/v1/conversations", other, 201)
            yield client
    finally:
        os.environ.pop("WHENCE_HOME")
        if before is not None:
            os.environ["WHENCE_HOME"] = before


def test_a_filter_that_is_not_known_is_refused_not_passed_over(filled: Client) -> None:
    refused = filled("POST", "/api/v1/query", {"query": "token", "filters": {"colour": "red"}}, 400)
    assert "colour" in refused["error"]


def test_a_result_has_every_field_that_clients_read(filled: Client) -> None:
    first = filled("POST", "/api/v1/query", {"query": "refresh token rotation", "limit": None, "filters": None})
    assert first.keys() == {"query", "results", "total", "page", "page_size"}
    result = first["results"][0]
    assert result.keys() == {
        *("conversation_id", "id", "message_id", "score", "relevance_score", "content", "matched_content"),
        *("label", "folder", "timestamp", "created_at", "metadata"),
    }
    assert result["content"] == TALK["messages"][1]["content"]
    assert result["metadata"] == TALK["metadata"]
    scored = filled("POST", "/api/v1/messages/score", {"message_id": result["message_id"]})
    assert 1 <= scored["score"] <= 10


@pytest.mark.parametrize(
    "query", ["token", 'refresh "token', "token*", "NEAR(token, 2)", "-token AND OR", "(((", "'; --", " "]
)
def test_words_with_any_punctuation_are_safe_to_search(filled: Client, query: str) -> None:
    found = filled("POST", "/api/v1/search/fts", {"query": query, "limit": 5})
    assert found["total"] == len(found["results"]) == (2 if "token" in query else 0)


def test_a_context_keeps_to_its_budget_in_all_three_dialects(filled: Client) -> None:
    guide = {"query": "two-factor token", "context_budget": 4000, "recency_weight": 0.2, "relevance_weight": 0.6}
    told = filled("POST", "/api/v1/context/assemble", {**guide, "importance_weight": 0.2})
    assert told.keys() == {
        *("context", "conversations_included", "conversations_used", "total_tokens", "token_count", "context_budget"),
        *("messages", "conversation_ids", "labels"),
    }
    assert told["conversations_included"] == 2
    assert 0 < told["total_tokens"] <= told["context_budget"] == 4000
    assert all(each["label"] and each["messages"][0]["content"] for each in told["context"])
    tight = filled("POST", "/api/v1/context/assemble", {"query": "token", "labels": ["Other"], "token_budget": 30})
    assert tight["total_tokens"] <= 30
    assert all(each["label"] == "Other" for each in tight["context"])
    body = {
        "query": "token",
        "preferred_labels": ["Other"],
        "context_budget": 4000,
        "excluded_folders": ["/team/codebase"],
    }
    published = filled("POST", "/api/v1/context/assemble", body)
    assert [each["role"] for each in published["messages"]] == ["user", "assistant"]
    assert published["messages"][0]["metadata"]["citation"]["label"] == "Other"
    assert (published["labels"], len(published["conversation_ids"])) == (["Other"], 1)


def test_importance_decides_where_it_weighs_most(filled: Client) -> None:
    weights = {"recency_weight": 0, "relevance_weight": 0, "importance_weight": 1}
    told = filled("POST", "/api/v1/context/assemble", {"query": "token", "context_budget": 4000, **weights})
    assert [each["label"] for each in told["context"]] == ["Other", "Project:AI"]


def test_upkeep_sums_up_suggests_and_archives(client: Client) -> None:
    ids = [client("POST", "/api/v1/conversations", {**TALK, "importance": 3}, 201)["id"] for _ in range(2)]
    for level in ("daily", "weekly", "monthly"):
        told = client("POST", "/api/v1/summarize", {"conversation_id": ids[0], "level": level})
        assert "JWT validation" in told["summary"]
    labels = client("POST", "/api/v1/labels/suggest", {"conversation_id": ids[0]})
    assert labels["suggestions"][0]["label"] == "Project:AI"
    assert labels["suggestions"][0]["is_existing"] is True
    dry = client("POST", "/api/v1/prune/dry-run", {"threshold_days": 0})
    assert {each["conversation_id"] for each in dry["suggestions"]} == set(ids)
    assert all("importance 3" in each["reason"] for each in dry["suggestions"])
    assert client("GET", "/api/v1/conversations")["total"] == 2
    assert client("POST", "/api/v1/prune/execute", {"conversation_ids": ids[:1]})["archived"] == 1
    assert client("GET", f"/api/v1/conversations/{ids[0]}")["status"] == "archived"
    assert client("POST", "/api/v1/rebuild-embeddings", {})["success"] is True
    assert client("GET", "/api/v1/stats")["total_conversations"] == 2


def test_an_export_is_json_that_holds_the_text_or_the_text_itself(filled: Client) -> None:
    enveloped = filled("GET", "/api/v1/export?format=markdown&label=Project:AI")
    assert "## Project:AI" in enveloped["content"]
    assert "## Other" not in enveloped["content"]
    talks = json.loads(filled("GET", "/api/v1/export?format=json")["content"])
    assert [each["label"] for each in talks] == ["Project:AI", "Other"]
    body = {"format": "markdown", "filters": {"folder": "/team/bugs", "min_importance": 8}}
    status, headers, text = filled.raw("POST", "/api/v1/export", json.dumps(body).encode(), Accept="text/markdown")
    assert (status, headers["content-type"]) == (200, "text/markdown; charset=utf-8")
    assert text.count("\n## ") == text.count("## Other") == 1


def test_an_export_holds_archived_conversations_unless_told_otherwise(client: Client) -> None:
    id = client("POST", "/api/v1/conversations", TALK, 201)["id"]
    client("PUT", f"/api/v1/conversations/{id}/archive")
    client("POST", "/api/v1/conversations", {**TALK, "label": "Other"}, 201)
    for archived, labels in ((None, ["Project:AI", "Other"]), (True, ["Project:AI"]), (False, ["Other"])):
        told = client("POST", "/api/v1/export", {"format": "json", "filters": {"archived": archived}})
        assert [each["label"] for each in json.loads(told["content"])] == labels


def test_the_published_python_client_finds_the_routes_that_it_asks(client: Client) -> None:
    id = client("POST", "/api/v1/conversations", {**TALK, "importance": 3}, 201)["id"]
    one = f"/api/v1/conversations/{id}"
    assert client("GET", "/api/v1/conversations")["results"][0].keys() >= {"status", "message_count", "created_at"}
    assert client("POST", f"/api/v1/messages/{id}.1/importance").keys() >= {"score", "reasoning", "model"}
    told = client("POST", f"{one}/summary?level=weekly")
    assert (told["level"], told["model"], told["tokens_used"]) == ("weekly", "rules", 0)
    assert "JWT" in told["summary"]
    for least, count in (("3.0", 1), ("2.0", 0)):
        assert len(client("GET", f"/api/v1/prune/suggestions?threshold_days=0&importance_threshold={least}")) == count
    client("POST", "/api/v1/conversations", TALK, 201)  # what is near to it has that label
    assert client("POST", f"{one}/suggest-labels")[0]["label"] == "Project:AI"
    for status in ("pinned", "archived", "active"):
        client("PUT", f"{one}/status", {"status": status})
        assert client("GET", one)["status"] == status
    assert client("PUT", f"{one}/status", {"status": "lost"}, 400)["code"] == 400


@pytest.mark.parametrize(
    "filters",
    ["since=yesterday", "kinds=all", 'kinds=["note"]', 'labels="money"', "files=./src/cart.py", "files=src/**"],
)
def test_filters_of_memories_are_understood(client: Client, filters: str) -> None:
    note = {"kind": "Note", "content": "Whole cents", "labels": '"money"', "files": "./src/cart.py"}
    client("POST", "/api/v1/memories", note, 201)
    assert client("GET", f"/api/v1/memories?query=cents&{filters}")["total"] == 1
    refused = client("GET", "/api/v1/memories?since=soonish", status=400)
    assert "2026-05-31" in refused["error"]


def test_every_kind_is_kept_and_found_at_memories(client: Client) -> None:
    made = {"kind": "decision", "title": "Use JWT", "decision": "We use JWT.", "rationale": "It is stateless."}
    (id,) = client("POST", "/api/v1/memories", made, 201)["ids"]
    assert client("GET", f"/api/v1/memories/{id}")["memory"]["title"] == "Use JWT"
    client("PATCH", f"/api/v1/memories/{id}", {"importance": 9})
    found = client("GET", "/api/v1/memories?kinds=decision&query=jwt&min_importance=9")
    assert [each["memory"]["id"] for each in found["results"]] == [id]
    assert client("POST", "/api/v1/operations/search", {"query": "JWT"})["hits"][0]["id"] == id
    client("DELETE", f"/api/v1/memories/{id}")
    assert client("GET", "/api/v1/memories")["total"] == 0


# ---------------------------------------------------------------- the door


def paths() -> list[tuple[str, str]]:
    id = "0190a0b0-0000-7000-8000-000000000000"
    return [(each.method, each.path.replace("{id}", id)) for each in http.actions(OPERATIONS, sekha.ROUTES)]


def test_no_request_without_the_key_reads_or_writes_anything(filled: Client) -> None:
    stranger = Client(filled.port, None)
    for method, path in [*paths(), ("GET", "/metrics"), ("GET", "/nowhere"), ("POST", "/api/v1/stats")]:
        status, headers, text = stranger.raw(method, path, b"{}" if method != "GET" else None)
        assert (status, json.loads(text)["code"]) == (401, 401), path
        assert headers["www-authenticate"] == "Bearer"
    for wrong in ("", "x" * 36, KEY[:-1], KEY + "0", "ü" * 36):
        request = Request(f"{filled.base}/api/v1/stats", headers={"X-API-Key": wrong.encode().decode("latin-1")})
        with pytest.raises(HTTPError) as refused, urlopen(request):
            pass
        assert refused.value.code == 401
        refused.value.close()
    assert filled("GET", "/api/v1/stats")["total_memories"] == 2


def test_health_without_the_key_tells_nothing_and_the_key_is_taken_from_either_header(filled: Client) -> None:
    stranger = Client(filled.port, None)
    assert stranger("GET", "/health") == {"status": "healthy"}
    told = filled("GET", "/health")
    assert told.keys() == {"status", "version", "uptime_seconds", "uptime", "timestamp", "checks"}
    assert told["checks"]["database"]["status"] == "healthy"
    assert stranger.raw("GET", "/api/v1/stats", **{"X-API-Key": KEY})[0] == 200
    _, headers, _ = stranger.raw("GET", "/health", Origin="https://example.invalid")
    assert not [name for name in headers if name.lower().startswith("access-control")]


def test_metrics_are_prometheus_text(filled: Client) -> None:
    _, headers, text = filled.raw("GET", "/metrics")
    assert headers["content-type"].startswith("text/plain")
    assert 'whence_memories{kind="conversation"} 2' in text
    lines = [each for each in text.splitlines() if not each.startswith("#")]
    assert all(re.fullmatch(r'\w+(\{\w+="\w+"\})? [\d.]+', each) for each in lines)


def test_the_openapi_document_describes_every_route(filled: Client) -> None:
    told = filled("GET", "/openapi.json")
    assert told["openapi"].startswith("3.1")
    assert {f"/api/v1/operations/{name}" for name in OPERATIONS} <= told["paths"].keys()
    text = json.dumps(told)
    for name in re.findall(r"#/components/schemas/([^\"]+)", text):
        assert name in told["components"]["schemas"]
    ids = [each["operationId"] for methods in told["paths"].values() for each in methods.values()]
    assert len(ids) == len(set(ids))
    assert "/api/v1/conversations" in filled.raw("GET", "/docs")[2]
    # A talk of the dialect and a conversation in memory are two things, and must not pass for one another.
    schemas = told["components"]["schemas"]
    assert schemas["Talk"]["properties"].keys() != schemas["Conversation"]["properties"].keys()
    kinds = schemas["Detail"]["properties"]["memory"]["oneOf"]
    assert {schemas[each["$ref"].rsplit("/", 1)[1]]["properties"]["kind"]["const"] for each in kinds} == set(KINDS)


def test_too_many_requests_are_told_when_to_come_again(repository: Path) -> None:
    for client in served(repository, per_minute=5):
        codes = [client.raw("GET", "/api/v1/stats") for _ in range(7)]
        assert [code for code, _, _ in codes][:5] == [200] * 5
        assert codes[-1][0] == 429
        assert int(codes[-1][1]["retry-after"]) >= 1


def test_a_body_that_is_too_large_is_refused_said_or_streamed(repository: Path) -> None:
    for client in served(repository, body_limit=1000):
        code, _, text = client.raw("POST", "/api/v1/query", b'{"query": "' + b"x" * 2000 + b'"}')
        assert (code, json.loads(text)["code"]) == (413, 413)
        with socket.create_connection(("127.0.0.1", client.port), timeout=PATIENCE) as raw:
            raw.sendall(
                f"POST /api/v1/query HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: {KEY}\r\n".encode()
                + b"Transfer-Encoding: chunked\r\n\r\n"
                + b"7d0\r\n"
                + b"x" * 2000
                + b"\r\n"
            )
            assert raw.recv(1000).startswith(b"HTTP/1.1 413")
        assert client("GET", "/api/v1/conversations")["total"] == 0


def test_what_assistants_wrote_down_is_for_clients_on_the_machine(repository: Path) -> None:
    for client in served(repository, near=False):
        for name in memories.MACHINE:
            assert client("POST", f"/api/v1/operations/{name}", {}, 404)["code"] == 404
        assert client("POST", "/api/v1/operations/status", {})["total"] == 0


_JUNK: list[Any] = [
    *(
        None,
        True,
        -1,
        0,
        10**30,
        1.5,
        "",
        "x",
        "\0",
        "\ud800",
        "🜁" * 50,
        "' OR 1=1 --",
        "../../etc/passwd",
        "a" * 30_000,
    ),
    *([], {}, [[]], ["x"], [None], {"x": {}}, {"": ""}, "2026-13-45", "9999-12-31T23:59:59+00:00", "0001-01-01"),
    *([{"role": "user", "content": "x"}], [{"role": "nobody", "content": "x"}], [{"role": "user", "content": [1, {}]}]),
]


def test_a_fuzzed_request_gets_4xx_never_5xx(repository: Path) -> None:
    dice = random.Random(6)
    names = (
        "query",
        "limit",
        "offset",
        "filters",
        "label",
        "folder",
        "messages",
        "importance",
        "metadata",
        "id",
        "ids",
    )
    names += (
        "conversation_id",
        "conversation_ids",
        "message_id",
        "level",
        "format",
        "threshold_days",
        "kind",
        "content",
    )
    names += (
        "context_budget",
        "recency_weight",
        "preferred_labels",
        "since",
        "memory",
        "changes",
        "file",
        "files",
        "focus",
    )
    for client in served(repository):
        client("POST", "/api/v1/conversations", TALK, 201)
        offered = [
            each
            for each in paths()
            if not re.search(r"/(import_\w+|export\w*|index_\w+|rebuild\w*|rebuild-\w+)$", each[1])
        ]
        ids = ["%00", "%ff", "..%2f..", "x" * 3000, "%F0%9F%9C%81", "'", "0190a0b0-0000-7000-8000-000000000000.0"]
        for number in range(700):
            method, path = dice.choice(offered)
            path = path.replace("0190a0b0-0000-7000-8000-000000000000", dice.choice(ids))
            if dice.random() < 0.2:
                path += "?" + "&".join(
                    f"{dice.choice(('page', 'page_size', 'limit', 'since', 'kinds', 'x'))}={dice.choice(ids)}"
                    for _ in range(2)
                )
            body: bytes | None = json.dumps(
                {dice.choice(names): dice.choice(_JUNK) for _ in range(dice.randrange(6))}
            ).encode()
            if dice.random() < 0.1:
                body = dice.choice([b"", b"[", b"null", b"[]", b"\xff\xfe", b'{"a":' * 5000, b'{"query": NaN}', b'"x"'])
            code, _, text = client.raw(method, path, None if method == "GET" else body)
            assert code < 500, (number, method, path, body, text)
            if code >= 400:
                told = json.loads(text)
                assert told.keys() == {"error", "code"}, text
                assert "Traceback" not in text
                assert told["code"] == code


def test_hundreds_of_concurrent_requests_lose_nothing(repository: Path) -> None:
    for client in served(repository):

        def keep(number: int, client: Client = client) -> str:
            body = {"label": f"N{number}", "messages": [{"role": "user", "content": f"message number {number}"}]}
            return client("POST", "/api/v1/conversations", body, 201)["id"]

        with ThreadPoolExecutor(100) as pool:
            ids = list(pool.map(keep, range(400)))
        assert len(set(ids)) == 400
        listed = [client("GET", f"/api/v1/conversations?page_size=200&page={page}") for page in range(1, 3)]
        assert {each["label"] for page in listed for each in page["conversations"]} == {f"N{at}" for at in range(400)}


# ---------------------------------------------------------------- the command


SCRIPT = """
import os
from datetime import datetime, timedelta

import requests

base = os.environ["BASE"] + "/api/v1"
headers = {"Authorization": "Bearer " + os.environ["KEY"], "Content-Type": "application/json"}

def post(path, **body):
    return requests.post(base + path, headers=headers, json=body)

def keep(label, folder, importance, asked, answered, **metadata):
    said = [{"role": "user", "content": asked}, {"role": "assistant", "content": answered}]
    filed = {"label": label, "folder": folder, "importance": importance, "metadata": metadata}
    response = post("/conversations", messages=said, **filed)
    print("stored" if response.status_code == 201 else response.text)
    return response.json()["id"]

keep("Code: src/api/auth.rs", "/team/codebase", 7, "Implementing OAuth 2.0 authentication",
     "Changes made:\\n- Added JWT token validation\\n\\nReasoning:\\nSecurity", timestamp=datetime.now().isoformat())
found = post("/query", query="authentication security patterns", limit=5, filters={"folder": "/team/codebase"})
for each in found.json()["results"]:
    print(f"found {each['label']} {each['relevance_score']:.2f} {each['matched_content'][:100]}")
context = post("/context/assemble", query="Add two-factor authentication using TOTP", context_budget=4000,
               recency_weight=0.2, relevance_weight=0.6, importance_weight=0.2).json()
used = f"{context['total_tokens']}/{context['context_budget']}"
print(f"context from {context['conversations_included']} sessions, {used}")
print("text", "\\n".join(c["label"] + m["content"] for c in context["context"] for m in c["messages"]).splitlines()[0])
keep("ADR: Use Rust", "/team/architecture", 10, "Should we: Use Rust?", "**Decision:** Use Rust")
keep("Bug Fix: Race condition", "/team/bugs", 8, "Bug: Race", "**Root Cause:**\\ntwo requests", type="bug_fix")
yesterday = (datetime.now() - timedelta(days=1)).isoformat()
found = post("/query", query="code changes from yesterday", limit=10, filters={"since": yesterday})
for each in found.json()["results"]:
    print("standup", each["label"])
found = post("/query", query="previous changes to src/api/auth.rs", limit=5, filters={"folder": "/team/codebase"})
for each in found.json()["results"]:
    print("review", each["label"], each["matched_content"][:80])
answer = post("/export", format="markdown", filters={"folder": "/team/architecture", "min_importance": 8})
print("onboarding", answer.status_code, "ADR: Use Rust" in answer.text, "Race" in answer.text)
"""


def test_the_guides_script_runs_against_whence_serve_and_prints_what_it_promises(repository: Path, home: Path) -> None:
    command = [sys.executable, "-m", "whence", "serve", "--port", "0", "--set", "embedding.model=none"]
    environment = {name: value for name, value in os.environ.items() if name != "WHENCE_API_KEY"}
    with subprocess.Popen(
        command, cwd=repository, stderr=subprocess.PIPE, text=True, env={**environment, "COLUMNS": "80"}
    ) as server:
        try:
            assert server.stderr is not None
            line = server.stderr.readline()
            base = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert base, line
            key = (home / "api-key").read_text(encoding="utf-8").strip()
            assert len(key) >= 32
            assert key not in line
            if os.name == "posix":
                assert (home / "api-key").stat().st_mode & 0o777 == 0o600
            done = subprocess.run(
                [sys.executable, "-c", SCRIPT],
                env={**environment, "BASE": base[0], "KEY": key},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
        finally:
            server.terminate()
            server.wait(PATIENCE)
    if os.name == "posix":
        assert server.returncode == 0, "the memory was not closed in order"
    said = done.stdout
    assert said.count("stored") == 3
    assert "found Code: src/api/auth.rs" in said
    assert re.search(r"context from 1 sessions, \d+/4000", said)
    assert "text Code: src/api/auth.rs" in said
    assert "standup Code: src/api/auth.rs" in said
    assert "review Code: src/api/auth.rs" in said
    assert "onboarding 200 True False" in said


def test_the_key_is_made_once_and_a_short_one_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WHENCE_API_KEY", raising=False)
    with ThreadPoolExecutor(4) as pool:
        keys = set(pool.map(lambda _: key_of(), range(8)))
    assert len(keys) == 1
    monkeypatch.setenv("WHENCE_API_KEY", "short")
    with pytest.raises(InvalidSettings, match="32"):
        key_of()
    monkeypatch.setenv("WHENCE_API_KEY", KEY)
    assert key_of() == KEY

"""Sekha's dialect to the letter: what its published clients send and read, in requests of our own wording."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faces.test_http import Client, served
from whence.faces.http.door import key_of
from whence.secrets.redaction import redact


@pytest.fixture
def client(repository: Path) -> Iterator[Client]:
    yield from served(repository)


def talk(label: str, said: str = "The cart is emptied at logout.", **more: Any) -> dict[str, Any]:
    return {"label": label, "messages": [{"role": "user", "content": said}], **more}


def keep(client: Client, label: str, said: str = "The cart is emptied at logout.", **more: Any) -> str:
    return str(client("POST", "/api/v1/conversations", talk(label, said, **more), 201)["id"])


def warned(client: Client, method: str, path: str, body: Any) -> str:
    code, headers, text = client.raw(method, path, json.dumps(body).encode())
    assert code < 300, text
    return headers["warning"] or ""


# ---------------------------------------------------------------- what is said counts


@pytest.mark.parametrize(
    ("said", "importance"),
    [
        ({"importance": 8}, 8),
        ({"importance_score": 8.0}, 8),
        ({"importance_score": 7.5}, 8),
        ({"importanceScore": 3}, 3),
        ({"importance_score": None}, 5),
        ({}, 5),
    ],
    ids=["the guide's", "the Python client's", "between two", "the JavaScript client's", "null", "nothing"],
)
def test_importance_counts_by_each_name_that_clients_have_for_it(
    client: Client, said: dict[str, Any], importance: int
) -> None:
    id = keep(client, "Cart", **said)
    assert client("GET", f"/api/v1/conversations/{id}")["importance_score"] == importance
    assert client("GET", f"/api/v1/memories/{id}")["memory"]["importance"] == importance


@pytest.mark.parametrize("wrong", [0, 11, 0.2, 10.9, "high", True])
def test_an_importance_out_of_range_is_refused_by_every_name(client: Client, wrong: Any) -> None:
    for name in ("importance", "importance_score", "importanceScore"):
        assert client("POST", "/api/v1/conversations", talk("Cart", **{name: wrong}), 400)["code"] == 400


@pytest.mark.parametrize("route", ["POST /prune/dry-run", "GET /prune/suggestions", "POST /mcp/tools/memory_prune"])
def test_the_least_importance_counts_wherever_conversations_to_archive_are_asked_for(
    client: Client, route: str
) -> None:
    for importance in (2, 4, 6):
        keep(client, f"N{importance}", importance=importance)
    method, path = route.split()
    path = path if path.startswith("/mcp") else f"/api/v1{path}"
    for least, labels in ((2, {"N2"}), (4.5, {"N2", "N4"}), (10, {"N2", "N4", "N6"})):
        asked = {"threshold_days": 0, "importance_threshold": least}
        if method == "GET":
            told = client("GET", f"{path}?threshold_days=0&importance_threshold={least}")
        else:
            told = client("POST", path, asked)["suggestions"]
        assert {each["label"] for each in told} == labels


def test_a_turn_keeps_the_moment_that_a_client_gives_and_names_a_picture(client: Client) -> None:
    parts = [
        {"type": "text", "text": "What does this show?"},
        {"type": "image_url", "image_url": {"url": "https://example.invalid/plan.png"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
    ]
    turn = {"role": "user", "content": parts, "timestamp": "2025-03-01T10:00:00Z"}
    id = client("POST", "/api/v1/conversations", {"label": "Plan", "messages": [turn]}, 201)["id"]
    (told,) = client("GET", f"/api/v1/conversations/{id}")["messages"]
    assert told["timestamp"] == "2025-03-01T10:00:00Z"
    assert told["content"] == "What does this show?\n[picture: https://example.invalid/plan.png]\n[picture]"


# ---------------------------------------------------------------- what has no effect is told


@pytest.mark.parametrize(
    ("method", "path", "body", "names"),
    [
        ("POST", "/api/v1/conversations", talk("Cart", colour="red"), ["colour"]),
        ("POST", "/api/v1/conversations", talk("Cart", importance=3, importance_score=4), ["importance_score"]),
        (
            "POST",
            "/api/v1/conversations",
            {"messages": [{"role": "user", "content": "x", "tone": "sharp"}]},
            ["messages.tone"],
        ),
        ("POST", "/api/v1/query", {"query": "cart", "token_budget": 10, "rerank": True}, ["token_budget", "rerank"]),
        ("POST", "/api/v1/query?limit=3", {"query": "cart"}, ["limit"]),
        ("POST", "/api/v1/context/assemble", {"query": "cart", "limit": 3}, ["limit"]),
        ("POST", "/api/v1/rebuild-embeddings", {"force": True}, ["force"]),
        ("POST", "/mcp/tools/memory_stats", {"year": 2025}, ["year"]),
        ("POST", "/api/v1/export", {"format": "json", "zip": True, 'a"\r\nX: y': 1}, ["zip", "a???X??y"]),
    ],
)
def test_a_field_without_effect_is_named_in_a_warning(
    client: Client, method: str, path: str, body: dict[str, Any], names: list[str]
) -> None:
    expected = f'299 whence "Not known here, and without effect: {", ".join(names)}."'
    assert warned(client, method, path, body) == expected


def test_many_fields_without_effect_are_counted(client: Client) -> None:
    told = warned(client, "POST", "/api/v1/query", {"query": "cart", **{f"x{at:02}": 1 for at in range(13)}})
    assert "x09 and 3 more." in told


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/conversations", talk("Cart", folder="/a", importance_score=4.0, metadata=None)),
        ("/api/v1/query", {"query": "cart", "limit": 3, "offset": 0, "filters": {"label": "Cart"}}),
        ("/api/v1/query/smart", {"query": "cart", "token_budget": 500, "labels": ["Cart"]}),
        ("/api/v1/search", {"query": "cart", "limit": 10, "filter_labels": ["Cart"]}),
        ("/api/v1/prune/dry-run", {"threshold_days": 9, "importance_threshold": 2}),
    ],
)
def test_what_counts_is_not_warned_of(client: Client, path: str, body: dict[str, Any]) -> None:
    assert warned(client, "POST", path, body) == ""


def test_a_filter_said_twice_is_refused(client: Client) -> None:
    asked = {"query": "cart", "label": "Cart", "filters": {"label": "Shop"}}
    assert "label" in client("POST", "/api/v1/query", asked, 400)["error"]


# ---------------------------------------------------------------- labels and folders


LABELS = ("Work", "Work/Alpha", "Work/Alpha/One", "Work:Beta", "Workshop", "Home")
BELOW = {"Work", "Work/Alpha", "Work/Alpha/One", "Work:Beta"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/query", {"label": "Work"}),
        ("/query", {"labels": ["Work"]}),
        ("/query", {"filters": {"label": "Work"}}),
        ("/query", {"filters": {"labels": ["Work"]}}),
        ("/query/smart", {"label": "Work"}),
        ("/search", {"filter_labels": ["Work"]}),
        ("/search/fts", {"label": "Work"}),
    ],
)
def test_a_label_finds_those_below_it_wherever_it_stands(client: Client, path: str, body: dict[str, Any]) -> None:
    for label in LABELS:
        keep(client, label)
    told = client("POST", f"/api/v1{path}", {"query": "cart logout", "limit": 50, **body})
    assert {each["label"] for each in told["results"]} == BELOW
    assert told["total"] == len(BELOW)


def test_a_label_finds_those_below_it_in_lists_counts_contexts_exports_and_tools(client: Client) -> None:
    for label in LABELS:
        keep(client, label)
    assert {each["label"] for each in client("GET", "/api/v1/conversations?label=Work")["conversations"]} == BELOW
    assert client("GET", "/api/v1/conversations/count?label=Work")["count"] == len(BELOW)
    told = client("POST", "/api/v1/context/assemble", {"query": "cart", "labels": ["Work/Alpha"]})
    assert set(told["labels"]) == {"Work/Alpha", "Work/Alpha/One"}
    exported = json.loads(client("GET", "/api/v1/export?format=json&label=Work")["content"])
    assert {each["label"] for each in exported} == BELOW
    for path in ("/mcp/tools/memory_stats", "/mcp/memory/stats"):
        assert client("POST", path, {"filters": {"labels": ["Work"]}})["total_conversations"] == len(BELOW)


@pytest.mark.parametrize("folder", ["/team/api", "team/api", "team/api/", "//team / api", "/", ""])
def test_a_folder_reads_back_as_it_was_given(client: Client, folder: str) -> None:
    first, second = keep(client, "Cart", folder=folder, metadata={"by": "script"}), keep(client, "Cart", folder="/old")
    for change in (
        ("PUT", f"/api/v1/conversations/{second}/folder", {"folder": folder}),
        ("PUT", f"/api/v1/conversations/{second}", {"folder": folder}),
        ("POST", "/mcp/tools/memory_update", {"conversation_id": second, "folder": folder}),
    ):
        client("PUT", f"/api/v1/conversations/{second}/folder", {"folder": "/old"})
        client(*change)
        assert client("GET", f"/api/v1/conversations/{second}")["folder"] == folder
    told = client("GET", f"/api/v1/conversations/{first}")
    assert (told["folder"], told["metadata"]) == (folder, {"by": "script"})
    assert {each["folder"] for each in client("POST", "/api/v1/query", {"query": "cart"})["results"]} == {folder}
    assert client("GET", f"/api/v1/conversations?folder={folder.replace(' ', '%20')}")["total"] == 2


def test_a_folder_that_somebody_else_moved_reads_as_it_is_now(client: Client) -> None:
    id = keep(client, "Cart", folder="/team/api")
    client("POST", "/api/v1/operations/organize", {"ids": [id], "folder": "shop"})
    assert client("GET", f"/api/v1/conversations/{id}")["folder"] == "shop"


def test_the_label_in_use_that_fits_is_suggested_and_the_folder_stays(client: Client) -> None:
    for said in ("The refresh token expires in a day.", "A token is signed with the key.", "Tokens are rotated."):
        keep(client, "Security", said)
    for said in ("The page has two columns.", "The grid of the page jumps."):
        keep(client, "Layout", said)
    id = keep(client, "Inbox", "Why is the refresh token refused when it expires?", folder="/team/new")
    told = client("POST", "/api/v1/labels/suggest", {"conversation_id": id})
    best = told["suggestions"][0]
    assert (best["label"], best["is_existing"], best["folder"]) == ("Security", True, "/team/new")
    assert told["top_suggestion"] == best
    assert best["reasoning"] == best["reason"]
    assert "Inbox" not in {each["label"] for each in told["suggestions"]}
    client("PUT", f"/api/v1/conversations/{id}/label", {"label": best["label"], "folder": best["folder"]})
    moved = client("GET", f"/api/v1/conversations/{id}")
    assert (moved["label"], moved["folder"]) == ("Security", "/team/new")


# ---------------------------------------------------------------- the clients


def test_the_published_javascript_client_finds_the_routes_that_it_asks(client: Client) -> None:
    id = keep(client, "Cart", folder="/shop", importanceScore=3)
    one = f"/api/v1/conversations/{id}"
    assert client("POST", "/api/v1/search", {"query": "cart", "limit": 10})["results"][0]["conversation_id"] == id
    changed = client("PUT", one, {"label": "Basket", "folder": "/store", "importanceScore": 6})
    assert (changed["label"], changed["folder"], changed["importance_score"]) == ("Basket", "/store", 6)
    for status in ("pinned", "archived", "active"):
        assert client("PUT", one, {"status": status})["status"] == status
        listed = client("GET", f"/api/v1/conversations?status={status}&limit=5&offset=0")["conversations"]
        assert [each["id"] for each in listed] == [id]
    assert client("GET", "/api/v1/conversations?status=pinned")["conversations"] == []
    told = client("POST", "/api/v1/query/smart", {"query": "cart at logout", "token_budget": 8000, "labels": []})
    assert told["formattedContext"] == "Basket\nThe cart is emptied at logout."
    assert 0 < told["estimatedTokens"] < 50
    assert {each["name"] for each in client("GET", "/mcp/tools")} >= {"memory_store", "memory_search", "memory_prune"}
    assert client("PUT", one, {"status": "lost"}, 400)["code"] == 400


def test_what_the_python_client_types_is_there(client: Client) -> None:
    id = keep(client, "Cart", folder="/shop", importance_score=4.0)
    assert client("POST", "/api/v1/query", {"query": "cart"}).keys() >= {"results", "total", "query"}
    assert client("POST", "/api/v1/search/fts", {"query": "cart"}).keys() >= {"results", "total", "query"}
    whole = client("GET", f"/api/v1/conversations/{id}")
    assert whole.keys() >= {"messages", "importance_score", "updated_at", "archived", "metadata"}
    context = client("POST", "/api/v1/context/assemble", {"query": "cart", "preferred_labels": []})
    assert context.keys() >= {"messages", "token_count", "conversation_ids", "labels"}
    summed = client("POST", "/api/v1/summarize", {"conversation_id": id})
    assert summed.keys() >= {"summary", "level", "token_count", "created_at"}
    dry = client("POST", "/api/v1/prune/dry-run", {"threshold_days": 0})
    assert (dry["total_reviewed"], dry["recommended_archive"], dry["recommended_keep"]) == (1, 1, 0)
    assert dry["suggestions"][0].keys() >= {"label", "days_since_access", "recommendation", "reason"}
    assert client("GET", "/api/v1/export")["conversation_count"] == 1
    assert client("POST", "/api/v1/messages/score", {"message_id": f"{id}.0"}).keys() >= {"importance_score"}
    assert client("POST", "/api/v1/rebuild-embeddings")["status"] == "completed"
    assert client("GET", "/api/v1/mcp/tools") == client("GET", "/mcp/tools")


def test_a_label_that_is_preferred_counts_with_those_below_it(client: Client) -> None:
    keep(client, "Work/Alpha")
    keep(client, "Home")
    told = client("POST", "/api/v1/context/assemble", {"query": "cart logout", "preferred_labels": ["Work"]})
    assert told["labels"] == ["Work/Alpha", "Home"]


def test_a_context_has_the_budget_of_the_sdk_page_where_none_is_named(client: Client) -> None:
    assert client("POST", "/api/v1/context/assemble", {"query": "cart"})["context_budget"] == 8000


def test_each_tool_is_listed_and_answers(client: Client) -> None:
    stored = client("POST", "/mcp/tools/memory_store", talk("Cart", folder="/shop", importance_score=3))
    id = stored["data"]["conversation_id"]
    assert stored == {"success": True, "error": None, "data": stored["data"], **stored["data"]}
    assert stored["folder"] == "/shop"
    answers = {
        "memory_search": client("POST", "/mcp/tools/memory_search", {"query": "cart", "filters": {"label": "Cart"}}),
        "memory_query": client("POST", "/mcp/tools/memory_query", {"query": "cart", "limit": 1}),
        "memory_get_context": client("POST", "/mcp/tools/memory_get_context", {"conversation_id": id}),
        "memory_update": client("POST", "/mcp/tools/memory_update", {"conversation_id": id, "importance_score": 2}),
        "memory_prune": client("POST", "/mcp/tools/memory_prune", {"threshold_days": 0}),
        "memory_export": client("POST", "/mcp/tools/memory_export", {"conversation_id": id, "format": "markdown"}),
        "memory_stats": client("POST", "/mcp/tools/memory_stats", {"folder": "/shop"}),
        "memory_store": stored,
    }
    assert {each["name"] for each in client("GET", "/mcp/tools")} == answers.keys()
    for listed in client("GET", "/mcp/tools"):
        assert listed["description"].endswith(".")
        assert listed["inputSchema"]["type"] == "object"
    assert all(each["success"] and each["error"] is None for each in answers.values())
    assert answers["memory_search"]["data"]["results"][0]["conversation_id"] == id
    assert answers["memory_query"]["total_results"] == 1
    assert answers["memory_get_context"]["data"]["word_count"] == 6
    assert answers["memory_update"]["data"]["updated_fields"] == ["importance_score"]
    assert answers["memory_prune"]["suggestions"][0]["importance_score"] == 2
    assert answers["memory_export"]["data"]["messages"][0]["content"] == "The cart is emptied at logout."
    assert "The cart is emptied" in answers["memory_export"]["data"]["content"]
    figures = answers["memory_stats"]["data"]
    assert (figures["total_conversations"], figures["average_importance"], figures["labels"]) == (1, 2.0, ["Cart"])
    assert client("POST", "/mcp/memory/search", {"query": "cart", "limit": 5})["results"][0]["label"] == "Cart"
    assert client("POST", "/mcp/tools/memory_update", {"conversation_id": id})["updated_fields"] == []
    assert client("POST", "/mcp/tools/memory_export", {"conversation_id": "none"}, 404)["code"] == 404
    assert client("POST", "/mcp/tools/memory_forget", {}, 404)["code"] == 404


def test_a_key_that_whence_makes_has_the_form_that_published_clients_ask_for(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WHENCE_API_KEY", raising=False)
    assert re.fullmatch(r"sk-sekha-[\w-]{32,119}", key_of())


def test_a_key_that_whence_makes_is_known_as_a_secret(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WHENCE_API_KEY", raising=False)
    key = key_of()
    for text in (f"I asked the server with {key}.", f"curl http://127.0.0.1:8080/health -d '{key}'", key):
        assert key not in redact(text).text
        assert "whence-key" in redact(text).text


def test_a_key_that_was_made_before_stays_as_it_is(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WHENCE_API_KEY", raising=False)
    home.mkdir(parents=True)
    (home / "api-key").write_text("k" * 43, encoding="utf-8")
    assert key_of() == "k" * 43


def test_health_is_what_the_smoke_test_takes_for_well(client: Client) -> None:
    for path in ("/health", "/api/v1/health"):
        assert client("GET", path)["status"] in {"healthy", "ok"}
        assert Client(client.port, None)("GET", path)["status"] in {"healthy", "ok"}
    assert client.raw("GET", "/metrics")[0] == 200


@pytest.mark.parametrize("header", ["Accept", "Content-Type"])
def test_metrics_are_json_for_who_speaks_it(client: Client, header: str) -> None:
    keep(client, "Cart")
    code, headers, text = client.raw("GET", "/metrics", **{header: "application/json"})
    assert (code, headers["content-type"]) == (200, "application/json")
    told = json.loads(text)
    assert told["memories"]["conversation"] == 1
    assert told["requests_total"] == {"201": 1}
    assert told.keys() == {"memories", "passages", "passages_embedded", "requests_total", "uptime_seconds"}

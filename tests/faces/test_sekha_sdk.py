"""Programs as they are written for Sekha's Python SDK, told anew, with the import line changed; over a real server."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from tests.faces.scripted import scripted
from tests.faces.test_http import KEY, served
from whence.faces.dialects import sekha_sdk
from whence.faces.dialects.sekha_sdk import (
    ClientConfig,
    MemoryConfig,
    MemoryController,
    MessageDto,
    NewConversation,
    SekhaClient,
    SyncSekhaClient,
)
from whence.faces.dialects.sekha_sdk.errors import (
    SekhaAPIError,
    SekhaAuthError,
    SekhaConnectionError,
    SekhaError,
    SekhaNotFoundError,
    SekhaRateLimitError,
    SekhaValidationError,
)

TURNS = [
    {"role": "user", "content": "Where do we keep the cart of a guest?"},
    {"role": "assistant", "content": "In a signed cookie, until the guest has an account."},
]


@pytest.fixture
def config(repository: Path) -> Iterator[ClientConfig]:
    for server in served(repository):
        yield ClientConfig(api_key=KEY, base_url=server.base)


def test_the_quick_start_that_is_awaited(config: ClientConfig) -> None:
    async def program() -> list[str]:
        async with SekhaClient(config) as client:
            conversation = NewConversation(
                label="Shop:Cart",
                folder="/team",
                importance_score=8.0,
                messages=[
                    MessageDto(role="user", content="How long is a cart kept?"),
                    MessageDto(role="assistant", content="Ninety days."),
                ],
            )
            kept = await client.create_conversation(conversation)
            response = await client.smart_query("how long is the cart kept")
            whole = await client.get_conversation(kept.id)
            assert (whole.importance_score, whole.folder) == (8.0, "/team")
            return [f"{each.content} (from {each.label})" for each in response.results]

    (line,) = asyncio.run(program())
    assert line in {"Ninety days. (from Shop:Cart)", "How long is a cart kept? (from Shop:Cart)"}


def test_the_quick_start_that_waits(config: ClientConfig) -> None:
    memory = MemoryController(
        MemoryConfig(base_url=config.base_url, api_key=KEY, default_label="Work", timeout=30, max_retries=3)
    )
    with memory:
        conversation = memory.create(messages=TURNS, label="Shop:Cart", folder="Work/2025")
        assert (conversation["id"], conversation["label"]) == (conversation.id, "Shop:Cart")
        assert conversation.created_at
        assert conversation.messages[0].content == TURNS[0]["content"]
        unlabelled = memory.create(messages=TURNS)
        assert memory.get_conversation(unlabelled.id).label == "Work"
        context = memory.assemble_context(query="cart of a guest", labels=["Shop:Cart", "Security"], token_budget=8000)
        assert (context.conversations_used, context.context[0].label) == (1, "Shop:Cart")
        assert 0 < context["token_count"] <= 8000
        assert memory.assemble_context("cart").context_budget == 8000
        results = memory.search("guest cookie", limit=10)
        assert {each.id for each in results} == {conversation.id, unlabelled.id}
        assert all(each.score > 0 for each in results)
        assert [each.id for each in memory.search("guest cookie", label="Work")] == [unlabelled.id]
        memory.pin(conversation.id)
        assert memory.get_conversation(conversation.id).status == "pinned"
        memory.update_label(conversation.id, "Shop:Cart-Old")
        told = memory.get_conversation(conversation.id)
        assert (told.label, told.folder) == ("Shop:Cart-Old", "Work/2025")
        memory.archive(conversation.id)
        assert memory.get_conversation(conversation.id).archived is True
        suggestions = memory.get_pruning_suggestions(threshold_days=0)
        lines = [f"Consider archiving: {each.id} - {each.reason}" for each in suggestions]
        assert lines
        assert lines[0].startswith(f"Consider archiving: {unlabelled.id} - ")
        markdown = memory.export("Work", format="markdown")
        assert "## Work" in markdown
        assert "## Shop" not in markdown
        assert memory.export(format="json").startswith("[{")


def test_the_waiting_client_makes_one_that_is_awaited(config: ClientConfig) -> None:
    async def program(memory: MemoryController) -> Any:
        async with memory.async_client() as client:
            conversation = await client.create(messages=TURNS, label="Test")
            context = await client.assemble_context(query="guest", token_budget=5000)
            await client.pin(conversation.id)
            await client.archive(conversation.id)
            assert await client.export(label="Test", format="markdown")
            return context

    with MemoryController(config) as memory:
        assert asyncio.run(program(memory)).context_budget == 5000


def test_every_method_is_there_for_who_waits_and_who_awaits(config: ClientConfig) -> None:
    with SyncSekhaClient(config) as client:
        id = client.create_conversation({"label": "Cart", "folder": "/shop/", "messages": TURNS, "metadata": None}).id
        assert client.list_conversations(label="Cart", page_size=5).total == client.count_conversations("Cart") == 1
        assert client.query("cart", limit=1, filters={"label": "Cart"}).results[0].label == "Cart"
        assert client.full_text_search("cookie", limit=3).total == 1
        assert "cookie" in client.summarize(id, level="weekly").summary
        assert client.suggest_labels(id).conversation_id == id
        assert client.auto_label(id, threshold=1.0) is None
        assert 1 <= client.score_message_importance(f"{id}.0").score <= 10
        client.update_folder(id, "/store")
        assert client.get_conversation(id).folder == "/store"
        assert client.prune_execute([id]).archived == 1
        assert client.delete_conversation(id).success is True
        assert client.count_conversations() == 0

    async def program() -> None:
        async with SekhaClient(config) as client:
            assert await client.count_conversations(folder="/nowhere") == 0
            assert await client.auto_label((await client.create(TURNS)).id, 1.0) is None

    asyncio.run(program())


def test_a_label_is_given_where_it_is_likely_and_the_folder_stays(config: ClientConfig) -> None:
    with MemoryController(config) as memory:
        for said in ("The refresh token expires in a day.", "A token is signed with the key.", "Tokens are rotated."):
            memory.create([{"role": "user", "content": said}], label="Security")
        new = [{"role": "user", "content": "Why is the refresh token refused when it expires?"}]
        id = memory.create(new, label="Inbox", folder="/team/new").id
        assert memory.auto_label(id, threshold=0.3) == "Security"
        told = memory.get_conversation(id)
        assert (told.label, told.folder) == ("Security", "/team/new")


def test_a_model_of_ones_own_is_a_conversation_too(config: ClientConfig) -> None:
    class Turn(BaseModel):
        role: str
        content: str
        timestamp: str | None = None

    class Talk(BaseModel):
        label: str
        messages: list[Turn]

    with MemoryController(config) as memory:
        kept = memory.create_conversation(Talk(label="Cart", messages=[Turn(role="user", content="Hello there")]))
        assert memory.get_conversation(kept.id).messages[0].content == "Hello there"


def test_errors_are_those_of_the_page_in_its_order(config: ClientConfig) -> None:
    heard = []
    with MemoryController(config) as memory:
        try:
            memory.get_conversation("invalid-id")
        except SekhaNotFoundError as error:
            heard.append(error.message)
        try:
            memory.create(messages=[])
        except SekhaAuthError:
            heard.append("the key")
        except SekhaConnectionError:
            heard.append("no server")
        except SekhaAPIError as error:
            heard.append(f"{error.status_code}: {error.message}")
        except SekhaError:
            heard.append("unexpected")
    assert heard[0] == "There is no conversation invalid-id."
    assert heard[1].startswith("400: messages: ")
    wrong = ClientConfig(api_key="x" * 40, base_url=config.base_url)
    with MemoryController(wrong) as memory, pytest.raises(SekhaAuthError):
        memory.create(messages=TURNS)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, SekhaValidationError),
        (403, SekhaAuthError),
        (404, SekhaNotFoundError),
        (429, SekhaRateLimitError),
        (500, SekhaAPIError),
    ],
)
def test_each_refusal_has_its_class(status: int, error: type[SekhaAPIError]) -> None:
    with scripted((status, {"error": "No.", "code": status})) as server:
        config = ClientConfig(api_key=KEY, base_url=server.url, max_retries=0)
        with MemoryController(config) as memory, pytest.raises(error) as raised:
            memory.pin("x")
        assert type(raised.value) is error
        assert (raised.value.status_code, raised.value.message) == (status, "No.")

        async def program() -> None:
            async with SekhaClient(config) as client:
                await client.pin("x")

        with pytest.raises(error):
            asyncio.run(program())


def test_no_server_is_an_error_of_its_own() -> None:
    with scripted("drop") as server:
        config = ClientConfig(api_key=KEY, base_url=server.url)
    with MemoryController(ClientConfig(api_key=KEY, base_url=config.base_url, max_retries=0)) as memory:
        with pytest.raises(SekhaConnectionError):
            memory.search("cart")
        assert not issubclass(SekhaConnectionError, SekhaAPIError)


def test_the_defaults_are_the_pages() -> None:
    config = ClientConfig(api_key=KEY)
    assert (config.base_url, config.timeout, config.max_retries) == ("http://localhost:8080", 30.0, 3)
    assert (config.rate_limit_requests, config.per_minute) == (1000, 1000)
    assert ClientConfig(api_key=KEY, rate_limit_requests=10, rate_limit_window=1.0).per_minute == 600
    assert {each for each in dir(sekha_sdk) if each.startswith("Sekha")} == {
        *("SekhaClient", "SekhaError", "SekhaAPIError", "SekhaAuthError", "SekhaConnectionError"),
        *("SekhaNotFoundError", "SekhaRateLimitError", "SekhaValidationError"),
    }

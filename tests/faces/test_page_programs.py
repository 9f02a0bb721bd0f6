"""The programs of a page in each dialect run as the page gives them, and one that can't run is told."""

import json
from pathlib import Path

import pytest

from tests.faces.page_blocks import blocks, mended, mended_javascript, parses, signature
from tests.faces.page_programs import Outcome, run, table

SDK = """
# A shop's memory

```bash
curl http://localhost:8080/health
```

```python
from sekha import ClientConfig, MessageDto, NewConversation, SekhaClient

config = ClientConfig(api_key="sk-sekha-your-api-key-here", base_url="http://localhost:8080")
async with SekhaClient(config) as client:
    turn = MessageDto(role="user", content="A basket is kept for ninety days.")
    kept = await client.create_conversation(NewConversation(label="Shop:Basket", folder="/shop", messages=[turn]))
    found = await client.smart_query("how long is a basket kept")
    assert "ninety" in found.results[0].content
    await client.pin("conversation-uuid-here")
```

The next goes on from there.

```python
from sekha.errors import SekhaNotFoundError

async with SekhaClient(config) as client:
    assert (await client.get_conversation(kept.id)).label == "Shop:Basket"
    try:
        await client.get_conversation("nowhere")
    except SekhaNotFoundError as error:
        print(error.message)
```

```bash
curl -X POST http://localhost:8080/api/v1/query -H "Authorization: Bearer sk-your-api-key-here" \\
  -H "Content-Type: application/json" -d '{"query": "basket", "limit": 3}'
```

```typescript
import { MemoryController } from '@sekha/sdk';
import { SekhaNotFoundError } from '@sekha/sdk/errors';

const memory = new MemoryController({ baseURL: 'http://localhost:8080', apiKey: 'sk-your-api-key-here' });
const [found] = await memory.search('basket', { limit: 1 });
if (!found) throw new Error('What Python kept is not found.');
try {
  await memory.pin('nowhere');
} catch (error) {
  if (!(error instanceof SekhaNotFoundError)) throw error;
}
```

```bash
docker compose up -d
```
"""
MEMORY_LIB = """
```python
MemorySystem(small_model_fn: Callable[[str], Awaitable[str]], max_memories: int = 10, relevance_threshold: float = 0.7)
```

```python
add_memory(text: str, metadata: Optional[Dict[str, Any]] = None) -> str
```

```python
from memory_lib import MemorySystem

async def my_small_llm(prompt: str) -> str:
    # Ask a model here.
    pass

system = MemorySystem(small_model_fn=my_small_llm, db_path="shop.db")
id = system.add_memory("A basket is kept for ninety days")
(found,) = await system.retrieve_relevant_memories("How long is a basket kept?")
assert (found.memory_id, found.relevance_score) == (id, 0.9)
```

```python
from memory_lib.codebase import CodeContext

ids = system.index_file("shop/basket.py")
assert ids
print(await system.query(CodeContext(user_query="How is a basket made?"), primary_model_fn=gpt_fn))
```
"""
KAGURA = """
```python
await coding_record_error(
    user_id="dev", project_id="shop", error_type="KeyError", message="'basket'", stack_trace="in shop.py, line 3",
    file_path="shop/basket.py", line_number=3, screenshot="/path/to/picture.png",
)
assert "KeyError" in await coding_search_errors(user_id="dev", project_id="shop", query="basket missing", k=5)
```

```python
await coding_start_session(user_id="dev", project_id="shop", description="Mend the basket")
result = await coding_end_session(user_id="dev", project_id="shop", success=True)
print(result['summary'])
```

```python
await coding_record_error(...)
```

```bash
export CODING_MEMORY_COST_THRESHOLD="0.10"
```
"""
ASSISTANT = json.dumps(
    {"mcpServers": {"shop": {"command": "other", "args": ["mcp", "serve"], "env": {"USER_ID": "dev"}}}}
)


def states(done: list[Outcome]) -> list[tuple[str, str]]:
    assert not [f"{each.block.line}: {each.reason}" for each in done if each.state == "failed"]
    return [(each.block.language, each.state) for each in done]


def test_the_programs_of_a_page_on_the_sdks_run_against_a_server(tmp_path: Path) -> None:
    assert states(run(SDK, tmp_path)) == [
        ("bash", "ran"),
        ("python", "ran"),
        ("python", "ran"),
        ("bash", "ran"),
        ("javascript", "ran"),
        ("bash", "not runnable"),
    ]


def test_the_programs_and_signatures_of_a_page_on_the_library_hold(tmp_path: Path) -> None:
    assert states(run(MEMORY_LIB, tmp_path)) == [("python", "ran")] * 4


def test_the_calls_of_a_page_on_assistants_tools_run(tmp_path: Path) -> None:
    page = f"{KAGURA}\n```json\n{ASSISTANT}\n```\n"
    ways = [("python", "ran"), ("python", "ran"), ("python", "not runnable"), ("bash", "ran"), ("json", "ran")]
    assert states(run(page, tmp_path)) == ways


@pytest.mark.parametrize(
    "program",
    [
        "assert 1 == 2",
        "from memory_lib import MemorySystem\nMemorySystem(None).nothing_like_that()",
        "add_memory(text: str, priority: int = 3) -> str",
        "await coding_track_file_change(user_id='dev', project_id='shop', action='fly')",
    ],
    ids=["a claim that is wrong", "a method that is missing", "a parameter that is missing", "a refused call"],
)
def test_a_program_that_does_not_hold_is_told_with_its_line(tmp_path: Path, program: str) -> None:
    (done,) = run(f"Words.\n\n```python\n{program}\n```\n", tmp_path)
    assert (done.state, done.block.line) == ("failed", 4)
    assert done.reason
    assert "1 blocks, 0 ran, 0 not runnable, 1 failed" in table("page.md", [done])


def test_a_shell_command_and_a_script_that_fail_are_told(tmp_path: Path) -> None:
    page = (
        "```bash\ncurl http://localhost:8080/api/v1/stats\n```\n\n"
        "```js\nimport { MemoryController } from '@sekha/sdk';\nthrow new Error('no');\n```\n"
    )
    assert [each.state for each in run(page, tmp_path)] == ["failed", "failed"]


@pytest.mark.quick
def test_programs_whose_fences_were_lost_are_found_between_headings() -> None:
    page = "```bash\npip install shop\n\n## Start\n\nimport shop\nshop.open()\n\n## Words\n\nNothing to run.\n"
    assert [(each.language, each.text) for each in blocks(page)] == [
        ("bash", "pip install shop"),
        ("python", "import shop\nshop.open()"),
    ]


@pytest.mark.quick
def test_what_a_copy_lost_is_mended_and_what_is_whole_stays() -> None:
    assert parses(mended("Create it\nfor each in things:\nprint(each)\n\ntry:\nrun()\nexcept ValueError:\nprint()"))
    whole = "for each in things:\n    print(each)"
    assert mended(whole) == whole
    assert mended_javascript("Only take this:\nlog(it failed: ${x})") == "// Only take this:\nlog(`it failed: ${x}`)"


@pytest.mark.quick
def test_a_call_is_no_signature() -> None:
    assert signature("keep('this', limit=3)") is None
    assert signature("await keep()") is None
    assert signature("close()") is not None
    shown = signature("keep(text: str, limit: int = 3) -> str")
    assert shown is not None
    assert list(shown.parameters) == ["text", "limit"]

"""Run the programs of pages that others wrote for a memory, as `python -m tests.faces.page_programs FOLDER` does.

What the import line, the address and the key say is changed, models and pictures that a page only names get stand-ins,
and each block runs after those above it, as in a notebook: REST and the SDKs against `whence serve`, MCP tools and
memory_lib in a folder of their own. No page is kept here.
"""

import argparse
import ast
import asyncio
import builtins
import contextlib
import inspect
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import traceback
import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from mcp.types import TextContent

from tests.faces.page_blocks import PAGE_WIDE, Block, blocks, mended, mended_javascript, parses, shortened, signature
from tests.patience import PATIENCE
from tests.pictures import png
from whence.faces.dialects import kagura, sekha_sdk
from whence.faces.dialects.memory_system.code import CodeMemorySystem
from whence.faces.dialects.memory_system.memories import MemorySystem
from whence.faces.mcp.host import Host

ROOT = Path(__file__).resolve().parent.parent.parent
KEY = "sk-sekha-" + "0123456789abcdef" * 2
IMPORTS = {"sekha": "whence.faces.dialects.sekha_sdk", "sekha.errors": "whence.faces.dialects.sekha_sdk.errors"}
"""Modules of a page, and those that stand in their place."""
OTHERS = re.compile(r"\b(docker|npm|pnpm|yarn|vsce|pytest|mypy|black|isort|git clone|pip install)\b")
"""Commands that install, build or test a program of somebody else."""


class Reply(str):
    """The text that an MCP tool answers with; a part of it is asked for by name on pages that take it for a dict."""

    def __getitem__(self, part: Any) -> str:
        return self if isinstance(part, str) else super().__getitem__(part)


@dataclass
class Bench:
    """Where the blocks of one page run."""

    folder: Path
    base: str
    host: Host
    space: dict[str, Any] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Outcome:
    """What became of a block."""

    block: Block
    state: str
    """ran, not runnable, or failed."""
    reason: str = ""


def ran(block: Block, reason: str = "") -> Outcome:
    return Outcome(block, "ran", reason)


def unable(block: Block, reason: str) -> Outcome:
    return Outcome(block, "not runnable", reason)


def failed(block: Block, reason: str) -> Outcome:
    return Outcome(block, "failed", reason)


# ---------------------------------------------------------------- the bench


@contextlib.contextmanager
def bench(folder: Path) -> Iterator[Bench]:
    """A repository, a server over it, and the tools of assistants."""
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    words = [sys.executable, "-m", "whence", "serve", "--port", "0", "--set", "embedding.model=none"]
    environment = {**os.environ, "WHENCE_API_KEY": KEY, "COLUMNS": "80"}
    host = Host(folder, [kagura.TOOLS])
    with subprocess.Popen(words, cwd=folder, stderr=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stderr is not None
        told = server.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", told)
        assert found, told
        drain = threading.Thread(target=server.stderr.read, daemon=True)
        drain.start()
        try:
            made = Bench(folder, found[0], host)
            made.space.update(_names(made))
            yield made
        finally:
            server.terminate()
            server.wait(PATIENCE)
            host.close()


def _names(made: Bench) -> dict[str, Any]:
    """What a page uses without saying where it comes from."""

    def tool(name: str) -> Callable[..., Any]:
        async def called(**given: Any) -> Reply:
            answer = made.host.call(name, given, lambda message, share: None)
            [content] = answer.content
            assert isinstance(content, TextContent)
            text = content.text
            if answer.is_error:
                raise RuntimeError(text)
            return Reply(text)

        return called

    shown = {name: getattr(typing, name) for name in ("Any", "Awaitable", "Callable", "Dict", "List", "Optional")}
    own = {"__name__": "__main__", "dataclass": dataclass, "model_of_the_reader": model}
    return {**own, **shown, **{name: tool(name) for name in kagura.TOOLS.tools}}


async def model(prompt: str) -> str:
    """A model that a page leaves to its reader: it finds everything fitting."""
    return "0.9" if re.search(r"relevan|score", prompt, re.IGNORECASE) else f"An answer to {len(prompt)} characters."


def _openai() -> types.ModuleType:
    module = types.ModuleType("openai")
    said = types.SimpleNamespace(message=types.SimpleNamespace(content="An answer."))
    create = types.SimpleNamespace(create=lambda **_: types.SimpleNamespace(choices=[said]))
    vars(module)["ChatCompletion"] = create
    return module


def _adapted(text: str, made: Bench) -> str:
    empty = r"(async def \w+\((\w+): str\) -> str:\n(?:\s+#.*\n)*\s+)pass\b"
    text = re.sub(empty, r"\1return await model_of_the_reader(\2)", text)
    text = re.sub(r"http://(localhost|127\.0\.0\.1):8080", made.base, text)
    text = re.sub(r"sk-(sekha-)?(your-api-key(-here)?|\.\.\.)|dev-key-replace-in-production", KEY, text)
    for path in re.findall(r"['\"]/path/to/([\w.-]+)['\"]", text):
        (made.folder / path).write_bytes(png())
    if "conversation-uuid-here" in text:
        with sekha_sdk.SyncSekhaClient(sekha_sdk.ClientConfig(api_key=KEY, base_url=made.base)) as client:
            kept = client.create([{"role": "user", "content": "Something to pin"}], label="Page")
        text = text.replace("conversation-uuid-here", kept.id)
    return text.replace("/path/to/", f"{made.folder.as_posix()}/")


def _sources(text: str, made: Bench) -> None:
    """The files of which the page speaks, but for those that it says are not there."""
    for name in re.findall(r"['\"]((?:\w+/)+\w+\.py)['\"]", text):
        path = made.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(f"def {path.stem}(given):\n    return given\n", encoding="utf-8")
    for name in re.findall(r"index_repository\(\s*['\"]([\w/]+)['\"]", text):
        (made.folder / name).mkdir(parents=True, exist_ok=True)


# ---------------------------------------------------------------- Python


def python(block: Block, made: Bench) -> Outcome:
    if (shown := signature(block.text)) is not None:
        return _compared(block, shown)
    text = mended(block.text).replace("[...]", '[{"role": "user", "content": "Hello there"}]')
    if not parses(text):
        if re.fullmatch(r"(\w+=.*,?\s*)+", text):
            return unable(block, "arguments without a call")
        return unable(block, f"no Python as the page gives it: {_complaint(text)}")
    if shortened(text):
        return unable(block, "leaves out its arguments")
    if re.search(r"^from kagura\.|\bcoding_mem\.", text, re.MULTILINE) or "CodingMemoryManager(" in text:
        return unable(block, "uses modules inside Kagura, in whose place `Whence` stands")
    _sources(text, made)
    text = re.sub(r"^(\s*from )(sekha(?:\.\w+)?)( import)", _imported, _adapted(text, made), flags=re.MULTILINE)
    _supply(text, made)
    if found := re.search(r"`([\w/]+\.py)`", block.before):
        (made.folder / found[1]).write_text(text, encoding="utf-8")
    told = io.StringIO()
    try:
        with contextlib.redirect_stdout(told):
            code = compile(text, f"line {block.line}", "exec", PAGE_WIDE)
            coroutine = types.FunctionType(code, made.space)()
            if inspect.isawaitable(coroutine):
                asyncio.run(_awaited(coroutine))
            _call_new(text, made)
    except Exception as error:  # noqa: BLE001 - whatever a page raises is told
        last = traceback.extract_tb(error.__traceback__)[-1]
        return failed(block, f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})")
    if wrong := re.search(r"(❌ Error: .*)", told.getvalue()):
        return failed(block, wrong[1])
    return ran(block)


async def _awaited(coroutine: Any) -> Any:
    return await coroutine


def _imported(found: re.Match[str]) -> str:
    return f"{found[1]}{IMPORTS.get(found[2], found[2])}{found[3]}"


def _complaint(text: str) -> str:
    try:
        compile(text, "page", "exec", PAGE_WIDE)
    except SyntaxError as error:
        return f"{error.msg}, its line {error.lineno}"
    return ""


def _supply(text: str, made: Bench) -> None:
    """Give what the page takes for there: models, what an earlier example would have made, and the SDK's names."""
    tree = ast.parse(text)
    used = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}
    for name in used - made.space.keys():
        if re.search(r"(_llm|_fn|_function|_api)$", name):
            made.space[name] = model
        elif name in sekha_sdk.__all__:
            made.space[name] = getattr(sekha_sdk, name)
        elif name == "APIError":
            made.space[name] = RuntimeError
    if "user_task" in used:
        made.space.setdefault("user_task", "Explain it.")
    if "relevant_memories" in used and "relevant" in made.space:
        made.space.setdefault("relevant_memories", made.space["relevant"])
    if "conv" in used and not _assigned(text, "conv"):
        said = sekha_sdk.MessageDto(role="user", content="What is the limit of tokens?")
        made.space.setdefault("conv", sekha_sdk.NewConversation(label="Page", folder="/page", messages=[said]))
    if "client" in used and not _assigned(text, "client"):
        made.space["client"] = sekha_sdk.SekhaClient(sekha_sdk.ClientConfig(api_key=KEY, base_url=made.base))
    if "system" in used and not _assigned(text, "system"):
        _open_system(text, made)


def _assigned(text: str, name: str) -> bool:
    return bool(re.search(rf"\b{name} = |\bas {name}:", text))


def _open_system(text: str, made: Bench) -> None:
    """The system of which a piece of a page speaks: that of code where it uses what only that one has."""
    package = import_module("memory_lib")
    of_code = r"CodeContext|index_|reindex|documentation|debugging|clear_cache|cache_stats|total_code"
    about = "CodeMemorySystem" if re.search(of_code, text) else "MemorySystem"
    if not isinstance(system := made.space.get("system"), getattr(package, about)):
        if isinstance(system, MemorySystem | CodeMemorySystem):
            system.close()
        made.space["system"] = getattr(package, about)(
            small_model_fn=model, db_path=str(made.folder / f"{about}.of-the-page.db")
        )


def _call_new(text: str, made: Bench) -> None:
    """Call the functions that a page only defines, with what their parameters speak of."""
    tree = ast.parse(text)
    called = {each.func.id for each in ast.walk(tree) if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)}
    given = {"pr_files": ["src/api/auth.rs"], "file_path": "kept.txt", "git_diff": "", "prompt": "Score this."}
    for each in tree.body:
        if isinstance(each, ast.FunctionDef) and each.name not in called:
            asked = [argument.arg for argument in each.args.args]
            if all(name in given for name in asked):
                made.space[each.name](*(given[name] for name in asked))


def _compared(block: Block, shown: inspect.Signature) -> Outcome:
    """Whether what is there is called as the page shows it."""
    import whence

    name = shown.return_annotation
    systems = (whence.MemorySystem, whence.CodeMemorySystem)
    candidates = [getattr(whence, name)] if hasattr(whence, name) else [getattr(each, name, None) for each in systems]
    for each in filter(None, candidates):
        real = inspect.signature(each).parameters
        if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in real.values()) and not shown.parameters:
            return ran(block, "a signature, compared")
        same = [
            key in real and (one.default is inspect.Parameter.empty or one.default == real[key].default)
            for key, one in shown.parameters.items()
        ]
        if all(same):
            return ran(block, "a signature, compared")
    return failed(block, f"{name} has other parameters or defaults")


# ---------------------------------------------------------------- the other languages


def javascript(block: Block, made: Bench, modules: dict[str, str]) -> Outcome:
    turns = "[{ role: 'user' as const, content: 'Hello there' }]"
    text = mended_javascript(block.text).replace("[...]", turns).replace("{...}", f"{{ messages: {turns} }}")
    for name in re.findall(r"\bmemory\b", text)[:1]:
        if not re.search(rf"const {name} =", text):
            configured = f"new MemoryController({{ baseURL: '{made.base}', apiKey: '{KEY}' }})"
            text = f"import {{ MemoryController as Made }} from '@sekha/sdk';\nconst {name} = {configured};\n{text}"
            text = text.replace("new MemoryController(", "new Made(", 1)
    if "promise = " in text:
        text += "\nawait promise.catch((error) => console.log('stopped:', error.name));\n"
    program = made.folder / f"page-{block.line}.mts"
    program.write_text(_adapted(text, made), encoding="utf-8")
    bundler = [str(ROOT / "node_modules" / "esbuild" / "bin" / "esbuild"), str(program), "--bundle", "--format=esm"]
    for name, path in modules.items():
        bundler.append(f"--alias:{name}={path}")
    built = made.folder / f"page-{block.line}.mjs"
    done = _run([*bundler, "--platform=node", f"--outfile={built}", "--log-level=error"], made)
    if done.returncode:
        lost = re.search(r"ERROR.*", done.stderr)
        reason = lost[0] if lost else done.stderr.strip()
        return unable(block, f"no JavaScript as the page gives it: {reason}")
    done = _run(["node", str(built)], made)
    return failed(block, done.stderr.strip().splitlines()[-1]) if done.returncode else ran(block)


def bash(block: Block, made: Bench) -> Outcome:
    """Its commands, but for those that install or build somebody else's program."""
    lines = block.text.replace("\\\n", " ").splitlines()
    kept = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    own = [line for line in kept if not OTHERS.search(line) and not line.startswith("cd ")]
    own = [line for line in own if re.match(r"(curl|python|export|whence|\$ )", line.lstrip())]
    if not own:
        return unable(block, "installs, builds or tests somebody else's program")
    text = re.sub(r"^curl ", "curl -sS --fail-with-body ", _adapted("\n".join(own), made), flags=re.MULTILINE)
    text = re.sub(r"^(python|whence) ", lambda found: _python(found[1]), text, flags=re.MULTILINE)
    if "export " in text:
        text += f"\n{_python('whence')}config >/dev/null"
    done = _run(["bash", "-ec", text], made)
    return failed(block, (done.stderr or done.stdout).strip()[-300:]) if done.returncode else ran(block)


def _python(word: str) -> str:
    return f"'{sys.executable}' {'-m whence ' if word == 'whence' else ''}"


def configuration(block: Block, made: Bench) -> Outcome:
    """Settings of the editor are among ours; the server of an assistant's settings starts and says hello."""
    said = json.loads(block.text)
    if "mcpServers" not in said:
        manifest = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
        described = manifest["contributes"]["configuration"]
        groups = described if isinstance(described, list) else [described]
        known = {name for group in groups for name in group["properties"]}
        unknown = [name for name in said if name not in known]
        promised = (ROOT / "docs" / "compatibility.md").read_text(encoding="utf-8")
        if lost := [name for name in unknown if f"`{name}`" not in promised]:
            return failed(block, f"settings of which nothing says what stands in their place: {', '.join(lost)}")
        return unable(block, "settings of another extension, each with ours in its place") if unknown else ran(block)
    for server in said["mcpServers"].values():
        words = [sys.executable, "-m", "whence", "mcp", "--tools", "coding"]
        hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "page", "version": "1"}}
        asked = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}) + "\n"
        done = _run(words, made, asked, **server.get("env", {}))
        if '"serverInfo"' not in done.stdout:
            return failed(block, done.stderr.strip()[-300:])
    return ran(block)


def _run(words: list[str], made: Bench, said: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(ROOT / "server"), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path, **more}
    return subprocess.run(
        words, cwd=made.folder, env=environment, input=said, capture_output=True, text=True, check=False, timeout=120
    )


# ---------------------------------------------------------------- a page


def run(page: str, folder: Path, modules: dict[str, str] | None = None) -> list[Outcome]:
    """What became of each block of a page, run in an empty folder.

    Args:
        modules: files that JavaScript's imports stand for, besides our own client's.
    """
    client = ROOT / "clients" / "typescript" / "src"
    npm = {
        "@sekha/sdk": client / "index.ts",
        "@sekha/sdk/client": client / "client.ts",
        "@sekha/sdk/errors": client / "errors.ts",
    }
    aliases = {**{name: str(path) for name, path in npm.items()}, **(modules or {})}
    before, asked, path = Path.cwd(), builtins.input, list(sys.path)
    other = sys.modules.get("openai")
    sys.path.insert(0, str(ROOT / "clients" / "memory_lib"))
    sys.modules["openai"] = _openai()
    builtins.input = lambda prompt="": "what was changed"
    try:
        with bench(folder) as made:
            os.chdir(folder)
            (folder / "kept.txt").write_text("one\n", encoding="utf-8")
            done = [_one(each, made, aliases) for each in blocks(page)]
            with contextlib.suppress(Exception):
                made.space["system"].close()
            return done
    finally:
        os.chdir(before)
        builtins.input = asked
        sys.path[:] = path
        sys.modules.pop("openai")
        if other is not None:
            sys.modules["openai"] = other


def _one(block: Block, made: Bench, modules: dict[str, str]) -> Outcome:
    match block.language:
        case "python":
            return python(block, made)
        case "javascript":
            return javascript(block, made, modules)
        case "bash":
            return bash(block, made)
        case "json":
            return configuration(block, made)
        case "toml":
            return unable(block, "settings of another program, in whose place whence.toml stands")
    return unable(block, "prose or output")


def table(name: str, done: list[Outcome]) -> str:
    """A line for each block and one that counts them."""
    lines = [f"{each.block.line:5} {each.block.language or '-':10} {each.state:12} {each.reason}" for each in done]
    counts = {state: sum(each.state == state for each in done) for state in ("ran", "not runnable", "failed")}
    counted = ", ".join(f"{count} {state}" for state, count in counts.items())
    return "\n".join([f"{name}: {len(done)} blocks, {counted}", *lines])


def main() -> int:
    """Run every page of a folder, and tell what became of each block; 1 where one failed."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=os.environ.get("WHENCE_PAGES"))
    parser.add_argument("--module", action="append", default=[], metavar="NAME=FILE", help="what an import stands for")
    said = parser.parse_args()
    modules = dict(each.split("=", 1) for each in said.module)
    worst = 0
    for path in sorted(Path(said.folder).glob("*.md")):
        # A page may leave a memory open, which Windows doesn't delete.
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            os.environ["WHENCE_HOME"] = str(Path(folder, "home"))
            Path(folder, "page").mkdir()
            done = run(path.read_text(encoding="utf-8"), Path(folder, "page"), modules)
        print(table(path.name, done))
        worst = max(worst, *(int(each.state == "failed") for each in done))
    return worst


if __name__ == "__main__":
    sys.exit(main())

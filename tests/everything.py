"""Every operation, each called once with sensible arguments on a project in which something is remembered.

As a program, it does all of that without a model, for a test to watch: `python -m tests.everything FOLDER SOURCES`.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.opened import Engine
from tests.patience import PATIENCE
from tests.pictures import png
from whence.engine import OPERATIONS
from whence.engine.completion import asks_a_model
from whence.values.errors import WhenceError
from whence.values.settings import parse

THINKING = sorted(name for name, operation in OPERATIONS.items() if asks_a_model(operation.function))
"""The operations that a model can help."""

TRACE = """Traceback (most recent call last):
  File "{top}/app.py", line 2, in add
    return a + b
TypeError: can't compare offset-naive and offset-aware datetimes{more}"""


@dataclass
class World:
    """A project with memories of all kinds, a branch with commits and files that are not committed."""

    folder: Path
    """The work tree."""

    sources: Path
    """A folder beside it: what is imported, and where exports go."""

    hostile: str = ""
    """What stands in each memory and file beside its own words."""

    ids: dict[str, str] = field(default_factory=dict)
    """Memories by what they are."""


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)


def prepare(engine: Engine, world: World) -> None:
    """Fill the project; nothing of this asks a model."""
    folder, more = world.folder, f" {world.hostile}".rstrip()
    git(folder, "switch", "-qc", "feature/12-take-texts")
    for number in range(12):
        path = folder / f"part{number % 4}.py"
        path.write_text(f"# {number}{more}\ndef part{number}():\n    return {number}\n", encoding="utf-8")
        git(folder, "add", ".")
        git(folder, "commit", "-qm", f"Add part {number}{more}")
    engine.import_history()
    (folder / "new.py").write_text(f"def fresh():\n    return '{world.hostile}'\n", encoding="utf-8")
    engine.start_session(f"Take texts{more}", end_active=True)
    (world.ids["decision"],) = engine.remember(
        {
            "kind": "decision",
            "decision": f"Sums take texts{more}",
            "rationale": "Forms send texts.",
            "files": ["app.py"],
        }
    ).ids
    for number, name in enumerate(("note", "twin", "third")):
        said = f"Forms send texts, not numbers, and the sum must take both of them as they come.{' ' * number}{more}"
        (world.ids[name],) = engine.remember({"kind": "note", "content": said, "labels": ["forms"]}).ids
    (world.ids["binned"],) = engine.remember({"kind": "note", "content": f"Of no use{more}"}).ids
    (world.ids["spare"],) = engine.remember({"kind": "note", "content": f"To spare{more}"}).ids
    (world.ids["double"],) = engine.remember({"kind": "note", "content": f"To spare{more}"}).ids
    trace = TRACE.format(top=folder.as_posix(), more=more)
    (world.ids["solved"],) = engine.record_error(stack_trace=trace, root_cause="One is naive", solution="Use UTC").ids
    for name in ("part0.py", "part1.py"):
        (world.ids["bug"],) = engine.record_error(
            f"can't compare offset-naive and offset-aware datetimes in {name}{more}", error_type="TypeError", file=name
        ).ids
    engine.track_change("app.py", diff="+ x", reason=f"Convert texts{more}", implements=world.ids["decision"])
    (world.ids["chat"],) = engine.save_conversation(f"User: Why texts?{more}\n\nAssistant: Forms send them.").ids
    world.sources.mkdir(exist_ok=True)
    (world.sources / "shot.png").write_bytes(png(640, 400, said=world.hostile.encode()))
    (world.sources / "chat.md").write_text(f"User: Hello{more}\n\nAssistant: Hello.\n", encoding="utf-8")
    (world.sources / "memories.json").write_text(
        json.dumps([{"content": f"A fact{more}", "metadata": {"tags": ["x"]}}]), encoding="utf-8"
    )
    records = folder / "docs" / "adr"
    records.mkdir(parents=True)
    (records / "0001-use-python.md").write_text(
        f"# 1. Use Python\n\n## Status\n\nAccepted\n\n## Context\n\nA language.{more}\n\n## Decision\n\nUse Python.\n",
        encoding="utf-8",
    )
    assert engine.settle(PATIENCE)


Arguments = Callable[[Engine, World], Mapping[str, Any]]


def plain(**values: Any) -> Arguments:
    return lambda engine, world: values


def id_of(name: str) -> Arguments:
    return lambda engine, world: {"id": world.ids[name]}


def ids_of(*names: str) -> Arguments:
    return lambda engine, world: {"ids": [world.ids[name] for name in names]}


def beside(parameter: str, name: str, **more: Any) -> Arguments:
    return lambda engine, world: {parameter: str(world.sources / name), **more}


def _suggested(engine: Engine, world: World) -> Mapping[str, Any]:
    return {"suggestions": [{"id": world.ids["note"], "importance": 7, "labels": ["forms"]}]}


def _proposed(engine: Engine, world: World) -> Mapping[str, Any]:
    proposed = engine.consolidate().proposals[:1]
    if proposed:
        world.ids["merged"] = proposed[0].ids[0]
    return {"proposals": [each.model_dump(mode="json") for each in proposed]}


def _link(engine: Engine, world: World) -> Mapping[str, Any]:
    return {"source": world.ids["note"], "relation": "about", "target": world.ids["decision"]}


CALLS: dict[str, Arguments] = {
    "search": plain(query="datetimes"),
    "get": id_of("decision"),
    "children": plain(),
    "status": plain(),
    "context": plain(query="why do sums take texts"),
    "as_comment": plain(text="Sums take texts", language="python"),
    "why": plain(file="part0.py", start=1, end=2),
    "line_change": plain(file="part0.py", line=1),
    "text_at": plain(file="part0.py"),
    "marks": plain(file="part0.py"),
    "lines_by_assistants": plain(),
    "conversation_lines": id_of("chat"),
    "record_rule": plain(pattern="eval(", reason="It runs what others wrote"),
    "check_rules": plain(),
    "standup": plain(),
    "review": plain(),
    "project_context": plain(focus="texts"),
    "onboarding": beside("target", "onboarding.md"),
    "form": plain(kind="note"),
    "keep_draft": plain(kind="note", answers={"content": "Sums take"}),
    "similar": plain(kind="note", answers={"content": "Sums take texts"}),
    "remember": plain(memory={"kind": "note", "content": "Remember this"}),
    "update": lambda engine, world: {"id": world.ids["note"], "changes": {"importance": 6}},
    "forget": ids_of("binned"),
    "restore": ids_of("binned"),
    "rebuild": plain(),
    "link": _link,
    "unlink": _link,
    "track_change": plain(file="app.py", reason="Convert more"),
    "record_error": plain(message="It broke", error_type="KeyError"),
    "resolve": lambda engine, world: {"id": world.ids["bug"], "solution": "Convert first"},
    "reopen": id_of("bug"),
    "search_errors": plain(query="datetimes"),
    "save_conversation": plain(text="User: What now?\n\nAssistant: Wait."),
    "append_turns": lambda engine, world: {"id": world.ids["chat"], "messages": [{"role": "user", "content": "So."}]},
    "labels_in_use": plain(),
    "import_conversations": beside("source", "chat.md"),
    "import_transcripts": plain(),
    "transcript_offer": plain(),
    "keep_transcripts": plain(keep=False),
    "export_origins": plain(),
    "import_history": plain(),
    "export": beside("target", "export.jsonl"),
    "import_export": beside("source", "export.jsonl"),
    "import_records": plain(),
    "export_records": beside("target", "records"),
    "import_memories": beside("source", "memories.json"),
    "index_workspace": plain(),
    "search_code": plain(query="part"),
    "outline_file": plain(file="part0.py"),
    "dependencies": plain(path="part0.py"),
    "refactor_impact": plain(path="part0.py"),
    "refactor_order": plain(paths=["part0.py", "part1.py"]),
    "graph": plain(path="part0.py"),
    "current_session": plain(),
    "error_patterns": plain(),
    "suggest_solution": plain(message="can't compare offset-naive and offset-aware datetimes", error_type="TypeError"),
    "analyze_patterns": plain(),
    "suggest_labels": plain(),
    "apply_suggestions": _suggested,
    "score": plain(query="why do sums take texts"),
    "ask": plain(question="Why do sums take texts?"),
    "keep_answer": plain(question="Why?", answer="Forms send them."),
    "read_screenshot": beside("source", "shot.png"),
    "read_diagram": beside("source", "shot.png"),
    "draft_commit_message": plain(),
    "draft_pull_request": plain(base="main"),
    "consolidate": plain(),
    "apply_consolidation": _proposed,
    "undo_consolidation": id_of("merged"),
    "end_session": plain(success=True),
    "summarize_session": plain(),
    "resume_session": plain(),
    "start_session": plain(goal="Go on", end_active=True),
    "summarize": plain(period="day"),
    "costs": plain(),
    "dashboard": plain(),
    "show_prompt": plain(operation="error_patterns"),
    "organize": lambda engine, world: {"ids": [world.ids["note"]], "pinned": True},
    "merge": ids_of("spare", "double"),
    "suggest_pruning": plain(),
    "prune": ids_of("spare"),
    "backup": plain(),
    "backups": plain(),
    "restore_backup": plain(),
    "empty_bin": plain(),
    "stop_models": plain(),
    "resume_models": plain(),
}
"""Arguments of every operation, in an order in which they can follow each other."""


def call(engine: Engine, world: World, name: str) -> Any:
    """What one operation answers."""
    given = CALLS[name](engine, world)
    return getattr(engine, name)(**OPERATIONS[name].parse(dict(given)))


def everything(engine: Engine, world: World, names: Iterable[str] = tuple(CALLS)) -> dict[str, str]:
    """Call them one after another; what those said that refused."""
    refused: dict[str, str] = {}
    for name in names:
        try:
            call(engine, world, name)
        except WhenceError as error:
            refused[name] = f"{type(error).__name__}: {error}"
    return refused


def main() -> None:
    """Everything without a model, with settings as they are but for what would be fetched; prints who refused."""
    world = World(Path(sys.argv[1]), Path(sys.argv[2]))
    with Engine(world.folder, parse({"embedding": {"download": False}}), capture=True) as engine:
        prepare(engine, world)
        refused = everything(engine, world)
        engine.settle(PATIENCE)
    print(json.dumps({"refused": refused, "litellm": "litellm" in sys.modules}))


if __name__ == "__main__":
    main()

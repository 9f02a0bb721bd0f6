import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.opened import Engine
from whence.values.memory import MemoryBase
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})
SECRET = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    folder = tmp_path / "prøject one"
    folder.mkdir()
    with Engine(folder, PLAIN) as opened:
        yield opened


def write(engine: Engine, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = engine.place.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return engine.place.root


def graph(*records: object) -> str:
    return "\n".join(json.dumps(each) for each in records)


def entity(name: str, kind: str, *observations: str) -> dict[str, object]:
    return {"type": "entity", "name": name, "entityType": kind, "observations": observations}


def relation(source: str, kind: str, target: str) -> dict[str, object]:
    return {"type": "relation", "from": source, "to": target, "relationType": kind}


GRAPH = graph(
    entity("Parser", "component", "is fast"),
    entity("Use LR", "design decision", "LR was chosen for speed"),
    relation("Parser", "implements", "Use LR"),
    relation("Use LR", "superseded-by", "Use LL"),
    entity("Use LL", "decision", "LL is simpler"),
    entity("Parser", "component", "uses tables"),
)

BANK = {
    "memory-bank/systemPatterns.md": "# Patterns\n\nIntro.\n\n## Storage\n\nLanceDB.\n\n"
    "## API\n\n```\n## no heading\n```\n",
    "memory-bank/projectbrief.md": "# Brief\n\nOne memory for a codebase.\n",
    "memory-bank/decisionLog.md": "# Decisions\n\n## Use LanceDB\n\nIt scales.\n\n## Use stdio\n\nIt is simple.\n",
}

BASIC = {
    "notes/coffee.md": "---\ntitle: Coffee\npermalink: kitchen/coffee\ntags: [brew, 'hot']\ncreated: 2025-01-02\n---\n"
    "# Coffee\n\n## Observations\n- [method] Pour over #slow\n- [decision] Use a V60 #gear (for now)\n\n## Relations\n"
    "- part_of [[Kitchen]]\n- fixes [[Tired Mornings]]\n- [[Coffee]]\n",
    "notes/Kitchen.md": "---\ntitle: Kitchen\npermalink: kitchen\ntags:\n- room\n- warm\n---\nA room.\n",
    "notes/mornings.md": "---\ntitle: Tired Mornings\npermalink: mornings\n---\nToo early.\n",
    "notes/choice.md": "---\ntitle: Use a V60\ntype: decision\npermalink: choice\n---\n"
    "# Use a V60\n\n- [reason] It is cheap\n",
}

SERENA = {
    ".serena/memories/style_guide.md": "Format with ruff.\n",
    ".serena/memories/deep/api.md": "# The API\n\nIs REST.\n",
}

TOOLS: list[tuple[str, dict[str, str], str, set[tuple[str, str]]]] = [
    (
        "the MCP memory server",
        {"memory.jsonl": GRAPH},
        "memory.jsonl",
        {("note", "Parser"), ("decision", "Use LR"), ("decision", "Use LL")},
    ),
    (
        "the MCP memory server's graph as one object",
        {"graph.json": json.dumps({"entities": [entity("A", "x", "y")], "relations": []}, indent=1)},
        "graph.json",
        {("note", "A")},
    ),
    (
        "Cline's memory bank",
        BANK,
        "memory-bank",
        {
            ("note", "Patterns"),
            ("note", "Patterns: Storage"),
            ("note", "Patterns: API"),
            ("note", "Brief"),
            ("decision", "Decisions: Use LanceDB"),
            ("decision", "Decisions: Use stdio"),
        },
    ),
    ("Serena", SERENA, ".serena", {("note", "style guide"), ("note", "The API")}),
    (
        "basic-memory",
        BASIC,
        "notes",
        {
            ("note", "Coffee"),
            ("note", "Kitchen"),
            ("note", "Tired Mornings"),
            ("decision", "Use a V60"),
            ("decision", "Use a V60 (for now)"),
        },
    ),
]


def kept(engine: Engine) -> dict[str, MemoryBase]:
    found = [engine.get(hit.id).memory for hit in engine.search("", limit=200).hits]
    return {each.title: each for each in found}  # type: ignore[attr-defined, misc] # the union's members have titles


@pytest.mark.parametrize(("files", "source", "expected"), [each[1:] for each in TOOLS], ids=[each[0] for each in TOOLS])
def test_memories_are_taken_over_once(
    engine: Engine, files: dict[str, str], source: str, expected: set[tuple[str, str]]
) -> None:
    root = write(engine, files)
    done = engine.import_memories(str(root / source))
    assert {(each.kind, title) for title, each in kept(engine).items()} == expected
    assert (done.added, done.updated, done.unchanged) == (len(expected), 0, 0)
    for file in root.rglob("*.*"):
        os.utime(file, (1_800_000_000, 1_800_000_000))
    again = engine.import_memories(str(root / source))
    assert (again.added, again.updated, again.unchanged) == (0, 0, len(expected))
    assert len(kept(engine)) == len(expected)


def test_a_projects_known_places_are_found_at_once(engine: Engine) -> None:
    root = write(engine, {**BANK, **SERENA, "memory.jsonl": GRAPH, "docs/other.md": "# Not a memory"})
    done = engine.import_memories(str(root))
    assert done.added == 11
    assert done.left_out == ()


def links(engine: Engine) -> set[tuple[str, str, str]]:
    found = kept(engine)
    titles = {each.id: title for title, each in found.items()}
    return {(title, link.relation, titles[link.target]) for title, each in found.items() for link in each.links}


def test_relations_become_links_where_both_ends_are_known(engine: Engine) -> None:
    root = write(engine, {"memory.jsonl": GRAPH + "\n" + graph(relation("Parser", "uses", "Nothing"))})
    done = engine.import_memories(str(root / "memory.jsonl"))
    assert links(engine) == {("Parser", "implements", "Use LR"), ("Use LL", "supersedes", "Use LR")}
    assert [(each.reason, each.examples) for each in done.left_out] == [
        ("relations to what is not there", ("Nothing",))
    ]
    assert "- uses Nothing" in engine.get(kept(engine)["Parser"].id).markdown


def test_basic_memorys_links_dates_and_tags_are_kept(engine: Engine) -> None:
    engine.import_memories(str(write(engine, BASIC) / "notes"))
    coffee = kept(engine)["Coffee"]
    assert links(engine) == {
        ("Coffee", "part_of", "Kitchen"),
        ("Tired Mornings", "solved_by", "Coffee"),
        ("Use a V60 (for now)", "part_of", "Coffee"),
    }
    assert f"{coffee.created_at:%Y-%m-%d}" == "2025-01-02"
    assert coffee.labels == ("basic-memory", "brew", "hot", "slow", "gear")
    assert coffee.files == ("notes/coffee.md",)
    assert kept(engine)["Kitchen"].labels == ("basic-memory", "room", "warm")


def test_a_memory_follows_its_file_and_keeps_what_was_done_here(engine: Engine) -> None:
    root = write(engine, BANK)
    engine.import_memories(str(root))
    brief = kept(engine)["Brief"].id
    storage = kept(engine)["Patterns: Storage"].id
    engine.update(brief, {"pinned": True, "labels": ["mine"], "importance": 9})
    engine.update(storage, {"content": "Edited here."})
    write(engine, {"memory-bank/projectbrief.md": "# Brief\n\nAnother aim.\n"})
    done = engine.import_memories(str(root))
    assert (done.added, done.updated, done.unchanged) == (0, 1, 5)
    changed = engine.get(brief).memory
    assert "Another aim." in changed.text()
    assert (changed.pinned, changed.importance) == (True, 9)
    assert set(changed.labels) == {"mine", "cline", "memory-bank"}
    assert engine.get(storage).memory.text() == "Edited here."
    engine.forget((brief,))
    assert [each.reason for each in engine.import_memories(str(root)).left_out] == ["memories in the bin"]


def test_secrets_of_other_tools_are_redacted_and_compared_so(engine: Engine) -> None:
    root = write(engine, {"memory.jsonl": graph(entity("Deploy", "x", f"token {SECRET}"))})
    assert engine.import_memories(str(root)).added == 1
    assert SECRET not in engine.get(kept(engine)["Deploy"].id).markdown
    (engine.place.home / "adopted.json").write_text("not JSON", encoding="utf-8")
    assert engine.import_memories(str(root)).unchanged == 1


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("memory.jsonl", b'{"type": "entity", "name": "A"', "lines that are broken or cut off"),
        ("memory.jsonl", b'{"some": "thing"}\n', "entries that are neither an entity nor a relation"),
        ("memory.jsonl", b"", "an empty file"),
        ("memory.json", b'{\n"entities": [', "JSON that is broken or cut off"),
        ("memory.json", b"[\n1]", "no memories of a tool that Whence knows"),
        ("note.md", b"# Plain\n", "no memories of a tool that Whence knows"),
        ("note.md", b"", "an empty file"),
        ("note.md", b"\x00\x01", "a binary file"),
        ("memory.jsonl", graph(relation("A", "x", "B")).encode(), "relations of entities that are not there"),
    ],
)
def test_what_is_no_memory_is_named_with_the_reason(engine: Engine, name: str, content: bytes, reason: str) -> None:
    (engine.place.root / name).write_bytes(content)
    done = engine.import_memories(str(engine.place.root / name))
    assert (done.added, [each.reason for each in done.left_out]) == (0, [reason])
    assert done.note == "No memory of a tool that Whence knows was found."


def test_broken_lines_and_bytes_spoil_nothing_else(engine: Engine) -> None:
    file = engine.place.root / "memory.jsonl"
    file.write_bytes(
        b'{"bro\n' + graph(entity("A", "x", "y")).encode() + b'\n{"type":"entity","name":"B\xff","entityType":"x"}\n'
    )
    done = engine.import_memories(str(file))
    assert set(kept(engine)) == {"A", "B\ufffd"}
    assert [(each.reason, each.count, each.examples) for each in done.left_out] == [
        ("lines that are broken or cut off", 1, ("memory.jsonl",))
    ]

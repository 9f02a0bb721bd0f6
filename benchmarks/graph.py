"""Import edges compared with those of other tools: grimp for Python; any tool that prints JSON for JavaScript.

    python benchmarks/graph.py [FOLDER/PACKAGE ...]
    python benchmarks/graph.py --repository FOLDER ... --tool 'COMMAND' ... [--judged FILE]

Python: each argument is a package's folder; without any, packages that are installed beside this one are taken. A
package is copied into a project of its own, indexed, and every import between its modules compared with grimp's, which
reads Python's own syntax tree. Imports of a module by itself, which grimp counts, are no edges between files.

JavaScript and TypeScript: a repository is indexed where it lies, and each tool is run in it, as

    --tool 'depcruise --no-config --ts-config tsconfig.json --ts-pre-compilation-deps --output-type json src'
    --tool 'madge --json --ts-config tsconfig.json --extensions ts,tsx,js,jsx,mjs,cjs src'

Their JSON is read: a table of `modules` with `dependencies`, as dependency-cruiser prints it, or a table of paths with
lists of paths, as madge does. Edges are compared between the source files that both sides look at; what tools say of
style sheets and data is left out, and so are a folder that the tool was not asked about and a file that is not indexed
because a program wrote it.

Neither tool is the truth: where two answers differ, somebody has to look. `--judged` names a file of such verdicts,
each line the wrong side's name (`ours`, `theirs`), the importing file and the imported one, with tabs between; a
pattern with stars may stand for a file. The last columns then count only what was not found to be the tool's own fault.

Goal: precision and recall of .98 each. Returns how many rows miss it.
"""

import argparse
import contextlib
import fnmatch
import importlib.util
import itertools
import json
import os
import posixpath
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import grimp

from whence.analysis.languages import language_of
from whence.faces.library.engine import Engine
from whence.values.settings import parse

PACKAGES = ("pydantic", "rich", "pygls", "typer", "huggingface_hub")
GOAL = 0.98
SECONDS = 900.0
"""A tool that takes longer on one repository is stopped."""

Edges = set[tuple[str, str]]
Verdicts = list[tuple[str, str, str]]
"""Who is wrong, and the two files, each a pattern."""


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description="Compare import edges with those of other tools.")
    parser.add_argument("packages", nargs="*", type=Path, help="folders of Python packages")
    parser.add_argument("--repository", action="append", type=Path, default=[], help="a folder of JavaScript")
    parser.add_argument("--tool", action="append", default=[], help="a command that prints a repository's edges")
    parser.add_argument("--judged", type=Path, help="a file of verdicts on differences that were looked at")
    parser.add_argument("--shown", type=int, default=5, help="differences of each kind that are printed")
    return parser.parse_args()


def packages(named: list[Path]) -> list[Path]:
    """The folders of the packages to compare."""
    if named:
        return [each.resolve() for each in named]
    specs = [importlib.util.find_spec(name) for name in PACKAGES]
    return [Path(spec.origin).parent for spec in specs if spec is not None and spec.origin]


def ours(root: Path) -> tuple[Edges, frozenset[str], float]:
    """The edges by the code index, the files it looked at, and the seconds that it took to index and resolve."""
    started = time.perf_counter()
    with Engine(root, parse({"embedding": {"model": "none"}})) as engine:
        engine.index_workspace()
        known = engine.project.graphs.known()
    edges = {(path, target) for path, found in known.resolved.items() for target in found.targets}
    return edges, frozenset(known.resolved), time.perf_counter() - started


def by_grimp(name: str) -> tuple[Edges, float]:
    """The edges by grimp, between modules."""
    started = time.perf_counter()
    graph = grimp.build_graph(name, cache_dir=None)
    edges = {(one, other) for one in graph.modules for other in graph.find_modules_directly_imported_by(one)}
    return {each for each in edges if each[0] != each[1]}, time.perf_counter() - started


def by_tool(command: str, root: Path) -> tuple[Edges, frozenset[str], float] | None:
    """The edges that a tool prints, and the files it looked at; None, with what it said, where it printed none."""
    started = time.perf_counter()
    with contextlib.suppress(subprocess.TimeoutExpired, ValueError):
        done = subprocess.run(shlex.split(command), cwd=root, capture_output=True, timeout=SECONDS, check=False)
        if not done.stdout.strip():
            print(f"{command} printed nothing: {done.stderr[-300:].decode('utf-8', 'replace')}")
            return None
        edges, files = read(json.loads(done.stdout))
        return edges, files, time.perf_counter() - started
    print(f"{command} printed no JSON, or took longer than {SECONDS:.0f} s")
    return None


def read(said: dict[str, Any]) -> tuple[Edges, frozenset[str]]:
    """The edges between source files in what a tool printed, and the files."""
    table: dict[str, list[str]]
    if isinstance(said.get("modules"), list):
        table = {
            each["source"]: [other["resolved"] for other in each["dependencies"] if not other["couldNotResolve"]]
            for each in said["modules"]
            if not each.get("coreModule") and not each.get("couldNotResolve")
        }
    else:
        table = said
    found = {
        posixpath.normpath(path): [posixpath.normpath(other) for other in others] for path, others in table.items()
    }
    files = frozenset(path for path in found if language_of(path) and "node_modules" not in path.split("/"))
    return {(path, other) for path in files for other in found[path] if other in files and other != path}, files


def module(path: str) -> str:
    """The name of a file's module."""
    return path.rsplit(".", 1)[0].replace("/", ".").removesuffix(".__init__")


def verdicts(file: Path | None) -> Verdicts:
    """The verdicts of those who looked at the differences."""
    lines = file.read_text().splitlines() if file is not None else []
    rows = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
    return [(wrong, one, other) for wrong, one, other, *_ in rows]


def judged(edges: Edges, wrong: str, known: Verdicts) -> Edges:
    """Those of some edges of which this side was found to be wrong."""
    sides = [(one, other) for side, one, other in known if side == wrong]
    return {
        (path, target)
        for path, target in edges
        if any(fnmatch.fnmatchcase(path, one) and fnmatch.fnmatchcase(target, other) for one, other in sides)
    }


def row(
    name: str, tool: str, mine: Edges, other: Edges, seconds: tuple[float, float], known: Verdicts, most: int
) -> bool:
    """Print how two sides agree, and some of what they don't. Whether the goal is missed."""
    more, fewer = mine - other, other - mine
    both = len(mine & other)
    raw = (both / max(len(mine), 1), both / max(len(other), 1))
    right = both + len(judged(more, "theirs", known))
    lost = len(fewer) - len(judged(fewer, "theirs", known))
    true = (right / max(len(mine), 1), right / max(right + lost, 1))
    print(
        f"{name[:22]:22} {tool[:18]:18} {len(mine):7} {len(other):7} {raw[0]:10.4f} {raw[1]:8.4f} "
        f"{true[0]:10.4f} {true[1]:8.4f} {seconds[0]:8.2f} {seconds[1]:8.2f}",
        flush=True,
    )
    for told, some in (("only here", more), ("missed", fewer)):
        for one, target in sorted(some - judged(some, "theirs", known))[:most]:
            print(f"    {told}: {one} -> {target}")
    return min(true) < GOAL


def python_row(place: Path, known: Verdicts, most: int) -> bool:
    """Compare a Python package with grimp."""
    root = Path.cwd() / "project"
    wanted = shutil.ignore_patterns("*.so", "*.pyd", "*.pyi", "__pycache__")  # grimp reads sources alone
    shutil.copytree(place, root / place.name, ignore=wanted)
    sys.path.insert(0, str(root))
    edges, _, seconds = ours(root)
    other, others_seconds = by_grimp(place.name)
    sys.path.pop(0)
    mine = {(module(one), module(target)) for one, target in edges}
    return row(place.name, "grimp", mine, other, (seconds, others_seconds), known, most)


def script_rows(root: Path, tools: Collection[str], known: Verdicts, most: int) -> int:
    """Compare a repository with each tool, and the tools with one another. How many rows of ours miss the goal."""
    edges, looked_at, seconds = ours(root)
    found: dict[str, tuple[Edges, frozenset[str], float]] = {}
    for command in tools:
        if (told := by_tool(command, root)) is not None:
            found[Path(shlex.split(command)[0]).name] = told
    missed = 0
    for name, (other, files, others_seconds) in found.items():
        # A file that one side alone looks at has no edges on the other.
        mine = {each for each in edges if each[0] in files and each[1] in files}
        theirs = {each for each in other if each[0] in looked_at and each[1] in looked_at}
        missed += row(root.name, name, mine, theirs, (seconds, others_seconds), known, most)
    names = list(found)
    for one, two in itertools.pairwise(names):
        shared = found[one][1] & found[two][1]
        left, right = ({each for each in found[name][0] if shared.issuperset(each)} for name in (one, two))
        row(root.name, f"{one}/{two}", left, right, (found[one][2], found[two][2]), [], 0)
    return missed


def main() -> int:
    """Print a row for each package, and for each repository and tool. Returns how many miss the goal."""
    said = arguments()
    known = verdicts(said.judged)
    print(
        f"{'':22} {'beside':18} {'edges':>7} {'its':>7} {'precision':>10} {'recall':>8} "
        f"{'judged: p.':>10} {'r.':>8} {'seconds':>8} {'its':>8}"
    )
    missed = 0
    chosen = packages(said.packages) if said.packages or not said.repository else []
    for place in chosen:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["WHENCE_HOME"] = str(Path(folder) / "home")
            os.chdir(folder)
            missed += python_row(place, known, said.shown)
            os.chdir("/")
    for place in (each.resolve() for each in said.repository):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["WHENCE_HOME"] = str(Path(folder) / "home")
            missed += script_rows(place, said.tool, known, said.shown)
    return missed


if __name__ == "__main__":
    sys.exit(main())

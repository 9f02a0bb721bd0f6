"""Import edges compared with those of other tools: grimp for Python; three yardsticks for JavaScript and TypeScript.

    python benchmarks/graph.py [FOLDER/PACKAGE ...]
    python benchmarks/graph.py --tools FOLDER --repository FOLDER ... [--judged FILE] [--shown N]

Python: each argument is a package's folder; without any, packages that are installed beside this one are taken. A
package is copied into a project of its own, indexed, and every import between its modules compared with grimp's, which
reads Python's own syntax tree. Imports of a module by itself, which grimp counts, are no edges between files.

JavaScript and TypeScript: `--tools` is a folder in which `npm install dependency-cruiser madge typescript` was run. A
repository's files are indexed from a copy of its clone, and `graph_scripts.mjs` asks dependency-cruiser, madge, and
TypeScript's own resolution for the edges between the files that are indexed, each file by the configuration that
counts for it. The repository needs no installation: in the copy each of its packages is linked under its name, as
package managers link the members of a workspace. Style sheets, data and installed libraries are left out.

None of them alone is the truth: madge knows no `exports`, dependency-cruiser no call that puts a module's double in its
place, and the compiler nothing that is built, as nothing is. So the differences are sorted, and the last columns count
an edge that only we have as right where

- another yardstick has it too, or
- it leads to the source of a package of the repository that the file names, whose built files aren't there, or
- a line of `--judged` says so,

and leave out one that only the tool has where another yardstick leads the same name to where we do. All others count
against us and are printed. `--judged` names a file of verdicts by those who looked, each line the wrong side's name
(`ours`, `theirs`), the importing file and the imported one, with tabs between; stars may stand for parts of a path.

Goal: precision and recall of .98 each. Returns how many rows miss it.
"""

import argparse
import contextlib
import fnmatch
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grimp

from whence.analysis.languages import language_of
from whence.analysis.resolve_javascript import LANGUAGES
from whence.faces.library.engine import Engine
from whence.values.settings import parse

PACKAGES = ("pydantic", "rich", "pygls", "typer", "huggingface_hub")
GOAL = 0.98
SECONDS = 1800.0
"""The yardsticks are stopped where they take longer on one repository."""

Edges = set[tuple[str, str]]
Verdicts = list[tuple[str, str, str]]
"""Who is wrong, and the two files, each a pattern."""


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description="Compare import edges with those of other tools.")
    parser.add_argument("packages", nargs="*", type=Path, help="folders of Python packages")
    parser.add_argument("--repository", action="append", type=Path, default=[], help="a folder of JavaScript")
    parser.add_argument("--tools", type=Path, help="where dependency-cruiser, madge and typescript are installed")
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
    name: str, tool: str, mine: Edges, other: Edges, seconds: tuple[float, float], right: Edges, excused: Edges
) -> bool:
    """Print how two sides agree. Whether the goal is missed.

    Args:
        name: of what is compared.
        tool: the other side.
        mine: our edges.
        other: its edges.
        seconds: what each side took.
        right: edges that count as right though the other side lacks them.
        excused: edges of the other side that were found to be wrong.
    """
    both = len(mine & other)
    raw = (both / max(len(mine), 1), both / max(len(other), 1))
    good = both + len((mine - other) & right)
    lost = len(other - mine - excused)
    true = (good / max(len(mine), 1), good / max(good + lost, 1))
    print(
        f"{name[:22]:22} {tool[:18]:18} {len(mine):7} {len(other):7} {raw[0]:10.4f} {raw[1]:8.4f} "
        f"{true[0]:10.4f} {true[1]:8.4f} {seconds[0]:8.2f} {seconds[1]:8.2f}",
        flush=True,
    )
    return min(true) < GOAL


def show(told: str, some: Edges, most: int) -> None:
    """Print some of the edges of a kind of difference."""
    for one, target in sorted(some)[:most]:
        print(f"    {told}: {one} -> {target}")


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
    right, excused = judged(mine - other, "theirs", known), judged(other - mine, "theirs", known)
    missed = row(place.name, "grimp", mine, other, (seconds, others_seconds), right, excused)
    show("only here", mine - other - right, most)
    show("missed", other - mine - excused, most)
    return missed


@dataclass(frozen=True)
class Answer:
    """What one yardstick says of a repository."""

    edges: Edges
    """Between the files that it was asked about."""

    said: frozenset[tuple[str, str, str]]
    """Each file, the names that it says, and what is meant by them."""

    kinds: dict[tuple[str, str], str]
    """How each edge is said."""

    unresolved: dict[str, list[str]]
    """For a file the names that lead nowhere, or not into the repository."""

    seconds: float


def answers(root: Path, tools: Path, files: frozenset[str]) -> dict[str, Answer]:
    """What each yardstick says of the files of a repository; none, and a line that says why, where they failed."""
    script = Path(__file__).with_name("graph_scripts.mjs")
    question = json.dumps({"root": str(root), "files": sorted(files)}).encode()
    with contextlib.suppress(subprocess.TimeoutExpired):
        done = subprocess.run(
            ["node", str(script), str(tools)], input=question, capture_output=True, timeout=SECONDS, check=False
        )
        if done.returncode == 0:
            told = done.stdout.splitlines()[-1]  # a yardstick may print before it what it thinks of a file
            return {name: _answer(said, files) for name, said in json.loads(told).items()}
        print(done.stderr[-2000:].decode("utf-8", "replace"))
        return {}
    print(f"The yardsticks took longer than {SECONDS:.0f} s")
    return {}


def _answer(told: dict[str, Any], files: frozenset[str]) -> Answer:
    found = [each for each in told["edges"] if each[0] in files and each[1] in files and each[0] != each[1]]
    unresolved: dict[str, list[str]] = {}
    for file, name, _ in told.get("unresolved", ()):
        unresolved.setdefault(file, []).append(name)
    return Answer(
        edges={(one, other) for one, other, _, _ in found},
        said=frozenset((one, name, other) for one, other, name, _ in found if name),
        kinds={(one, other): kind for one, other, _, kind in found},
        unresolved=unresolved,
        seconds=told["seconds"],
    )


def linked_copy(repository: Path, copy: Path) -> dict[str, str]:
    """Copy a repository's files and link its packages under their names. Returns their folders by their names."""
    told = subprocess.run(["git", "ls-files", "-z"], cwd=repository, capture_output=True, check=True).stdout
    paths = [path for path in told.decode("utf-8", "surrogateescape").split("\0") if path]
    for path in paths:
        if (repository / path).is_file():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(repository / path, copy / path)
    found: dict[str, str] = {}
    for path in sorted((each for each in paths if each.split("/")[-1] == "package.json"), key=lambda it: it.count("/")):
        with contextlib.suppress(ValueError, OSError):
            said = json.loads((copy / path).read_text("utf-8"))
            name = said.get("name") if isinstance(said, dict) else None
            if isinstance(name, str) and name and ".." not in name.split("/"):
                found.setdefault(name, path.removesuffix("package.json").rstrip("/"))
    for name, folder in found.items():
        place = copy / "node_modules" / name
        if folder and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(copy / folder, target_is_directory=True)
    return found


def unbuilt(edges: Edges, packages: dict[str, str], unresolved: dict[str, list[str]]) -> Edges:
    """Those of some edges that lead into a package which the importing file names, and which nobody has built."""

    def named(file: str) -> list[str]:
        parts = (name.split("/") for name in unresolved.get(file, ()))
        names = ("/".join(part[: 2 if part[0].startswith("@") else 1]) for part in parts)
        return [packages[name] for name in names if name in packages]

    return {
        (file, target)
        for file, target in edges
        if any(not folder or target.startswith(f"{folder}/") for folder in named(file))
    }


def script_rows(repository: Path, tools: Path, known: Verdicts, most: int) -> int:
    """Compare a repository with each yardstick, and with all. How many rows miss the goal."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder).resolve() / repository.name
        packages = linked_copy(repository, copy)
        edges, looked_at, seconds = ours(copy)
        files = frozenset(path for path in looked_at if (it := language_of(path)) and it.name in LANGUAGES)
        found = answers(copy, tools, files)
    if not found:
        return 1
    mine = {each for each in edges if files.issuperset(each)}
    compiler = found["typescript"]
    every = set[tuple[str, str]]().union(*(each.edges for each in found.values()))
    right = every | judged(mine - every, "theirs", known)
    right |= (built := unbuilt(mine - right, packages, compiler.unresolved))
    agreed = {(file, name) for answer in found.values() for file, name, target in answer.said if (file, target) in mine}
    elsewhere = {
        (file, target)
        for answer in found.values()
        for file, name, target in answer.said
        if (file, target) not in mine and (file, name) in agreed
    }
    excused = elsewhere | judged(every - mine, "theirs", known)
    missed = sum(
        row(repository.name, name, mine, answer.edges, (seconds, answer.seconds), right, excused)
        for name, answer in found.items()
    )
    took = sum(each.seconds for each in found.values())
    missed += row(repository.name, "all of them", mine, every, (seconds, took), right, excused)
    for name, answer in found.items():
        lacks = Counter(_lacked(each, found, built) for each in mine - answer.edges)
        print(f"    {name} lacks {', '.join(f'{count} {kind}' for kind, count in lacks.most_common()) or 'none'}")
    print(f"    that one tool leads elsewhere than another and we do: {len((every - mine) & elsewhere)}")
    show("only here", mine - right, most)
    show("missed", every - mine - excused, most)
    return missed


def _lacked(edge: tuple[str, str], found: dict[str, Answer], built: Edges) -> str:
    """The class of an edge that some yardstick lacks."""
    if edge in built:
        return "of a package that is not built"
    kinds = [answer.kinds[edge] for answer in found.values() if edge in answer.edges]
    return f"said as {next((kind for kind in kinds if kind), 'import')}" if kinds else "that nobody else has"


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
    if said.repository and said.tools is None:
        sys.exit("Name the folder in which dependency-cruiser, madge and typescript are installed by --tools")
    for place in (each.resolve() for each in said.repository):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["WHENCE_HOME"] = str(Path(folder) / "home")
            missed += script_rows(place, said.tools.resolve(), known, said.shown)
    return missed


if __name__ == "__main__":
    sys.exit(main())

"""Import edges of Python packages, compared with those that grimp finds, which reads Python's own syntax tree.

    python benchmarks/graph.py [FOLDER/PACKAGE ...]

Each argument is a package's folder; without any, packages that are installed beside this one are taken. A package is
copied into a project of its own, indexed, and every import between its modules compared. Goal: precision and recall of
.98 each. Imports of a module by itself, which grimp counts, are no edges between files and left out on both sides.
"""

import importlib.util
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import grimp

from whence.faces.library.engine import Engine
from whence.values.settings import parse

PACKAGES = ("pydantic", "rich", "pygls", "typer", "huggingface_hub")
GOAL = 0.98

Edges = set[tuple[str, str]]


def places() -> list[Path]:
    """The folders of the packages to compare."""
    if sys.argv[1:]:
        return [Path(each).resolve() for each in sys.argv[1:]]
    specs = [importlib.util.find_spec(name) for name in PACKAGES]
    return [Path(spec.origin).parent for spec in specs if spec is not None and spec.origin]


def ours(root: Path) -> tuple[Edges, float]:
    """The edges by the code index, between modules, and the seconds that it took to index and resolve."""
    started = time.perf_counter()
    with Engine(root, parse({"embedding": {"model": "none"}})) as engine:
        engine.index_workspace()
        known = engine.graphs.known()
    edges = {(module(path), module(target)) for path, found in known.resolved.items() for target in found.targets}
    return edges, time.perf_counter() - started


def theirs(name: str) -> tuple[Edges, float]:
    """The edges by grimp."""
    started = time.perf_counter()
    graph = grimp.build_graph(name, cache_dir=None)
    edges = {(one, other) for one in graph.modules for other in graph.find_modules_directly_imported_by(one)}
    return {each for each in edges if each[0] != each[1]}, time.perf_counter() - started


def module(path: str) -> str:
    """The name of a file's module."""
    return path.rsplit(".", 1)[0].replace("/", ".").removesuffix(".__init__")


def main() -> int:
    """Print a row for each package. Returns how many miss the goal."""
    print(f"{'package':20} {'edges':>7} {'grimp':>7} {'precision':>10} {'recall':>8} {'seconds':>8}  {'grimp s':>7}")
    missed = 0
    for place in places():
        with tempfile.TemporaryDirectory() as folder:
            os.environ["WHENCE_HOME"] = str(Path(folder) / "home")
            root = Path(folder) / "project"
            wanted = shutil.ignore_patterns("*.so", "*.pyd", "*.pyi", "__pycache__")  # grimp reads sources alone
            shutil.copytree(place, root / place.name, ignore=wanted)
            sys.path.insert(0, str(root))
            mine, seconds = ours(root)
            other, others_seconds = theirs(place.name)
            sys.path.pop(0)
        both = len(mine & other)
        precision, recall = both / max(len(mine), 1), both / max(len(other), 1)
        missed += min(precision, recall) < GOAL
        print(
            f"{place.name:20} {len(mine):7} {len(other):7} {precision:10.4f} {recall:8.4f} {seconds:8.2f} "
            f"{others_seconds:8.2f}"
        )
        for told, some in (("not in grimp's", mine - other), ("missed", other - mine)):
            for one, target in sorted(some)[:5]:
                print(f"    {told}: {one} -> {target}")
    return missed


if __name__ == "__main__":
    sys.exit(main())

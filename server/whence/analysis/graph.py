"""The graph of imports: who imports whom, how far, in which circles, and in which order to change."""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

Edges = Mapping[str, Collection[str]]
"""For each file those that it imports."""


@dataclass(frozen=True)
class Graph:
    """What imports what."""

    imports: Edges
    """For each file those that it imports."""

    @cached_property
    def imported_by(self) -> dict[str, list[str]]:
        """For each file those that import it, in order of their paths."""
        found: dict[str, list[str]] = {path: [] for path in self.imports}
        for path in sorted(self.imports):
            for target in self.imports[path]:
                found.setdefault(target, []).append(path)
        return found

    @cached_property
    def _circles(self) -> dict[str, tuple[str, ...]]:
        return {path: circle for circle in circles(self.imports) for path in circle}

    def circle(self, path: str) -> tuple[str, ...]:
        """The files that import one another in a circle with this one, itself included; none where there is none."""
        return self._circles.get(path, ())


def distances(edges: Edges, start: str, most: int | None = None) -> dict[str, int]:
    """The files that can be reached from one, nearest first, with the fewest edges that lead there; itself left out.

    Args:
        edges: in which direction to go.
        start: the file.
        most: edges to go at most; all the way without.
    """
    found = {start: 0}
    waiting = deque([start])
    while waiting:
        path = waiting.popleft()
        if most is not None and found[path] >= most:
            continue
        for each in sorted(edges.get(path, ())):
            if each not in found:
                found[each] = found[path] + 1
                waiting.append(each)
    del found[start]
    return found


def longest_chain(edges: Edges, start: str) -> int:
    """The edges of the longest chain that leads from a file to one that leads no further; a circle is gone around once.

    Args:
        edges: in which direction to go.
        start: the file.
    """
    reached = {start, *distances(edges, start)}
    depth: dict[str, int] = {}
    for circle in components({path: [each for each in edges.get(path, ()) if each in reached] for path in reached}):
        beyond = (depth[each] + 1 for path in circle for each in edges.get(path, ()) if each not in circle)
        longest = len(circle) - 1 + max(beyond, default=0)
        depth.update(dict.fromkeys(circle, longest))
    return depth[start]


def components(edges: Edges) -> list[tuple[str, ...]]:
    """The strongly connected components, each in order of its paths, those that others import before them.

    R. Tarjan, "Depth-first search and linear graph algorithms" (1972), without recursion.
    """
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    held: list[str] = []
    holding: set[str] = set()
    found: list[tuple[str, ...]] = []
    for root in sorted(edges):
        if root in number:
            continue
        number[root] = low[root] = len(number)
        held.append(root)
        holding.add(root)
        path = [(root, iter(sorted(edges.get(root, ()))))]
        while path:
            at, rest = path[-1]
            for each in rest:
                if each not in number:
                    number[each] = low[each] = len(number)
                    held.append(each)
                    holding.add(each)
                    path.append((each, iter(sorted(edges.get(each, ())))))
                    break
                if each in holding:
                    low[at] = min(low[at], number[each])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[at])
                if low[at] == number[at]:
                    component: list[str] = []
                    while not component or component[-1] != at:
                        component.append(held.pop())
                    holding.difference_update(component)
                    found.append(tuple(sorted(component)))
    return found


def circles(edges: Edges) -> list[tuple[str, ...]]:
    """The components of more than one file, the largest first."""
    return sorted((each for each in components(edges) if len(each) > 1), key=lambda each: (-len(each), each))


def order(edges: Edges, chosen: Iterable[str]) -> list[tuple[str, ...]]:
    """The chosen files in the order in which to change them: whatever one imports, directly or not, comes before it.

    Files that import one another in a circle come together, as one step of several.
    """
    wanted = set(chosen)
    # Tarjan's components come out leaves first, which is the order that is asked for.
    steps = (tuple(path for path in each if path in wanted) for each in components(edges))
    return [each for each in steps if each]


def is_test(path: str) -> bool:
    """Whether a file's name or folder says that it is a test, by the customs of the languages."""
    *folders, name = path.split("/")
    stem = name.split(".")[0]
    if {"test", "tests", "spec", "specs", "__tests__", "testing"}.intersection(each.lower() for each in folders):
        return True
    inner = name.split(".")[1:-1]
    return (
        stem.startswith(("test_", "Test"))
        or stem.endswith(("_test", "_spec", "Test", "Tests", "TestCase", "Spec"))
        or bool({"test", "spec"}.intersection(inner))
        or stem in ("conftest", "test", "tests")
    )


def around(graph: Graph, path: str, depth: int, most: int) -> tuple[dict[str, int], list[tuple[str, str]], int]:
    """The files around one, with their distances; the imports between them; and how many were too many.

    Args:
        graph: all of it.
        path: the file in the middle.
        depth: how far to go in either direction.
        most: files at most, the nearest.
    """
    near = {path: 0, **_merged(distances(graph.imports, path, depth), distances(graph.imported_by, path, depth))}
    chosen = dict(sorted(near.items(), key=lambda each: (each[1], each[0]))[:most])
    edges = [(one, other) for one in chosen for other in sorted(graph.imports.get(one, ())) if other in chosen]
    return chosen, edges, len(near) - len(chosen)


def _merged(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {path: min(each.get(path, 1 << 30) for each in (one, other)) for path in {**one, **other}}


def names(paths: Sequence[str], most: int = 10) -> str:
    """Paths as a phrase, the first few by name."""
    shown = ", ".join(f"`{each}`" for each in paths[:most])
    return shown + (f" and {len(paths) - most} more" if len(paths) > most else "")

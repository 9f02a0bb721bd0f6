"""The structure of code: what depends on what, what a refactoring would touch, and in which order to go about it."""

from typing import Annotated

from pydantic import Field

from whence.analysis import cochange, impact
from whence.analysis.graph import around, distances, is_test, longest_chain, order
from whence.background.code_graph import Known
from whence.engine.code import known_file
from whence.pages import code
from whence.project.project import Project
from whence.values.base import unique
from whence.values.code import (
    CodeGraph,
    Dependencies,
    Dependency,
    GraphEdge,
    GraphNode,
    Impact,
    RefactorOrder,
    RefactorStep,
    Together,
)
from whence.values.errors import InvalidRequest
from whence.values.operation import operation
from whence.values.protocol import Filter
from whence.values.reports import Cited, cite

_MOST_DRAWN = 60
"""Files of a graph that can still be told apart."""

_MOST_CITED = 20
_MOST_UNRESOLVED = 10

Paths = Annotated[tuple[str, ...], Field(min_length=1, max_length=5000)]
Depth = Annotated[int, Field(ge=1, le=20)]


@operation
def dependencies(project: Project, path: str, depth: Depth = 1) -> Dependencies:
    """Tell which files a file imports, which import it, and whether it does so in a circle.

    Args:
        path: the file.
        depth: how far to go: 1 for direct imports alone.

    Raises:
        InvalidRequest: the code is not indexed yet, or the file is outside of the project.
        NotFound: there is no such file.
    """
    path = known_file(project, path)
    known = project.graphs.known()
    own = known.resolved.get(path)
    found = Dependencies(
        file=path,
        imports=_dependencies(distances(known.graph.imports, path, depth)),
        imported_by=_dependencies(distances(known.graph.imported_by, path, depth)),
        cycle=known.graph.circle(path),
        longest_chain=longest_chain(known.graph.imports, path),
        external=own.external if own else 0,
        unresolved=len(own.unresolved) if own else 0,
        unresolved_names=own.unresolved[:_MOST_UNRESOLVED] if own else (),
        note=_unread(path, known),
    )
    return found.model_copy(update={"markdown": code.dependencies(found)})


@operation
def refactor_impact(project: Project, path: str) -> Impact:
    """Tell what a refactoring of a file would touch: dependents, tests, past bugs and decisions, and its risk.

    Args:
        path: the file.

    Raises:
        InvalidRequest: the code is not indexed yet, or the file is outside of the project.
        NotFound: there is no such file.
    """
    path = known_file(project, path)
    known = project.graphs.known()
    dependents = distances(known.graph.imported_by, path)
    pairs = cochange.together(project.graphs.habits(), path)
    tests = tuple(each for each in dependents if is_test(each))
    bugs, decisions = (_told_of(project, path, kind) for kind in ("bug", "decision"))
    linked = {*dependents, *distances(known.graph.imports, path)}
    verdict = impact.weigh(
        impact.Facts(
            path=path,
            direct=sum(1 for distance in dependents.values() if distance == 1),
            dependents=len(dependents),
            files=len(known.files),
            circle=known.graph.circle(path),
            tests=tests,
            strangers=[pair for pair in pairs if pair.path in known.files and pair.path not in linked],
            bugs=len(bugs),
            decisions=len(decisions),
        )
    )
    found = Impact(
        file=path,
        direct=tuple(each for each, distance in dependents.items() if distance == 1),
        transitive=_dependencies({each: far for each, far in dependents.items() if far > 1}),
        together=tuple(
            Together(path=pair.path, support=pair.support, confidence=round(pair.confidence, 3)) for pair in pairs
        ),
        tests=tests,
        bugs=bugs,
        decisions=decisions,
        risk=verdict.risk,
        reasons=verdict.reasons,
        recommendations=verdict.recommendations,
        note=_unread(path, known),
    )
    return found.model_copy(update={"markdown": code.impact(found)})


@operation
def refactor_order(project: Project, paths: Paths) -> RefactorOrder:
    """Tell in which order to refactor files: those that depend on none of the others first, circles kept together.

    Args:
        paths: the files.

    Raises:
        InvalidRequest: the code is not indexed yet, or a file is outside of the project.
        NotFound: there is no such file.
    """
    chosen = [known_file(project, path) for path in unique(paths)]
    if not chosen:
        raise InvalidRequest("Name the files that are to be refactored.")
    known = project.graphs.known()
    steps: list[RefactorStep] = []
    done: set[str] = set()
    for files in order(known.graph.imports, [each for each in chosen if each in known.files]):
        after = unique(sorted(imported for file in files for imported in known.graph.imports[file] if imported in done))
        steps.append(RefactorStep(files=files, cycle=len(files) > 1, after=after))
        done.update(files)
    unread = [each for each in chosen if each not in known.files]
    note = f"Left out, for they could not be parsed: {', '.join(unread)}." if unread else ""
    found = RefactorOrder(steps=tuple(steps), note=note)
    return found.model_copy(update={"markdown": code.order(found)})


@operation
def graph(project: Project, path: str, depth: Annotated[int, Field(ge=1, le=5)] = 1) -> CodeGraph:
    """Give the files around a file and the imports and habits of change between them, to be drawn.

    Args:
        path: the file in the middle.
        depth: how many imports to go in either direction.

    Raises:
        InvalidRequest: the code is not indexed yet, or the file is outside of the project.
        NotFound: there is no such file.
    """
    path = known_file(project, path)
    known = project.graphs.known()
    near, imports, left_out = around(known.graph, path, depth, _MOST_DRAWN)
    habits = [pair for pair in cochange.together(project.graphs.habits(), path, 10) if pair.path in known.files]
    nodes = near | {pair.path: depth + 1 for pair in habits if pair.path not in near}
    return CodeGraph(
        file=path,
        nodes=tuple(
            GraphNode(
                path=each,
                distance=distance,
                language=known.files[each].language if each in known.files else "",
                test=is_test(each),
            )
            for each, distance in nodes.items()
        ),
        edges=(
            *(GraphEdge(source=one, target=other) for one, other in imports),
            *(
                GraphEdge(source=path, target=pair.path, kind="together", weight=round(pair.confidence, 3))
                for pair in habits
            ),
        ),
        left_out=left_out,
        note=_unread(path, known),
    )


# ------------------------------------------------------------ inside


def _told_of(project: Project, path: str, kind: str) -> tuple[Cited, ...]:
    found = project.store.newest(Filter(kinds=(kind,), files=(path,), archived=True), limit=_MOST_CITED)
    return tuple(cite(each) for each in found)


def _dependencies(found: dict[str, int]) -> tuple[Dependency, ...]:
    return tuple(Dependency(path=path, depth=depth) for path, depth in found.items())


def _unread(path: str, known: Known) -> str:
    return "" if path in known.files else "This file could not be parsed, so what it imports is not known."

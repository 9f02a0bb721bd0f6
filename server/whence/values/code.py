"""What is told of code: hits of a search, a file's outline, dependencies, and what a refactoring would touch."""

from typing import Literal

from pydantic import Field

from whence.values.base import Value
from whence.values.reports import Cited, LeftOut

# ---------------------------------------------------------------- the index


class Indexed(Value):
    """What indexing the workspace did; all of it is on disk."""

    files: int = 0
    """Files in the index."""

    entities: int = 0
    """Functions, methods, classes, interfaces, types and modules that they define."""

    added: int = 0
    """Files that are new."""

    updated: int = 0
    """Files that have changed."""

    unchanged: int = 0
    """Files that are as they were."""

    removed: int = 0
    """Files that are gone and were forgotten."""

    broken: int = 0
    """New or changed files of which a part could not be parsed; the rest of them is indexed."""

    left_out: tuple[LeftOut, ...] = ()
    """Files that are not indexed, by reason."""

    seconds: float = 0.0
    """Time that it took."""

    note: str = ""
    """What was done, and what is to come, as sentences."""


class CodeEntity(Value):
    """Something that a file defines."""

    name: str
    """Its names, from the outermost that it stands in, with dots between them."""

    kind: Literal["function", "method", "class", "interface", "type", "module"]
    """What it is."""

    signature: str = ""
    """How it begins, on one line."""

    doc: str = ""
    """Its docstring, or the comment before it."""

    path: str
    """Its file, relative to the project."""

    line: int = Field(ge=1)
    """Its first line."""

    end_line: int = Field(ge=1)
    """Its last line."""


class CodeHit(CodeEntity):
    """An entity that answers a query."""

    language: str
    """Its language."""

    score: float
    """How well it answers; comparable within one result only."""

    exact: bool = False
    """Whether the query names it."""


class CodeResult(Value):
    """The entities that answer a query, best first."""

    hits: tuple[CodeHit, ...] = ()
    """Best first."""

    mode: Literal["words and meaning", "words"] = "words"
    """How was searched."""

    note: str = ""
    """What the user should know, as a sentence."""


class FileOutline(Value):
    """What a file defines, in its order."""

    file: str
    """The file."""

    language: str = ""
    """Its language; empty where it is not known."""

    entities: tuple[CodeEntity, ...] = ()
    """What it defines."""

    note: str = ""
    """What the user should know, as a sentence."""


# ---------------------------------------------------------------- the graph


class Dependency(Value):
    """A file at some distance from another."""

    path: str
    """The file."""

    depth: int = Field(ge=1)
    """Imports between the two: 1 for a direct one."""


class Dependencies(Value):
    """What a file imports, and what imports it."""

    file: str
    """The file."""

    imports: tuple[Dependency, ...] = ()
    """Files that it imports, nearest first."""

    imported_by: tuple[Dependency, ...] = ()
    """Files that import it, nearest first."""

    cycle: tuple[str, ...] = ()
    """The files, itself included, that import one another in a circle; empty where there is none."""

    longest_chain: int = 0
    """Imports of the longest chain that leads from it to a file that imports none of the project."""

    external: int = 0
    """Imports of what is not part of the project, such as libraries."""

    unresolved: int = 0
    """Imports that should be of the project and of which no file was found."""

    unresolved_names: tuple[str, ...] = ()
    """A few of those."""

    markdown: str = ""
    """The same as a page."""

    note: str = ""
    """What the user should know, as a sentence."""


class Together(Value):
    """A file that usually changes with another."""

    path: str
    """The file."""

    support: int
    """Commits in which both changed."""

    confidence: float
    """The share of the commits of the file asked about in which this one changed too, 0 to 1."""


class Impact(Value):
    """What a refactoring of a file would touch."""

    file: str
    """The file."""

    direct: tuple[str, ...] = ()
    """Files that import it."""

    transitive: tuple[Dependency, ...] = ()
    """Files that import it by way of others, nearest first."""

    together: tuple[Together, ...] = ()
    """Files that usually change with it, most closely first."""

    tests: tuple[str, ...] = ()
    """Tests that reach it."""

    bugs: tuple[Cited, ...] = ()
    """Bugs that were met there."""

    decisions: tuple[Cited, ...] = ()
    """Decisions that concern it."""

    risk: Literal["low", "medium", "high"] = "low"
    """How much care it wants."""

    reasons: tuple[str, ...] = ()
    """Why, as sentences."""

    recommendations: tuple[str, ...] = ()
    """What to do, as sentences."""

    markdown: str = ""
    """The same as a page."""

    note: str = ""
    """What the user should know, as a sentence."""


class RefactorStep(Value):
    """Files to change together."""

    files: tuple[str, ...]
    """One file, or several that import one another in a circle."""

    cycle: bool = False
    """Whether they import one another in a circle."""

    after: tuple[str, ...] = ()
    """Files of earlier steps that these import."""


class RefactorOrder(Value):
    """In which order to change files: those that depend on none of the others first."""

    steps: tuple[RefactorStep, ...] = ()
    """The steps, in order."""

    markdown: str = ""
    """The same as a page."""

    note: str = ""
    """What the user should know, as a sentence."""


class GraphNode(Value):
    """A file of a graph."""

    path: str
    """The file."""

    distance: int = Field(ge=0)
    """Imports between it and the file in the middle, which has 0."""

    language: str = ""
    """Its language."""

    test: bool = False
    """Whether it is a test."""


class GraphEdge(Value):
    """An import, or a habit of changing together."""

    source: str
    """The file that imports."""

    target: str
    """The file that is imported."""

    kind: Literal["import", "together"] = "import"
    """Which of the two it is."""

    weight: float = 1.0
    """1 for an import; for a habit its confidence."""


class CodeGraph(Value):
    """The graph around a file, to be drawn."""

    file: str
    """The file in the middle."""

    nodes: tuple[GraphNode, ...] = ()
    """The files, the one in the middle first."""

    edges: tuple[GraphEdge, ...] = ()
    """What is between them."""

    left_out: int = 0
    """Files that would have been too many to draw, the farthest ones."""

    note: str = ""
    """What the user should know, as a sentence."""

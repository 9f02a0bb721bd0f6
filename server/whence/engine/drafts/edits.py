"""What edits do, told in a few words by rules: pure functions over edits."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath

from whence.analysis.commit_style import imperative
from whence.git.edits import is_made, is_test
from whence.values.base import unique
from whence.values.memory import FileEdit

_DEFINED = re.compile(
    r"^([+-])\s*(?:(?:export|default|pub(?:\([^)]*\))?|public|private|protected|static|final|abstract|async|internal)\s+)*"
    r"(?:def|class|function\*?|fn|func|interface|struct|enum|trait|type)\s+([A-Za-z_$][\w$]*)"
)
_PROSE = frozenset({".md", ".mdx", ".rst", ".txt", ".adoc"})
_BUILDING = frozenset(
    [
        "package.json",
        "pyproject.toml",
        "setup.py",
        "setup.cfg",
        "cargo.toml",
        "go.mod",
        "pom.xml",
        "build.gradle",
        "makefile",
        "dockerfile",
        "requirements.txt",
        "gemfile",
        "composer.json",
        "cmakelists.txt",
        "tsconfig.json",
    ]
)
_WORKFLOWS = (".github/workflows/", ".gitlab-ci", ".circleci/", "azure-pipelines", "jenkinsfile")

_KINDS_OF_FILES: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("test", is_test),
    ("docs", lambda path: PurePosixPath(path).suffix.lower() in _PROSE),
    ("ci", lambda path: path.lower().startswith(_WORKFLOWS)),
    ("build", lambda path: is_made(path) or _name(path).lower() in _BUILDING),
)
"""What a change is whose files are all of one sort; the first that holds counts."""

_KINDS_OF_VERBS: Mapping[str, str] = {
    **dict.fromkeys(("fix", "correct", "prevent", "handle", "avoid"), "fix"),
    **dict.fromkeys(("refactor", "rename", "move", "simplify", "extract", "tidy", "clean"), "refactor"),
    **dict.fromkeys(("remove", "drop", "delete", "update", "upgrade", "bump"), "chore"),
}
"""What a change is by the first word of what is said of it."""


def by_edits(edits: Sequence[FileEdit]) -> str:
    """What the edits do, as an order of a few words."""
    if not edits:
        return "Change nothing"
    actions = {edit.action for edit in edits}
    if len(edits) == 1 and actions == {"rename"}:
        return _moved(edits[0])
    where = _where(edits)
    if len(actions) == 1 and (verb := {"create": "Add", "delete": "Remove", "rename": "Move"}.get(edits[0].action)):
        return f"{verb} {where}"
    told = [edit for edit in edits if not is_test(edit.path) and not is_made(edit.path)]
    if not told:
        return f"Update {where}" if all(is_made(edit.path) for edit in edits) else f"Test {_tested(edits)}"
    if len(told) < len(edits):
        return by_edits(told)
    return _by_symbols(edits, where)


def kind_of(edits: Sequence[FileEdit], said: str, *, solves: bool) -> str:
    """What a change is, as the type of a conventional commit (https://www.conventionalcommits.org).

    Args:
        edits: what was done.
        said: what is said of it.
        solves: whether it solves a bug.
    """
    paths = [edit.path for edit in edits]
    for kind, fits in _KINDS_OF_FILES:
        if paths and all(fits(path) for path in paths):
            return kind
    by_verb = _KINDS_OF_VERBS.get(imperative(said).partition(" ")[0].lower(), "feat")
    if solves or by_verb == "fix":
        return "fix"
    if edits and all(edit.action in ("refactor", "rename") for edit in edits):
        return "refactor"
    return by_verb


# ---------------------------------------------------------------- words


def _by_symbols(edits: Sequence[FileEdit], where: str) -> str:
    """What edits inside of files do, by the names of what they define and touch."""
    symbols = _symbols(edits)
    if all(edit.action == "refactor" for edit in edits):
        return f"Refactor {symbols or where}"
    added, removed = _definitions(edits)
    if added and not removed:
        return f"Add {_listed(added)} to {where}"
    if removed and not added:
        return f"Remove {_listed(removed)} from {where}"
    return f"Change {symbols} in {where}" if symbols else f"Update {where}"


def _moved(edit: FileEdit) -> str:
    if _name(edit.path) == _name(edit.old_path):
        return f"Move {_name(edit.path)} to {PurePosixPath(edit.path).parent}"
    return f"Rename {_name(edit.old_path)} to {_name(edit.path)}"


def _where(edits: Sequence[FileEdit]) -> str:
    if len(edits) <= 2:
        return " and ".join(_name(edit.path) for edit in edits)
    parents = {PurePosixPath(edit.path).parent for edit in edits}
    if len(parents) == 1 and (folder := parents.pop()).name:
        return f"{len(edits)} files in {folder}"
    largest = max(edits, key=lambda edit: edit.added + edit.removed)
    return f"{_name(largest.path)} and {len(edits) - 1} more files"


def _tested(edits: Sequence[FileEdit]) -> str:
    stems = unique(
        re.sub(r"^tests?[_-]|[_.-](?:tests?|spec)$", "", PurePosixPath(edit.path).stem) or edit.path for edit in edits
    )
    return _listed(stems)


def _definitions(edits: Sequence[FileEdit]) -> tuple[list[str], list[str]]:
    """Names that are defined now and were not before, and the other way round."""
    found: dict[str, set[str]] = {"+": set(), "-": set()}
    order: list[str] = []
    for line in (line for edit in edits for line in edit.diff.splitlines()):
        if match := _DEFINED.match(line):
            found[match[1]].add(match[2])
            order.append(match[2])
    names = unique(order)
    added, removed = found["+"] - found["-"], found["-"] - found["+"]
    return [name for name in names if name in added], [name for name in names if name in removed]


def _symbols(edits: Sequence[FileEdit]) -> str:
    names = unique(name for edit in edits for name in edit.symbols)
    return _listed(names) if 0 < len(names) <= 4 else ""


def _listed(names: Sequence[str]) -> str:
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _name(path: str) -> str:
    return PurePosixPath(path).name

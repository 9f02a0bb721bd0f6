"""The code of the work tree read cheaply, where it is not indexed: what it names, and what it brings in."""

import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence

from whence.analysis import entities, libraries
from whence.analysis.generated import is_generated
from whence.analysis.graph import is_test
from whence.analysis.languages import language_of
from whence.analysis.stack import language
from whence.git.text import decode, read
from whence.project.project import Project

log = logging.getLogger(__name__)

MOST_FILES, MOST_BYTES, PATIENCE = 300, 128 << 10, 3.0
"""Files that are read, evenly spread over the project, bytes of one, and seconds for all: 300 of them take 1 to 2 s."""

Name = tuple[str, str, str]
"""A kind of entity, its language as people write it, and its name."""


def glance(project: Project, files: Sequence[str]) -> tuple[list[Name], Counter[str]]:
    """What some of the files define, and in how many each library is used.

    Args:
        project: the project; nothing is read of one that is not trusted.
        files: its files, relative to its top.
    """
    wanted = [path for path in files if language_of(path) is not None and not is_generated(path)]
    step = max(1, -(-len(wanted) // MOST_FILES))
    own = {part.rpartition(".")[0] or part for path in files for part in path.split("/")}
    names: list[Name] = []
    brought: list[tuple[str, list[str]]] = []
    for path, parsed in _parsed(project, wanted[::step] if project.trusted else ()):
        names += [
            (each.kind, language(path), each.name)
            for each in parsed.entities
            if not each.name.startswith("__") and not is_test(path)
        ]
        targets = [each.target for each in parsed.imports]
        brought.append((parsed.language, [each for each in targets if _outside(each, own)]))
    return names, libraries.used(brought)


def _outside(target: str, own: set[str]) -> bool:
    """Whether an import means nothing of the project, by its first name."""
    first = target.split("/")[0].split(".")[0].split("::")[0]
    return bool(first) and not target.startswith((".", "/")) and first not in own


def _parsed(project: Project, paths: Sequence[str]) -> Iterator[tuple[str, entities.Parsed]]:
    ends = time.monotonic() + PATIENCE
    for path in paths:
        if time.monotonic() > ends:
            return
        raw = read(project.place.root / path, MOST_BYTES).raw
        text = None if raw is None else decode(raw)
        if text is None or entities.minified(text):
            continue
        try:
            parsed = entities.parse(path, text)
        except Exception:  # whatever a grammar does with a file, the others are read
            log.exception("a file could not be parsed")
            continue
        if parsed is not None:
            yield path, parsed

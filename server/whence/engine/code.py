"""Code: indexing the workspace, searching it, what a file defines."""

import time
from textwrap import dedent
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from whence.analysis.entities import at_line
from whence.analysis.languages import NAMES, language_of
from whence.background.code_files import MAX_BYTES, MAX_FILES, Pass, entity_of
from whence.git.text import decode, read
from whence.project.project import Project
from whence.retrieval import code as searching
from whence.retrieval.query import Query
from whence.secrets.redaction import redact
from whence.store.code_rows import Match
from whence.values.base import Words, one_line, unique
from whence.values.calibration import calibration_of
from whence.values.code import CodeEntity, CodeHit, CodeResult, FileOutline, Indexed
from whence.values.errors import InvalidRequest, NotFound
from whence.values.operation import Command, Menu, Progress, operation
from whence.values.reports import LeftOut

_CANDIDATES = 100
"""Entities that storage is asked for by each measure."""

_MOST_LINES = 300
"""Lines of an entity that its page shows."""

ASK_TO_INDEX = "The code of this project is not indexed yet. Run “Index Workspace” (`whence index-workspace`) first."


@operation(palette=Command("Index Workspace", doing="Indexing the workspace", menus=(Menu("1_use@3"),), listed=True))
def index_workspace(
    project: Project, vectors: bool = False, progress: Progress = lambda message, share: None
) -> Indexed:
    """Index the workspace's code, so that it can be searched and its dependencies followed.

    Only files that are new or have changed are read; what git ignores is left out. It is kept up to date from then
    on while an editor is open.

    Args:
        vectors: whether to wait until everything is found by meaning too, which takes minutes the first time;
            otherwise that follows in the background.
    """
    if not project.trusted:
        raise InvalidRequest("This workspace is not trusted, so that nothing of it is read. Trust it first.")
    started = time.monotonic()
    done = project.code_index.index(progress)
    meant = (
        project.code_index.embed(progress=lambda message, share: progress(message, 0.95 + 0.05 * share))
        if vectors
        else False
    )
    files, entities = project.code_index.store.count()
    return Indexed(
        files=files,
        entities=entities,
        added=done.added,
        updated=done.updated,
        unchanged=done.unchanged,
        removed=done.removed,
        broken=done.broken,
        left_out=tuple(
            LeftOut(reason=reason, count=count, examples=tuple(done.examples.get(reason, ())))
            for reason, count in done.left_out.most_common()
            if count > 0
        ),
        seconds=round(time.monotonic() - started, 2),
        note=_told(project, done, files, entities, meant=meant),
    )


@operation
def search_code(
    project: Project,
    query: str,
    files: Words = (),
    languages: Words = (),
    limit: Annotated[int, Field(ge=1, le=200)] | None = None,
) -> CodeResult:
    """Find functions, classes and other entities of the code by name, by words and by meaning, best first.

    Args:
        query: a name, words, or a sentence about what it does.
        files: only in these files or in files of these folders.
        languages: only in these languages, such as `python` or `typescript`.
        limit: the most hits to return.

    Raises:
        InvalidRequest: the code is not indexed yet, or a language is not known.
    """
    if unknown := [language for language in languages if language.lower() not in NAMES]:
        raise InvalidRequest(f"No language {one_line(unknown[0], 40)} is indexed; known are {', '.join(NAMES)}.")
    _indexed(project)
    if not query.strip():
        return CodeResult(note="Name a function or class, or say in words what the code does.")
    hits, mode = find_code(project, query, files, tuple(language.lower() for language in languages), limit or 20)
    note = ""
    if not hits:
        nothing = not project.code_index.store.count()[1]
        note = "No code was found to index." if nothing else "Nothing fits. Try other words, or fewer."
    return CodeResult(hits=tuple(hits), mode="words and meaning" if mode else "words", note=note)


@operation
def outline_file(project: Project, file: str) -> FileOutline:
    """Tell what a file defines: functions, methods, classes, interfaces, types and modules, in its order.

    Args:
        file: the file.

    Raises:
        InvalidRequest: the code is not indexed yet, or the file is outside of the project.
        NotFound: there is no such file.
    """
    path = known_file(project, file)
    found = entities(project, path)
    note = "" if found else "Nothing is defined there."
    language = language_of(path)
    return FileOutline(file=path, language=language.name if language else "", entities=tuple(found), note=note)


# ------------------------------------------------------------ for other operations


def find_code(
    project: Project, query: str, files: Words = (), languages: Words = (), limit: int = 20
) -> tuple[list[CodeHit], bool]:
    """The entities that answer a query, best first, and whether meaning was compared; none without an index."""
    found, meant = code_fits(project, Query(query), files, languages)
    return [each for each, _ in found[:limit]], meant


def code_fits(
    project: Project, query: Query, files: Words = (), languages: Words = (), *, mixed: bool = False
) -> tuple[list[tuple[CodeHit, searching.Fit]], bool]:
    """All entities that storage finds for a query, best first, each with how well it fits; and whether meaning was
    compared.

    Args:
        query: what was asked.
        files: only in these files or in files of these folders.
        languages: only in these languages.
        mixed: whether they are to stand among memories.
    """
    if not project.code_index.exists:
        return [], False
    store = project.code_index.store
    vector = _meaning(project, query.text)
    named = [searching.key(each) for each in searching.named(query.text)]
    found = [
        *store.by_name(named, files, languages, 2 * _CANDIDATES, vector),
        *store.by_words(searching.tokens(query), files, languages, _CANDIDATES, vector),
    ]
    if vector is not None:
        found += store.by_vector(project.settings.embedding.model, vector, files, languages, _CANDIDATES)
    candidates = _joined(found)
    entities = [entity_of(each.piece) for each in candidates]
    measured = [
        searching.Measured(entity.name, each.bm25, each.cosine, each.piece.words)
        for entity, each in zip(entities, candidates, strict=True)
    ]
    fits = searching.fits(query, measured, calibration_of(project.settings.embedding.model), mixed=mixed)
    hits = []
    for position in searching.best(each.score for each in fits):
        entity, each = entities[position], candidates[position]
        hit = CodeHit(
            name=entity.path,
            kind=entity.kind,
            signature=entity.signature,
            doc=entity.doc,
            path=each.piece.path,
            line=entity.start,
            end_line=entity.end,
            language=each.piece.language,
            score=fits[position].score,
            exact=each.exact,
        )
        hits.append((hit, fits[position]))
    return hits, vector is not None


def code_page(project: Project, id: str) -> tuple[CodeEntity, str] | None:
    """The entity that the id of a hit in the code names, and its page; None for the id of a memory.

    Raises:
        NotFound: there is no such entity any more.
    """
    place = searching.place_of(id)
    if place is None:
        return None
    path, line, name = place
    same = [entity for entity in entities(project, path) if entity.name == name] if project.code_index.exists else []
    if not same:
        raise NotFound(f"{one_line(name, 60)} is not in {one_line(path, 120)} any more. Search again.")
    found = min(same, key=lambda entity: abs(entity.line - line))
    language = language_of(path)
    return found, searching.page(found, _source(project, found), language.name if language else "")


def _source(project: Project, entity: CodeEntity) -> str:
    """The lines of an entity as they are now, without secrets; empty where they can't be read."""
    if not project.trusted:
        return ""
    found = read(project.place.root / entity.path, MAX_BYTES)
    if found.raw is None:
        return ""
    lines = redact(decode(found.raw) or "").text.split("\n")[entity.line - 1 : entity.end_line]
    more = [f"… and {len(lines) - _MOST_LINES} more lines"] if len(lines) > _MOST_LINES else []
    return dedent("\n".join([*lines[:_MOST_LINES], *more]))


def entities(project: Project, path: str) -> list[CodeEntity]:
    """What an indexed file defines, in its order."""
    found = sorted(
        (entity_of(piece) for piece in project.code_index.store.pieces(path)),
        key=lambda entity: (entity.start, -entity.end),
    )
    return [
        CodeEntity(
            name=entity.path,
            kind=entity.kind,
            signature=entity.signature,
            doc=entity.doc,
            path=path,
            line=entity.start,
            end_line=entity.end,
        )
        for entity in found
    ]


def symbols_at(project: Project, path: str, lines: range) -> tuple[str, ...]:
    """Names of the innermost entities that lines, from 1, of an indexed file stand in; none where it isn't."""
    if not project.code_index.exists:
        return ()
    found = [entity_of(piece) for piece in project.code_index.store.pieces(path)]
    inside = (at_line(found, line) for line in lines)
    return unique(entity.path for entity in inside if entity is not None)


def known_file(project: Project, file: str) -> str:
    """The path of an indexed file as the index writes it.

    Raises:
        InvalidRequest: nothing is indexed yet, the file is outside of the project, or it is left out.
        NotFound: there is no such file.
    """
    _indexed(project)
    path = file.strip().replace("\\", "/").removeprefix("./")
    shown = one_line(path, 120)
    if not path:
        raise InvalidRequest("Name a file of the project.")
    if path.startswith("/") or ".." in path.split("/") or path[1:2] == ":" or "\0" in path:
        raise InvalidRequest(f"{shown} is outside of this project. Name a file relative to the project's top.")
    if project.code_index.store.stamps([path]):
        return path
    try:
        there = (project.place.root / path).is_file()
    except OSError:
        there = False
    if not there:
        raise NotFound(f"There is no file {shown} in this project.")
    if language_of(path) is None:
        raise InvalidRequest(f"{shown} is in none of the languages that are indexed: {', '.join(NAMES)}.")
    raise InvalidRequest(
        f"{shown} is not indexed: it is new, or ignored by git or by whence.code.exclude. Run “Index Workspace” "
        "(`whence index-workspace`) to look again."
    )


# ------------------------------------------------------------ inside


def _indexed(project: Project) -> None:
    if not project.code_index.exists:
        raise InvalidRequest(ASK_TO_INDEX)


def _meaning(project: Project, query: str) -> NDArray[np.float32] | None:
    vectors = project.indexer.vector([query]) if project.indexer.local else None  # the code has none of a provider
    return None if vectors is None else vectors[0]


def _told(project: Project, done: Pass, files: int, entities: int, *, meant: bool) -> str:
    if not files:
        return "No code was found in a language that is indexed; what git ignores is left out."
    told = [f"{files:,} files with {entities:,} entities are indexed and found by words."]
    if any(reason.startswith("more than") for reason in done.left_out):
        told.append(f"The limit of {MAX_FILES:,} files is reached: exclude folders with whence.code.exclude.")
    if project.settings.embedding.model == "none":
        told.append("Search by meaning is switched off.")
    elif meant:
        told.append("They are found by meaning too.")
    else:
        told.append("Vectors for search by meaning follow in the background while an editor is open.")
    return " ".join(told)


def _joined(found: list[Match]) -> list[Match]:
    """One for each entity, with all measures that were taken of it."""
    best: dict[tuple[str, str], Match] = {}
    for each in found:
        id = (each.piece.path, each.piece.payload)
        known = best.get(id)
        if known is None:
            best[id] = each
            continue
        cosine = known.cosine if each.cosine is None else each.cosine
        best[id] = Match(each.piece, max(known.bm25, each.bm25), cosine, known.exact or each.exact)
    return list(best.values())

"""Search: memories by words and meaning; one memory by its id, the rows of the tree, and the state of it all."""

from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from whence.background.autosave import size
from whence.engine import filters, origins, transcripts
from whence.engine.candidates import known_kinds, look_for, look_in_code
from whence.engine.code import code_page
from whence.engine.texts import path_of
from whence.pages import document, outline, welcomes
from whence.pages.welcomes import Folder
from whence.project.project import Project
from whence.retrieval import code as in_code
from whence.values.base import Time, Words, one_line, unique
from whence.values.code import CodeEntity
from whence.values.detail import Detail, Related
from whence.values.errors import InvalidRequest
from whence.values.memory import KINDS, MAX_TITLE, Change, MemoryBase, Note
from whence.values.operation import operation
from whence.values.protocol import (
    CODE,
    Children,
    Filter,
    Focus,
    KindCount,
    Location,
    SearchResult,
    Status,
    TreeNode,
)
from whence.values.version import VERSION


@operation
def search(
    project: Project,
    query: str,
    kinds: Words = (),
    files: Words = (),
    labels: Words = (),
    since: Time | None = None,
    until: Time | None = None,
    archived: bool = False,
    limit: Annotated[int, Field(ge=1, le=200)] | None = None,
    focus: Focus | None = None,
    turns: bool = False,
    authors: Words = (),
) -> SearchResult:
    """Find memories, and code if asked for, by words and by meaning, best first; an empty query lists the newest.

    Args:
        query: what to look for: words, an identifier, an error message, a sentence. Filters may stand in it, as
            `author:"Test Author"`, `kind:decision`, `file:src/cart.py`, `label:security`, `state:open` and
            `since:2026-03-01`; a person's whole name lists what that person made before what names them.
        kinds: only these kinds of memory; `code` for functions and classes of the indexed code, alone or besides.
        files: only memories that concern these files or files in these folders.
        labels: only memories with one of these labels.
        since: only memories of this moment or later.
        until: only memories from before this moment.
        archived: whether archived memories may answer too.
        limit: the most hits to return.
        focus: where the user is; memories near it count a little more.
        turns: whether each turn of a conversation answers for itself, instead of the best one for all.
        authors: only memories that people of these names made; a part of a name will do.
    """
    said = filters.read(query, (*KINDS, CODE))
    query, kinds, files = said.query, (*kinds, *said.kinds), (*files, *said.files)
    labels, authors = (*labels, *said.labels), (*authors, *said.authors)
    memories = known_kinds(kinds, CODE)
    chosen = Filter(
        kinds=memories,
        files=files,
        labels=labels,
        states=said.states,
        since=max((at for at in (since, said.since) if at), default=None),
        until=min((at for at in (until, said.until) if at), default=None),
        archived=archived,
        authors=authors,
    )
    if not authors and len(memories) == len(kinds) and (person := filters.person(project, query)):
        return _of_person(project, query, person, chosen, limit, focus)
    if len(memories) == len(kinds):
        return look_for(project, query, chosen, limit, focus, turns=turns)
    most = limit or project.settings.search.limit
    code = look_in_code(project, query, chosen, most, focus, mixed=bool(memories))
    if not memories:
        return code
    found = look_for(project, query, chosen, most, focus, turns=turns)
    return found.model_copy(
        update={
            "hits": in_code.among(found.hits, code.hits, most),
            "confidence": max(found.confidence, code.confidence),
            "weak": found.weak and code.weak,
            "note": " ".join(unique(["" if code.hits else found.note, code.note])),
        }
    )


@operation
def get(project: Project, id: str) -> Detail:
    """Show one memory whole: its fields, and how it reads as Markdown; of a hit in the code its text.

    Args:
        id: the memory, or what a search calls a hit in the code.

    Raises:
        NotFound: there is no such memory, or the code is not there any more.
    """
    if (entity := code_page(project, id)) is not None:
        return _of_code(id, *entity)
    found = project.one(id)
    project.recalled([id])
    recall = project.recalls.of([id]).get(id)
    targets = {memory.id: memory.title for memory in project.store.get([link.target for link in found.links])}
    related = tuple(
        Related(
            id=memory.id, kind=memory.kind, title=memory.title, relation=link.relation, created_at=memory.created_at
        )
        for memory in project.store.linking([id])
        if memory.deleted_at is None
        for link in memory.links
        if link.target == id
    )
    written = origins.of_commit(project, found.commit) if isinstance(found, Change) else ()
    page = document.document(found, targets, related=related, forge=project.place.forge, written=written)
    return Detail.model_validate(
        {
            "memory": found,
            "markdown": page,
            "written": written,
            "actions": found.steps(),
            "icon": type(found).icon,
            "related": related,
            "recalls": recall.count if recall else 0,
            "recalled_at": recall.last if recall else None,
            "unsaid": document.unsaid(found),
        }
    )


@operation
def children(project: Project, parent: str = "", file: str = "") -> Children:
    """List the rows of the tree below a row.

    Args:
        parent: id of the row; empty for the top of the tree.
        file: only rows of what concerns this file or folder.

    Raises:
        InvalidRequest: the id is not one of a row.
    """
    file = _known_as(project, file) if file else ""
    folder = Folder(project.trusted, project.place.git, noticed=_captured(project) != "off")
    find = partial(_fitting, project, file=file)
    nodes = outline.children(parent, project.store, find=find, file=file, folder=folder)
    missing = "" if parent else project.missing()
    if missing and not nodes:
        nodes = [welcomes.of_loss(missing)]
    return Children(
        nodes=tuple(_located(project, node) for node in nodes),
        message=outline.narrowed(parent, file) or missing,
    )


@operation
def status(project: Project) -> Status:
    """Tell the state of the project's memory: counts, capture, search by meaning, where it lives."""
    counts = project.store.counts()
    embedding = project.indexer.status()
    capturing = project.recorder.messages if project.recorder else ()
    saving = project.autosave.message if project.autosave else ""
    unkept = "" if project.lasting else transcripts.unkept(project)  # who has an editor is asked there
    messages = unique(
        [project.missing(), project.damaged(), embedding.message, *capturing, saving, project.daily.message, unkept]
    )
    busy = project.indexer.busy or (embedding.state == "ready" and embedding.embedded < embedding.passages)
    return Status(
        version=VERSION,
        state="indexing" if busy else "ready",
        project=project.place.id,
        name=project.place.name,
        total=sum(counts.values()),
        kinds=tuple(KindCount(kind=kind, label=cls.label, count=counts.get(kind, 0)) for kind, cls in KINDS.items()),
        capture=_captured(project),
        imported="import" in project.store.counts("source", "change"),
        embedding=embedding,
        storage=project.storage,
        conversation_bytes=_conversation_bytes(project),
        messages=messages,
    )


def _conversation_bytes(project: Project) -> int | None:
    """What conversations take: as it was measured last by what takes them in, and now where nobody waits for long."""
    if project.autosave:
        return project.autosave.size
    return None if project.lasting else size(project.store, project.place)


def _captured(project: Project) -> Literal["on", "off", "elsewhere"]:
    """Whether changes are noticed here; `elsewhere`: by another process."""
    return project.recorder.state if project.recorder else "off"


def _of_person(
    project: Project, query: str, names: tuple[str, ...], chosen: Filter, limit: int | None, focus: Focus | None
) -> SearchResult:
    """What a person made, the newest first, and then what names the person."""
    most = limit or project.settings.search.limit
    made = look_for(project, "", chosen.model_copy(update={"authors": names}), most)
    if len(made.hits) >= most:
        return made
    told = look_for(project, query, chosen, most, focus)
    if not made.hits:
        return told
    own = {hit.id for hit in made.hits}
    hits = (*made.hits, *(hit for hit in told.hits if hit.id not in own))
    return made.model_copy(update={"hits": hits[:most]})


def _known_as(project: Project, file: str) -> str:
    """The name by which memories know a file; of one that is none of the project's, a name that none has."""
    try:
        return path_of(project, file)
    except InvalidRequest:
        return file


def _fitting(project: Project, text: str, *, file: str) -> list[MemoryBase]:
    """The memories that fit a text, those whose title holds it first; those of a file alone where one is named."""
    files = (file,) if file else ()
    found = project.store.get([hit.id for hit in search(project, text, limit=100, files=files).hits])
    titled = {memory.id for memory in found if text.casefold() in memory.title.casefold()}
    return sorted(found, key=lambda memory: memory.id not in titled)


def _located(project: Project, node: TreeNode) -> TreeNode:
    if node.location is None:
        return node
    uri = project.place.root.joinpath(node.location.path).as_uri()
    return node.model_copy(update={"location": Location(path=node.location.path, line=node.location.line, uri=uri)})


def _of_code(id: str, entity: CodeEntity, page: str) -> Detail:
    """The page of an entity, in the shape that all else is shown in: as a note, which is stored nowhere."""
    note = Note(id=id, title=one_line(entity.name, MAX_TITLE), content=page, files=(entity.path,), source="import")
    return Detail(memory=note, markdown=page, actions=("openCode", "copy"), icon=in_code.icon(entity.kind))

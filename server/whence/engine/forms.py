"""Forms: what a person fills in on one page, the drafts of them, and what is remembered already that says the same."""

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, Field
from pydantic.alias_generators import to_camel

from whence.engine.bugs import search_errors
from whence.engine.candidates import look_for
from whence.engine.sessions import operations as sessions
from whence.engine.texts import path_of
from whence.pages import dates
from whence.project import form_drafts
from whence.project.project import Project
from whence.secrets.redaction import redact
from whence.values.base import Lines, Words, now, one_line
from whence.values.errors import InvalidRequest, StorageError
from whence.values.memory import KINDS, Bug, MemoryBase, Session
from whence.values.operation import operation, operations
from whence.values.protocol import Acknowledged, Filter, SearchResult, Selection
from whence.values.reports.forms import Form, FormField

Answers = Annotated[dict[str, str], Field(max_length=100)]

_SESSIONS = operations([sessions])
_TITLES = {"start_session": "Start Session", "end_session": "End Session"}
_ENDS_ANOTHER = "end_active"
"""The parameter that the form of a session answers by itself: its note says so."""
_PROSE = ("goal", "summary")
"""Those that take Markdown of any length."""

_Shape = Literal["text", "line", "list", "words", "choice"]
_LIST, _WORDS = Lines.__metadata__[0], Words.__metadata__[0]  # type: ignore[attr-defined] # what Annotated holds

_HOW = {"list": " One on each line.", "words": " With commas between them."}

_ALIKE = 5
"""Memories that are shown beside a form."""

_READ = 4000
"""Characters of a text by which similar ones are looked for."""


@operation
def form(project: Project, kind: str = "", id: str = "") -> Form:
    """Tell what a person fills in who records a memory by hand, changes one, or begins or ends a session.

    Args:
        kind: the kind of memory, or `start_session` or `end_session`.
        id: the memory to change, instead.

    Raises:
        NotFound: there is no such memory.
        InvalidRequest: no memory of this kind is recorded by hand.
    """
    blank = _blank(project, kind, id)
    draft = form_drafts.draft_of(project.place.home, id or kind)
    if draft is None or not blank.fields:
        return blank
    said = {each.name: draft.answers.get(each.name, each.value) for each in blank.fields}
    fields = tuple(
        each.model_copy(update={"draft": said[each.name]}) if said[each.name] != each.value else each
        for each in blank.fields
    )
    taken = any("[redacted: " in text for text in draft.answers.values())
    day = dates.said(draft.at, now(), None)
    chosen = None
    if draft.file and blank.lines:
        file = project.place.root.joinpath(draft.file).as_uri()
        chosen = Selection(file=file, start=draft.start, end=draft.end)
    return blank.model_copy(
        update={
            "fields": fields,
            "selection": chosen,
            "draft": f"Written {day}, and not kept yet." + (" What was secret in it was taken out." if taken else ""),
        }
    )


@operation
def keep_draft(
    project: Project, answers: Answers, kind: str = "", id: str = "", selection: Selection | None = None
) -> Acknowledged:
    """Keep what a person has written in a form so far, in the place of what was kept before; it is no memory yet.

    Every secret is taken out before it is written. Where nothing was written, the draft is discarded.

    Args:
        answers: what stands in the fields, by their names.
        kind: the kind of memory, or `start_session` or `end_session`.
        id: the memory that is changed, instead.
        selection: the lines that it is about.

    Raises:
        NotFound: there is no such memory.
        InvalidRequest: there is no such form, or the lines are of no file of this project.
    """
    _, fields = _begun(project, kind, id)
    said = {each.name: answers[each.name] for each in fields if each.name in answers}
    place = (path_of(project, selection.file), selection.start, selection.end) if selection else ("", 0, 0)
    try:
        if any(said.get(each.name, "").strip() not in ("", each.value) for each in fields):
            form_drafts.keep(project.place.home, id or kind, said, place)
            return Acknowledged(note="The draft is kept.")
        form_drafts.discard(project.place.home, id or kind)
    except OSError as error:
        raise StorageError(f"The draft can't be kept ({type(error).__name__}).") from error
    return Acknowledged(note="There is no draft any more.")


@operation
def similar(project: Project, answers: Answers, kind: str = "", id: str = "") -> SearchResult:
    """Find what is remembered already and says something like what a person is writing; nothing that fits badly.

    Args:
        answers: what stands in the fields of a form, by their names; the first that says something is looked for.
        kind: the kind of memory that is written, or `start_session`.
        id: the memory that is changed, instead.

    Raises:
        NotFound: there is no such memory.
        InvalidRequest: there is no such form.
    """
    cls, fields = _begun(project, kind, id)
    written = (answers.get(each.name, "").strip() for each in fields if each.shape != "choice")
    text = next((said for said in written if said), "")
    if not text:
        return SearchResult(mode="words", note="What says something similar shows here as you write.")
    text = redact(text[:_READ]).text  # a provider's model may be asked what it means
    if cls is Bug:
        found = search_errors(project, text, _ALIKE + 1)
    else:
        by_hand = tuple(name for name, each in KINDS.items() if each.form)
        kinds = by_hand if cls.form else (cls.model_fields["kind"].default,)
        found = look_for(project, text, Filter(kinds=kinds), _ALIKE + 1)
    hits = () if found.weak else tuple(hit for hit in found.hits if hit.id != id)[:_ALIKE]
    return found.model_copy(update={"hits": hits, "note": "" if hits else "Nothing similar is remembered."})


# ------------------------------------------------------------ inside


def _begun(project: Project, kind: str, id: str) -> tuple[type[MemoryBase], tuple[FormField, ...]]:
    """The kind of memory that a form makes or changes, and its fields with what stands in them at first."""
    if id:
        memory = project.one(id)
        cls: type[MemoryBase] = type(memory)
        # Of a kind that nobody writes by hand the title alone is changed.
        return cls, tuple(_field(name, cls, cls.prose, getattr(memory, name)) for name in cls.form or ("title",))
    if kind in _TITLES:
        params = _SESSIONS[kind].params
        return Session, tuple(_field(name, params, _PROSE) for name in params.model_fields if name != _ENDS_ANOTHER)
    found = KINDS.get(kind)
    if found is None or not found.form:
        raise InvalidRequest(f"No memory of kind {one_line(kind, 40)!r} is recorded by hand.")
    return found, tuple(_field(name, found, found.prose) for name in found.form)


def _blank(project: Project, kind: str, id: str) -> Form:
    """The form without its draft."""
    cls, fields = _begun(project, kind, id)
    similar = "Similar" if cls.form or kind == "start_session" else ""
    told = Form(kind=kind, title=cls.form_title, operation="remember", fields=fields, similar=similar)
    if id:
        title = f"Change “{one_line(project.one(id).title, 80)}”"
        more = {"kind": cls.model_fields["kind"].default, "id": id, "title": title, "operation": "update"}
    elif kind not in _TITLES:
        more = {"lines": "Lines that it is about"}
    else:
        active = sessions.current_session(project).session
        note = f"“{active.title}” is active, and ends when another one starts." if active else ""
        more = {"title": _TITLES[kind], "operation": kind, "note": note}
        if kind == "end_session":
            more["note"] = f"Ends “{active.title}”." if active else "No session is active, so there is none to end."
            more["fields"] = fields if active else ()
    return told.model_copy(update=more)


def _field(name: str, cls: type[BaseModel], prose: tuple[str, ...], value: object = None) -> FormField:
    """A field.

    Args:
        name: the name of the parameter or of the memory's field.
        cls: the parameters, or the kind.
        prose: the names of those that take Markdown of any length.
        value: what stands in it at first; without it, the default.
    """
    field = cls.model_fields[name]
    told = (field.description or name).strip()
    choices = tuple(str(each) for each in get_args(field.annotation) if isinstance(each, str))
    if bool in get_args(field.annotation):
        choices = ("yes", "no")
    shape: _Shape = "choice" if choices else "text" if name in prose else "line"
    if _LIST in field.metadata:
        shape = "list"
    elif _WORDS in field.metadata:
        shape = "words"
    if value is None and not field.is_required():
        value = field.default
    between = ", " if shape == "words" else "\n"
    return FormField(
        name=to_camel(name),
        title=name.replace("_", " ").capitalize(),
        prompt=f"{told[0].upper()}{told[1:]}{_HOW.get(shape, '')}",
        shape=shape,
        required=field.is_required(),
        choices=choices,
        value=between.join(value) if isinstance(value, tuple) else "" if value is None else str(value),
    )

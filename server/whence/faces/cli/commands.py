"""Commands derived from the engine's operations: parameters, help and defaults are those of the operation.

An operation that a person would want printed in a way of its own has a command written by hand in `cli`; every other
becomes a command here. A required text is an argument, everything else an option.
"""

import inspect
import os
import shlex
import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer
from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo
from rich.table import Table
from rich.text import Text

from whence.faces import places
from whence.faces.cli import rendering, terminal, visit
from whence.values.markdown import inline
from whence.values.memory import KINDS, MemoryBase
from whence.values.operation import Operation
from whence.values.protocol import Status
from whence.values.reports import Imported
from whence.values.settings import OPTIONS

NAMING = frozenset({"file", "files", "path", "paths"})
"""Parameters that name files of the project: here relative to the current folder, in the engine to the project."""

_SAID = frozenset({"query", "message", "text", "focus", "goal"})
"""What is written without naming it, also where it may be left out."""

_MOST_COLUMNS = 6


def _kinds(incomplete: str) -> list[str]:
    return [each for each in KINDS if each.startswith(incomplete)]


def _options(incomplete: str) -> list[str]:
    return [f"{each}=" for each in OPTIONS if each.startswith(incomplete)]


ProjectOption = Annotated[
    Path,
    typer.Option(
        "--project", "-p", metavar="FOLDER", file_okay=False, help="A folder of the project; the current one without."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the answer as JSON, for programs.")]
KindOption = Annotated[
    list[str] | None,
    typer.Option("--kind", "-k", autocompletion=_kinds, help="Only this kind of memory; repeatable."),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="OPTION=VALUE",
        autocompletion=_options,
        help="An option for this command alone, such as search.limit=5; `whence config` lists them. Repeatable.",
    ),
]
LaterOption = Annotated[
    bool,
    typer.Option(
        "--later", help="Leave making vectors to an editor or server; until then what was imported is found by words."
    ),
]
AgreedOption = Annotated[bool, typer.Option("--yes", "-y", help="Agree beforehand that a model is asked.")]
WeightOption = Annotated[float | None, typer.Option(help="How much it counts, from 0 to 1.", min=0.0, max=1.0)]
FileOption = Annotated[
    list[str] | None, typer.Option("--file", "-f", help="Only what concerns this file or folder; repeatable.")
]
LabelOption = Annotated[list[str] | None, typer.Option("--label", "-l", help="Only with this label; repeatable.")]
AuthorOption = Annotated[
    list[str] | None, typer.Option(help="Only what people of this name made; a part will do; repeatable.")
]
SinceOption = Annotated[str | None, typer.Option(help="Only from this moment on, as 2026-05-31 or 2026-05-31T12:00.")]


@dataclass(frozen=True, slots=True)
class Asked:
    """What every command takes besides the parameters of what it does."""

    project: Path
    """A folder of the project."""

    settings: tuple[str, ...] = ()
    """Options for this command alone, such as `search.limit=5`."""

    as_json: bool = False
    """Whether to print the answer as JSON."""

    agreed: bool = False
    """Whether the user has agreed beforehand that a model is asked."""

    later: bool = False
    """Whether an import leaves making vectors to another process."""


def derive(
    operation: Operation, run: Callable[[Operation, dict[str, Any], Asked], object], *, thinks: bool = False
) -> Callable[..., None]:
    """A function that typer makes a command of.

    Args:
        operation: what the command does.
        run: does it, with the parameters that were given.
        thinks: whether it may ask a model, which the user can agree to beforehand.
    """

    def command(
        project: Path,
        settings: list[str] | None,
        as_json: bool,
        agreed: bool = False,
        later: bool = False,
        **given: Any,
    ) -> None:
        asked = Asked(project, tuple(settings or ()), as_json, agreed, later)
        told = {name: value for name, value in given.items() if value is not None and value != []}
        for name, value in told.items():
            if value == "-" and name not in NAMING:
                told[name] = terminal.standard_input()
        run(operation, told, asked)

    fields = operation.params.model_fields
    first = next(iter(fields), "")
    said = first if first in _SAID and not any(field.is_required() for field in fields.values()) else ""
    parameters = [_parameter(name, field, argument=name == said) for name, field in fields.items()]
    shared = {"project": (ProjectOption, Path()), "settings": (SetOption, None), "as_json": (JsonOption, False)}
    if thinks:
        shared["agreed"] = (AgreedOption, False)
    if issubclass(operation.result, Imported):
        shared["later"] = (LaterOption, False)
    parameters += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in shared.items()
    ]
    command.__doc__ = operation.description
    command.__name__ = operation.name
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # typer reads it
    return command


def _parameter(name: str, field: FieldInfo, *, argument: bool = False) -> inspect.Parameter:
    required = field.is_required()
    shape = _shape(field.annotation)
    help = (field.description or "")[:1].upper() + (field.description or "")[1:]
    if name in _SAID:
        help = f"{help.rstrip('.')}; standard input for a single dash."
    if choices := _choices(field.annotation):
        help = f"{help.rstrip('.')}: {', '.join(choices)}."
    if shape is dict:
        help = f"{help} As JSON."
    written: Any = {dict: str, list: list[str], datetime: str}.get(shape, shape)
    known = list(KINDS) if name in ("kind", "kinds") else choices

    def complete(incomplete: str) -> list[str]:
        return [each for each in known if each.startswith(incomplete)]

    if required or argument:
        info = typer.Argument(help=help, show_default=False, metavar=name.upper(), autocompletion=complete)
    else:
        info = typer.Option(help=help, show_default=False, autocompletion=complete)
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=inspect.Parameter.empty if required else None,
        annotation=Annotated[written if required else written | None, info],
    )


def _shape(annotation: Any) -> type:
    """How a parameter is written on a command line: str, int, float, bool, list, datetime, or dict for JSON."""
    parts = _alternatives(annotation)
    if len(parts) > 1 and all(get_origin(part) is Literal or part is str for part in parts):
        return str
    (part,) = parts[:1] or (str,)
    if get_origin(part) is Literal:
        return str
    if get_origin(part) in (tuple, list):
        inner = _alternatives(get_args(part)[0])[0]
        return list if inner is str or get_origin(inner) is Literal else dict
    if isinstance(part, type):
        for plain in (bool, int, float, str):
            if issubclass(part, plain):
                return plain
        if issubclass(part, datetime | AwareDatetime):
            return datetime
    return dict


def _alternatives(annotation: Any) -> list[Any]:
    """The types that a value may have, without None and without what only constrains them."""
    if get_origin(annotation) is Annotated:
        return _alternatives(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [part for each in get_args(annotation) if each is not type(None) for part in _alternatives(each)]
    return [annotation]


def _choices(annotation: Any) -> list[str]:
    (part, *_) = _alternatives(annotation) or [None]
    if get_origin(part) in (tuple, list):
        (part, *_) = _alternatives(get_args(part)[0])
    return [str(each) for each in get_args(part)] if get_origin(part) is Literal else []


def within(values: dict[str, Any], root: Path) -> dict[str, Any]:
    """The parameters with files as the project names them, where they were named from the current folder."""

    def name(path: str) -> str:
        whole = path.startswith("file:") or Path(path).is_absolute()
        path = places.within(path, root)
        if whole:
            return path
        try:
            return visit.here().joinpath(Path(path).expanduser()).resolve().relative_to(root).as_posix()
        except ValueError:
            return path

    def named(value: Any) -> Any:
        return name(value) if isinstance(value, str) else [name(each) for each in value]

    return {
        key: named(value) if key in NAMING and value else within(value, root) if isinstance(value, dict) else value
        for key, value in values.items()
    }


def rows(result: BaseModel) -> Iterable[Any]:
    """What to print of an answer for a person, besides its note: its page, or a table for each list of values."""
    if markdown := getattr(result, "markdown", ""):
        yield rendering.page(markdown)
        return
    if hits := getattr(result, "hits", ()):
        yield from code_places(hits) if hasattr(hits[0], "signature") else found(hits)
        return
    for name in type(result).model_fields:
        value = getattr(result, name)
        if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            yield _table(value)
        elif isinstance(value, MemoryBase):
            yield rendering.page(f"# {inline(value.title, 200)}\n\n{value.markdown()}")
        elif isinstance(value, BaseModel):
            yield _table((value,))


def found(hits: Iterable[Any]) -> Iterable[Text]:
    """Hits, each with its title, where it matched, and its id."""
    for hit in hits:
        yield Text.assemble((hit.title, "bold"), "  ", (f"{hit.kind}  {hit.description}", "dim"))
        snippet = " ".join(hit.snippet.split())
        if snippet and snippet != hit.title:
            yield Text("  " + snippet[:300], overflow="ellipsis", no_wrap=True)
        yield Text(f"  {hit.id}", style="dim")


def asking(questions: Iterable[Any], root: Path) -> Iterable[str]:
    """The commands that ask what is proposed, their files named from the current folder."""
    for each in questions:
        if each.operation == "search":
            yield f"whence search {shlex.quote(each.query)}"
        else:
            file = os.path.relpath(root / each.file, visit.here())
            yield f"whence why {shlex.quote(f'{file}:{each.start}-{each.end}')}"


def code_places(hits: Iterable[Any]) -> Iterable[Text]:
    """Hits in the code, each with its name, how it begins, and where it stands."""
    for hit in hits:
        yield Text.assemble((hit.name, "bold"), "  ", (hit.kind, "dim"))
        if hit.signature:
            yield Text("  " + hit.signature, overflow="ellipsis", no_wrap=True)
        yield Text(f"  {hit.path}:{hit.line}", style="dim")


def _table(values: tuple[BaseModel, ...]) -> Table:
    table = Table(box=None, pad_edge=False)
    flat = [_flat(each) for each in values]
    columns = list(dict.fromkeys(key for each in flat for key, value in each.items() if value))[:_MOST_COLUMNS]
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for each in flat:
        table.add_row(*(Text(each.get(column, "")) for column in columns))
    return table


def _flat(value: BaseModel) -> dict[str, str]:
    """The fields that fit into a cell, those of a cited memory among them."""
    cells: dict[str, str] = {}
    for name in type(value).model_fields:
        each = getattr(value, name)
        if isinstance(each, BaseModel):
            cells |= {key: text for key, text in _flat(each).items() if key in ("id", "kind", "title")}
        elif isinstance(each, datetime):
            cells[name] = f"{each.astimezone():%Y-%m-%d %H:%M}"
        elif isinstance(each, tuple):
            cells[name] = ", ".join(str(part) for part in each if not isinstance(part, BaseModel))
        elif each is not None:
            cells[name] = str(each)
    return cells


def lines_within(lines: str, root: Path) -> str:
    """Lines with their file as the project names it."""
    file, mark, numbers = lines.rpartition(":")
    return f"{within({'file': file}, root)['file']}{mark}{numbers}"


def state(status: Status) -> Table:
    """The state of a project's memory as a table."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_row("Project", f"{status.name} ({status.project})")
    table.add_row("Memories", str(status.total))
    for each in status.kinds:
        table.add_row("", f"{each.count} {each.label.lower()}")
    embedding = status.embedding
    table.add_row("Meaning", f"{embedding.model}: {embedding.embedded} of {embedding.passages} passages have a vector")
    if status.conversation_bytes:
        table.add_row("Conversations", f"{status.conversation_bytes / 1e6:.1f} MB with what was written in them")
    table.add_row("Storage", status.storage)
    table.add_row("Version", status.version)
    return table

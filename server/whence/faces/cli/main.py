"""The command line: `whence`.

Each command opens the project's memory, calls one operation of the engine, and prints its answer: a table or text for
people, the value itself as JSON with `--json`.
"""

import logging
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from whence.faces.cli import checkup, commands, dialogue, rendering, restoring, terminal, visit
from whence.faces.cli.command_names import COMMANDS
from whence.faces.cli.commands import (
    Asked,
    AuthorOption,
    FileOption,
    JsonOption,
    KindOption,
    LabelOption,
    ProjectOption,
    SetOption,
    SinceOption,
    WeightOption,
)
from whence.faces.cli.dialogue import err, fail, out, print_json, write
from whence.faces.cli.overview import EXITS, PURPOSE
from whence.values.comments import Comment
from whence.values.errors import InvalidRequest, WhenceError
from whence.values.reports import Imported
from whence.values.version import VERSION

if TYPE_CHECKING:
    from pydantic import BaseModel

    from whence.engine import Project
    from whence.values.completion import Estimate
    from whence.values.operation import Operation

app = typer.Typer(
    name="whence",
    help=PURPOSE,
    epilog=EXITS,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_OWN = {"search", "context", "remember", "get", "status", "rebuild", "why", "children", "form", "keep_draft", "restore"}
"""Operations that have a command written by hand, or none."""

_PATIENCE, _BRIEFLY = 600.0, 5.0
"""Seconds that what was imported, and what else was written, may take to be found by words before the command leaves;
the next one goes on, and so does any other process that has the project open, which may have left much to be done."""


@app.command()
def search(
    query: Annotated[list[str], typer.Argument(help="What to look for: words, an identifier, an error message.")],
    project: ProjectOption = Path(),
    kind: KindOption = None,
    file: FileOption = None,
    label: LabelOption = None,
    author: AuthorOption = None,
    since: SinceOption = None,
    until: Annotated[str | None, typer.Option(help="Only from before this moment.")] = None,
    archived: Annotated[bool, typer.Option(help="Archived memories too.")] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", help="The most hits; as search.limit says without.", min=1, max=200)
    ] = None,
    settings: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find memories by words and by meaning, best first."""
    from whence import engine

    with _opened(Asked(project, tuple(settings or ()))) as opened:
        given = {
            "query": terminal.said(query),
            "kinds": kind or (),
            "files": file or (),
            "labels": label or (),
            "since": since,
            "until": until,
            "archived": archived,
            "limit": limit,
            "authors": author or (),
        }
        found = engine.search.search(opened, **_read(engine.OPERATIONS["search"], given, opened))
    if as_json:
        print_json(found)
        return
    if found.weak and found.hits:
        err().print("Nothing fits well; this is the nearest there is.")
    for line in commands.found(found.hits):
        out().print(line)
    if found.note:
        err().print(found.note)


@app.command()
def context(
    query: Annotated[list[str], typer.Argument(help="What the context is for: a task, a question, an error.")],
    project: ProjectOption = Path(),
    budget: Annotated[int | None, typer.Option("--budget", "-b", help="The most tokens.", min=1, max=200_000)] = None,
    kind: KindOption = None,
    file: FileOption = None,
    label: LabelOption = None,
    since: SinceOption = None,
    author: AuthorOption = None,
    exclude_folder: Annotated[
        list[str] | None, typer.Option(help="Not memories filed in this folder or below it; repeatable.")
    ] = None,
    relevance_weight: WeightOption = None,
    recency_weight: WeightOption = None,
    importance_weight: WeightOption = None,
    settings: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the memories that matter for a task as one Markdown block within a budget of tokens."""
    from whence import engine

    with _opened(Asked(project, tuple(settings or ()))) as opened:
        given = {
            "query": terminal.said(query),
            "budget": budget,
            "kinds": kind or (),
            "files": file or (),
            "labels": label or (),
            "since": since,
            "authors": author or (),
            "exclude_folders": exclude_folder or (),
            "relevance_weight": relevance_weight,
            "recency_weight": recency_weight,
            "importance_weight": importance_weight,
        }
        block = engine.context.context(opened, **_read(engine.OPERATIONS["context"], given, opened))
    if as_json:
        print_json(block)
        return
    if block.markdown:
        write(block.markdown.rstrip() + "\n")
    if block.note:
        err().print(block.note)


@app.command()
def remember(
    text: Annotated[
        list[str] | None, typer.Argument(help="The words to keep; standard input without, or with a single dash.")
    ] = None,
    project: ProjectOption = Path(),
    kind: Annotated[str, typer.Option("--kind", "-k", help="Kind of memory.")] = "note",
    title: Annotated[str, typer.Option("--title", "-t", help="A line that names it.")] = "",
    field: Annotated[
        list[str] | None, typer.Option("--field", help="A further field, as name=value; repeatable.")
    ] = None,
    label: Annotated[list[str] | None, typer.Option("--label", "-l", help="A label; repeatable.")] = None,
    file: Annotated[list[str] | None, typer.Option("--file", "-f", help="A file it concerns; repeatable.")] = None,
    lines: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE:LINE[-LINE]", help="Lines it is about, which `whence why` tells; repeatable."),
    ] = None,
    importance: Annotated[int, typer.Option(help="From 1 to 10.", min=1, max=10)] = 5,
    settings: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep a memory, such as a note or a decision; it is on disk when this returns."""
    words = terminal.said(text or ["-"])
    from whence import engine

    with _opened(Asked(project, tuple(settings or ()))) as opened:
        first = engine.forms.form(opened, kind).fields[0].name
        given: dict[str, Any] = {"kind": kind, first: words, "importance": importance}
        for each in field or ():
            name, mark, value = each.partition("=")
            if not mark:
                fail(f"--field {each!r} has no =; write it as name=value.", 2)
            given[name] = value
        if title:
            given["title"] = title
        if label:
            given["labels"] = label
        if file:
            given["files"] = file
        if lines:
            given["selection"] = [commands.lines_within(each, opened.place.root) for each in lines]
        kept = engine.notes.remember(opened, **_read(engine.OPERATIONS["remember"], {"memory": given}, opened))
        opened.settle(10, vectors=True)
    if as_json:
        print_json(kept)
    else:
        out().print(Text(f"{kept.note}  {kept.ids[0]}"))


@app.command()
def show(
    id: Annotated[str, typer.Argument(help="Id of the memory, as search prints it.")],
    project: ProjectOption = Path(),
    settings: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one memory whole."""
    from whence import engine

    with _opened(Asked(project, tuple(settings or ()))) as opened:
        detail = engine.search.get(opened, id)
    if as_json:
        print_json(detail)
    elif out().is_terminal:
        out().print(rendering.page(detail.markdown))
    else:
        write(rendering.plain(detail.markdown))


@app.command()
def why(
    place: Annotated[str, typer.Argument(metavar="FILE[:LINE[-LINE]]", help="The file, and which of its lines.")],
    project: ProjectOption = Path(),
    settings: SetOption = None,
    as_json: JsonOption = False,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Follow lines to the files that they came from, however long that takes.")
    ] = False,
) -> None:
    """Tell why lines are there: the changes that made them, and what led to those."""
    from whence.engine import OPERATIONS

    # A drive's colon has no digits behind it.
    parts = re.fullmatch(r"(?P<file>.+?)(?::(?P<start>\d+)(?:[-:,](?P<end>\d+))?)?", place)
    values: dict[str, Any] = {name: text for name, text in (parts.groupdict() if parts else {}).items() if text}
    values |= {name: int(values[name]) for name in ("start", "end") if name in values}
    if "start" in values:
        values.setdefault("end", values["start"])
    values["thorough"] = thorough
    found = _run(OPERATIONS["why"], values, Asked(project, tuple(settings or ()), as_json))
    if getattr(found, "unfollowed", False) and not as_json:
        err().print(Text(f"How: whence why --thorough {shlex.quote(place)}"), soft_wrap=True)


@app.command()
def status(project: ProjectOption = Path(), settings: SetOption = None, as_json: JsonOption = False) -> None:
    """Tell the state of the project's memory: counts, search by meaning, where it lives."""
    from whence import engine

    with _opened(Asked(project, tuple(settings or ()))) as opened:
        state = visit.at_rest(engine.search.status(opened))
    if as_json:
        print_json(state)
        return
    out().print(commands.state(state))
    for message in state.messages:
        err().print(message)


@app.command()
def rebuild(project: ProjectOption = Path(), settings: SetOption = None, as_json: JsonOption = False) -> None:
    """Drop the search index and make it anew from the memories, which stay as they are."""
    from whence import engine

    with _opened(Asked(project, tuple(settings or ()))) as opened:
        with dialogue.progress("Indexing", silent=as_json) as report:
            done = engine.notes.rebuild(opened, progress=report)
        opened.settle(_PATIENCE)
        dialogue.make_vectors(opened, silent=as_json)
    if as_json:
        print_json(done)
    else:
        out().print(done.note)


@app.command()
def restore(
    ids: Annotated[list[str] | None, typer.Argument(help="Memories to bring back from the bin.")] = None,
    project: ProjectOption = Path(),
    at: Annotated[
        str, typer.Option(metavar="DATE", help="The backup of this moment; the newest that can be read without.")
    ] = "",
    listed: Annotated[bool, typer.Option("--list", help="List the backups, and restore nothing.")] = False,
    exactly: Annotated[bool, typer.Option(help="Have what was written after the backup go.")] = False,
    agreed: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")] = False,
    settings: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring back what a backup has, also where the memory can't be opened any more; or memories from the bin."""
    from whence.engine import OPERATIONS
    from whence.engine.configuration import assignments, settle

    asked = Asked(project, tuple(settings or ()), as_json)
    if ids:
        _run(OPERATIONS["restore"], {"ids": ids}, asked)
        return
    options, _ = settle(project, assignments(asked.settings))
    if listed:
        restoring.show(project, options, as_json=as_json)
        return
    restoring.restore(project, options, at, exactly=exactly, agreed=agreed, as_json=as_json)
    with _opened(asked) as opened:
        opened.settle(_PATIENCE)


@app.command()
def config(project: ProjectOption = Path(), settings: SetOption = None, as_json: JsonOption = False) -> None:
    """Show every option, its value, and where that comes from: whence.toml, the environment, or `--set`."""
    from whence.engine.configuration import assignments, settle

    found = settle(project, assignments(settings or ())).configuration
    if as_json:
        print_json(found)
        return
    for each in checkup.options(found):
        out().print(each)
    for note in found.notes:
        err().print(Text(note, style="yellow"))


@app.command()
def doctor(
    project: ProjectOption = Path(),
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be mended first; what is damaged is kept aside.")
    ] = False,
    settings: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check Python, settings, git, database, index, backups, model, locks and disk; each finding with its repair."""
    from whence.engine import doctor as doctors
    from whence.engine import repair as repairs
    from whence.engine.configuration import assignments

    if repair:
        with dialogue.progress("Repairing", silent=as_json) as report:
            found = repairs.repair(project, assignments(settings or ()), report)
    else:
        found = doctors.examine(project, assignments(settings or ()))
    if as_json:
        print_json(found)
    else:
        for each in checkup.findings(found):
            out().print(each)
    if found.state == "fail":
        raise typer.Exit(1)


@app.command()
def lsp() -> None:
    """Serve an editor over standard input and output; this is what the extension starts."""
    # A process of its own: a face doesn't import another. Plain `whence lsp` never comes here, see __main__.
    raise typer.Exit(subprocess.call([sys.executable, "-m", "whence", "lsp"]))


@app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []})
def mcp(context: typer.Context) -> None:
    """Serve assistants over standard input and output, or over HTTP; `whence mcp --help` tells the options."""
    raise typer.Exit(subprocess.call([sys.executable, "-m", "whence", "mcp", *context.args]))


@app.command()
def serve(
    context: typer.Context,
    project: ProjectOption = Path(),
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 for any free one.", min=0, max=65535)] = 8080,
    rate: Annotated[int, typer.Option(help="Requests a minute that are answered; 0 for any number.", min=0)] = 1000,
    exports: Annotated[
        Path | None, typer.Option(help="Folder that clients may write files below.", metavar="FOLDER")
    ] = None,
    settings: SetOption = None,
) -> None:
    """Serve the memory to programs over REST; every request needs the key."""
    from whence.engine.configuration import assignments

    def ready(url: str, file: Path | None) -> None:
        kept = f"in {file}" if file else "that of WHENCE_API_KEY"
        err().print(Text(f"Listening on {url} (described at {url}/docs). The key is {kept}."), soft_wrap=True)

    given = assignments(settings or ())
    context.obj(folder=project, host=host, port=port, per_minute=rate, given=given, exports=exports, ready=ready)


def _run(operation: "Operation", values: dict[str, Any], asked: Asked) -> "BaseModel":
    """Carry an operation out and print its answer, which is returned."""
    result: BaseModel
    with _opened(asked) as opened:
        root = opened.place.root
        arguments = _read(operation, values, opened)
        do = partial(operation.function, opened)
        if operation.progress:
            with dialogue.progress(operation.summary, silent=asked.as_json) as report:
                result = do(**arguments, progress=report)
        else:
            result = do(**arguments)
        if getattr(result, "ids", ()):
            opened.settle(_PATIENCE if issubclass(operation.result, Imported) else _BRIEFLY)
        if issubclass(operation.result, Imported) and not asked.later:
            dialogue.make_vectors(opened, silent=asked.as_json)
    if asked.as_json:
        print_json(result)
        return result
    markdown = getattr(result, "markdown", "")
    if markdown and not out().is_terminal:
        write(rendering.plain(markdown))
    elif isinstance(result, Comment):
        write(result.text)  # unwrapped, as it goes into a file
    else:
        for each in commands.rows(result):
            out().print(each)
    for number, each in enumerate(commands.asking(getattr(result, "questions", ()), root), 1):
        err().print(Text(f"{number}. {each}"), soft_wrap=True)
    if (note := getattr(result, "note", "")) and note not in markdown:
        (err() if markdown else out()).print(Text(note))
    return result


def _read(operation: "Operation", values: dict[str, Any], opened: "Project") -> dict[str, Any]:
    """The words of a command as the operation takes them, its files named from the current folder."""
    try:
        return operation.read(values, lambda understood: commands.within(understood, opened.place.root))
    except InvalidRequest as error:
        raise typer.BadParameter(str(error)) from None  # what was typed is wrong, not what it asked for


def derive(only: str = "") -> None:
    """Make a command of every operation that has none of its own yet.

    Args:
        only: the one command that is wanted, where it is known: to make all takes as long as many a command itself.
    """
    from whence.engine import OPERATIONS
    from whence.engine.completion import asks_a_model

    for name, operation in OPERATIONS.items():
        word = name.replace("_", "-")
        if name not in _OWN and (word == only or only not in COMMANDS):
            app.command(word)(commands.derive(operation, _run, thinks=asks_a_model(operation.function)))


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.", is_eager=True)] = False,
) -> None:
    if version:
        out().print(VERSION)
        raise typer.Exit


@contextmanager
def _opened(asked: Asked) -> "Iterator[Project]":
    from whence.engine import open_project, start
    from whence.engine.configuration import assignments, settle

    settings, configuration = settle(visit.here() / asked.project, assignments(asked.settings))
    for note in configuration.notes:
        err().print(Text(note, style="yellow"))
    if (visiting := visit.current()) is not None:
        with visiting.opened(asked.project, settings) as lent:
            yield lent
        return
    if asked.agreed:
        approve: Callable[[Estimate], bool] | None = dialogue.agreed
    else:
        approve = dialogue.approve if sys.stdin.isatty() else None
    with start(open_project(asked.project, settings, approve=approve)) as opened:
        yield opened


def main(serve: Callable[..., None]) -> None:
    """Run the command line. Exit codes are those of `overview.EXITS`.

    Args:
        serve: serves REST until it is interrupted.
    """
    terminal.settle()
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR, format="%(message)s")
    try:
        derive(sys.argv[1] if len(sys.argv) > 1 else "")
        app(prog_name="whence", obj=serve)
    except WhenceError as error:
        fail(dialogue.told(error), error.exit_code)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None

"""Operations, derived from the functions that carry them out.

A function of the engine becomes an operation by the `operation` decorator. Its parameters, result, wire names and help
come from its signature and docstring, so that every face says the same thing: `Args:` lines become descriptions. One
that needs no more than a line of text from the user, and answers with a page or a sentence, may bring a command of the
editor's palette along: `generate.py` writes it into the extension's manifest, and nothing is written for it by hand.
"""

import functools
import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar, get_type_hints, overload

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic.alias_generators import to_camel

from whence.values.base import explain, one_line
from whence.values.errors import InvalidRequest

Progress = Callable[[str, float], None]
"""Told what is being done and the share that is done, 0 to 1; raises `Cancelled` to stop."""

_Function = TypeVar("_Function", bound=Callable[..., Any])
_MARK = "_whence_operation"
_PALETTE = "_whence_palette"
_MOST_TOLD = 1000
"""Characters of a refusal."""


@dataclass(frozen=True, slots=True)
class Menu:
    """A place where a command shows besides the palette: the menu of the view of memories, or of some of its rows."""

    group: str
    """The group of the menu's entries, and after an @ the place in it, such as `2_work@1`, as the editor sorts them."""

    rows: str = ""
    """A word of the `context_value` of the rows that have it in their menu; empty for the menu of the view."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text that the user is asked for."""

    parameter: str
    """The operation's parameter that it becomes. One without a default must not stay empty."""

    prompt: str
    """What to write, as a sentence or question."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the editor's palette that asks an operation, and shows the page or the sentence that it answers."""

    title: str
    """What the palette calls it. It ends with an ellipsis where it asks something first."""

    name: str = ""
    """The command's id after `whence.`; empty for the operation's name, in camel case."""

    icon: str = ""
    """The name of a codicon."""

    doing: str = ""
    """What is said while it is under way; without, the title is, where the operation reports progress."""

    asks: Line | None = None
    """What the user is asked first."""

    confirm: str = ""
    """A question that the user must say yes to first, for what can't be undone."""

    anytime: bool = False
    """Whether it can be run before the server answers, which is then waited for."""

    menus: tuple[Menu, ...] = ()
    """Where it shows; one without is in the submenu *More* of the view of memories."""

    listed: bool = False
    """Whether the palette lists it too, which lists at most thirty commands in all."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that the engine does."""

    name: str
    """The function's name, such as `search`."""

    function: Callable[..., Any]
    """What carries it out: takes the open project first, then the parameters."""

    method: str
    """The LSP request, such as `whence/search`."""

    params: type[BaseModel]
    """The parameters, as a closed model."""

    result: Any
    """Type of the result."""

    summary: str
    """First sentence of the docstring."""

    description: str
    """The docstring without its sections."""

    progress: bool
    """Whether it takes a while and reports progress."""

    palette: Command | None = None
    """Its command in the palette, where that is all there is to it."""

    def read(self, values: object, located: Callable[[Any], Any] = lambda values: values) -> dict[str, Any]:
        """Parameters as models, scripts and people write them, checked, as keyword arguments.

        Args:
            values: what came; whatever has one plain meaning is taken.
            located: names the project's files as the project does, in what was understood.

        Raises:
            InvalidRequest: names the parameter, what is wrong with it, what came in short, and the right form.
        """
        from whence.values import arguments, written

        if isinstance(values, str):
            values = written.literal(values)
        if not isinstance(values, dict):
            return self.parse(values)
        try:
            return self._checked(located(arguments.understood(self.params, values)))
        except InvalidRequest as error:
            raise InvalidRequest(f"{self.name}: {error}") from None
        except ValidationError as error:
            form = arguments.right_form(self.params, error, values)
            told = one_line(f"{self.name}: {explain(error)} {form}", _MOST_TOLD)
            # A name that came may be anything, half a character of UTF-16 too, which no answer could carry.
            raise InvalidRequest(told.encode("utf-8", "replace").decode()) from None
        except RecursionError:
            raise InvalidRequest(f"{self.name}: the parameters are nested too deeply.") from None

    def parse(self, values: object) -> dict[str, Any]:
        """Check parameters that came from outside, and give them as keyword arguments.

        Raises:
            InvalidRequest: names the parameter and what is wrong with it.
        """
        if values is None:
            values = {}
        if not isinstance(values, dict):
            raise InvalidRequest(f"{self.name}: the parameters must be one object with named fields.")
        try:
            return self._checked(values)
        except ValidationError as error:
            raise InvalidRequest(f"{self.name}: {explain(error)}") from None

    def _checked(self, values: dict[str, Any]) -> dict[str, Any]:
        parsed = self.params.model_validate(values)
        return {name: getattr(parsed, name) for name in type(parsed).model_fields}


@overload
def operation(function: _Function) -> _Function: ...
@overload
def operation(*, palette: Command) -> Callable[[_Function], _Function]: ...
def operation(function: Callable[..., Any] | None = None, *, palette: Command | None = None) -> Callable[..., Any]:
    """Mark a function as an operation that faces offer, as `@operation` or `@operation(palette=Command(...))`.

    Args:
        function: the function; its first parameter is the open project.
        palette: its command in the editor's palette.
    """

    def mark(function: _Function) -> _Function:
        setattr(function, _MARK, True)
        setattr(function, _PALETTE, palette)
        return function

    return mark if function is None else mark(function)


def operations(modules: Iterable[ModuleType]) -> dict[str, Operation]:
    """The operations that modules define, by name, in the order of their definition."""
    return {
        name: _derive(name, found)
        for module in modules
        for name, found in vars(module).items()
        if getattr(found, _MARK, False) and found.__module__ == module.__name__
    }


def _derive(name: str, function: Callable[..., Any]) -> Operation:
    # A face may name the project's type without importing what it needs, since many a process never opens one.
    hints = get_type_hints(function, localns={"Project": Any}, include_extras=True)
    prose, described = _docstring(inspect.getdoc(function) or "")
    fields: dict[str, Any] = {}
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        if parameter.name == "progress":
            continue
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        fields[parameter.name] = (
            hints[parameter.name],
            Field(default=default, description=described.get(parameter.name)),
        )
    params = create_model(
        f"{to_camel(name)[0].upper()}{to_camel(name)[1:]}Params",
        __config__=ConfigDict(
            frozen=True, extra="forbid", alias_generator=to_camel, validate_by_name=True, validate_by_alias=True
        ),
        __doc__=f"What `whence/{to_camel(name)}` asks.",
        **fields,
    )
    return Operation(
        name=name,
        function=_handing_out(function),
        method=f"whence/{to_camel(name)}",
        params=params,
        result=hints["return"],
        summary=re.split(r"(?<=[.:])\s", prose, maxsplit=1)[0],
        description=prose,
        progress="progress" in hints,
        palette=getattr(function, _PALETTE, None),
    )


def _handing_out(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, telling the open project of the pages that its answers hold, by which copies are known later."""

    @functools.wraps(function)
    def carry_out(project: Any, *given: Any, **named: Any) -> Any:
        answer = function(project, *given, **named)
        if pages := [*_pages(answer)]:
            project.handed_out(pages)
        return answer

    return carry_out


def _pages(answer: object) -> Iterator[str]:
    """The pages of an answer: its own, and those of the values that it lists."""
    if not isinstance(answer, BaseModel):
        return
    if isinstance(page := getattr(answer, "markdown", ""), str) and page:
        yield page
    for name in type(answer).model_fields:
        for each in listed if isinstance(listed := getattr(answer, name), tuple) else ():
            if isinstance(each, BaseModel) and isinstance(page := getattr(each, "markdown", ""), str) and page:
                yield page


def _docstring(text: str) -> tuple[str, dict[str, str]]:
    """The prose before the sections, and the descriptions of the arguments (Google style)."""
    prose, _, rest = text.partition("\nArgs:\n")
    prose = re.split(r"\n(?:Raises|Returns):\n", prose)[0]
    described: dict[str, str] = {}
    name = ""
    for line in re.split(r"\n(?:Raises|Returns):", rest)[0].splitlines():
        if match := re.match(r" {4}(\w+): (.*)", line):
            name = match[1]
            described[name] = match[2].strip()
        elif name and line.strip():
            described[name] += " " + line.strip()
    return " ".join(prose.split()), described

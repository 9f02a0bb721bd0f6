"""Operations, derived from the methods that carry them out.

A method of the engine becomes an operation by the `operation` decorator. Its parameters, result, wire names and help
come from its signature and docstring, so that every face says the same thing: `Args:` lines become descriptions. One
that needs no more than a line of text from the user, and answers with a page or a sentence, may bring a command of the
editor's palette along: `generate.py` writes it into the extension's manifest, and nothing is written for it by hand.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints, overload

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic.alias_generators import to_camel

from whence.errors import InvalidRequest
from whence.values import explain

Progress = Callable[[str, float], None]
"""Told what is being done and the share that is done, 0 to 1; raises `Cancelled` to stop."""

_Method = TypeVar("_Method", bound=Callable[..., Any])
_MARK = "_whence_operation"
_PALETTE = "_whence_palette"


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
    """Where it shows besides the palette."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that the engine does."""

    name: str
    """The engine's method, such as `search`."""

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
            parsed = self.params.model_validate(values)
        except ValidationError as error:
            raise InvalidRequest(f"{self.name}: {explain(error)}") from None
        return {name: getattr(parsed, name) for name in type(parsed).model_fields}


@overload
def operation(method: _Method) -> _Method: ...
@overload
def operation(*, palette: Command) -> Callable[[_Method], _Method]: ...
def operation(method: Callable[..., Any] | None = None, *, palette: Command | None = None) -> Callable[..., Any]:
    """Mark an engine method as an operation that faces offer, as `@operation` or `@operation(palette=Command(...))`.

    Args:
        method: the method.
        palette: its command in the editor's palette.
    """

    def mark(method: _Method) -> _Method:
        setattr(method, _MARK, True)
        setattr(method, _PALETTE, palette)
        return method

    return mark if method is None else mark(method)


def operations(cls: type) -> dict[str, Operation]:
    """The operations of a class and of those it inherits from, by name, in the order of their definition."""
    methods = (each for base in cls.__mro__ for each in vars(base).items())
    marked = {name: method for name, method in methods if getattr(method, _MARK, False)}
    return {name: _derive(name, method) for name, method in marked.items()}


def _derive(name: str, method: Callable[..., Any]) -> Operation:
    hints = get_type_hints(method, include_extras=True)
    prose, described = _docstring(inspect.getdoc(method) or "")
    fields: dict[str, Any] = {}
    for parameter in list(inspect.signature(method).parameters.values())[1:]:
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
        method=f"whence/{to_camel(name)}",
        params=params,
        result=hints["return"],
        summary=re.split(r"(?<=[.:])\s", prose, maxsplit=1)[0],
        description=prose,
        progress="progress" in hints,
        palette=getattr(method, _PALETTE, None),
    )


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

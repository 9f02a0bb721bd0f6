"""What a server answered: JSON whose fields are attributes, in snake case."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

T = TypeVar("T", covariant=True)


class Record:
    """An object of an answer.

    A field is an attribute (`hit.created_at`), or found by the name that it has on the wire (`hit["createdAt"]`); a
    list is a tuple. `plain` gives the JSON itself.

    Args:
        told: the object.
    """

    __slots__ = ("_told",)

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._told = told

    def __getattr__(self, name: str) -> Any:
        # A name of Python's own is none of the server's, and is asked for before there is anything to look in.
        if not name.startswith("_"):
            for each in (name, camel(name)):
                if each in self._told:
                    return wrapped(self._told[each])
        raise AttributeError(f"the answer has no field {name!r}", name=name, obj=self)

    def __getitem__(self, name: str) -> Any:
        return wrapped(self._told[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._told)

    def __len__(self) -> int:
        return len(self._told)

    def __contains__(self, name: object) -> bool:
        return name in self._told

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and self._told == other._told

    __hash__ = None  # type: ignore[assignment] # what it holds may be a list, which has none

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._told!r})"

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *map(snake, self._told)})


class Table(Record, Generic[T]):
    """An object of an answer whose fields have no names of their own, such as counts by label.

    It is there for types: at run time it is a `Record`.
    """

    __slots__ = ()

    def __getitem__(self, name: str) -> T:
        found: T = super().__getitem__(name)
        return found


def wrapped(value: Any) -> Any:
    """JSON with its objects as records and its lists as tuples."""
    if isinstance(value, dict):
        return Record(value)
    return tuple(map(wrapped, value)) if isinstance(value, list) else value


def plain(value: Any) -> Any:
    """JSON again of what was answered, or of what holds a part of that."""
    if isinstance(value, Record):
        return dict(value._told)
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def camel(name: str) -> str:
    """`created_at` as `createdAt`."""
    first, *rest = name.split("_")
    return first + "".join(each.capitalize() for each in rest)


def snake(name: str) -> str:
    """`createdAt` as `created_at`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: f"_{found[1].lower()}", name)

"""A set of tools: what a server offers, how its answers are marked, and how its refusals begin."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import TYPE_CHECKING, Any, Self

from whence.values.operation import Operation, operations

if TYPE_CHECKING:
    from whence.engine import Project

Names = Callable[["Project", Mapping[str, Any]], str]
"""Tells from the arguments of a call under which names the memory that is meant is kept apart; empty for the own."""


@dataclass(frozen=True)
class ToolSet:
    """Tools that are offered together."""

    tools: dict[str, Operation]
    """The tools by name."""

    reading: frozenset[str]
    """Those that change no memory, and quote them."""

    failed: str = ""
    """How a reply begins that tells of a failure."""

    repeatable: frozenset[str] = frozenset()
    """Those that may be called again with the same words, to no further effect."""

    names: Names = lambda project, given: ""
    """Whose memory a call means."""

    @classmethod
    def of(
        cls,
        modules: Iterable[ModuleType],
        reading: frozenset[str],
        failed: str = "",
        repeatable: frozenset[str] = frozenset(),
        names: Names | None = None,
    ) -> Self:
        """The set of the tools that modules define."""
        found = cls(operations(modules), reading, failed, repeatable | reading)
        return replace(found, names=names) if names else found

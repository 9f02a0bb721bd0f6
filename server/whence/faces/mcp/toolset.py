"""A set of tools: what a server offers, how its answers are marked, and how its refusals begin."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Self

from whence.values.operation import Operation, operations


@dataclass(frozen=True)
class ToolSet:
    """Tools that are offered together."""

    tools: dict[str, Operation]
    """The tools by name."""

    reading: frozenset[str]
    """Those that change no memory, and quote them."""

    failed: str = ""
    """How a reply begins that tells of a failure."""

    @classmethod
    def of(cls, modules: Iterable[ModuleType], reading: frozenset[str], failed: str = "") -> Self:
        """The set of the tools that modules define."""
        return cls(operations(modules), reading, failed)

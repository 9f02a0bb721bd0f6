"""What a resolver of imports is, and what it answers."""

from collections.abc import Callable
from typing import Final

from whence.analysis.imports import Import
from whence.analysis.sources import SourceFile

Found = tuple[str, ...]
"""The files that an import brings in; none where it is of the project and brings in no file, as a namespace may."""

EXTERNAL: Final[Found] = ("<external>",)
"""It is not of this project. Compared by identity."""

UNRESOLVED: Final[Found] = ("<unresolved>",)
"""It should be of this project, and no file of it was found."""

Resolver = Callable[[SourceFile, Import], Found]
"""Answers for one import of one file."""

"""The engine: one method per operation, for every face.

An `Engine` is one open project. Its methods are synchronous and safe from any thread; faces own concurrency. What a
method returns is a value of `protocol` or `reports`; what it raises is a `WhenceError` whose text can be shown. The
operations stand in a file for each thing that people do; nothing here knows an editor, a protocol or a terminal.
"""

from whence.engine.finding import Finding
from whence.engine.keeping import Keeping
from whence.operations import Operation, operations


class Engine(Finding, Keeping):
    """One project's memory, with every operation on it."""


OPERATIONS: dict[str, Operation] = operations(Engine)
"""Every operation by name; faces offer these and nothing else."""

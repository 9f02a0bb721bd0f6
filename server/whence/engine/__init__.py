"""The engine: one method per operation, for every face.

An `Engine` is one open project. Its methods are synchronous and safe from any thread; faces own concurrency. What a
method returns is a value of `protocol` or `reports`; what it raises is a `WhenceError` whose text can be shown. The
operations stand in a file for each thing that people do; nothing here knows an editor, a protocol or a terminal.
"""

from whence.engine.answers.operations import Answering
from whence.engine.bugs import Bugs
from whence.engine.completion import Thinking
from whence.engine.consolidation.operations import Consolidating
from whence.engine.context import Contexts
from whence.engine.conversations import Conversations
from whence.engine.diagnosis.operations import Diagnosing
from whence.engine.drafts.operations import Drafting
from whence.engine.entities import Sources
from whence.engine.exchange import Exchange
from whence.engine.history import History
from whence.engine.imports import Adopting
from whence.engine.lifecycle import Lifecycle
from whence.engine.links.operations import Linking
from whence.engine.notes import Keeping
from whence.engine.patterns.operations import Characterising
from whence.engine.provenance import Provenance
from whence.engine.relevance.operations import Judging
from whence.engine.reports import Daily
from whence.engine.search import Finding
from whence.engine.sessions.operations import Sessions
from whence.engine.structure import Structure
from whence.engine.suggestions.operations import Suggesting
from whence.engine.summaries.operations import Summaries
from whence.engine.turns import Dialogue
from whence.engine.vision.operations import Seeing
from whence.values.operation import Operation, operations


class Engine(
    Answering,
    Contexts,
    Judging,
    Suggesting,
    Finding,
    Provenance,
    Characterising,
    Daily,
    Keeping,
    Linking,
    Diagnosing,
    Bugs,
    Sessions,
    Conversations,
    Dialogue,
    History,
    Exchange,
    Adopting,
    Sources,
    Structure,
    Summaries,
    Consolidating,
    Seeing,
    Drafting,
    Thinking,
    Lifecycle,
):
    """One project's memory, with every operation on it."""


OPERATIONS: dict[str, Operation] = operations(Engine)
"""Every operation by name; faces offer these and nothing else."""

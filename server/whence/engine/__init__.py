"""The engine: one method per operation, for every face.

An `Engine` is one open project. Its methods are synchronous and safe from any thread; faces own concurrency. What a
method returns is a value of `protocol` or `reports`; what it raises is a `WhenceError` whose text can be shown. The
operations stand in a file for each thing that people do; nothing here knows an editor, a protocol or a terminal.
"""

from whence.engine.adopting import Adopting
from whence.engine.answering import Answering
from whence.engine.bugs import Bugs
from whence.engine.characterising import Characterising
from whence.engine.consolidating import Consolidating
from whence.engine.contexts import Contexts
from whence.engine.conversations import Conversations
from whence.engine.daily import Daily
from whence.engine.diagnosing import Diagnosing
from whence.engine.dialogue import Dialogue
from whence.engine.drafting import Drafting
from whence.engine.exchange import Exchange
from whence.engine.finding import Finding
from whence.engine.history import History
from whence.engine.judging import Judging
from whence.engine.keeping import Keeping
from whence.engine.lifecycle import Lifecycle
from whence.engine.linking import Linking
from whence.engine.provenance import Provenance
from whence.engine.seeing import Seeing
from whence.engine.sessions import Sessions
from whence.engine.sources import Sources
from whence.engine.structure import Structure
from whence.engine.suggesting import Suggesting
from whence.engine.summaries import Summaries
from whence.engine.thinking import Thinking
from whence.operations import Operation, operations


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

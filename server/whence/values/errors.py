"""Every exception that Whence raises on purpose.

::

    WhenceError                     what happened, and what to try
    ├── InvalidRequest              the caller's words are wrong; nothing was done
    │   └── InvalidSettings         an option has a value that cannot be used
    ├── NotFound                    no memory, node or project of that id
    ├── SessionActive               another session is active, and has to be ended first
    ├── Cancelled                   the caller's progress callback asked to stop
    ├── StorageError                the database cannot be read or written
    │   ├── MemoryDamaged           memories on disk are damaged or gone; a backup may have them
    │   └── SchemaTooNew            it was written by a newer Whence
    ├── ModelUnavailable            an embedding or language model cannot be used
    │   ├── ProviderNotInstalled    what providers' models are asked with is not installed here
    │   ├── MissingKey              its provider wants a key that is not there, or refuses the one that is
    │   ├── UnknownModel            nobody knows a model of that name
    │   ├── ContextTooLong          the model cannot take that much text at once
    │   ├── ProviderFailed          its provider refused, failed, was too busy or too slow
    │   ├── MalformedAnswer         it answered something else than it was asked for
    │   └── ModelsStopped           the user switched all models off
    ├── ApprovalNeeded              it may cost money, and there was nobody to ask
    ├── BudgetSpent                 what it may cost does not fit into the budget of the day or month
    └── GitError                    git answered with a failure

A message is a sentence for a person: it names what happened and what to try, and holds no traceback,
no secret and no path outside the user's project.

A class says what stands for it outside: `code` in JSON-RPC (from -32099 to -32000 where the specifications name none),
`status` in HTTP (RFC 9110), `exit_code` of the command line. One that says nothing has those of the class above it.
"""

from typing import ClassVar


class WhenceError(Exception):
    """Base of all; its text can be shown to a user as it is."""

    code: ClassVar[int] = -32000
    """The error code in JSON-RPC."""

    status: ClassVar[int] = 422
    """The status in HTTP."""

    exit_code: ClassVar[int] = 1
    """What the command line ends with."""


class InvalidRequest(WhenceError):
    """The request cannot be carried out as it was said; nothing was changed."""

    code = -32602
    status = 422


class InvalidSettings(InvalidRequest):
    """A setting is unknown or has a value that cannot be used."""

    exit_code = 2


class NotFound(WhenceError):
    """No memory, tree node or project has the id that was asked for."""

    code = -32001
    status = 404


class SessionActive(WhenceError):
    """A session can't be started or taken up while another one of the same person is active; nothing was changed."""

    code = -32005
    status = 409


class Cancelled(WhenceError):
    """A progress callback asked a long operation to stop; what was finished until then is kept."""

    code = -32800
    status = 409


class StorageError(WhenceError):
    """The database cannot be opened, read or written."""

    code = -32002
    status = 503


class MemoryDamaged(StorageError):
    """Memories on disk are damaged or gone: the message says what a backup has, and a face may offer to restore it."""

    code = -32008


class SchemaTooNew(StorageError):
    """The database was written by a newer version of Whence; this one leaves it alone."""


class ModelUnavailable(WhenceError):
    """An embedding or language model cannot be used: what happened and what to try."""

    code = -32003
    status = 424

    attempts: int = 0
    """How often its provider was asked."""


class MissingKey(ModelUnavailable):
    """The model's provider wants a key that is not there, or refuses the one that is."""


class ProviderNotInstalled(ModelUnavailable):
    """What providers' models are asked with is not installed here; an editor can fetch it."""

    code = -32007


class UnknownModel(ModelUnavailable):
    """Nobody knows a model of that name."""


class ContextTooLong(ModelUnavailable):
    """The model cannot take that much text at once."""


class ProviderFailed(ModelUnavailable):
    """The model's provider refused, failed, was too busy or too slow."""


class MalformedAnswer(ModelUnavailable):
    """The model answered something else than it was asked for."""


class ModelsStopped(ModelUnavailable):
    """The user switched all models off, and has not switched them on again."""


class ApprovalNeeded(WhenceError):
    """What is to be sent may cost money, and there was nobody to ask.

    Args:
        message: the estimate as a sentence.
        estimate: the `protocol.Estimate`, for a face that can ask after all.
    """

    code = -32005
    status = 402
    exit_code = 3

    def __init__(self, message: str, estimate: object) -> None:
        super().__init__(message)
        self.estimate = estimate


class BudgetSpent(WhenceError):
    """What a model may cost does not fit into what is left of the budget of the day or the month."""

    code = -32006
    status = 402


class GitError(WhenceError):
    """git is missing, too slow, or answered with a failure."""

    code = -32004
    status = 409

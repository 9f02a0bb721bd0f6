"""Every exception that Whence raises on purpose.

::

    WhenceError                     what happened, and what to try
    ├── InvalidRequest              the caller's words are wrong; nothing was done
    │   └── InvalidSettings         an option has a value that cannot be used
    ├── NotFound                    no memory, node or project of that id
    ├── SessionActive               another session is active, and has to be ended first
    ├── Cancelled                   the caller's progress callback asked to stop
    ├── StorageError                the database cannot be read or written
    │   └── SchemaTooNew            it was written by a newer Whence
    ├── ModelUnavailable            an embedding or language model cannot be used
    └── GitError                    git answered with a failure

A message is a sentence for a person: it names what happened and what to try, and holds no traceback,
no secret and no path outside the user's project. Faces map the classes through one table each.
"""


class WhenceError(Exception):
    """Base of all; its text can be shown to a user as it is."""


class InvalidRequest(WhenceError):
    """The request cannot be carried out as it was said; nothing was changed."""


class InvalidSettings(InvalidRequest):
    """A setting is unknown or has a value that cannot be used."""


class NotFound(WhenceError):
    """No memory, tree node or project has the id that was asked for."""


class SessionActive(WhenceError):
    """A session can't be started or taken up while another one of the same person is active; nothing was changed."""


class Cancelled(WhenceError):
    """A progress callback asked a long operation to stop; what was finished until then is kept."""


class StorageError(WhenceError):
    """The database cannot be opened, read or written."""


class SchemaTooNew(StorageError):
    """The database was written by a newer version of Whence; this one leaves it alone."""


class ModelUnavailable(WhenceError):
    """An embedding or language model cannot be used: what happened and what to try."""


class GitError(WhenceError):
    """git is missing, too slow, or answered with a failure."""

"""Where memories live: LanceDB, and only here.

Memories go in and come out as values; candidates for a search come out with their measures. This room decides nothing
about capture, ranking or models, and imports no other room. Importing it does not load LanceDB.
"""

from whence.store.backups import RestoreDone
from whence.store.counted import Count, Loss, loss
from whence.store.database import Store, disk_size, drop, let_go
from whence.store.failures import Away
from whence.store.ledger import Ledger
from whence.store.memories import text_size
from whence.store.passages import Vectors
from whence.store.shared import Shared
from whence.store.states import Mark

__all__ = [
    "Away",
    "Count",
    "Ledger",
    "Loss",
    "Mark",
    "RestoreDone",
    "Shared",
    "Store",
    "Vectors",
    "disk_size",
    "drop",
    "let_go",
    "loss",
    "text_size",
]

"""Whence: the memory of a codebase.

One engine, several thin faces; `ARCHITECTURE.md` is the map. Nothing is imported here, so that a face starts fast: the
names of the Python API are looked up when they are first used (PEP 562).
"""

from importlib import import_module
from typing import TYPE_CHECKING

from whence.values.version import VERSION

if TYPE_CHECKING:
    from whence.faces import client as client
    from whence.faces.dialects.memory_system.base import ScoredMemory as ScoredMemory
    from whence.faces.dialects.memory_system.code import CodeContext as CodeContext
    from whence.faces.dialects.memory_system.code import CodeMemorySystem as CodeMemorySystem
    from whence.faces.dialects.memory_system.memories import MemorySystem as MemorySystem
    from whence.faces.library.api import Whence as Whence

__version__ = VERSION

_NAMES = {
    "Whence": "whence.faces.library.api",
    "MemorySystem": "whence.faces.dialects.memory_system.memories",
    "ScoredMemory": "whence.faces.dialects.memory_system.base",
    "CodeContext": "whence.faces.dialects.memory_system.code",
    "CodeMemorySystem": "whence.faces.dialects.memory_system.code",
}


_MODULES = {"client": "whence.faces.client"}
"""Modules that programs import from here: `from whence import client`."""


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return import_module(_MODULES[name])
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_NAMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_NAMES, *_MODULES})

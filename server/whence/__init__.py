"""Whence: the memory of a codebase.

One engine, several thin faces; `ARCHITECTURE.md` is the map. Nothing is imported here, so that a face starts fast: the
names of the Python API are looked up when they are first used (PEP 562).
"""

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType

from whence.values.version import VERSION

TYPE_CHECKING = False  # as typing has it, which takes longer to load than `whence --version` to answer
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
"""Modules that programs import from here, as `from whence import client` or `from whence.client import Client`."""


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return import_module(_MODULES[name])
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_NAMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """What programs may use: what this module imports for its own work is not part of it."""
    return sorted({*(name for name in globals() if name.startswith("__")), *_NAMES, *_MODULES})


class _Elsewhere:
    """Finds `whence.client` and its like where they are: the same modules, under a shorter name.

    A finder and loader without the bases that `importlib.abc` has for them, which would load twenty modules more.
    """

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        package, _, name = fullname.rpartition(".")
        if package != __name__ or name not in _MODULES:
            return None
        return ModuleSpec(fullname, self)  # type: ignore[arg-type] # it loads, without `importlib.abc` as its base

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        found = import_module(_MODULES[spec.name.rpartition(".")[2]])
        spec.loader_state = found.__spec__
        return found

    def exec_module(self, module: ModuleType) -> None:
        """It has run already; only the name that it was found by is put right again."""
        if (spec := module.__spec__) is not None and spec.loader_state is not None:
            module.__spec__ = spec.loader_state


sys.meta_path.append(_Elsewhere())

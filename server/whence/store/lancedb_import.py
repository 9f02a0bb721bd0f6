"""Importing LanceDB without the models of a REST client that it never uses here.

`import lancedb` builds some four hundred pydantic models for catalogues that are asked over HTTP (`lance_namespace`):
two thirds of its time, measured with 0.34 to 0.37. No database here is opened through one. A quarter of what is left
goes, before Python 3.12, to `overrides`, which reads the code around each decorated method. While LanceDB is imported
the names of both stand for nothing; whoever imports them afterwards gets the real ones. All that the room uses of
LanceDB it imports from here.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_MARKS = "overrides"
_LEFT_OUT = ("lance_namespace", "lance_namespace_urllib3_client", _MARKS)


class _Nothing(ModuleType):
    """A module of which every name is a class that is nobody's: good for annotations and for `except`."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (Exception,), {"__module__": self.__name__})
        setattr(self, name, made)
        return made


class _Finder(MetaPathFinder, Loader):
    """Finds nothing wherever something is left out."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        left_out = fullname.partition(".")[0] in _LEFT_OUT
        return ModuleSpec(fullname, self, is_package=True) if left_out else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Nothing(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        if module.__name__ == _MARKS:  # what it checks, LanceDB's own tests have seen
            vars(module).update(override=lambda method: method, EnforceOverrides=type("EnforceOverrides", (), {}))


@contextmanager
def light() -> Iterator[None]:
    """LanceDB may be imported while this lasts, and costs a third. Where it was imported before, nothing happens."""
    if "lancedb" in sys.modules or any(name in sys.modules for name in _LEFT_OUT):
        yield
        return
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [each for each in sys.modules if each.partition(".")[0] in _LEFT_OUT]:
            del sys.modules[name]


def _import() -> None:
    try:
        with light():
            import lancedb
    except Exception:  # noqa: BLE001 - a LanceDB that wants these names at once is imported as it is
        for name in [each for each in sys.modules if each.partition(".")[0] == "lancedb"]:
            del sys.modules[name]
        import lancedb  # noqa: F401 - what is used of it is imported below


_import()

import lancedb  # noqa: E402 - it is light only from here on
from lancedb.background_loop import LOOP  # noqa: E402 - as above
from lancedb.index import FTS, IvfSq  # noqa: E402 - as above
from lancedb.query import ColumnOrdering, MatchQuery  # noqa: E402 - as above

__all__ = ["FTS", "LOOP", "ColumnOrdering", "IvfSq", "MatchQuery", "lancedb", "light"]

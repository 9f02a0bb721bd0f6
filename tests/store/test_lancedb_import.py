import subprocess
import sys

import pytest


def printed(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_lancedb_is_imported_without_the_models_of_a_client_that_is_never_used() -> None:
    loaded = printed("import sys, whence.store.connection; print(*sys.modules)").split()
    assert "lancedb" in loaded
    assert not [name for name in loaded if name.startswith(("lance_namespace", "overrides"))]


def test_whoever_wants_these_afterwards_gets_the_real_ones() -> None:
    code = (
        "import whence.store.connection, lance_namespace as n; print(n.__file__, n.CreateNamespaceRequest.__module__)"
    )
    file, module = printed(code).split()
    assert file.endswith("__init__.py")
    assert module.startswith("lance_namespace")
    code = "import whence.store.connection, overrides; print(overrides.__file__, overrides.override.__module__)"
    file, module = printed(code).split()
    assert file.endswith("__init__.py")
    assert module.startswith("overrides")


def test_a_lancedb_that_needs_them_at_once_is_imported_as_it_is() -> None:
    code = """
import sys, types
import whence.store
from importlib.abc import MetaPathFinder
class Demanding(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "lancedb" and "lance_namespace" not in sys.modules and not seen:
            seen.append(name)
            raise TypeError("it is looked into while it is imported")
seen = []
sys.meta_path.insert(0, Demanding())
from whence.store.connection import lancedb
print(seen, lancedb.__version__)
"""
    assert printed(code).startswith("['lancedb'] 0.")


@pytest.mark.parametrize("first", ["lancedb", "lance_namespace"])
def test_what_was_imported_before_stays(first: str) -> None:
    code = f"import {first}, sys; before = sys.modules[{first!r}]; import whence.store.connection; "
    assert printed(code + f"print(sys.modules[{first!r}] is before)") == "True"

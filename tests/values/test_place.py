import tomllib
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from whence.values.place import Place
from whence.values.version import VERSION

pytestmark = pytest.mark.quick

ROOT = Path(__file__).resolve().parents[2]


def test_the_version_is_that_of_the_package() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert told["project"]["version"] == VERSION


def test_a_place_is_a_value(tmp_path: Path) -> None:
    one, other = (Place("app-1", "app", tmp_path, tmp_path / "home", git=True, author="Test Author") for _ in range(2))
    assert one == other
    assert len({one, other}) == 1
    assert one.forge is None, "without an origin that is known there is nowhere to see its issues"
    with pytest.raises(FrozenInstanceError):
        one.id = "app-2"  # type: ignore[misc]  # it is frozen, which is what this is about

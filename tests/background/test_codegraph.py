"""The graph of a work tree follows the configuration of its imports, wherever that lies, and reads nothing outside."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.opened import Engine
from whence.values.settings import parse

FILES = {
    "package.json": '{"name": "stall", "workspaces": ["parts/*"]}',
    "parts/settings/package.json": '{"name": "@stall/settings"}',
    "parts/settings/base.json": '{"compilerOptions": {"paths": {"@/*": ["${configDir}/code/*"]}}}',
    "parts/shop/package.json": '{"name": "@stall/shop"}',
    "parts/shop/tsconfig.json": '{"extends": "@stall/settings/base.json"}',
    "parts/shop/code/open.ts": "import { sum } from '@/sum';\nimport './counter.vue';\n",
    "parts/shop/code/sum.ts": "export const sum = 1;\n",
    "parts/shop/other/sum.ts": "export const sum = 2;\n",
    "parts/shop/code/counter.vue": "<template><b/></template>\n<script setup lang='ts'>\nimport './sum'\n</script>\n",
}
OPEN = "parts/shop/code/open.ts"


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


@pytest.fixture
def engine(repository: Path) -> Iterator[Engine]:
    for path, text in FILES.items():
        write(repository, path, text)
    with Engine(repository, parse({"embedding": {"model": "none"}})) as made:
        made.index_workspace()
        yield made


def brought(engine: Engine, path: str = OPEN) -> list[str]:
    return list(engine.graphs.known().resolved[path].targets)


def test_configuration_that_lies_without_sources_is_read_and_followed(engine: Engine, repository: Path) -> None:
    assert brought(engine) == ["parts/shop/code/counter.vue", "parts/shop/code/sum.ts"]
    before = engine.graphs.known()
    assert engine.graphs.known() is before
    base = FILES["parts/settings/base.json"].replace("code", "other")
    write(repository, "parts/settings/base.json", base)
    assert brought(engine) == ["parts/shop/code/counter.vue", "parts/shop/other/sum.ts"]
    (repository / "parts/settings/base.json").unlink()
    assert brought(engine) == ["parts/shop/code/counter.vue"]


def test_a_package_that_appears_beside_is_seen(engine: Engine, repository: Path) -> None:
    write(repository, "parts/shop/tsconfig.json", '{"extends": "@stall/newer/base.json"}')
    assert brought(engine) == ["parts/shop/code/counter.vue"]
    write(repository, "parts/newer/package.json", '{"name": "@stall/newer"}')
    write(repository, "parts/newer/base.json", FILES["parts/settings/base.json"])
    assert brought(engine) == ["parts/shop/code/counter.vue", "parts/shop/code/sum.ts"]


def test_a_component_is_part_of_the_graph(engine: Engine) -> None:
    assert brought(engine, "parts/shop/code/counter.vue") == ["parts/shop/code/sum.ts"]
    assert engine.graphs.known().graph.imported_by["parts/shop/code/counter.vue"] == [OPEN]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_between_packages_are_followed_and_none_that_lead_out(
    engine: Engine, repository: Path, tmp_path: Path
) -> None:
    modules = repository / "node_modules"
    modules.mkdir()
    (modules / "near").symlink_to("../parts/settings")
    write(repository, "parts/shop/tsconfig.json", '{"extends": "near/base.json"}')
    assert "parts/shop/code/sum.ts" in brought(engine)
    outside = tmp_path / "outside"
    write(outside, "base.json", FILES["parts/settings/base.json"])
    (modules / "far").symlink_to(outside)
    write(repository, "parts/shop/tsconfig.json", '{"extends": "far/base.json"}')
    assert brought(engine) == ["parts/shop/code/counter.vue"]
    write(repository, "parts/shop/tsconfig.json", '{"extends": "../../../outside/base.json", "x": 1}')
    assert brought(engine) == ["parts/shop/code/counter.vue"]

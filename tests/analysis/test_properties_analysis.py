"""What holds of all code that is looked at: any text is parsed or passed over, and a graph says what its edges say."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import NAMES, TEXTS, bounded, lined, made_of, objects_of
from whence.analysis import conventions, graph, impact, libraries, stack
from whence.analysis.cochange import Pair, habits, together
from whence.analysis.enclosing import outline
from whence.analysis.entities import at_line, defines, minified, parse
from whence.analysis.languages import LANGUAGES

# ---------------------------------------------------------------- files

CODE = lined(
    "def total(rows):",
    '    """The sum."""',
    "class Cart(Base):",
    "    async def add(self, row): ...",
    "from . import rows as r, (a",
    "import os, sys",
    "export default function total(rows: Row[]) {",
    "export const sum = (a, b) => a + b;",
    'import { a as b } from "./rows";',
    'const x = require("x")',
    "public class Cart<T> extends Base implements A {",
    "package com.example.shop;",
    "func (c *Cart) Total() (int, error) {",
    'import ("fmt"; x "a/b")',
    "impl<T> Cart<T> { pub fn total(&self) -> u32 { 0 } }",
    "use crate::{rows::{self, Row}, x};",
    "#include <stdio.h>",
    "int Cart::total(int rows[]) {",
    "module Shop; class Cart < Base; def total = 1; end; end",
    "<?php namespace Shop; use A\\{B, C as D}; function total() {}",
    "namespace Shop { using X = Y; record Row(int A); }",
    "// a comment",
    "# a comment",
    "}",
    "});",
    "",
)


@pytest.mark.parametrize("suffix", [language.suffixes[0] for language in LANGUAGES])
@bounded(60)
@given(st.one_of(CODE, TEXTS))
def test_any_text_is_parsed_in_any_language(suffix: str, text: str) -> None:
    parsed = parse(f"shop/cart{suffix}", text)
    if parsed is None:
        return
    lines = text.count("\n") + 1
    for entity in parsed.entities:
        assert 1 <= entity.start <= entity.end <= lines
        assert entity.name == entity.names[-1]
        found = at_line(parsed.entities, entity.start)
        assert found is None or found.start <= entity.start <= found.end
    assert all(isinstance(name, str) and name for name in defines(parsed))
    named = outline(f"shop/cart{suffix}", text)
    assert named is None or all(isinstance(named(number), str) for number in range(lines))
    assert not minified(text)


# ---------------------------------------------------------------- manifests and libraries

PACKAGE = objects_of(
    ("name", "dependencies", "devDependencies", "require", "project", "packages", "version"), ("left", "^1.0", "a/b")
)
MANIFEST = lined(
    "[project]",
    'name = "shop"',
    'dependencies = ["left>=1", 3]',
    "[tool.poetry.dependencies]",
    "[dependencies]",
    'serde = { version = "1" }',
    "module example.invalid/shop",
    "require (",
    "\texample.invalid/left v1.0.0 // indirect",
    "gem 'left', '~> 1'",
    "<project><artifactId>shop</artifactId><dependency>",
    "<!DOCTYPE x [<!ENTITY a 'b'>]>",
    "implementation 'a:b:1'",
    "-r other.txt",
    "left==1.0 ; python_version < '3'",
    "",
)
FILES = (
    "package.json",
    "pyproject.toml",
    "Cargo.toml",
    "go.mod",
    "pom.xml",
    "Gemfile",
    "requirements.txt",
    "composer.json",
)


@bounded(200)
@given(
    st.sampled_from([*FILES, "build.gradle", "shop.csproj", "setup.cfg"]),
    st.one_of(MANIFEST, TEXTS, PACKAGE.map(json.dumps)),
)
def test_any_manifest_is_read_or_passed_over(name: str, text: str) -> None:
    found = stack.stack([name, "src/a.py", "src/b.ts"], lambda path: text)
    assert dict(found.languages)["Python"] >= 1
    for manifest in found.manifests:
        assert manifest.path == name
        assert all(isinstance(needed, str) and needed for needed in manifest.dependencies)


@bounded(200)
@given(
    st.sampled_from([*(language.name for language in LANGUAGES), "other"]),
    st.one_of(TEXTS, made_of("std", "::", ".", "/", "@", "\\", "node:", "java", "os", "x", '"', "<", ">", most=8)),
)
def test_any_import_means_a_library_or_none(language: str, target: str) -> None:
    found = libraries.library(language, target)
    assert libraries.used([(language, [target, target])]) == ({found: 1} if found else {})
    assert libraries.same(libraries.same(target)) == libraries.same(target)


@bounded(200)
@given(st.one_of(TEXTS, NAMES, made_of("total", "Total", "TOTAL", "_", "-", "2", most=5)))
def test_any_name_and_message_has_its_conventions(text: str) -> None:
    assert isinstance(conventions.style(text), str)
    assert isinstance(conventions.tense(text), str)
    assert isinstance(conventions.kind_of_commit(text), str)
    assert conventions.conventional(text) in (True, False)
    assert conventions.mends(text) in (True, False)


# ---------------------------------------------------------------- graphs

EDGES = st.dictionaries(st.sampled_from("abcdefg"), st.sets(st.sampled_from("abcdefg"), max_size=3), max_size=7)


def reached(edges: Mapping[str, set[str]], start: str) -> set[str]:
    """All that can be reached, by the definition."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for other in edges.get(waiting.pop(), set()) - found:
            found.add(other)
            waiting.append(other)
    return found


@bounded(200)
@given(EDGES)
def test_components_are_what_reaches_one_another(edges: dict[str, set[str]]) -> None:
    everything = {*edges, *(other for others in edges.values() for other in others)}
    found = graph.components(edges)
    assert sorted(path for part in found for path in part) == sorted(everything)
    for part in found:
        for path in part:
            mutual = {other for other in reached(edges, path) if path in reached(edges, other)} | {path}
            assert mutual == set(part)
    assert {path for circle in graph.circles(edges) for path in circle} == {
        path
        for path in everything
        if any(path != other and path in reached(edges, other) for other in reached(edges, path))
    }


@bounded(200)
@given(EDGES, st.sets(st.sampled_from("abcdefg")))
def test_what_is_imported_comes_before_what_imports_it(edges: dict[str, set[str]], chosen: set[str]) -> None:
    steps = graph.order(edges, chosen)
    place = {path: number for number, step in enumerate(steps) for path in step}
    for path in place:
        for other in reached(edges, path) & place.keys():
            assert place[other] <= place[path]


@bounded(200)
@given(EDGES, st.sampled_from("abcdefg"), st.none() | st.integers(0, 3))
def test_distances_are_the_fewest_edges(edges: dict[str, set[str]], start: str, most: int | None) -> None:
    found = graph.distances(edges, start, most)
    assert found.keys() <= reached(edges, start) - {start}
    assert most is not None or found.keys() == reached(edges, start) - {start}
    for path, steps in found.items():
        nearer = [
            found.get(other, 0 if other == start else 99) for other in {*found, start} if path in edges.get(other, ())
        ]
        assert steps == min(nearer) + 1


# ---------------------------------------------------------------- what changes together, and how much care it wants


@bounded(150)
@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=4), max_size=20))
def test_what_changes_together_was_seen_to(commits: Sequence[Sequence[str]]) -> None:
    known = habits(commits)
    assert known.looked_at == len(commits)
    for pair in together(known, "a"):
        both = sum({"a", pair.path} <= set(files) for files in commits)
        assert pair.support == both
        assert 0 < pair.confidence <= 1


FACTS = st.builds(
    impact.Facts,
    path=st.just("a.py"),
    direct=st.integers(0, 30),
    dependents=st.integers(0, 60),
    files=st.integers(1, 300),
    circle=st.sampled_from([(), ("a.py", "b.py")]),
    tests=st.sampled_from([(), ("test_a.py",)]),
    strangers=st.lists(st.builds(Pair, NAMES, st.integers(3, 9), st.floats(0, 1)), max_size=2).map(tuple),
    bugs=st.integers(0, 5),
    decisions=st.integers(0, 3),
)


@bounded(200)
@given(FACTS, st.sampled_from([("bugs", 5), ("circle", ("a.py", "b.py")), ("decisions", 3), ("dependents", 90)]))
def test_a_further_reason_asks_for_no_less_care(facts: impact.Facts, more: tuple[str, Any]) -> None:
    verdict, worse = impact.weigh(facts), impact.weigh(replace(facts, **{more[0]: more[1]}))
    levels = ("low", "medium", "high")
    assert levels.index(worse.risk) >= levels.index(verdict.risk)
    assert verdict.reasons
    assert len(set(verdict.reasons)) == len(verdict.reasons)
    assert len(verdict.recommendations) <= len(verdict.reasons)

"""What encloses the rows of a text: whole, and of single rows alone, they are told alike."""

import pytest

from whence.analysis.enclosing import enclosing, outline
from whence.analysis.entities import parse

PYTHON = """\
import os


@cached
@bounded(
    most=3,
)
def load(name):
    return name


class Cart:
    limit = 3

    @property
    def total(self):
        def each(item):
            return item.price

        return sum(map(each, self.items))

    after = 4
"""

SCRIPT = """\
export const add = (a: number) => {
  return a;
};

class Cart {
  size = 3;
  total(): number {
    return this.size;
  }
}

const table = {
  check: (value: string) => {
    return value;
  },
};
"""

COMPONENT = """\
<template><p>total() {</p></template>
<script>
export function total() {
  return 1;
}
</script>
"""


@pytest.mark.parametrize(
    ("path", "text", "row", "name"),
    [
        pytest.param("a.py", PYTHON, 0, "", id="a row outside of all is in nothing"),
        pytest.param("a.py", PYTHON, 3, "load", id="a decorator belongs to what it decorates"),
        pytest.param("a.py", PYTHON, 5, "load", id="so does the middle of a long one"),
        pytest.param("a.py", PYTHON, 8, "load", id="a function's body"),
        pytest.param("a.py", PYTHON, 12, "Cart", id="an attribute of a class"),
        pytest.param("a.py", PYTHON, 14, "Cart.total", id="a method's decorator"),
        pytest.param("a.py", PYTHON, 17, "Cart.total.each", id="a function in a method"),
        pytest.param("a.py", PYTHON, 19, "Cart.total", id="a method below an inner function"),
        pytest.param("a.py", PYTHON, 21, "Cart", id="a class below its methods"),
        pytest.param("a.ts", SCRIPT, 1, "add", id="a function that is a constant"),
        pytest.param("a.ts", SCRIPT, 5, "Cart", id="a field of a class"),
        pytest.param("a.ts", SCRIPT, 7, "Cart.total", id="a method in braces"),
        pytest.param("a.ts", SCRIPT, 13, "check", id="a function in a table"),
        pytest.param("a.vue", COMPONENT, 0, "", id="a template is no script"),
        pytest.param("a.vue", COMPONENT, 3, "total", id="a script in a component"),
    ],
)
def test_a_row_is_named_after_what_encloses_it(path: str, text: str, row: int, name: str) -> None:
    names, named = enclosing(path, text.encode()), outline(path, text)
    assert names is not None
    assert named is not None
    assert names([row]) == [name]
    assert named(row) == name


def test_rows_asked_for_together_are_named_as_one_by_one() -> None:
    names = enclosing("a.py", PYTHON.encode())
    assert names is not None
    rows = [3, 4, 8, 12, 14, 15, 16, 17, 19, 21]
    assert list(names(rows)) == [names([row])[0] for row in rows]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("a.txt", "def a():\n    pass\n", id="a language without a grammar"),
        pytest.param("a.js", "function a(){return 1};" * 400, id="a minified text"),
    ],
)
def test_what_no_grammar_tells_is_left_to_others(path: str, text: str) -> None:
    assert enclosing(path, text.encode()) is None
    assert outline(path, text) is None


@pytest.mark.parametrize("path", ["a.py", "a.ts", "a.rb"])
def test_a_tree_that_is_too_deep_to_be_searched_is_left_to_others(path: str) -> None:
    deep = "a" + "()" * 100_000
    assert outline(path, "x = 1\n" * 1000 + deep) is None
    assert parse(path, deep) is None
    names = enclosing(path, ("x = 1\n" * 1000 + deep).encode())
    assert names is None or set(names(range(1001))) == {""}


def test_rows_of_very_many_definitions_are_named() -> None:
    text = "".join(f"class A{number}:\n    def f(self):\n        return 1\n\n\n" for number in range(3000))
    names = enclosing("a.py", text.encode())
    assert names is not None
    told = names(range(15_000))
    assert told[:6] == ["A0", "A0.f", "A0.f", "", "", "A1"]
    assert told[-5:-2] == ["A2999", "A2999.f", "A2999.f"]
    by_row = outline("a.py", text)
    assert by_row is not None
    assert [by_row(row) for row in range(15_000)] == told


def test_rows_far_from_each_other_are_named_as_rows_beside_each_other() -> None:
    text = "".join(f"class A{number}:\n    @d\n    def f(self):\n        return 1\n\n\n" for number in range(200))
    names = enclosing("a.py", text.encode())
    assert names is not None
    told = names(range(1_200))
    for step in (7, 50, 100):
        assert names(range(0, 1_200, step)) == told[::step]


def test_brackets_that_never_close_are_left_to_others() -> None:
    assert parse("A.java", "List<" * 6000) is None
    assert parse("A.java", "class A { boolean b = x < y; }\n" * 6000) is not None

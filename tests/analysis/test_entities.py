import subprocess
import sys
import time

import pytest

from whence.analysis.documentation import MAX_DOC
from whence.analysis.entities import (
    MAX_ENTITIES,
    MAX_SIGNATURE,
    Entity,
    at_line,
    minified,
    parse,
)
from whence.analysis.languages import LANGUAGES, language_of

pytestmark = pytest.mark.quick

SAMPLES = {
    "cart.py": '''\
"""Carts of a shop."""
import money

class Cart(Base):
    """What is bought."""

    @property
    async def total(self, rate=1) -> int:
        """Sum it up."""
        def one(item): return item
        return 1

type Price = int
''',
    "cart.js": """\
// Carts of a shop.

const money = require('./money');
/**
 * What is bought.
 */
class Cart {
  // Sum it up.
  total(rate) { return 1; }
  later = async () => 2;
}
const add = (a, b) => a + b;
exports.sum = function (a) { return a; };
const table = { run: function () {} };
function* each() {}
""",
    "cart.ts": """\
/** What is bought. */
@Component({})
export class Cart<T> {
  constructor(private a: number) {}
}
export abstract class Shop { abstract open(): void; }
interface Item { name: string }
type Price = number | string;
enum Kind { A }
namespace Inner { export function f(): void {} }
export const add = (a: number): number => a;
""",
    "cart.tsx": (
        "export const Cart = ({items}: Props) => <ul>{items}</ul>;\nfunction App() { return <Cart items={[]} />; }\n"
    ),
    "Cart.java": """\
package shop;
/** What is bought. */
@Entity
public class Cart extends Base {
  /** Sum it up. */
  @Override
  public int total(int rate) { return 1; }
  Cart() {}
  record Line(int a) {}
  enum Kind { A }
}
interface Item { void f(); }
""",
    "cart.c": """\
/* Sums it up. */
static int total(struct cart *c, int rate)
{ return 1; }
struct cart { int n; };
typedef struct { int a; } price_t;
char *name(void) { return 0; }
#define TWICE(x) ((x) * 2)
""",
    "cart.cpp": """\
namespace shop {
/// What is bought.
template <class T>
class Cart : Base { public: int total() { return 1; } ~Cart() {} };
int Cart::sum(int a) { return a; }
Cart& operator+(Cart a, Cart b) { return a; }
using Price = int;
enum class Kind { A };
}
""",
    "cart.go": """\
// Package shop sells.
package shop
// Total sums it up.
func (c *Cart[T]) Total(rate int) int { return 1 }
type Cart struct{}
type Item interface{ Name() string }
func New() Cart { return Cart{} }
""",
    "cart.rs": """\
//! Carts of a shop.

/// What is bought.
#[derive(Debug)]
pub struct Cart;
impl<T> Item for Cart<T> {
    /// Sum it up.
    fn total(&self) -> u32 { 1 }
}
pub trait Item { fn name(&self); }
enum Kind { A }
mod inner { pub fn f() {} }
fn main() {}
""",
    "cart.rb": """\
# What is sold.
module Shop
  class Cart < Base # here
    # Sum it up.
    def total?(rate)
    end
    def self.create; end
  end
end
def main; end
""",
    "cart.php": """\
<?php
namespace Shop;
/** What is bought. */
class Cart extends Base {
  /** Sum it up. */
  public function total(int $rate): int { return 1; }
}
interface Item {}
trait Sums {}
function main() {}
""",
    "Cart.cs": """\
namespace Shop;
/// <summary>What is bought.</summary>
public class Cart : Base {
  public Cart(int a) {}
  /// <summary>Sum it up.</summary>
  public int Total(int rate) => 1;
}
interface IItem {}
enum Kind { A }
record Line(int A);
""",
}


def told(path: str) -> dict[str, Entity]:
    found = parse(path, SAMPLES[path])
    assert found is not None
    assert not found.broken
    return {each.path: each for each in found.entities}


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("cart.py", "module cart, class Cart, method Cart.total, function Cart.total.one, type Price"),
        (
            "cart.js",
            "module cart, class Cart, method Cart.total, method Cart.later, function add, function sum, function run, "
            "function each",
        ),
        (
            "cart.ts",
            "class Cart, method Cart.constructor, class Shop, method Shop.open, interface Item, type Price, type Kind, "
            "module Inner, function Inner.f, function add",
        ),
        ("cart.tsx", "function Cart, function App"),
        (
            "Cart.java",
            "class Cart, method Cart.total, method Cart.Cart, class Cart.Line, type Cart.Kind, interface Item, "
            "method Item.f",
        ),
        ("cart.c", "function total, type cart, type price_t, function name, function TWICE"),
        (
            "cart.cpp",
            "class shop.Cart, method shop.Cart.total, method shop.Cart.~Cart, method shop.Cart.sum, "
            "function shop.operator+, type shop.Price, type shop.Kind",
        ),
        ("cart.go", "module cart, method Cart.Total, type Cart, interface Item, function New"),
        (
            "cart.rs",
            "module cart, type Cart, method Cart.total, interface Item, method Item.name, type Kind, module inner, "
            "function inner.f, function main",
        ),
        ("cart.rb", "module Shop, class Shop.Cart, method Shop.Cart.total?, method Shop.Cart.create, function main"),
        ("cart.php", "class Cart, method Cart.total, interface Item, class Sums, function main"),
        ("Cart.cs", "class Cart, method Cart.Cart, method Cart.Total, interface IItem, type Kind, class Line"),
    ],
)
def test_a_file_tells_what_it_defines(path: str, kinds: str) -> None:
    assert ", ".join(f"{each.kind} {name}" for name, each in told(path).items()) == kinds


@pytest.mark.parametrize(
    ("path", "name", "signature", "doc", "lines"),
    [
        ("cart.py", "Cart", "class Cart(Base)", "What is bought.", (4, 11)),
        ("cart.py", "Cart.total", "async def total(self, rate=1) -> int", "Sum it up.", (8, 11)),
        ("cart.py", "cart", "", "Carts of a shop.", (1, 14)),
        ("cart.js", "Cart", "class Cart", "What is bought.", (7, 11)),
        ("cart.js", "Cart.total", "total(rate)", "Sum it up.", (9, 9)),
        ("cart.js", "add", "add = (a, b)", "", (12, 12)),
        ("cart.js", "cart", "", "Carts of a shop.", (1, 16)),
        ("cart.ts", "Cart", "class Cart<T>", "What is bought.", (3, 5)),
        ("cart.ts", "Price", "type Price = number | string;", "", (8, 8)),
        ("Cart.java", "Cart.total", "@Override public int total(int rate)", "Sum it up.", (6, 7)),
        ("cart.c", "total", "static int total(struct cart *c, int rate)", "Sums it up.", (2, 3)),
        ("cart.cpp", "shop.Cart", "class Cart : Base", "What is bought.", (4, 4)),
        ("cart.cpp", "shop.Cart.total", "int total()", "", (4, 4)),
        ("cart.go", "Cart.Total", "func (c *Cart[T]) Total(rate int) int", "Total sums it up.", (4, 4)),
        ("cart.rs", "Cart", "pub struct Cart;", "What is bought.", (5, 5)),
        ("cart.rs", "Cart.total", "fn total(&self) -> u32", "Sum it up.", (8, 8)),
        ("cart.rb", "Shop.Cart", "class Cart < Base # here", "", (3, 8)),
        ("cart.rb", "Shop.Cart.total?", "def total?(rate)", "Sum it up.", (5, 6)),
        ("cart.php", "Cart.total", "public function total(int $rate): int", "Sum it up.", (6, 6)),
        ("Cart.cs", "Cart.Total", "public int Total(int rate)", "Sum it up.", (6, 6)),
    ],
)
def test_an_entity_tells_how_it_begins_what_it_is_for_and_where_it_stands(
    path: str, name: str, signature: str, doc: str, lines: tuple[int, int]
) -> None:
    found = told(path)[name]
    assert (found.signature, found.doc, (found.start, found.end)) == (signature, doc, lines)


@pytest.mark.parametrize("path", SAMPLES)
def test_a_file_that_only_partly_parses_yields_what_parses(path: str) -> None:
    whole = {name for name, each in told(path).items() if each.kind != "module"}
    found = parse(path, SAMPLES[path] + "\n\n@@@ )) } {{ <<<<<<< HEAD\n")
    assert found is not None
    assert found.broken
    assert {each.path for each in found.entities} >= whole - {"main", "New", "each"}


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n" * 5_000,
        "(" * 30_000,
        "{" * 4_000,
        "{" * 30_000,
        "[(" * 15_000 + ")]" * 15_000,
        "class A { " * 5_000,
        "def f():\n" * 2000,
        "\x00\x01\x1b[31m\ufffd\U0001f98a",
        "ひらがな = 1\n// 数据库\n",
        "/*" * 50_000,
        '"' * 20_001,
        "x = " + "1 + " * 20_000,
        "\ud800",
    ],
    ids=lambda text: ascii(text[:8]),
)
def test_any_text_is_safe_in_every_language(language: object, text: str) -> None:
    found = parse(f"a{language.suffixes[0]}", text)  # type: ignore[attr-defined] # a Language
    if found is not None:
        assert len(found.entities) <= MAX_ENTITIES
        assert all(len(each.names) <= 8 for each in found.entities)


def test_a_text_of_another_kind_is_given_up_at_once() -> None:
    prose = "It was the best of times, it was the worst of times; (it was the age of wisdom. " * 5000
    assert parse("prose.go", prose) is None
    assert parse("prose.py", "def f():\n    pass\n" * 20_000) is not None


def test_a_text_that_its_grammar_takes_minutes_for_is_given_up_and_the_next_one_read() -> None:
    assert parse("a.ts", "/** a comment without an end\n" * 4_000) is None
    found = parse("a.ts", "export function total() {}\n" * 4_000)
    assert found is not None
    assert not found.broken


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.php", "use Acme\\Tax\\Rates;"),
        ("A.cs", "using Acme.Tax.Rates;"),
        ("a.rs", "use crate::tax::{rates, vat};"),
        ("a.ts", "import { rates } from './tax';"),
        ("a.py", "from shop.tax import rates"),
    ],
)
def test_a_megabyte_of_one_import_is_read_in_two_seconds(path: str, line: str) -> None:
    text = "<?php\n" * path.endswith(".php") + f"{line}\n" * (1_000_000 // len(line))
    begun = time.thread_time()
    found = parse(path, text)
    assert time.thread_time() - begun < 2
    assert found is not None
    assert 1 <= len(found.imports) <= 2


def test_the_same_words_in_another_module_are_another_import() -> None:
    found = parse("a.rs", "mod a { use super::tax::vat; }\nmod b { mod c { use super::tax::vat; } }\n")
    assert found is not None
    assert [each.target for each in found.imports] == ["self::tax::vat", "self::b::tax::vat"]


def test_nesting_has_no_end_and_needs_none() -> None:
    text = "".join(f"{' ' * depth}def f{depth}():\n" for depth in range(500)) + " " * 500 + "pass\n"
    found = parse("deep.py", text)
    assert found is not None
    assert found.entities[-1].name == "f499"
    assert parse("deep.js", "function f(){" * 20_000 + "}" * 20_000) is not None


def test_what_is_kept_of_one_entity_is_bounded() -> None:
    text = f'def f({", ".join(f"a{n}" for n in range(1000))}):\n    """{"word " * 2000}"""\n'
    found = parse("a.py", text)
    assert found is not None
    (entity,) = found.entities
    assert len(entity.signature) <= MAX_SIGNATURE
    assert len(entity.doc) <= MAX_DOC


def test_lines_that_nobody_wrote_are_told_from_those_that_somebody_did() -> None:
    assert minified("function a(){return 1}" * 1000)
    assert not minified("def f():\n    return 1\n" * 1000)
    assert not minified("short")


def test_a_licence_is_not_what_a_file_is_for() -> None:
    found = parse("a.go", "// Copyright 2020 Somebody. All rights reserved.\n\n// Package a adds.\npackage a\n")
    assert found is not None
    assert [each.doc for each in found.entities] == ["Package a adds."]


@pytest.mark.parametrize(
    ("line", "name"), [(1, ""), (4, "Cart"), (8, "Cart.total"), (10, "Cart.total.one"), (13, "Price")]
)
def test_a_line_stands_in_the_innermost_entity(line: int, name: str) -> None:
    found = at_line(list(told("cart.py").values()), line)
    assert (found.path if found else "") == name


@pytest.mark.parametrize("path", ["notes.md", "Makefile", "a.kt", "x.py.txt"])
def test_other_files_have_no_language(path: str) -> None:
    assert language_of(path) is None
    assert parse(path, "def f(): pass") is None


def test_a_grammar_is_loaded_with_the_first_file_of_its_language() -> None:
    code = (
        "import sys, whence.engine, whence.analysis.entities as e\n"
        "assert not any(name.startswith('tree_sitter') for name in sys.modules)\n"
        "e.parse('a.py', '')\n"
        "grammars = [name for name in sys.modules if name.startswith('tree_sitter_') and '.' not in name]\n"
        "assert grammars == ['tree_sitter_python']"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

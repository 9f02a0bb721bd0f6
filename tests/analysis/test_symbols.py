from pathlib import PurePosixPath

import pytest

from whence.analysis.symbols import outline, outline_whole

pytestmark = pytest.mark.quick

SAMPLES = {
    "a.py": """\
import os
class Cart:
    rate = 2
    def total(
        self,
        items,
    ) -> int:
        if items:
# a comment out of place
            return sum(items)

        return 0

async def main():
    pass
print(1)
""",
    "b.ts": """\
export class Cart<T> extends Base {
  private readonly items = 3;
  async total(a: number, b = 2): Promise<number> {
    if (a) {
      return b;
    }
  }
}
export const add = async (a, b) => {
  return a + b;
};
app.get("/x", (req) => {
  send(req);
});
export default function main() {
  run();
}
""",
    "c.go": "func (c *Cart) Total(a int) int {\n\treturn a\n}\ntype Cart struct {\n\tx int\n}\n",
    "d.java": """\
public class Cart {
    @Override
    public static List<String> names(int a,
                                     int b) {
        return call(a,
            b);
    }
    Cart(int x) {
        this.x = x;
    }
}
""",
    "e.c": "static int\nadd(int a, int b)\n{\n    return a + b;\n}\nstruct point {\n    int x;\n};\n",
    "f.rs": "impl<T> Display for Cart<T> {\n    pub(crate) fn total(&self) -> u32 {\n        1\n    }\n}\n",
    "g.rb": "class Cart\n  def total?\n    1\n  end\nend\n",
}


@pytest.mark.parametrize(
    ("path", "line", "name"),
    [
        ("a.py", "import os", ""),
        ("a.py", "class Cart:", "Cart"),
        ("a.py", "rate = 2", "Cart"),
        ("a.py", "items,", "Cart.total"),
        ("a.py", "return sum(items)", "Cart.total"),
        ("a.py", "return 0", "Cart.total"),
        ("a.py", "pass", "main"),
        ("a.py", "print(1)", ""),
        ("b.ts", "private readonly items = 3;", "Cart"),
        ("b.ts", "return b;", "Cart.total"),
        ("b.ts", "return a + b;", "add"),
        ("b.ts", "send(req);", ""),
        ("b.ts", "run();", "main"),
        ("c.go", "return a", "Total"),
        ("c.go", "x int", "Cart"),
        ("d.java", "return call(a,", "Cart.names"),
        ("d.java", "b);", "Cart.names"),
        ("d.java", "this.x = x;", "Cart.Cart"),
        ("e.c", "return a + b;", "add"),
        ("e.c", "int x;", "point"),
        ("f.rs", "1", "Cart.total"),
        ("g.rb", "1", "Cart.total?"),
    ],
)
def test_a_line_is_named_after_what_encloses_it(path: str, line: str, name: str) -> None:
    lines = SAMPLES[path].splitlines()
    number = next(number for number, each in enumerate(lines) if each.strip() == line)
    assert outline(path, lines)(number) == name


@pytest.mark.parametrize(
    ("path", "line", "name"),
    [
        ("a.py", "rate = 2", "Cart"),
        ("a.py", "items,", "Cart.total"),
        ("a.py", "# a comment out of place", "Cart.total"),
        ("a.py", "print(1)", ""),
        ("b.ts", "return b;", "Cart.total"),
        ("b.ts", "send(req);", ""),
        ("c.go", "return a", "Cart.Total"),
        ("d.java", "this.x = x;", "Cart.Cart"),
        ("e.c", "return a + b;", "add"),
        ("f.rs", "1", "Cart.total"),
        ("g.rb", "1", "Cart.total?"),
    ],
)
def test_a_line_of_a_whole_text_is_named_by_its_grammar(path: str, line: str, name: str) -> None:
    lines = SAMPLES[path].splitlines()
    number = next(number for number, each in enumerate(lines) if each.strip() == line)
    assert outline_whole(path, lines)(number) == name


@pytest.mark.parametrize(
    ("path", "lines", "name"),
    [
        ("a.kt", ["fun total() {", "  x", "}"], "total"),
        ("a.sh", ["total() {", "  x", "}"], "total"),
        ("a.py", ["class A:", "    def b(self):", "<<<<<<< HEAD" * 2], "A.b"),
        ("notes.md", ["def f():", "    pass"], ""),
    ],
)
def test_without_a_grammar_that_reads_it_lines_and_indentation_tell(path: str, lines: list[str], name: str) -> None:
    assert outline_whole(path, lines)(1) == name


ENDS = ["", "\n", "\r\n", "\r", "\f", "\v", "\x1c", "\x85", "\u2028", "\u2029", "\n\n"]


@pytest.mark.parametrize("end", ENDS, ids=repr)
@pytest.mark.parametrize("path", sorted(SAMPLES))
def test_a_line_is_one_row_whatever_it_ends_with(path: str, end: str) -> None:
    lines = SAMPLES[path].splitlines()
    bare = outline_whole(path, lines)
    named = outline_whole(path, [line + end for line in lines])
    numbers = range(len(lines))
    assert [named(number) for number in numbers] == [bare(number) for number in numbers]


def test_what_ends_a_line_to_some_may_stand_within_one() -> None:
    lines = ["\fdef first():\n", "    return 'a\u2028b'\n", "def second():\n", "    return 'a\x0cb'\n", "x = 1\n"]
    assert [outline_whole("a.py", lines)(number) for number in range(5)] == ["first", "first", "second", "second", ""]


@pytest.mark.parametrize("path", ["notes.md", "Makefile", "data.json", "x.unknown"])
def test_other_files_have_no_symbols(path: str) -> None:
    assert outline(path, ["def f():", "    pass"])(1) == ""
    assert PurePosixPath(path).name


def test_a_minified_line_costs_nothing() -> None:
    lines = ["function a(){" + "x(" * 200_000 + "}"] * 3
    assert outline("m.js", lines)(2) in ("", "a")


def test_a_definition_is_found_however_far_above_it_stands() -> None:
    lines = ["fun weigh() {", *["    step()"] * 5000, "}"]
    assert [outline("a.kt", lines)(number) for number in (0, 1, 5000)] == ["weigh"] * 3

"""Names of functions in captured edits of long files, through the real recorder, against what tree-sitter says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.capturing import Captured
from tests.conftest import Git
from whence.analysis import entities
from whence.analysis.symbols import outline_whole
from whence.git.edits import file_edit

FORMS = {
    "long.py": ("class Basket:\n", "    def step_{n}(self, a):\n        b = a + {n}\n\n        return b\n\n", ""),
    "long.ts": ("class Basket {\n", "  step_{n}(a: number) {\n    const b = a + {n};\n\n    return b;\n  }\n", "}\n"),
    "long.go": ("package basket\n", "func step_{n}(a int) int {\n\tb := a + {n}\n\n\treturn b\n}\n", ""),
    "Long.java": ("class Basket {\n", "  int step_{n}(int a) {\n    int b = a + {n};\n\n    return b;\n  }\n", "}\n"),
    "long.rs": ("", "fn step_{n}(a: i32) -> i32 {\n    let b = a + {n};\n\n    b\n}\n", ""),
    "long.rb": ("class Basket\n", "  def step_{n}(a)\n    b = a + {n}\n\n    b\n  end\n", "end\n"),
    "long.c": ("", "int step_{n}(int a) {\n    int b = a + {n};\n\n    return b;\n}\n", ""),
}
"""Of each language how a file begins, what is repeated in it, and how it ends."""

COUNT = 120
EDITED = range(0, COUNT, 17)


def text_of(path: str) -> str:
    begin, form, end = FORMS[path]
    return begin + "".join(form.replace("{n}", str(number)) for number in range(COUNT)) + end


def edited(text: str, number: int) -> str:
    return text.replace(f"a + {number}", f"a + {number} + 1", 1) if number else text.replace("a + 0", "a + 9", 1)


def said_by_the_grammar(path: str, text: str, number: int) -> str:
    wanted = "a + 9" if not number else f"a + {number} + 1"
    line = next(n for n, each in enumerate(text.split("\n"), 1) if wanted in each)
    parsed = entities.parse(path, text)
    assert parsed is not None
    found = entities.at_line(parsed.entities, line)
    return found.path if found else ""


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["line feeds", "carriage returns too"])
@pytest.mark.parametrize("path", FORMS)
def test_an_edit_far_down_names_the_function_that_the_grammar_says(path: str, ends: str) -> None:
    before = text_of(path)
    assert before.count("\n") >= 600
    for number in EDITED:
        after = edited(before, number)
        name = said_by_the_grammar(path, after, number)
        assert name.endswith(f"step_{number}")
        edit = file_edit(path, before.replace("\n", ends), after.replace("\n", ends), outline_whole)
        assert edit.symbols == (name,)
        assert edit.diff.partition("\n")[0].endswith(f"@@ {name}")


@pytest.fixture
def captured(repository: Path, tmp_path: Path, git: Git) -> Iterator[Captured]:
    for path in FORMS:
        (repository / path).write_text(text_of(path), encoding="utf-8")
    git("add", ".", cwd=repository)
    git("commit", "-qm", "Long files", cwd=repository)
    found = Captured(repository, tmp_path / "home")
    yield found
    found.stop()


def test_saves_and_commits_of_long_files_name_the_function(captured: Captured, git: Git) -> None:
    names: dict[str, str] = {}
    for path in FORMS:
        after = edited(text_of(path), 102)
        names[path] = said_by_the_grammar(path, after, 102)
        captured.save(path, after)
    assert {each.edits[0].path: each.edits[0].symbols for each in captured.changes()} == {
        path: (name,) for path, name in names.items()
    }
    git("commit", "-qam", "Add one", cwd=captured.root)
    captured.settle()
    (sealed,) = captured.changes()
    assert {edit.path: edit.symbols for edit in sealed.edits} == {path: (name,) for path, name in names.items()}

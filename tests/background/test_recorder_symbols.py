"""Names of functions in captured edits of long files, through the real recorder, against what tree-sitter says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.capturing import Captured
from tests.conftest import Git
from tests.patience import until
from whence.analysis import entities
from whence.analysis.symbols import outline_whole
from whence.background import mending
from whence.capture.coalesce import renamed as renamed_change
from whence.capture.snapshots import Snapshots
from whence.git.edits import file_edit
from whence.git.names import renamed
from whence.values.memory import Change, FileEdit, MemoryBase

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


def misnamed(edit: FileEdit, name: str = "Basket.of_another") -> FileEdit:
    """The edit as a version told it that named lines wrongly."""
    lines = edit.diff.split("\n")
    headers = [f"{line.rpartition('@@')[0]}@@ {name}" if line.startswith("@@ ") else line for line in lines]
    return edit.model_copy(update={"symbols": (name,), "diff": "\n".join(headers)})


@pytest.mark.parametrize(
    ("before", "after", "later"),
    [
        ("", "\n", ""),
        (" + 7", " + 7 + 1", ""),
        (" + 7", " + 7 + 1", "# a line above\n"),
        ("class Basket:\n", "", ""),
        ("    def step_9(self, a):\n        b = a + 9\n", "", ""),
    ],
    ids=["a blank line", "a line changed", "moved down since", "the first line removed", "lines removed"],
)
def test_an_edit_is_named_anew_from_the_text_after(before: str, after: str, later: str) -> None:
    old = text_of("long.py")
    new = old.replace(before, after, 1) if before else old + after
    edit = file_edit("long.py", old, new, outline_whole)
    told = renamed(misnamed(edit), later + new, outline_whole)
    assert told == edit


@pytest.mark.parametrize(
    ("old", "new"), [(None, "def a():\n    b\n"), ("def a():\n    b\n", None)], ids=["new", "gone"]
)
def test_a_file_that_came_or_went_is_named_anew(old: str | None, new: str | None) -> None:
    edit = file_edit("a.py", old, new, outline_whole)
    assert renamed(misnamed(edit), new, outline_whole) == edit


def test_what_the_text_does_not_tell_stays() -> None:
    old = text_of("long.py")
    edit = misnamed(file_edit("long.py", old, edited(old, 5), outline_whole))
    assert renamed(edit, old, outline_whole) is None
    assert renamed(edit, None, outline_whole) is None
    assert renamed(edit.model_copy(update={"diff": ""}), old, outline_whole) is None
    twice = "def a():\n    x = 1\n\n\n\n\n" * 2
    made = misnamed(file_edit("b.py", "def a():\n    x = 1\n", "def a():\n    x = 1\n\n\n\n\n", outline_whole))
    assert renamed(made, "# above\n" + twice, outline_whole) is None


def test_wrong_names_of_an_earlier_version_are_mended_once(captured: Captured, git: Git) -> None:
    for path in ("long.py", "long.ts"):
        captured.save(path, edited(text_of(path), 102))
    git("commit", "-qam", "Add one", cwd=captured.root)
    captured.settle()
    captured.save("long.go", edited(text_of("long.go"), 51))
    right = {edit.path: edit.symbols for each in captured.changes() for edit in each.edits}
    titles = {each.id: each.title for each in captured.changes()}

    def break_it(current: MemoryBase) -> MemoryBase:
        assert isinstance(current, Change)
        return renamed_change(current, tuple(misnamed(edit) for edit in current.edits))

    def told() -> dict[str, tuple[str, ...]]:
        return {edit.path: edit.symbols for each in captured.changes() for edit in each.edits}

    def break_all() -> None:
        for each in captured.changes():
            captured.writer.update(each.id, break_it)
        assert not set(told().values()) & set(right.values())

    break_all()
    captured.stop()
    (folder,) = (captured.home / "capture").iterdir()
    snapshots = Snapshots(folder)
    snapshots.set(mending.MARK, None)  # as an earlier version left it
    snapshots.close()
    captured.start()
    until(lambda: told() == right, "the right names")
    assert {each.id: each.title for each in captured.changes()} == titles
    break_all()
    captured.stop()
    captured.start()
    captured.save("long.rb", edited(text_of("long.rb"), 17))
    assert not {told()[path] for path in right} & set(right.values())

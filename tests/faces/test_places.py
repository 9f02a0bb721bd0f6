"""Files as those outside name them."""

from pathlib import Path

import pytest

from whence.faces.places import files_within, within


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app main.py").write_text("x = 1\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "written",
    [
        "src/app main.py",
        "./src/app main.py",
        ".//src/app main.py",
        "src\\app main.py",
        ".\\src\\app main.py",
        "{root}/src/app main.py",
        "{root}/src/../src/app main.py",
        "{uri}/src/app%20main.py",
        "src//app main.py",
        "src/./../src/app main.py",
        "@src/app main.py",
        "src/app main.py/**",
    ],
)
def test_a_file_of_the_project_is_known_however_it_is_named(root: Path, written: str) -> None:
    assert within(written.format(root=root, uri=root.as_uri()), root) == "src/app main.py"


@pytest.mark.parametrize("written", ["/etc/passwd", "../other.py", "file://[broken", "a\0b", ".", ""])
def test_what_is_no_file_of_the_project_is_left_to_the_engine(root: Path, written: str) -> None:
    assert within(written, root) == written


def test_only_parameters_that_name_files_are_read(root: Path) -> None:
    given = {"query": "./a", "files": ("./a",), "focus": {"file": ".\\a", "symbol": "./a"}}
    assert files_within(given, root) == {"query": "./a", "files": ["a"], "focus": {"file": "a", "symbol": "./a"}}

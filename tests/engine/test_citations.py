import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import forked
from tests.conftest import Git
from tests.opened import Engine
from whence.faces.library.api import Whence
from whence.faces.mcp import tools
from whence.values.errors import InvalidRequest
from whence.values.memory import Bug, Decision
from whence.values.protocol import Selection
from whence.values.reports.provenance import Why
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})

SHOP = """import math


class Shop:
    def open(self):
        self.doors = "open"


class Till:
    def rounded(self, amount):
        # Half a cent goes to the customer.
        cents = math.floor(amount * 100)
        rest = amount * 100 - cents
        return cents if rest <= 0.5 else cents + 1

    def close(self):
        self.drawer = None
        return None
"""

ABOVE = "".join(f"LIMIT_{number} = {number}\n" for number in range(30))

ROUNDING = "Round half a cent in favour of the customer"

Edit = Callable[[Path, Git], str]


@pytest.fixture
def shop(repository: Path, git: Git) -> Path:
    (repository / "shop.py").write_text(SHOP, encoding="utf-8")
    commit(repository, git, "Add a shop")
    return repository


@pytest.fixture
def engine(shop: Path) -> Iterator[Engine]:
    with Engine(shop, PLAIN, capture=False) as opened:
        yield opened


def commit(repository: Path, git: Git, message: str) -> None:
    git("add", "-A", cwd=repository)
    git("commit", "-qm", message, cwd=repository)


def decide(engine: Engine, selection: object = "shop.py:10-14", said: str = ROUNDING) -> Decision:
    (id,) = engine.remember({"kind": "decision", "decision": said, "selection": selection}).ids
    (kept,) = engine.store.get([id])
    assert isinstance(kept, Decision)
    return kept


def first(found: Why) -> str:
    return found.reasons[0].cited.title if found.reasons else ""


def line_of(repository: Path, text: str, name: str = "shop.py") -> int:
    lines = (repository / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_lines_that_a_decision_is_about_are_kept_with_their_symbol_and_commit(engine: Engine, git: Git) -> None:
    kept = decide(engine)
    (citation,) = kept.citations
    assert (citation.path, citation.start, citation.end, citation.symbol) == ("shop.py", 10, 14, "Till.rounded")
    assert citation.commit == git("rev-parse", "HEAD", cwd=engine.place.root).strip()
    assert len(citation.fingerprint) == 5 * 8
    assert kept.files == ("shop.py",)


def test_a_decision_about_lines_comes_first_of_all_that_tells_why(engine: Engine) -> None:
    engine.import_history()
    decide(engine)
    found = engine.why("shop.py", 12)
    assert [each.cited.title for each in found.reasons] == [ROUNDING, "Add a shop"]
    assert found.reasons[0].lines == (10, 11, 12, 13, 14)
    assert "## Decided about these lines\n\n### Round half a cent" in found.markdown
    assert first(engine.why("shop.py", 5)) == "Add a shop", "another line of the file"
    assert first(engine.why("shop.py")) == ROUNDING, "the whole file holds them"


def _inserted_above(repository: Path, git: Git) -> str:
    (repository / "shop.py").write_text(ABOVE + SHOP, encoding="utf-8")
    return "shop.py"


def _committed(repository: Path, git: Git) -> str:
    _inserted_above(repository, git)
    commit(repository, git, "Add limits")
    return "shop.py"


def _renamed_by_git(repository: Path, git: Git) -> str:
    git("mv", "shop.py", "store.py", cwd=repository)
    return "store.py"


def _renamed_and_grown(repository: Path, git: Git) -> str:
    git("mv", "shop.py", "store.py", cwd=repository)
    (repository / "store.py").write_text("import os\n" + SHOP.replace("<= 0.5", "< 0.5"), encoding="utf-8")
    commit(repository, git, "Rename the shop")
    return "store.py"


def _renamed_beside_git(repository: Path, git: Git) -> str:
    (repository / "shop.py").rename(repository / "store.py")
    return "store.py"


def _moved_to_another_file(repository: Path, git: Git) -> str:
    till = SHOP.index("class Till")
    (repository / "shop.py").write_text(SHOP[:till], encoding="utf-8")
    (repository / "till.py").write_text("import math\n\n\n" + SHOP[till:], encoding="utf-8")
    return "till.py"


def _indented(repository: Path, git: Git) -> str:
    lines = [f"    {line}" if line.strip() else line for line in SHOP.splitlines()]
    (repository / "shop.py").write_text("\n".join(["if True:", *lines, ""]), encoding="utf-8")
    return "shop.py"


def _reordered(repository: Path, git: Git) -> str:
    shop, till = SHOP.index("class Shop"), SHOP.index("class Till")
    text = SHOP[:shop] + SHOP[till:] + "\n\n" + SHOP[shop:till]
    (repository / "shop.py").write_text(text, encoding="utf-8")
    return "shop.py"


def _two_lines_changed(repository: Path, git: Git) -> str:
    text = SHOP.replace("Half a cent", "Half of a cent").replace("rest <= 0.5", "rest < 0.5")
    (repository / "shop.py").write_text(ABOVE + text, encoding="utf-8")
    return "shop.py"


def _line_ends_of_windows(repository: Path, git: Git) -> str:
    (repository / "shop.py").write_bytes((ABOVE + SHOP).replace("\n", "\r\n").encode())
    return "shop.py"


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(_inserted_above, id="thirty lines were inserted above and not committed"),
        pytest.param(_committed, id="thirty lines were inserted above and committed"),
        pytest.param(_renamed_by_git, id="the file was renamed with git mv"),
        pytest.param(_renamed_and_grown, id="the file was renamed, changed and committed"),
        pytest.param(_renamed_beside_git, id="the file was renamed without git"),
        pytest.param(_moved_to_another_file, id="the class was moved to another file"),
        pytest.param(_indented, id="all was indented"),
        pytest.param(_reordered, id="the classes changed places"),
        pytest.param(_two_lines_changed, id="two of the five lines were changed, and lines were inserted above"),
        pytest.param(_line_ends_of_windows, id="the file got other line ends"),
    ],
)
def test_a_decision_follows_its_lines(edit: Edit, engine: Engine, git: Git) -> None:
    decide(engine)
    root = engine.place.root
    name = edit(root, git)
    number = line_of(root, "math.floor", name)
    assert first(engine.why(name, number)) == ROUNDING
    elsewhere = line_of(root, "self.doors", name) if "class Shop" in (root / name).read_text() else 1
    assert first(engine.why(name, elsewhere)) != ROUNDING


def test_a_decision_about_one_line_follows_the_change_of_it(engine: Engine) -> None:
    decide(engine, "shop.py:6", "Doors are open in the beginning")
    (engine.place.root / "shop.py").write_text(ABOVE + SHOP.replace('"open"', '"ajar"'), encoding="utf-8")
    assert first(engine.why("shop.py", 36)) == "Doors are open in the beginning"


def test_a_line_that_stands_twice_is_told_apart_by_what_changed(engine: Engine) -> None:
    decide(engine, "shop.py:18", "Closing gives nothing back")
    text = SHOP.replace('"open"\n', '"open"\n        return None\n')
    (engine.place.root / "shop.py").write_text(text, encoding="utf-8")
    assert first(engine.why("shop.py", 19)) == "Closing gives nothing back"
    assert first(engine.why("shop.py", 7)) == ""


def test_a_function_that_is_written_anew_keeps_its_decision(engine: Engine) -> None:
    decide(engine)
    text = (
        SHOP[: SHOP.index("class Till")] + 'class Till:\n    def rounded(self, sum):\n        return round(sum, "up")\n'
    )
    (engine.place.root / "shop.py").write_text(ABOVE + text, encoding="utf-8")
    assert first(engine.why("shop.py", line_of(engine.place.root, "round(sum"))) == ROUNDING


def test_of_lines_that_were_deleted_the_file_tells_that_they_are_gone(engine: Engine, git: Git) -> None:
    decide(engine)
    lines = SHOP.splitlines(keepends=True)
    (engine.place.root / "shop.py").write_text("".join(lines[:9] + lines[14:]), encoding="utf-8")
    commit(engine.place.root, git, "Don't round")
    engine.import_history()
    found = engine.why("shop.py", 5)
    assert [each.cited.title for each in found.reasons] == ["Add a shop", ROUNDING]
    assert "## Decided about lines that are gone\n\n### Round half a cent" in found.markdown
    assert "Decided about these lines" not in found.markdown


def test_lines_in_the_middle_of_a_function_that_are_deleted_are_gone(engine: Engine) -> None:
    decide(engine, "shop.py:12-13")
    text = "".join(line for number, line in enumerate(SHOP.splitlines(keepends=True), 1) if number not in (12, 13))
    (engine.place.root / "shop.py").write_text(text, encoding="utf-8")
    assert "Decided about lines that are gone" in engine.why("shop.py", 11).markdown


def test_lines_are_followed_without_git(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "shop.py").write_text(SHOP, encoding="utf-8")
    with Engine(folder, PLAIN, capture=False) as engine:
        decide(engine)
        (folder / "shop.py").write_text(ABOVE + SHOP, encoding="utf-8")
        found = engine.why("shop.py", 42)
        assert (first(found), found.reasons[0].lines) == (ROUNDING, (40, 41, 42, 43, 44))


def test_lines_of_an_editor_that_were_not_saved_are_found_once_they_are(engine: Engine) -> None:
    text = "    def refund(self, amount):\n        return -self.rounded(amount)\n"
    decide(engine, {"file": "shop.py", "start": 20, "end": 21, "text": text}, "Refunds are rounded alike")
    (engine.place.root / "shop.py").write_text(ABOVE + SHOP + "\n" + text, encoding="utf-8")
    assert first(engine.why("shop.py", 50)) == "Refunds are rounded alike"


def test_without_trust_lines_are_kept_and_told_as_they_were_chosen(shop: Path) -> None:
    with Engine(shop, PLAIN, capture=False, trusted=False) as engine:
        (citation,) = decide(engine).citations
        assert (citation.symbol, citation.fingerprint, citation.commit) == ("", "", "")
        assert first(engine.why("shop.py", 12)) == ROUNDING
        assert first(engine.why("shop.py", 4)) == ""


def test_an_error_is_shown_at_the_line_that_it_names(engine: Engine) -> None:
    done = engine.record_error("the till is off by a cent", file="shop.py", line=12)
    engine.record_error("the till is off by a cent", selection=Selection(file="shop.py", start=14))
    (bug,) = engine.store.get(done.ids)
    assert isinstance(bug, Bug)
    assert [each.start for each in bug.citations] == [12, 14]
    found = engine.why("shop.py", 12)
    assert first(found) == "the till is off by a cent"
    assert "## Remembered about these lines" in found.markdown


def test_an_archived_decision_is_not_shown(engine: Engine) -> None:
    engine.organize(ids=(decide(engine).id,), archived=True)
    assert first(engine.why("shop.py", 12)) == ""


@pytest.mark.parametrize(
    ("selection", "reason"),
    [
        pytest.param("shop.py:90", "There is no line 90", id="a line after the end"),
        pytest.param("shop.py:5-3", "the last line comes before the first", id="lines in the wrong order"),
        pytest.param("shop.py", "file:first-last", id="a file without lines"),
        pytest.param("../other.py:3", "names no file of this project", id="a file outside"),
        pytest.param("none.py:3", "There is no file none.py", id="a file that is not there"),
    ],
)
def test_lines_that_are_not_there_are_refused(engine: Engine, selection: str, reason: str) -> None:
    with pytest.raises(InvalidRequest, match=reason):
        decide(engine, selection)
    assert not engine.store.counts()


def test_assistants_name_the_lines_of_what_they_keep(engine: Engine) -> None:
    (id,) = tools.remember(engine.project, "decision", ROUNDING, lines=("shop.py:10-14", "shop.py:6")).ids
    (kept,) = engine.store.get([id])
    assert [(each.start, each.end) for each in kept.citations] == [(10, 14), (6, 6)]
    assert first(engine.why("shop.py", 6)) == ROUNDING


def test_a_script_names_the_lines_of_what_it_keeps(shop: Path) -> None:
    with Whence(shop, {"embedding": {"model": "none"}}) as project:
        project.decide("Rounding", ROUNDING, selection="shop.py:10-14")
        assert project.why("shop.py", 12).reasons[0].cited.title == "Rounding"


def test_a_terminal_names_the_lines_of_what_it_keeps(shop: Path) -> None:
    def whence(*words: str) -> str:
        line = [sys.executable, "-m", "whence", *words, "--set", "embedding.model=none"]
        done = forked.run(line, cwd=shop, encoding="utf-8")
        assert done.returncode == 0, done.stderr
        return done.stdout

    whence("remember", ROUNDING, "-k", "decision", "--lines", "shop.py:10-14")
    whence("record-error", "off by one", "--selection", "shop.py:12")
    told = whence("why", "shop.py:12")
    assert "Remembered and decided about these lines" in told
    assert "off by one" in told

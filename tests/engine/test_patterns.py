import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.provider import Provider, Reply
from tests.thinking import Open, engines
from whence.analysis import conventions, libraries
from whence.analysis.generated import is_generated
from whence.analysis.habits import Tally
from whence.engine.patterns.page import page
from whence.values.errors import Cancelled
from whence.values.memory import Bug, Change, Decision, FileEdit
from whence.values.reports.patterns import Habit, HurtingFile, ProjectPatterns

MODEL = "openai/gpt-4o-mini"
BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        yield running


@pytest.fixture
def open_engine(repository: Path, provider: Provider) -> Iterator[Open]:
    with engines(repository, provider, attempts=1) as opened:
        yield opened


def change(number: int, reason: str, *paths: str, **fields: Any) -> Change:
    edits = fields.pop("edits", tuple(FileEdit(path=path, added=8, removed=2, symbols=("get_user",)) for path in paths))
    given = {"commit": f"{number:040x}", "author": "Béla", **fields}
    at = BEGIN + timedelta(days=number)
    return Change(reason=reason, edits=edits, files=tuple(e.path for e in edits), created_at=at, **given)


def past(count: int = 40) -> list[Change]:
    """Commits of a Python project: every fourth mends `src/shop_cart.py`, every second comes with a test."""
    found = []
    for number in range(count):
        if number % 4 == 0:
            found.append(change(number, f"fix: Total of cart {number} (#{number})", "src/shop_cart.py"))
        elif number % 2:
            paths = (f"src/part_{number}.py", f"tests/test_part_{number}.py")
            found.append(change(number, f"feat: Add part {number}\n\nBecause it was missing.", *paths))
        else:
            found.append(change(number, f"docs: Describe part {number}", "README.md"))
    return found


def shares(habits: tuple[Habit, ...], about: str) -> dict[str, int]:
    return {each.name: each.count for habit in habits if habit.about == about for each in habit.shares}


# ---------------------------------------------------------------- names and messages


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("get_user", "snake_case"),
        ("_get_user", "snake_case"),
        ("getUser", "camelCase"),
        ("GetUser", "PascalCase"),
        ("User", "PascalCase"),
        ("HTTPServer", "PascalCase"),
        ("MAX_SIZE", "UPPER_CASE"),
        ("get-user", "kebab-case"),
        ("user", ""),
        ("URL", ""),
        ("", ""),
        ("Get_User", ""),
        ("größe_neu", ""),
    ],
)
def test_how_a_name_is_written(name: str, called: str) -> None:
    assert conventions.style(name) == called


@pytest.mark.parametrize(
    ("path", "called"),
    [
        ("tests/test_cart.py", "test_*.py"),
        ("pkg/cart_test.go", "*_test.go"),
        ("src/cart.spec.ts", "*.spec.ts"),
        ("src/cart.test.tsx", "*.test.tsx"),
        ("src/CartTest.java", "*Test.java"),
        ("src/TestCart.java", "Test*.java"),
        ("spec/cart_spec.rb", "*_spec.rb"),
        ("tests/conftest.py", ""),
        ("tests/Makefile", ""),
    ],
)
def test_how_a_test_is_called(path: str, called: str) -> None:
    assert conventions.name_of_test(path) == called


@pytest.mark.parametrize(
    ("message", "kind", "tense", "mends", "refers"),
    [
        ("fix(parser)!: handle #12", "fix", "", True, True),
        ("feat: add carts", "feat", "imperative (“Add …”)", False, False),
        ("Fixed the crash in ABC-12", "fix", "past (“Added …”)", True, True),
        ("Adds a cart", "add", "third person (“Adds …”)", False, False),
        ("Removing what is old", "remove", "-ing (“Adding …”)", False, False),
        ("[web] Rename carts", "rename", "", False, False),
        ("server: Add carts", "add", "", False, False),
        ("Prefix names with &#38; debug", "prefix", "", False, False),
        ("", "other", "", False, False),
        ("修正", "修正", "", False, False),
    ],
)
def test_what_a_message_tells(message: str, kind: str, tense: str, mends: bool, refers: bool) -> None:
    assert conventions.kind_of_commit(message) == kind
    assert conventions.tense(message) == tense
    assert conventions.mends(message) is mends
    assert conventions.refers(message) is refers


@pytest.mark.parametrize(
    ("language", "target", "name"),
    [
        ("python", "numpy.linalg", "numpy"),
        ("python", "json", ""),
        ("python", "unittest.mock", "unittest"),
        ("typescript", "@scope/name/part", "@scope/name"),
        ("javascript", "lodash/get", "lodash"),
        ("javascript", "node:fs", ""),
        ("javascript", "fs", ""),
        ("tsx", "../near", ""),
        ("tsx", "node:test", "node:test"),
        ("go", "github.com/a/b/c", "github.com/a/b"),
        ("go", "net/http", ""),
        ("go", "testing", "testing"),
        ("rust", "serde::Deserialize", "serde"),
        ("rust", "std::io", ""),
        ("java", "org.junit.jupiter.api.Test", "org.junit.jupiter"),
        ("java", "java.util.List", ""),
        ("csharp", "System.Linq", ""),
        ("csharp", "Newtonsoft.Json.Linq", "Newtonsoft.Json"),
        ("php", "Symfony\\Component\\Console", "Symfony\\Component"),
        ("ruby", "rails/all", "rails"),
        ("ruby", "json", ""),
        ("cpp", "boost/asio.hpp", "boost"),
        ("cpp", "vector", ""),
        ("c", "sys/types.h", ""),
        ("cobol", "x", ""),
    ],
)
def test_which_library_an_import_means(language: str, target: str, name: str) -> None:
    assert libraries.library(language, target) == name


# ---------------------------------------------------------------- counting


def test_files_are_known_by_the_names_of_today() -> None:
    tally = Tally(UTC)
    rename = FileEdit(path="new.py", old_path="old.py", action="rename")
    for day, reason, edit in (
        (5, "Fix it", FileEdit(path="new.py", added=3)),
        (4, "Move it", rename),
        (3, "Fix it too", FileEdit(path="old.py", added=1, removed=1)),
        (2, "Fix a third thing", FileEdit(path="gone.py", action="delete")),
        (1, "Fix a fourth", FileEdit(path="gone.py", added=100)),
    ):
        tally.add(BEGIN + timedelta(days=day), reason, "", (edit,), commit=True)
    (file,) = tally.hurting({"old.py": 2}, 5)
    assert (file.path, file.changes, file.churn, file.bugs, file.fixes) == ("new.py", 3, 5, 2, 2)
    assert tally.paths() == ["new.py"]


def test_a_change_of_the_whole_project_tells_nothing_of_its_files() -> None:
    tally = Tally(UTC)
    tally.add(BEGIN, "Fix formatting", "", [FileEdit(path=f"f{n}.py") for n in range(101)], commit=True)
    assert (tally.changes, tally.edits, tally.wholesale, tally.paths()) == (1, 101, 1, [])
    assert tally.median() == 0


def test_half_of_the_changes_are_no_larger_than_the_median() -> None:
    tally = Tally(UTC)
    for lines in (1, 2, 3, 50, 1000):
        tally.add(BEGIN, "", "", (FileEdit(path="a.py", added=lines),), commit=False)
    assert tally.median() == 3


@pytest.mark.parametrize(
    ("about", "counted", "told"),
    [
        (
            "Functions in Go",
            {"camelCase": 8, "snake_case": 2},
            ("Functions in Go are written in camelCase (80% of 10).",),
        ),
        ("Functions in Go", {"camelCase": 7, "snake_case": 3}, ()),
        ("Functions in Go", {"camelCase": 9}, ()),
        ("Functions in Go", {}, ()),
    ],
    ids=["a clear habit", "a mixed one", "too few", "none"],
)
def test_what_is_clear_is_a_rule(about: str, counted: dict[str, int], told: tuple[str, ...]) -> None:
    assert conventions.rules([conventions.habit(about, counted)], ()) == told


def test_what_is_left_undone_is_no_rule() -> None:
    done, undone = (conventions.habit("Changes of code", {f"{how} tests": 10}) for how in ("with", "without"))
    assert conventions.rules((), [done, undone]) == ("Code is changed together with its tests (100% of 10).",)


# ---------------------------------------------------------------- without a model


def test_patterns_are_counted_from_the_history(open_engine: Open) -> None:
    engine = open_engine()
    bug = Bug(message="Wrong total", file="src/shop_cart.py", files=("src/shop_cart.py",), count=3)
    decision = Decision(decision="Use pydantic for all input", rationale="Checks were forgotten.")
    engine.writer.write([*past(), bug, decision, Decision(decision="Never mind", status="rejected")])
    told = engine.analyze_patterns()
    assert (told.changes, told.edits, told.enough, told.model) == (40, 60, True, "")
    assert told.languages.shares[0].name == "Python"
    assert shares(told.commits, "Types of commits") == {"feat": 20, "fix": 10, "docs": 10}
    assert shares(told.commits, "Form of messages") == {"type: subject": 40}
    assert shares(told.commits, "Body of messages") == {"with a body": 20, "one line": 20}
    assert shares(told.commits, "Issues in messages") == {"named": 10, "not named": 30}
    assert shares(told.testing, "Changes of code") == {"with tests": 20, "without tests": 10}
    assert shares(told.testing, "Names of tests") == {"test_*.py": 20}
    assert shares(told.testing, "Places of tests") == {"in a folder of tests": 20}
    assert shares(told.naming, "Files")["snake_case"] == 41
    (hurting,) = told.hurting
    assert hurting.path == "src/shop_cart.py"
    assert (hurting.changes, hurting.churn, hurting.bugs, hurting.fixes) == (10, 100, 3, 10)
    assert told.preferences == (
        "Files are written in snake_case (100% of 41).",
        "Tests are called test_*.py (100% of 20).",
        "Tests lie in a folder of tests (100% of 20).",
        "Commit messages have the form “type: subject” (100% of 40).",
        "Commit messages begin in the imperative (“Add …”) (100% of 20).",
        "Commit messages begin with upper case (100% of 40).",
        "First lines of commit messages end without a full stop (100% of 40).",
        "Decided: Use pydantic for all input",
    )
    assert shares((told.changed,), "Most changed files")["src/shop_cart.py"] == 10
    assert told.errors.shares == (), "of an error without a type nothing is told by its type"
    assert [each.id for each in told.cited] == [decision.id]
    assert "Half of the changes have 10 lines or fewer." in told.facts
    assert told.markdown.startswith(f"# Patterns of {engine.place.name}")
    assert "- `src/shop_cart.py`: 10 changes, 100 lines, 3 bugs, 10 fixes" in told.markdown
    assert "**Types of commits**: feat 50% (20), docs 25% (10), fix 25% (10)" in told.markdown
    assert "Index Workspace" not in told.note


@pytest.mark.parametrize("indexed", [False, True], ids=["from a glance at the files", "from the code index"])
def test_the_code_tells_names_and_libraries(open_engine: Open, repository: Path, indexed: bool) -> None:
    (repository / "shop.py").write_text(
        "import json\nimport numpy as np\nfrom unittest import mock\nimport app\n\n\nclass ShopCart:\n"
        "    def get_total(self):\n        pass\n\n"
        "    def __init__(self):\n        pass\n\n\ndef makeCart():\n    pass\n",
        encoding="utf-8",
    )
    (repository / "pyproject.toml").write_text(
        '[project]\nname = "shop"\ndependencies = ["NumPy>=1", "requests"]\n', encoding="utf-8"
    )
    engine = open_engine()
    if indexed:
        engine.index_workspace()
    engine.writer.write(past())
    told = engine.analyze_patterns()
    assert [(each.name, each.count) for each in told.libraries.shares] == [
        ("numpy", 1), ("unittest", 1), ("requests", 0),
    ]  # fmt: skip
    assert shares(told.naming, "Functions in Python") == {"snake_case": 1, "camelCase": 1}
    assert shares(told.naming, "Classes in Python") == {"PascalCase": 1}
    assert shares(told.testing, "Written with") == {"unittest": 1}
    assert "Index Workspace" not in told.note
    assert "**Files**: snake_case 100% (41, such as `part_39`)" in told.markdown
    assert "ShopCart" not in told.markdown, "of one class the page tells nothing"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("uv.lock", True, id="a lock"),
        pytest.param("web/package-lock.json", True, id="a lock of npm"),
        pytest.param("CHANGELOG.md", True, id="a changelog"),
        pytest.param("docs/release-notes.rst", True, id="release notes"),
        pytest.param("api/shop_pb2.py", True, id="generated by protoc"),
        pytest.param("src/api.generated.ts", True, id="generated by its name"),
        pytest.param("vendor/left/pad.js", True, id="copied in"),
        pytest.param("shop/__version__.py", True, id="a version"),
        pytest.param("shop/history.py", False, id="code about history"),
        pytest.param("shop/locks.py", False, id="code about locks"),
        pytest.param("shop/changes.ts", False, id="code about changes"),
    ],
)
def test_files_that_nobody_writes_hurt_nobody(path: str, expected: bool) -> None:
    assert is_generated(path) is expected
    tally = Tally()
    for day in range(3):
        tally.add(BEGIN - timedelta(days=day), "Fix it", "", [FileEdit(path=path, added=1)], commit=True)
    assert [each.path for each in tally.hurting({}, 5)] == ([] if expected else [path])


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 changes of files are remembered so far"), (1, "1 change of a file is"), (6, "9 changes of files are")],
)
def test_too_few_changes_are_told_kindly(open_engine: Open, provider: Provider, count: int, said: str) -> None:
    engine = open_engine(MODEL)
    engine.writer.write(past(count) or [Bug(message="x")])
    told = engine.analyze_patterns()
    assert not told.enough
    assert "from 10 changes of files on, and well from 30" in told.note
    assert said in told.note
    assert told.markdown.startswith("# Patterns of")
    assert said in told.markdown
    assert not provider.seen, "there is nothing to interpret"


def test_from_ten_changes_on_and_better_from_thirty(open_engine: Open) -> None:
    engine = open_engine()
    engine.writer.write(past(10))
    told = engine.analyze_patterns()
    assert told.enough
    assert "From 15 changes of files; from 30 on habits are told well." in told.note
    since = engine.analyze_patterns(since=BEGIN + timedelta(days=8))
    assert (since.edits, since.enough) == (3, False)


def test_only_what_was_met_since_a_moment_counts_against_a_file(open_engine: Open) -> None:
    engine = open_engine()
    old = Bug(message="Old", file="src/shop_cart.py", created_at=BEGIN - timedelta(days=9), count=7,
              occurrences=(BEGIN - timedelta(days=9),))  # fmt: skip
    engine.writer.write([*past(), old])
    assert engine.analyze_patterns().hurting[0].bugs == 7
    assert engine.analyze_patterns(since=BEGIN).hurting[0].bugs == 0


def test_reading_can_be_stopped(open_engine: Open) -> None:
    engine = open_engine()

    def stop(message: str, share: float) -> None:
        raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        engine.analyze_patterns(progress=stop)


def test_text_of_commits_is_data(open_engine: Open) -> None:
    engine = open_engine()
    hostile = [change(n, "Add [x](command:y) <script>", f"a_{n}`](z).py") for n in range(12)]
    engine.writer.write([*hostile, Decision(decision="Do <img> [this](command:z)")])
    shown = engine.analyze_patterns().markdown
    for text in ("<script>", "<img>", "[this]("):
        assert text not in shown.replace("`Add [x](command:y) <script>`", "")


# ---------------------------------------------------------------- with a model


def interpretation(**more: Any) -> str:
    given = {
        "summary": "A Python project. Half of its commits are features (50%).",
        "preferences": ["Messages name their type (100%).", "Most is written in Rust (97%)."],
        "risks": ["src/shop_cart.py gathers fixes."],
        "recommendations": ["Test src/shop_cart.py."],
        **more,
    }
    return json.dumps(given)


def test_a_model_interprets_the_figures(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    kept = [Decision(decision="Use pydantic"), Decision(decision="Use PostgreSQL")]
    engine.writer.write([*past(), *kept])
    provider.say(interpretation(cited=[kept[0].id, "unheard-of"]))
    told = engine.analyze_patterns()
    assert told.model == MODEL
    assert told.summary == "A Python project. Half of its commits are features (50%)."
    assert told.preferences == ("Messages name their type (100%).",)
    assert "1 of the model's statements named figures that were not counted" in told.note
    assert told.cited[0].id == kept[0].id
    assert {each.id for each in told.cited} == {each.id for each in kept}
    assert "Interpreted by openai/gpt-4o-mini" in told.markdown
    assert "## Risks" in told.markdown
    assert told.hurting[0].path == "src/shop_cart.py", "the figures stay"
    sent = provider.seen[0].payload["messages"][-1]["content"]
    assert "Types of commits: feat 50% (20)" in sent
    assert "Decision: Use pydantic" in sent
    total = engine.costs().total
    assert (total.calls, total.tokens_in, total.tokens_out) == (1, provider.tokens_in, provider.tokens_out)
    assert [each.name for each in engine.costs().operations] == ["analyze_patterns"]


@pytest.mark.parametrize(
    ("reply", "approve", "note", "asked"),
    [
        (Reply('{"preferences": []}'), None, "does not have the shape", 2),
        (Reply("x", status=500), None, "without a model", 1),
        (Reply(interpretation()), lambda asked: False, "chose not to", 0),
    ],
    ids=["the wrong shape", "a provider that fails", "a refusal"],
)
def test_without_an_answer_the_figures_stand(
    open_engine: Open, provider: Provider, reply: Reply, approve: Any, note: str, asked: int
) -> None:
    engine = open_engine(MODEL, approve, spending={"threshold": 0.0 if approve else 1.0})
    engine.writer.write(past())
    provider.default = reply
    told = engine.analyze_patterns()
    assert (told.model, told.summary) == ("", "")
    assert told.enough
    assert note in told.note
    assert len(provider.seen) == asked
    total = engine.costs().total
    assert (total.tokens_in, total.tokens_out) == (provider.tokens_in, provider.tokens_out)


def test_what_would_be_sent_is_shown(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    engine.writer.write(past())
    shown = engine.show_prompt("analyze_patterns")
    assert "Types of commits: feat 50% (20)" in shown.markdown
    assert not provider.seen


def test_what_bots_and_tools_do_is_no_habit() -> None:
    tally = Tally(UTC)
    edits = (FileEdit(path="a.py", added=1),)
    for day in range(4):
        tally.add(BEGIN - timedelta(days=day), "Bump a thing", "dependabot[bot]", edits, commit=True, automatic=True)
        tally.add(BEGIN - timedelta(days=day), "Merge pull request #4 from me/topic", "Test Author", (), commit=True)
        tally.add(
            BEGIN - timedelta(days=day), "Round halves\n\nThe tax office does.", "Test Author", edits, commit=True
        )
        tally.add(BEGIN - timedelta(days=day), "wip", "Test Author", edits, commit=True)
    assert (tally.changes, tally.automatic, dict(tally.authors)) == (16, 4, {"Test Author": 12})
    assert shares(tally.commits(), "Types of commits") == {"round": 4, "wip": 4}
    assert shares(tally.commits(), "Reasons") == {"with a reason": 4, "without": 4}
    assert shares((tally.changed(),), "Most changed files") == {"a.py": 8}


def test_how_messages_are_worded_is_told_by_the_newest() -> None:
    tally = Tally(UTC)
    for day in range(400):
        message = f"fix: mend part {day}" if day < 300 else f"Mend part {day}."
        tally.add(BEGIN - timedelta(days=day), message, "Test Author", (), commit=True)
    assert shares(tally.commits(), "Form of messages") == {"type: subject": 300}


def test_hours_are_told_of_one_person_alone() -> None:
    alone, together = Tally(UTC), Tally(UTC)
    for day in range(10):
        alone.add(BEGIN - timedelta(days=day), "Add a part", "Test Author", (), commit=True)
        together.add(BEGIN - timedelta(days=day), "Add a part", f"Test Author {day}", (), commit=True)
    assert "Times of day" in [each.about for each in alone.commits()]
    assert "Times of day" not in [each.about for each in together.commits()]


def test_a_file_that_moved_with_many_others_is_known_by_its_name_of_today() -> None:
    tally = Tally(UTC)
    moved = [FileEdit(path=f"lib/f{n}.py", old_path=f"src/f{n}.py", action="rename") for n in range(150)]
    tally.add(BEGIN, "Move to lib", "Test Author", moved, commit=True)
    for day in (1, 2):
        edits = (FileEdit(path="src/f3.py", added=2), FileEdit(path="gone.py", added=2))
        tally.add(BEGIN - timedelta(days=day), "Fix a total", "Test Author", edits, commit=True)
    tally.leave_out(lambda path: path.startswith("lib/"))
    assert shares((tally.changed(),), "Most changed files") == {"lib/f3.py": 2}
    assert [each.path for each in tally.hurting({}, 5)] == ["lib/f3.py"]


def test_the_page_leaves_out_what_tells_nothing() -> None:
    even = conventions.habit("Types of commits", {f"kind {n}": 10 for n in range(6)})
    led = conventions.habit(
        "Form of messages", {"plain sentence": 98, "type: subject": 1}, {"plain sentence": "Add it"}
    )
    hurting = HurtingFile(path="a.py", changes=1, churn=1, fixes=2)
    found = ProjectPatterns(
        title="Patterns", markdown="", changes=1, edits=2, enough=True, commits=(even, led), hurting=(hurting,)
    )
    text = page(found)
    assert "Types of commits" not in text
    assert "- **Form of messages**: plain sentence 99% (98, such as `Add it`)\n" in text
    assert "- `a.py`: 1 change, 1 line, 2 fixes\n" in text
    assert "From 1 change with 2 edits of files." in text

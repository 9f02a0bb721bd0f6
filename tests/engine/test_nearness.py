from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Git
from tests.opened import Engine
from tests.patience import PATIENCE
from whence.retrieval.nearness import MOST, NOTHING, Around, Surroundings
from whence.retrieval.passages import split
from whence.retrieval.rarity import Rarity
from whence.values.memory import Note
from whence.values.protocol import Filter, Focus, Hit
from whence.values.settings import parse

pytestmark = pytest.mark.quick

ROOT = Path(__file__).resolve().parent.parent.parent

HTTP = "from core.pool import take\n\n\nclass Client:\n    def fetch_page(self):\n        return take()\n"
FILES = {
    "net/http.py": HTTP,
    "core/pool.py": "def take():\n    return 1\n",
    "guide/http.md": "# Pages\n",
    "ui/page.py": "def draw():\n    return 2\n",
    "db/rows.py": "def read():\n    return 3\n",
}


@pytest.fixture
def project(repository: Path, git: Git) -> Path:
    """A repository in which `net/http.py` imports `core/pool.py` and changes together with `guide/http.md`."""
    for name, text in FILES.items():
        write(repository / name, text)
        git("add", ".", cwd=repository)
        git("commit", "-qm", f"Begin {name}", cwd=repository)
    for n in range(3):
        write(repository / "net/http.py", HTTP + f"# {n}\n")
        write(repository / "guide/http.md", f"# Pages, {n}\n")
        git("commit", "-qam", f"Describe how pages are fetched, part {n}", cwd=repository)
    return repository


@pytest.fixture
def open_engine() -> Iterator[Callable[[Path], Engine]]:
    opened: list[Engine] = []

    def open_one(folder: Path) -> Engine:
        opened.append(Engine(folder, parse({"embedding": {"model": "none"}, "search": {"recency_weight": 0}})))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(project: Path, open_engine: Callable[[Path], Engine]) -> Engine:
    """Notes on each file that fit alike, the last ones of them the newest."""
    made = open_engine(project)
    made.index_workspace()
    for n, name in enumerate(("net/http.py", "core/pool.py", "guide/http.md", "ui/page.py", "db/rows.py")):
        made.remember({"kind": "note", "content": f"The limit is {n}{n}", "files": (name,)})
    made.remember({"kind": "note", "content": "The limit of fetchPage"})
    made.remember({"kind": "note", "content": "The limit when QuotaExceeded is raised"})
    assert made.settle(PATIENCE)
    return made


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def hits(engine: Engine, query: str, **focus: object) -> tuple[Hit, ...]:
    """What answers from there, once the neighbours are known."""
    here = Focus.model_validate(focus)
    engine.search(query, focus=here)
    assert engine.settle(PATIENCE)
    return engine.search(query, focus=here).hits


# ---------------------------------------------------------------- what is near


@pytest.mark.parametrize(
    ("focus", "title", "reason"),
    [
        ({"file": "ui/page.py"}, "The limit is 33", "about the file you are in"),
        ({"file": "ui\\page.py"}, "The limit is 33", "about the file you are in"),
        ({"file": "ui/other.py"}, "The limit is 33", "from the folder you are in"),
        ({"recent": ("ui/none.py", "core/pool.py")}, "The limit is 11", "about a file you edited lately"),
        ({"symbol": "fetch_page"}, "The limit of fetchPage", "names the symbol you are at"),
        ({"file": "none.py", "diagnostics": ("quota exceeded", "other")}, "The limit when", "speaks of the problem"),
    ],
    ids=["the file", "the file by Windows' name", "its folder", "edited lately", "the symbol", "a diagnostic"],
)
def test_what_is_near_comes_first_and_says_so(
    engine: Engine, focus: dict[str, object], title: str, reason: str
) -> None:
    first, *rest = hits(engine, "limit", **focus)
    assert first.title.startswith(title)
    assert reason in first.why.lower()
    assert first.parts.focus > max(hit.parts.focus for hit in rest)
    assert sum(first.parts.model_dump().values()) == pytest.approx(first.score)


def test_neighbours_by_import_and_by_habit_come_before_strangers(engine: Engine) -> None:
    found = {hit.files: hit for hit in hits(engine, "limit", file="net/http.py")}
    own, imported, beside, strange = (
        found[(each,)] for each in ("net/http.py", "core/pool.py", "guide/http.md", "db/rows.py")
    )
    assert own.parts.focus > max(beside.parts.focus, imported.parts.focus)
    assert min(beside.parts.focus, imported.parts.focus) > strange.parts.focus == 0
    assert "a neighbour of your file by import" in imported.why
    assert "changes with yours" in beside.why
    back = {hit.files: hit for hit in hits(engine, "limit", file="core/pool.py")}
    assert "by import" in back[("net/http.py",)].why, "who imports it is near too"


def test_the_symbol_is_looked_up_by_the_line(engine: Engine) -> None:
    (hit, *_) = [each for each in hits(engine, "limit", file="net/http.py", line=6) if not each.files]
    assert "names the symbol you are at" in hit.why
    for line in (1, 900):
        assert all("symbol" not in each.why for each in hits(engine, "limit", file="net/http.py", line=line))


def test_the_active_session_is_near(engine: Engine) -> None:
    engine.start_session("Tidy up")
    engine.remember({"kind": "note", "content": "The limit is 99"})
    engine.remember({"kind": "note", "content": "The limit is high", "source": "import"})
    assert engine.settle(PATIENCE)
    found = {hit.title: hit for hit in engine.search("limit").hits}
    assert "from the session you are in" in found["The limit is 99"].why
    assert found["The limit is high"].parts.focus == 0
    engine.end_session()
    assert all(hit.parts.focus == 0 for hit in engine.search("limit").hits)


def test_a_clearly_better_match_stays_first(engine: Engine) -> None:
    engine.remember({"kind": "note", "content": "Rows are read in pages of a hundred"})
    assert engine.settle(PATIENCE)
    everything = {"file": "db/rows.py", "recent": tuple(FILES), "symbol": "limit", "diagnostics": ("the limit is 44",)}
    first, *rest = hits(engine, "rows are read in pages, without a limit", **everything)
    assert first.title.startswith("Rows are read")
    assert max(hit.parts.focus for hit in rest) == pytest.approx(MOST)


def test_without_a_repository_or_an_index_the_rest_counts(
    tmp_path: Path, open_engine: Callable[[Path], Engine]
) -> None:
    engine = open_engine(tmp_path)
    engine.remember({"kind": "note", "content": "The limit", "files": ("a/b.py",)})
    assert engine.settle(PATIENCE)
    (hit,) = hits(
        engine, "limit", file="a/b.py", line=3, recent=("../x", "\0", ""), diagnostics=("", "?", "x" * 99_999)
    )
    assert "about the file you are in" in hit.why


# ---------------------------------------------------------------- this repository


def test_on_real_commits_it_helps_where_it_is_right_and_drowns_nothing_where_it_is_wrong(
    open_engine: Callable[[Path], Engine],
) -> None:
    engine = open_engine(ROOT)
    engine.import_history(limit=25)
    assert engine.settle(PATIENCE)
    changes = [each for each in engine.newest(Filter(kinds=("change",))) if each.files]
    places = {"none": 0.0, "right": 0.0}
    for each in changes:
        vague = each.title.split()[0]
        ranks = {}
        for name, file in (("none", ""), ("right", each.files[0])):
            found = [hit.id for hit in engine.search(vague, limit=100, focus=Focus(file=file)).hits]
            ranks[name] = 1 / (found.index(each.id) + 1) if each.id in found else 0.0
            places[name] += ranks[name]
        assert ranks["right"] >= ranks["none"]
        clear = engine.search(each.title, limit=2).hits
        if len(clear) == 2 and clear[0].score - clear[1].score > MOST:
            for other in changes[::9]:
                wrong = engine.search(each.title, limit=1, focus=Focus(file=other.files[0])).hits
                assert wrong[0].id == clear[0].id
    # The checkout may be a shallow one, of a commit or two.
    assert len(changes) < 20 or places["right"] > places["none"]


# ---------------------------------------------------------------- bounds


def test_many_files_and_messages_cost_no_more_than_a_few() -> None:
    focus = Focus(
        file="a.py",
        recent=tuple(f"f{n}.py" for n in range(5000)),
        diagnostics=tuple(f"problem p{n}q " * 500 for n in range(1000)),
    )
    here = Surroundings(focus, NOTHING, Rarity())
    wide = Note(content="x", files=tuple(f"other{n}x.py" for n in range(5000)))
    assert here.of(split(wide))[0].worth == 0
    assert here.of_file("f19.py").worth > 0
    assert here.of_file("f20.py").worth == 0


def test_the_nearest_of_what_a_file_is_counts() -> None:
    around = Around(imports=frozenset({"b.py", "a.py"}), together={"b.py": 0.2, "c.py": 1.0})
    here = Surroundings(Focus(file="a.py", recent=("b.py",)), around, Rarity())
    assert here.of_file("a.py").reasons == ("about the file you are in",)
    assert here.of_file("b.py").reasons == ("about a file you edited lately",)
    assert here.of_file("c.py").reasons == ("about a file that changes with yours",)
    assert here.of_file("d.py").reasons == ()

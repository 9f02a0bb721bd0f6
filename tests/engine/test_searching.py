from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.opened import Engine
from tests.patience import PATIENCE
from whence.faces.mcp import answers, tools
from whence.retrieval.code import Measured, fits, place_of
from whence.retrieval.query import Query
from whence.values.calibration import CALIBRATIONS
from whence.values.errors import InvalidRequest, NotFound
from whence.values.protocol import CODE, Focus
from whence.values.settings import parse

CART = '''\
"""Carts of a shop."""


class Cart:
    """What is bought."""

    def grand_total(self) -> float:
        """Sum up what all items cost, taxes included."""
        return self.net + self.taxes
'''

Make = Callable[..., Engine]


@pytest.fixture
def shop(repository: Path) -> Path:
    (repository / "shop").mkdir()
    (repository / "shop" / "cart.py").write_text(CART, encoding="utf-8")
    (repository / "web").mkdir()
    for n in range(12):
        (repository / "web" / f"page{n}.ts").write_text(
            f"/** Shows the total of page {n}. */\nexport function showTotal{n}() {{}}\n", encoding="utf-8"
        )
    return repository


@pytest.fixture
def make(shop: Path) -> Iterator[Make]:
    opened: list[Engine] = []

    def one() -> Engine:
        opened.append(Engine(shop, parse({"embedding": {"model": "none"}})))
        return opened[-1]

    yield one
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(make: Make) -> Engine:
    made = make()
    made.index_workspace()
    for n in range(4):
        made.remember({"kind": "note", "content": f"The total of the cart is rounded in country {n}, by law {n}{n}"})
    made.remember({"kind": "decision", "decision": "A grand total holds all taxes", "files": ("shop/cart.py",)})
    assert made.settle(PATIENCE)
    return made


def test_code_is_found_by_the_same_search_and_opens_at_its_line(engine: Engine, shop: Path) -> None:
    result = engine.search("grand_total", kinds=("code",))
    hit = result.hits[0]
    assert (hit.kind, hit.title, hit.description) == (CODE, "Cart.grand_total", "shop/cart.py:7")
    assert hit.location is not None
    assert (hit.location.path, hit.location.line) == ("shop/cart.py", 7)
    assert hit.location.uri == (shop / "shop" / "cart.py").as_uri()
    assert "Sum up" in hit.snippet
    assert hit.why.startswith("Has the name you ask for")
    assert sum(hit.parts.model_dump().values()) == pytest.approx(hit.score)
    assert (datetime.now(UTC) - hit.created_at).days == 0
    assert not result.weak


def test_without_kinds_memories_alone_answer(engine: Engine) -> None:
    for query in ("grand_total", "Cart", "total of the cart"):
        assert CODE not in {hit.kind for hit in engine.search(query).hits}


def test_code_never_drowns_memories(engine: Engine) -> None:
    hits = engine.search("total", kinds=("code", "note"), limit=9).hits
    kinds = [hit.kind for hit in hits]
    assert len(hits) == 9
    assert kinds.count("note") == 4, "all notes stand, and code takes the places that they leave"
    hits = engine.search("total", kinds=("code", "note"), limit=5).hits
    assert [hit.kind for hit in hits].count(CODE) <= 1
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_what_is_named_exactly_comes_first_among_memories_too(engine: Engine) -> None:
    hits = engine.search("grand_total", kinds=("decision", "code")).hits
    assert [hit.kind for hit in hits[:2]] == [CODE, "decision"]
    assert engine.search("grand_total", kinds=("decision", "code"), limit=1).hits[0].kind == CODE


def test_files_choose_code_and_memories(engine: Engine) -> None:
    hits = engine.search("total", kinds=("code", "decision"), files=("shop",)).hits
    assert {hit.files for hit in hits} == {("shop/cart.py",)}


@pytest.mark.parametrize(
    ("options", "note"),
    [
        ({"query": ""}, "Name a function or class"),
        ({"query": "cart", "labels": ("x",)}, "no labels"),
        ({"query": "zebra quantum"}, "Nothing fits"),
    ],
    ids=["nothing asked", "labels", "nothing there"],
)
def test_a_search_of_code_that_finds_nothing_says_why(engine: Engine, options: dict[str, object], note: str) -> None:
    result = engine.search(kinds=("code",), **options)  # type: ignore[arg-type] # the options vary
    assert result.hits == ()
    assert note in result.note


def test_a_project_that_is_not_indexed_says_what_to_do(make: Make) -> None:
    engine = make()
    engine.remember({"kind": "note", "content": "The total of the cart is rounded"})
    assert engine.settle(PATIENCE)
    alone = engine.search("cart", kinds=("code",))
    assert alone.hits == ()
    assert "“Index Workspace”" in alone.note
    mixed = engine.search("cart", kinds=("code", "note"))
    assert [hit.kind for hit in mixed.hits] == ["note"]
    assert "“Index Workspace”" in mixed.note


def test_an_unknown_kind_is_told_with_those_there_are(engine: Engine) -> None:
    with pytest.raises(InvalidRequest, match=r"no kind 'cod'.*decision.*code"):
        engine.search("x", kinds=("cod",))


def test_a_hit_in_the_code_is_shown_whole(engine: Engine, shop: Path) -> None:
    (hit, *_) = engine.search("grand_total", kinds=("code",)).hits
    page = engine.get(hit.id).markdown
    assert page.startswith("# `Cart.grand_total`\n\nMethod at `shop/cart.py:7`\n\nSum up")
    assert "```python\ndef grand_total(self) -> float:\n" in page
    assert "return self.net + self.taxes" in page
    moved = hit.id.replace(":7#", ":90#")
    assert engine.get(moved).markdown == page, "what has moved is found by its name"
    for gone in (hit.id.replace("grand_total", "nothing"), "code:../secrets.py:1#x", "code:shop/none.py:1#x"):
        with pytest.raises(NotFound, match="Search again"):
            engine.get(gone)
    with pytest.raises(NotFound, match="no memory"):
        engine.get("code:")


def test_secrets_stay_out_of_the_page(engine: Engine, shop: Path) -> None:
    secret = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"
    (shop / "shop" / "cart.py").write_text(CART.replace("self.net", f'"{secret}"'), encoding="utf-8")
    (hit, *_) = engine.search("grand_total", kinds=("code",)).hits
    page = engine.get(hit.id).markdown
    assert "redacted" in page
    assert secret not in page


def test_an_untrusted_workspace_shows_no_source(engine: Engine) -> None:
    (hit, *_) = engine.search("grand_total", kinds=("code",)).hits
    engine.project.trusted = False
    page = engine.get(hit.id).markdown
    assert "def grand_total" in page
    assert "self.taxes" not in page


def test_the_place_counts_for_code_too(engine: Engine) -> None:
    focus = Focus(file="web/page7.ts")
    (hit, *_) = engine.search("show the total of a page", kinds=("code",), focus=focus).hits
    assert hit.files == ("web/page7.ts",)
    assert "about the file you are in" in hit.why.lower()


def test_assistants_read_where_code_stands(engine: Engine) -> None:
    told = answers.text(tools.search(engine.project, "grand_total", kinds=("code",)))
    assert told.splitlines()[0].endswith("Cart.grand_total shop/cart.py:7")
    id = told.split()[0]
    assert "return self.net" in answers.text(tools.get(engine.project, (id,)))


def test_the_parts_of_a_fit() -> None:
    found = [Measured("grand_total", 2.0, 0.5, "grand total sum"), Measured("show", 1.0, None, "show total")]
    minilm = CALIBRATIONS["all-MiniLM-L6-v2"]
    exact, other = fits(Query("grandTotal"), found, minilm)
    assert exact.named == pytest.approx(1.0)
    assert exact.coverage == 1.0
    assert other.named == 0
    alone, mixed = (fits(Query("sum of it"), found, minilm, mixed=each)[0] for each in (False, True))
    assert alone.lexical == pytest.approx(0.05)
    assert mixed.lexical == pytest.approx(0.2)
    assert mixed.held == {"sum"}


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("code:a/b c.py:7#Cart.total", ("a/b c.py", 7, "Cart.total")),
        ("code:a:1.py:7#operator ::<", ("a:1.py", 7, "operator ::<")),
        ("code:a.py#x", None),
        ("0190a-b", None),
        ("", None),
    ],
)
def test_the_id_of_a_hit_tells_its_place(id: str, expected: object) -> None:
    assert place_of(id) == expected


def test_a_trace_finds_which_of_the_changes_of_its_file_touched_its_line(shop: Path) -> None:
    """Ten changes of one file that say the same of themselves; what was added above has moved the lines since."""
    with Engine(shop, parse({"embedding": {"model": "none"}})) as engine:
        ids = []
        for n in range(10):
            diff = f"@@ -{100 * n + 40},3 +{100 * n + 40},3 @@ def total\n x\n-taxes = {n}\n+taxes = {n + 1}\n y"
            edit = {"path": "shop/cart.py", "diff": diff}
            ids.append(
                engine.remember(
                    {
                        "kind": "change",
                        "reason": f"KeyError of taxes in total {n}{n}",
                        "edits": [edit],
                        "files": ["shop/cart.py"],
                    }
                ).ids[0]
            )
        for n in range(30):
            engine.remember({"kind": "note", "content": f"Another matter, {n * 'so '}"})
        grown = {"path": "shop/cart.py", "diff": "@@ -1,0 +1,250 @@\n" + "\n".join(f"+line {n}" for n in range(250))}
        engine.remember({"kind": "change", "reason": "Say more", "edits": [grown], "files": ["shop/cart.py"]})
        assert engine.settle(PATIENCE)
        trace = "Traceback (most recent call last):\n  File \"/srv/shop/cart.py\", line {}, in total\nKeyError: 'taxes'"
        as_told, moved = (engine.search(trace.format(line)).hits[0] for line in (441, 791))
        assert as_told.id == ids[4], "the trace may be of the code before that change"
        assert moved.id == ids[5], "or of today's"
        assert "changed lines that the trace runs through" in as_told.why
        assert as_told.parts.lines > 0.4
        assert engine.search("taxes in line 441 of shop/cart.py").hits[0].parts.lines == 0


# ------------------------------------------------------------ columns


def test_a_search_finds_the_same_with_columns_and_without(shop: Path) -> None:
    told = ("The parser reads options", "Options are read lazily", "The cart sums up taxes", "Parse taxes of a cart")
    answers: list[list[list[tuple[str, float]]]] = []
    for columns in (True, False):
        with Engine(shop, parse({"embedding": {"model": "none"}, "search": {"columns": columns}})) as engine:
            if columns:
                for each in told:
                    engine.remember({"kind": "note", "content": each})
                engine.settle(PATIENCE)
            assert (engine.project.store.passages.columns.current() is not None) == columns
            found = [engine.search(query).hits for query in ("options", "parse taxes", "sums", "reads options lazily")]
            answers.append([[(hit.title, round(hit.score, 3)) for hit in hits] for hits in found])
    assert answers[0] == answers[1]
    assert all(answers[0])

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import model_cache
from tests.conftest import Git
from tests.opened import Engine
from tests.patience import PATIENCE, until
from whence.background import code_files
from whence.background.code_index import CodeIndex
from whence.values.errors import Cancelled, InvalidRequest, NotFound
from whence.values.settings import parse

PLAIN = {"embedding": {"model": "none"}}
SECRET = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"

CART = '''\
"""Carts of a shop."""
from shop.money import Euro


class Cart:
    """What is bought."""

    def add_item(self, item: str) -> None:
        """Put something in."""

    def grand_total(self) -> Euro:
        """Sum up what all items cost, taxes included."""
'''
MONEY = "class Euro:\n    pass\n\n\ndef parse_amount(text: str) -> Euro:\n    '''Read an amount of money.'''\n"

Make = Callable[..., Engine]


@pytest.fixture
def shop(repository: Path) -> Path:
    for name, text in {
        "shop/__init__.py": "",
        "shop/cart.py": CART,
        "shop/money.py": MONEY,
        "tests/test_cart.py": "from shop.cart import Cart\n\n\ndef test_total():\n    assert Cart().grand_total()\n",
        "web/page.ts": "import { draw } from './draw';\nexport function render(cart: Cart) { draw(cart); }\n",
        "web/draw.ts": "export const draw = (cart: Cart) => cart;\n",
    }.items():
        write(repository / name, text)
    return repository


def write(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.fixture
def make(shop: Path) -> Iterator[Make]:
    opened: list[Engine] = []

    def one(folder: Path = shop, *, capture: bool = False, trusted: bool = True, **settings: object) -> Engine:
        opened.append(Engine(folder, parse({**PLAIN, **settings}), capture=capture, trusted=trusted))
        return opened[-1]

    yield one
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(make: Make) -> Engine:
    made = make()
    made.index_workspace()
    return made


def names(engine: Engine, query: str, **filters: object) -> list[str]:
    return [hit.name for hit in engine.search_code(query, **filters).hits]  # type: ignore[arg-type] # the filters vary


# ---------------------------------------------------------------- searching


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("grand_total", "Cart.grand_total"),
        ("grandTotal", "Cart.grand_total"),
        ("Cart.grand_total", "Cart.grand_total"),
        ("Euro", "Euro"),
        ("render", "render"),
        ("sum up what items cost", "Cart.grand_total"),
        ("where is an amount of money read", "parse_amount"),
        ("carts of a shop", "cart"),
    ],
)
def test_code_is_found_by_name_and_by_words(engine: Engine, query: str, first: str) -> None:
    assert names(engine, query)[0] == first


def test_a_hit_tells_where_it_stands(engine: Engine) -> None:
    (hit, *_) = engine.search_code("grand_total").hits
    assert (hit.path, hit.line, hit.end_line, hit.kind) == ("shop/cart.py", 11, 12, "method")
    assert hit.signature == "def grand_total(self) -> Euro"
    assert hit.exact
    assert hit.language == "python"


def test_filters_choose_files_and_languages(engine: Engine) -> None:
    assert set(names(engine, "cart", files=("web",))) == {"render", "draw"}
    assert set(names(engine, "cart", languages=("TypeScript",))) == {"render", "draw"}
    assert names(engine, "draw", files=("shop",)) == []
    with pytest.raises(InvalidRequest, match="No language cobol"):
        engine.search_code("cart", languages=("cobol",))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "x",
        "'",
        '"',
        "a AND OR (",
        "'; DROP TABLE files; --",
        "\x00\x1b",
        "数据",
        "w " * 20_000,
        "x" * 100_000,
        "\ud800",
    ],
    ids=lambda query: ascii(query[:8]),
)
def test_any_query_is_safe(engine: Engine, query: str) -> None:
    result = engine.search_code(query)
    assert result.hits or result.note


def test_an_outline_and_the_symbols_of_lines(engine: Engine) -> None:
    found = engine.outline_file("shop/cart.py")
    assert [each.name for each in found.entities] == ["cart", "Cart", "Cart.add_item", "Cart.grand_total"]
    assert engine.symbols_at("shop/cart.py", range(2, 13)) == ("Cart", "Cart.add_item", "Cart.grand_total")
    assert engine.symbols_at("nothing.py", range(1, 3)) == ()


def test_what_cannot_be_answered_says_what_to_do(make: Make, shop: Path) -> None:
    fresh = make()
    for ask in (fresh.dependencies, fresh.outline_file, fresh.search_code, fresh.refactor_impact, fresh.graph):
        with pytest.raises(InvalidRequest, match="index-workspace"):
            ask("shop/cart.py")
    fresh.index_workspace()
    write(shop / "new.py", "x = 1\n")
    write(shop / "notes.md", "x")
    for path, error, told in (
        ("../x.py", InvalidRequest, "outside"),
        ("/etc/passwd", InvalidRequest, "outside"),
        ("C:\\x.py", InvalidRequest, "outside"),
        ("", InvalidRequest, "Name a file"),
        ("gone.py", NotFound, "no file gone.py"),
        ("new.py", InvalidRequest, "not indexed"),
        ("notes.md", InvalidRequest, "none of the languages"),
    ):
        with pytest.raises(error, match=told):
            fresh.dependencies(path)
    with pytest.raises(InvalidRequest, match="not trusted"):
        make(trusted=False).index_workspace()


def test_an_empty_project_says_so(make: Make, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    empty = make(tmp_path / "empty")
    assert empty.index_workspace().note.startswith("No code was found")
    assert empty.search_code("x").note == "No code was found to index."


# ---------------------------------------------------------------- indexing


def test_indexing_again_reads_only_what_changed(engine: Engine, shop: Path) -> None:
    first = engine.index_workspace()
    assert (first.added, first.updated, first.unchanged, first.removed) == (0, 0, 7, 0)
    write(shop / "shop/money.py", MONEY + "\n\ndef split_bill(): ...\n")
    os.utime(shop / "shop/cart.py", ns=(1, 1))  # touched, and the same
    (shop / "web/draw.ts").unlink()
    write(shop / "web/new.ts", "export function brandNew() {}\n")
    done = engine.index_workspace()
    assert (done.added, done.updated, done.unchanged, done.removed) == (1, 1, 5, 1)
    assert names(engine, "split_bill")[0] == "split_bill"
    assert names(engine, "brandNew")[0] == "brandNew"
    assert "draw" not in names(engine, "draw")
    files, entities = engine.code_index.store.count()
    assert (files, entities) == (done.files, done.entities)
    assert engine.index_workspace().unchanged == 7


def test_what_git_ignores_and_what_is_excluded_is_left_out(make: Make, shop: Path, git: Git) -> None:
    write(shop / ".gitignore", "built/\n")
    write(shop / "built/a.py", "def ignored(): ...\n")
    write(shop / "vendor/b.py", "def vendored(): ...\n")
    write(shop / "id_rsa.py", "def fine(): ...\n")
    engine = make(code={"exclude": ["vendor/"]})
    engine.index_workspace()
    assert names(engine, "ignored") == names(engine, "vendored") == []


def test_without_git_all_is_read_but_what_is_built(make: Make, tmp_path: Path) -> None:
    write(tmp_path / "plain/a.py", "def here(): ...\n")
    write(tmp_path / "plain/node_modules/b.js", "function there() {}\n")
    engine = make(tmp_path / "plain")
    assert engine.index_workspace().files == 1
    assert names(engine, "here") == ["here"]


def test_odd_files_are_safe_and_counted(make: Make, shop: Path) -> None:
    write(shop / "bom.py", b"\xef\xbb\xbfdef with_mark(): ...\n")
    write(shop / "wide.py", "def wide_chars(): ...\n".encode("utf-16"))
    write(shop / "latin.py", b"# caf\xe9\ndef latin_letters(): ...\n")
    write(shop / "binary.py", b"\0\1\2" * 100)
    write(shop / "huge.js", "function a(){}\n" * 100_000)
    write(shop / "app.min.js", "function minifiedOne(){return 1}" * 2000)
    write(shop / "half.py", "def whole_one(): ...\n\ndef broken(:\n")
    write(shop / "prose.go", "It was (the best of times.\n" * 5000)
    if sys.platform != "win32":
        (shop / "loop").symlink_to(shop, target_is_directory=True)
        (shop / "link.py").symlink_to(shop / "bom.py")
    engine = make()
    done = engine.index_workspace()
    left_out = {each.reason: each.examples for each in done.left_out}
    assert left_out == {
        "larger than 1 MB": ("huge.js",),
        "lines too long to have been written by a person": ("app.min.js",),
        "no text": ("binary.py",),
        "a file that its grammar can't read": ("prose.go",),
    }
    assert done.broken == 1
    for name in ("with_mark", "wide_chars", "latin_letters", "whole_one"):
        assert names(engine, name)[0] == name
    again = engine.index_workspace()
    assert {each.reason: each.count for each in again.left_out} == dict.fromkeys(left_out, 1)
    assert (again.added, again.updated) == (0, 0)


def test_the_limit_of_files_is_said_aloud(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_files, "MAX_FILES", 3)
    done = engine.index_workspace()
    assert done.files == 3
    assert "limit" in done.note


def test_stopping_keeps_what_is_done_and_the_next_goes_on(make: Make, shop: Path) -> None:
    for number in range(250):
        write(shop / f"many/m{number}.py", f"def made_{number}(): ...\n")
    engine = make()
    told: list[str] = []

    def stop(message: str, share: float) -> None:
        told.append(message)
        assert 0 <= share <= 1
        if "100 done" in message:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        engine.index_workspace(progress=stop)
    assert engine.code_index.store.count()[0] == 100
    assert not engine.code_index.store.complete
    done = engine.index_workspace()
    assert (done.added, done.unchanged) == (157, 100)
    assert len({hit.path for hit in engine.search_code("made", limit=200).hits}) == 100


def test_two_processes_index_the_same_and_nothing_is_there_twice(make: Make) -> None:
    one, other = make(), make()
    assert one.index_workspace().entities == other.index_workspace().entities
    assert names(one, "parse_amount").count("parse_amount") == 1


def test_secrets_are_not_kept(make: Make, shop: Path) -> None:
    write(shop / "keys.py", f'def connect(token="{SECRET}"):\n    """Uses {SECRET} by default."""\n')
    engine = make()
    engine.index_workspace()
    (hit, *_) = engine.search_code("connect").hits
    assert SECRET not in hit.model_dump_json()
    for file in engine.place.home.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes()


@pytest.mark.parametrize("table", ["files", "entities"])
def test_a_damaged_table_is_made_anew(make: Make, table: str) -> None:
    engine = make()
    engine.index_workspace()
    engine.close()
    for file in (engine.code_index._folder / f"{table}.lance").rglob("*"):
        if file.is_file():
            file.write_bytes(b"damaged")
    again = make()
    assert again.index_workspace().added == 7
    assert names(again, "parse_amount")[0] == "parse_amount"


# ---------------------------------------------------------------- keeping up


def test_saves_are_kept_up_with_once_asked(make: Make, shop: Path) -> None:
    engine = make(capture=True)
    write(shop / "early.py", "def before_asking(): ...\n")
    engine.saved(shop / "early.py")
    assert not engine.code_index.exists
    engine.index_workspace()
    write(shop / "shop/late.py", "def after_asking(): ...\n")
    engine.saved(shop / "shop/late.py")
    until(lambda: names(engine, "after_asking")[:1] == ["after_asking"])
    (shop / "shop/late.py").unlink()
    engine.saved(shop / "shop/late.py")
    until(lambda: names(engine, "after_asking")[:1] != ["after_asking"])


def test_edits_outside_of_the_editor_are_noticed(make: Make, shop: Path) -> None:
    engine = make(capture=True)
    engine.index_workspace()
    assert engine.settle(PATIENCE)
    write(shop / "shop/tool.py", "def from_outside(): ...\n")
    until(lambda: names(engine, "from_outside")[:1] == ["from_outside"])


def test_a_project_that_was_indexed_is_caught_up_with_when_opened(make: Make, shop: Path) -> None:
    first = make()
    first.index_workspace()
    first.close()
    write(shop / "away.py", "def while_away(): ...\n")
    engine = make(capture=True)
    until(lambda: names(engine, "while_away")[:1] == ["while_away"])


def test_opening_a_project_indexes_nothing_unasked(make: Make) -> None:
    engine = make(capture=True)
    assert engine.settle(PATIENCE)
    assert not engine.code_index.exists


def test_a_setting_indexes_every_project(make: Make) -> None:
    engine = make(capture=True, code={"index": True})
    until(lambda: engine.code_index.exists and engine.code_index.store.complete)
    assert names(engine, "parse_amount")[0] == "parse_amount"


class Counting:
    """Stands for the indexer's model, which is tested elsewhere: the real one, with a count of what it was asked."""

    local = True

    def __init__(self) -> None:
        from whence.models.embedding import load

        self.embedder = load(model_cache.cached_model(), model_cache.NAME)
        self.asked: list[str] = []

    def vector(self, texts: list[str]) -> object:
        self.asked += texts
        return self.embedder.embed(texts)


def test_vectors_are_made_once_and_follow_a_moved_file(shop: Path, tmp_path: Path) -> None:
    counting = Counting()
    index = CodeIndex(shop, tmp_path / "index" / "one", (), counting, model_cache.NAME)  # type: ignore[arg-type] # only its vectors
    index.index()
    assert index.embed()
    made = len(counting.asked)
    assert made == index.store.count()[1] == index.store.embedded(model_cache.NAME)
    (shop / "shop/cart.py").rename(shop / "shop/basket.py")
    write(shop / "shop/money.py", MONEY.replace("Read an amount", "Understand an amount"))
    index.index()
    assert index.embed()
    first_lines = sorted(text.partition("\n")[0] for text in counting.asked[made:])
    assert first_lines == ["function parse_amount", "module basket"]  # a file's own entity has its name
    assert {each.path for each in index.store.pieces("shop/basket.py")} == {"shop/basket.py"}
    assert index.store.pieces("shop/cart.py") == []
    index.close()


def test_code_is_found_by_meaning(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    model_cache.cached_model()
    monkeypatch.setenv("WHENCE_CACHE", str(model_cache.CACHE.parent))
    engine = make(embedding={"model": model_cache.NAME})
    engine.index_workspace(vectors=True)
    result = engine.search_code("price of everything together with levies")
    assert result.mode == "words and meaning"
    assert result.hits[0].name == "Cart.grand_total"
    assert engine.search_code("draw").hits[0].name == "draw"


# ---------------------------------------------------------------- structure


def test_dependencies_of_a_file(engine: Engine, shop: Path) -> None:
    found = engine.dependencies("shop/cart.py")
    assert [each.path for each in found.imports] == ["shop/money.py"]
    assert [each.path for each in found.imported_by] == ["tests/test_cart.py"]
    assert found.cycle == ()
    assert "`shop/money.py`" in found.markdown
    assert [(each.path, each.depth) for each in engine.dependencies("shop/money.py", 2).imported_by] == [
        ("shop/cart.py", 1),
        ("tests/test_cart.py", 2),
    ]
    write(shop / "shop/money.py", "import shop.cart\nfrom shop import gone\nimport json\n")
    engine.index_workspace()
    found = engine.dependencies("shop/money.py")
    assert found.cycle == ("shop/cart.py", "shop/money.py")
    assert found.external == 1


def test_a_configuration_that_changes_is_read_again(engine: Engine, shop: Path) -> None:
    write(shop / "web/page.ts", "import { draw } from '@/draw';\n")
    engine.index_workspace()
    assert engine.dependencies("web/page.ts").imports == ()
    write(shop / "tsconfig.json", '{"compilerOptions": {"paths": {"@/*": ["./web/*"]}}}')
    assert [each.path for each in engine.dependencies("web/page.ts").imports] == ["web/draw.ts"]


def test_impact_knows_dependents_tests_habits_bugs_and_decisions(engine: Engine, shop: Path, git: Git) -> None:
    for number in range(3):
        write(shop / "shop/money.py", MONEY + f"# {number}\n")
        write(shop / "web/draw.ts", f"export const draw = {number};\n")
        git("add", ".", cwd=shop)
        git("commit", "-qm", f"Change {number}", cwd=shop)
    engine.remember({"kind": "decision", "decision": "Money is Euro", "files": ["shop/money.py"]})
    engine.remember({"kind": "bug", "message": "Rounding is off", "files": ["shop/money.py"]})
    engine.index_workspace()
    found = engine.refactor_impact("shop/money.py")
    assert found.direct == ("shop/cart.py",)
    assert [each.path for each in found.transitive] == ["tests/test_cart.py"]
    assert found.tests == ("tests/test_cart.py",)
    assert ("web/draw.ts", 3, 1.0) in [(each.path, each.support, each.confidence) for each in found.together]
    assert [each.title for each in found.decisions] == ["Money is Euro"]
    assert len(found.bugs) == 1
    assert found.risk == "medium"
    assert any("web/draw.ts" in each for each in found.reasons)
    assert found.recommendations
    assert "**Risk: medium**" in found.markdown


def test_the_order_of_a_refactoring(engine: Engine, shop: Path) -> None:
    found = engine.refactor_order(("tests/test_cart.py", "shop/money.py", "shop/cart.py"))
    assert [each.files for each in found.steps] == [("shop/money.py",), ("shop/cart.py",), ("tests/test_cart.py",)]
    assert found.steps[1].after == ("shop/money.py",)
    assert "1. `shop/money.py`" in found.markdown
    write(shop / "shop/money.py", "from shop.cart import Cart\n")
    engine.index_workspace()
    first = engine.refactor_order(("shop/money.py", "shop/cart.py")).steps[0]
    assert first.cycle
    assert first.files == ("shop/cart.py", "shop/money.py")


def test_the_graph_around_a_file(engine: Engine) -> None:
    found = engine.graph("shop/cart.py")
    assert found.nodes[0].path == "shop/cart.py"
    assert {(each.source, each.target) for each in found.edges} == {
        ("shop/cart.py", "shop/money.py"),
        ("tests/test_cart.py", "shop/cart.py"),
    }
    assert {each.path for each in found.nodes if each.test} == {"tests/test_cart.py"}

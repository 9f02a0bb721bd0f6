import pytest

from whence.analysis.cochange import Habits, current_names, habits, together
from whence.analysis.graph import Graph, around, circles, components, distances, is_test, longest_chain, order
from whence.analysis.impact import Facts, weigh

pytestmark = pytest.mark.quick

EDGES = {
    "app": ["cart", "log"],
    "cart": ["money", "item"],
    "item": ["cart", "log"],
    "money": ["log"],
    "log": [],
    "alone": [],
}


def test_distances_are_the_fewest_imports() -> None:
    assert distances(EDGES, "app") == {"cart": 1, "log": 1, "item": 2, "money": 2}
    assert distances(EDGES, "app", 1) == {"cart": 1, "log": 1}
    assert distances(Graph(EDGES).imported_by, "log", 1) == {"app": 1, "item": 1, "money": 1}
    assert distances(EDGES, "unknown") == {}


def test_the_longest_chain_is_told_not_the_nearest_way() -> None:
    assert longest_chain(EDGES, "log") == longest_chain(EDGES, "alone") == longest_chain(EDGES, "unknown") == 0
    assert longest_chain(EDGES, "money") == 1
    assert longest_chain({"a": ["b", "d"], "b": ["c"], "c": ["d"], "d": []}, "a") == 3
    assert longest_chain(EDGES, "cart") == 3  # cart and item are a circle; then money, log
    assert longest_chain(EDGES, "app") == 4
    far = {str(n): [str(n + 1)] for n in range(5000)}
    assert longest_chain(far, "0") == 5000


def test_a_circle_is_named_for_each_of_its_files() -> None:
    assert circles(EDGES) == [("cart", "item")]
    assert Graph(EDGES).circle("item") == ("cart", "item")
    assert Graph(EDGES).circle("app") == ()


def test_a_file_that_imports_itself_is_no_circle() -> None:
    assert circles({"a": ["a"]}) == []


@pytest.mark.parametrize(
    ("chosen", "steps"),
    [
        ("app log", [("log",), ("app",)]),
        ("cart item money app", [("money",), ("cart", "item"), ("app",)]),
        ("app alone", [("alone",), ("app",)]),
        ("item money", [("money",), ("item",)]),
        ("", []),
    ],
)
def test_leaves_come_first_and_circles_stay_together(chosen: str, steps: list[tuple[str, ...]]) -> None:
    assert sorted(order(EDGES, chosen.split())) == sorted(steps)
    placed = {path: number for number, step in enumerate(order(EDGES, chosen.split())) for path in step}
    for path, number in placed.items():
        for other in set(distances(EDGES, path)) & placed.keys():
            assert placed[other] <= number


def test_files_that_depend_on_each_other_by_way_of_others_stay_together() -> None:
    edges = {"a": ["x"], "x": ["b"], "b": ["y"], "y": ["a"]}
    assert order(edges, ["a", "b"]) == [("a", "b")]


def test_a_chain_of_any_length_has_its_order() -> None:
    edges = {f"{n:06}": [f"{n + 1:06}"] for n in range(50_000)}
    assert len(components(edges)) == 50_001
    assert order(edges, ["000000", "049999"]) == [("049999",), ("000000",)]


def test_the_picture_around_a_file_shows_the_nearest_first() -> None:
    near, edges, left_out = around(Graph(EDGES), "cart", 1, 10)
    assert near == {"cart": 0, "app": 1, "item": 1, "money": 1}
    assert ("app", "cart") in edges
    assert ("item", "cart") in edges
    assert left_out == 0
    assert around(Graph(EDGES), "cart", 2, 3)[2] == 2


@pytest.mark.parametrize(
    "path",
    [
        "tests/helper.py",
        "src/test_a.py",
        "a/b_test.go",
        "src/Cart.test.tsx",
        "x/__tests__/a.js",
        "src/test/java/a/B.java",
        "a/CartTest.java",
        "a/CartTests.cs",
        "spec/cart_spec.rb",
        "a/b.spec.ts",
        "conftest.py",
    ],
)
def test_a_test_is_known_by_its_name(path: str) -> None:
    assert is_test(path)


@pytest.mark.parametrize("path", ["src/contest.py", "src/latest.ts", "attest/a.go", "inspector.rb", "testimony/a.py"])
def test_other_names_are_no_tests(path: str) -> None:
    assert not is_test(path)


def test_files_that_change_together_have_support_and_confidence() -> None:
    known = habits([("a", "b"), ("a", "b", "c"), ("a",), ("a", "c"), ("d", "c"), ["a", *map(str, range(40))]])
    assert known.looked_at == 6
    assert known.left_out == 1
    found = together(known, "a")
    assert [(each.path, each.support, each.confidence) for each in found] == [("b", 2, 0.5), ("c", 2, 0.5)]
    assert [each.path for each in together(known, "b")] == ["a"]
    assert together(known, "d") == []
    assert together(Habits(), "a") == []


def test_a_renamed_file_keeps_its_past() -> None:
    log = [[("new", "new")], [("new", "middle"), ("b", "b")], [("middle", "old")], [("old", "old"), ("b", "b")]]
    assert list(current_names(log)) == [["new"], ["new", "b"], ["new"], ["new", "b"]]


@pytest.mark.parametrize(
    ("facts", "risk", "reason"),
    [
        (Facts("a", 0, 0, 50), "low", "No indexed file imports it."),
        (Facts("a", 1, 1, 50, tests=["t"]), "low", "1 file depends on it."),
        (Facts("a", 2, 6, 500), "medium", "No test reaches it by imports."),
        (Facts("a", 4, 30, 500, tests=["t"]), "medium", "30 files depend on it, 6% of the project."),
        (Facts("a", 4, 30, 60, tests=["t"]), "high", "30 files depend on it, 50% of the project."),
        (Facts("a", 4, 30, 500, circle=["a", "b"], bugs=1), "high", "1 bug was met there."),
        (Facts("a", 1, 1, 50, tests=["t"], bugs=3), "medium", "3 bugs were met there."),
        (Facts("a", 1, 1, 50, decisions=1), "low", "1 decision concerns it."),
    ],
)
def test_a_risk_has_its_reasons(facts: Facts, risk: str, reason: str) -> None:
    verdict = weigh(facts)
    assert verdict.risk == risk
    assert reason in verdict.reasons
    assert verdict.recommendations or facts.dependents < 2

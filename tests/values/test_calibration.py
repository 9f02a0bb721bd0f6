"""What calibrates an embedding model stands in one place."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from whence.models.embedding import MODELS
from whence.values.calibration import CALIBRATIONS, UNMEASURED, calibration_of

pytestmark = pytest.mark.quick

PACKAGE = Path(__file__).resolve().parents[2] / "server" / "whence"
COMPARING = [path for room in ("retrieval", "analysis", "engine") for path in sorted((PACKAGE / room).rglob("*.py"))]
"""The modules that make something of cosines."""

COSINE = re.compile(r"cosine|semantic|likeness|near(?:est|ness)?\b|@", re.IGNORECASE)
"""How a cosine is called, or made."""


def literals_beside_cosines(source: str) -> Iterator[int]:
    """The lines that compare a cosine with a number other than 0, or name such a number as a threshold of cosines."""
    body = ast.parse(source)
    for node in ast.walk(body):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            numbers = [each.value for each in sides if isinstance(each, ast.Constant)]
            if any(isinstance(each, float) and each for each in numbers) and COSINE.search(ast.unparse(node)):
                yield node.lineno
    for said, docstring in zip(body.body, body.body[1:], strict=False):
        if isinstance(said, ast.Assign | ast.AnnAssign) and isinstance(docstring, ast.Expr) and said.value is not None:
            number = any(isinstance(each, ast.Constant) and type(each.value) is float for each in ast.walk(said.value))
            if number and "cosine" in ast.unparse(docstring).lower():
                yield said.lineno


@pytest.mark.parametrize("model", sorted(MODELS))
def test_every_model_that_runs_here_is_calibrated(model: str) -> None:
    assert calibration_of(model) is CALIBRATIONS[model]
    assert set(CALIBRATIONS[model].words) == {"short", "report", "trace"}


def test_no_model_is_calibrated_that_is_not_there() -> None:
    assert set(CALIBRATIONS) == set(MODELS)


@pytest.mark.parametrize("model", ["openai/text-embedding-3-small", "none", "", "ALL-MINILM-L6-V2"])
def test_a_model_that_nobody_measured_gets_the_careful_calibration(model: str) -> None:
    assert calibration_of(model) is UNMEASURED


@pytest.mark.parametrize("model", sorted(CALIBRATIONS))
def test_the_careful_calibration_claims_less_than_a_measured_one(model: str) -> None:
    careful, measured = UNMEASURED, CALIBRATIONS[model]
    for name in ("weak", "close", "same", "nearly_same", "alike_bugs", "near_bugs"):
        assert getattr(careful, name) > getattr(measured, name), name
    assert careful.floor < measured.floor, "a weak answer is better than none"


@pytest.mark.parametrize("model", [*CALIBRATIONS, "unmeasured"])
def test_thresholds_are_in_order(model: str) -> None:
    found = calibration_of(model)
    assert 0 < found.floor < found.weak < 2
    assert 0 < found.close < found.nearly_same < found.same < 1
    assert 0 < found.alike_bugs < found.near_bugs < 1
    assert found.words_of_code <= found.words_of_code_among_others <= found.words_of_code_named


@pytest.mark.parametrize("path", COMPARING, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_cosine_is_compared_with_a_number_of_a_module(path: Path) -> None:
    assert list(literals_beside_cosines(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param("if parts.semantic >= 0.38: pass", [1], id="an attribute"),
        pytest.param("found = float(one @ other) > 0.75", [1], id="a product"),
        pytest.param("found = 0.2 < cosine < 0.9", [1], id="between two numbers"),
        pytest.param('NEAR = 0.75\n"""Cosine from which two say the same."""', [1], id="a constant that says so"),
        pytest.param('A, B = 0.4, 0.6\n"""Cosines of two kinds."""', [1], id="two constants at once"),
        pytest.param("if cosine > 0.0: pass", [], id="the sign"),
        pytest.param("if parts.semantic >= calibration.close: pass", [], id="the calibration"),
        pytest.param("if age > 0.5: pass", [], id="something else"),
        pytest.param('SHARE = 0.5\n"""Share of their words."""', [], id="a constant of something else"),
    ],
)
def test_the_check_finds_what_it_is_for(source: str, found: list[int]) -> None:
    assert list(literals_beside_cosines(source)) == found

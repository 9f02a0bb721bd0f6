import sys

import pytest

from whence.engine import OPERATIONS
from whence.values.errors import InvalidRequest
from whence.values.operation import Command, Menu, operation, operations
from whence.values.protocol import Acknowledged

pytestmark = pytest.mark.quick


@operation
def say_it(project: object, words: str, times: int = 1) -> Acknowledged:
    """Say the words. And then some.

    Args:
        words: what to say,
            over two lines.
        times: how often.

    Raises:
        ValueError: never.
    """
    return Acknowledged(note=words * times)


@operation(palette=Command("Say Nothing", menus=(Menu("1_say"),)))
def say_nothing(project: object) -> Acknowledged:
    """Say nothing."""
    return Acknowledged(note="")


def hidden(project: object) -> None:
    """Not offered."""


HERE = (sys.modules[__name__],)


def test_an_operation_follows_from_a_function() -> None:
    derived, _ = operations(HERE).values()
    assert (derived.name, derived.method, derived.result) == ("say_it", "whence/sayIt", Acknowledged)
    assert derived.summary == "Say the words."
    assert derived.description == "Say the words. And then some."
    assert derived.params.model_fields["words"].description == "what to say, over two lines."
    assert derived.params.model_fields["times"].description == "how often."
    assert derived.parse({"words": "a"}) == {"words": "a", "times": 1}


def test_an_operation_may_bring_a_palette_command_along() -> None:
    without, having = operations(HERE).values()
    assert without.palette is None
    assert having.palette == Command("Say Nothing", menus=(Menu("1_say"),))
    assert say_nothing(None) == Acknowledged(note="")


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("search", None, "query: Field required"),
        ("search", [1], "one object"),
        ("search", "x", "one object"),
        ("search", {"query": 1}, "query"),
        ("search", {"query": "x", "limit": 0}, "limit"),
        ("search", {"query": "x", "limit": 10**9}, "limit"),
        ("search", {"query": "x", "since": "yesterday"}, "since"),
        ("search", {"query": "x", "focus": {"column": 1}}, "focus"),
        ("search", {"query": "x", "unknown": 1}, "unknown"),
        ("get", {}, "id"),
        ("forget", {"ids": []}, "ids"),
        ("remember", {"memory": "x"}, "memory"),
        ("context", {"query": "x", "budget": -5}, "budget"),
    ],
)
def test_wrong_parameters_are_named(name: str, values: object, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        OPERATIONS[name].parse(values)


def test_names_may_be_in_either_case() -> None:
    parsed = OPERATIONS["search"].parse({"query": "x", "kinds": "note", "focus": {"file": "a.py"}})
    assert parsed["kinds"] == ("note",)
    assert parsed["focus"].file == "a.py"

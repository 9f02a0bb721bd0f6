"""Failures as people and assistants pass them on: a trace for a message, a trace cut short, one line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.opened import Engine
from whence.readers import traces
from whence.values.memory import Bug
from whence.values.settings import parse

TRACE = """Traceback (most recent call last):
  File "{top}/app.py", line 2, in add
    return a + b
CartError: item 42 is not in the cart
"""
SOLUTION = "Ask whether the item is there first"


@pytest.fixture
def engine(repository: Path) -> Iterator[Engine]:
    with Engine(repository, parse({"embedding": {"model": "none"}})) as opened:
        yield opened


def bug(engine: Engine, id: str) -> Bug:
    found = engine.get(id).memory
    assert isinstance(found, Bug)
    return found


TOLD: dict[str, dict[str, Any]] = {
    "the trace as a stack trace": {"stack_trace": TRACE},
    "the trace as the message": {"message": TRACE},
    "the trace as the message, with the type besides": {"message": TRACE, "error_type": "CartError"},
    "the trace within a report": {"message": f"Since today the checkout fails:\n\n```\n{TRACE}```\nPlease look."},
    "the trace both ways": {"message": TRACE, "stack_trace": TRACE},
    "the trace, and its last line as the message": {
        "message": "CartError: item 42 is not in the cart",
        "stack_trace": TRACE,
    },
    "the trace with other line ends": {"message": TRACE.replace("\n", "\r\n")},
    "the last line as the message": {"message": "CartError: item 7 is not in the cart"},
    "the last line as the message, with the type besides": {
        "message": "CartError: item 7 is not in the cart",
        "error_type": "CartError",
    },
    "type and message without a place": {"message": "item 7 is not in the cart", "error_type": "CartError"},
    "a trace without a call": {
        "stack_trace": "Traceback (most recent call last):\nCartError: item 7 is not in the cart"
    },
    "what the console says": {"message": "Uncaught CartError: item 7 is not in the cart"},
}


@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD.keys())
def test_a_failure_joins_the_known_bug_however_it_is_told(
    engine: Engine, repository: Path, told: dict[str, Any]
) -> None:
    first = engine.record_error(stack_trace=TRACE.format(top=repository), solution=SOLUTION)
    again = engine.record_error(**{name: said.format(top=repository) for name, said in told.items()})
    assert (again.ids, again.again, again.solution) == (first.ids, True, SOLUTION)
    found = bug(engine, first.ids[0])
    assert (found.error_type, found.message, found.file, found.line) == (
        "CartError",
        "item 42 is not in the cart",
        "app.py",
        2,
    )


def test_a_trace_as_the_message_tells_all(engine: Engine, repository: Path) -> None:
    report = f"Since today the checkout fails:\n\n{TRACE.format(top=repository)}\nOnly on Mondays."
    found = bug(engine, engine.record_error(message=report).ids[0])
    assert (found.error_type, found.message) == ("CartError", "item 42 is not in the cart")
    assert (found.file, found.line, found.title) == ("app.py", 2, "CartError: item 42 is not in the cart")
    assert "Only on Mondays." in found.stack_trace
    kept = engine.remember({"kind": "bug", "message": TRACE.format(top=repository)})
    assert kept.ids == (found.id,)


def test_of_two_bugs_that_say_the_same_none_is_taken_for_a_failure_without_a_place(engine: Engine) -> None:
    for file in ("one.py", "two.py"):
        engine.record_error("no port", "PortError", file=file)
    told = engine.record_error("no port", "PortError")
    assert not told.again


def test_a_suggestion_is_as_sure_for_a_message_that_is_a_trace(engine: Engine, repository: Path) -> None:
    text = TRACE.format(top=repository)
    engine.record_error(stack_trace=text, solution=SOLUTION)
    by_trace, by_message = engine.suggest_solution(stack_trace=text), engine.suggest_solution(message=text)
    assert by_trace.solution == by_message.solution == SOLUTION
    assert by_trace.confidence == by_message.confidence == "high"


@pytest.mark.parametrize(
    ("text", "kind", "message", "place"),
    [
        ("Traceback:\n  File 'shop/cart.py', line 42...\n", "", "", ("shop/cart.py", 42)),
        ("Traceback:\n  File 'shop/cart.py', line 42, in add\nKeyError: 7", "KeyError", "7", ("shop/cart.py", 42)),
        ("shop.errors.CartError: empty", "shop.errors.CartError", "empty", None),
        ("TypeError [ERR_ARG]: no cart", "TypeError", "no cart", None),
        ("Unhandled CartException", "CartException", "", None),
        ("CartError: at shop/cart.py:17", "CartError", "at shop/cart.py:17", ("shop/cart.py", 17)),
        ("CartError: neither a.py:1 nor b.py:2", "CartError", "neither a.py:1 nor b.py:2", None),
        ("CartError: empty\nhint: add an item", "CartError", "empty\nhint: add an item", None),
        ("src/cart.ts(42,5): error TS2345: no number", "TS2345", "no number", ("src/cart.ts", 42)),
        ("src/cart.ts:42:5 - error TS2345: no number\n\n42   add(1)", "TS2345", "no number", ("src/cart.ts", 42)),
        ("make all\nsrc/cart.c:42:5: error: no such name\n  42 | x", "", "no such name", ("src/cart.c", 42)),
        ("shop/Cart.java:42: error: cannot find symbol\n    add(1);", "", "cannot find symbol", ("shop/Cart.java", 42)),
        ("shop/cart.py:42: error: no return  [return]\nFound 1 error", "", "no return  [return]", ("shop/cart.py", 42)),
        (
            "error[E0308]: mismatched types\n  --> src/cart.rs:42:9\n   |",
            "E0308",
            "mismatched types",
            ("src/cart.rs", 42),
        ),
        ("e: file:///srv/Cart.kt:42:9 Unresolved reference: x", "", "Unresolved reference: x", ("/srv/Cart.kt", 42)),
        ("FAILED t/test_a.py::test_b - KeyError: 7", "KeyError", "7", ("t/test_a.py", 0)),
        ("src/cart.ts:42:5 holds the error: look there", "", "", None),
        ("The checkout raises a CartError: why?", "", "", None),
        ("Note: the cart is empty", "", "", None),
        ("Error handling is missing", "", "", None),
        ("See File 'x', which is broken", "", "", None),
        ("", "", "", None),
    ],
)
def test_what_is_passed_on_is_read(text: str, kind: str, message: str, place: tuple[str, int] | None) -> None:
    told = traces.passed_on(text)
    assert (told.error_type, told.message) == (kind, message)
    assert [(each.file, each.line) for each in told.frames] == ([place] if place else [])


def test_what_was_written_is_found_at_once(engine: Engine) -> None:
    for number in range(5):
        word = f"zebra{number}"
        (note,) = engine.remember({"kind": "note", "content": f"The {word} crossing", "labels": ["roads"]}).ids
        assert [hit.id for hit in engine.search(word).hits] == [note]
        assert note in {source.id for source in engine.context(word).sources}
        (met,) = engine.record_error(f"{word} is not there", f"Missing{number}Error").ids
        assert next(hit.id for hit in engine.search_errors(word).hits) == met
    like = engine.remember({"kind": "note", "content": "The zebra4 crossing, and the zebra3 crossing"}).ids
    (suggested,) = engine.suggest_labels(like).suggestions
    assert "roads" in {each.label for each in suggested.labels}


def test_all_of_a_flood_is_found_at_once(engine: Engine) -> None:
    ids = [engine.remember({"kind": "note", "content": f"flooded{n}"}).ids[0] for n in range(60)]
    assert [hit.id for hit in engine.search("flooded0").hits] == ids[:1]
    assert [hit.id for hit in engine.search("flooded59").hits] == ids[-1:]
    engine.forget(ids[-1:])
    assert not engine.search("flooded59").hits

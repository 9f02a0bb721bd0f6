import pytest

from whence.values.tally import Tally

pytestmark = pytest.mark.quick


def test_nothing_left_out_is_no_reason() -> None:
    tally = Tally()
    tally.add("empty file", "a.py", count=0)
    assert tally.left_out() == ()
    assert tally.total == 0


def test_reasons_are_counted_the_most_frequent_first() -> None:
    tally = Tally()
    tally.add("empty file", "a.py")
    tally.add("too large", "b.bin", count=3)
    tally.add("empty file", "c.py")
    assert [(each.reason, each.count, each.examples) for each in tally.left_out()] == [
        ("too large", 3, ("b.bin",)),
        ("empty file", 2, ("a.py", "c.py")),
    ]
    assert tally.total == 5


def test_a_few_names_stand_for_all_and_each_once() -> None:
    tally = Tally()
    for n in range(9):
        tally.add("ignored", f"{n}.log")
        tally.add("ignored", "0.log")
    (found,) = tally.left_out()
    assert found.count == 18
    assert found.examples == ("0.log", "1.log", "2.log", "3.log", "4.log")


def test_what_is_being_read_is_named_where_nothing_more_exact_is() -> None:
    tally = Tally()
    tally.add("not text")
    tally.reading = "talk.jsonl"
    tally.add("not text")
    tally.add("not text", "line 7")
    (found,) = tally.left_out()
    assert found.examples == ("talk.jsonl", "line 7")


def test_a_name_is_one_short_line() -> None:
    tally = Tally()
    tally.add("odd", "two\nlines " + "x" * 500)
    (found,) = tally.left_out()
    assert "\n" not in found.examples[0]
    assert len(found.examples[0]) <= 120

"""What Whence handed out is known again wherever it is pasted."""

import pytest

from whence.retrieval.context import ContextItem, assemble
from whence.values.handed_out import is_ours, marked, resembles, sketch, without_ours
from whence.values.memory import Change, FileEdit, Note
from whence.values.tokens import count_tokens

PAGE = marked("# Why `cart_total.py:3`\n\n## Round \\_\\_once\\_\\_\n\n> Cents are whole.\n\n- one\n")


def block() -> str:
    edit = FileEdit(path="cart.py", diff="@@ -1 +1 @@\n-return a\n+return b")
    memories = [
        Note(content="Back off twice.\n\n```\nx\n```"),
        Change(reason="Round once", edits=(edit,), commit="a" * 40),
    ]
    return assemble([ContextItem(each, 1.0) for each in memories], 2000, "rounding").markdown


def test_the_mark_costs_next_to_nothing() -> None:
    assert count_tokens(PAGE) - count_tokens(PAGE.partition("\n\n*Whence ")[0]) <= 12


@pytest.mark.parametrize("ours", [PAGE, block()], ids=["a page", "a context block"])
@pytest.mark.parametrize(
    "prefix", ["", "> ", "> > ", "+", "-", " ", "    ", "\t", "# ", "// ", " * ", "-- ", ";; ", "| ", "12: "]
)
def test_what_is_pasted_is_cut_out(prefix: str, ours: str) -> None:
    pasted = "".join(f"{prefix}{line}".rstrip() + "\n" for line in ours.splitlines())
    assert without_ours(f"def before():\n{pasted}def after():\n") == "def before():\ndef after():\n"
    assert is_ours(pasted)


def test_what_is_copied_from_a_rendered_page_is_known() -> None:
    digits = PAGE.rpartition("Whence ")[2][:8]
    rendered = f"Why cart_total.py:3\nRound __once__\nCents are whole.\n• one\nWhence {digits}"
    assert is_ours(rendered)
    assert without_ours(f"Look at this:\n{rendered}\nIs it so?") == "Look at this:\nIs it so?"


def test_several_are_cut_out_one_by_one() -> None:
    other = marked("# Standup\n\n- done")
    assert without_ours(f"a\n{PAGE}b\n{other}c\n{PAGE}") == "a\nb\nc\n"


def test_a_turn_that_begins_with_a_page_keeps_its_speaker() -> None:
    assert without_ours(f"user: {PAGE}What now?") == "user: What now?"


def test_a_block_without_its_end_is_known_by_its_sections() -> None:
    cut = block().partition("\n\n*Whence ")[0]
    assert without_ours(f"before\n\n{cut}\n\nafter\n") == "before\n\nafter\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Whence is a tool. Whence 3 is out.",
        "from whence import Whence  # Whence 2",
        "See commit Whence 0123abcd for more of it",
        "Records kept by Whence are Markdown.",
    ],
)
def test_what_people_write_of_whence_stays(text: str) -> None:
    assert without_ours(text) == text
    assert not is_ours(text)


def test_words_around_a_page_are_not_ours() -> None:
    assert not is_ours(f"This is wrong:\n\n{PAGE}")


def test_a_part_is_known_by_likeness_to_what_was_handed_out() -> None:
    said = "The retry policy doubles its pause with each attempt, up to a minute, and gives up after six of them. "
    handed = [sketch(marked(f"# Context\n\n{said}\n\nAnd something else that matters much more than this one."))]
    assert resembles(said, handed)
    assert resembles(f"> {said}", handed)
    assert is_ours(said, handed)
    assert not resembles(
        "The pause of a retry doubles each time, as the policy of the project says, until a minute", handed
    )
    assert not resembles("up to a minute", handed)
    assert not is_ours(said)

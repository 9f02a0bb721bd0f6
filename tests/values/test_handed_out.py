"""What Whence handed out is known again wherever it is pasted."""

import re
import textwrap

import pytest

from whence.retrieval.context import ContextItem, assemble
from whence.values.handed_out import marked, sketch, unmarked, without_copied, without_ours
from whence.values.memory import Change, FileEdit, Note
from whence.values.tokens import count_tokens

PAGE = marked("# Why `cart_total.py:3`\n\n## Round \\_\\_once\\_\\_\n\n> Cents are whole.\n\n- one\n")


LONG = marked(
    "# Standup\n\nSince Monday. Nobody was away.\n\n## Done\n\n"
    "- **Round the total once** (`cart.py`): cents were lost where each line was rounded by itself, which the "
    "shop noticed in May\n- **Retry a charge twice**: the provider drops two calls in a hundred, and a customer who "
    "sees that buys elsewhere\n\n## Open\n\n- Receipts are still printed without a tax number, which the "
    "tax office asks for from the first of July on, and nobody has said yet who is to print them\n"
)
UNMARKED = unmarked(LONG)


def is_ours(text: str) -> bool:
    """Whether nothing but marks of quoting is left of a text."""
    rest = without_ours(text)
    return rest != text and not re.search(r"\w", rest)


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


def test_a_mark_is_taken_off() -> None:
    assert LONG.partition("\n\n*Whence ")[0] + "\n" == UNMARKED
    assert unmarked("No page\n") == "No page\n"


@pytest.mark.parametrize(
    "copied",
    [
        pytest.param(UNMARKED, id="as it is"),
        pytest.param(textwrap.fill(" ".join(re.findall(r"[\w.,():-]+", UNMARKED)), 60), id="reflowed"),
        pytest.param("".join(f"> {line}\n" for line in UNMARKED.splitlines()), id="quoted"),
        pytest.param(UNMARKED[: len(UNMARKED) * 2 // 3], id="its first two thirds"),
        pytest.param(UNMARKED.upper(), id="in capitals"),
    ],
)
def test_a_page_whose_mark_was_lost_is_known_by_likeness(copied: str) -> None:
    assert without_copied(copied, [sketch(PAGE), sketch(LONG)]) == ""
    around = without_copied(f"What does this mean?\n\n{copied}\n\nI see nothing of last week.", [sketch(LONG)])
    assert around.startswith("What does this mean?")
    assert around.endswith("I see nothing of last week.")
    assert "provider" not in around


@pytest.mark.parametrize(
    "own",
    [
        pytest.param(
            "Standup says: the provider drops two calls in a hundred, and a customer who sees that buys elsewhere.\n"
            "Let us ask them for their own figures before we retry more often, and tell the shop.",
            id="who quotes a line",
        ),
        pytest.param(
            "cents were lost where each line was rounded by itself, which the shop noticed in May\n"
            "the provider drops two calls in a hundred, and a customer who sees that buys elsewhere\n",
            id="who quotes two lines and no more",
        ),
        pytest.param(UNMARKED.partition("## Done")[2], id="who writes what the page was made from"),
        pytest.param("Standup\n\nSince Monday. Nobody was away.", id="who begins in the same way"),
        pytest.param("", id="who writes nothing"),
    ],
)
def test_the_words_of_somebody_stay(own: str) -> None:
    assert without_copied(own, [sketch(LONG)]) == own
    assert without_copied(own, []) == own

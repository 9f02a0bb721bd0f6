"""Pages in a terminal."""

import io

from rich.console import Console

from whence.faces.cli.rendering import page, plain
from whence.values.markdown import inline

PAGE = (
    "# Ask \\_\\_all\\_\\_\n\nSee `a_b`, [T\\_x](whence:/id/T_x.md) and [#12](https://example.org/12).\n"
    "More **so**.\n\n"
    "- one\n- two\n  - nested\n\n3. three\n4. four\n\n> quoted\n\n```diff\n-a\n\n+b\n```\n\n"
    "| a | b |\n|---|---|\n| 1 | 2\\|3 |\n"
)


def test_a_piped_page_is_plain_text() -> None:
    assert plain(PAGE) == (
        "Ask __all__\n\nSee a_b, T_x and #12 (https://example.org/12).\nMore so.\n\n"
        "- one\n- two\n  - nested\n\n3. three\n4. four\n"
        "\n  quoted\n\n    -a\n\n    +b\n\na  b\n1  2|3\n"
    )


def test_a_terminal_shows_no_marks_and_no_addresses_of_the_editor() -> None:
    out = io.StringIO()
    Console(file=out, force_terminal=True, width=80).print(page(PAGE))
    assert "T_x" in out.getvalue()
    assert "https://example.org/12" in out.getvalue()
    assert "whence:/" not in out.getvalue()
    assert "\\" not in out.getvalue().replace("\x1b\\", "")


def test_what_was_written_is_what_is_read() -> None:
    text = "__init__ * a_b [x](y) <T> | `z` #1 \\ &amp; 1. $x"
    assert plain(f"- {inline(text, 100)}") == f"- {text}\n"


def test_nothing_is_nothing() -> None:
    assert plain("") == ""

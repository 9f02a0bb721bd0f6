"""What Whence hands out is known as ours when it stands as a comment in code of any language."""

import pytest

from whence.values.comments import commented
from whence.values.handed_out import marked, without_ours

PAGE = marked(
    "# From the project's memory for “retries”\n\nRecords kept by Whence, quoted as they are.\n\n"
    "## Decision: Charges are tried twice\n\n```markdown\n"
    "Not `/* thrice */`, nor <!-- ever -- more --> (* or less *).\n```\n"
)

LANGUAGES = {
    "python": "# ",
    "typescript": "// ",
    "rust": "// ",
    "sql": "-- ",
    "lua": "-- ",
    "latex": "% ",
    "clojure": "; ",
    "fortran": "! ",
    "css": "/* ",
    "html": "<!-- ",
    "ocaml": "(* ",
}


@pytest.mark.parametrize(("language", "begin"), LANGUAGES.items())
def test_a_comment_of_a_language_is_known_as_ours(language: str, begin: str) -> None:
    comment = commented(PAGE, language)
    assert comment.startswith(begin)
    assert without_ours(f"first\n{comment}last\n") == "first\nlast\n"


@pytest.mark.parametrize("language", ["python", "go", "html", "css", "ocaml", "haskell"])
def test_an_indented_comment_is_known_as_ours(language: str) -> None:
    comment = "".join(f"    {line}\n" for line in commented(PAGE, language).splitlines())
    assert without_ours(f"first\n{comment}last\n") == "first\nlast\n"


@pytest.mark.parametrize(("language", "closing"), [("css", "*/"), ("html", "-->"), ("ocaml", "*)")])
def test_nothing_within_ends_a_comment_between_marks(language: str, closing: str) -> None:
    comment = commented(PAGE, language)
    assert comment.count(closing) == 1
    assert comment.endswith(f" {closing}\n")


def test_a_comment_in_xml_holds_no_two_hyphens() -> None:
    assert "--" not in commented("a --- b", "xml").removeprefix("<!--").removesuffix("-->\n")


def test_every_line_of_a_comment_of_lines_is_one() -> None:
    assert commented("a\n\n  b\r\nc\fd", "python") == "# a\n#\n#   b\n# c\n# d\n"


@pytest.mark.parametrize("language", ["markdown", "plaintext"])
def test_prose_takes_a_text_as_it_is(language: str) -> None:
    assert commented("\na\n\n", language) == "a\n"


@pytest.mark.parametrize("language", ["json", "csv", "unheard-of"])
def test_a_language_without_comments_has_none(language: str) -> None:
    assert commented("a", language) == ""

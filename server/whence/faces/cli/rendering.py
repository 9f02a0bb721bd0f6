"""Pages for a terminal, and as plain text where they are piped: what the page says, without Markdown's marks.

The addresses by which an editor opens memories lead nowhere here: of such a link only its text is shown.
"""

from collections.abc import Iterator, Sequence

from markdown_it.token import Token
from rich.markdown import Markdown

_EDITOR = "whence:"


def page(markdown: str) -> Markdown:
    """The page as rich renders it."""
    rendered = Markdown(markdown)
    for token in rendered.parsed:
        if token.children:
            token.children = [*_without_addresses(token.children)]
    return rendered


def plain(markdown: str) -> str:
    """The page as plain text: headings, paragraphs, lists and code as they read, addresses of the web behind links."""
    lines: list[str] = []
    margins: list[str] = []
    numbers: list[int | None] = []
    mark = ""
    cells: list[str] | None = None
    for token in Markdown(markdown).parsed:
        text: str | None = None
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                numbers.append(int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else None)
            case "list_item_open":
                number = numbers[-1]
                mark = "- " if number is None else f"{number}. "
                numbers[-1] = None if number is None else number + 1
                margins.append(" " * len(mark))
            case "blockquote_open":
                margins.append("  ")
            case "tr_open":
                cells = []
            case "inline" if cells is not None:
                cells.append(_read(token.children or ()))
            case "inline":
                text = _read(token.children or ())
            case "tr_close" if cells is not None:
                text, cells = "  ".join(cells), None
            case _:
                text = _verbatim(token)
        if text is not None:
            first = "".join(margins[:-1]) + mark if mark else "".join(margins)
            rest = "".join(margins)
            lines += [f"{rest if at else first}{line}".rstrip() for at, line in enumerate(text.split("\n"))]
            mark = ""
        if token.type in ("list_item_close", "blockquote_close"):
            margins.pop()
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            numbers.pop()
        if _ends(token, within=len(numbers)) and lines and lines[-1]:
            lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n" if lines else ""


def _verbatim(token: Token) -> str | None:
    """What a block that holds no lines of text says; None for what only begins or ends a block."""
    match token.type:
        case "fence" | "code_block":
            return "\n".join(f"    {line}".rstrip() for line in token.content.rstrip("\n").split("\n"))
        case "hr":
            return "---"
        case "html_block":
            return token.content.rstrip("\n")
    return None


def _ends(token: Token, *, within: int) -> bool:
    """Whether an empty line follows: after each block, but not between the items of a list without such lines."""
    match token.type:
        case "paragraph_close":
            return not token.hidden
        case "bullet_list_close" | "ordered_list_close":
            return not within
        case "heading_close" | "blockquote_close" | "table_close" | "fence" | "code_block" | "hr" | "html_block":
            return True
    return False


def _without_addresses(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens of a line without links that only an editor can follow."""
    dropped: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            dropped.append(str(token.attrs.get("href", "")).startswith(_EDITOR))
            if dropped[-1]:
                continue
        elif token.type == "link_close" and dropped and dropped.pop():
            continue
        yield token


def _read(tokens: Sequence[Token]) -> str:
    """A line as it reads."""
    told: list[str] = []
    targets: list[tuple[str, int]] = []
    for token in _without_addresses(tokens):
        match token.type:
            case "softbreak" | "hardbreak":
                told.append("\n")
            case "link_open":
                targets.append((str(token.attrs.get("href", "")), len(told)))
            case "link_close":
                target, begun = targets.pop()
                if "".join(told[begun:]) != target:
                    told.append(f" ({target})")
            case _:
                told.append(token.content)
    return "".join(told)

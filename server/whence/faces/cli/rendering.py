"""Pages for a terminal, and as plain text where they are piped: what the page says, without Markdown's marks.

The addresses by which an editor opens memories lead nowhere here: of such a link only its text is shown.
"""

from collections.abc import Iterable, Iterator, Sequence

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
    _Writer(lines).write(Markdown(markdown).parsed)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n" if lines else ""


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


class _Writer:
    """Writes blocks as lines; what stands in lists and quotations is indented."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.margins: list[str] = []
        self.mark = ""
        self.numbers: list[int | None] = []
        self.cells: list[list[str]] = []

    def write(self, tokens: Iterable[Token]) -> None:
        tight = 0
        for token in tokens:
            match token.type:
                case "paragraph_open":
                    tight = token.hidden
                case "inline" if self.cells:
                    self.cells[-1].append(_read(token.children or ()))
                case "inline":
                    self.put(_read(token.children or ()))
                case "paragraph_close" | "heading_close":
                    if not (tight and token.type == "paragraph_close"):
                        self.gap()
                    tight = 0
                case "fence" | "code_block":
                    self.put(token.content.rstrip("\n"), indent="    ")
                    self.gap()
                case "html_block" | "hr":
                    self.put("---" if token.type == "hr" else token.content.rstrip("\n"))
                    self.gap()
                case "tr_open":
                    self.cells.append([])
                case "tr_close":
                    self.put("  ".join(self.cells.pop()))
                case "table_close":
                    self.gap()
                case _:
                    self._nest(token)

    def _nest(self, token: Token) -> None:
        """Go into a list or a quotation, or out of it."""
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self.numbers.append(int(token.attrs.get("start", 1)) if token.type[0] == "o" else None)
            case "bullet_list_close" | "ordered_list_close":
                self.numbers.pop()
                if not self.numbers:
                    self.gap()
            case "list_item_open":
                number = self.numbers[-1]
                self.mark = "- " if number is None else f"{number}. "
                self.numbers[-1] = None if number is None else number + 1
                self.margins.append(" " * len(self.mark))
            case "list_item_close":
                if self.mark:
                    self.put("")
                self.margins.pop()
            case "blockquote_open":
                self.margins.append("  ")
            case "blockquote_close":
                self.margins.pop()

    def put(self, text: str, indent: str = "") -> None:
        for line in text.split("\n"):
            margins = "".join(self.margins[:-1]) + self.mark if self.mark else "".join(self.margins)
            self.mark = ""
            self.lines.append(f"{margins}{indent}{line}".rstrip())

    def gap(self) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")


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
            case "image":
                told.append(token.content)
            case _:
                told.append(token.content)
    return "".join(told)

"""Scripts inside of files that hold more: components of Vue and Svelte, pages of Astro."""

import re

_OPENING = re.compile(r"<(script)\b((?:\"[^\"\n]*\"|'[^'\n]*'|[^<>\"'\n]){0,500})>", re.I)
_ELSEWHERE = re.compile(
    r"""<script\b(?:[ \t][\w:-]{1,40}(?:=(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'))?){0,9}"""
    r"""[ \t]src=("\.[^"\n]{1,200}"|'\.[^'\n]{1,200}')[^<>\n]{0,200}>""",
    re.I,
)
_CLOSING = re.compile(r"</script", re.I)


def scripts(text: str) -> str:
    """The text with all but its scripts made blank, each line where it was.

    A script is what stands in an element of that name, and between the two lines of dashes that Astro begins with.
    """
    # A script that lies in a file of its own is brought in by it.
    text = _ELSEWHERE.sub(lambda match: f"<script>import{match[1]}</script>", text)
    kept: list[tuple[int, int]] = []
    at = 0
    if text.startswith("---\n") and (end := text.find("\n---", 3)) >= 0:
        kept.append((4, end + 1))
        at = end
    while (opening := _OPENING.search(text, at)) is not None:
        closing = _CLOSING.search(text, opening.end())
        at = closing.start() if closing else len(text)
        kept.append((opening.end(), at))
    parts: list[str] = []
    last = 0
    for start, end in kept:
        parts += [_blank(text[last:start]), text[start:end]]
        last = end
    return "".join([*parts, _blank(text[last:])])


def _blank(text: str) -> str:
    return "\n" * text.count("\n") + " " * (len(text) - text.rfind("\n") - 1)

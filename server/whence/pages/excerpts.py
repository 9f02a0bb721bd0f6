"""Excerpts: how a longer text begins, on one line that reads as prose, and ends where a sentence or a word does."""

import re

from whence.values.markdown import clean

_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1[^\n]*$|\Z)", re.DOTALL | re.MULTILINE)
_MARK = re.compile(r"\s*(?:[-*+•]\s+(?:\[[ xX]\]\s+)?|\d{1,3}[.)]\s+|#{1,6}\s+|>\s?)")
_RULE = re.compile(r"\s*[-=_*~]{3,}\s*")
_SENTENCE = re.compile(r"[.!?][\"”’)`]*(?=\s)")
_TYPED = re.compile(r"^[a-z]{2,12}(?:\([^()\n]{1,60}\))?!?:\s+", re.IGNORECASE)
_READ = 20_000

_LEAST = 0.4
"""Share of the room that whole sentences have to fill, or else the last one is cut behind a word."""


def excerpt(text: str, most: int, title: str = "") -> str:
    """The beginning of a text as prose: no code, no marks of lists and headings, no line that says what the title says.

    Args:
        text: the text, in Markdown or plain.
        most: characters at most.
        title: what stands above it.
    """
    parts: list[str] = []
    apart = False
    heard = _compared(title)
    for line in _FENCED.sub("\n", clean(text)[:_READ]).splitlines():
        said = line.strip()
        if not said or _RULE.fullmatch(line):
            apart = True
            continue
        mark = _MARK.match(line)
        said = line[mark.end() :].strip() if mark else said
        if heard and not parts and _compared(said) == heard:
            apart = True
            continue
        if parts and (apart or mark) and parts[-1][-1:] not in ".!?:;,":
            parts[-1] += "."
        parts += [said] if said else []
        apart = False
    return _finished(shortened(" ".join(" ".join(parts).split()), most))


def _finished(text: str) -> str:
    """The text without a last sentence that only announces what was left out, as `Now:` does."""
    if not text.endswith(":"):
        return text
    ends = [found.end() for found in _SENTENCE.finditer(text)]
    return text[: ends[-1]] if ends else text.rstrip(" :")


def shortened(text: str, most: int) -> str:
    """A text of one line that is no longer than that, ended where a sentence or else a word does."""
    if len(text) <= most:
        return text
    ends = [found.end() for found in _SENTENCE.finditer(text, 0, most + 1) if found.end() <= most]
    if ends and ends[-1] >= _LEAST * most:
        return text[: ends[-1]]
    kept = text[: most - 1].rpartition(" ")[0] or text[: most - 1]
    return kept.rstrip(" ,;:([{“\"'`") + "…"


def _compared(line: str) -> str:
    """What a line says, whatever stands around it: the type of a commit, numbers of issues, marks."""
    plain = re.sub(r"\((?:[#!]\d+(?:,\s*)?)+\)", "", _TYPED.sub("", line.strip()))
    return " ".join(re.findall(r"\w+", plain.casefold()))

"""Composing: a page of sections of items, within a budget of tokens where there is one."""

from collections.abc import Sequence
from dataclasses import dataclass

from whence.values.handed_out import marked
from whence.values.markdown import inline
from whence.values.memory import MemoryBase
from whence.values.reports import Report, cite
from whence.values.tokens import count_tokens

FIRST = 3
"""Items that every section gets before any gets more."""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a page."""

    text: str
    """Markdown: one line, or a block."""
    memory: MemoryBase | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it."""

    title: str
    items: tuple[Item, ...]
    more: int = 0
    """Further ones, which nobody gave."""


def compose(
    title: str, sections: Sequence[Section], *, lead: str = "", empty: str = "", budget: int | None = None
) -> Report:
    """A page of these sections; one without items is left out.

    Args:
        title: what it is about.
        sections: in the order of the page.
        lead: a sentence below the title, as Markdown.
        empty: what to say where no section has an item.
        budget: the most tokens of the page, as `count_tokens` counts them; without one all items are there.
    """
    filled = [each for each in sections if each.items]
    if not filled:
        return Report(title=title, markdown="", note=empty)
    head = f"# {inline(title, 200)}\n" + (f"\n{lead}\n" if lead else "")
    shown = (
        _shown(filled, budget - count_tokens(marked(head)))
        if budget is not None
        else [len(each.items) for each in filled]
    )
    blocks = [head]
    cited: dict[str, MemoryBase] = {}
    left = 0
    for section, count in zip(filled, shown, strict=True):
        more = len(section.items) - count + section.more
        left += more
        if count:
            texts = [each.text for each in section.items[:count]]
            lines = "\n\n" if any("\n\n" in text for text in texts) else "\n"
            blocks.append(
                f"\n## {section.title}\n\n{lines.join(texts)}\n" + (f"\n… and {more} more.\n" if more else "")
            )
            cited |= {each.memory.id: each.memory for each in section.items[:count] if each.memory is not None}
    if len(blocks) == 1:
        return Report(title=title, markdown="", note=f"A budget of {budget} tokens is too small. Allow more.")
    note = f"{left} more did not fit into {budget} tokens." if budget is not None and left else ""
    return Report(title=title, markdown=marked("".join(blocks)), cited=tuple(map(cite, cited.values())), note=note)


def _shown(sections: Sequence[Section], budget: int) -> list[int]:
    """How many items of each section fit: the first few of every section in order, then further ones."""
    shown = [0] * len(sections)
    full = [False] * len(sections)
    for first in (True, False):
        for number, section in enumerate(sections):
            while (
                shown[number] < (min(FIRST, len(section.items)) if first else len(section.items)) and not full[number]
            ):
                cost = count_tokens(section.items[shown[number]].text + "\n\n")
                if shown[number] == 0:
                    cost += count_tokens(f"\n## {section.title}\n\n\n… and 100 more.\n")
                if cost > budget:
                    full[number] = True
                    break
                budget -= cost
                shown[number] += 1
    return shown


def short(section: Section, most: int) -> Section:
    """The section with so many items at most; of the others it tells the number."""
    return Section(section.title, section.items[:most], section.more + max(0, len(section.items) - most))

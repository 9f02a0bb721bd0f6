"""The figures of `peers.py`: how each peer grows with the number of texts, as SVG, without a library.

Both axes are logarithmic. A peer is told by its mark, its dashes and its name at the line's end, so that no colour is
needed; colours follow the reader's light or dark scheme.
"""

import math
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

WIDTH, HEIGHT = 750, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 240, 44, 48
DASHES = ("", "7 3", "2 3", "10 3 2 3", "5 5", "1 4")
LIGHT = ("#111111", "#0b61a4", "#a8480c", "#2c7a3f", "#7a3fa0", "#8a6d00")
DARK = ("#ffffff", "#6cb4ee", "#f0a070", "#7fd28f", "#c9a0ea", "#e0c860")
STYLE = "".join(f".c{n}{{stroke:{c};fill:{c}}}" for n, c in enumerate(LIGHT))
STYLE_DARK = "".join(f".c{n}{{stroke:{c};fill:{c}}}" for n, c in enumerate(DARK))


class Line(NamedTuple):
    """A peer's values by number of texts."""

    name: str
    points: Sequence[tuple[int, float]]
    limit: bool = False
    """Whether it is what none can go below."""


class Figure(NamedTuple):
    """One figure."""

    file: str
    title: str
    value: str
    """Of a peer's figures."""
    limit: str = ""
    """Of the machine's limits."""


FIGURES = (
    Figure("peers-search.svg", "Search by words and meaning, filtered: p50, ms", "search", "scan"),
    Figure("peers-write.svg", "One text written: p50, ms", "write", "sync"),
    Figure("peers-import.svg", "Import: texts a second", "import"),
    Figure("peers-count.svg", "Count after a write: p50, ms", "count"),
    Figure("peers-disk.svg", "On disk: MB", "disk"),
    Figure("peers-memory.svg", "Resident memory: MB", "memory"),
)
LIMITS = {"scan": "limit: one pass over the vectors", "sync": "limit: one fsync"}


def draw(
    folder: Path,
    grown: Mapping[int, tuple[Mapping[str, float], Mapping[str, Mapping[str, float] | str]]],
    names: Mapping[str, str],
) -> None:
    """Write the figures.

    Args:
        folder: where to.
        grown: by number of texts the machine's limits, and each peer's figures or why there are none.
        names: how peers are called where not by their own names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    peers = list(dict.fromkeys(peer for _, found in grown.values() for peer in found))
    for figure in FIGURES:
        lines = []
        for peer in peers:
            points = [
                (size, figures[figure.value])
                for size, (_, found) in sorted(grown.items())
                if not isinstance(figures := found.get(peer, ""), str)
            ]
            lines.append(Line(names.get(peer, peer), points))
        if figure.limit:
            points = [(size, limits[figure.limit]) for size, (limits, _) in sorted(grown.items())]
            lines.append(Line(LIMITS[figure.limit], points, limit=True))
        (folder / figure.file).write_text(picture(figure.title, [each for each in lines if each.points]), "utf-8")


def picture(title: str, lines: Sequence[Line]) -> str:
    """The SVG of some lines, each with at least one point."""
    sizes = sorted({size for line in lines for size, _ in line.points})
    values = [max(value, 1e-3) for line in lines for _, value in line.points]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    high = max(high, low + 1)
    first, last = math.log10(sizes[0]), math.log10(sizes[-1])

    def across(size: int) -> float:
        share = (math.log10(size) - first) / (last - first) if last > first else 0.5
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def down(value: float) -> float:
        share = (math.log10(max(value, 1e-3)) - low) / (high - low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="13"><title>{escape(title)}</title>',
        "<style>.p{fill:#fff}.t{fill:#222}.g{stroke:#ccc}.l{stroke:#555;fill:none}"
        f"{STYLE}@media(prefers-color-scheme:dark){{.p{{fill:#1c1c1c}}.t{{fill:#e6e6e6}}.g{{stroke:#444}}"
        f".l{{stroke:#aaa}}{STYLE_DARK}}}</style>",
        f'<rect class="p" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="t" x="{LEFT}" y="24" font-size="15" font-weight="bold">{escape(title)}</text>',
    ]
    for power in range(low, high + 1):
        y = down(10.0**power)
        parts.append(f'<line class="g" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="t" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:,g}</text>')
    for size in sizes:
        x = across(size)
        parts.append(f'<line class="g" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
        parts.append(f'<text class="t" x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{size:,}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text class="t" x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">texts</text>')
    ends = _apart([(down(line.points[-1][1]), number) for number, line in enumerate(lines)])
    for number, line in enumerate(lines):
        parts += _drawn(line, number, [(across(size), down(value)) for size, value in line.points], ends[number])
    return "\n".join([*parts, "</svg>", ""])


def _drawn(line: Line, number: int, at: Sequence[tuple[float, float]], end: float) -> list[str]:
    """A line with its marks, and its name at its end."""
    where = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    x, y = at[-1]
    if line.limit:
        made = [f'<polyline class="l" points="{where}" stroke-width="1.5" stroke-dasharray="3 3"/>']
    else:
        dash = f' stroke-dasharray="{DASHES[number % 6]}"' if number % 6 else ""
        wide = 3 if number == 0 else 2
        made = [f'<polyline class="c{number % 6}" points="{where}" style="fill:none" stroke-width="{wide}"{dash}/>']
        made += [_mark(number, *each) for each in at]
        made.append(_mark(number, WIDTH - RIGHT + 24, end))
    made.append(f'<line class="g" x1="{x + 5:.1f}" y1="{y:.1f}" x2="{WIDTH - RIGHT + 16}" y2="{end:.1f}"/>')
    weight = ' font-weight="bold"' if number == 0 else ""
    made.append(
        f'<text class="t" x="{WIDTH - RIGHT + 34}" y="{end + 4:.1f}"{weight} font-size="12">{escape(line.name)}</text>'
    )
    return made


def _mark(number: int, x: float, y: float) -> str:
    """A circle, square, triangle, diamond, cross or ring: each peer has its own."""
    name = f'class="c{number % 6}"'
    match number % 6:
        case 0:
            return f'<circle {name} cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
        case 1:
            return f'<rect {name} x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
        case 2:
            return f'<path {name} d="M{x:.1f} {y - 5:.1f}l5 9h-10z"/>'
        case 3:
            return f'<path {name} d="M{x:.1f} {y - 6:.1f}l6 6l-6 6l-6 -6z"/>'
        case 4:
            return f'<path {name} d="M{x - 5:.1f} {y - 5:.1f}l10 10m0 -10l-10 10" stroke-width="2"/>'
        case _:
            return f'<circle {name} cx="{x:.1f}" cy="{y:.1f}" r="5" style="fill:none" stroke-width="2"/>'


def _apart(ends: list[tuple[float, int]]) -> dict[int, float]:
    """Heights of the names by line, each at least a line of text below the one above."""
    placed: dict[int, float] = {}
    before = 0.0
    for y, number in sorted(ends):
        placed[number] = before = max(y, before + 17)
    over = max(0.0, before - (HEIGHT - 14))
    return {number: y - over for number, y in placed.items()}

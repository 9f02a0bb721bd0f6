"""Names that bundlers and test runners are told to replace, as far as that can be read without running anything.

Configuration is a program: of it only tables are read that stand under `alias` or `moduleNameMapper`, and of their
values only the texts, joined as path functions would. Such a name counts where a file of the project lies at its place.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from whence.analysis.sources import Project, best, join

_TABLE = re.compile(r"""["']?\b(alias|moduleNameMapper)["']?[ \t]*(?::[ \t]*[\w<>, ]{0,60}=|[:=])[ \t]*(?=[\[{])""")
_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<text>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`(?:\\.|[^`\\])*`?)
    |(?P<expression>(?<=:)[ ]*/(?:\\.|[^/\\\n])+/)
    |(?P<open>[\[{(])|(?P<close>[\]})])|(?P<mark>[:,])|(?P<word>[\w$.@]+)|(?P<other>.)""",
    re.X | re.S,
)
_MOST_TOKENS = 4000
_MOST_TABLES = 20


@dataclass(frozen=True)
class Alias:
    """A name that is replaced."""

    pattern: str
    """The name, with a star for whatever follows where that is kept."""

    places: tuple[str, ...]
    """What it stands for, from the project's top; the star is what it is in the pattern."""


def aliases(project: Project, folder: str, names: list[str]) -> tuple[Alias, ...]:
    """The names that the configurations in a folder replace.

    Args:
        project: of which they are.
        folder: the folder.
        names: the names of configurations in it.
    """
    return tuple(alias for name in names for alias in _of_file(project, folder, name))


def _of_file(project: Project, folder: str, name: str) -> Iterator[Alias]:
    if name.startswith(("tsconfig", "jsconfig")):
        return
    if name.startswith("svelte.config."):
        yield from _whole("$lib", ["src/lib"], folder)
    if name.startswith("nuxt.config."):
        for sign in ("~", "@"):
            yield from [*_whole(sign, ["", "app", "src"], folder), *_whole(sign * 2, [""], folder)]
    if name in ("deno.json", "deno.jsonc"):
        said = project.configuration(folder, name)
        yield from _import_map(said.get("imports"), folder)
        if isinstance(said.get("importMap"), str) and "://" not in said["importMap"]:
            inner, file = posixpath.split(join(folder, said["importMap"]))
            yield from _import_map(project.configuration(inner, file).get("imports"), inner)
    elif name == "package.json":
        jest = project.configuration(folder, name).get("jest")
        mapper = jest.get("moduleNameMapper") if isinstance(jest, dict) else None
        for key, value in mapper.items() if isinstance(mapper, dict) else ():
            yield from _replaced(str(key), _flat(value), folder)
    elif name.endswith(("js", "ts", ".json", ".babelrc")):
        said = project.configuration(folder, name)
        text = str(said.get("text", "")) or project.read(join(folder, name)) or ""
        yield from _tables(text, folder)
        yield from _assigned(text, folder)
        yield from _looked_in(text, folder)


def replaced(known: tuple[Alias, ...], target: str) -> Iterator[str]:
    """The places that a name may stand for, by the alias that matches best."""
    chosen = best((each.pattern for each in known), target)
    if chosen is not None:
        for each in known:
            if each.pattern == chosen[0]:
                yield from (join("", place.replace("*", chosen[1])) for place in each.places)


def _whole(name: str, places: list[str], folder: str) -> list[Alias]:
    """A name alone and with anything below it."""
    told = tuple(join(folder, place) for place in places)
    return [
        Alias(name, tuple(place for place in told if place)),
        Alias(f"{name}/*", tuple(posixpath.join(place, "*") for place in told)),
    ]


def _flat(value: object) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def _import_map(table: object, folder: str) -> Iterator[Alias]:
    for key, value in table.items() if isinstance(table, dict) else ():
        if isinstance(value, str) and value.startswith(("./", "../", "/")):
            star = "*" if str(key).endswith("/") else ""
            yield Alias(
                f"{key}{star}", (f"{join(folder, value.lstrip('/') or '.')}{'/*' if star else ''}".lstrip("/"),)
            )


def _replaced(key: str, values: list[str], folder: str) -> Iterator[Alias]:
    """One entry of a table: a plain name, one that ends in `$` or `/`, or an expression with one group at its end."""
    places = [each for each in (value.replace("<rootDir>", "").lstrip("/") for value in values) if each]
    if not places or "://" in key:
        return
    bare = re.sub(r"\\(.)", r"\1", key.removeprefix("^"))
    if match := re.fullmatch(r"([^()*+?|\[\]]*)\((?:\.[*+]\??|\[\^[^\]]*\][*+])\)\$?", bare):
        stars = tuple(join(folder, re.sub(r"\$(?:1|\{1\})", "*", place)) for place in places)
        yield Alias(f"{match[1]}*", tuple(place for place in stars if "*" in place))
    elif not re.search(r"[()*+?|\[\]]", bare):
        if bare.endswith("/"):
            yield Alias(f"{bare}*", tuple(f"{join(folder, place)}/*" for place in places))
        elif bare.endswith("$"):
            yield Alias(bare[:-1], tuple(join(folder, place) for place in places))
        else:
            yield from _whole(bare, places, folder)


def _tables(text: str, folder: str) -> Iterator[Alias]:
    for count, table in enumerate(_TABLE.finditer(text)):
        if count >= _MOST_TABLES:
            return
        for key, texts in _entries(text, table.end()):
            yield from _replaced(key, ["/".join(texts)] if texts else [], folder)


_ASSIGNED = re.compile(r"""\balias(?:\[["']([^"'\n]{1,100})["']\]|\.([\w$]{1,100}))[ \t]*=(?!=)[ \t]*([^\n;]{1,300})""")


def _assigned(text: str, folder: str) -> Iterator[Alias]:
    """Aliases that a program puts into a table one by one, as `config.resolve.alias["@"] = join(here, "src")`."""
    for found in islice(_ASSIGNED.finditer(text), _MOST_TOKENS):
        texts = [part for token in _TOKEN.finditer(found[3]) for part in _told(token.lastgroup, token[0])]
        yield from _replaced(found[1] or found[2], ["/".join(texts)] if texts else [], folder)


_FOLDERS = re.compile(r"""\bmodules["']?[ \t]{0,9}:[ \t]{0,9}\[([^]]{1,500})\]""")
_FOLDER = re.compile(r"""__dirname\s*,\s*["']([^"'\n]+)["']|["']([\w./][^"'\n]*)["']""")


def _looked_in(text: str, folder: str) -> Iterator[Alias]:
    """The folders that webpack looks for modules in, besides those of installed ones."""
    for listed in islice(_FOLDERS.finditer(text), _MOST_TABLES):
        places = [join(folder, one or other) for one, other in _FOLDER.findall(listed[1])]
        yield Alias("*", tuple(f"{place}/*".lstrip("/") for place in places if "node_modules" not in place))


def _entries(text: str, start: int) -> Iterator[tuple[str, list[str]]]:
    """The keys of a table that begins at a bracket, or the `find` of a list's items, with the texts of their values."""
    if text[start] == "{":
        yield from _pairs(text, start, 1)
        return
    find = ""
    for key, texts in _pairs(text, start, 2):
        if key == "find":
            find = texts[0] if texts else ""
        elif key == "replacement" and find:
            yield find, texts


def _pairs(text: str, start: int, level: int) -> Iterator[tuple[str, list[str]]]:
    """The keys at a depth of brackets, each with the texts of its value, up to the bracket that closes the first."""
    depth, key, word, texts = 0, "", "", list[str]()
    for token in islice(_TOKEN.finditer(text, start), _MOST_TOKENS):
        kind, said = token.lastgroup, token[0]
        if kind == "close" or (said == "," and depth == level):
            if depth == level and key:
                yield key, texts
            if depth <= level:
                key, word, texts = "", "", []
            depth -= kind == "close"
            if depth == 0:
                return
        elif kind == "open":
            depth += 1
        elif key:
            texts += _told(kind, said)
        elif said == ":" and depth == level:
            key = word
        elif kind in ("text", "word"):
            word = said.strip("\"'`")


def _told(kind: str | None, said: str) -> list[str]:
    """The text of a value's token. A template or path may begin with a folder's name, as `${root}/src`: it is here."""
    if kind == "expression":
        return [said.strip()[1:-1]]
    return [re.sub(r"\$\{[^}]*\}", "", said.strip("\"'`")).lstrip("/")] if kind == "text" else []

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from whence.values.base import fenced, one_line
from whence.values.forge import Forge
from whence.values.markdown import cell, clean, code, gentle, inline, link, plain, referring

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("tab\tstays", "tab\tstays"),
        ("\x1b[31mred\x00\x7f", "[31mred"),
        ("left\u202eright\u2066x", "leftrightx"),
        ("seen\U000e0041\U000e0042", "seen"),
        ("half\ud800", "half"),
        ("👩\u200d💻 हिन्दी", "👩\u200d💻 हिन्दी"),
    ],
    ids=ascii,
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("snake_case stays, so does C#", "snake_case stays, so does C#"),
        ("_this_ *that* `it`", "\\_this\\_ \\*that\\* \\`it\\`"),
        ("<img src=x>", "\\<img src=x\\>"),
        ("[a](command:x) ![b](http://c)", "\\[a\\](command:x) !\\[b\\](http://c)"),
        ("&lt;b&gt; & co", "\\&lt;b\\&gt; & co"),
        ("two\n# lines", "two # lines"),
        ("back\\slash", "back\\\\slash"),
        ("#######", "\\#######"),
    ],
    ids=ascii,
)
def test_inline(text: str, expected: str) -> None:
    assert inline(text, 100) == expected


def test_inline_is_cut_before_it_is_escaped() -> None:
    assert inline("*" * 50, 10) == "\\*" * 9 + "…"


@pytest.mark.parametrize(
    ("text", "expected"), [("a b.py", "`a b.py`"), ("a`b", "`` a`b ``"), ("``", "``` `` ```"), ("x\ny", "`x y`")]
)
def test_code(text: str, expected: str) -> None:
    assert code(text, 100) == expected


# ---------------------------------------------------------------- what is read is what was written

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
ACTING = "_*`~#-+=>|<&;\\[]()!1.a \n$:{}\"'/é👩‍💻שβ0"
TEXTS = st.one_of(st.text(max_size=60), st.text(alphabet=ACTING, max_size=40))


exactly = settings(deadline=None, database=None)


def read(markdown: str, *blocks: str) -> str:
    """What a reader sees of one line of text in these blocks; anything else that came to be stands in braces."""
    seen = []
    for token in READER.parse(markdown):
        if token.type == "inline":
            seen += [
                each.content if each.type in ("text", "text_special", "code_inline") else f"{{{each.type}}}"
                for each in token.children or ()
            ]
        elif token.type.rpartition("_")[0] not in blocks:
            seen.append(f"{{{token.type}}}")
    return "".join(seen)


def written(text: str) -> str:
    return one_line(clean(text), 80)


@pytest.mark.parametrize(
    ("before", "after", "blocks"),
    [
        ("", "", ("paragraph",)),
        ("# ", "", ("heading",)),
        ("### ", "", ("heading",)),
        ("- ", "", ("bullet_list", "list_item", "paragraph")),
        ("1. ", "", ("ordered_list", "list_item", "paragraph")),
        ("> ", "", ("blockquote", "paragraph")),
    ],
    ids=["a paragraph", "a heading", "a deeper heading", "an item", "a numbered item", "a quotation"],
)
@exactly
@given(text=TEXTS)
def test_inline_text_reads_as_it_was_written_in(before: str, after: str, blocks: tuple[str, ...], text: str) -> None:
    if written(text):
        assert read(f"{before}{inline(text, 80)}{after}", *blocks) == written(text)


@exactly
@given(text=TEXTS)
def test_text_in_a_cell_of_a_table_reads_as_it_was_written(text: str) -> None:
    cells = ("table", "thead", "tbody", "tr", "th", "td")
    table = f"| head | {cell(inline(text, 80))} | {cell(code(text, 80))} |\n|---|---|---|\n"
    assert read(table, *cells) == f"head{written(text)}{written(text)}"


@exactly
@given(text=TEXTS, target=TEXTS)
def test_a_link_reads_as_its_text_and_leads_to_one_place(text: str, target: str) -> None:
    shown = read(f"before {link(text, f'https://example.org/{target}', 80)} after", "paragraph")
    assert shown == f"before {{link_open}}{written(text)}{{link_close}} after"


@exactly
@given(text=TEXTS)
def test_code_reads_as_it_was_written(text: str) -> None:
    assert read(f"before {code(text, 80)} after", "paragraph") == f"before {written(text)} after"


@exactly
@given(text=TEXTS)
def test_a_fence_holds_what_was_written(text: str) -> None:
    tokens = READER.parse(fenced(clean(text), "diff"))
    assert [token.type for token in tokens] == ["fence"]
    assert tokens[0].content.rstrip() == clean(text).rstrip()


@exactly
@given(text=st.text(alphabet=sorted(set(ACTING) - set("`~")), max_size=60))
def test_a_message_of_several_lines_reads_as_its_words(text: str) -> None:
    shown = read(plain(text), "paragraph", "bullet_list", "ordered_list", "list_item")
    shown = shown.replace("{softbreak}", "").replace("{hardbreak}", "")
    items = r"(?m)^ *(?:(?:[-*+]|\d{1,3}[.)]) {1,4}(?=\S))?|\s"  # a mark of an item is drawn, not read
    assert re.sub(items, "", shown) == re.sub(items, "", clean(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`code` and __all__", "`code` and \\_\\_all\\_\\_"),
        ("- one\n- *two*\n3. three", "- one\n- \\*two\\*\n3. three"),
        ("# no heading\n\n===\n\n> no quotation", "\\# no heading\n\n\\===\n\n\\> no quotation"),
        ("Why: it leaked\nHow: by hand", "Why: it leaked  \nHow: by hand"),
        (f"{'long words ' * 6}\nflow on", f"{('long words ' * 6).strip()}\nflow on"),
        ("```\n__all__ <T>\n```\nafter <T>", "```\n__all__ <T>\n```\nafter \\<T\\>"),
        ("no ``` fence", "no \\`\\`\\` fence"),
        ("    deep\n\n        code", "   deep\n\n   code"),
    ],
    ids=ascii,
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Why\n\n*because* of `__all__`", "## Why\n\n*because* of `__all__`"),
        ("export __all__ from __init__.py", "export \\_\\_all\\_\\_ from \\_\\_init\\_\\_.py"),
        ("a List<T> and &lt;", "a List\\<T> and \\&lt;"),
        ("<https://example.org/__a__> and \\<T>", "<https://example.org/__a__> and \\<T>"),
        ("```python\n__all__ = [a < b]\n```\n<b>", "```python\n__all__ = [a < b]\n```\n\\<b>"),
        ("__really bold__ and _so_", "__really bold__ and _so_"),
    ],
    ids=ascii,
)
def test_gentle(text: str, expected: str) -> None:
    assert gentle(text) == expected


@pytest.mark.parametrize("line", ["```\n", "~~~~\n", "```\n~~~\n", "````x\n"])
def test_many_fences_are_read_in_time(line: str) -> None:
    begun = time.thread_time()
    assert plain(line * 100_000).count("\n") >= 99_999
    assert time.thread_time() - begun < 3


def test_a_fence_is_one_where_a_longer_or_equal_mark_of_its_sign_ends_it() -> None:
    assert plain("````\n*a*\n```\n`````") == "````\n*a*\n```\n`````"
    assert plain("````\n*a*\n```\n~~~~").startswith("\\`")


def test_what_is_escaped_already_stays_as_it_is() -> None:
    assert gentle(gentle("__all__ <T> &amp; $x")) == gentle("__all__ <T> &amp; $x")


def test_links_are_made_beside_code_and_other_links_only() -> None:
    linked = Forge("github", "https://github.com", "shop/cart").links
    there = "[#1](https://github.com/shop/cart/issues/1)"
    assert gentle("#1, `#1`, [see #1](https://example.org)", linked) == f"{there}, `#1`, [see #1](https://example.org)"
    assert plain("- #1 and `#1`", linked) == f"- {there} and `#1`"
    assert inline("[x] #1", 80, linked) == f"\\[x\\] {there}"


def test_a_page_of_ours_gets_links_beside_its_title_its_code_and_the_links_it_has() -> None:
    linked = Forge("github", "https://github.com", "shop/cart").links
    there = "[#1](https://github.com/shop/cart/issues/1)"
    coded = "```\n#1\n```\n\nhttps://example.org/a\\_b"
    page = f"# About #1\n\n- Sum \\*all\\* (#1), `#1`, [see #1](whence:/a/b)\n\n{coded} #1"
    assert referring(page, linked) == (
        f"# About #1\n\n- Sum \\*all\\* ({there}), `#1`, [see #1](whence:/a/b)\n\n{coded} {there}"
    )
    assert referring(referring(page, linked), linked) == referring(page, linked)


def test_a_link_s_target_ends_nothing() -> None:
    assert link("a", "https://example.org/(b) <c>") == "[a](https://example.org/%28b%29%20%3Cc%3E)"

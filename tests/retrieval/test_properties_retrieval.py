"""What holds of every text that is searched: terms are bounded and found again, passages tell all, numbers unpack."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import LINES, NAMES, TEXTS, bounded, lined, made_of
from whence.retrieval import excerpts, fields, passages
from whence.retrieval.gist import gist
from whence.retrieval.query import MAX_QUERY_PAIRS, MAX_QUERY_TERMS, Query
from whence.retrieval.words import MAX_TERM_BYTES, STOP_WORDS, read, runs, terms, terms_of
from whence.values.memory import Change, Conversation, FileEdit, MemoryBase, Message, Note

SAID = st.one_of(
    TEXTS,
    made_of(
        "parseHttpHeader",
        "parse_http_header",
        "the",
        "Größe",
        "日本語",
        "テスト",
        "한국어",
        "0123abcdef",
        "x" * 300,
        " ",
        "_",
    ),
)


# ---------------------------------------------------------------- words and queries


@bounded(200)
@given(SAID)
def test_terms_are_bounded_and_hold_no_spaces(text: str) -> None:
    found = terms(text)
    assert all(term and len(term.encode()) <= MAX_TERM_BYTES and not term.split()[1:] for term in found)
    assert set(found) <= set(read(text)[0])
    assert all(run.strip() == run != "" for run in runs(text))


@bounded(200)
@given(SAID, SAID)
def test_terms_of_two_texts_are_those_of_both(one: str, other: str) -> None:
    both, apart = terms(f"{one}\n{other}"), [*terms(one), *terms(other)]
    telling = {
        term for text in (one, other) for run in runs(text) if run.lower() not in STOP_WORDS for term in terms_of(run)
    }
    assert [term for term in both if term in telling] == [term for term in apart if term in telling]


@bounded(200)
@given(st.lists(NAMES.filter(lambda name: name.strip("_")), min_size=1, max_size=4))
def test_an_identifier_is_found_however_it_is_written(parts: Sequence[str]) -> None:
    words = [part.strip("_").replace("_", "") for part in parts]
    snake, camel = "_".join(words), words[0] + "".join(word.capitalize() for word in words[1:])
    assert set(terms(snake)) & set(terms(camel))
    assert set(terms(snake.upper())) & set(terms(snake))


QUERIES = st.one_of(
    SAID,
    lined(
        "Traceback (most recent call last):",
        '  File "/usr/lib/python3.11/site-packages/x.py", line 3, in run',
        "    at com.example.Cart.total(Cart.java:12)",
        "Error: it fails since 3 March 2024",
        "```",
        "test_command_line",
        "2024-13-45",
        "on 31 Feb 2024",
        "0000-00",
        "",
    ),
)


@bounded(200)
@given(QUERIES)
def test_any_query_is_read_within_bounds(text: str) -> None:
    query = Query(text)
    assert query.shape in ("short", "report", "trace")
    assert len(query.terms) <= MAX_QUERY_TERMS
    assert len(query.pairs) <= MAX_QUERY_PAIRS
    for weighed in (query.terms, query.pairs):
        assert [weight for _, weight in weighed] == sorted((weight for _, weight in weighed), reverse=True)
        assert all(weight > 0 for _, weight in weighed)
        assert len({name for name, _ in weighed}) == len(weighed)
    assert all(len(part) <= 1500 for part in query.embedded)
    assert all(1 <= month <= 12 for _, month, _ in query.dates)
    assert Query(text).terms == query.terms
    assert isinstance(query.names_code, bool)
    held = frozenset(term for term, _ in query.terms)
    surfaces = query.surfaces(held)
    assert len(set(surfaces)) == len(surfaces)
    assert all(held & set(terms_of(word)) for word in surfaces)
    assert query.surfaces(frozenset()) == []


# ---------------------------------------------------------------- fields


@bounded(200)
@given(st.lists(st.tuples(st.sampled_from([fields.TITLE, fields.BODY, fields.AROUND]), SAID), max_size=4))
def test_what_is_packed_is_unpacked(parts: Sequence[tuple[fields.Field, str]]) -> None:
    counted = [(field, read(text)) for field, text in parts]
    packed = fields.weigh(counted)
    keys, values = fields.unpack(packed)
    assert packed == keys.tobytes() + values.tobytes()
    assert list(keys) == sorted(set(keys.tolist()))
    assert (values > 0).all()
    wanted = np.array(sorted({*keys.tolist(), 7}), np.uint32)
    found = fields.look_up([packed, b""], wanted)
    assert found.shape == (2, len(wanted))
    assert not found[1].any()
    held = dict(zip(keys.tolist(), values.tolist(), strict=True))
    assert [held.get(key, 0.0) for key in wanted.tolist()] == found[0].tolist()
    terms_held = {fields.hashes([term])[0] for _, (own, _) in counted for term in own[: fields.MAX_COUNTED]}
    assert terms_held <= held.keys()


# ---------------------------------------------------------------- passages

LONG = st.lists(st.sampled_from(["word", "parse_header", "ein Wort", "x" * 900, "", "日本"]), max_size=80).map(" ".join)
PROSE = st.one_of(SAID, LONG, LINES.map("\n".join)).filter(str.strip)
DIFFS = lined("@@ -1,2 +1,2 @@ def total(rows):", "-old", "+new", " kept", "\\ No newline at end of file", "", most=60)
MEMORIES: st.SearchStrategy[MemoryBase] = st.one_of(
    st.builds(Note, content=PROSE, title=SAID, labels=st.lists(NAMES, max_size=2).map(tuple)),
    st.builds(
        Change,
        edits=st.lists(st.builds(FileEdit, path=NAMES, diff=DIFFS, symbols=st.tuples(NAMES)), max_size=3).map(tuple),
        reason=SAID,
    ),
    st.builds(
        Conversation,
        messages=st.lists(
            st.builds(
                Message, role=st.sampled_from(["user", "assistant"]), content=PROSE, name=st.sampled_from(["", "A"])
            ),
            min_size=1,
            max_size=5,
        ).map(tuple),
    ),
)


@bounded(200)
@given(MEMORIES)
def test_passages_tell_of_one_memory_in_order(memory: MemoryBase) -> None:
    made = passages.split(memory)
    assert [each.id for each in made] == [f"{memory.id}#{number}" for number in range(len(made))]
    assert 1 <= len(made) <= max(passages.MAX_PASSAGES, len(memory.pieces()) * passages.MAX_PASSAGES)
    assert {each.memory for each in made} == {memory.id}
    assert any(each.text.strip() for each in made)
    assert all(each.meaning for each in made)
    assert all(len(text) <= passages.EMBEDDED_CHARACTERS for each in made for _, text in each.meaning)
    assert passages.split(memory) == made, "it is derived: made again it is the same"
    assert all(passages.readable(getattr(memory, "edits", ())))


@bounded(150)
@given(PROSE)
def test_a_note_is_found_by_each_of_its_words(content: str) -> None:
    made = passages.split(Note(content=content, title="named"))
    found = set(" ".join(each.words for each in made).split(" "))
    wanted = read(Note(content=content).content)[0]
    assert set(wanted[: passages.MAX_TERMS - 50]) <= found
    held = set(fields.unpack(made[0].weights)[0].tolist())
    assert set(fields.hashes(wanted[: fields.MAX_COUNTED])) <= held


@bounded(150)
@given(PROSE)
def test_the_pieces_of_a_text_are_all_of_it(content: str) -> None:
    note = Note(content=content)
    told = "".join("".join(each.text for each in passages.split(note)).split())
    if len(content) < passages.PASSAGE_CHARACTERS * 10:
        assert "".join(note.content.split()) in told


# ---------------------------------------------------------------- shortening


@bounded(150)
@given(MEMORIES)
def test_all_pieces_joined_leave_no_gap(memory: MemoryBase) -> None:
    pieces = excerpts.pieces(memory)
    numbers = [part.number for part in pieces.parts]
    assert numbers == sorted(set(numbers))
    whole = excerpts.joined(pieces, range(len(pieces.parts)))
    if pieces.end == len(pieces.parts):
        assert whole.split("\n").count(excerpts.GAP) == sum(
            part.text.split("\n").count(excerpts.GAP) for part in pieces.parts
        )
    asked = Query("parse the header of a word").terms
    assert all(worth >= 0 for row in excerpts.matches([pieces.parts], asked) for worth in row)


@bounded(150)
@given(st.lists(PROSE, max_size=4), st.integers(0, 6))
def test_a_gist_is_of_the_texts_own_sentences(texts: Sequence[str], count: int) -> None:
    told = gist(texts, count)
    assert len(told) <= count
    assert len(set(told)) == len(told)
    assert set(told) <= set(gist(texts, 10_000))

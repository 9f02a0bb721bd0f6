import random
from collections import Counter
from datetime import UTC, datetime

import pytest

from whence.retrieval.passages import (
    EMBEDDED_CHARACTERS,
    MAX_PASSAGES,
    MAX_TERMS,
    MAX_TURNS,
    PASSAGE_CHARACTERS,
    TELLING_WEIGHT,
    meanings,
    readable,
    split,
)
from whence.retrieval.phrasing import pair_of
from whence.retrieval.words import terms
from whence.values.handed_out import marked
from whence.values.memory import Change, Conversation, Decision, FileEdit, MemoryBase, Note

pytestmark = pytest.mark.quick

AT = datetime(2026, 11, 3, 10, 11, 12, tzinfo=UTC)


def hunk(number: int, changed: str = "+    value = compute()", lines: int = 6) -> str:
    around = "\n".join(f"     context {number} {line}" for line in range(lines))
    return f"@@ -{number},3 +{number},4 @@ def section{number}\n{around}\n{changed}"


def change(**fields: object) -> Change:
    return Change.model_validate({"created_at": AT, **fields})


def words(memory: MemoryBase) -> Counter[str]:
    return Counter(split(memory)[0].words.split())


def test_a_short_note_is_one_passage() -> None:
    note = Note(content="Keep a look-ahead of two tokens", labels=("parser",), pinned=True, importance=8, created_at=AT)
    (passage,) = split(note)
    assert passage.text == note.content
    assert passage.id == f"{note.id}#0"
    assert (passage.memory, passage.kind, passage.title) == (note.id, note.kind, note.title)
    assert (passage.pinned, passage.importance, passage.created_at) == (True, 8, AT)
    assert (passage.labels, passage.source) == (("parser",), "user")


def test_a_change_is_one_passage_and_reads_piece_by_piece() -> None:
    edit = FileEdit(path="src/http parser.py", diff=hunk(1), symbols=("parse_header",), added=1)
    memory = change(reason="Fix folding\n\nContinuation lines were lost.", edits=(edit,))
    (passage,) = split(memory)
    (second,) = readable(memory.edits)
    assert passage.text == "Fix folding\n\nContinuation lines were lost.\nsrc/http parser.py\nparse_header"
    assert second.startswith("src/http parser.py\n@@ -1,3 +1,4 @@ def section1\n")
    assert second.endswith("+    value = compute()")


def test_a_change_means_its_purpose_its_names_and_its_text() -> None:
    edit = FileEdit(path="src/http_parser.py", diff="@@ -1 +1 @@ class HeaderReader\n keep\n+    foldLine(it)")
    (passage,) = split(change(reason="Fix folding\n\nLines were lost.", edits=(edit,)))
    purpose, names, raw = (text for _, text in passage.meaning)
    assert purpose == "Fix folding\n\nLines were lost."
    assert names.split() == ["src", "http", "parser", "class", "header", "reader", "fold", "line"]
    assert raw.startswith("Fix folding\n\nLines were lost.\nsrc/http_parser.py\n--- src/http_parser.py\n@@")
    (silent,) = split(change(edits=(edit,)))
    assert [text for _, text in silent.meaning] == [names, raw.partition("\n\nLines were lost.\n")[2]]


def test_a_long_change_that_nobody_said_a_word_of_means_what_its_sources_changed_besides() -> None:
    """The model reads the beginning of the diffs, in the order of their paths: here a page of documentation."""
    around = "\n".join(f" unchanged line {n} of the surroundings" for n in range(30))
    page = FileEdit(path="docs/page.md", diff=f"@@ -1,9 +1,9 @@\n{around}\n+A sentence.\n+Another.\n+A third.")
    small = FileEdit(path="src/__init__.py", diff=f"@@ -1,9 +1,9 @@\n{around}\n+from src.pool import Pool")
    telling = FileEdit(path="src/pool.py", diff=f"@@ -1,9 +1,9 @@\n{around}\n-    open()\n+    close()\n+    wait()")
    (passage,) = split(change(edits=(page, small, telling)))
    weight, text = passage.meaning[-1]
    assert weight == TELLING_WEIGHT
    assert text.splitlines()[:6] == [
        *("src/pool.py", "open()", "close()", "wait()"),
        *("src/__init__.py", "from src.pool import Pool"),
    ]
    assert "unchanged" not in text
    assert [each for each, _ in split(change(edits=(telling,)))[0].meaning] == [1, 1], "one file"
    short = [each.model_copy(update={"diff": each.diff.replace(around, "")}) for each in (page, telling)]
    assert [each for each, _ in split(change(edits=tuple(short)))[0].meaning] == [1, 1], "read whole"
    named = change(reason="Close the pool", edits=(page, small, telling))
    assert [each for each, _ in split(named)[0].meaning] == [1, 1, 1], "it says what it is"
    pair = pair_of(named)
    assert pair is not None and pair[1] == passage.meaning, "what a message reads as is a change without one"


def test_a_turn_means_a_little_of_those_around_it() -> None:
    said = [f"sentence number {n}" for n in range(6)]
    names = ("Ada", "Bob")
    messages = [
        {"role": "user", "name": names[n % 2], "content": each, "at": AT.replace(minute=n)}
        for n, each in enumerate(said)
    ]
    passages = split(Conversation.model_validate({"messages": messages, "created_at": AT}))
    assert [passage.turn for passage in passages] == list(range(6))
    assert [passage.speaker for passage in passages[:2]] == ["Ada", "Bob"]
    assert passages[3].created_at == AT.replace(minute=3)
    assert {text: weight for weight, text in passages[2].meaning} == {
        "Ada: sentence number 2": 1.0,
        "Bob: sentence number 1": 0.4,
        "Bob: sentence number 3": 0.4,
        "Ada: sentence number 0": 0.3,
        "Ada: sentence number 4": 0.3,
    }
    alone = split(Conversation.model_validate({"messages": [{"role": "user", "content": "x"}], "created_at": AT}))
    assert [passage.speaker for passage in alone] == [""]


def test_a_conversation_of_any_length_is_found_turn_by_turn() -> None:
    messages = [{"role": "user", "content": f"needle{n} in the hay"} for n in range(2000)]
    passages = split(Conversation.model_validate({"messages": messages, "created_at": AT}))
    assert len(passages) <= MAX_TURNS
    assert all(any(f"needle{n}" in passage.text for passage in passages) for n in (0, 999, 1999))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("def parse(text):\n    return text", True),
        ("@cached\ndef parse(text):\n    return text", True),
        ("export async function load(path) {", True),
        ("func (s *Server) Close() error {", True),
        ("pub(crate) fn read(path: &str) {", True),
        ("class Parser:\n    pass", True),
        ("type errors are reported twice", False),
        ("class sizes must not exceed (by law) 30", False),
        ("We define parse(text) to be total.", False),
    ],
    ids=lambda each: str(each)[:24],
)
def test_what_is_code(content: str, code: bool) -> None:
    assert split(Note(content=content))[0].code is code


def test_the_words_of_the_first_speak_for_all() -> None:
    edits = tuple(FileEdit(path=f"m{n}.py", diff=hunk(n, f"+    needle{n}()")) for n in range(5))
    whole = words(change(reason="Add needles", edits=edits))
    assert {f"needle{n}" for n in range(5)} <= whole.keys()


def test_what_names_a_memory_counts_more_than_its_body() -> None:
    edit = FileEdit(path="lexer.py", diff="@@ -1 +1 @@\n around\n+changed", symbols=("advance",))
    whole = words(change(title="Tokenizer", reason="because", edits=(edit,), labels=("urgent",), author="Ada"))
    stems = {word: terms(word)[0] for word in ("tokenizer", "lexer", "advance", "urgent", "because", "changed", "ada")}
    counts = {word: whole[stem] for word, stem in stems.items()}
    assert counts == {"tokenizer": 3, "lexer": 3, "advance": 2, "urgent": 1, "because": 1, "changed": 1, "ada": 1}


def test_lines_beside_a_change_count_once() -> None:
    edit = FileEdit(path="a.py", diff="@@ -1 +1 @@\n beside beside beside\n beside\n+inside inside\n-inside")
    whole = words(change(reason="x", edits=(edit,)))
    assert whole[terms("beside")[0]] == 1
    assert whole[terms("inside")[0]] == 3


def test_a_commit_is_found_by_its_short_id() -> None:
    commit = "f6ac358aa01fbc9922ddee00112233445566aabb"
    assert terms(commit[:8])[0] in words(change(reason="x", commit=commit))


def test_the_old_name_of_a_file_is_found() -> None:
    edit = FileEdit(path="new_name.py", old_path="former_name.py", action="rename")
    assert terms("former")[0] in words(change(edits=(edit,)))


def test_a_title_that_the_text_begins_with_is_not_said_twice() -> None:
    long = "A sentence that is much longer than a title may be. " * 10
    for memory in (Note(content=long), Note(content="Title line\nand more"), Decision(decision="Use one\nfile")):
        text = split(memory)[0].text
        assert text.count(memory.title[:40].rstrip("…")) == memory.text()[:PASSAGE_CHARACTERS].count(memory.title[:40])
    assert split(Note(title="Other", content="text"))[0].text == "Other\ntext"


def test_long_prose_is_cut_between_lines_and_nothing_is_lost() -> None:
    content = "\n".join(f"Line {number} tells of thing{number}." for number in range(300))
    passages = split(Note(content=content))
    assert 5 < len(passages) <= MAX_PASSAGES
    assert all(len(passage.text) <= PASSAGE_CHARACTERS + 200 for passage in passages)
    assert "\n".join(passage.text for passage in passages) == content


def test_a_long_line_is_cut_between_words() -> None:
    passages = split(Note(content="word " * 2000))
    assert len(passages) > 5
    assert {word for passage in passages for word in passage.text.split()} <= {
        "word",
        "…",
        passages[0].title.split()[-1],
    }


def test_the_first_hunks_of_each_file_come_before_the_second() -> None:
    diff = "\n".join(hunk(number, lines=12) for number in range(40))
    edits = tuple(FileEdit(path=f"f{number}.py", diff=diff) for number in range(10))
    pieces = readable(edits)
    assert len(pieces) == MAX_PASSAGES - 1
    assert [piece.splitlines()[0] for piece in pieces[:10]] == [f"f{number}.py" for number in range(10)]
    assert "def section0" in pieces[9]


def test_small_hunks_share_a_passage_and_large_ones_are_cut() -> None:
    small = "\n".join(f"@@ -{n} +{n} @@\n-a\n+b" for n in range(5))
    large = "@@ -1 +1 @@\n" + "\n".join(f"+line number {n} of a long addition" for n in range(100))
    assert len(readable([FileEdit(path="s.py", diff=small)])) == 1
    cut = readable([FileEdit(path="l.py", diff=large)])
    assert 3 < len(cut) < 10
    assert all(PASSAGE_CHARACTERS * 0.5 < len(piece) < PASSAGE_CHARACTERS + 60 for piece in cut[:-1])


@pytest.mark.parametrize(
    "memory",
    [
        change(),
        change(edits=(FileEdit(path="empty.py"),)),
        change(edits=(FileEdit(path="a.py", diff="\n\n"),)),
        Note(content="🦊"),
        Note(content="\x00 \x07x"),
        Note(content="word\ud800"),
        Decision(decision="x", context="\n\n\n"),
    ],
    ids=["no edits", "no diff", "blank diff", "emoji", "controls", "half a character", "blank lines"],
)
def test_a_memory_of_nearly_nothing_has_a_passage(memory: MemoryBase) -> None:
    passages = split(memory)
    assert len(passages) == 1
    assert passages[0].text


@pytest.mark.parametrize(
    "memory",
    [
        Note(content="x"),
        Note(title="Retries", content="One line of prose.\n" * 200),
        Decision(decision="Use one table", alternatives=("two",)),
        Change(title="Retry", reason="Because the network fails", edits=(FileEdit(path="a.py", diff=hunk(1)),)),
        Change(edits=(FileEdit(path="a.py", diff=hunk(1) * 9), FileEdit(path="b.py", diff=hunk(2) * 9))),
        Conversation(
            title="Talk", messages=tuple({"role": "user", "content": f"turn {n} says {n * n}"} for n in range(9))
        ),
    ],
    ids=["nothing", "prose", "decision", "change", "change without a word", "conversation"],
)
def test_what_is_embedded_is_had_without_the_words(memory: MemoryBase) -> None:
    assert meanings(memory) == [(each.id, each.meaning) for each in split(memory)]


@pytest.mark.parametrize(
    "edits",
    [
        [FileEdit(path="big.py", diff="\n".join(hunk(number) for number in range(5000)))],
        [FileEdit(path=f"folder/file{number}.py", diff=hunk(number)) for number in range(5000)],
        [FileEdit(path="min.js", diff="@@ -1 +1 @@\n+" + "x=1;" * 250_000)],
        [FileEdit(path="lines.txt", diff="+\n" * 200_000)],
        [FileEdit(path=f"{'deep/' * 200}{number}", symbols=tuple(f"s{n}" for n in range(500))) for number in range(50)],
    ],
    ids=["5000 hunks", "5000 files", "one long line", "empty lines", "long paths"],
)
def test_a_huge_change_stays_bounded(edits: list[FileEdit]) -> None:
    passages = split(change(reason="Huge", edits=tuple(edits)))
    assert 1 <= len(passages) <= MAX_PASSAGES
    assert len(passages[0].words.split()) <= MAX_TERMS
    assert "huge" in passages[0].words.split()
    assert all(len(passage.text) < 12_000 for passage in passages)
    assert all(len(text) <= EMBEDDED_CHARACTERS for passage in passages for _, text in passage.meaning)
    assert all(len(passage.weights) < 200_000 for passage in passages)


def test_any_text_is_split_without_losing_words() -> None:
    pick = random.Random(11)
    for _ in range(100):
        content = "x" + "".join(pick.choices("abcAB_.   \n\n\t日本🦊é\u2028\r", k=pick.randint(1, 3000)))
        passages = split(Note(content=content))
        assert all(passage.text.strip() for passage in passages)
        spoken = passages[0].words.split()
        assert set(terms(content)) <= set(spoken) or len(spoken) == MAX_TERMS


def test_noise_in_a_message_is_neither_embedded_nor_searched_but_what_it_refers_to_is() -> None:
    noise = "Co-authored-by: Test Author <author@example.org>\nFixes: #123"
    message = f"Fix folding (#9)\n\n* Linting\n\n* Lines were lost\n\n{noise}"
    memory = change(reason=message)
    (passage,) = split(memory)
    assert passage.meaning[0][1] == "Fix folding (#9)\n\n* Lines were lost"
    assert not {"author", "lint"} & set(words(memory))
    assert "123" in words(memory)
    assert passage.text == "Fix folding (#9)\n\n* Lines were lost"


def test_a_title_that_says_nothing_is_searched_but_not_embedded() -> None:
    memory = change(reason="Update tests", edits=(FileEdit(path="cart.py", diff="@@ -1 +1 @@\n+round_once()"),))
    (passage,) = split(memory)
    assert not any("Update tests" in text for _, text in passage.meaning)
    assert words(memory).keys() >= set(terms("update tests"))
    assert passage.title == "Update tests"


def test_a_merge_is_found_by_what_was_merged() -> None:
    message = "Merge pull request #1 from author/pool\n\nClose the pool"
    for memory in (change(reason=message), change(reason=message, title=message.partition("\n")[0])):
        (passage,) = split(memory)
        assert {text for _, text in passage.meaning} == {"Close the pool"}
        assert "merge" not in words(memory)


def test_what_whence_handed_out_is_not_found_in_what_it_was_pasted_into() -> None:
    page = marked("# Why cart.py:3\n\n## Round once\n\nCents are whole.")
    (passage,) = split(Note(content=f"Ask about this:\n{page}Is it so?"))
    assert passage.text == "Ask about this:\nIs it so?"
    talk = Conversation.model_validate({"messages": [{"role": "user", "content": page}], "created_at": AT})
    (passage,) = split(talk)
    assert "cents" not in passage.words

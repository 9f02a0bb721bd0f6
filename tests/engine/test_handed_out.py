"""What Whence handed out never comes back as memory, whether its mark was lost or not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.opened import Engine
from tests.patience import PATIENCE, until
from tests.pictures import png
from whence.capture.handed_out import HandedOut
from whence.values.handed_out import unmarked, without_ours
from whence.values.memory import Conversation, MemoryBase
from whence.values.settings import parse

RATIONALE = (
    "The provider drops two calls in a hundred. A customer who sees that buys elsewhere, and the shop pays for the "
    "second call no more than for the first. Three attempts were tried in spring: the third was never the one that "
    "went through, and it kept the till waiting for a minute."
)


@pytest.fixture
def engine(repository: Path) -> Iterator[Engine]:
    with Engine(repository, parse({"embedding": {"model": "none"}}), capture=False) as opened:
        opened.remember({"kind": "decision", "decision": "Charges are tried twice", "rationale": RATIONALE})
        assert opened.indexer.settle(PATIENCE)
        yield opened


def copied(engine: Engine) -> str:
    """A page that was handed out, without its mark, once that is known."""
    known = HandedOut(engine.place.home)
    before = len(known.sketches())
    (hit,) = engine.search("charges", kinds=("decision",)).hits
    page = engine.get(hit.id).markdown
    until(lambda: len(known.sketches()) > before, "the page to be known")
    return unmarked(page)


def kept(engine: Engine, kind: str) -> list[MemoryBase]:
    assert engine.indexer.settle(PATIENCE)
    return [engine.store.get([hit.id])[0] for hit in engine.search("", kinds=(kind,), limit=50).hits]


def turns(engine: Engine) -> list[str]:
    (conversation,) = kept(engine, "conversation")
    assert isinstance(conversation, Conversation)
    return [message.content for message in conversation.messages]


def test_a_page_without_its_mark_is_no_turn_of_a_conversation(engine: Engine) -> None:
    page = copied(engine)
    engine.save_conversation(f"## User\n\nWhy twice?\n\n{page}\n\n## Assistant\n\n{page}\n\n## User\n\nThen be it.")
    assert turns(engine) == ["Why twice?", "Then be it."]


def test_a_conversation_of_a_page_alone_is_none(engine: Engine, tmp_path: Path) -> None:
    page = copied(engine)
    (tmp_path / "chats").mkdir()
    (tmp_path / "chats" / "page.md").write_text(f"## User\n\n{page}\n\n## Assistant\n\n{page}\n", encoding="utf-8")
    done = engine.import_conversations(str(tmp_path / "chats"))
    assert (done.added, [each.reason for each in done.left_out]) == (0, ["context that Whence inserted"])
    assert kept(engine, "conversation") == []


def test_what_somebody_says_of_a_page_stays(engine: Engine) -> None:
    copied(engine)
    said = f"You say that {RATIONALE.partition('. ')[0].lower()}. Who counted that, and when?"
    engine.save_conversation(f"## User\n\n{said}\n\n## Assistant\n\n{RATIONALE}\n")
    assert turns(engine) == [said, RATIONALE]


def test_memories_of_other_tools_lose_what_they_copied(engine: Engine) -> None:
    page = copied(engine)
    folder = engine.place.root / ".serena" / "memories"
    folder.mkdir(parents=True)
    (folder / "copied.md").write_text(page, encoding="utf-8")
    (folder / "mixed.md").write_text(f"{page}\n\nAsk the provider again in spring.\n", encoding="utf-8")
    (folder / "own.md").write_text("Charges are logged.\n", encoding="utf-8")
    done = engine.import_memories(str(folder.parent))
    assert (done.added, [each.reason for each in done.left_out]) == (2, ["context that Whence inserted"])
    told = [memory.text() for memory in kept(engine, "note")]
    assert any("Ask the provider again in spring." in text for text in told)
    assert not any("customer" in text for text in told)


@pytest.mark.parametrize("language", ["python", "typescript", "sql", "html", "css"])
def test_a_context_block_as_a_comment_is_nobodys_words(engine: Engine, language: str) -> None:
    block = engine.context("charges").markdown
    comment = engine.as_comment(block, language).text
    assert "Charges are tried twice" in comment
    assert without_ours(f"before\n{comment}after\n") == "before\nafter\n"
    engine.save_conversation(f"## User\n\n{comment}\n\n## Assistant\n\nThen be it.\n")
    assert turns(engine) == ["Then be it."]


def test_a_language_without_comments_is_named(engine: Engine) -> None:
    assert engine.as_comment("A text", "json").note == "No comments of json are known."


@pytest.mark.parametrize("kind", ["answer", "patterns", "picture", "session"])
def test_every_page_bears_a_mark(engine: Engine, kind: str, tmp_path: Path) -> None:
    (tmp_path / "shot.png").write_bytes(png(300, 200))
    engine.start_session("Charge twice")
    engine.end_session()
    pages = {
        "answer": lambda: engine.ask("Why are charges tried twice?"),
        "patterns": engine.analyze_patterns,
        "picture": lambda: engine.read_screenshot(str(tmp_path / "shot.png")),
        "session": engine.summarize_session,
    }
    page = pages[kind]().markdown
    assert page
    assert without_ours(f"before\n{page}after\n") == "before\nafter\n"


def test_an_answer_that_the_user_keeps_is_found(engine: Engine) -> None:
    answer = engine.ask("Why are charges tried twice?")
    assert answer.answered
    engine.keep_answer("Why are charges tried twice?", answer.markdown)
    assert turns(engine)[1] == unmarked(answer.markdown).strip()
    assert [hit.kind for hit in engine.search("charges tried twice", kinds=("conversation",)).hits] == ["conversation"]

import os
import random
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from whence.models import vocabulary
from whence.values.tokens import count_tokens, most_tokens

pytestmark = pytest.mark.quick

Count = Callable[[str], int]


@cache
def vocabularies() -> dict[str, Count]:
    """Three published tokenizers, from what is installed."""
    import tiktoken
    from tokenizers import Tokenizer

    package = find_spec("litellm")
    assert package and package.submodule_search_locations
    folder = Path(package.submodule_search_locations[0]) / "litellm_core_utils" / "tokenizers"
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    claude = Tokenizer.from_file(str(folder / "anthropic_tokenizer.json"))
    claude.encode_special_tokens = True
    cl100k, o200k = tiktoken.get_encoding("cl100k_base"), tiktoken.get_encoding("o200k_base")
    return {
        "claude": lambda text: len(claude.encode(text)),
        "cl100k": lambda text: len(cl100k.encode_ordinary(text)),
        "o200k": lambda text: len(o200k.encode_ordinary(text)),
    }


# Tokens of each text in the vocabulary cl100k or o200k, whichever has more, counted once with the real tokenizers.
COUNTED = {
    "prose": (
        "We postponed the migration of the database because the new index isn't ready. This function parses what the "
        "user typed, and returns nothing when there is an error; the cache expires every five minutes.",
        39,
    ),
    "python": (
        "def parse_header(line: str) -> tuple[str, str]:\n    name, _, value = line.partition(':')\n"
        "    if not name.strip():\n        raise ValueError(f'bad header: {line!r}')\n    return name, value.strip()\n",
        50,
    ),
    "diff": (
        "@@ -376,6 +376,9 @@ class RemoveUnusedVars\n     // is removing globals, then it's OK to remove unused args.\n"
        "+    if (!removeGlobals) {\n+      return;\n+    }\n \n     Node function = fnScope.getRootNode();\n",
        55,
    ),
    "json": (
        '{"id": "01a1fcb3-1c6d-7bae-b04f-76e76e8efdb4", "kind": "note", "labels": ["a", "b"], "pinned": false}',
        53,
    ),
    "digits": ("3141592653589793238462643383279502884197", 14),
    "Chinese": ("我们推迟了数据库迁移，因为新的索引还没有准备好。", 23),
    "German": ("Wir haben die Datenbankmigration verschoben, weil der neue Index noch nicht fertig ist.", 20),
    "Russian": ("Мы отложили миграцию базы данных, потому что новый индекс ещё не готов.", 31),
}


@pytest.mark.parametrize("name", COUNTED)
def test_tokens_are_not_undercounted(name: str) -> None:
    text, real = COUNTED[name]
    assert real <= count_tokens(text) <= real * 1.6


def test_tokens_of_pieces_add_up_to_those_of_the_whole() -> None:
    pieces = [f"# Heading {n}\n\nSome wörds, code() and 数字 {n}.\n\n" for n in range(50)]
    assert count_tokens("".join(pieces)) <= sum(count_tokens(piece) for piece in pieces)
    assert count_tokens("") == 0


def test_the_vocabulary_is_read_once_and_counts_what_looks_special_as_text() -> None:
    count = vocabulary.counter()
    assert count is vocabulary.counter()
    assert count
    assert count("") == 0
    assert count("<EOT>") > 1
    assert count("a\ud800b") >= 2


@pytest.mark.parametrize("name", COUNTED)
def test_a_count_is_careful_and_near(name: str) -> None:
    count = vocabulary.counter()
    assert count
    text = COUNTED[name][0]
    most = max(real(text) for real in vocabularies().values())
    assert most <= count(text) <= 1.4 * most


def test_the_most_that_a_text_can_have_is_never_too_low() -> None:
    pick = random.Random(5)
    for _ in range(200):
        text = "".join(chr(pick.choice([pick.randrange(32, 127), pick.randrange(0xD800), 0x1F98A])) for _ in range(80))
        assert all(real(text) <= most_tokens(text) for real in vocabularies().values())

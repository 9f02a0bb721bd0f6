"""litellm, and the thread in which all requests to models run.

litellm takes seconds to load and 190 MB. It is loaded on first use, in a thread in which all requests then run, and
goes to no network but the provider's: its price map, tokenizers, retries, log and callbacks are ours or off.
"""

import asyncio
import importlib
import importlib.util
import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Any, NamedTuple, TypeVar

from whence.values.errors import ModelUnavailable

T = TypeVar("T")

LOOK_SECONDS = 0.05
"""How often a request under way looks whether it shall be stopped."""


class Runtime(NamedTuple):
    """What requests run on."""

    litellm: Any
    """The library, loaded and quiet."""

    loop: asyncio.AbstractEventLoop
    """The loop of its thread."""


_lock = threading.Lock()
_loading: "Future[Runtime] | None" = None


def installed() -> bool:
    """Whether litellm is there; nothing of it is run. The extension's environment gets it when it is first wanted."""
    importlib.invalidate_caches()
    return importlib.util.find_spec("litellm") is not None


def runtime() -> "Future[Runtime]":
    """The library and the loop on which it runs, begun with the first request of this process."""
    global _loading
    with _lock:
        if _loading is None or (_loading.done() and _loading.exception() is not None):
            _loading = Future()
            threading.Thread(target=_serve, args=(_loading,), name="whence-models", daemon=True).start()
        return _loading


def _serve(ready: "Future[Runtime]") -> None:
    try:
        litellm = _load()
    except Exception as error:  # noqa: BLE001 - those who wait must hear of it, whatever it was
        ready.set_exception(
            ModelUnavailable(f"The package litellm cannot be loaded ({type(error).__name__}). Repair the environment.")
        )
        return
    loop = asyncio.new_event_loop()
    loop.call_soon(lambda: ready.set_result(Runtime(litellm, loop)))
    loop.run_forever()


def _load() -> Any:
    # Read on import. Without the first it fetches its price map; with DEV, its default mode, it takes keys and
    # addresses from a `.env` of the current folder, which is a workspace's.
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    os.environ["LITELLM_MODE"] = "PRODUCTION"
    import litellm

    litellm.suppress_debug_info = True  # or it prints to stdout
    litellm.turn_off_message_logging = True
    litellm.disable_hf_tokenizer_download = True
    litellm.disable_token_counter = True
    litellm.disable_aiohttp_transport = True  # whose sessions nobody closes
    litellm.telemetry = False
    litellm.num_retries = 0
    for callbacks in ("callbacks", "success_callback", "failure_callback", "input_callback"):
        setattr(litellm, callbacks, [])
    for name in ("LiteLLM", "LiteLLM Proxy", "LiteLLM Router", "httpx", "httpcore", "openai"):
        # They log addresses, some of which hold keys, and questions.
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return litellm


def until(future: "Future[T]", check: Callable[[], None]) -> T:
    """The result of what another thread does; `check` is called many times a second, and what it raises ends this."""
    while not wait([future], LOOK_SECONDS).done:
        check()
    return future.result()

"""Language models and providers' embedding models, asked through litellm, and only here.

All requests run in the thread that loads litellm (`models/runtime`). What a provider says of its failure stays out of
our errors: it may quote the key or the question.
"""

import asyncio
import random
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whence.models.faults import LONGEST_PAUSE, fault_of
from whence.models.runtime import LOOK_SECONDS, installed, runtime, until
from whence.values.base import one_line
from whence.values.completion import CompletionAnswer, CompletionRequest, Picture, PromptMessage, ProviderRequest
from whence.values.errors import (
    MalformedAnswer,
    MissingKey,
    ProviderFailed,
    ProviderNotInstalled,
    UnknownModel,
    WhenceError,
)
from whence.values.settings import ModelsSettings

EDITOR = "editor"
"""The name that stands for the editor's own models."""

_LATE_SECONDS = 1.0
"""What our own time limit grants over the one inside the client, which tells better what happened."""


@dataclass(frozen=True)
class Completion:
    """What a model answered."""

    text: str
    """The answer."""

    tokens_in: int | None
    """Tokens of the question, as the provider counted them; None where it did not."""

    tokens_out: int | None
    """The same of the answer."""


@dataclass(frozen=True)
class Vectors:
    """Texts as a provider's model embeds them."""

    vectors: NDArray[np.float32]
    """(texts, dimension), each of length 1."""

    tokens_in: int | None
    """Tokens of the texts, as the provider counted them."""


def _nothing() -> None:
    """Neither stops nor counts."""


class Models:
    """The way to models, for as many threads as wish.

    Args:
        settings: time limits, attempts, and how many requests may be under way at once.
        secrets: keys and addresses by the name of the environment variable that litellm looks for, such as
            `OPENAI_API_KEY` or `OPENAI_BASE_URL`; they go before the environment.
        ask_editor: has the editor's own model answer; it may raise `WhenceError`.
        fetch: has what providers' models are asked with installed into this environment, after it asked the user, and
            tells whether it is there now. Asked once.
    """

    def __init__(
        self,
        settings: ModelsSettings,
        secrets: Mapping[str, str] | None = None,
        ask_editor: Callable[[CompletionRequest], CompletionAnswer] | None = None,
        fetch: Callable[[ProviderRequest], bool] | None = None,
    ) -> None:
        self._settings = settings
        self._secrets = dict(secrets or {})
        self._ask_editor = ask_editor
        self._fetch = fetch
        self._fetching = threading.Lock()
        self._free = threading.BoundedSemaphore(settings.concurrency)

    @property
    def longest(self) -> float:
        """The most seconds that one request may take, all attempts and pauses included."""
        settings = self._settings
        return settings.attempts * (settings.timeout_seconds + _LATE_SECONDS + LONGEST_PAUSE)

    def need(self, model: str) -> None:
        """Have what the model is asked with: where it isn't installed, the editor is asked to fetch it.

        Raises:
            ProviderNotInstalled: it is not there, and nobody could or would fetch it.
        """
        if model == EDITOR or installed():
            return
        with self._fetching:
            fetch, self._fetch = self._fetch, None
            if installed() or (fetch is not None and fetch(ProviderRequest(model=model)) and installed()):
                return
        raise ProviderNotInstalled(
            f"The model {one_line(model, 80)} is asked with the package litellm, which is not installed here. An "
            "editor offers to fetch it when a model is first asked in its window; elsewhere, install litellm into "
            "Whence's environment."
        )

    def complete(
        self,
        model: str,
        messages: Sequence[PromptMessage],
        *,
        pictures: Sequence[Picture] = (),
        answer_tokens: int = 1000,
        check: Callable[[], None] = _nothing,
        attempted: Callable[[], None] = _nothing,
    ) -> Completion:
        """Have a model answer. Secrets have been taken out of what is said here.

        Args:
            model: a litellm name, or `editor`.
            messages: what is asked.
            pictures: what belongs to the last message.
            answer_tokens: the most tokens of the answer.
            check: called many times a second from this thread; what it raises ends the request.
            attempted: called before each attempt.

        Raises:
            ModelUnavailable: one of its kinds; nothing of the provider's own words is in it.
        """
        with self._turn(check):
            if model == EDITOR:
                return self._of_editor(messages, pictures, answer_tokens, check, attempted)
            said: list[dict[str, Any]] = [{"role": each.role, "content": each.content} for each in messages]
            if pictures:
                said[-1]["content"] = _with_pictures(messages[-1].content, pictures)

            async def ask(litellm: Any) -> Any:
                return await litellm.acompletion(
                    model=model,
                    messages=said,
                    max_tokens=answer_tokens,
                    drop_params=True,
                    **self._options(litellm, model),
                )

            answer = self._run(model, ask, check, attempted, self._settings.attempts, self._settings.timeout_seconds)
        return _completion(answer)

    def check(self, model: str) -> None:
        """Look whether a model can be asked at all: that it is known and has its key. Nothing is sent.

        Raises:
            ModelUnavailable: `UnknownModel`, `MissingKey`, `ProviderNotInstalled`, or litellm can't be loaded.
        """

        async def look(litellm: Any) -> None:
            self._options(litellm, model)

        self._run(model, look, _nothing, _nothing, 1, self._settings.timeout_seconds)

    def embed(
        self,
        model: str,
        texts: Sequence[str],
        *,
        attempts: int | None = None,
        seconds: float | None = None,
        check: Callable[[], None] = _nothing,
        attempted: Callable[[], None] = _nothing,
    ) -> Vectors:
        """Vectors of texts by a provider's model.

        Args:
            model: a litellm name.
            texts: at least one.
            attempts: instead of the setting, for one who waits.
            seconds: the same of the time limit.
            check: as for `complete`.
            attempted: as for `complete`.

        Raises:
            ModelUnavailable: one of its kinds.
        """

        async def ask(litellm: Any) -> Any:
            return await litellm.aembedding(
                model=model, input=list(texts), **self._options(litellm, model, seconds=seconds)
            )

        with self._turn(check):
            answer = self._run(
                model,
                ask,
                check,
                attempted,
                attempts or self._settings.attempts,
                seconds or self._settings.timeout_seconds,
            )
        return _vectors(answer, len(texts), model)

    # ------------------------------------------------------------ inside

    @contextmanager
    def _turn(self, check: Callable[[], None]) -> Iterator[None]:
        """Wait until no more requests are under way than may be."""
        check()
        while not self._free.acquire(timeout=LOOK_SECONDS):
            check()
        try:
            yield
        finally:
            self._free.release()

    def _of_editor(
        self,
        messages: Sequence[PromptMessage],
        pictures: Sequence[Picture],
        answer_tokens: int,
        check: Callable[[], None],
        attempted: Callable[[], None],
    ) -> Completion:
        if (ask_editor := self._ask_editor) is None:
            raise UnknownModel("There is no editor here whose models could answer. Name another one in whence.model.")
        request = CompletionRequest(
            messages=tuple(messages), pictures=tuple(pictures), answer_tokens=max(answer_tokens, 1)
        )
        attempted()
        answering: Future[CompletionAnswer] = Future()

        def ask() -> None:
            try:
                answering.set_result(ask_editor(request))
            except BaseException as error:  # noqa: BLE001 - who waits must hear of it
                answering.set_exception(error)

        threading.Thread(target=ask, name="whence-editor", daemon=True).start()
        try:
            answer = until(answering, check)
        except WhenceError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the face's callable raises, the caller can go on without
            raise ProviderFailed(f"The editor's language model did not answer ({type(error).__name__}).") from None
        return Completion(answer.text, answer.tokens_in, answer.tokens_out)

    def _options(self, litellm: Any, model: str, *, seconds: float | None = None) -> dict[str, Any]:
        """Key, address and limits of a request.

        Raises:
            UnknownModel: litellm knows no such provider.
            MissingKey: there is no key for it.
        """
        try:
            provider = str(litellm.get_llm_provider(model)[1])
        except Exception:  # noqa: BLE001 - whatever it raises, it does not know the model
            raise UnknownModel(
                f"There is no language model {one_line(model, 80)!r}. Name it with its provider, such as "
                "`openai/gpt-5-mini` or `ollama/llama3.1`."
            ) from None
        name = provider.upper()
        key = self._secrets.get(f"{name}_API_KEY")
        base = self._secrets.get(f"{name}_BASE_URL") or self._secrets.get(f"{name}_API_BASE")
        if not key:
            missing = [
                each
                for each in litellm.validate_environment(model=model)["missing_keys"]
                if each.endswith(("_KEY", "_TOKEN", "_KEY_ID"))
            ]
            if missing:
                raise MissingKey(
                    f"The model {one_line(model, 80)} needs a key. Put it into the environment variable "
                    f"{' or '.join(missing)}, or into the editor's secret storage."
                )
        options = {"api_key": key, "api_base": base}
        return {
            **{option: value for option, value in options.items() if value},
            "timeout": seconds or self._settings.timeout_seconds,
            "max_retries": 0,
            "num_retries": 0,
            "caching": False,
            "no-log": True,
        }

    def _run(
        self,
        model: str,
        ask: Callable[[Any], Awaitable[Any]],
        check: Callable[[], None],
        attempted: Callable[[], None],
        attempts: int,
        seconds: float,
    ) -> Any:
        """Have the models' thread ask, while this one looks whether to stop."""
        self.need(model)
        running = until(runtime(), check)
        asking = self._attempt(running.litellm, model, ask, attempted, attempts, seconds)
        future = asyncio.run_coroutine_threadsafe(asking, running.loop)
        try:
            return until(future, check)
        finally:
            future.cancel()  # where `check` stopped it: the connection is closed

    async def _attempt(
        self,
        litellm: Any,
        model: str,
        ask: Callable[[Any], Awaitable[Any]],
        attempted: Callable[[], None],
        attempts: int,
        seconds: float,
    ) -> Any:
        for attempt in range(1, attempts + 1):
            try:
                attempted()
                return await asyncio.wait_for(ask(litellm), seconds + _LATE_SECONDS)
            except WhenceError:
                raise
            except Exception as error:  # noqa: BLE001 - each provider raises errors of its own; `fault_of` sorts them
                fault = fault_of(error, one_line(model, 80), seconds)
            if not fault.passes or attempt == attempts:
                raise fault.error from None
            # Full jitter would let some come back at once; half of the pause is what a busy provider needs.
            pause = self._settings.delay_seconds * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)
            await asyncio.sleep(max(min(pause, LONGEST_PAUSE), fault.after))
        raise AssertionError("unreachable: the last attempt returns or raises")


def _with_pictures(text: str, pictures: Sequence[Picture]) -> list[dict[str, Any]]:
    shown = [
        {"type": "image_url", "image_url": {"url": f"data:{each.media_type};base64,{each.data}"}} for each in pictures
    ]
    return [{"type": "text", "text": text}, *shown]


def _completion(answer: Any) -> Completion:
    try:
        text = answer.choices[0].message.content
    except (AttributeError, IndexError, TypeError):
        text = None
    usage = getattr(answer, "usage", None)
    # Where the provider tells no usage, litellm says 0; a question has tokens.
    tokens_in = getattr(usage, "prompt_tokens", None) or None
    tokens_out = (getattr(usage, "completion_tokens", None) or 0) if tokens_in else None
    return Completion(text if isinstance(text, str) else "", tokens_in, tokens_out)


def _vectors(answer: Any, count: int, model: str) -> Vectors:
    try:
        found = sorted(answer.data, key=lambda each: int(each["index"]))
        vectors = np.array([each["embedding"] for each in found], np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        sound = vectors.shape[0] == count and bool(np.isfinite(vectors).all()) and bool((lengths > 0).all())
    except (AttributeError, KeyError, TypeError, ValueError):
        sound = False
    if not sound:
        raise MalformedAnswer(f"The embedding model {one_line(model, 80)} did not answer one vector for each text.")
    return Vectors(vectors / lengths, getattr(answer.usage, "prompt_tokens", None) or None)

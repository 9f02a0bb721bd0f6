"""What a program of Sekha's Python SDK says: its configuration, and conversations to keep."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(kw_only=True)
class ClientConfig:
    """Where the server is, and how it is asked."""

    api_key: str
    base_url: str = "http://localhost:8080"
    default_label: str | None = None
    """The label of conversations that are kept without one."""
    timeout: float = 30.0
    """Seconds without a sign of the server."""
    max_retries: int = 3
    rate_limit_requests: int = 1000
    """Requests that are sent in one window, at most."""
    rate_limit_window: float = 60.0
    """Seconds of a window."""

    @property
    def per_minute(self) -> int:
        """Requests a minute."""
        return max(round(self.rate_limit_requests * 60 / self.rate_limit_window), 1)


MemoryConfig = ClientConfig


@dataclass
class MessageDto:
    """One turn."""

    role: str
    content: str | list[dict[str, Any]]
    timestamp: str | None = None
    metadata: dict[str, Any] | None = None


@dataclass(kw_only=True)
class NewConversation:
    """A conversation to keep."""

    messages: Sequence[MessageDto | dict[str, Any]]
    label: str | None = None
    folder: str | None = None
    importance_score: float | None = None
    metadata: dict[str, Any] | None = field(default=None)
